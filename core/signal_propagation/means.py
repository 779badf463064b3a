"""Means over a Gaussian z of variance q, by equal weights: E[φ²], E[φ′²], and what the spread of a finite layer needs.

800 points of [−10, 10], half a step away from 0 on either side. For a smooth φ such a sum is exact to rounding as long
as √q times the step is short beside its bend; for a kink at 0 it is exact by symmetry. (Gauss and Hermite's 101 points
are wrong in the third digit at q = 20.)
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, floats, whole
from core.signal_propagation.activations import activation_named

POINTS, REACH = 800, 10.0
SMALLEST, LARGEST = 1e-280, 1e140  # of lengths q: φ⁴ is still a number


def nodes(points: int = POINTS) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """Where z = √q·node is looked at, and the weights, whose sum is 1. ``points`` is from 2 to 100 000."""
    points = whole("points", points, 2, 100_000)
    z = (np.arange(points) + 0.5) * (2 * REACH / points) - REACH
    weight = np.exp(-z * z / 2)
    return z, weight / weight.sum()


NODES, WEIGHTS = nodes()


@dataclass(frozen=True)
class Moments:
    """Means over z ~ N(0, q), an entry for each q."""

    square: Float[np.ndarray, " lengths"]  # E φ²
    fourth: Float[np.ndarray, " lengths"]  # E φ⁴
    square_by_z: Float[np.ndarray, " lengths"]  # E φ² z²/q
    slope_square: Float[np.ndarray, " lengths"]  # E φ′²
    slope_fourth: Float[np.ndarray, " lengths"]  # E φ′⁴
    slope_by_z: Float[np.ndarray, " lengths"]  # E φ′² z²/q
    mixed: Float[np.ndarray, " lengths"]  # E φ² φ′²


def moments(activation: str, lengths: Float[np.ndarray, " lengths"]) -> Moments:
    """All of them at each q. ``ValueError`` where one is negative."""
    phi, z = activation_named(activation), _arguments(lengths)
    square, slope = phi.value(z) ** 2, phi.slope(z) ** 2
    by_z = NODES**2 * WEIGHTS
    return Moments(
        square @ WEIGHTS, square**2 @ WEIGHTS, square @ by_z,
        slope @ WEIGHTS, slope**2 @ WEIGHTS, slope @ by_z, (square * slope) @ WEIGHTS,
    )  # fmt: skip


def square_mean(activation: str, lengths: Float[np.ndarray, " lengths"]) -> Float[np.ndarray, " lengths"]:
    """E φ(√q z)²."""
    return activation_named(activation).value(_arguments(lengths)) ** 2 @ WEIGHTS


def slope_mean(activation: str, lengths: Float[np.ndarray, " lengths"]) -> Float[np.ndarray, " lengths"]:
    """E φ′(√q z)²."""
    return activation_named(activation).slope(_arguments(lengths)) ** 2 @ WEIGHTS


def _arguments(lengths: np.ndarray) -> np.ndarray:
    q = floats("lengths", lengths)
    affordable("the points that are looked at", q.size, POINTS)
    if q.size and not 0 <= q.min() <= q.max() <= LARGEST:
        raise ValueError(f"lengths must lie from 0 to {LARGEST:g}, got {q.min():g} to {q.max():g}")
    return np.sqrt(q)[:, None] * NODES
