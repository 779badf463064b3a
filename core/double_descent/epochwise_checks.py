"""Risk along the training against its formula: its size, and the time of the peak between its two descents."""

import numpy as np
from jaxtyping import Float, Int
from scipy.interpolate import CubicSpline

from core.check import Check, sampled, silent
from core.double_descent.allowances import LEAST, ROUNDING, allowed_errors, factor
from core.double_descent.epochwise import EpochCurve

NEGLIGIBLE = 1e-6  # of the largest risk above the noise


def epochwise_risk(curve: EpochCurve) -> Check:
    broken = "random_design" if curve.design != "orthogonal" else None
    if broken is None and len(curve.test) < LEAST:
        broken = "few_repetitions"
    if broken is not None:
        return silent("epochwise_risk", broken)
    above, expected = curve.test - curve.noise, curve.theory - curve.noise
    seen = expected > NEGLIGIBLE * expected.max()  # below, what is left is rounding of what was learned
    return factor("epochwise_risk", (above[:, seen] / expected[seen]).mean(axis=1))


def epochwise_peak_time(curve: EpochCurve) -> Check:
    """Where the slope of the risk over log t is 0. Its own error there, over how fast it falls, is that of log t."""
    broken = "random_design" if curve.design != "orthogonal" else None
    if broken is None and len(curve.test) < LEAST:
        broken = "few_repetitions"
    mean, at = curve.test.mean(axis=0), _peak_between_descents(curve.theory)
    if at is None:
        return silent("epochwise_peak_time", broken or "single_descent")
    expected, measured = _peak_time(curve.times, curve.theory), _peak_time(curve.times, mean)
    if broken is not None:
        return silent("epochwise_peak_time", broken, expected, measured)
    log, errors = np.log(curve.times), allowed_errors(len(curve.test))
    course = CubicSpline(log, curve.test.T)
    slope_error = float(course(np.log(expected), 1).std(ddof=1)) / np.sqrt(len(curve.test))
    rise = float(CubicSpline(log, curve.theory)(log[: at + 1], 1).max())
    if errors * slope_error > rise:
        return silent("epochwise_peak_time", "flat_peak", expected, measured)
    falls = -float(CubicSpline(log, curve.theory)(np.log(expected), 2))
    allowed = sampled(errors, expected * slope_error / falls, len(curve.test))
    return Check("epochwise_peak_time", expected, measured, allowed)


def _peak_time(times: Int[np.ndarray, " times"], risk: Float[np.ndarray, " times"]) -> float:
    """The time of ``_peak_between_descents``, also between those looked at; NaN where there is none."""
    place = _peak_between_descents(risk)
    if place is None:
        return float("nan")
    log = np.log(times)
    slope = CubicSpline(log, risk).derivative()
    near = slope.roots(extrapolate=False)
    return float(np.exp(near[np.abs(near - log[place]).argmin()])) if len(near) else float(times[place])


def _peak_between_descents(risk: Float[np.ndarray, " times"]) -> int | None:
    """The highest local maximum strictly inside from which the risk descends by more than rounding, or None."""
    descends = np.minimum.accumulate(risk[::-1])[::-1] < risk * (1 - ROUNDING)
    inside = np.flatnonzero((risk[1:-1] > risk[:-2]) & (risk[1:-1] >= risk[2:]) & descends[1:-1]) + 1
    return int(inside[np.argmax(risk[inside])]) if len(inside) else None
