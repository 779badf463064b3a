"""The point of a convex hull nearest to the origin, in exact arithmetic: every sign it decides by is the true one.

    x = Σ λ_i z_i,  λ_i ≥ 0,  Σ λ_i = 1,  nearest to the origin  ⇔  z_iᵀx ≥ xᵀx for every i

x ≠ 0: ŵ = x/xᵀx is the support-vector machine of the rows z, and separates them. x = 0: λ proves that no w has every
z_iᵀw > 0, because Σ λ_i z_iᵀw = 0 (Gordan 1873). Wolfe's algorithm (Wolfe 1976, *Math. Programming* 11) ends by itself
when no sign is rounded. Floating-point numbers are fractions, so nothing is lost on the way in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from core.max_margin.exact_algebra import Vector, dot, solved


@dataclass(frozen=True)
class Nearest:
    """x and what it is made of."""

    x: tuple[Fraction, ...]
    weights: dict[int, Fraction]  # λ_i > 0 by row; they sum to one


def nearest_to_origin(rows: Sequence[Vector]) -> Nearest:
    """The point of the hull of whole-number ``rows`` nearest to the origin."""
    first = min(range(len(rows)), key=lambda i: dot(rows[i], rows[i]))
    weights = {first: Fraction(1)}
    while True:
        x = _point(rows, weights)
        along, unit = _cleared(x)
        reach = [dot(row, along) for row in rows]
        lowest = min(range(len(rows)), key=reach.__getitem__)
        if not any(along) or reach[lowest] * unit >= dot(along, along):
            return Nearest(x, weights)
        weights[lowest] = Fraction(0)
        weights = _shrunk(rows, weights)


def tied(rows: Sequence[Vector]) -> list[int]:
    """The rows to which every w with all z_iᵀw ≥ 0 is perpendicular. All of them: a loss has a finite minimiser.

    A proof Σ λ_i z_i = 0 ties the rows of its λ_i > 0, and with them every row in their span; what is left of the
    others, perpendicular to these, may be tied among itself.
    """
    left, free = [list(row) for row in rows], [i for i, row in enumerate(rows) if any(row)]
    while free:
        found = nearest_to_origin([left[i] for i in free])
        if any(found.x):
            break
        for axis in [free[k] for k in found.weights]:
            left = _without(left, left[axis]) if any(left[axis]) else left
        free = [i for i in free if any(left[i])]
    return [i for i in range(len(rows)) if i not in set(free)]


def _without(rows: list[Vector], axis: Vector) -> list[Vector]:
    """The parts of the rows perpendicular to an axis, each in a unit of its own; an axis of the list becomes zero."""
    length = dot(axis, axis)
    parts = ([length * a - dot(row, axis) * b for a, b in zip(row, axis, strict=True)] for row in rows)
    return [_coprime(part) for part in parts]


def _shrunk(rows: Sequence[Vector], weights: dict[int, Fraction]) -> dict[int, Fraction]:
    """The nearest point of ever fewer rows, until it lies inside their simplex."""
    while True:
        free = _flat(rows, list(weights))
        if all(value > 0 for value in free.values()):
            return free
        falling = [i for i in free if free[i] <= 0]
        share = min(weights[i] / (weights[i] - free[i]) for i in falling)
        moved = {i: weights[i] + share * (free[i] - weights[i]) for i in weights}
        weights = {i: value for i, value in moved.items() if value > 0}


def _flat(rows: Sequence[Vector], chosen: list[int]) -> dict[int, Fraction]:
    """The affine combination of the chosen rows nearest to the origin: [G 1; 1ᵀ 0][λ; −μ] = [0; 1]."""
    square = [[*(dot(rows[i], rows[j]) for j in chosen), 1] for i in chosen]
    found = solved([*square, [*(1 for _ in chosen), 0]], [*(0 for _ in chosen), 1])
    return dict(zip(chosen, found, strict=False))


def _point(rows: Sequence[Vector], weights: dict[int, Fraction]) -> tuple[Fraction, ...]:
    return tuple(sum(value * rows[i][j] for i, value in weights.items()) for j in range(len(rows[0])))


def _cleared(x: Sequence[Fraction]) -> tuple[Vector, int]:
    """A vector of whole numbers and what to divide it by."""
    unit = lcm(*(value.denominator for value in x))
    return [int(value * unit) for value in x], unit


def _coprime(row: Vector) -> Vector:
    common = gcd(*row)
    return [value // common for value in row] if common > 1 else row
