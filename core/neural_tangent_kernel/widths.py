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
from core.check import Check
from core.neural_tangent_kernel.checks import BOUND_TOLERANCE, CORRECTION, LEADING
from core.neural_tangent_kernel.learner import Learner
from core.neural_tangent_kernel.network import MOST_WIDTH, Networks
from core.neural_tangent_kernel.powers import exponent, rms
from core.neural_tangent_kernel.scatter import ALARM, BOUND_ALARM, off_power
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.starts import fluctuations
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import MOST_STEPS, log_steps
from core.progress import Progress

REPLICAS, STEPS, LOOKS = 10, 300, 8
DRAWN, ENTRIES = 100, 4e6  # networks of each width whose fluctuation is measured, with that many weights: not trained
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
    """What was measured of each network, in the order of ``MEASURES``. ``hidden`` is nan with less than two hidden
    layers."""

    widths: Int[np.ndarray, " widths"]
    each: Float[np.ndarray, "widths measures R"]
    drawn: tuple[
        Float[np.ndarray, " _"], ...
    ]  # the fluctuation of more networks of each width, of a stream of their own

    def of(self, measure: str) -> tuple[Float[np.ndarray, " _"], ...]:
        """One measure of each network, by width."""
        return self.drawn if measure == "fluctuation" else tuple(self.each[:, list(MEASURES).index(measure)])

    def measured(self, measure: str) -> Float[np.ndarray, " widths"]:
        """Root mean squares over the replicas."""
        return np.array([rms(values) for values in self.of(measure)])

    def exponent(self, measure: str) -> float:
        """The fitted power of n; nan where there is none."""
        return exponent(self.widths, self.measured(measure)) if len(self.widths) > 1 else float("nan")


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
    rows: list[tuple[np.ndarray, np.ndarray]] = []
    for place, width in enumerate(widths.tolist()):
        before = settings.networks(task.x.shape[1], width, replicas)
        learner = Learner(task, settings, width, before)
        eta = settings.stability / learner.largest if learner.largest > 0 else 1.0
        for now in looks:
            for _ in learner.advance(int(now), eta):
                share = (learner.step / looks[-1]) if looks[-1] else 1.0
                yield Progress(min(0.999, (place + share) ** 2 / len(widths) ** 2), _sweep(widths, rows))
            learner.look()
        many = int(np.clip(ENTRIES // (width * (1 + width * max(0, settings.depth - 1))), replicas, DRAWN))
        rows.append((_measure(task, settings, learner, before), fluctuations(task, settings, width, many)))
        yield Progress((place + 1) ** 2 / len(widths) ** 2, _sweep(widths, rows))


def _sweep(widths: np.ndarray, rows: list[tuple[np.ndarray, np.ndarray]]) -> WidthSweep | None:
    if not rows:
        return None
    each, drawn = zip(*rows, strict=True)
    return WidthSweep(widths[: len(rows)], np.array(each), drawn)


def _measure(task: Task, settings: Settings, learner: Learner, before: Networks) -> Float[np.ndarray, "measures R"]:
    trace = learner.trace()
    limit = settings.kernels(task.x, width=learner.width).ntk
    changes = [
        np.linalg.norm(new - old, axis=(1, 2)) / np.linalg.norm(old, axis=(1, 2))
        for new, old in zip(learner.networks.weights, before.weights, strict=True)
    ]
    hidden = np.sqrt(np.mean(np.square(changes[1:-1]), axis=0)) if len(changes) > 2 else np.full(before.count, np.nan)
    fluctuation, drift, departure = trace.fluctuation(limit), trace.drift[:, -1], trace.departure.max(axis=1)
    travel = np.sqrt(travelled(learner.networks, before))
    return np.array([fluctuation, drift, changes[0], hidden, changes[-1], travel, departure])


def travelled(now: Networks, before: Networks) -> Float[np.ndarray, " R"]:
    """‖θ_T − θ₀‖², in the parameters that are drawn from N(0, 1) (NTK) or as they stand (standard)."""
    stacks = (now.weights, before.weights, now.weight_rates), (now.biases, before.biases, now.bias_rates)
    total = np.zeros(now.count)
    for new, old, rates in stacks:
        for a, b, rate in zip(new, old, rates, strict=True):
            total += np.sum((a - b) ** 2, axis=(1, 2)) / rate if rate else 0.0
    return total


def sweep_checks(sweep: WidthSweep, settings: Settings) -> tuple[Check, ...]:
    """The fitted exponents against theory's."""
    found = []
    for measure, predicted in MEASURES.items():
        if measure == "hidden" and settings.depth < 2:
            continue
        bound, power, values = measure in BOUNDS, sweep.exponent(measure), sweep.of(measure)
        other = settings.parametrisation == "standard" and measure not in ("fluctuation", *BOUNDS)
        broken = "nothing_learned" if np.isnan(power) else "other_powers" if other else None
        more = BOUND_TOLERANCE if bound else LEADING
        if measure == "fluctuation":
            more = 0.0 if settings.depth <= 1 else CORRECTION * float(np.mean(values[0] ** 2))
            more += LEADING if settings.parametrisation == "standard" else 0.0
        order = "1/n" if more else ""
        allowed = off_power(
            sweep.widths, values, more=more, order=order, alarm=ALARM if measure == "fluctuation" else BOUND_ALARM
        )
        relation = "at_most" if bound else "equal"
        found.append(Check(f"sweep_{measure}", predicted, power, allowed, broken, relation, abs(predicted) or 1.0))
    return tuple(found)
