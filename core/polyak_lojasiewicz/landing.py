"""Where gradient flow lands, which gradient descent nearly does, and how far the nearest solution is.

    xy        the flow keeps Q = x² − y²: it lands where x² = (Q + √(Q² + 4c²))/2; x + y and x − y keep their signs
    x² + y²   it walks along the radius

nan where it never lands, or where no closed form is known.
"""

import math

import numpy as np
from jaxtyping import Float

from core.polyak_lojasiewicz.systems import System

NOWHERE = (math.nan, math.nan)


def landing(system: System, start: tuple[float, float]) -> tuple[float, float]:
    """The solution at the end of gradient flow from the start."""
    x, y = start
    c = system.target
    if system.name == "product":
        return _on_the_hyperbola(x, y, c)
    away = math.hypot(x, y)
    if system.name != "circle" or not (away > 0 and c > 0):
        return NOWHERE
    return x / away * math.sqrt(c), y / away * math.sqrt(c)


def _on_the_hyperbola(x: float, y: float, c: float) -> tuple[float, float]:
    kept = (x - y) * (x + y)  # Q
    size = math.hypot(kept, 2 * c)
    if not c:  # the flow keeps both signs, and from the diagonals comes to the saddle, which here is a solution
        return (math.copysign(math.sqrt(abs(kept)), x), 0.0) if kept > 0 else (
            (0.0, math.copysign(math.sqrt(abs(kept)), y)) if kept < 0 else NOWHERE)  # fmt: skip
    side = x + y if c > 0 else x - y
    if not side:
        return NOWHERE  # it walks along the ridge, to the saddle
    if kept >= 0:
        across = math.copysign(math.sqrt((kept + size) / 2), side)
        return across, c / across
    up = math.copysign(math.sqrt((size - kept) / 2), side if c > 0 else -side)
    return c / up, up


def nearest(system: System, start: tuple[float, float]) -> float:
    """How far the nearest solution is from the start."""
    x, y = start
    c = system.target
    if system.name == "circle":
        return abs(math.hypot(x, y) - math.sqrt(c)) if c >= 0 else math.nan
    if system.name != "product":
        return math.nan
    if not c:
        return min(abs(x), abs(y))
    return float(np.min(np.hypot(*(_feet(x, y, c) - [x, y]).T)))


def _feet(x: float, y: float, c: float) -> Float[np.ndarray, "feet 2"]:
    """The points (t, c/t) whose normal goes through (x, y): t⁴ − xt³ + cyt − c² = 0, which has a real root."""
    roots = np.roots([1.0, -x, 0.0, c * y, -c * c])
    t = roots.real[np.abs(roots.imag) <= 1e-6 * np.abs(roots)]  # a double root comes as a pair that is nearly real
    return np.stack([t, c / t], axis=-1)
