"""Networks of one width on their way, and what is noted of them at each frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.neural_tangent_kernel.linearised import linearised_predictions
from core.neural_tangent_kernel.network import Factors, Networks
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import descend, gradient_square, held

if TYPE_CHECKING:
    from core.neural_tangent_kernel.settings import Settings

STRETCH = 4e6  # multiplications between two signs of life: some hundredths of a second


@dataclass(frozen=True)
class Trace:
    """R networks of one width, frame by frame. The first of them is the one that is drawn. nan: lost."""

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
    gradient: Float[np.ndarray, "R frames"]  # ‖∂L/∂θ‖²
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

    def __init__(self, task: Task, settings: "Settings", width: int, networks: Networks) -> None:
        self.task, self.settings, self.width = task, settings, width
        self.networks = networks.copy()
        on_samples, on_line = Factors(networks, task.x), Factors(networks, task.grid)
        self.start, self.start_on_samples = on_line.outputs, on_samples.outputs
        self.start_kernel, self.start_cross = on_samples.kernel(slice(None)), on_line.kernel(on_samples)
        self.start_line = Factors(networks.at(slice(1)), task.grid).kernel(slice(None))[0]
        self.targets = task.y / settings.output_scale + (self.start_on_samples if settings.centred else 0.0)
        self.cost = networks.count * sum(w[0].size * 3 * len(task.x) + 4000 * w.shape[2] for w in networks.weights)
        self.step, self.eta = 0, 0.0
        self._seen: list[tuple] = []

    @property
    def largest(self) -> float:
        """The largest eigenvalue of any Θ̂₀ on the samples."""
        return float(np.linalg.eigvalsh(self.start_kernel)[:, -1].max())

    def advance(self, step: int, eta: float) -> Iterator[float]:
        """To that step; yields the work done so far on the way, every so often."""
        self.eta, spent = eta, 0.0
        at_once = max(1, int(STRETCH / self.cost))
        while self.step < step:
            steps = min(at_once, step - self.step)
            descend(self.networks, self.task.x, self.targets, eta, steps)
            self.step, spent = self.step + steps, spent + steps * self.cost
            yield spent
        if not spent:
            yield spent

    def look(self) -> None:
        """Note what there is to see now."""
        with np.errstate(over="ignore", invalid="ignore"):
            on_samples, line = Factors(self.networks, self.task.x), Factors(self.networks.at(slice(1)), self.task.grid)
            first = Factors(self.networks.at(slice(1)), self.task.x)
            outputs = held(self.networks.outputs(self.task.grid), self.targets.ravel())
            lost = np.isnan(outputs).any(axis=1)
            kernel = np.where(lost[:, None, None], np.nan, on_samples.kernel(slice(None)))
            middle = line.kernel(first)[0][:, self.task.middle] if not lost[0] else np.full(len(outputs[0]), np.nan)
            fitted = np.where(lost[:, None], np.nan, on_samples.outputs)
            residual = np.where(lost[:, None], np.nan, on_samples.outputs - self.targets)
            gradient = gradient_square(on_samples, residual)
            self._line = line
        self._seen.append((self.step, outputs, fitted, kernel, residual, gradient, middle))

    def trace(self) -> Trace:
        """All that was noted."""
        step, *seen, middle = (np.array(column) for column in zip(*self._seen, strict=True))
        outputs, fitted, kernel, residual, gradient = (a.swapaxes(0, 1) for a in seen)
        linear = self.linear(step, self.eta)
        scale, centred = self.settings.output_scale, self.settings.centred
        zero = self.start[:, None] if centred else 0.0
        zero_fitted = self.start_on_samples[:, None] if centred else 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            away = scale * np.sqrt(np.mean((outputs - linear) ** 2, axis=2)) / self.task.size
            now = self._line.kernel(slice(None))[0]
        return Trace(
            self.width, scale * (outputs - zero)[0], scale * (linear - zero)[0], scale * (fitted - zero_fitted),
            middle, self.start_line, now, kernel, away, residual, gradient,
            scale * (outputs - zero)[:, -1], scale * (linear - zero)[:, -1], self.start_cross,
        )  # fmt: skip

    def linear(self, step: np.ndarray, eta: float) -> Float[np.ndarray, "R frames points"]:
        """Every network's own linearisation, on the line, after that many steps."""
        targets = np.broadcast_to(self.targets, self.start_on_samples.shape)
        return np.array(
            [
                linearised_predictions(
                    self.start_kernel[r], self.start_cross[r], self.start_on_samples[r], self.start[r], targets[r],
                    eta * step.astype(float), eta,
                )
                for r in range(self.networks.count)
            ]
        )  # fmt: skip
