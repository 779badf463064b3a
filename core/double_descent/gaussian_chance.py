"""What is known of a Gaussian sweep beforehand, and the chance that this takes off what is measured.

Its mean is known of ‖β‖² among the features fitted, of the noise's length and, without a ridge, of most of what is left
(see ``chance``); with one, of all of the noise's (``gain``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.double_descent.chance import RiskLaw, inverse_with_less_chance, variance_left
from core.double_descent.reduced_problem import Fit, ReducedProblem
from core.double_descent.risk_curve import Controlled, Kind
from core.double_descent.risk_formulas import exact_bias, exact_variance, ridge_correction, ridge_risk

Problems = Callable[[np.random.Generator], Iterator[ReducedProblem]]


@dataclass(frozen=True)
class Model:
    """What theory needs to know about each size, and how to draw one repetition of all of them."""

    kind: Kind
    sizes: Int[np.ndarray, " sizes"]
    n: Int[np.ndarray, " sizes"] | int
    p: Int[np.ndarray, " sizes"] | int
    signal: Float[np.ndarray, " sizes"] | float
    noise: Float[np.ndarray, " sizes"] | float  # of the fit: the features left out included
    floor: Float[np.ndarray, " sizes"] | float  # the risk that no fit removes
    threshold: int
    error_variance: float  # σ² alone
    problems: Problems


def chance_of(problem: ReducedProblem, fit: Fit, penalty: float) -> tuple[float, float]:
    """The share of ‖β‖² that the fit misses, and with a ridge what it makes of the noise; without one, x of ``chance``
    (∞ where there is no noise)."""
    unseen = (fit.bias - problem.floor) / problem.strength if problem.strength > 0 else 0.0
    if penalty > 0:
        return unseen, problem.gain(penalty)
    return unseen, float(problem.noise @ problem.noise) / fit.variance if fit.variance > 0 else np.inf


def controlled(
    model: Model,
    penalty: float,
    unseen: Float[np.ndarray, "repetitions sizes"],
    gain: Float[np.ndarray, "repetitions sizes"],
    far: Bool[np.ndarray, " sizes"],
) -> tuple[Controlled, ...]:
    """The weights are about those of least variance: as the law without a ridge has it, or equal for every unknown."""
    n, p = np.broadcast_arrays(model.n, model.p)
    signal, noise = (np.broadcast_to(value, len(model.sizes)) for value in (model.signal, model.noise))
    rank, degrees, nothing = np.minimum(n, p), np.abs(n - p) + 1, np.zeros(len(model.sizes))
    if penalty > 0:
        term = ridge_correction(n, p, penalty, signal=signal, noise=noise)
        theory = ridge_risk(n, p, penalty, signal=signal, noise=noise) + term
        left_out = 2 * term**2 / np.where(theory > 0, theory, 1)  # the next term of a geometric series, twice
        return (_part("ridge_risk", signal * unseen + noise * gain, theory, theory**2 / rank, left_out, far),)
    with np.errstate(invalid="ignore"):
        added = noise * rank * np.where(np.isinf(gain), 0, inverse_with_less_chance(gain, degrees))
    added_variance = (noise * rank) ** 2 * variance_left(degrees)
    share = np.maximum(0, 1 - n / p)
    bias, variance = exact_bias(n, p, signal=signal), exact_variance(n, p, noise=noise)
    return (
        _part("exact_variance", added, variance, added_variance, nothing, far),
        _part("exact_bias", signal * unseen, bias, signal**2 * share * (1 - share) / (p / 2 + 1), nothing, far),
    )


def _part(name: str, test, theory, variance, left_out, far: Bool[np.ndarray, " sizes"]) -> Controlled:
    """With the weights theory/variance, and nothing where there is nothing to see."""
    known = far & (variance > 0) & (theory > 0)
    test, theory, left_out = (np.where(known, values, 0.0) for values in (test, theory, left_out))
    weight = np.where(known, theory / np.where(known, variance, 1), 0.0)
    whole, together = float(weight @ theory), float(weight @ np.sqrt(np.where(known, variance, 0)))
    spread = together / whole if name == "exact_variance" and whole > 0 else 0.0  # as if all sizes scattered as one
    return Controlled(name, test, theory, weight, left_out, spread)


def law(model: Model) -> RiskLaw | None:
    """Of the risk at the largest size; with weak features left out, β has a part in it whose law is another."""
    (n, p), last = np.broadcast_arrays(model.n, model.p), -1
    floor = float(np.broadcast_to(model.floor, len(model.sizes))[last])
    signal, noise = (float(np.broadcast_to(value, len(model.sizes))[last]) for value in (model.signal, model.noise))
    if model.kind == "weak_features" and floor > model.error_variance:
        return None
    return RiskLaw(int(n[last]), int(p[last]), signal, noise, floor)
