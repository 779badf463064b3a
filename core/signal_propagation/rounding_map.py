"""What rounding does to a gradient from one layer to the next, drawn: v → χ R(v), from above and from below χ_c."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real, whole
from core.signal_propagation.underflow import rounded_square, rounding_threshold

REACH, POINTS, START = 1.5, 151, 1.4  # of v: what is drawn, and where the staircase begins


@dataclass(frozen=True)
class RoundingMap:
    """One number rounded per layer."""

    chi: float
    variance: Float[np.ndarray, " points"]  # v, in units squared
    following: Float[np.ndarray, " points"]  # χ R(v)
    threshold: float  # χ_c
    touching: float  # the v at which χ_c R(v) = v
    path: Float[np.ndarray, " layers"]  # v, layer after layer


def rounding_map(chi: Real, *, layers: int = 60) -> RoundingMap:
    """The map at that χ, and the staircase on it. ``ValueError`` outside 0 … 1."""
    factor = real("chi", chi, 0.0, 1.0)
    v, path = np.linspace(0, REACH, POINTS), [START]
    for _ in range(whole("layers", layers, 1, 1000)):
        path.append(factor * rounded_square(path[-1]))
    threshold, touching = rounding_threshold()
    return RoundingMap(factor, v, np.array([factor * rounded_square(at) for at in v]), threshold, touching,
                       np.array(path))  # fmt: skip
