"""Double descent in training time: a sum of U-curves, one per mode, each with its own clock.

    y = xᵀθ + ε, x ~ N(0, diag(σ_1² … σ_d²)), ε ~ N(0, σ²);  gradient descent from 0 on ‖y − Xθ‖²/(2n), step size η
    R(t) = σ² + Σ σ_i²θ_i²(1 − ησ_i²)^{2t} + (σ²/n) Σ (1 − (1 − ησ_i²)^t)²
           noise   bias: not yet learned             variance: noise already learned

σ_i = ``singular_values``, θ = ``coefficients``, σ² = ``noise``, t = ``times``. R is the *total* risk.
The formula is exact where the columns of X are orthogonal, XᵀX/n = diag(σ_i²) (``design="orthogonal"``), and an
approximation of relative error O(√(d/n)) for Gaussian samples. Heckel & Yilmaz 2021, arXiv:2007.10099.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, affordable, floats, increasing, real, whole

Design = Literal["orthogonal", "gaussian"]
DESIGNS: tuple[Design, ...] = get_args(Design)

MAX_SAMPLES = 2000
MAX_MODES = 300
MAX_REPETITIONS = 400
MAX_TIME = 10**9
MAX_TIMES = 2000  # at which a run is looked at

# Two groups of modes, one fast and one slow, whose U-curves do not line up.
SINGULAR_VALUES = np.repeat([1.0, 0.03], 25)
COEFFICIENTS = np.repeat([0.15, 8.0], 25)


@dataclass(frozen=True)
class EpochCurve:
    """Measured total risk against training time, with the formula's parts."""

    times: Int[np.ndarray, " times"]  # gradient steps
    test: Float[np.ndarray, "repetitions times"]  # squared units of y, σ² included
    train: Float[np.ndarray, "repetitions times"]  # ‖y − Xθ_t‖²/n
    theory: Float[np.ndarray, " times"]  # R(t)
    bias: Float[np.ndarray, " times"]  # its second term
    variance: Float[np.ndarray, " times"]  # its third term
    noise: float  # σ²
    design: Design


def epochwise_risk(
    times: Float[np.ndarray, " times"] | Int[np.ndarray, " times"],
    singular_values: Float[np.ndarray, " modes"],
    coefficients: Float[np.ndarray, " modes"],
    *,
    n: int,
    noise: Real,
    step_size: Real,
) -> Float[np.ndarray, " times"]:
    """R(t), at any t ≥ 0."""
    bias, variance = epochwise_parts(times, singular_values, coefficients, n=n, noise=noise, step_size=step_size)
    return noise + bias + variance


def epochwise_parts(
    times: Float[np.ndarray, " times"] | Int[np.ndarray, " times"],
    singular_values: Float[np.ndarray, " modes"],
    coefficients: Float[np.ndarray, " modes"],
    *,
    n: int,
    noise: Real,
    step_size: Real,
) -> tuple[Float[np.ndarray, " times"], Float[np.ndarray, " times"]]:
    """The bias and the variance term of R(t)."""
    singular_values, coefficients = floats("singular_values", singular_values), floats("coefficients", coefficients)
    whole("the number of modes", len(singular_values), 1, 10**9)
    affordable("the curves of all modes", len(times), len(singular_values))
    whole("n", n, 1, 10**9)
    real("noise", noise, 0, 1e6)
    real("step_size", step_size, 0, _longest(singular_values))
    if np.any(times < 0):
        raise ValueError(f"times must be at least 0, got {times.min()!r}")
    kept = (1 - step_size * singular_values**2) ** times[:, None]  # (times, modes), still unlearned
    bias = np.sum((singular_values * coefficients * kept) ** 2, axis=1)
    return bias, noise / n * np.sum((1 - kept) ** 2, axis=1)


def _longest(singular_values: Float[np.ndarray, " modes"]) -> float:
    """1/σ₁², of which there is none where all are zero."""
    stiffest = float(np.abs(singular_values).max())
    return 1 / stiffest / stiffest if stiffest > 0 else float("inf")


def epochwise_run(
    times: Int[np.ndarray, " times"],
    singular_values: Float[np.ndarray, " modes"] = SINGULAR_VALUES,
    coefficients: Float[np.ndarray, " modes"] = COEFFICIENTS,
    *,
    n: int = 400,
    noise: Real = 3.0,
    step_size: Real = 0.1,
    design: str = "orthogonal",
    repetitions: int = 20,
    seed: int = 0,
) -> EpochCurve:
    """Gradient descent on sampled data: step t of every mode of XᵀX/n in closed form, so that 10⁵ steps cost as one."""
    times = increasing("times", times, 0, MAX_TIME)
    whole("the number of times", len(times), 1, MAX_TIMES)
    n, modes = whole("n", n, 2, MAX_SAMPLES), whole("the number of modes", len(singular_values), 1, MAX_MODES)
    whole("repetitions", repetitions, 1, MAX_REPETITIONS)
    if design not in DESIGNS:
        raise ValueError(f"design must be one of {', '.join(DESIGNS)}, got {design!r}")
    if modes > n:
        raise ValueError(f"there must be at most n = {n} modes, got {modes}")
    bias, variance = epochwise_parts(times, singular_values, coefficients, n=n, noise=noise, step_size=step_size)
    test, train = [], []
    for i in range(repetitions):
        rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), i])
        x = rng.standard_normal((n, modes))
        if design == "orthogonal":
            x = np.sqrt(n) * np.linalg.qr(x)[0]
        x *= singular_values
        y = x @ coefficients + np.sqrt(noise) * rng.standard_normal(n)
        path = descent_path(x, y, times, step_size)  # (times, modes)
        test.append(noise + np.sum((singular_values * (path - coefficients)) ** 2, axis=1))
        train.append(np.mean((y - path @ x.T) ** 2, axis=1))
    return EpochCurve(
        times, np.array(test), np.array(train), noise + bias + variance, bias, variance, float(noise), design
    )


def descent_path(
    x: Float[np.ndarray, "n modes"], y: Float[np.ndarray, " n"], times: Int[np.ndarray, " times"], step_size: Real
) -> Float[np.ndarray, "times modes"]:
    """θ_t of gradient descent from 0 on ‖y − Xθ‖²/(2n) after each number of steps in ``times``, exactly.

    In the eigenbasis of XᵀX/n the iterate is (1 − (1 − ηs)^t) times the least-squares solution. Where η exceeds 2/s the
    mode diverges, to ±∞ if t allows. Where s is rounding of the largest, X sees nothing, and θ stays at 0.
    """
    x, y, step_size = floats("x", x), floats("y", y), real("step_size", step_size, 0, 1e300)
    n, modes = whole("the number of samples", len(x), 1, 10**9), x.shape[1]
    affordable("XᵀX", modes, modes)
    affordable("the path", len(times), modes)
    spectrum, basis = np.linalg.eigh(x.T @ x / n)
    pull = basis.T @ (x.T @ y) / n  # (modes,)
    seen = spectrum > max(n, modes) * np.finfo(float).eps * spectrum.max(initial=0.0)
    rate = step_size * np.where(seen, spectrum, 0.0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        slow = -np.expm1(times[:, None] * np.log1p(-np.minimum(rate, 0.5)))  # 1 − (1 − ηs)^t where ηs is small
        learned = np.where(rate < 0.5, slow, 1 - (1 - rate) ** times[:, None])  # (times, modes)
        return (learned * (np.where(seen, pull, 0.0) / np.where(seen, spectrum, 1.0))) @ basis.T
