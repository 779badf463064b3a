"""Many networks, drawn and trained alike: are they the Gaussian process that the infinitely wide one is?

Mean and standard deviation over R networks at each time, beside those of ``process_at``. The mean of R draws has the
standard error s/√R; a variance estimated from R draws has the relative standard error √(2/(R − 1)).
Lee et al. 2019, arXiv:1902.06720, Corollary 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.check import EXACT, Check, sampled, silent
from core.neural_tangent_kernel.checks import FAINT, STABLE
from core.neural_tangent_kernel.linearised import process_at
from core.neural_tangent_kernel.network import empirical_ntk
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.study import FRAMES
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.training import log_steps, train_ensemble
from core.progress import Progress

ERRORS = 4.0  # standard errors that a mean may be off
VARIANCE_ERRORS = 4.0
FINITE_WIDTH = 10.0  # a variance may be off by this over the width besides


@dataclass(frozen=True)
class EnsembleStudy:
    """R trained networks of one width, and the process they should be."""

    width: int
    step: Int[np.ndarray, " frames"]
    step_size: float
    outputs: Float[np.ndarray, "R frames points"]  # αf on the line; nan: flew off
    mean: Float[np.ndarray, "frames points"]  # of the process
    deviation: Float[np.ndarray, "frames points"]

    @property
    def lost(self) -> int:
        """How many of the networks flew off."""
        return int(np.isnan(self.outputs[:, -1]).any(axis=1).sum())


def ensemble_study(
    task: Task, settings: Settings, *, width: int = 128, count: int = 50, steps: int = 500
) -> Iterator[Progress[EnsembleStudy]]:
    """Train ``count`` networks of that width together."""
    networks = settings.networks(task.x.shape[1], width, count)
    largest = float(np.linalg.eigvalsh(empirical_ntk(networks, task.x))[:, -1].max())
    eta, step = (settings.stability / largest if largest > 0 else 1.0), log_steps(steps, FRAMES)
    train, line = settings.kernels(task.x, width=width), settings.kernels(task.grid, width=width)
    cross, alpha = settings.kernels(task.grid, task.x, width=width), settings.output_scale
    processes = [process_at(train, cross, line, task.y / alpha, eta * float(k), eta) for k in step]
    mean = alpha * np.array([p.mean for p in processes])
    deviation = alpha * np.array([p.deviation for p in processes])
    for now in train_ensemble(networks, task.x, task.y / alpha, task.grid, step_size=eta, step=step):
        found = now.result
        so_far = found and EnsembleStudy(width, step, eta, alpha * found.outputs, mean, deviation)
        yield Progress(now.done, so_far)


def ensemble_checks(study: EnsembleStudy, settings: Settings) -> tuple[Check, ...]:
    """Mean and variance of the networks at the end against the process."""
    outputs = study.outputs[:, -1][np.isfinite(study.outputs[:, -1]).all(axis=1)]
    count, deviation = len(outputs), study.deviation[-1]
    scale = np.maximum(deviation, FAINT * float(deviation.max()))
    broken = "unstable_steps" if settings.stability >= STABLE else "flew_off" if study.lost else None
    if count < 2 or scale.max() <= 0:
        why = broken or "no_spread"
        return silent("ensemble_mean", why, ERRORS), silent("ensemble_spread", why, 1.0)
    off = float(np.max(np.abs(outputs.mean(axis=0) - study.mean[-1]) / (scale / np.sqrt(count))))
    ratio = float(outputs.var(axis=0, ddof=1).sum() / np.sum(deviation**2))
    allowed = sampled(VARIANCE_ERRORS, np.sqrt(2 / (count - 1)), count, more=FINITE_WIDTH / study.width, order="1/n")
    return (
        Check("ensemble_mean", ERRORS, off, EXACT, broken, "at_most"),
        Check("ensemble_spread", 1.0, ratio, allowed, broken),
    )
