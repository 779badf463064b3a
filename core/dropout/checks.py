"""Each part of the page held against its prediction. No standard error is estimated where theory knows it.

Linear model (K noisy copies, c = p/(1 − p))
    enumeration     closed form of E‖y − X′w‖²     = every mask with its probability, w least squares
    ordinary_ridge  0                              = ‖ŵ − ridge with λ = nc‖/‖least squares‖
    variance        c                              = mean of (x′/x − 1)² over all entries; of additive noise (x′ − x)²
    slope           1                              = slope of the outputs of least squares on the copies against ŵ's
    mean            1                              = mean of x′/x over all entries; of additive noise the slope
    minimiser       0                              = ‖least squares on the copies − ŵ‖/‖least squares‖
Test time
    geometric       scaled network, surest class   = geometric mean over all masks
    monte_carlo     arithmetic mean, that class    = mean over random masks
Curve with a band
    spread          mean over x of c Σ (v_j h_j)²  = mean square distance of the masked outputs from the scaled one
Networks on noisy digits
    cross_entropy   0                              ≥ largest rise of the final test cross-entropy from one p to the next
    gain            0.03                           ≤ test accuracy gained from p = 0 to p = 0.5

*minimiser* sees an error in any direction, so it is blunter than *slope*, which sees one along ŵ. The last two are what
a few networks can say: Student's t of so few differences is wide.
"""

import math
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from core.check import Check, Tolerance, placed, rounding, sampled, silent
from core.dropout.averages import TestTime
from core.dropout.band import Band
from core.dropout.linear import enumerated_loss, expected_loss, ridge
from core.dropout.linear_study import Study
from core.dropout.noise import square_variance, strength, unit
from core.dropout.sweep import DropoutSweep

CHECKS = (
    *("enumeration", "ordinary_ridge", "variance", "slope", "mean", "minimiser"),
    *("geometric", "monte_carlo", "spread", "cross_entropy", "gain"),
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
)
ERRORS = 4.0  # standard errors that a Monte-Carlo value may be off: by chance once in 16,000
ONE_SIDED = 3.83  # of these a normal number is above as rarely as ERRORS to either side
LEVEL = 5e-4  # how often a few networks may be further off by chance; double, where not all p scatter alike
MEMORISED = 0.01  # share of the training labels that may be wrong
GAIN = 0.03
ROUNDING = 1e-9


def linear_checks(study: Study) -> tuple[Check, ...]:
    """The linear model at one p."""
    gone = "all_dropped" if study.p == 1 else None
    found = (_enumeration(study), _ordinary(study, gone))
    if gone:
        return *found, *(silent(name, gone) for name in ("variance", "slope", "mean", "minimiser"))
    return placed((*found, *_noise(study), _minimiser(study)), study.p, ("ordinary_ridge", "slope", "minimiser"))


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


def _noise(study: Study) -> tuple[Check, ...]:
    """*variance*, *slope* and *mean*. Each entry counts by what it knows: x′ = x + unit · f, so the mean is
    Σ a x′/Σ a x with a = x/unit², and the variance the mean of (x′ − x)²/unit². The coins of a row are one."""
    x, size, copies = study.data.x, unit(study.data.x, study.noise), int(study.copies[-1])
    c = strength(study.p)
    is_known = size != 0
    per_unit = np.where(is_known, size, 1.0)
    share = x / per_unit
    total = float(np.sum(share**2)) or 1.0
    mean = float(np.sum(share / per_unit * study.mean)) / total
    variance = float(np.sum(is_known * study.square / per_unit**2)) / max(1, int(is_known.sum()))

    def error(weight: Float[np.ndarray, "n d"], variance: float) -> float:
        together = weight.sum(axis=1) if study.noise == "rows" else weight
        return math.sqrt(variance * float(np.sum(together**2)) / copies) / (float(np.sum(np.square(weight))) or 1.0)

    count = copies * (len(x) if study.noise == "rows" else x.size)
    of_square = error(is_known * 1.0, square_variance(study.p, study.noise))
    slack = sampled(ERRORS, of_square, count, more=ROUNDING * (1 + c))
    return (
        Check("variance", c, variance, slack, scale=c or 1.0),
        Check("slope", 1.0, study.slope, sampled(ERRORS, study.slope_se, copies, more=ROUNDING)),
        Check("mean", 1.0, mean, sampled(ERRORS, error(share, c), count, more=ROUNDING)),
    )


def _minimiser(study: Study) -> Check:
    """A length: it has no sign, and of several directions it is never near 0."""
    covariance, copies = study.distance_covariance, int(study.copies[-1])
    one = math.sqrt(max(float(np.trace(covariance)), 0.0))
    slack = sampled(length_quantile(covariance), one, copies, more=ROUNDING)
    return Check("minimiser", 0.0, study.distance, slack, scale=1.0)


def length_quantile(covariance: Float[np.ndarray, "d d"]) -> float:
    """How many root mean squares long a normal vector is as rarely as a normal number is ``ERRORS`` deviations off.

    ‖v‖² is nearly a multiple of χ² with as many degrees of freedom as give it its variance, k = tr(S)²/tr(S²) (Welch
    1938, Satterthwaite 1946); its quantile by Wilson & Hilferty 1931: k(1 − 2/9k + z √(2/9k))³.
    """
    covariance = covariance / (np.abs(covariance).max(initial=0.0) or 1.0)  # its square may be beyond all floats
    trace, square = float(np.trace(covariance)), float(np.sum(covariance * covariance))
    if not min(square, trace) > 0:
        return ERRORS
    spread = 2 / 9 * min(1.0, square / trace**2)  # of a matrix that is rounding it may be anything
    return min(ERRORS, (1 - spread + ONE_SIDED * math.sqrt(spread)) ** 1.5)


def test_time_checks(found: TestTime) -> tuple[Check, ...]:
    """The averages at one p, for the class that the scaled network is surest of."""
    here, best = found.here, int(np.argmax(found.here.scaled))
    gone = "all_dropped" if found.p == 1 else None
    why = gone or ("two_layers" if found.depth > 1 else None)
    masks, count = found.sampled, int(found.sampled.draws[-1])
    error = sampled(ERRORS, float(here.deviation[best]) / math.sqrt(count), count, more=ROUNDING)
    pair = (
        Check("geometric", float(here.scaled[best]), float(here.geometric[best]), rounding(ROUNDING), why),
        Check("monte_carlo", float(here.arithmetic[best]), float(masks.mean[-1, best]), error),
    )
    return placed(pair, found.p, ("geometric", "monte_carlo"))


test_time_checks.__test__ = False  # not a test, whatever its name


def band_checks(band: Band) -> tuple[Check, ...]:
    """The band at the end of the training."""
    why = "all_dropped" if band.p == 1 else "both_layers" if band.dropped == "both" else None
    predicted = float(np.mean(band.predicted[-1] ** 2))
    if why:
        return (silent("spread", why, predicted, band.variance),)
    return (Check("spread", predicted, band.variance, sampled(ERRORS, band.variance_se, band.masks, more=ROUNDING)),)


def sweep_checks(sweep: DropoutSweep) -> tuple[Check, ...]:
    """What more dropout does to networks that would otherwise learn their noisy labels by heart.

    Cross-entropies scatter by a share of themselves, whatever p is, so their logarithms are compared; of several rises
    the one that is the largest share may be too large by chance (Bonferroni).
    """
    test, wrong = sweep.test[:, :, -1], sweep.test_error[:, :, -1]
    why = _not_overfitted(sweep)
    at = [np.flatnonzero(sweep.rates == rate) for rate in (0.0, 0.5)]
    if not all(map(len, at)):
        return _rise(test, why), silent("gain", "without_zero", GAIN)
    gained = float((wrong[at[0][0]] - wrong[at[1][0]]).mean())
    return _rise(test, why), Check("gain", GAIN, gained, difference(wrong, LEVEL), why, "at_least")


def _rise(test: Float[np.ndarray, "rates networks"], why: str | None) -> Check:
    if len(test) < 2:
        return silent("cross_entropy", "without_zero", 0.0)
    means = np.exp(np.log(test).mean(axis=1))  # (rates,)
    worst = int(np.argmax(means[1:] / means[:-1]))
    slack = difference(np.log(test), LEVEL / (len(test) - 1))
    slack = replace(slack, size=float(means[worst] * np.expm1(slack.size)))  # in nats
    return Check("cross_entropy", 0.0, float(means[worst + 1] - means[worst]), slack, why, "at_most", scale=1.0)


def _not_overfitted(sweep: DropoutSweep) -> str | None:
    if sweep.rates[0] != 0:
        return "without_zero"
    if sweep.train_error[0, :, -1].mean() > MEMORISED:
        return "nothing_memorised"
    return None if sweep.test.shape[1] > 1 else "one_network"


def difference(values: Float[np.ndarray, "rates networks"], level: float) -> Tolerance:
    """By how much the difference of two of the rates' means is too large with probability ``level``, p being nothing:
    Student's t with rates · (networks − 1) degrees of freedom, the scatter that of the networks of one p, of all p
    together. Networks of one seed lean on one another, which makes their differences smaller than this allows."""
    from scipy.special import stdtrit  # here, so that the other models do not wait for it

    rates, networks = values.shape
    freedom = rates * (networks - 1)
    if freedom < 1:
        return sampled(0, 0, networks)
    rest = values - values.mean(axis=1, keepdims=True)
    error = math.sqrt(2 * float(np.sum(rest**2)) / freedom / networks)
    return sampled(float(stdtrit(freedom, 1 - level)), error, networks)
