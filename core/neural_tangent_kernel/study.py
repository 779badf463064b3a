"""Three networks of growing width learn the same points, each beside its linearisation and the infinitely wide one.

All take the same steps, η = ``stability``/λ_max, with λ_max the largest eigenvalue of any tangent kernel at the start:
of the analytic one, and of every network drawn (a narrow one's can be far larger). The output is scaled: the network
says αf (or α(f − f₀), ``centred``), with the loss ½Σ(αf − y)²/α². That is descent on f with the targets y/α: the kernel
in function space is Θ whatever α, and the path that the parameters have to go is 1/α as long (Chizat, Oyallon & Bach
2019, arXiv:1812.07956).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.bounds import whole
from core.neural_tangent_kernel.learner import Learner, Trace
from core.neural_tangent_kernel.linearised import Modes, modes, process_path
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.starts import Start, starts
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import MOST_STEPS, log_steps
from core.progress import Progress

NARROW, MIDDLE, REPLICAS = 8, 64, (16, 8, 1)
FRAMES = 64
PARTIAL = 8  # frames between two partial results
EVERY = 4  # frames from one look at the networks to the next, but for those that are restless


@dataclass(frozen=True)
class Limit:
    """The infinitely wide network (in the standard parametrisation, the leading kernel of one width)."""

    kernel: Float[np.ndarray, "n n"]  # Θ on the samples
    middle: Float[np.ndarray, " points"]  # Θ between the middle sample and the line
    line: Float[np.ndarray, "points points"]  # Θ on the line
    mean: Float[np.ndarray, "frames points"]  # of αf
    deviation: Float[np.ndarray, "frames points"]
    modes: Modes


@dataclass(frozen=True)
class Study:
    """Three widths on one clock."""

    task: Task
    settings: Settings
    step: Int[np.ndarray, " frames"]
    step_size: float  # η
    traces: tuple[Trace, ...]  # narrow, middle, wide
    limits: tuple[Limit, ...]  # one for each of them
    starts: tuple[Start, ...]  # many networks that are only drawn, of three widths of their own

    @property
    def time(self) -> Float[np.ndarray, " frames"]:
        """t = η · step."""
        return self.step_size * self.step

    @property
    def widths(self) -> Int[np.ndarray, " widths"]:
        return np.array([trace.width for trace in self.traces])

    @property
    def diverged(self) -> Bool[np.ndarray, " widths"]:
        """Whether the network that is drawn has flown off by now."""
        return np.array([not np.isfinite(trace.function[-1]).all() for trace in self.traces])


def widest(depth: int) -> int:
    """The widest of the three: a deep network of width 1024 would take too long to wait for."""
    return 1024 if depth <= 2 else 512 if depth <= 4 else 256


def study(
    task: Task, settings: Settings, *, steps: int = 1000, tolerance: float | None = None
) -> Iterator[Progress[Study]]:
    """Train the three, all of them up to a frame before the next, so that a partial result has them all.

    ``tolerance`` is that of ``Descent``; with 0, every step is taken and every frame looked at.
    """
    step = log_steps(whole("steps", steps, 1, MOST_STEPS), FRAMES)
    widths = (NARROW, MIDDLE, widest(settings.depth))
    drawn = [settings.networks(task.x.shape[1], w, r) for w, r in zip(widths, REPLICAS, strict=True)]
    yield Progress(0.01)
    pairs = zip(widths, drawn, strict=True)
    learners = [Learner(task, settings, width, networks, tolerance=tolerance) for width, networks in pairs]
    eta = step_size(task, settings, widths, learners)
    limits = _limits(task, settings, widths, step, eta)
    many = starts(task, settings)
    places = set(_looked_at(step, 1 if tolerance == 0 else EVERY).tolist())
    for frame, now in enumerate(step.tolist()):
        for place, learner in enumerate(learners):
            if frame in places or learner.is_restless:
                for _ in learner.advance(now, eta):
                    yield Progress(min(0.99, 0.02 + 0.97 * (frame + place / len(learners)) / len(step)))
                learner.look()
        if frame + 1 == len(step) or (frame and frame % PARTIAL == 0):
            so_far = step[: frame + 1]
            traces = tuple(learner.trace(so_far) for learner in learners)
            parts = tuple(_until(limit, frame + 1) for limit in limits)
            done = 1.0 if frame + 1 == len(step) else min(0.99, 0.02 + 0.97 * (frame + 1) / len(step))
            yield Progress(done, Study(task, settings, so_far, eta, traces, parts, many))


def _looked_at(step: Int[np.ndarray, " frames"], every: int) -> Int[np.ndarray, " looks"]:
    """The frames at which the networks are looked at: the last, those of which there is a partial result, and between
    them as many as it takes, more where the clock goes by single steps."""
    frames = np.arange(len(step))
    return frames[(frames < PARTIAL) | (frames % every == 0) | (frames == frames[-1])]


def step_size(task: Task, settings: Settings, widths, learners) -> float:
    """η. Where every kernel is zero nothing is learned at any step size, and it is one."""
    analytic = [np.linalg.eigvalsh(settings.kernels(task.x, width=w).ntk)[-1] for w in widths]
    largest = max(*analytic, *(float(learner.largest) for learner in learners))
    return settings.stability / largest if largest > 0 else 1.0


def _limits(task: Task, settings: Settings, widths, step, eta: float) -> tuple[Limit, ...]:
    if settings.parametrisation == "ntk":
        return (_limit(task, settings, None, step, eta),) * len(widths)
    return tuple(_limit(task, settings, width, step, eta) for width in widths)


def _limit(task: Task, settings: Settings, width: int | None, step, eta: float) -> Limit:
    train, line = settings.kernels(task.x, width=width), settings.kernels(task.grid, width=width)
    cross = settings.kernels(task.grid, task.x, width=width)
    alpha = settings.output_scale
    path = process_path(train, cross, line, task.y / alpha, eta * step.astype(float), eta)
    spread = 0.0 if settings.centred else alpha
    mean, deviation = alpha * path.mean, spread * path.deviation
    return Limit(train.ntk, cross.ntk[:, task.middle].copy(), line.ntk, mean, deviation, modes(train.ntk))


def _until(limit: Limit, frames: int) -> Limit:
    parts = (limit.kernel, limit.middle, limit.line, limit.mean[:frames], limit.deviation[:frames])
    return Limit(*parts, limit.modes)
