"""The double-descent sweeps held against the theory: one ``Check`` for each statement a sweep can confirm or refute.

Measured means are allowed as many standard errors (SE) as keep the chance of a false alarm where 4 SE of one normal
mean have it, 6·10⁻⁵, whichever of the sizes looks worst: Student's t for the repetitions, Bonferroni for the sizes.
"Away from the peak" is |N − threshold| > 10 % and > 8: nearer, the measured risk is too heavy-tailed for an SE.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import ndtr, stdtrit

from core.bounds import whole
from core.check import EXACT, Check, Tolerance, approximate, sampled, silent
from core.double_descent.epochwise import EpochCurve
from core.double_descent.risk_curve import RiskCurve

CHECK_IDS = (
    "exact_risk",  # mean test risk = exact formula, at the size where they differ most
    "ridge_risk",  # the same with a penalty, against the asymptotic formula
    "peak_at_threshold",  # the size of the largest median risk
    "second_descent",  # median risk at the largest size ≤ the smallest one below the threshold
    "sample_rise",  # how much the risk rises while samples are added, up to just below n = p
    "optimal_ridge_monotone",  # the most that the best ridge's risk moves in the wrong direction ≤ 0
    "kernel_limit_norm",  # ‖W‖ at the largest N = RKHS norm
    "kernel_limit_risk",  # test risk at the largest N = that of the kernel machine
    "spike_limit",  # orthonormal Legendre: test risk at the largest d = that of predicting zero
    "epochwise_risk",  # mean total risk = formula, at the time where they differ most
    "epochwise_peak_time",  # when the risk peaks between its two descents, in steps
)
ASSUMPTION_IDS = (
    "little_noise",  # too little for a peak to rise above the rest of the curve
    "ridge_on",  # the statement is about the minimum-norm fit
    "one_repetition",  # no standard error
    "too_few_sizes",  # no size where the statement could be seen
    "too_few_features",  # the largest size is not yet near the limit
    "each_size_its_own_model",  # every p has its own β: risks at different p are not comparable
    "not_gaussian",  # the theorem is about isotropic Gaussian features
    "random_design",  # the formula is about orthogonal columns
    "single_descent",  # at these settings the formula itself does not descend twice
)

FALSE_ALARM = 2 * float(ndtr(-4))
PEAK_TOLERANCE = 0.05  # of the threshold
NORM_TOLERANCE = 0.10  # of the limit
LIMIT_RATIO = (
    6  # largest size over n from which the kernel limit is claimed: ‖W‖ is then within 1/√(1 − 1/6) − 1 = 10 %
)
FINITE_SIZE = 5.0  # the asymptotic ridge risk is off by up to 5/threshold of itself (measured: n ≥ 10, λ ≥ 10⁻³)
TIME_TOLERANCE = 0.4  # of the peak's time: the risk is flat around it
ROUNDING = 1e-9


def checks(curve: RiskCurve | EpochCurve) -> tuple[Check, ...]:
    """Every statement that applies to this kind of sweep, with its verdict."""
    if isinstance(curve, EpochCurve):
        return _epochwise_risk(curve), _epochwise_peak_time(curve)
    found = [] if curve.theory is None else [_expected_risk(curve)]
    found.append(_peak_at_threshold(curve))
    found.append(_sample_rise(curve) if curve.kind == "samples" else _second_descent(curve))
    if curve.best_ridge is not None:
        found.append(_optimal_ridge_monotone(curve))
    if curve.limit is not None:
        found.extend(_kernel_limit(curve) if curve.kind == "random_features" else [_spike_limit(curve)])
    return tuple(found)


def allowed_errors(repetitions: int, comparisons: int = 1) -> float:
    """How many SE the worst of several means of ``repetitions`` values may be off: 4 for one mean of very many."""
    if repetitions < 2:
        return float("nan")
    return float(-stdtrit(repetitions - 1, FALSE_ALARM / 2 / whole("comparisons", comparisons, 1, 2**31)))


@dataclass(frozen=True)
class _Worst:
    """The column where measured means exceed what was expected by the most SE."""

    index: int
    expected: float
    measured: float
    allowance: Tolerance


def _worst(
    measured: Float[np.ndarray, "repetitions columns"],
    expected: Float[np.ndarray, " columns"],
    *,
    one_sided: bool = False,
) -> _Worst:
    """See ``_Worst``; ``one_sided`` counts only what lies above."""
    repetitions, columns = measured.shape
    excess = measured.mean(axis=0) - expected
    error = measured.std(axis=0, ddof=1) / np.sqrt(repetitions) if repetitions > 1 else np.zeros(columns)
    scale = error + ROUNDING * (1 + np.abs(expected))
    index = int(np.argmax((excess if one_sided else np.abs(excess)) / scale))
    allowance = sampled(allowed_errors(max(repetitions, 2), columns), float(scale[index]), repetitions)
    return _Worst(index, float(expected[index]), float(expected[index] + excess[index]), allowance)


def _away_from_peak(curve: RiskCurve) -> Bool[np.ndarray, " sizes"]:
    return np.abs(curve.sizes - curve.threshold) > max(8, 0.1 * curve.threshold)


def _expected_risk(curve: RiskCurve) -> Check:
    name, away = "ridge_risk" if curve.penalty > 0 else "exact_risk", _away_from_peak(curve)
    if curve.repetitions < 2 or not away.any():
        reason = "one_repetition" if curve.repetitions < 2 else "too_few_sizes"
        return silent(name, reason, float(curve.theory[0]), float(curve.test[:, 0].mean()))
    worst = _worst(curve.test[:, away], curve.theory[away])
    allowance = worst.allowance
    if curve.penalty > 0:
        finite_size = FINITE_SIZE / curve.threshold * worst.expected
        allowance = replace(allowance, size=allowance.size + finite_size, order="1/n")
    return Check(name, worst.expected, worst.measured, allowance)


def _peak_at_threshold(curve: RiskCurve) -> Check:
    peak = curve.sizes[int(np.argmax(curve.median()))]
    tolerance = max(1.0, PEAK_TOLERANCE * curve.threshold)
    broken = _ridgeless_assumptions(curve)
    if broken is None and (np.abs(curve.sizes - curve.threshold).min() > tolerance or _away_from_peak(curve).sum() < 2):
        broken = "too_few_sizes"
    return Check("peak_at_threshold", float(curve.threshold), float(peak), approximate(tolerance, "grid"), broken)


def _second_descent(curve: RiskCurve) -> Check:
    below, median = curve.sizes < curve.threshold, curve.median()
    broken = "each_size_its_own_model" if curve.kind == "linear" else _ridgeless_assumptions(curve)
    if broken is None and (not below.any() or curve.sizes[-1] <= curve.threshold):
        broken = "too_few_sizes"
    if broken is None and curve.theory is not None and curve.theory[-1] > curve.theory[below].min():
        broken = "single_descent"
    best_before = float(median[below].min()) if below.any() else float("nan")
    return Check("second_descent", best_before, float(median[-1]), EXACT, broken, "at_most")


def _sample_rise(curve: RiskCurve) -> Check:
    """From the size below the threshold where the formula is lowest to the last one away from the peak."""
    broken = "ridge_on" if curve.penalty > 0 else None
    below = np.flatnonzero((curve.sizes < curve.threshold) & _away_from_peak(curve))
    if len(below) < 2 or np.argmin(curve.theory[below]) == len(below) - 1:
        missing = "too_few_sizes" if len(below) < 2 else "little_noise"
        return silent("sample_rise", broken or missing)
    first, last = below[np.argmin(curve.theory[below])], below[-1]
    if broken is None and curve.repetitions < 2:
        broken = "one_repetition"
    rise = curve.test[:, last] - curve.test[:, first]
    worst = _worst(rise[:, None], (curve.theory[last] - curve.theory[first])[None])
    return Check("sample_rise", worst.expected, worst.measured, worst.allowance, broken)


def _optimal_ridge_monotone(curve: RiskCurve) -> Check:
    """More samples or features may only help; in ``linear`` more parameters are a harder problem and may only hurt."""
    risk = -curve.best_ridge if curve.kind == "linear" else curve.best_ridge
    broken = "not_gaussian" if curve.kind == "random_features" else None
    if broken is None and (curve.repetitions < 2 or len(curve.sizes) < 2):
        broken = "one_repetition" if curve.repetitions < 2 else "too_few_sizes"
    if len(curve.sizes) < 2:
        return silent("optimal_ridge_monotone", broken)
    earlier, later = np.triu_indices(len(curve.sizes), k=1)
    worst = _worst(risk[:, later] - risk[:, earlier], np.zeros(len(later)), one_sided=True)
    return Check(
        "optimal_ridge_monotone",
        0.0,
        worst.measured,
        worst.allowance,
        broken,
        "at_most",
        scale=float(curve.best_ridge.mean()),
    )


def _kernel_limit(curve: RiskCurve) -> list[Check]:
    """The distance to the limit falls as n/N, in the risk about twice as slowly as in the norm."""
    broken = None if curve.sizes[-1] >= LIMIT_RATIO * curve.threshold else "too_few_features"
    reached, limit = float(curve.median("norm")[-1]), curve.limit
    ratio = float(curve.threshold / curve.sizes[-1])
    return [
        Check("kernel_limit_norm", limit.norm, reached, approximate(NORM_TOLERANCE * limit.norm, "n/N"), broken),
        Check(
            "kernel_limit_risk",
            limit.test,
            float(curve.median()[-1]),
            approximate(2 * ratio * limit.test, "n/N"),
            broken,
        ),
    ]


def _spike_limit(curve: RiskCurve) -> Check:
    broken = None if curve.sizes[-1] >= 10 * curve.threshold else "too_few_features"
    allowed = approximate(NORM_TOLERANCE * curve.limit.test, "n/d")
    return Check("spike_limit", curve.limit.test, float(curve.median()[-1]), allowed, broken)


def _ridgeless_assumptions(curve: RiskCurve) -> str | None:
    if curve.penalty > 0:
        return "ridge_on"
    if curve.kind == "legendre":
        return "little_noise" if curve.noise == 0 else None
    if curve.kind in ("linear", "samples"):  # the median risk at the threshold is about 3.4 σ²n (Edelman 1988)
        return "little_noise" if curve.noise * curve.threshold <= 2 * max(curve.theory[0], curve.theory[-1]) else None
    return None


def _epochwise_risk(curve: EpochCurve) -> Check:
    broken = "random_design" if curve.design != "orthogonal" else None
    if broken is None and len(curve.test) < 2:
        broken = "one_repetition"
    worst = _worst(curve.test, curve.theory)
    return Check("epochwise_risk", worst.expected, worst.measured, worst.allowance, broken)


def _epochwise_peak_time(curve: EpochCurve) -> Check:
    expected, measured = _peak_between_descents(curve.theory), _peak_between_descents(curve.test.mean(axis=0))
    if expected is None:
        return silent("epochwise_peak_time", "single_descent")
    at, seen = float(curve.times[expected]), float("nan") if measured is None else float(curve.times[measured])
    return Check("epochwise_peak_time", at, seen, approximate(TIME_TOLERANCE * at, "grid"))


def _peak_between_descents(risk: Float[np.ndarray, " times"]) -> int | None:
    """The highest local maximum strictly inside from which the risk descends by more than rounding, or None."""
    descends = np.minimum.accumulate(risk[::-1])[::-1] < risk * (1 - ROUNDING)
    inside = np.flatnonzero((risk[1:-1] > risk[:-2]) & (risk[1:-1] >= risk[2:]) & descends[1:-1]) + 1
    return int(inside[np.argmax(risk[inside])]) if len(inside) else None
