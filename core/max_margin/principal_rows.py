"""The rows z seen along their own principal directions, in units of the longest: what a flow of zᵀw is followed in.

Along each of these axes one unit of w moves the margins by a size of its own. How exactly w has to be known there goes
with that size, and whatever w does along one axis is not drowned in the rounding of another.
"""

from dataclasses import dataclass
from functools import cached_property
from math import fsum

import numpy as np
from jaxtyping import Bool, Float

from core.max_margin.hard_margin import checked, longest

EPSILON = float(np.finfo(float).eps)
GRADED = 1e5  # ratio of columns from which a decomposition would drown the small one; it is an axis as it is


@dataclass(frozen=True)
class PrincipalRows:
    """z = scale · rows · axesᵀ."""

    rows: Float[np.ndarray, "n r"]
    axes: Float[np.ndarray, "d r"]  # orthonormal columns; directions that no row has are left out
    scale: float
    total: Float[np.ndarray, " r"]  # Σ rows, each column summed without rounding
    balanced: bool  # whether Σ z is zero, or no more than what rounding z itself can make of zero
    lost: float  # the length, in the unit of z, below which a row's part may have been left out

    @cached_property
    def size(self) -> Float[np.ndarray, " r"]:
        """How far a unit of w along each axis moves a margin at most."""
        return np.abs(self.rows).max(axis=0)


def principal_rows(z: Float[np.ndarray, "n d"], tied: Bool[np.ndarray, " n"] | None = None) -> PrincipalRows:
    """The rows in their own axes: first those of the ``tied`` rows, if there are any, then those across them.

    What t makes of the rounding in a sum over tied rows, which pull against each other, then stays among these rows.
    """
    scale = longest(checked(z))
    rows, n = z / scale, len(z)
    columns = np.abs(rows).max(axis=0)
    held = columns > 0
    sums = push_at_rest(z) / scale
    balanced = not sums.any()
    if not held.any() or columns.max() > GRADED * columns[held].min():
        axes, lost = np.eye(z.shape[1])[:, held], 0.0
        return PrincipalRows(rows[:, held], axes, scale, sums[held], balanced, lost)
    least = n * EPSILON * float(np.linalg.norm(rows, 2))
    axes = _axes(rows, least) if tied is None else _axes(rows[tied], least)
    seen = rows @ axes
    if tied is not None:
        across = _axes(rows - seen @ axes.T, least)
        beyond = rows @ across
        beyond[tied] = 0.0
        axes, seen = np.hstack([axes, across]), np.hstack([seen, beyond])
    return PrincipalRows(seen, axes, scale, sums @ axes, balanced, least * scale)


def push_at_rest(z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " d"]:
    """Σ z, what pushes w at 0 for any loss: each column summed without rounding, and 0 where it is no more than what
    rounding z itself can make of 0."""
    power = int(np.frexp(np.abs(z).max())[1])
    rows = np.ldexp(z, -power)
    sums = np.array([fsum(column) for column in rows.T.tolist()])
    return np.ldexp(np.where(np.abs(sums) <= len(z) * EPSILON * np.abs(rows).sum(axis=0), 0.0, sums), power)


def is_balanced(z: Float[np.ndarray, "n d"]) -> bool:
    """Whether w = 0 feels no push."""
    return not push_at_rest(z).any()


def is_unresolved(z: Float[np.ndarray, "n d"], margin: float | None, has_minimiser: bool) -> bool:
    """Whether what moves w is lost in the rounding of z: a push of nothing that should be something, or a street no
    wider than the parts of z that its axes leave out."""
    if has_minimiser:
        return False
    seen = principal_rows(z)
    return seen.balanced or (margin is not None and margin < 10 * seen.lost)


def _axes(rows: np.ndarray, least: float) -> np.ndarray:
    """An orthonormal basis of the rows' span but for parts of less than ``least``, as columns."""
    _, sizes, across = np.linalg.svd(rows, full_matrices=False)
    return across[sizes > least].T
