"""What the infinitely wide network says, held against the real one; the ids are in the package's docstring."""

import numpy as np

from core.check import Check, Tolerance, rounding, sampled, silent
from core.signal_propagation.formats import format_named
from core.signal_propagation.means import LARGEST
from core.signal_propagation.network import Signal
from core.signal_propagation.spread import Spread, spread
from core.signal_propagation.underflow import crossing

CHECKS = ("gradient_factor", "typical_length", "lsuv_length", "underflow_layer", "frozen_level")
BROKEN_ASSUMPTIONS = (
    "cotangent_not_random",  # a gradient of ones at the top knows which units are on
    "too_narrow",  # one network is no longer near the mean of all
    "beyond_double",  # double precision itself, which is to measure, has ended
    "overflowed",  # the format has ended at its upper end
    "signal_lost",  # the signal on its way up has fallen below what the format keeps, and with it the slopes
    "no_floor_reached",  # the network is not deep enough for the gradient to come to the format's floor, or it grows
    "above_rounding_threshold",  # rounding keeps it alive: it never dies
    "below_rounding_threshold",  # it dies: it rests at no level
    "subnormals_flushed",  # nothing is rounded up
)
ERRORS = 4.0
ROUNDING = 1e-10  # of n squares that are scaled to the mean 1
TINY, HUGE = -640.0, 640.0  # ln of what double precision squares
CLEAR = 64.0  # units that the signal has to be above what the format keeps
NARROW = 0.25  # relative: a factor or a place that may be off by more tells nothing
SURE = 6.0  # standard deviations between the level and where it dies
FOLLOWS = 1e-3  # the share of the scatter that comes from lengths: of ReLU none does
NEAR, LEAST_PLACES = 1.05, 20  # at rest: v within this factor of it, for so many layers


def checks(signal: Signal) -> tuple[Check, ...]:
    """Every prediction about a network. Those about a format where it is not double precision itself."""
    setup, scatter = signal.setup, spread(signal.setup, signal.theory)
    found = [_factor(signal, scatter), _lsuv(signal) if setup.is_lsuv else _length(signal, scatter)]
    if setup.format != "fp64":
        found += [_underflow(signal, scatter), _frozen(signal)]
    return tuple(found)


def _check(name: str, predicted: float, measured: float, allowed: Tolerance, broken: str | None) -> Check:
    return silent(name, broken, predicted, measured) if broken else Check(name, predicted, measured, allowed)


def _factor(signal: Signal, scatter: Spread) -> Check:
    """By what the gradient, not its square, is multiplied per layer, as a geometric mean."""
    setup, total = signal.setup, float(signal.theory.log_square[-1])
    depth = setup.depth
    predicted, error = np.exp(total / 2 / depth), np.sqrt(scatter.gradient) / 2 / depth
    with np.errstate(divide="ignore", invalid="ignore"):
        measured = float(np.exp((np.log(signal.rms[-1]) - np.log(signal.rms[0])) / depth))
    broken = None
    if not TINY < total / 2 < HUGE or signal.theory.length.max() >= LARGEST:
        broken = "beyond_double"
    elif setup.cotangent == "ones":
        broken = "cotangent_not_random"
    elif ERRORS * error > NARROW or (scatter.from_length > FOLLOWS and _wanders(scatter)):
        broken = "too_narrow"
    typical = predicted * scatter.gradient / 4 / depth  # the typical product is below the mean one
    allowed = sampled(ERRORS, predicted * error, depth * setup.width, more=typical, order="1/n")
    return _check("gradient_factor", float(predicted), measured, allowed, broken)


def _length(signal: Signal, scatter: Spread) -> Check:
    """The geometric mean over the layers of the mean square of z."""
    logs = np.log(np.maximum(signal.theory.length, 1e-300))
    with np.errstate(divide="ignore"):
        measured = float(np.exp(np.mean(np.log(signal.length))))
    predicted, error = float(np.exp(logs.mean())), float(np.sqrt(scatter.mean_length))
    broken = "too_narrow" if _wanders(scatter) else None
    if logs.min() < TINY or signal.theory.length.max() >= LARGEST:
        broken = "beyond_double"
    typical = predicted * (scatter.mean_length / 2 + 2 / signal.setup.width)
    allowed = sampled(ERRORS, predicted * error, signal.length.size * signal.setup.width, more=typical, order="1/n")
    return _check("typical_length", predicted, measured, allowed, broken)


def _wanders(scatter: Spread) -> bool:
    """Whether the lengths of one network are so far from the theory's that first order in 1/n says little."""
    return bool(ERRORS * np.sqrt(scatter.mean_length) > 2 * NARROW)


def _lsuv(signal: Signal) -> Check:
    """The length that is furthest from 1."""
    worst = float(signal.length[np.abs(signal.length - 1).argmax()])
    return Check("lsuv_length", 1.0, worst, rounding(ROUNDING))


def _spoilt(signal: Signal) -> str | None:
    unit = format_named(signal.setup.format).floor(flushed=signal.setup.flushed)
    if signal.overflowed:
        return "overflowed"
    if np.sqrt(min(signal.theory.length.min(), signal.input_length)) < CLEAR * unit:
        return "signal_lost"
    return None


def _underflow(signal: Signal, scatter: Spread) -> Check:
    """How many layers below the output half of the gradient's entries are exactly 0."""
    setup, expected = signal.setup, signal.expected
    place = expected.half
    mean = expected.fall
    variance = scatter.gradient_after(place, setup.depth)
    error, typical = (of / mean if mean > 0 else np.inf for of in (np.sqrt(variance), variance / 2))
    broken = _spoilt(signal)
    if broken is None and setup.cotangent == "ones":
        broken = "cotangent_not_random"
    elif broken is None and expected.variance.min() > 1:
        broken = "no_floor_reached"
    elif broken is None and 0 < expected.rest.variance < np.inf:
        broken = "above_rounding_threshold"
    elif broken is None and not place + ERRORS * error < setup.depth:
        broken = "no_floor_reached"
    elif broken is None and ERRORS * error > NARROW * place:
        broken = "too_narrow"
    allowed = sampled(ERRORS, error, setup.width, more=typical, order="1/n")
    return _check("underflow_layer", place, crossing(signal.zeros), allowed, broken)


def _frozen(signal: Signal) -> Check:
    """The size of the gradient where rounding keeps it alive, in units of the smallest number."""
    setup, expected = signal.setup, signal.expected
    rest = expected.rest
    at_rest = (expected.variance < NEAR * rest.variance) & np.isfinite(rest.variance)
    places = int(at_rest.sum())
    kept = signal.kept_rms[at_rest] / expected.unit
    measured = float(np.sqrt(np.mean(kept**2))) if places else np.nan
    broken = _spoilt(signal)
    if broken is None and setup.flushed:
        broken = "subnormals_flushed"
    elif broken is None and rest.variance == 0:
        broken = "below_rounding_threshold"
    elif broken is None and not places >= LEAST_PLACES:
        broken = "no_floor_reached"
    elif broken is None and rest.margin * np.sqrt(setup.width) < SURE:
        broken = "too_narrow"
    error = rest.level * rest.scatter / 2 * np.sqrt(min(rest.memory / max(places, 1), 1) / setup.width)
    second = rest.level * rest.scatter**2 / setup.width
    allowed = sampled(ERRORS, error, max(places, 2), more=second + rest.level * (NEAR - 1) / 2, order="1/n")
    return _check("frozen_level", rest.level, measured, allowed, broken)
