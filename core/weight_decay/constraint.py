"""The penalty and the radius are one knob: for each radius √θ there is one λ with the same solution.

    soft   argmin (1/2n)‖y − Xw‖² + (λ/2)‖w‖²              ŵ(λ)
    hard   argmin (1/2n)‖y − Xw‖²  subject to  ‖w‖² ≤ θ     the squared norm: the radius is √θ

They agree for θ = ‖ŵ(λ)‖². λ is then the multiplier of the constraint: at the hard solution the pull of the data
(1/n)Xᵀ(y − Xw) is λ times w itself, normal to the ball, so λ = wᵀXᵀ(y − Xw)/(n‖w‖²) reads it off. Where
θ ≥ ‖X⁺y‖² the ball already holds the least squares of smallest norm: the constraint is idle and λ = 0.

θ(λ) = θ is solved as 1/√θ(λ) = 1/√θ, which is nearly linear in λ: Moré & Sorensen 1983,
SIAM J. Sci. Stat. Comput. 4(3).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real
from core.weight_decay.ridge import MOST_PENALTY, Spectrum, spectrum

MOST_ROUNDS = 200


@dataclass(frozen=True)
class HardFit:
    """Least squares inside a ball."""

    w: Float[np.ndarray, " d"]
    radius_squared: float  # θ that was asked for
    penalty: float  # λ of the same solution; 0 where the constraint is idle
    is_active: bool  # whether ‖w‖² = θ


def constrained_fit(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], radius_squared: Real) -> HardFit:
    """argmin ‖y − Xw‖² subject to ‖w‖² ≤ θ; of several the shortest."""
    return inside(spectrum(x, y), radius_squared)


def inside(found: Spectrum, radius_squared: Real) -> HardFit:
    """The same from a decomposition that is there already."""
    theta = real("radius_squared", radius_squared, 0, 1e300)
    free = float(found.norm_squared(0.0))
    if not np.isfinite([free, *found.curvature]).all():
        raise ValueError("x and y must be small enough to be squared; the largest singular value of x is too large")
    if theta >= free * (1 - 1e-15):
        return HardFit(found.coefficients(0.0), theta, 0.0, False)
    if theta == 0:
        return HardFit(np.zeros(found.right.shape[1]), 0.0, MOST_PENALTY, True)
    penalty = penalty_of(found, theta)
    return HardFit(found.coefficients(penalty), theta, penalty, True)


def penalty_of(found: Spectrum, theta: float) -> float:
    """λ with ‖ŵ(λ)‖² = θ, for 0 < θ < ‖X⁺y‖²: Newton's method on 1/‖ŵ(λ)‖, kept inside a bracket."""
    pull = found.target * found.singular / found.samples
    low, high = 0.0, min(MOST_PENALTY, float(np.linalg.norm(pull) / np.sqrt(theta)))
    penalty = 0.0
    for _ in range(MOST_ROUNDS):
        along = pull / (found.curvature + penalty)
        size = float(np.linalg.norm(along))
        if size**2 > theta:
            low = penalty
        else:
            high = penalty
        slope = float((along**2 / (found.curvature + penalty)).sum()) / size**3  # of 1/‖ŵ(λ)‖
        following = penalty + (1 / np.sqrt(theta) - 1 / size) / slope
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - penalty) <= 1e-16 * following or following in (low, high):
            break
        penalty = following
    return penalty


def multiplier(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"]) -> float:
    """λ read off a solution: wᵀXᵀ(y − Xw)/(n‖w‖²). NaN for w = 0."""
    size = float(w @ w)
    return float((x @ w) @ (y - x @ w)) / (len(y) * size) if size > 0 else float("nan")
