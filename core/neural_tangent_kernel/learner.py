"""Networks of one width on their way, and what is noted of them at each frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from core.neural_tangent_kernel.between import between
from core.neural_tangent_kernel.leaps import Descent
from core.neural_tangent_kernel.linearised import linearised_predictions
from core.neural_tangent_kernel.network import Factors, Networks
from core.neural_tangent_kernel.steps import gradient_square, held
from core.neural_tangent_kernel.tasks import Task

if TYPE_CHECKING:
    from core.neural_tangent_kernel.settings import Settings

SUDDEN = 0.15  # of a kernel: farther than that it does not go evenly from one look to the next
STRETCH = 1e8  # multiplications between two signs of life: some hundredths of a second


@dataclass(frozen=True)
class Look:
    """What was seen of R networks after so many steps; nan: lost."""

    step: int
    said: Float[np.ndarray, "R points_n"]  # f on the line, and then on the samples
    kernel: Float[np.ndarray, "R n n"]  # Θ̂ on the samples
    middle: Float[np.ndarray, " points"]  # the first's between the middle sample and the line
    gradient: Float[np.ndarray, " R"]  # ‖∂L/∂θ‖²


@dataclass(frozen=True)
class Trace:
    """R networks of one width, frame by frame. The first of them is the one that is drawn. nan: lost. At frames between
    two at which they were looked at, what lies ``between``."""

    width: int
    function: Float[np.ndarray, "frames points"]  # αf of the first, on the line
    linear: Float[np.ndarray, "frames points"]  # its linearisation
    fitted: Float[np.ndarray, "R frames n"]  # αf on the samples
    middle: Float[np.ndarray, "frames points"]  # the first's Θ̂ between the middle sample and the line
    start_line: Float[np.ndarray, "points points"]  # the first's Θ̂ on the line, before the first step
    line: Float[np.ndarray, "points points"]  # the same now
    kernel: Float[np.ndarray, "R frames n n"]  # Θ̂ on the samples
    departure: Float[np.ndarray, "R frames"]  # ‖αf − its linearisation‖ on the line, in units of the targets
    residual: Float[np.ndarray, "R frames n"]  # f less its targets
    gradient: Float[np.ndarray, "R frames"]  # ‖∂L/∂θ‖²; nan where they were not looked at
    now: Float[np.ndarray, "R points"]  # αf of each, on the line
    linear_now: Float[np.ndarray, "R points"]  # their linearisations
    start_cross: Float[np.ndarray, "R points n"]  # Θ̂₀ between the line and the samples

    @property
    def drift(self) -> Float[np.ndarray, "R frames"]:
        """‖Θ̂_t − Θ̂_0‖/‖Θ̂_0‖, Frobenius norms on the samples."""
        start = np.linalg.norm(self.kernel[:, :1], axis=(2, 3))
        moved = np.linalg.norm(self.kernel - self.kernel[:, :1], axis=(2, 3))
        return np.divide(moved, start, out=np.zeros_like(moved), where=start > 0)

    def fluctuation(self, limit: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " R"]:
        """‖Θ̂_0 − Θ‖/‖Θ‖."""
        size = np.linalg.norm(limit)
        return np.linalg.norm(self.kernel[:, 0] - limit, axis=(1, 2)) / (size or 1.0)


class Learner:
    """Takes R networks of one width through the steps."""

    def __init__(
        self, task: Task, settings: "Settings", width: int, networks: Networks, *, tolerance: float | None = None
    ) -> None:
        self.task, self.settings, self.width, self.tolerance = task, settings, width, tolerance
        self.networks, count = networks.copy(), networks.count
        on_samples, on_line = Factors(networks, task.x), Factors(networks, task.grid)
        first = on_line.at(slice(1))
        self.start = np.concatenate([on_line.outputs, on_samples.outputs], axis=1)  # (R, points + n)
        self.start_kernel, self.start_cross = on_samples.kernel(slice(None)), on_line.kernel(on_samples)
        self.start_line = first.kernel(slice(None))[0]
        self.targets = task.y / settings.output_scale + (on_samples.outputs if settings.centred else 0.0)
        self.cost = count * sum(w[0].size * 3 * len(task.x) + 4000 * w.shape[2] for w in networks.weights)
        self.eta, self._descent = 0.0, None
        self._seen: list[Look] = []

    @cached_property
    def largest(self) -> float:
        """The largest eigenvalue of any Θ̂₀ on the samples."""
        return float(np.linalg.eigvalsh(self.start_kernel)[:, -1].max())

    @property
    def step(self) -> int:
        """How many have been taken."""
        return self._descent.step if self._descent else 0

    @property
    def is_restless(self) -> bool:
        """Whether what is between two looks does not follow from them: the networks swing from step to step, or cannot
        leap, or their kernels were others at the last look but one."""
        if self._descent is None or len(self._seen) < 2:
            return False
        before, now = self._seen[-2].kernel, self._seen[-1].kernel
        moved = np.linalg.norm(now - before, axis=(1, 2)) > SUDDEN * np.linalg.norm(before, axis=(1, 2))
        return self._descent.is_restless or self.eta * self.largest > 1 or bool(moved.any())

    def advance(self, step: int, eta: float) -> Iterator[int]:
        """To that step; yields the steps taken so far on the way, every so often."""
        if not self._descent:
            self.eta = eta
            self._descent = Descent(self.networks, self.task.x, self.targets, eta, tolerance=self.tolerance)
        while self._descent.step < step:
            self._descent.advance(step, max(1, int(STRETCH / self.cost)))
            yield self._descent.step

    def look(self) -> None:
        """Note what there is to see now."""
        with np.errstate(over="ignore", invalid="ignore"):
            on_samples = self._descent.factors if self._descent else Factors(self.networks, self.task.x)
            line = Factors(self.networks.at(slice(1)), self.task.grid)
            others = self.networks.at(slice(1, None)).outputs(self.task.grid)
            outputs = held(np.concatenate([line.outputs, others]), self.targets.ravel())
            lost = np.isnan(outputs).any(axis=1)
            kernel = np.where(lost[:, None, None], np.nan, on_samples.kernel(slice(None)))
            middle = line.kernel(on_samples.at(slice(1)))[0][:, self.task.middle]
            fitted = np.where(lost[:, None], np.nan, on_samples.outputs)
            gradient = gradient_square(on_samples, fitted - self.targets)
            self._line = line
        said = np.concatenate([outputs, fitted], axis=1)
        self._seen.append(Look(self.step, said, kernel, np.where(lost[0], np.nan, middle), gradient))

    def trace(self, step: Int[np.ndarray, " frames"] | None = None) -> Trace:
        """All that was noted; at each of these steps, if there are more of them than were looked at."""
        seen = np.array([look.step for look in self._seen])
        step = seen if step is None else step
        said, kernel, middle, gradient = (
            np.array([getattr(look, name) for look in self._seen]) for name in ("said", "kernel", "middle", "gradient")
        )  # (looks, …)
        linear, at = self.linear(step, self.eta), np.searchsorted(step, seen)
        with np.errstate(over="ignore", invalid="ignore"):
            away = between(seen, said - linear[at], step)
            every, now = linear + away, self._line.kernel(slice(None))[0]
        every[at] = said  # where the linearisation has flown off, the sum would be rounding
        known = np.full((len(step), len(gradient[0])), np.nan)
        known[at] = gradient
        return self._traced(linear, every, away, between(seen, kernel, step), between(seen, middle, step), known, now)

    def _traced(self, linear, said, away, kernel, middle, gradient, now) -> Trace:
        """In the units in which the network speaks; of what is kept in part, the part alone."""
        scale, points = self.settings.output_scale, len(self.task.grid)
        zero = self.start if self.settings.centred else 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            residual = said[..., points:] - self.targets
            departure = scale * np.sqrt(np.mean(away[..., :points] ** 2, axis=2)) / self.task.size
            said, linear = scale * (said - zero), scale * (linear - zero)  # (frames, R, points + n)
        by_network = (a.swapaxes(0, 1) for a in (said[..., points:].copy(), kernel, departure, residual, gradient))
        fitted, kernel, departure, residual, gradient = by_network
        function, straight = (values[:, 0, :points].copy() for values in (said, linear))
        ends = (values[-1, :, :points].copy() for values in (said, linear))
        return Trace(
            self.width, function, straight, fitted, middle, self.start_line, now, kernel, departure, residual, gradient,
            *ends, self.start_cross,
        )  # fmt: skip

    def linear(self, step: np.ndarray, eta: float) -> Float[np.ndarray, "frames R points_n"]:
        """Every network's own linearisation, on the line and the samples, after that many steps."""
        fitted = self.start[:, len(self.task.grid) :]
        cross = np.concatenate([self.start_cross, self.start_kernel], axis=1)  # (R, points + n, n)
        targets = np.broadcast_to(self.targets, fitted.shape)
        return linearised_predictions(self.start_kernel, cross, fitted, self.start, targets, eta * step, eta)
