"""Vectors and equations in whole numbers and fractions: nothing is rounded. Floating-point numbers are fractions."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from jaxtyping import Float

Vector = Sequence[int]
Column = Sequence[Fraction | int]


def whole_rows(z: Float[np.ndarray, "n d"]) -> tuple[list[Vector], Fraction]:
    """The rows as whole numbers, and the unit that they are multiples of."""
    exact = [[Fraction(float(value)) for value in row] for row in z]
    finest = max(value.denominator for row in exact for value in row)  # all of them are powers of two
    return [[int(value * finest) for value in row] for row in exact], Fraction(1, finest)


def solved(square: Sequence[Column], target: Column) -> list[Fraction]:
    """The solution of a regular system of equations."""
    table = [[*map(Fraction, line), Fraction(value)] for line, value in zip(square, target, strict=True)]
    for k in range(len(table)):
        pivot = next(i for i in range(k, len(table)) if table[i][k])
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [value / table[k][k] for value in table[k]]
        for i in range(len(table)):
            if i != k and table[i][k]:
                table[i] = [a - table[i][k] * b for a, b in zip(table[i], table[k], strict=True)]
    return [line[-1] for line in table]


def dot(a: Column, b: Column) -> Fraction | int:
    return sum(p * q for p, q in zip(a, b, strict=True))
