"""Unasked, gradient descent on separable data ends at the support-vector machine, as slowly as 1/log t.

This module is the concept's front door: everything its page uses is imported here.

    separable_data     points with labels ±1; z_i = y_i x_i are the rows the rest works on
    own_points         a person's own, from a table, a file or a link
    margin_losses      logistic, exponential, polynomial tail
    hard_margin        the widest street, in three norms, and whether there is one
    margin_flow        gradient flow to any time, by the logarithm of time
    steepest_descent   the optimisers step by step
    margin_limits      where they go, with sharp constants
    margin_study       one run with its limits · margin_curves   norm, distance, gap, loss
    margin_plane       what a picture shows of it · margin_checks   verdicts · margin_progress   how far off still

Soudry, Hoffer, Nacson, Gunasekar & Srebro 2018, arXiv:1710.10345; sources of each statement in its module.
"""

from core.data.own_points import PointsError, Problem, cells, from_link, read_csv, read_rows, to_link
from core.data.separable_data import DATA, Points
from core.max_margin.checks import BROKEN_ASSUMPTIONS, CHECKS, checks
from core.max_margin.curves import CURVES, law_residual, measured, of_steps, predicted
from core.max_margin.flow import Flow, gradient_flow, heavy_ball_flow, normalised_flow
from core.max_margin.hard_margin import Margin, Separation, hard_margin, separability, separation
from core.max_margin.limits import Law, law, limit_offset, minimiser, tail_limit
from core.max_margin.losses import LOSSES, MOST_TAIL, Loss, loss_named, polynomial
from core.max_margin.norm_margin import NORMS, NormMargin, norm_margin, norm_of
from core.max_margin.plane import Plane, Shares, angle, plane_of, shares
from core.max_margin.steepest_descent import Steps, adam, gradient_descent, steepest_descent
from core.max_margin.study import MOST_STEP_SIZE, MOST_STEPS, OPTIMISERS, STEPS, TIMES, Street, Study, street_of, study

__all__ = [
    "BROKEN_ASSUMPTIONS",
    "CHECKS",
    "CURVES",
    "DATA",
    "LOSSES",
    "MOST_STEPS",
    "MOST_STEP_SIZE",
    "MOST_TAIL",
    "NORMS",
    "OPTIMISERS",
    "STEPS",
    "TIMES",
    "Flow",
    "Law",
    "Loss",
    "Margin",
    "NormMargin",
    "Plane",
    "Points",
    "PointsError",
    "Problem",
    "Separation",
    "Shares",
    "Steps",
    "Street",
    "Study",
    "adam",
    "angle",
    "cells",
    "checks",
    "from_link",
    "gradient_descent",
    "gradient_flow",
    "hard_margin",
    "heavy_ball_flow",
    "law",
    "law_residual",
    "limit_offset",
    "loss_named",
    "measured",
    "minimiser",
    "norm_margin",
    "norm_of",
    "normalised_flow",
    "of_steps",
    "plane_of",
    "polynomial",
    "predicted",
    "read_csv",
    "read_rows",
    "separability",
    "separation",
    "shares",
    "steepest_descent",
    "street_of",
    "study",
    "tail_limit",
    "to_link",
]  # fmt: skip
