"""Sums over m steps of descent on a kernel that stays, in closed form: of an eigenvalue λ, with q = 1 − ηλ

    kept     q^m                              of a residual
    pushed   η Σ_{j<m} q^j                    what a residual moves in all
    fed      η Σ_{j<m} (j/m) q^{m−1−j}        what is left of a force that grows evenly from 0 to 1
    missing  (fed − η(m − 1)/2)/λ             what the kernel takes away from that, by its eigenvalue

Where mηλ is small these are differences of nearly equal numbers; there the first terms of their series are summed.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from jaxtyping import Float

SERIES = 0.05  # of mηλ: below it the terms that are left out are below rounding's share in the closed form
TERMS = 6


@dataclass(frozen=True)
class LinearSums:
    """The four of each eigenvalue; for m = 1 they are q, η, 0 and 0."""

    kept: Float[np.ndarray, "R n"]
    pushed: Float[np.ndarray, "R n"]
    fed: Float[np.ndarray, "R n"]
    missing: Float[np.ndarray, "R n"]


def linear_sums(eigenvalues: Float[np.ndarray, "R n"], step_size: float, steps: int) -> LinearSums:
    """For eigenvalues of at least zero; one that is below it by rounding is taken as zero."""
    x = step_size * np.maximum(eigenvalues, 0.0)  # (R, n), ηλ
    few = x * steps < SERIES
    safe = np.where(few, 1.0, x)
    kept = np.where(safe < 1, np.exp(steps * np.log1p(-np.minimum(safe, 1 - 1e-16))), (1 - safe) ** steps)
    pushed = (1 - kept) / safe
    fed = (1 - pushed / steps) / safe
    missing = (fed - (steps - 1) / 2) / safe
    if few.any():
        small = np.where(few, x, 0.0)
        pushed = np.where(few, _series(small, steps, 1), pushed)
        fed = np.where(few, _series(small, steps, 2) / steps, fed)
        missing = np.where(few, -_series(small, steps, 3) / steps, missing)
        kept = np.where(few, 1 - pushed * small, kept)
    return LinearSums(kept, step_size * pushed, step_size * fed, step_size**2 * missing)


def _series(x: Float[np.ndarray, "R n"], steps: int, first: int) -> Float[np.ndarray, "R n"]:
    """Σ_{i ≥ 0} C(m, first + i) (−x)^i."""
    total = np.zeros_like(x)
    for i in reversed(range(TERMS)):
        total = comb(steps, first + i) - x * total
    return total
