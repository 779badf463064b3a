"""Each part of the page held against its prediction.

Linear model (K noisy copies, c = p/(1 − p))
    mean            x                              = mean of the K values of x′ of one entry, within 4 SE
    variance        x²c, of additive noise c       = their variance, within 4 SE
    enumeration     closed form of E‖y − X′w‖²     = every mask with its probability, w least squares
    minimiser       0                              = ‖least squares on the copies − ŵ‖/‖least squares‖, within 4 SE
    ordinary_ridge  0                              = ‖ŵ − ridge with λ = nc‖/‖least squares‖
Test time
    geometric       scaled network, surest class   = geometric mean over all masks
    monte_carlo     arithmetic mean, that class    = mean over random masks, within 4 SE
    sum_of_means    1                              ≥ sum of the classes' geometric means
Networks on noisy digits
    cross_entropy   0                              ≥ largest rise of the final test cross-entropy from one p to the next
    gain            0.03                           ≤ test accuracy gained from p = 0 to p = 0.5
Curve with a band
    spread          mean over x of c Σ (v_j h_j)²  = mean square distance of the masked outputs from the scaled one
    coverage        95.4 % of a calibrated ± 2σ    = share of the true curve inside the band: never promised
"""

import math

import numpy as np

from core.check import Check, Tolerance, rounding, sampled, silent
from core.dropout.averages import TestTime
from core.dropout.band import MASKS, Band
from core.dropout.linear import enumerated_loss, expected_loss, ridge
from core.dropout.linear_study import Study
from core.dropout.noise import strength
from core.dropout.sweep import DropoutSweep

CHECKS = (
    *("mean", "variance", "enumeration", "minimiser", "ordinary_ridge"),
    *("geometric", "monte_carlo", "sum_of_means", "cross_entropy", "gain", "spread", "coverage"),
)
BROKEN_ASSUMPTIONS = (
    "all_dropped",  # p = 1: nothing is left of x
    "no_mask",  # Gaussian noise takes no finite number of values
    "unequal_columns",  # the columns of X have different lengths, and each coefficient pays by its own
    "whole_rows",  # one coin for a row is another penalty
    "two_layers",  # a ReLU lies between two dropped layers
    "nothing_memorised",  # the network without dropout has not learned its training set by heart
    "without_zero",  # the sweep has no p = 0, or no p = 0.5
    "one_network",  # no spread to judge a difference by
    "both_layers",  # the formula is for one dropped layer
    "no_posterior",  # the band says what masks do, not what the data leave open
)
ERRORS = 4.0  # standard errors that a Monte-Carlo value may be off
MEMORISED = 0.01  # share of the training labels that may be wrong
GAIN = 0.03
CALIBRATED = math.erf(math.sqrt(2))  # share of a normal law within two standard deviations
ROUNDING = 1e-9


def linear_checks(study: Study) -> tuple[Check, ...]:
    """The linear model at one p."""
    gone = "all_dropped" if study.p == 1 else None
    values, predicted = study.entry_copies, study.entry_variance
    centred = (values - values.mean()) ** 2
    count = len(values)
    mean_error, spread = (
        sampled(ERRORS, float(v.std()) / math.sqrt(count), count, more=ROUNDING) for v in (values, centred)
    )
    return (
        Check("mean", study.entry, float(values.mean()), mean_error, gone, scale=abs(study.entry) or 1.0),
        Check("variance", predicted, float(centred.sum() / (len(values) - 1)), spread, gone, scale=predicted or 1.0),
        _enumeration(study),
        Check(
            "minimiser",
            0.0,
            study.distance,
            sampled(ERRORS, study.distance_se, len(values), more=ROUNDING),
            gone,
            scale=1.0,
        ),
        _ordinary(study, gone),
    )


def _enumeration(study: Study) -> Check:
    x, y, w = study.data.x, study.data.y, study.data.least_squares
    closed = expected_loss(x, y, w, study.p, study.noise) / (study.data.unit or 1.0)
    if study.noise not in ("entries", "rows"):
        return silent("enumeration", "no_mask", closed)
    gone_through = enumerated_loss(x, y, w, study.p, study.noise) / (study.data.unit or 1.0)
    return Check("enumeration", closed, gone_through, rounding(ROUNDING * (1 + closed)))


def _ordinary(study: Study, gone: str | None) -> Check:
    x, y = study.data.x, study.data.y
    if gone:
        return silent("ordinary_ridge", gone, 0.0)
    plain = ridge(x, y, len(x) * strength(study.p))
    length = float(np.linalg.norm(study.data.least_squares)) or 1.0
    why = None
    if study.noise == "rows":
        why = "whole_rows"
    elif study.noise != "additive" and not study.data.is_standardised:
        why = "unequal_columns"
    apart = float(np.linalg.norm(study.ridge - plain)) / length
    return Check("ordinary_ridge", 0.0, apart, rounding(ROUNDING), why, scale=1.0)


def test_time_checks(found: TestTime) -> tuple[Check, ...]:
    """The three averages at one p, for the class that the scaled network is surest of."""
    here, best = found.here, int(np.argmax(found.here.scaled))
    gone = "all_dropped" if found.p == 1 else None
    why = gone or ("two_layers" if found.depth > 1 else None)
    masks = found.sampled
    error = sampled(ERRORS, float(masks.standard_error[-1, best]), int(masks.draws[-1]), more=ROUNDING)
    return (
        Check("geometric", float(here.scaled[best]), float(here.geometric[best]), rounding(ROUNDING), why),
        Check("monte_carlo", float(here.arithmetic[best]), float(masks.mean[-1, best]), error),
        Check("sum_of_means", 1.0, here.geometric_sum, rounding(ROUNDING), relation="at_most"),
    )


test_time_checks.__test__ = False  # not a test, whatever its name


def sweep_checks(sweep: DropoutSweep) -> tuple[Check, ...]:
    """What more dropout does to networks that would otherwise learn their noisy labels by heart. A rise or a gain may
    be off by two standard errors of the differences between networks of one seed."""
    test, wrong = sweep.test[:, :, -1], sweep.test_error[:, :, -1]
    steps = np.diff(test, axis=0)  # (rates − 1, networks)
    worst = int(steps.mean(axis=1).argmax())
    why = _not_overfitted(sweep)
    rise = Check("cross_entropy", 0.0, float(steps[worst].mean()), _error(steps[worst]), why, "at_most", scale=1.0)
    at = [np.flatnonzero(sweep.rates == rate) for rate in (0.0, 0.5)]
    if not all(map(len, at)):
        return rise, silent("gain", "without_zero", GAIN)
    gained = wrong[at[0][0]] - wrong[at[1][0]]
    return rise, Check("gain", GAIN, float(gained.mean()), _error(gained), why, "at_least")


def _not_overfitted(sweep: DropoutSweep) -> str | None:
    if sweep.rates[0] != 0:
        return "without_zero"
    if sweep.train_error[0, :, -1].mean() > MEMORISED:
        return "nothing_memorised"
    return None if sweep.test.shape[1] > 1 else "one_network"


def _error(values: np.ndarray) -> Tolerance:
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return sampled(2, error, len(values))


def band_checks(band: Band) -> tuple[Check, ...]:
    """The band at the end of the training."""
    why = "all_dropped" if band.p == 1 else "both_layers" if band.dropped == "both" else None
    predicted = float(np.mean(band.predicted[-1] ** 2))
    return (
        Check("spread", predicted, band.variance, sampled(ERRORS, band.variance_se, MASKS, more=ROUNDING), why),
        silent("coverage", "no_posterior", CALIBRATED, band.coverage),
    )
