"""Gradient descent on many networks at once, and the time t = η · step at which it is looked at.

    L(θ) = ½ Σ_i (f(x_i) − y_i)²,   θ ← θ − η ∂L/∂θ

All samples in every step, all layers trained. The gradient is written out by hand: the same products that a general
differentiator would find, with nothing kept that is not needed. Some replicas are taken through all steps before the
next, so that their matrices stay in the cache; each is computed as if it were alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.neural_tangent_kernel.network import Factors, Networks, backward, forward
from core.progress import Progress

MOST_STEPS = 20_000
CACHE = 1 << 17  # numbers that are worked on at a time
LOST = 1e6  # times the size of the targets: from there a run has diverged, and is left where it is


def log_steps(steps: int, frames: int) -> Int[np.ndarray, " frames"]:
    """Whole numbers from 0 to ``steps``, evenly spaced on a log scale where they are not too near one another."""
    whole("steps", steps, 1, MOST_STEPS)
    frames = whole("frames", frames, 1, 100_000)
    return np.unique(np.round(np.geomspace(1, steps + 1, frames)).astype(np.int64) - 1)


def descend(
    networks: Networks, x: Float[np.ndarray, "n d"], y: Float[np.ndarray, "*R n"], step_size: float, steps: int
) -> None:
    """``steps`` steps, in place."""
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            outputs, fed, slopes = forward(networks, x)
            _step(networks, fed, backward(networks, slopes), (outputs - y)[..., None], step_size)


def _step(networks: Networks, fed: list, back: list, residual: Float[np.ndarray, "R n 1"], step_size: float) -> None:
    """Subtract the gradient; ``residual`` is ∂L/∂f."""
    layers = zip(
        networks.weights, networks.biases, networks.weight_rates, networks.bias_rates, fed, [*back, None], strict=True
    )
    for weight, bias, rate, bias_rate, h, g in layers:
        push = residual if g is None else g * residual  # ∂L/∂z
        if bias_rate:
            bias -= (step_size * bias_rate) * push.sum(axis=1, keepdims=True)
        push = push * (step_size * rate)
        weight -= np.matmul(h.swapaxes(1, 2), push)


def gradient_square(factors: Factors, residual: Float[np.ndarray, "R n"]) -> Float[np.ndarray, " R"]:
    """‖∂L/∂θ‖² in the parameters that are drawn: what a step of length one would move, by the code that trains."""
    moved = factors.networks.zeros()
    _step(moved, factors.fed, factors.back, residual[..., None], 1.0)
    total = np.zeros(moved.count)
    for stacks, rates in ((moved.weights, moved.weight_rates), (moved.biases, moved.bias_rates)):
        for stack, rate in zip(stacks, rates, strict=True):
            flat = stack.reshape(moved.count, -1)
            total += np.einsum("ri,ri->r", flat, flat) / rate if rate else 0.0
    return total


@dataclass(frozen=True)
class Ensemble:
    """What R networks said, from the first step to the last."""

    step: Int[np.ndarray, " frames"]
    step_size: float  # η, per unit of t
    outputs: Float[np.ndarray, "R frames points"]  # at the points that were asked about; nan once lost
    networks: Networks  # as they are at the end

    @property
    def time(self) -> Float[np.ndarray, " frames"]:
        """t = η · step."""
        return self.step_size * self.step


def train_ensemble(
    networks: Networks,
    x: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    at: Float[np.ndarray, "points d"],
    *,
    step_size: Real,
    step: Int[np.ndarray, " frames"],
) -> Iterator[Progress[Ensemble]]:
    """Train copies of ``networks`` and look at f(``at``) after each number of steps in ``step``.

    The partial results have the replicas that are ready.
    """
    eta = real("step_size", step_size, 0, 1e6)
    each = sum(w[0].size + 4 * len(x) * w.shape[2] for w in networks.weights)
    together = max(1, CACHE // each)
    trained = networks.copy()
    outputs = np.full((networks.count, len(step), len(at)), np.nan)
    for first in range(0, networks.count, together):
        some = trained.at(slice(first, first + together))
        for frame, (before, now) in enumerate(zip(np.r_[0, step[:-1]], step, strict=True)):
            descend(some, x, y, eta, int(now - before))
            outputs[first : first + together, frame] = held(some.outputs(at), y)
            done = (first + some.count * (frame + 1) / len(step)) / networks.count
            if done < 1:
                yield Progress(done)
        ready = first + some.count
        yield Progress(ready / networks.count, Ensemble(step, eta, outputs[:ready].copy(), trained.at(slice(ready))))


def held(outputs: Float[np.ndarray, "R points"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, "R points"]:
    """The outputs, nan for a network that is lost."""
    most = LOST * max(1.0, float(np.abs(y).max(initial=0)))
    with np.errstate(invalid="ignore"):
        lost = ~(np.abs(outputs).max(axis=1, initial=0) < most)
    return np.where(lost[:, None], np.nan, outputs)
