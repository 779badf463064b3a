"""Curves that are read off a study: each eigenmode's residual, and what the parametrisation does to the kernel.

    c_i(t) = v_iᵀ(f_t(X) − y)   with v_i, λ_i those of the network's own kernel at the start, Θ̂₀(X, X)
    c_i(t) = c_i(0)(1 − ηλ_i)^{t/η} of its linearisation; for small steps that is c_i(0) e^{−λ_i t}

The largest eigenvalue is learned first.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from core.bounds import whole
from core.neural_tangent_kernel.linearised import modes
from core.neural_tangent_kernel.network import PARAMETRISATIONS
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.study import Study
from core.neural_tangent_kernel.tasks import Task


@dataclass(frozen=True)
class ModeCurves:
    """|c_i(t)| of one network, and what a kernel that stays would make of it."""

    time: Float[np.ndarray, " frames"]
    eigenvalues: Float[np.ndarray, " n"]  # λ_i, decreasing
    measured: Float[np.ndarray, "frames n"]  # in units of the targets; nan: lost
    predicted: Float[np.ndarray, "frames n"]


def mode_curves(run: Study, place: int) -> ModeCurves:
    """Of the network that is drawn at that width."""
    trace = run.traces[whole("place", place, 0, len(run.traces) - 1)]
    basis = modes(trace.kernel[0, 0])
    away = (trace.fitted[0] - run.task.y) @ basis.vectors / run.task.size
    predicted = np.abs(away[0] * basis.kept(run.time, run.step_size))
    return ModeCurves(run.time, basis.values[::-1], np.abs(away)[:, ::-1], predicted[:, ::-1])


@dataclass(frozen=True)
class Growth:
    """The largest eigenvalue of the kernel at the start, by width, in both parametrisations."""

    widths: Int[np.ndarray, " widths"]
    largest: Float[np.ndarray, "parametrisations widths"]  # in the order of PARAMETRISATIONS


GROWTH_WIDTHS = 2 ** np.arange(3, 13)


def growth(task: Task, settings: Settings) -> Growth:
    """From the closed forms. A step size above 2 over it is unstable."""
    rows = []
    for parametrisation in PARAMETRISATIONS:
        chosen = replace(settings, parametrisation=parametrisation)
        kernels = (chosen.kernels(task.x, width=int(width)).ntk for width in GROWTH_WIDTHS)
        rows.append([float(np.linalg.eigvalsh(kernel)[-1]) for kernel in kernels])
    return Growth(GROWTH_WIDTHS, np.array(rows))
