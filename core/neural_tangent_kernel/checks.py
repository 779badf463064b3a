"""The three networks held against the theory of the infinitely wide one.

Checks, by id (n the width, exponents from a straight line through the three widths on log axes)
    start_exponent      −½          = ‖Θ̂₀ − Θ‖/‖Θ‖ as a power of n: fluctuation at the start
    drift_exponent      −½          ≥ ‖Θ̂_T − Θ̂₀‖/‖Θ̂₀‖ as a power of n: what is proved; seen is up to −1
    departure_exponent  −½          ≥ largest distance from the linearisation, as a power of n
    kernel_growth       of Θ itself = ‖Θ̂₀‖ as a power of n; only in the standard parametrisation, where it is not 0
    inside_band         4           ≥ the wide network's distance from the limit's mean, in its standard deviations
    pl_ratio            λ_min(Θ̂_t)  ≤ ½‖∇L‖²/L, where it is nearest, in any of the networks at any time
    flown_off           those with ηλ_max(Θ̂₀) > 2 = those that flew off, of the three, where there are any

Lee et al. 2019, arXiv:1902.06720 prove n^−½; Dyer & Gur-Ari 2020, arXiv:1909.11304 find n^−1 for the drift.
"""

import numpy as np
from jaxtyping import Float

from core.check import EXACT, Check, approximate, rounding, silent
from core.neural_tangent_kernel.learner import Trace
from core.neural_tangent_kernel.study import NARROW, Study

BROKEN_ASSUMPTIONS = (
    "linear_model",  # no hidden layer: the kernel is what it is, at any width
    "unstable_steps",  # ηλ_max > 2: the linearisation itself flies off
    "flew_off",  # a network did
    "rich",  # even the wide network has left its linearisation: it learns features
    "nothing_learned",  # nothing moves: no targets, or a kernel of zero
    "too_deep",  # depth is not small against the narrow width
    "no_spread",  # the limit has no standard deviation: its start has been taken away
    "kinks",  # the slope of the activation jumps, so that the kernel is not smooth in the parameters
)
EXPONENT_TOLERANCE, BOUND_TOLERANCE, GROWTH_TOLERANCE = 0.2, 0.1, 0.1
BAND = 4.0  # standard deviations
FAINT = 0.1  # share of the band's largest standard deviation below which a deviation is not counted in those units
LAZY = 0.1  # departure from the linearisation, in units of the targets, up to which a network is called lazy
STABLE = 2.0


def rms(values: np.ndarray) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def exponent(widths: np.ndarray, values: np.ndarray) -> float:
    """The slope of a straight line through the points on log axes; nan where one of them has no logarithm."""
    if len(widths) != len(values) or len(widths) < 2:
        raise ValueError(f"there must be a value for each of two widths or more; got {len(values)} for {len(widths)}")
    if not (np.isfinite(values).all() and (values > 0).all()):
        return float("nan")
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


def fluctuation(run: Study) -> Float[np.ndarray, " widths"]:
    """‖Θ̂₀ − Θ‖/‖Θ‖, root mean square over the replicas."""
    return np.array([rms(t.fluctuation(limit.kernel)) for t, limit in zip(run.traces, run.limits, strict=True)])


def drift(run: Study) -> Float[np.ndarray, " widths"]:
    """‖Θ̂_T − Θ̂₀‖/‖Θ̂₀‖ now."""
    return np.array([rms(trace.drift[:, -1]) for trace in run.traces])


def departure(run: Study) -> Float[np.ndarray, " widths"]:
    """The largest distance from the linearisation so far."""
    return np.array([rms(trace.departure.max(axis=1)) for trace in run.traces])


def sharpness(run: Study) -> Float[np.ndarray, " widths"]:
    """ηλ_max(Θ̂₀) of the network that is drawn."""
    return run.step_size * np.array([np.linalg.eigvalsh(trace.kernel[0, 0])[-1] for trace in run.traces])


def checks(run: Study) -> tuple[Check, ...]:
    """The predictions that concern a study."""
    broken = _broken(run)
    found = [_start(run)]
    if run.settings.parametrisation == "standard":
        found.append(_growth(run))
    bound = approximate(BOUND_TOLERANCE, "1/n")
    found += [
        Check("drift_exponent", -0.5, exponent(run.widths, drift(run)), bound, broken, "at_most"),
        Check("departure_exponent", -0.5, exponent(run.widths, departure(run)), bound, broken, "at_most"),
        _band(run, broken),
        _pl(run),
    ]
    lost = _flown_off(run)
    return (*found, lost) if lost.predicted or lost.measured else tuple(found)


def _broken(run: Study) -> str | None:
    """Why the limit may not speak of what was learned, if it may not."""
    if run.settings.depth == 0:
        return "linear_model"
    largest = max(np.linalg.eigvalsh(trace.kernel[:, 0])[:, -1].max() for trace in run.traces)
    if run.step_size * largest > STABLE:
        return "unstable_steps"
    if any(np.isnan(trace.departure[:, -1]).any() for trace in run.traces):
        return "flew_off"
    if drift(run).min() <= 0:
        return "nothing_learned"
    if run.settings.depth > NARROW // 2:
        return "too_deep"
    return "rich" if departure(run)[-1] > LAZY else None


def _start(run: Study) -> Check:
    found = fluctuation(run)
    why = (
        "linear_model" if run.settings.depth == 0 else
        "nothing_learned" if found.min() <= 0 else
        "too_deep" if run.settings.depth > NARROW // 2 else None
    )  # fmt: skip
    return Check("start_exponent", -0.5, exponent(run.widths, found), approximate(EXPONENT_TOLERANCE, "R^(−1/2)"), why)


def _growth(run: Study) -> Check:
    """The norm of the kernel against the width, of the networks and of the formula."""
    predicted = exponent(run.widths, np.array([np.linalg.norm(limit.kernel) for limit in run.limits]))
    found = np.array([np.linalg.norm(trace.kernel[:, 0].mean(axis=0)) for trace in run.traces])
    why = "nothing_learned" if found.min() <= 0 else "too_deep" if run.settings.depth > NARROW // 2 else None
    return Check("kernel_growth", predicted, exponent(run.widths, found), approximate(GROWTH_TOLERANCE, "1/n"), why)


def _band(run: Study, broken: str | None) -> Check:
    """The wide network now, in standard deviations of the infinitely wide one."""
    mean, deviation = run.limits[-1].mean[-1], run.limits[-1].deviation[-1]
    floor = FAINT * float(deviation.max())
    if floor <= 0:
        return silent("inside_band", broken or "no_spread", BAND)
    worst = float(np.max(np.abs(run.traces[-1].function[-1] - mean) / np.maximum(deviation, floor)))
    return Check("inside_band", BAND, worst, EXACT, None if broken == "linear_model" else broken, "at_most")


def _pl(run: Study) -> Check:
    """rᵀΘ̂r/rᵀr against the smallest eigenvalue, where they are nearest."""
    nearest = min((_nearest(run, trace) for trace in run.traces), key=lambda pair: pair[0] - pair[1])
    ratio, smallest = nearest
    why = "nothing_learned" if np.isnan(ratio) else None
    return Check("pl_ratio", smallest, ratio, rounding(1e-9 * max(1.0, abs(smallest))), why, "at_least")


def _nearest(run: Study, trace: Trace) -> tuple[float, float]:
    residual = trace.fitted - run.task.y  # (R, frames, n)
    square = np.sum(residual**2, axis=2)
    known = np.isfinite(trace.kernel).all(axis=(2, 3)) & (square > 0) & np.isfinite(square)
    if not known.any():
        return float("nan"), float("nan")
    kernel, residual, square = trace.kernel[known], residual[known], square[known]
    unit = residual / np.sqrt(square)[:, None]
    ratio = np.einsum("fi,fij,fj->f", unit, kernel, unit)
    values = np.linalg.eigvalsh(kernel)
    rounding = 1e-13 * np.abs(values[:, -1])  # what is smaller is zero
    smallest = np.where(values[:, 0] > rounding, values[:, 0], 0.0)
    ratio = np.where(np.abs(ratio) > rounding, ratio, 0.0)
    at = int(np.argmin(ratio - smallest))
    return float(ratio[at]), float(smallest[at])


def _flown_off(run: Study) -> Check:
    predicted = float(np.sum(sharpness(run) > STABLE))
    return Check("flown_off", predicted, float(np.sum(run.diverged)), EXACT, scale=1.0)
