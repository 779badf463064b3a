"""Gradient descent on many networks, and the time t = η · step at which it is looked at.

Some replicas are taken through all steps before the next, so that their matrices stay in the cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.neural_tangent_kernel.leaps import Descent
from core.neural_tangent_kernel.network import Networks
from core.neural_tangent_kernel.steps import held
from core.progress import Progress

MOST_STEPS = 20_000
CACHE = 1 << 17  # numbers that are worked on at a time


def log_steps(steps: int, frames: int) -> Int[np.ndarray, " frames"]:
    """Whole numbers from 0 to ``steps``, evenly spaced on a log scale where they are not too near one another."""
    whole("steps", steps, 1, MOST_STEPS)
    frames = whole("frames", frames, 1, 100_000)
    return np.unique(np.round(np.geomspace(1, steps + 1, frames)).astype(np.int64) - 1)


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
    tolerance: Real | None = None,
) -> Iterator[Progress[Ensemble]]:
    """Train copies of ``networks`` and look at f(``at``) after each number of steps in ``step``.

    The partial results have the replicas that are ready. ``tolerance`` is that of ``Descent``; with 0 each network is
    computed as if it were alone.
    """
    eta = real("step_size", step_size, 0, 1e6)
    each = sum(w[0].size + 4 * len(x) * w.shape[2] for w in networks.weights)
    together = max(1, CACHE // each)
    trained = networks.copy()
    outputs = np.full((networks.count, len(step), len(at)), np.nan)
    for first in range(0, networks.count, together):
        some = trained.at(slice(first, first + together))
        descent = Descent(some, x, y, eta, tolerance=tolerance)
        for frame, now in enumerate(step.tolist()):
            while descent.step < now:
                descent.advance(now)
            outputs[first : first + together, frame] = held(some.outputs(at), y)
            done = (first + some.count * (frame + 1) / len(step)) / networks.count
            if done < 1:
                yield Progress(done)
        ready = first + some.count
        yield Progress(ready / networks.count, Ensemble(step, eta, outputs[:ready].copy(), trained.at(slice(ready))))
