"""Neural tangent kernel: the wider the network, the less its kernel moves, and then training is a linear equation.

Θ̂(x, x′) = ∂f(x)·∂f(x′) of a network, Θ its limit in the width; ḟ = −Θ(f − y); σ_w, σ_b of the weights, α of the output

analytic      both kernels of the infinitely wide network, in closed form · activations
network       finite networks, many at a time, and their kernels without a Jacobian
steps         gradient descent on all of them at once · leaps   many steps at a time (linear_sums)
training      an ensemble · learner   on its way, with what is noted, and what lies ``between``
untrained     many that are only drawn, without their matrices
linearised    the linear equation solved, and the Gaussian process it makes
tasks         what is learned · settings   everything but the data
study         three widths on one clock · starts   many that are only drawn
checks        held against the theory: slopes (∇L and the kernel), band (the spread), powers (of the width) · scatter
curves        each eigenmode of a study, and what the parametrisation does
sweeps        what changes with the width (``widths``), the draw (``ensemble``) and the scale (``laziness``)
"""

from core.neural_tangent_kernel.activations import ACTIVATIONS
from core.neural_tangent_kernel.analytic import analytic_kernels
from core.neural_tangent_kernel.checks import checks
from core.neural_tangent_kernel.curves import Growth, ModeCurves, growth, mode_curves
from core.neural_tangent_kernel.ensemble import EnsembleStudy, ensemble_checks, ensemble_study
from core.neural_tangent_kernel.laziness import Laziness, laziness, laziness_checks
from core.neural_tangent_kernel.linearised import linearised_predictions, posterior
from core.neural_tangent_kernel.network import PARAMETRISATIONS, Networks, draw
from core.neural_tangent_kernel.powers import sharpness
from core.neural_tangent_kernel.settings import Settings
from core.neural_tangent_kernel.study import Study, study
from core.neural_tangent_kernel.sweeps import SWEEPS
from core.neural_tangent_kernel.tasks import LARGEST, MOST_POINTS, MOST_TEXT, OWN, TASKS, Task, TaskError, as_text, own
from core.neural_tangent_kernel.training import train_ensemble
from core.neural_tangent_kernel.widths import MEASURES, WidthSweep, sweep_checks, width_sweep

__all__ = [
    "ACTIVATIONS",
    "LARGEST",
    "MEASURES",
    "MOST_POINTS",
    "MOST_TEXT",
    "OWN",
    "PARAMETRISATIONS",
    "SWEEPS",
    "TASKS",
    "EnsembleStudy",
    "Growth",
    "Laziness",
    "ModeCurves",
    "Networks",
    "Settings",
    "Study",
    "Task",
    "TaskError",
    "WidthSweep",
    "analytic_kernels",
    "as_text",
    "checks",
    "draw",
    "ensemble_checks",
    "ensemble_study",
    "growth",
    "laziness",
    "laziness_checks",
    "linearised_predictions",
    "mode_curves",
    "own",
    "posterior",
    "sharpness",
    "study",
    "sweep_checks",
    "train_ensemble",
    "width_sweep",
]
