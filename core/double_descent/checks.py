"""The double-descent sweeps held against the theory: one ``Check`` for each statement a sweep can confirm or refute.

A formula of every size is held against all sizes away from the peak at once: a weighted sum of each repetition, so that
sizes of one draw may be as correlated as they are. Nearer than ``beside`` the risk is too heavy-tailed for a standard
error (SE). What the repetitions are allowed is in ``allowances``.
"""

import numpy as np
from jaxtyping import Bool
from scipy.special import betaincinv

from core.check import EXACT, Check, approximate, sampled, silent
from core.double_descent.allowances import FALSE_ALARM, LEAST, ROUNDING, allowed_errors, factor, worst_of
from core.double_descent.epochwise import EpochCurve
from core.double_descent.epochwise_checks import epochwise_peak_time, epochwise_risk
from core.double_descent.risk_curve import Controlled, RiskCurve
from core.double_descent.sizes import beside

CHECK_IDS = (
    "exact_variance",  # what the noise adds over its exact formula, all sizes away from the peak pooled
    "exact_bias",  # what is not seen of β over its exact formula, pooled likewise
    "ridge_risk",  # with a penalty: risk over its formula to the order 1/n, pooled likewise
    "sample_rise",  # how much the risk rises while samples are added, up to just below n = p
    "median_risk",  # the median drawn at the largest size, against that of the exact law
    "peak_at_threshold",  # the size of the largest median risk
    "second_descent",  # median risk at the largest size ≤ the smallest one below the threshold
    "optimal_ridge_monotone",  # the most that the best ridge's risk moves in the wrong direction ≤ 0
    "kernel_limit_norm",  # ‖W‖ at the largest N = the kernel machine's, with its terms of order n/N
    "kernel_limit_risk",  # test risk there, likewise
    "spike_limit",  # orthonormal Legendre: test risk carried on to infinite d = that of predicting zero
    "epochwise_risk",  # risk above the noise over its formula, all times pooled
    "epochwise_peak_time",  # when the risk peaks between its two descents, in steps
)
ASSUMPTION_IDS = (
    "little_noise",  # too little for a peak to rise above the rest of the curve
    "ridge_on",  # the statement is about the minimum-norm fit
    "few_repetitions",  # fewer than ``LEAST``
    "too_few_sizes",  # no size where the statement could be seen
    "too_few_features",  # the largest size is not yet near the limit
    "each_size_its_own_model",  # every p has its own β: risks at different p are not comparable
    "not_gaussian",  # the theorem is about isotropic Gaussian features
    "random_design",  # the formula is about orthogonal columns
    "single_descent",  # at these settings the formula itself does not descend twice
    "flat_peak",  # so flat that the repetitions do not tell it from none
)

MEDIAN = float(np.sqrt(np.pi / 2))  # the SE of a median over that of a mean, for normal values
PEAK_TOLERANCE = 0.05  # of the threshold, but
PEAK_SPREAD = 10  # sizes over the repetitions, and one more (measured: 1 in 1,000 is further off)
PEAK_HEIGHT = 4.5  # of σ²n over the risk far away: the peak is then 15 times as high as that
LEAST_RISE = 0.1  # of the risk it rises from
LIMIT_RATIO = 6  # largest size over n from which the kernel limit is claimed
RISK_SPREAD, NORM_SPREAD = 5.0, 2.8  # of the kernel limit, in 1/√N: means and 3.5 standard deviations of 40 draws
SPIKE_RATIO = 10  # d/n from which the spikes are narrow
SPIKE_CURVED = 0.01  # of the limit: (n/d)² at that ratio
SPIKE_SPREAD = 0.006  # of the limit, for noise of variance 1 and one repetition (measured, n = 10 … 40)


def checks(curve: RiskCurve | EpochCurve) -> tuple[Check, ...]:
    """Every statement that applies to this kind of sweep, with its verdict; roughly the sharpest first."""
    if isinstance(curve, EpochCurve):
        return epochwise_peak_time(curve), epochwise_risk(curve)
    pooled = {part.name: _pooled(part) for part in curve.controlled}
    found = [pooled[name] for name in ("exact_variance", "ridge_risk") if name in pooled]
    if curve.limit is not None and curve.kind == "legendre":
        found.append(_spike_limit(curve))
    found.append(_peak_at_threshold(curve))
    if curve.limit is not None and curve.kind == "random_features":
        found.extend(_kernel_limit(curve))
    if curve.best_ridge is not None:
        found.append(_optimal_ridge_monotone(curve))
    found.extend(pooled[name] for name in ("exact_bias",) if name in pooled)
    if curve.law is not None:
        found.append(_median_risk(curve))
    found.append(_sample_rise(curve) if curve.kind == "samples" else _second_descent(curve))
    return tuple(found)


def _pooled(part: Controlled) -> Check:
    """The factor by which the measured part differs from its formula. What the control variates leave of the noise is
    like the cube of a normal value: few repetitions may hide how it scatters, and the law's bound counts."""
    known = part.weight > 0
    if len(part.test) < LEAST or not known.any():
        return silent(part.name, "too_few_sizes" if not known.any() else "few_repetitions")
    whole = float(part.weight @ part.theory)
    left_out = float(part.weight @ part.left_out) / whole
    return factor(part.name, part.test @ part.weight / whole, part.spread, left_out, "1/n²")


def _median_risk(curve: RiskCurve) -> Check:
    """Of the largest size, as it is drawn. A median of R values is the law's quantile at a Beta: no SE is needed."""
    below = (curve.repetitions + 1) // 2
    low, high = betaincinv(below, below, [FALSE_ALARM / 2, 1 - FALSE_ALARM / 2])
    expected = curve.law.quantile(0.5)
    size = max(expected - curve.law.quantile(low), curve.law.quantile(high) - expected)
    allowed = sampled(4, size / 4, curve.repetitions, more=ROUNDING)
    return Check("median_risk", expected, float(curve.median()[-1]), allowed, at=float(curve.sizes[-1]))


def _peak_at_threshold(curve: RiskCurve) -> Check:
    """Of the medians drawn, which near the threshold are so heavy-tailed that few of them may be highest beside it."""
    peak, threshold = float(curve.sizes[int(np.argmax(curve.median()))]), float(curve.threshold)
    scatters = curve.theory is not None
    tolerance = max(1.0 + (PEAK_SPREAD / curve.repetitions if scatters else 0), PEAK_TOLERANCE * threshold)
    broken = _ridgeless_assumptions(curve)
    if broken is None and scatters and curve.repetitions < LEAST:
        broken = "few_repetitions"
    if broken is None and (np.abs(curve.sizes - threshold).min() > tolerance or _away(curve).sum() < 2):
        broken = "too_few_sizes"
    return Check("peak_at_threshold", threshold, peak, approximate(tolerance, "grid"), broken)


def _away(curve: RiskCurve) -> Bool[np.ndarray, " sizes"]:
    return ~beside(curve.sizes, curve.threshold)


def _second_descent(curve: RiskCurve) -> Check:
    """Of what is drawn: medians. What was repeated is compared repetition by repetition, with the SE of its medians;
    of the digits one draw of features is like the other, and nothing is allowed for."""
    below, median = np.flatnonzero(curve.sizes < curve.threshold), curve.median()
    broken = "each_size_its_own_model" if curve.kind == "linear" else _ridgeless_assumptions(curve)
    if broken is None and (not len(below) or curve.sizes[-1] <= curve.threshold):
        broken = "too_few_sizes"
    if broken is None and curve.theory is not None and curve.theory[-1] > curve.theory[below].min():
        broken = "single_descent"
    allowed = EXACT
    if broken is None and curve.kind != "random_features":
        if curve.repetitions < LEAST:
            broken = "few_repetitions"
        else:
            gap = curve.test[:, -1] - curve.test[:, below[np.argmin(median[below])]]
            error = MEDIAN * float(gap.std(ddof=1)) / np.sqrt(curve.repetitions)
            allowed = sampled(allowed_errors(curve.repetitions, len(below)), error, curve.repetitions)
    best_before = float(median[below].min()) if len(below) else float("nan")
    at = float(curve.sizes[-1])
    return Check("second_descent", best_before, float(median[-1]), allowed, broken, "at_most", at=at)


def _sample_rise(curve: RiskCurve) -> Check:
    """From the size below the threshold where the formula is lowest to the last one away from the peak."""
    broken = "ridge_on" if curve.penalty > 0 else None
    below = np.flatnonzero((curve.sizes < curve.threshold) & _away(curve))
    if len(below) < 2 or np.argmin(curve.theory[below]) == len(below) - 1:
        missing = "too_few_sizes" if len(below) < 2 else "little_noise"
        return silent("sample_rise", broken or missing)
    first, last = below[np.argmin(curve.theory[below])], below[-1]
    if broken is None and curve.theory[last] < (1 + LEAST_RISE) * curve.theory[first]:
        broken = "little_noise"
    if broken is None and curve.repetitions < LEAST:
        broken = "few_repetitions"
    risk = sum(part.test for part in curve.controlled)
    worst = worst_of((risk[:, last] - risk[:, first])[:, None], (curve.theory[last] - curve.theory[first])[None])
    at = float(curve.sizes[last])
    return Check("sample_rise", worst.expected, worst.measured, worst.allowance, broken, at=at)


def _optimal_ridge_monotone(curve: RiskCurve) -> Check:
    """More samples or features may only help; in ``linear`` more parameters are a harder problem and may only hurt."""
    risk = -curve.best_ridge if curve.kind == "linear" else curve.best_ridge
    broken = "not_gaussian" if curve.kind == "random_features" else None
    if broken is None and (curve.repetitions < LEAST or len(curve.sizes) < 2):
        broken = "few_repetitions" if curve.repetitions < LEAST else "too_few_sizes"
    if len(curve.sizes) < 2:
        return silent("optimal_ridge_monotone", broken)
    earlier, later = np.triu_indices(len(curve.sizes), k=1)
    worst = worst_of(risk[:, later] - risk[:, earlier], np.zeros(len(later)), one_sided=True)
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
    """At the largest N, against what is expected there: the features are drawn, which is left out."""
    if curve.sizes[-1] < LIMIT_RATIO * curve.threshold or curve.expected is None:
        return [silent(name, "too_few_features") for name in ("kernel_limit_norm", "kernel_limit_risk")]
    at, spread = float(curve.sizes[-1]), 1 / np.sqrt(curve.sizes[-1])
    pairs = (("norm", curve.expected.norm, NORM_SPREAD), ("test", curve.expected.test, RISK_SPREAD))
    return [
        Check(
            "kernel_limit_risk" if quantity == "test" else "kernel_limit_norm",
            expected,
            float(curve.median(quantity)[-1]),
            approximate(share * spread * expected, "1/√N"),
            at=at,
        )
        for quantity, expected, share in pairs
    ]


def _spike_limit(curve: RiskCurve) -> Check:
    """Risk falls or rises to its limit as n/d: a straight line in it, carried on to 0."""
    far, limit = curve.sizes >= SPIKE_RATIO * curve.threshold, curve.limit.test
    if far.sum() < 3:
        return silent("spike_limit", "too_few_features", limit)
    share = np.column_stack([np.ones(far.sum()), curve.threshold / curve.sizes[far]])
    carried_on = float((np.linalg.pinv(share)[0] @ curve.test[:, far].T).mean())
    error = SPIKE_SPREAD * limit * np.sqrt(curve.noise / curve.repetitions)
    allowed = sampled(4, error, curve.repetitions, more=SPIKE_CURVED * limit, order="(n/d)²")
    return Check("spike_limit", limit, carried_on, allowed)


def _ridgeless_assumptions(curve: RiskCurve) -> str | None:
    if curve.penalty > 0:
        return "ridge_on"
    if curve.kind == "legendre":
        return "little_noise" if curve.peak is None or curve.peak <= PEAK_HEIGHT else None
    if curve.kind in ("linear", "samples"):  # the median risk at the threshold is about 3.4 σ²n (Edelman 1988)
        height = curve.noise * curve.threshold / max(curve.theory[0], curve.theory[-1])
        return "little_noise" if height <= PEAK_HEIGHT else None
    return None
