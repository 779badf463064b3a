"""The plane of (σ_w, σ_b): where gradients vanish, where they explode, and the curve χ₁ = 1 between.

The curve needs no root finding: its parameter is q. Of each q there is one pair for which q is a fixed point and χ = 1:

    σ_w² = 1/E φ′(√q z)²        σ_b² = q − σ_w² E φ(√q z)²

and it is on the curve where σ_b² ≥ 0. For ReLU all of them are one point, (√2, 0).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.signal_propagation.activations import activation_named
from core.signal_propagation.means import moments, slope_mean, square_mean
from core.signal_propagation.setup import MOST_BIAS, MOST_STD

MOST_RESOLUTION, SWEEPS, TABLE = 120, 200, 600
SHORTEST, LONGEST = 1e-9, 1e6  # lengths that are told apart
LEAST_STD = 0.1  # where the plane begins
ROUND = 1e-9  # what rounding may leave of a variance that is 0


@dataclass(frozen=True)
class Line:
    """The pairs with χ₁ = 1, by the length at which they rest."""

    length: Float[np.ndarray, " points"]
    weight_std: Float[np.ndarray, " points"]
    bias_std: Float[np.ndarray, " points"]


@dataclass(frozen=True, eq=False)
class Phases:
    """ln χ₁ on a grid."""

    weight_std: Float[np.ndarray, " across"]
    bias_std: Float[np.ndarray, " up"]
    log_factor: Float[np.ndarray, "up across"]
    line: Line


def critical_line(activation: str, lengths: Float[np.ndarray, " lengths"]) -> Line:
    """The points of the curve that belong to these lengths; a length that none has, or that none comes to rest at, is
    left out."""
    seen = moments(activation, lengths)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / seen.slope_square
        bias = lengths - weight * seen.square
        passed = weight * (seen.square_by_z - seen.square) / (2 * lengths)  # the length map's slope there
    there = np.isfinite(bias) & (bias >= -ROUND * np.maximum(lengths, 1)) & (lengths > 0) & (passed <= 1 + ROUND)
    weight, bias = weight[there], np.maximum(bias[there], 0)
    return Line(lengths[there], np.sqrt(weight), np.sqrt(bias))


def phase_map(activation: str, *, resolution: int = 80) -> Phases:
    """The plane from (0.1, 0) to (3, 1): the length map followed from q = 1 at every point at once."""
    activation_named(activation)
    resolution = whole("resolution", resolution, 2, MOST_RESOLUTION)
    across, up = np.linspace(LEAST_STD, MOST_STD, resolution), np.linspace(0, MOST_BIAS, resolution)
    weight, bias = across[None, :] ** 2, up[:, None] ** 2
    known = np.geomspace(SHORTEST, LONGEST, TABLE)
    square, q = square_mean(activation, known), np.ones((resolution, resolution))
    for _ in range(SWEEPS):
        q = np.clip(weight * np.interp(q, known, square) + bias, SHORTEST, LONGEST)
    factor = weight * np.interp(q, known, slope_mean(activation, known))
    line = critical_line(activation, np.geomspace(1e-4, 1e4, 400))
    return Phases(across, up, np.log(factor), line)
