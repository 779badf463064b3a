"""Many networks before their first step: their kernels against the analytic ones, which are their mean.

    Θ̂₀ = ∂f·∂f′ and Σ̂ = σ_w² h·h′/n + σ_b², what the last layer makes of the last hidden one: E Θ̂₀ → Θ, E Σ̂ → Σ

With one hidden layer both are means over n independent units, so E Θ̂₀ = Θ and E Σ̂ = Σ at any width, and
E‖Θ̂₀ − Θ‖² = C/n, exactly. With more there are relative terms of the order of v = E‖Θ̂₀ − Θ‖²/‖Θ‖², itself O(L/n);
far smaller ones were seen in the means (Hanin & Nica 2020, arXiv:1909.05989, have v for ReLU; theirs is e^{5L/n}).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.neural_tangent_kernel.scatter import spectrum
from core.neural_tangent_kernel.tasks import Task
from core.neural_tangent_kernel.untrained import untrained

if TYPE_CHECKING:
    from core.neural_tangent_kernel.settings import Settings

SHALLOW = {8: 256, 64: 256, 1024: 64}  # width -> networks: a tenth of the time that the training takes
DEEP = {16: 256, 64: 512, 256: 32}
DEEPEST = {16: 64, 128: 64}


@dataclass(frozen=True)
class Mean:
    """The mean of R random matrices, and what is needed to say how far it may be from its expectation."""

    value: Float[np.ndarray, "n n"]
    spectrum: Float[np.ndarray, " w"]  # eigenvalues of the covariance of one of them


@dataclass(frozen=True)
class Start:
    """R networks of one width, drawn."""

    width: int
    ntk: Mean
    nngp: Mean
    fluctuation: Float[np.ndarray, " R"]  # ‖Θ̂₀ − Θ‖/‖Θ‖ of each

    @property
    def count(self) -> int:
        """R."""
        return len(self.fluctuation)

    @property
    def variance(self) -> float:
        """v = E‖Θ̂₀ − Θ‖²/‖Θ‖²."""
        return float(np.mean(self.fluctuation**2))


def starts(task: Task, settings: "Settings") -> tuple[Start, ...]:
    """Two or three widths, the narrowest first."""
    counts = SHALLOW if settings.depth <= 1 else DEEP if settings.depth <= 4 else DEEPEST
    return tuple(_start(task, settings, width, count) for width, count in counts.items())


def fluctuations(task: Task, settings: "Settings", width: int, count: int) -> Float[np.ndarray, " R"]:
    """‖Θ̂₀ − Θ‖/‖Θ‖ of many networks."""
    return _away(untrained(settings, task.x, width, count).ntk, settings.kernels(task.x, width=width).ntk)


def _start(task: Task, settings: "Settings", width: int, count: int) -> Start:
    drawn = untrained(settings, task.x, width, count)
    away = _away(drawn.ntk, settings.kernels(task.x, width=width).ntk)
    return Start(width, _mean(drawn.ntk), _mean(drawn.nngp), away)


def _away(kernels: Float[np.ndarray, "R n n"], limit: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " R"]:
    return np.linalg.norm(kernels - limit, axis=(1, 2)) / (np.linalg.norm(limit) or 1.0)


def _mean(matrices: Float[np.ndarray, "R n n"]) -> Mean:
    return Mean(matrices.mean(axis=0), spectrum(matrices.reshape(len(matrices), -1)))
