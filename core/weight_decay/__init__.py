"""The penalty λ and the radius √θ are the same knob; and under Adam they are not what you think.

This package is the concept's front door: everything its page uses is imported here.

    problems          the data sets as centred regression problems · core.data.own_table   a person's own
    ridge             every penalty from one decomposition; degrees of freedom; leave-one-out by the shortcut
    constraint        the ball of the same solution, and the multiplier read off it
    dynamics          SGD, Adam + L2 and AdamW, each step split into pull and shrink
    high_dimensional  what d2l's high-dimensional demonstration shows
    polynomials       the same points under-, well and over-fitted
    four_doors        ridge, stopping early, dropout and smallest norm on the same data
    penalty_study     one problem under one penalty · plane   what a picture shows of it · decay_checks   verdicts
"""

from core.data.own_table import Table
from core.weight_decay.checks import BROKEN_ASSUMPTIONS, CHECKS, checks, trace_of_hat
from core.weight_decay.constraint import HardFit, constrained_fit, inside, multiplier, penalty_of
from core.weight_decay.dynamics import (
    OPTIMISERS,
    Dynamics,
    box_fit,
    decay_dynamics,
    gradient_of,
    law,
    no_gradient,
    stability_limit,
)
from core.weight_decay.four_doors import (
    DOORS,
    RISK_RATIO,
    Doors,
    adaptive_ridge,
    doors,
    gradient_flow,
    matched_gap,
)
from core.weight_decay.high_dimensional import Forgetting, forgetting
from core.weight_decay.penalty_study import (
    GRID,
    LARGEST_PENALTY,
    MOST_STEP_SIZE,
    MOST_STEPS,
    STARTS,
    Prepared,
    Study,
    prepare,
    study,
)
from core.weight_decay.plane import Plane, contours, disc, ellipse, touching
from core.weight_decay.polynomials import DEGREES, PolynomialFit, polynomial_fits
from core.weight_decay.problems import (
    ADAPTIVE_STEP_SIZE,
    ADAPTIVE_STEPS,
    DATA,
    MOST_DEGREE,
    PRESETS,
    Preset,
    Problem,
    problem,
    sample_sizes,
)
from core.weight_decay.ridge import (
    LeaveOneOut,
    RidgePath,
    Spectrum,
    leave_one_out,
    left_out_by_force,
    ridge_path,
    spectrum,
)

__all__ = [
    "ADAPTIVE_STEPS",
    "ADAPTIVE_STEP_SIZE",
    "BROKEN_ASSUMPTIONS",
    "CHECKS",
    "DATA",
    "DEGREES",
    "DOORS",
    "GRID",
    "LARGEST_PENALTY",
    "MOST_DEGREE",
    "MOST_STEPS",
    "MOST_STEP_SIZE",
    "OPTIMISERS",
    "PRESETS",
    "RISK_RATIO",
    "STARTS",
    "Doors",
    "Dynamics",
    "Forgetting",
    "HardFit",
    "LeaveOneOut",
    "Plane",
    "PolynomialFit",
    "Prepared",
    "Preset",
    "Problem",
    "RidgePath",
    "Spectrum",
    "Study",
    "Table",
    "adaptive_ridge",
    "box_fit",
    "checks",
    "constrained_fit",
    "contours",
    "decay_dynamics",
    "disc",
    "doors",
    "ellipse",
    "forgetting",
    "gradient_flow",
    "gradient_of",
    "inside",
    "law",
    "leave_one_out",
    "left_out_by_force",
    "matched_gap",
    "multiplier",
    "no_gradient",
    "penalty_of",
    "polynomial_fits",
    "prepare",
    "problem",
    "ridge_path",
    "sample_sizes",
    "spectrum",
    "stability_limit",
    "study",
    "touching",
    "trace_of_hat",
]
