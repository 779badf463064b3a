"""Unasked, gradient descent on separable data ends at the support-vector machine, as slowly as 1/log t.

    w(t) = ŵ log t + w̃ + o(1)      z_i = y_i x_i the rows, ŵ = argmin ‖w‖ with z_i·w ≥ 1, w̃ the offset

    losses            logistic, exponential, polynomial tail
    hard_margin       the widest street, in three norms, and whether there is one
    flow              gradient flow to any time, by the logarithm of time
    steepest_descent  the optimisers step by step
    limits            where they go, with sharp constants
    study             one run with its limits · curves   its norm, distance, gap and loss
    plane             what a picture shows of it · progress   how far off still · checks   verdicts

Points are in ``core.data``: ``separable_data``, and a person's own in ``own_points`` and, from a file, in
``own_points_file``.

Soudry, Hoffer, Nacson, Gunasekar & Srebro 2018, arXiv:1710.10345; sources of each statement in its module.
"""

from core.max_margin.checks import checks
from core.max_margin.curves import CURVES, law_residual, measured, of_steps, predicted
from core.max_margin.flow import gradient_flow
from core.max_margin.hard_margin import hard_margin, separability
from core.max_margin.limits import law
from core.max_margin.losses import LOSSES, loss_named
from core.max_margin.plane import Plane, Shares, angle, plane_of, shares
from core.max_margin.study import MOST_STEP_SIZE, OPTIMISERS, STEPS, TIMES, Study, study

__all__ = [
    "CURVES",
    "LOSSES",
    "MOST_STEP_SIZE",
    "OPTIMISERS",
    "STEPS",
    "TIMES",
    "Plane",
    "Shares",
    "Study",
    "angle",
    "checks",
    "gradient_flow",
    "hard_margin",
    "law",
    "law_residual",
    "loss_named",
    "measured",
    "of_steps",
    "plane_of",
    "predicted",
    "separability",
    "shares",
    "study",
]
