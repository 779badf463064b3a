"""How far numbers from networks drawn at random may be from what is expected of them.

A mean of R vectors with the covariance C is off by a square with the law of Σ w_i χ²₁, w the eigenvalues of C/R. Its
far tail is read off the χ² with the same mean, variance and skewness (Buckley & Eagleson 1988), widened as Student's t
is where C is estimated. A root mean square of R values whose squares scatter by ρ, relative to their mean, has the
standard error ρ/(2√R) on a log axis; ρ hardly depends on the width, and is pooled over the widths.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from scipy.special import chdtri, ndtri, stdtrit

from core.check import Tolerance, sampled

ALARM = 1e-4  # share of true theories to be refused: a tenth of one in a thousand, as no law here is exactly its own

BOUND_ALARM = 2e-3  # where terms that are left out have an allowance, or one side only can be broken: half of it each


def far(weights: Float[np.ndarray, " w"], alarm: float) -> float:
    """What Σ w_i χ²₁ exceeds with that probability."""
    weights = np.asarray(weights, float)  # squares of whole numbers overflow
    largest = float(np.abs(weights).max(initial=0.0))
    if largest <= 0:
        return 0.0
    weights = weights / largest  # their cubes may be too small for floats, or too large
    square, cube = float(np.sum(weights**2)), float(np.sum(weights**3))
    freedom = square**3 / cube**2
    return largest * float(weights.sum() + np.sqrt(square / freedom) * (chdtri(freedom, alarm) - freedom))


def off_mean(weights: Float[np.ndarray, " w"], count: int, size: float, more: float, order: str = "") -> Tolerance:
    """Of the length by which a mean of ``count`` vectors is off, in units of ``size``; ``weights``: of one vector."""
    widened = stdtrit(count - 1, 1 - ALARM / 2) / ndtri(1 - ALARM / 2)
    error = float(np.sqrt(weights.sum() / count)) / size
    errors = widened * np.sqrt(far(weights, ALARM) / weights.sum()) if error > 0 else 0.0
    return sampled(errors, error, count, more=more, order=order)


def spectrum(vectors: Float[np.ndarray, "R n"]) -> Float[np.ndarray, " w"]:
    """The eigenvalues of their covariance that are not zero."""
    away = (vectors - vectors.mean(axis=0)) / np.sqrt(len(vectors) - 1)
    small = away @ away.T if len(away) < away.shape[1] else away.T @ away
    return np.maximum(np.linalg.eigvalsh(small), 0.0)


def off_power(
    widths: np.ndarray, values: Sequence[Float[np.ndarray, " _"]], *, more: float, order: str = "", alarm: float = ALARM
) -> Tolerance:
    """Of the slope, on log axes, of the root mean squares of the values at each width."""
    counts = np.array([len(v) for v in values])
    free = int(np.sum(counts - 1))
    sizes = [float(np.mean(np.square(v))) for v in values]
    if free < 1 or not all(0 < size < np.inf for size in sizes):
        return sampled(0, 0, int(counts.sum()), more=more, order=order)
    off = [np.square(v) / size - 1 for v, size in zip(values, sizes, strict=True)]
    scatter = np.sqrt(sum(float(np.sum(o**2)) for o in off) / free)
    error = scatter / 2 * float(np.sqrt(np.sum(lever(widths) ** 2 / counts)))
    return sampled(stdtrit(free, 1 - alarm / 2), error, int(counts.sum()), more=more, order=order)


def off_power_of_means(
    widths: np.ndarray, errors: Float[np.ndarray, " widths"], counts: Sequence[int], *, more: float, order: str = ""
) -> Tolerance:
    """Of the slope, on log axes, of numbers with these relative standard errors."""
    error = float(np.sqrt(np.sum((lever(widths) * errors) ** 2)))
    return sampled(stdtrit(min(counts) - 1, 1 - ALARM / 2), error, sum(counts), more=more, order=order)


def lever(widths: np.ndarray) -> Float[np.ndarray, " widths"]:
    """What each logarithm weighs in the slope of a straight line."""
    away = np.log(widths) - np.mean(np.log(widths))
    return away / np.sum(away**2)


def off_spread(freedom: int, networks: int, added: float, order: str) -> Tolerance:
    """Of a standard deviation over the one found in that many squares, to which numbers of that mean square are
    ``added``, in whatever way they go together: the farther of both its sides."""
    error = 1 / np.sqrt(2 * freedom)
    low, high = (chdtri(freedom, share) / freedom for share in (1 - ALARM / 2, ALARM / 2))
    size = max(1 / np.sqrt(low) - 1, 1 - 1 / (np.sqrt(high) + np.sqrt(added)))
    return sampled(size / error, error, networks, order=order)
