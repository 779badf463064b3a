"""Three optimisers with weight decay, step by step, every step split into the pull of the data and the shrink.

    w⁺ = w + pull + shrink,   g = ∇ℓ(w),  η step size,  λ weight decay

    sgd      pull = −ηg                       shrink = −ηλw               L2 penalty and decay are the same thing
    adam_l2  pull = −η m̂(g)/(√v̂ + ε)          shrink = −η m̂(λw)/(√v̂ + ε)  v̂ sees g + λw: the penalty is divided by
                                                                          its own size
    adamw    pull = −η m̂(g)/(√v̂ + ε)          shrink = −ηλw               the decay is decoupled from v̂

m̂, v̂: running means of the gradient and of its square (0.9, 0.999), bias-corrected; ε = 10⁻⁸. Running means are linear,
so adam_l2 splits exactly. Steps as in ``torch.optim.SGD(weight_decay)``, ``Adam(weight_decay)`` and ``AdamW``.
Loshchilov & Hutter 2019, arXiv:1711.05101.

With g = 0: sgd and adamw shrink w by (1 − ηλ)ᵗ; adam_l2 takes about η off every coordinate per step, whatever λ is.
On least squares gradient descent obeys, along direction i of X (curvature sᵢ), cₜ − ĉ = (1 − η(sᵢ + λ))ᵗ (c₀ − ĉ), and
where the data says nothing, (1 − ηλ)ᵗ: it is stable for η < 2/(s₁ + λ), and for ηλ > 1 the shrink changes w's sign.
AdamW, if it settles, ends at a KKT point of the plain loss in the box ‖w‖∞ ≤ 1/λ: Xie & Li 2024, arXiv:2404.04454,
Theorem 1.1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real, whole
from core.weight_decay.ridge import Spectrum

OPTIMISERS = ("sgd", "adam_l2", "adamw")
MOST_STEPS, MOST_STEP_SIZE, MOST_DECAY = 5000, 1e3, 1e6
DECAYS, EPSILON = (0.9, 0.999), 1e-8

Gradient = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Dynamics:
    """A run, with each step's two parts: w[t + 1] = w[t] + pull[t] + shrink[t]. Infinite where it flew off."""

    optimiser: str
    step_size: float
    penalty: float
    w: Float[np.ndarray, "points d"]  # steps + 1 of them
    pull: Float[np.ndarray, "steps d"]
    shrink: Float[np.ndarray, "steps d"]


def decay_dynamics(
    optimiser: str,
    gradient: Gradient,
    start: Float[np.ndarray, " d"],
    *,
    step_size: Real,
    penalty: Real,
    steps: int,
) -> Dynamics:
    """Run an optimiser of ``OPTIMISERS`` from ``start``. ``gradient(w)`` is that of the loss without the penalty."""
    if optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser must be one of {', '.join(OPTIMISERS)}; got {optimiser!r}")
    eta, lam = real("step_size", step_size, 0, MOST_STEP_SIZE), real("penalty", penalty, 0, MOST_DECAY)
    steps = whole("steps", steps, 1, MOST_STEPS)
    w = np.empty((steps + 1, len(start)))
    pull, shrink = np.empty((steps, len(start))), np.empty((steps, len(start)))
    w[0] = start
    rule = _plain if optimiser == "sgd" else _Adam(len(start), is_coupled=optimiser == "adam_l2")
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            pull[t], shrink[t] = rule(gradient(w[t]), lam * w[t], eta)
            w[t + 1] = w[t] + pull[t] + shrink[t]
    return Dynamics(optimiser, eta, lam, w, pull, shrink)


def _plain(g: np.ndarray, decay: np.ndarray, eta: float) -> tuple[np.ndarray, np.ndarray]:
    return -eta * g, -eta * decay


class _Adam:
    """Adam's memory: the running means of both parts of the gradient, and of the square of what Adam takes for it."""

    def __init__(self, d: int, *, is_coupled: bool) -> None:
        self.is_coupled = is_coupled
        self.data, self.penalty, self.square, self.step = np.zeros(d), np.zeros(d), np.zeros(d), 0

    def __call__(self, g: np.ndarray, decay: np.ndarray, eta: float) -> tuple[np.ndarray, np.ndarray]:
        first, second = DECAYS
        self.step += 1
        self.data = first * self.data + (1 - first) * g
        self.penalty = first * self.penalty + (1 - first) * decay
        seen = g + decay if self.is_coupled else g
        self.square = second * self.square + (1 - second) * seen**2
        size = np.sqrt(self.square / (1 - second**self.step)) + EPSILON
        rate = eta / (1 - first**self.step)
        return -rate * self.data / size, -rate * self.penalty / size if self.is_coupled else -eta * decay


def no_gradient(w: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
    """A loss that asks for nothing: what is left is the decay."""
    return np.zeros_like(w)


def gradient_of(found: Spectrum) -> Gradient:
    """w ↦ −(1/n)Xᵀ(y − Xw), from the decomposition of X."""
    weights, right = found.curvature, found.right
    wanted = (found.target * found.singular / found.samples) @ right
    return lambda w: (weights * (right @ w)) @ right - wanted


def law(
    found: Spectrum, start: Float[np.ndarray, " d"], *, step_size: float, penalty: float, steps: int
) -> Float[np.ndarray, " d"]:
    """Where gradient descent with decay stands after so many steps, in closed form."""
    goal, kept = found.along(penalty), np.float64(1 - step_size * penalty)  # a power of it may be infinite
    with np.errstate(over="ignore", invalid="ignore"):
        left = (1 - step_size * (found.curvature + penalty)) ** steps * (found.right @ start - goal)
        return (goal + left) @ found.right + kept**steps * found.null_part(start)


def stability_limit(found: Spectrum, penalty: float) -> float:
    """η must stay below 2/(s₁ + λ)."""
    stiffest = (found.curvature[0] if found.rank else 0.0) + penalty
    return float(2 / stiffest) if stiffest > 0 else float("inf")


def box_fit(found: Spectrum, penalty: float) -> Float[np.ndarray, " d"]:
    """Least squares with every |wⱼ| ≤ 1/λ: where AdamW ends. Of several, one; the shortest where the box is idle."""
    free = found.coefficients(0.0)
    if penalty == 0 or np.abs(free).max(initial=0.0) <= 1 / penalty:
        return free
    from scipy.optimize import lsq_linear

    rows = found.singular[:, None] * found.right / np.sqrt(found.samples)
    return lsq_linear(rows, found.target / np.sqrt(found.samples), (-1 / penalty, 1 / penalty), tol=1e-12).x
