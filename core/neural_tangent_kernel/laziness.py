"""Where lazy training ends: how far the kernel moves when the output is scaled by α.

The network says α(f − f₀), with the loss ½Σ(αf − αf₀ − y)²/α². As α grows the parameters have to go 1/α as far, and
the kernel moves as α^−1: lazy training. As α falls the linearisation stops being one, at the sooner the narrower the
network. There is no threshold in theory; that the kernel has moved by a tenth is our convention.
Chizat, Oyallon & Bach 2019, arXiv:1812.07956.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from core.check import Check, approximate
from core.neural_tangent_kernel.learner import Learner
from core.neural_tangent_kernel.powers import exponent, rms
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.tasks import Task
from core.progress import Progress

SCALES = np.array([0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0])
WIDTHS, REPLICAS, STEPS = np.array([8, 64, 512]), 3, 400
DEEP_WIDTHS = np.array([8, 32, 128])  # from two hidden layers on
LAZY_DRIFT = 0.1
HARDLY = 0.02  # what is left of higher orders, where the first happens to cancel


@dataclass(frozen=True)
class Laziness:
    """The kernel's relative change over the training; nan: flew off."""

    scales: Float[np.ndarray, " scales"]  # α
    widths: Int[np.ndarray, " widths"]
    drift: Float[np.ndarray, "widths scales"]

    def border(self, place: int) -> float:
        """The α from which on the kernel of that width moves by less than a tenth: where the straight line between two
        neighbours, on log axes, crosses it. Infinite if it still moves at the largest α, nan if it never does."""
        drift = np.where(np.isfinite(self.drift[place]), self.drift[place], np.inf)
        above = np.flatnonzero(drift > LAZY_DRIFT)
        if not len(above):
            return float("nan")
        last = int(above[-1])
        if last + 1 == len(drift):
            return float("inf")
        if not np.isfinite(drift[last]) or drift[last + 1] <= 0:
            return float(self.scales[last + 1])
        ends = np.log(drift[[last + 1, last]])
        return float(np.exp(np.interp(np.log(LAZY_DRIFT), ends, np.log(self.scales[[last + 1, last]]))))


def laziness(task: Task, settings: Settings) -> Iterator[Progress[Laziness]]:
    """Train at every α and width. All at one width begin with the same networks."""
    widths = WIDTHS if settings.depth <= 1 else DEEP_WIDTHS
    drift = np.full((len(widths), len(SCALES)), np.nan)
    for place, width in enumerate(widths.tolist()):
        networks = settings.networks(task.x.shape[1], width, REPLICAS)
        for at, scale in enumerate(SCALES.tolist()):
            learner = Learner(task, replace(settings, output_scale=scale, centred=True), width, networks)
            eta = settings.stability / learner.largest if learner.largest > 0 else 1.0
            learner.look()
            for _ in learner.advance(STEPS, eta):
                done = (place + (at + learner.step / STEPS) / len(SCALES)) / len(widths)
                yield Progress(min(0.999, done))
            learner.look()
            drift[place, at] = rms(learner.trace().drift[:, -1])
        yield Progress((place + 1) / len(widths), Laziness(SCALES, widths[: place + 1], drift[: place + 1].copy()))


def laziness_checks(found: Laziness, activation: str) -> tuple[Check, ...]:
    """The power of α with which the widest network's kernel moves, between the two largest. It is off by O(1/α), and by
    less than it has changed since the two before. A kernel whose slopes jump is not Lipschitz in the parameters, as the
    theorem asks."""
    before, power = (exponent(found.scales[ends], found.drift[-1, ends]) for ends in (slice(-3, -1), slice(-2, None)))
    broken = "nothing_learned" if np.isnan(power + before) else "kinks" if activation == "relu" else None
    allowed = approximate(np.nan_to_num(abs(power - before)) + HARDLY, "1/α")
    return (Check("laziness", -1.0, power, allowed, broken),)
