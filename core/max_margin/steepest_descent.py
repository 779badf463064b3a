"""Steps instead of a flow: what each optimiser's idea of distance makes of the same data.

    gradient descent  wₖ₊₁ = wₖ − η∇L + β(wₖ − wₖ₋₁)      follows the flow at t = ηk/(1 − β): ℓ2 margin
    steepest descent  wₖ₊₁ = wₖ + ηₖ argmax over ‖v‖ ≤ 1 of −∇Lᵀv: the margin of that norm of w
                      ℓ2 normalised: −∇L/L · ℓ∞ sign descent: −sign ∇L · ℓ1 coordinate descent: −sign(∂ⱼL)eⱼ, largest
    Adam              without ε its step is sign-like: ℓ∞ margin

Steps of the second and third kind are ηₖ = η/√k, in units in which no margin zᵀw moves by more than ηₖ in a step.
Gradients are carried as a direction and a logarithm: plain ones underflow after a hundred steps.

Gunasekar, Lee, Soudry & Srebro 2018, arXiv:1802.08246; Nacson et al. 2019, arXiv:1803.01905; Zhang, Zou & Cao 2024,
arXiv:2406.10650.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from core.bounds import real, whole
from core.max_margin.hard_margin import checked
from core.max_margin.losses import Loss
from core.max_margin.principal_rows import push_at_rest

MOST_STEPS = 1_000_000
MOST_EXPONENT = 700.0
LOST = 1e100  # length of all margins from which a run has flown off
DUAL = {"l2": 2, "linf": 1, "l1": np.inf}  # the order of the norm that bounds how far a unit step moves a margin
# With the usual β₂ = 0.999 the step stays smaller than a sign step for as long as a gradient shrinks by more than
# 1 − β₂ a step, because older, larger ones are remembered: the limit would not be seen in ten thousand steps.
ADAM_MEMORY = (0.9, 0.99)
SMALL = 1e-280  # a sum from which on its parts may be too small for numbers
NOTHING = 1e-300  # so that no slope at all is no step, and not 0/0
FADED = 1e-60  # size of the remembered gradients at which they get a smaller unit


@dataclass(frozen=True)
class Steps:
    """w after some of the steps: all early ones, later ones evenly on a log scale."""

    step: Int[np.ndarray, " kept"]
    w: Float[np.ndarray, "kept d"]  # nan from where it was lost
    log_loss: Float[np.ndarray, " kept"]  # log Σ ℓ(z_iᵀw)


class _Slope(NamedTuple):
    """−∇L = e^scale · push at the margins u."""

    push: np.ndarray
    scale: float
    u: np.ndarray


Update = Callable[[int, _Slope], np.ndarray]


def kept_steps(steps: int, per_decade: int = 30) -> Int[np.ndarray, " kept"]:
    """The numbers of the steps that are kept: from 1 to ``steps``."""
    decades = np.log10(whole("steps", steps, 1, MOST_STEPS))
    per_decade = whole("per_decade", per_decade, 1, 1000)
    spaced = np.logspace(0, decades, max(2, round(per_decade * decades) + 1))
    return np.unique(np.round(spaced).astype(np.int64))


def gradient_descent(
    z: Float[np.ndarray, "n d"], loss: Loss, step_size: float, steps: int, *, momentum: float = 0.0
) -> Steps:
    """Plain gradient descent on Σ ℓ(z_iᵀw) from w = 0; with ``momentum`` the heavy ball."""
    eta, beta = real("step_size", step_size, 1e-300, 1e300), real("momentum", momentum, 0, 0.999)
    before = np.zeros(z.shape[1])

    def update(k: int, slope: _Slope) -> np.ndarray:
        nonlocal before
        before = eta * np.exp(min(slope.scale, MOST_EXPONENT)) * slope.push + beta * before
        return before

    return _run(z, loss, update, steps)


def steepest_descent(
    z: Float[np.ndarray, "n d"], norm: str, *, loss: Loss, step_size: float = 1.0, steps: int = 3000
) -> Steps:
    """Steepest descent in the norm "l2" (normalised by the loss), "linf" (signs) or "l1" (one coordinate at a time)."""
    if norm not in DUAL:
        raise ValueError(f"norm must be one of {', '.join(DUAL)}; got {norm!r}")
    longest = _reach(z, norm)
    eta = real("step_size", step_size, 1e-12, 1e6) / longest

    def normalised(k: int, slope: _Slope) -> np.ndarray:
        size = math.exp(min(slope.scale - _log_loss(loss, slope.u), MOST_EXPONENT))
        return eta / longest / math.sqrt(k) * size * slope.push

    def signs(k: int, slope: _Slope) -> np.ndarray:
        return eta / math.sqrt(k) * np.sign(slope.push)

    def one_coordinate(k: int, slope: _Slope) -> np.ndarray:
        push = slope.push.tolist()
        sizes = [abs(value) for value in push]
        largest = sizes.index(
            max(sizes)
        )  # NumPy's argmax lets the interpreter go so often that no other thread gets it
        step = np.zeros(len(push))
        step[largest] = math.copysign(eta / math.sqrt(k), push[largest]) if push[largest] else 0.0
        return step

    return _run(z, loss, {"l2": normalised, "linf": signs, "l1": one_coordinate}[norm], steps)


def adam(z: Float[np.ndarray, "n d"], *, loss: Loss, step_size: float = 1.0, steps: int = 3000) -> Steps:
    """Adam without ε: its moments are kept relative to the gradient of the step, which has no smallest size then."""
    eta = real("step_size", step_size, 1e-12, 1e6) / _reach(z, "linf")
    first, second, unit = np.zeros(z.shape[1]), np.zeros(z.shape[1]), -np.inf  # moments, in e^unit and e^(2·unit)
    keep_first, keep_second = ADAM_MEMORY

    def update(k: int, slope: _Slope) -> np.ndarray:
        nonlocal first, second, unit
        larger = max(unit, slope.scale)  # no gradient and no memory is above one in this unit
        old, new = math.exp(unit - larger), math.exp(slope.scale - larger)
        first = keep_first * old * first + (1 - keep_first) * new * slope.push
        second = keep_second * old**2 * second + (1 - keep_second) * new**2 * (slope.push * slope.push)
        unit = larger
        largest = math.sqrt(np.maximum.reduce(second))
        if 0 < largest < FADED:
            first, second, unit = first / largest, second / largest**2, unit + math.log(largest)
        young = math.sqrt(1 - keep_second**k) / (1 - keep_first**k)  # both began at zero
        return eta / math.sqrt(k) * young * first / np.sqrt(second + NOTHING)

    return _run(z, loss, update, steps)


def path_length(step_size: float, steps: Int[np.ndarray, " kept"], longest: float) -> Float[np.ndarray, " kept"]:
    """τ = Σ ηⱼ of the loss-normalised steps taken so far, for rows of z up to ``longest``: the flow's own clock."""
    return step_size / longest**2 * np.cumsum(1 / np.sqrt(np.arange(1, steps[-1] + 1)))[steps - 1]


def _reach(z: np.ndarray, norm: str) -> float:
    return float(np.linalg.norm(z, ord=DUAL[norm], axis=1).max()) or 1.0


def _run(z: np.ndarray, loss: Loss, update: Update, steps: int) -> Steps:
    """Take the steps from w = 0; what is no longer a number is left as nan."""
    kept = kept_steps(whole("steps", steps, 1, MOST_STEPS))
    first = push_at_rest(checked(z))  # not what a rounded sum leaves of nothing: a sign would make a whole step of it
    if not first.any():
        return Steps(kept, np.zeros((len(kept), z.shape[1])), np.full(len(kept), _log_loss(loss, np.zeros(len(z)))))
    path, losses = np.full((len(kept), z.shape[1]), np.nan), np.full(len(kept), np.nan)
    w, u, places = np.zeros(z.shape[1]), np.zeros(len(z)), {int(k): i for i, k in enumerate(kept)}
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, steps + 1):
            slopes = loss.log_slope(u)
            top = float(np.maximum.reduce(slopes))
            w = w + update(k, _Slope(np.exp(slopes - top) @ z if k > 1 else first, top, u))
            u = z @ w
            if k in places:
                if not u @ u < LOST**2:
                    break
                path[places[k]], losses[places[k]] = w, _log_loss(loss, u)
    return Steps(kept, path, losses)


def _log_loss(loss: Loss, u: np.ndarray) -> float:
    """log Σ ℓ(u): as it stands, or where that is too small or too large for a number, from the logarithms of ℓ."""
    total = float(np.add.reduce(loss.value(u)))
    if SMALL < total < 1 / SMALL:
        return math.log(total)
    values = loss.log_value(u)
    top = float(np.maximum.reduce(values))
    return top + math.log(np.add.reduce(np.exp(values - top)))
