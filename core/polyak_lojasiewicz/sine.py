"""f = x² + 3 sin²x: not convex, one minimum, and PL all the same. Three factors that a step 1/L may promise.

μ = inf ½f′²/f = 0.17553, at |x| = 2.2017;  L = sup f″ = 8;  a step of 1/L multiplies f − f* by at most

1 − μ/L                     the textbook's: Polyak 1963; Karimi, Nutini & Schmidt, arXiv:1608.04636
(2 − 2μ/L)/(2 + μ/L)        tight for one step on such functions: arXiv:2204.00647
(1 − μ/L)²                  of a quadratic
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.check import Check, rounding

SMOOTHNESS = 8.0
REACH = 8.0  # of x: further out ½f′²/f tends to 2, and a step's factor to (1 − 2/8)²


@dataclass(frozen=True, eq=False)
class Sine:
    """What one step does, by where it starts."""

    x: Float[np.ndarray, " points"]
    ratio: Float[np.ndarray, " points"]  # ½f′²/f
    factor: Float[np.ndarray, " points"]  # f after one step of 1/L, over f before
    mu: float  # the least ratio
    at: float  # |x| there

    @property
    def textbook(self) -> float:
        return 1 - self.mu / SMOOTHNESS

    @property
    def tight(self) -> float:
        part = self.mu / SMOOTHNESS
        return (2 - 2 * part) / (2 + part)

    @property
    def quadratic(self) -> float:
        return (1 - self.mu / SMOOTHNESS) ** 2


def sine(points: int = 4001) -> Sine:
    """On so many points of (0, ``REACH``]; the function is even."""
    x = np.linspace(0, REACH, whole("points", points, 100, 2_000_001))[1:]
    value, slope = _value(x), _slope(x)
    ratio = slope**2 / (2 * value)
    place = int(ratio.argmin())
    at = _refined(float(x[max(place - 1, 0)]), float(x[min(place + 1, len(x) - 1)]))
    least = float(_slope(at) ** 2 / (2 * _value(at)))
    return Sine(x, ratio, _value(x - slope / SMOOTHNESS) / value, least, at)


def _refined(low: float, high: float) -> float:
    """Where the ratio is least between two points, by golden sections."""
    share = (np.sqrt(5) - 1) / 2
    for _ in range(60):
        one, other = high - share * (high - low), low + share * (high - low)
        if _slope(one) ** 2 / _value(one) < _slope(other) ** 2 / _value(other):
            high = other
        else:
            low = one
    return float((low + high) / 2)


def _value(x: np.ndarray | float) -> np.ndarray | float:
    return x**2 + 3 * np.sin(x) ** 2


def _slope(x: np.ndarray | float) -> np.ndarray | float:
    return 2 * x + 3 * np.sin(2 * x)


def sine_checks(found: Sine) -> tuple[Check, ...]:
    """The worst step of all against what is tight."""
    worst = float(found.factor.max())
    return (Check("sine_step", found.tight, worst, rounding(1e-12), None, "at_most"),)
