"""The widest street in ℓ∞ or ℓ1 in exact arithmetic: the simplex method on the dual program, with Bland's rule.

    max over ‖w‖ ≤ 1 of min z_iᵀw   =   min over λ ≥ 0, Σ λ = 1 of ‖Σ λ_i z_i‖*     (ℓ∞'s dual norm is ℓ1 and back)

Written as min cᵀx subject to Ax = b, x ≥ 0, whose multipliers are −w and the margin. It ends by itself where no sign is
rounded (Bland 1977, *Math. Oper. Res.* 2).
"""

from collections.abc import Sequence
from fractions import Fraction

from core.max_margin.exact_algebra import Column, Vector, dot, solved


def widest_exactly(rows: Sequence[Vector], norm: str) -> list[Fraction]:
    """w of ℓ∞ or ℓ1 length one for whole-number ``rows`` that have a street; zeros for those that have none."""
    d = len(rows[0])
    columns, costs, basis = (_of_largest if norm == "linf" else _of_sum)(rows)
    target = [0] * (len(columns[0]) - 1) + [1]
    while True:
        square = [[columns[j][i] for j in basis] for i in range(len(target))]
        held = solved(square, target)
        prices = solved([list(line) for line in zip(*square, strict=True)], [costs[j] for j in basis])
        enters = next((j for j, a in enumerate(columns) if costs[j] < dot(prices, a)), None)
        if enters is None:
            return [-a for a in prices[:d]] if norm == "linf" else [prices[d + j] - prices[j] for j in range(d)]
        rate = solved(square, columns[enters])
        leaves = min((held[i] / rate[i], basis[i], i) for i in range(len(basis)) if rate[i] > 0)[2]
        basis[leaves] = enters


def _of_largest(rows: Sequence[Vector]) -> tuple[list[Column], list[int], list[int]]:
    """ℓ∞: Σ λ z − p + q = 0, at the cost Σ p + q. It begins at the first row."""
    d = len(rows[0])
    columns = [[*row, 1] for row in rows]
    columns += [[-int(i == j) for i in range(d + 1)] for j in range(d)] + [
        [int(i == j) for i in range(d + 1)] for j in range(d)
    ]
    basis = [len(rows) + j + (d if rows[0][j] < 0 else 0) for j in range(d)]
    return columns, [0] * len(rows) + [1] * (2 * d), [*basis, 0]


def _of_sum(rows: Sequence[Vector]) -> tuple[list[Column], list[int], list[int]]:
    """ℓ1: ±Σ λ z_j − t + s = 0, at the cost t. It begins at the first row."""
    d = len(rows[0])
    columns = [[*row, *(-a for a in row), 1] for row in rows]
    columns += [[-1] * (2 * d) + [0], *([int(i == j) for i in range(2 * d + 1)] for j in range(2 * d))]
    both = [*rows[0], *(-a for a in rows[0])]
    tight = max(range(2 * d), key=both.__getitem__)
    basis = [len(rows) + 1 + j for j in range(2 * d) if j != tight]
    return columns, [0] * len(rows) + [1] + [0] * (2 * d), [0, len(rows), *basis]
