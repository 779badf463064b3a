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

from core.bounds import Real, floats, real, whole
from core.weight_decay.ridge import MOST_ROWS, Spectrum, spectrum

MOST_ROUNDS = 200


@dataclass(frozen=True)
class HardFit:
    """Least squares inside a ball."""

    w: Float[np.ndarray, " d"]
    radius_squared: float  # θ that was asked for
    penalty: float  # λ of the same solution; 0 where the constraint is idle, infinite for θ = 0
    is_active: bool  # whether ‖w‖² = θ


def constrained_fit(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], radius_squared: Real) -> HardFit:
    """argmin ‖y − Xw‖² subject to ‖w‖² ≤ θ; of several the shortest."""
    return inside(spectrum(x, y), radius_squared)


def inside(found: Spectrum, radius_squared: Real) -> HardFit:
    """The same from a decomposition that is there already."""
    theta = real("radius_squared", radius_squared, 0, 1e300)
    free = found.coefficients(0.0)
    if length(free) <= np.sqrt(theta) * (1 + 1e-15):
        return HardFit(free, theta, 0.0, False)
    if theta == 0:
        return HardFit(np.zeros(found.right.shape[1]), 0.0, float("inf"), True)
    share, penalty = _share_and_penalty(found, theta)
    w = (share * (found.target / found.singular)) @ found.right
    return HardFit(w * min(1.0, float(np.sqrt(theta)) / length(w)), theta, penalty, True)


def penalty_of(found: Spectrum, theta: float) -> float:
    """λ with ‖ŵ(λ)‖² = θ, for 0 < θ < ‖X⁺y‖²; infinite where it is beyond floating point."""
    return _share_and_penalty(found, real("theta", theta, np.finfo(float).smallest_subnormal, 1e300))[1]


def _share_and_penalty(found: Spectrum, theta: float) -> tuple[Float[np.ndarray, " r"], float]:
    """What each direction keeps, and λ: Newton's method on 1/‖ŵ‖, kept inside a bracket.

    In units in which d₁ = 1 and the radius is 1, so that nothing overflows: μ = nλ/d₁², and ŵ along a direction is
    pull/(c + μ).
    """
    largest = found.singular[:1].sum() or 1.0
    relative = found.singular / largest
    curvature, pull = relative**2, relative * (found.target / largest / np.sqrt(theta))
    low, high, mu = 0.0, length(pull), 0.0
    for _ in range(MOST_ROUNDS):
        along = pull / (curvature + mu)
        size = length(along)
        if size > 1:
            low = mu
        else:
            high = mu
        following = mu + (size - 1) / float(((along / size) ** 2 / (curvature + mu)).sum())
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - mu) <= 1e-16 * following or following in (low, high):
            break
        mu = following
    with np.errstate(over="ignore"):
        return curvature / (curvature + mu), float(mu * largest / found.samples * largest)


def multiplier(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"]) -> float:
    """λ read off a solution: wᵀXᵀ(y − Xw)/(n‖w‖²). NaN for w = 0."""
    x, y, w = floats("x", x), floats("y", y), floats("w", w)
    whole("the number of rows of x", len(x), 1, MOST_ROWS)
    size = length(w)
    if size == 0:
        return float("nan")
    along = x @ (w / size)
    return float(along @ (y / size - along)) / len(y)


def length(v: Float[np.ndarray, " d"]) -> float:
    """‖v‖, also where its square overflows, or is lost."""
    largest = float(np.abs(v).max(initial=0.0))
    return largest * float(np.linalg.norm(v / largest)) if largest > 0 else 0.0
