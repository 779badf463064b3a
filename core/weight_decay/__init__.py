"""The penalty λ and the radius √θ are the same knob; and under Adam they are not what you think.

ŵ(λ) = argmin (1/2n)‖y − Xw‖² + (λ/2)‖w‖²,   θ = ‖ŵ(λ)‖²,   a step of SGD: w ← (1 − ηλ)w − ηg

problems          the data sets as centred regression problems · core.data.own_table   a person's own
ridge             every penalty from one decomposition; degrees of freedom; leave-one-out by the shortcut
constraint        the ball of the same solution, and the multiplier read off it
dynamics          SGD, Adam + L2 and AdamW, each step split into pull and shrink
high_dimensional  what d2l's high-dimensional demonstration shows
polynomials       the same points under-, well and over-fitted
four_doors        ridge, stopping early, dropout and smallest norm on the same data
penalty_study     one problem under one penalty · plane   what a picture shows of it · checks   verdicts
"""

from core.weight_decay.checks import checks
from core.weight_decay.constraint import penalty_of
from core.weight_decay.dynamics import OPTIMISERS, decay_dynamics, no_gradient
from core.weight_decay.four_doors import DOORS, RISK_RATIO, Doors, doors
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
from core.weight_decay.plane import contours, disc, touching
from core.weight_decay.polynomials import PolynomialFit, polynomial_fits
from core.weight_decay.problems import (
    ADAPTIVE_STEP_SIZE,
    ADAPTIVE_STEPS,
    DATA,
    MOST_DEGREE,
    PRESETS,
    Problem,
    problem,
    sample_sizes,
)
from core.weight_decay.ridge import leave_one_out, left_out_by_force, ridge_path

__all__ = [
    "ADAPTIVE_STEPS",
    "ADAPTIVE_STEP_SIZE",
    "DATA",
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
    "Forgetting",
    "PolynomialFit",
    "Prepared",
    "Problem",
    "Study",
    "checks",
    "contours",
    "decay_dynamics",
    "disc",
    "doors",
    "forgetting",
    "leave_one_out",
    "left_out_by_force",
    "no_gradient",
    "penalty_of",
    "polynomial_fits",
    "prepare",
    "problem",
    "ridge_path",
    "sample_sizes",
    "study",
    "touching",
]
