"""Dropout: noise that leaves the mean alone adds a penalty, for a linear model exactly a ridge.

x′ = x m/(1 − p), m ~ Bernoulli(1 − p):  E x′ = x,  Var x′ = x² p/(1 − p);  p is the probability to *drop*
throughout; Srivastava et al. 2014 write p for the probability to keep

noise           the noises, ``apply_dropout``
linear          E‖y − X′w‖² in closed form, enumerated, and its minimiser
linear_study    noisy copies pile up until they are the closed form
logistic        the penalty of a logistic regression, exact and to second order
averages        test time: weight scaling, geometric, arithmetic and Monte-Carlo mean
masked_network  one small network under fresh masks
sweep           networks on noisy digits for several p at once
band            a curve fitted with dropout, and what its masks spread
checks          all of them against their predictions
"""

from core.dropout.averages import MOST_UNITS, TestTime, test_time_predictions
from core.dropout.band import DROPPED, GRID, WITHIN, Band, predictive_band
from core.dropout.checks import band_checks, linear_checks, sweep_checks, test_time_checks
from core.dropout.linear import enumerated_loss, ridge
from core.dropout.linear_study import Path, Study, linear_data, path, study
from core.dropout.logistic import LogisticPenalty, logistic_penalty
from core.dropout.masked_network import MaskedNetwork, masked_network
from core.dropout.noise import NOISES, strength
from core.dropout.sweep import RATE_SETS, DropoutSweep, dropout_sweep, mean_and_error

__all__ = [
    "DROPPED",
    "GRID",
    "MOST_UNITS",
    "NOISES",
    "RATE_SETS",
    "WITHIN",
    "Band",
    "DropoutSweep",
    "LogisticPenalty",
    "MaskedNetwork",
    "Path",
    "Study",
    "TestTime",
    "band_checks",
    "dropout_sweep",
    "enumerated_loss",
    "linear_checks",
    "linear_data",
    "logistic_penalty",
    "masked_network",
    "mean_and_error",
    "path",
    "predictive_band",
    "ridge",
    "strength",
    "study",
    "sweep_checks",
    "test_time_checks",
    "test_time_predictions",
]
