"""A removable gap: where a formula is 0/0 or the like at a point, and has one limit from both sides, that is its value.

    m(h) = (f(x + h) + f(x − h))/2 = L + c h² + O(h⁴),      L ≈ (4 m(h/2) − m(h))/3    (Richardson)

Steps are halved, and the estimate that changes least is taken: large steps miss the limit, small ones lose digits. On
each side the values themselves have to come near, so that a jump, a pole and sin(1/x) stay gaps.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

STEPS = 2.0 ** -np.arange(6, 21)  # of max(1, |x|)
SETTLED = 1e-5  # how much the best estimate may change in its last halving, relative to 1 + |L|
NEAR, NEAR_FROM = 1e-2, 6  # how near to L the values on each side are, from that halving on
DIGITS = 12  # of a limit: what 0/0 leaves of sixteen
Compute = Callable[[Float[np.ndarray, "points d"]], Float[np.ndarray, " points"]]


def bridged(
    compute: Compute, x: Float[np.ndarray, "*batch d"], values: Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch"]:
    """``values`` with the limit wherever they are nan and there is one."""
    lost = np.isnan(values) & np.isfinite(x).all(axis=-1)
    if not lost.any():
        return values
    filled, at = np.array(values), x[lost]  # (gaps, d)
    scale = np.maximum(1.0, np.abs(at).max(axis=-1, initial=0.0))
    found = np.full(len(at), np.nan)
    nearest = STEPS[-1] * scale
    inside = np.ones(len(at), bool)
    for way in _ways(x.shape[-1]):  # most places that are lost are not gaps: seen by their neighbours
        for sign in (1, -1):
            inside[inside] = np.isfinite(compute((at + sign * nearest[:, None] * way)[inside]))
    if inside.any():
        limits = [_limit(compute, at[inside], scale[inside], way) for way in _ways(x.shape[-1])]
        same = np.ptp(limits, axis=0) <= SETTLED * (1 + np.abs(limits[0]))
        found[inside] = np.where(same, limits[0], np.nan)
    filled[lost] = found
    return filled


def _ways(d: int) -> list[Float[np.ndarray, " d"]]:
    """Directions that are no axis and no diagonal: the gap may be a line."""
    along = 1 / (1 + 0.618 * np.arange(d))
    return [along] if d == 1 else [along, along * (-1.0) ** np.arange(d)]


def _limit(compute: Compute, at, scale, way) -> Float[np.ndarray, " gaps"]:
    """The limit along one direction from both sides, nan where there is none."""
    steps = STEPS[:, None] * scale  # (halvings, gaps)
    sides = np.stack([
        [compute(at + sign * step[:, None] * way) for step in steps] for sign in (1, -1)
    ])  # (sides, halvings, gaps)  # fmt: skip
    with np.errstate(all="ignore"):
        means = sides.mean(axis=0)
        estimates = (4 * means[1:] - means[:-1]) / 3
        changes = np.abs(np.diff(estimates, axis=0))
        best = np.argmin(np.where(np.isnan(changes), np.inf, changes), axis=0)
        every = np.arange(len(at))
        change, limit = changes[best, every], estimates[best + 1, every]
        near = (np.abs(sides[:, NEAR_FROM:] - limit) <= NEAR * (1 + np.abs(limit))).all(axis=(0, 1))
        is_one = near & (change <= SETTLED * (1 + np.abs(limit)))
    limit = np.where(np.abs(limit) <= 2 * change, 0.0, limit)
    return np.array([float(f"{v:.{DIGITS}g}") if ok else np.nan for v, ok in zip(limit, is_one, strict=True)])
