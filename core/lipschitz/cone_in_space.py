"""The cone on a surface: f(x, y) = (g(x) + g(y))/√2 has the K of g, and the cone of slope K never cuts it.

‖∇f‖² = (g′(x)² + g′(y)²)/2 ≤ K², and along the diagonal the secants of f are those of g
cut: |f(p) − f(q)| > s‖p − q‖ for the apex q = (a, a)
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.bounds import Real, real, whole
from core.lipschitz.cone import LARGEST, MOST_SLOPE, SLACK
from core.lipschitz.functions import Function, Interval, interval_of


@dataclass(frozen=True, eq=False)
class Lifted:
    """A surface over a square, and what the cone at an apex on its diagonal cuts of it."""

    x: Float[np.ndarray, " n"]  # of both axes
    height: Float[np.ndarray, "n n"]  # nan where f is not finite
    outside: Bool[np.ndarray, "n n"]
    apex: tuple[float, float, float]

    @property
    def share(self) -> float:
        """Of the square, that is cut."""
        return float(self.outside.mean())


def lifted(function: Function, interval: Interval, apex: Real, slope: Real, *, resolution: int = 81) -> Lifted:
    """The surface of a function of one number, and the cone of this slope at (apex, apex)."""
    low, high = interval_of(interval)
    a, slope = real("apex", apex, low, high), real("slope", slope, 0, MOST_SLOPE)
    x = np.linspace(low, high, whole("resolution", resolution, 3, 201))
    with np.errstate(all="ignore"):
        g = function.curve.value(np.append(x, a))
        g = np.where(np.abs(g) < LARGEST, g, np.nan)
        height, top = (g[:-1] + g[:-1, None]) / np.sqrt(2), float(np.sqrt(2) * g[-1])
        away = np.hypot(x - a, (x - a)[:, None])
        outside = np.abs(height - top) > slope * away * (1 + SLACK)
    return Lifted(x, height, outside, (a, a, top))
