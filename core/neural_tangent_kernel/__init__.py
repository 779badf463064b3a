"""Neural tangent kernel: the wider the network, the less its kernel moves, and then training is a linear equation.

What the page asks of the mathematics, in one place:

    analytic      both kernels of the infinitely wide network, in closed form
    network       finite networks, many at a time, and their kernels without a Jacobian
    training      gradient descent on all of them at once
    linearised    the linear equation solved, and the Gaussian process it makes
    study         three widths on one clock; ``checks`` holds them against the theory
    curves        each eigenmode of a study, and what the parametrisation does
    widths, ensemble, laziness   what changes with the width, with the draw, and with the scale of the output
"""

from core.neural_tangent_kernel.activations import ACTIVATIONS
from core.neural_tangent_kernel.analytic import Kernels, analytic_kernels
from core.neural_tangent_kernel.checks import checks, departure, drift, exponent, fluctuation, sharpness
from core.neural_tangent_kernel.curves import Growth, ModeCurves, growth, mode_curves
from core.neural_tangent_kernel.ensemble import EnsembleStudy, ensemble_checks, ensemble_study
from core.neural_tangent_kernel.laziness import Laziness, laziness, laziness_checks
from core.neural_tangent_kernel.learner import Trace
from core.neural_tangent_kernel.linearised import linearised_predictions, modes, posterior, process_at
from core.neural_tangent_kernel.network import PARAMETRISATIONS, Networks, draw, empirical_ntk
from core.neural_tangent_kernel.study import Limit, Settings, Study, study
from core.neural_tangent_kernel.sweeps import SWEEPS
from core.neural_tangent_kernel.tasks import OWN, TASKS, Task, TaskError, own
from core.neural_tangent_kernel.training import Ensemble, train_ensemble
from core.neural_tangent_kernel.widths import MEASURES, WidthSweep, sweep_checks, width_sweep

__all__ = [
    "ACTIVATIONS",
    "MEASURES",
    "OWN",
    "PARAMETRISATIONS",
    "SWEEPS",
    "TASKS",
    "Ensemble",
    "EnsembleStudy",
    "Growth",
    "Kernels",
    "Laziness",
    "Limit",
    "ModeCurves",
    "Networks",
    "Settings",
    "Study",
    "Task",
    "TaskError",
    "Trace",
    "WidthSweep",
    "analytic_kernels",
    "checks",
    "departure",
    "draw",
    "drift",
    "empirical_ntk",
    "ensemble_checks",
    "ensemble_study",
    "exponent",
    "fluctuation",
    "growth",
    "laziness",
    "laziness_checks",
    "linearised_predictions",
    "mode_curves",
    "modes",
    "own",
    "posterior",
    "process_at",
    "sharpness",
    "study",
    "sweep_checks",
    "train_ensemble",
    "width_sweep",
]
