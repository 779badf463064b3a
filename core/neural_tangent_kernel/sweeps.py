"""The long work beside the study, by name: ``SWEEPS[name](task, settings)`` yields its progress."""

from collections.abc import Callable, Iterator

from core.neural_tangent_kernel.ensemble import ensemble_study
from core.neural_tangent_kernel.laziness import laziness
from core.neural_tangent_kernel.widths import width_sweep
from core.progress import Progress

SWEEPS: dict[str, Callable[..., Iterator[Progress]]] = {
    "widths": width_sweep,
    "many": ensemble_study,
    "lazy": laziness,
}
