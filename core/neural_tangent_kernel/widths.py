"""What depends on the width, and how: everything measured at several widths, with the exponent of each.

At fixed data and fixed training time, as n → ∞, in the NTK parametrisation
    fluctuation   ‖Θ̂₀ − Θ‖/‖Θ‖                   n^−½
    drift         ‖Θ̂_T − Θ̂₀‖/‖Θ̂₀‖               O(n^−½) proved, n^−1 seen
    first, last   ‖ΔW‖/‖W‖ of these layers       n^−½
    hidden        the same of n × n layers       n^−1
    travel        ‖θ_T − θ₀‖                     n⁰
    departure     largest ‖f − f_lin‖            O(n^−½) proved, n^−1 seen
Lee et al. 2019, arXiv:1902.06720, Figure 2; Dyer & Gur-Ari 2020, arXiv:1909.11304.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import increasing, whole
from core.check import Check, approximate
from core.neural_tangent_kernel.checks import BOUND_TOLERANCE, EXPONENT_TOLERANCE, exponent, rms
from core.neural_tangent_kernel.learner import Learner
from core.neural_tangent_kernel.network import MOST_WIDTH, Networks
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import MOST_STEPS, log_steps
from core.progress import Progress

REPLICAS, STEPS, LOOKS = 10, 300, 8
MEASURES = {  # measure -> the power of n that theory has for it
    "fluctuation": -0.5,
    "drift": -0.5,
    "first": -0.5,
    "hidden": -1.0,
    "last": -0.5,
    "travel": 0.0,
    "departure": -0.5,
}
BOUNDS = ("drift", "departure")  # of these, theory has an upper bound


def widths_for(depth: int) -> Int[np.ndarray, " widths"]:
    """Widths whose networks of that depth are trained within a second or two."""
    return 2 ** np.arange(4, 9) if depth <= 2 else 2 ** np.arange(4, 8) if depth <= 4 else 2 ** np.arange(3, 7)


@dataclass(frozen=True)
class WidthSweep:
    """Root mean squares over the replicas. ``hidden`` is nan with less than two hidden layers."""

    widths: Int[np.ndarray, " widths"]
    fluctuation: Float[np.ndarray, " widths"]
    drift: Float[np.ndarray, " widths"]
    first: Float[np.ndarray, " widths"]
    hidden: Float[np.ndarray, " widths"]
    last: Float[np.ndarray, " widths"]
    travel: Float[np.ndarray, " widths"]
    departure: Float[np.ndarray, " widths"]

    def exponent(self, measure: str) -> float:
        """The fitted power of n; nan where there is none."""
        return exponent(self.widths, getattr(self, measure)) if len(self.widths) > 1 else float("nan")


def width_sweep(
    task: Task,
    settings: Settings,
    *,
    widths: Int[np.ndarray, " widths"] | None = None,
    replicas: int = REPLICAS,
    steps: int = STEPS,
) -> Iterator[Progress[WidthSweep]]:
    """Train ``replicas`` networks of each width, with η from their own largest λ_max."""
    widths = widths_for(settings.depth) if widths is None else increasing("widths", widths, 1, MOST_WIDTH)
    whole("replicas", replicas, 1, 1000)
    looks = log_steps(whole("steps", steps, 1, MOST_STEPS), LOOKS)
    rows: list[tuple[float, ...]] = []
    for place, width in enumerate(widths.tolist()):
        before = settings.networks(task.x.shape[1], width, replicas)
        learner = Learner(task, settings, width, before)
        eta = settings.stability / learner.largest if learner.largest > 0 else 1.0
        for now in looks:
            for _ in learner.advance(int(now), eta):
                share = (learner.step / looks[-1]) if looks[-1] else 1.0
                yield Progress(min(0.999, (place + share) ** 2 / len(widths) ** 2), _sweep(widths, rows))
            learner.look()
        rows.append(_measure(task, settings, learner, before))
        yield Progress((place + 1) ** 2 / len(widths) ** 2, _sweep(widths, rows))


def _sweep(widths: np.ndarray, rows: list[tuple[float, ...]]) -> WidthSweep | None:
    return WidthSweep(widths[: len(rows)], *map(np.array, zip(*rows, strict=True))) if rows else None


def _measure(task: Task, settings: Settings, learner: Learner, before: Networks) -> tuple[float, ...]:
    trace = learner.trace()
    limit = settings.kernels(task.x, width=learner.width).ntk
    changes = [
        np.linalg.norm(new - old, axis=(1, 2)) / np.linalg.norm(old, axis=(1, 2))
        for new, old in zip(learner.networks.weights, before.weights, strict=True)
    ]
    hidden = rms(np.array(changes[1:-1])) if len(changes) > 2 else float("nan")
    fluctuation, drift, departure = trace.fluctuation(limit), trace.drift[:, -1], trace.departure.max(axis=1)
    travel = np.sqrt(travelled(learner.networks, before))
    return (*map(rms, (fluctuation, drift, changes[0])), hidden, *map(rms, (changes[-1], travel, departure)))


def travelled(now: Networks, before: Networks) -> Float[np.ndarray, " R"]:
    """‖θ_T − θ₀‖², in the parameters that are drawn from N(0, 1) (NTK) or as they stand (standard)."""
    stacks = (now.weights, before.weights, now.weight_rates), (now.biases, before.biases, now.bias_rates)
    total = np.zeros(now.count)
    for new, old, rates in stacks:
        for a, b, rate in zip(new, old, rates, strict=True):
            total += np.sum((a - b) ** 2, axis=(1, 2)) / rate if rate else 0.0
    return total


def sweep_checks(sweep: WidthSweep, *, deep: bool) -> tuple[Check, ...]:
    """The fitted exponents against theory's; ``deep``: with hidden layers of n × n."""
    found = []
    for measure, predicted in MEASURES.items():
        if measure == "hidden" and not deep:
            continue
        bound = measure in BOUNDS
        power = sweep.exponent(measure)
        broken = "nothing_learned" if np.isnan(power) else None
        tolerance = approximate(BOUND_TOLERANCE if bound else EXPONENT_TOLERANCE, "R^(−1/2)")
        found.append(Check(f"sweep_{measure}", predicted, power, tolerance, broken, "at_most" if bound else "equal"))
    return tuple(found)
