"""What the law of S says, held against networks that were drawn; the ids are in the package's docstring."""

import numpy as np

from core.check import EXACT, Check, Tolerance, approximate, sampled, silent
from core.finite_width.collapse import WIDE, Dots
from core.finite_width.edgeworth import remainder
from core.finite_width.law import logs
from core.finite_width.study import Study

CHECKS = ("layer_factor", "moment", "collapse", "typical", "dead", "order_one", "log_variance")
BROKEN_ASSUMPTIONS = (
    "too_few_networks",  # the mean is carried by networks so rare that these are not enough to meet them
    "too_few_dead",  # dead networks are too few to be counted
    "all_dead",  # nearly all are: what is left is too little
    "negative_density",  # Gaussian + 1/n is no density
)
ERRORS = 4.0
PER_SKEW = (ERRORS**2 - 1) / 6  # Cornish and Fisher: by so much the quantile at four errors moves per unit of skew
LEAST_COUNT = 20.0  # dead networks expected
LEAST_ALIVE = 400.0


def checks(study: Study, dots: Dots) -> tuple[Check, ...]:
    """Every prediction about networks of one shape, and of the twelve of another."""
    found = [_factor(study), _moment(study), _collapse(dots), _typical(study)]
    if study.law.may_die:
        found.append(_dead(study))
    return (*found, _order_one(study))


def _factor(study: Study) -> Check:
    """E s² of a layer, over all networks and layers: independent draws of known moments."""
    moments = [study.law.moments(width) for width in study.widths]
    predicted = float(np.mean([own[2] for own in moments]))
    error = np.sqrt(np.mean([own[4] - own[2] ** 2 for own in moments]) / study.networks / len(study.widths))
    return Check(
        "layer_factor", predicted, study.factor_square,
        sampled(ERRORS, error, study.networks * len(study.widths)),
    )  # fmt: skip


def _moment(study: Study) -> Check:
    """Its law is skewed to the right: at four errors that is some more of them."""
    moment, measured = study.moment, float(study.fourth[-1])
    if not moment.is_seen:
        return silent("moment", "too_few_networks", moment.mean, measured)
    errors = ERRORS + PER_SKEW * moment.skew
    return Check("moment", moment.mean, measured, sampled(errors, moment.error, study.networks))


def _collapse(dots: Dots) -> Check:
    """The slope of log E S² by r. log(1 + c/n) n is below c, by no more than c²/2n."""
    slope, error, shapes = dots.slope
    if not shapes:
        return silent("collapse", "too_few_networks", dots.c)
    more = dots.c**2 / (2 * WIDE)
    return Check("collapse", dots.c, slope, sampled(ERRORS, error, shapes * dots.networks, more=more, order="1/n"))


def log_checks(study: Study) -> tuple[Check, ...]:
    """About log S."""
    return (_log_variance(study),)


def _log_variance(study: Study) -> Check:
    """Of log S over the networks that are alive."""
    alive = study.variances[study.variances > 0]
    cumulants = np.array([logs(study.law, width).cumulants for width in study.widths]).sum(axis=0)
    predicted = float(cumulants[1])
    if study.networks * (1 - study.expected_dead) < LEAST_ALIVE:
        return silent("log_variance", "all_dead", predicted)
    error = np.sqrt((cumulants[2] + 2 * predicted**2) / len(alive))
    return Check("log_variance", predicted, float(np.var(np.log(alive))), sampled(ERRORS, error, len(alive)))


def _typical(study: Study) -> Check:
    """The median of S, against that of the exact density: a dead network has S = 0."""
    place, height = study.density.quantile(0.5)
    predicted = float(np.exp(place))
    if predicted == 0:
        share = study.expected_dead
        error = np.sqrt(share * (1 - share) / study.networks)
        broken = None if share - ERRORS * error > 0.5 else "all_dead"
        return (
            silent("typical", broken, 0.0, study.median)
            if broken
            else Check("typical", 0.0, study.median, EXACT, scale=1.0)
        )
    error = 1 / (2 * height * np.sqrt(study.networks))  # of log S
    if abs(study.expected_dead - 0.5) < 2 * ERRORS / np.sqrt(study.networks):
        return silent("typical", "all_dead", predicted, study.median)
    size = predicted * np.expm1(ERRORS * error)
    return Check("typical", predicted, study.median, Tolerance(float(size), "standard_error", ERRORS, study.networks))


def _dead(study: Study) -> Check:
    """The share of networks that put out exactly 0."""
    share = study.expected_dead
    if study.networks * min(share, 1 - share) < LEAST_COUNT:
        return silent("dead", "too_few_dead", share, study.dead)
    error = np.sqrt(share * (1 - share) / study.networks)
    return Check("dead", share, study.dead, sampled(ERRORS, error, study.networks))


def _order_one(study: Study) -> Check:
    """Total variation between Gaussian + 1/n and the exact output: no more than the terms of order 1/n² come to."""
    leading, strength = remainder(study.law, study.widths), study.law.c * study.ratio
    measured = float(study.distance[1])
    if study.is_negative:
        return silent("order_one", "negative_density", leading, measured)
    return Check("order_one", leading, measured, approximate(leading * strength, "(L/n)³"), relation="at_most")
