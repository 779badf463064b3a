"""Many networks, drawn and trained alike: are they the Gaussian process that the infinitely wide one is?

Mean and standard deviation over R networks at each time, beside those of ``process_at``. The mean of R draws has the
standard error s/√R; a variance estimated from R draws has the relative standard error √(2/(R − 1)).
Lee et al. 2019, arXiv:1902.06720, Corollary 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from core.check import Check, silent
from core.neural_tangent_kernel.band import BLURRED, spread, squares_in
from core.neural_tangent_kernel.checks import STABLE
from core.neural_tangent_kernel.learner import Learner
from core.neural_tangent_kernel.linearised import process_at, process_path, responses
from core.neural_tangent_kernel.scatter import off_mean, spectrum
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.study import FRAMES
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import log_steps, train_ensemble
from core.progress import Progress


@dataclass(frozen=True)
class EnsembleStudy:
    """R trained networks of one width, and the process they should be."""

    width: int
    step: Int[np.ndarray, " frames"]
    step_size: float
    outputs: Float[np.ndarray, "R frames points"]  # αf on the line; nan: flew off
    mean: Float[np.ndarray, "frames points"]  # of the process
    deviation: Float[np.ndarray, "frames points"]
    covariance: Float[np.ndarray, "points points"]  # of the process at the end
    linear: Float[np.ndarray, "R points"]  # the networks' own linearisations at the end
    responses: Float[np.ndarray, "R points"]  # what the networks' own kernels make of the targets alone
    response: Float[np.ndarray, " points"]  # what the mean of all their kernels does

    @property
    def lost(self) -> int:
        """How many of the networks flew off."""
        return int(np.isnan(self.outputs[:, -1]).any(axis=1).sum())


def ensemble_study(
    task: Task, settings: Settings, *, width: int = 128, count: int = 50, steps: int = 500
) -> Iterator[Progress[EnsembleStudy]]:
    """Train ``count`` networks of that width together."""
    networks = settings.networks(task.x.shape[1], width, count)
    learner = Learner(task, replace(settings, centred=False), width, networks)
    eta, step = (settings.stability / learner.largest if learner.largest > 0 else 1.0), log_steps(steps, FRAMES)
    train, line = settings.kernels(task.x, width=width), settings.kernels(task.grid, width=width)
    cross, alpha = settings.kernels(task.grid, task.x, width=width), settings.output_scale
    path = process_path(train, cross, line, task.y / alpha, eta * step.astype(float), eta)
    mean, deviation = alpha * path.mean, alpha * path.deviation
    covariance = alpha**2 * process_at(train, cross, line, task.y / alpha, eta * float(step[-1]), eta).covariance
    linear = alpha * learner.linear(step[-1:], eta)[0, :, : len(task.grid)]
    pairs = learner.start_kernel, learner.start_cross
    own = responses(*pairs, task.y, eta * float(step[-1]), eta)
    of_mean = responses(*(p.mean(axis=0, keepdims=True) for p in pairs), task.y, eta * float(step[-1]), eta)[0]
    for now in train_ensemble(networks, task.x, task.y / alpha, task.grid, step_size=eta, step=step):
        found = now.result
        ready = len(found.outputs) if found else 0
        so_far = found and EnsembleStudy(
            width,
            step,
            eta,
            alpha * found.outputs,
            mean,
            deviation,
            covariance,
            linear[:ready],
            own[:ready],
            of_mean,
        )
        yield Progress(now.done, so_far)


def ensemble_checks(study: EnsembleStudy, settings: Settings) -> tuple[Check, ...]:
    """Mean and spread of the networks at the end against the process. What their finite width adds is measured on them:
    how far their own kernels move them, and how far they leave their own linearisations."""
    known = np.isfinite(study.outputs[:, -1]).all(axis=1)
    outputs, mean = study.outputs[known, -1], study.mean[-1]
    count, size = len(outputs), float(np.linalg.norm(mean))
    broken = "unstable_steps" if settings.stability >= STABLE else "flew_off" if study.lost else None
    squares = _squares(outputs, study.covariance) if count > 1 else np.zeros((0, 0))
    if not squares.size or size <= 0:
        why = broken or "no_spread"
        return silent("ensemble_mean", why, 0.0), silent("ensemble_spread", why, 1.0)
    off = float(np.linalg.norm(outputs.mean(axis=0) - mean)) / size
    own, left = study.responses[known], outputs - study.linear[known]
    curved = 2 * float(np.linalg.norm(own.mean(axis=0) - study.response)) / size  # the second order in the kernel
    curved += float(np.linalg.norm(left.mean(axis=0))) / size
    added = float(_squares(own, study.covariance).mean() + squares_in(left, study.covariance).mean())
    added /= float(squares_in(study.linear[known] - own, study.covariance).mean())  # what they make of their starts
    allowed = off_mean(spectrum(outputs), count, size, curved, "1/n")
    freedom = (count - 1) * squares.shape[1]
    why = broken or ("blurred" if added > BLURRED else None)
    return (
        Check("ensemble_mean", 0.0, off, allowed, broken, scale=1.0),
        spread("ensemble_spread", float(squares.mean()) * freedom, freedom, count, added, why),
    )


def _squares(values: Float[np.ndarray, "R points"], covariance: np.ndarray) -> Float[np.ndarray, "R directions"]:
    """About their own mean, without bias."""
    return squares_in(values - values.mean(axis=0), covariance) * (len(values) / (len(values) - 1))
