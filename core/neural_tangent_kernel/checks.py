"""The three networks, and many that are only drawn, held against the theory of the infinitely wide one.

Checks, by id, the sharpest first (n the width, exponents from a straight line through three widths on log axes)
    gradient            1           = ‖∇L‖²/rᵀΘ̂_t r, r = f − y: the kernel is what moves the function, at any width
    pl_ratio            λ_min(Θ̂_t)  ≤ ½‖∇L‖²/L, where it is nearest, in any of the networks at any time
    start_ntk           0           = ‖mean of Θ̂₀ − Θ‖/‖Θ‖ over many networks
    start_nngp          0           = the same of the covariance of their outputs, Σ̂ and Σ
    start_exponent      −½          = ‖Θ̂₀ − Θ‖/‖Θ‖ as a power of n: fluctuation at the start
    kernel_growth       of Θ itself = ‖mean of Θ̂₀‖ as a power of n; only in the standard parametrisation: not 0
    inside_band         1           = the limit's standard deviation over the networks' distance from its mean
    drift_exponent      −½          ≥ ‖Θ̂_T − Θ̂₀‖/‖Θ̂₀‖ as a power of n: what is proved; seen is up to −1
    departure_exponent  −½          ≥ largest distance from the linearisation, as a power of n
    flown_off           those with ηλ_max(Θ̂₀) > 2 = those that flew off, of the three, where there are any

∇L is measured: what a step moves, by the code that trains. Lee et al. 2019, arXiv:1902.06720 prove n^−½; Dyer & Gur-Ari
2020, arXiv:1909.11304 find n^−1 for the drift.
"""

import numpy as np

from core.check import EXACT, Check, silent
from core.neural_tangent_kernel.band import inside_band
from core.neural_tangent_kernel.powers import departure, drift, exponent, rms, sharpness
from core.neural_tangent_kernel.scatter import BOUND_ALARM, off_mean, off_power, off_power_of_means
from core.neural_tangent_kernel.slopes import gradient, pl_ratio, slopes
from core.neural_tangent_kernel.study import NARROW, Study

BROKEN_ASSUMPTIONS = (
    "linear_model",  # no hidden layer: the kernel is what it is, at any width
    "unstable_steps",  # ηλ_max > 2: the linearisation itself flies off
    "flew_off",  # a network did
    "rich",  # even the wide network has left its linearisation: it learns features
    "nothing_learned",  # nothing moves: no targets, or a kernel of zero
    "too_deep",  # depth is not small against the narrow width, or the kernel scatters by as much as its size
    "no_spread",  # the limit has no standard deviation: its start has been taken away
    "other_powers",  # the standard parametrisation's, which has powers of its own
    "blurred",  # too few networks are wide enough that their own kernels move them by less than the band is wide
    "kinks",  # the slope of the activation jumps, so that the kernel is not smooth in the parameters
)
LEADING = 0.2  # powers seen at such widths are off the leading ones by up to this
BOUND_TOLERANCE = 0.1  # an exponent at finite widths against the proved one: terms of the order of 1/n
CORRECTION = 0.1  # of v, the relative variance of the kernel: more than was ever seen of the terms that are left out
SCATTERED = 1.0  # v up to which an expansion in it is one
LAZY = 0.1  # departure from the linearisation, in units of the targets, up to which a network is called lazy
STABLE = 2.0


def checks(run: Study) -> tuple[Check, ...]:
    """The predictions that concern a study."""
    broken, moved = _broken(run), slopes(run)
    found = [gradient(moved), pl_ratio(moved), *_means(run), _start(run)]
    if run.settings.parametrisation == "standard":
        found.append(_growth(run))
    found += [
        inside_band(run, broken),
        _bound("drift_exponent", run, [trace.drift[:, -1] for trace in run.traces], broken),
        _bound("departure_exponent", run, [trace.departure.max(axis=1) for trace in run.traces], broken),
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
    if departure(run)[-1] > LAZY:
        return "rich"
    return None


def _kinks(run: Study) -> str | None:
    """A ReLU that passes its kink changes the kernel by about 1/n: below that, less than one of a network does."""
    few = run.settings.activation == "relu" and bool(np.any(drift(run) * run.widths < 1))
    return "kinks" if few else None


def _means(run: Study) -> tuple[Check, Check]:
    """Of the width of which there are most units."""
    most = max(run.starts, key=lambda start: start.count * start.width)
    limit = run.settings.kernels(run.task.x, width=most.width)
    pairs = {"start_ntk": (most.ntk, limit.ntk), "start_nngp": (most.nngp, limit.nngp)}
    why = "too_deep" if most.variance > SCATTERED else None
    left_out = 0.0 if run.settings.depth <= 1 else CORRECTION * most.variance
    found = []
    for name, (mean, expected) in pairs.items():
        size = float(np.linalg.norm(expected))
        if size <= 0:
            found.append(silent(name, "nothing_learned", 0.0))
            continue
        off = float(np.linalg.norm(mean.value - expected)) / size
        allowed = off_mean(mean.spectrum, most.count, size, 1e-12 + left_out, "1/n" if left_out else "")
        found.append(Check(name, 0.0, off, allowed, why, scale=1.0))
    return found[0], found[1]


def _start(run: Study) -> Check:
    """With one hidden layer the law is exact; with more, and in the standard parametrisation, where two powers of n are
    added, it is the leading term."""
    found = [start.fluctuation for start in run.starts]
    widths, sizes = np.array([start.width for start in run.starts]), np.array([rms(f) for f in found])
    narrow = run.starts[0].variance
    why = (
        "linear_model" if run.settings.depth == 0 else
        "nothing_learned" if sizes.min() <= 0 else
        "too_deep" if run.settings.depth > NARROW // 2 or narrow > SCATTERED else None
    )  # fmt: skip
    more = CORRECTION * narrow if run.settings.depth > 1 else 0.0
    more += LEADING if run.settings.parametrisation == "standard" else 0.0
    allowed = off_power(widths, found, more=more, order="1/n" if more else "")
    return Check("start_exponent", -0.5, exponent(widths, sizes), allowed, why)


def _growth(run: Study) -> Check:
    """The norm of the kernel against the width, of the networks and of the formula."""
    widths, starts = np.array([start.width for start in run.starts]), run.starts
    limits = [np.linalg.norm(run.settings.kernels(run.task.x, width=start.width).ntk) for start in starts]
    found = np.array([np.linalg.norm(start.ntk.value) for start in starts])
    deep = starts[0].variance > SCATTERED or run.settings.depth > NARROW // 2
    why = "nothing_learned" if found.min() <= 0 else "too_deep" if deep else None
    more = CORRECTION * starts[0].variance if run.settings.depth > 1 else 0.0
    errors = np.array([np.sqrt(start.ntk.spectrum[-1] / start.count) for start in starts]) / np.maximum(found, 1e-300)
    counts = [start.count for start in starts]
    allowed = off_power_of_means(widths, errors, counts, more=more + 1e-12, order="1/n" if more else "")
    return Check("kernel_growth", exponent(widths, np.array(limits)), exponent(widths, found), allowed, why)


def _bound(name: str, run: Study, values: list[np.ndarray], broken: str | None) -> Check:
    found = exponent(run.widths, np.array([rms(v) for v in values]))
    allowed = off_power(run.widths, values, more=BOUND_TOLERANCE, order="1/n", alarm=BOUND_ALARM)
    return Check(name, -0.5, found, allowed, broken or _kinks(run), "at_most")


def _flown_off(run: Study) -> Check:
    predicted = float(np.sum(sharpness(run) > STABLE))
    return Check("flown_off", predicted, float(np.sum(run.diverged)), EXACT, scale=1.0)
