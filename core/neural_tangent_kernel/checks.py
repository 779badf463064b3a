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

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float

from core.check import EXACT, Check, rounding, silent
from core.neural_tangent_kernel.learner import Trace
from core.neural_tangent_kernel.linearised import process_at, responses
from core.neural_tangent_kernel.scatter import BOUND_ALARM, off_mean, off_power, off_power_of_means, off_spread
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
FAINT = 0.1  # share of the limit's largest variance below which a direction is not counted
CORRECTION = 0.1  # of v, the relative variance of the kernel: more than was ever seen of the terms that are left out
SCATTERED = 1.0  # v up to which an expansion in it is one
BLUNT = 2.0  # where a band of three times its width would be let pass, nothing is said
SMALLEST = 1e-30  # of a kernel's trace: below it the squares of single numbers are lost
VAGUE = 1e-6  # share that rounding may be of what is compared
LAZY = 0.1  # departure from the linearisation, in units of the targets, up to which a network is called lazy
BLURRED = 4.0  # what a finite width may add to the variances of the band, in units of them, for it to be seen at all
STABLE = 2.0
EPSILON = float(np.finfo(float).eps)


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
    found = [_gradient(run), _pl(run), *_means(run), _start(run)]
    if run.settings.parametrisation == "standard":
        found.append(_growth(run))
    found += [
        _band(run, broken),
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


@dataclass(frozen=True)
class Slopes:
    """Every network at every frame at which there is something left to learn, one after another."""

    gradient: Float[np.ndarray, " f"]  # ‖∇L‖², measured
    form: Float[np.ndarray, " f"]  # rᵀΘ̂r
    square: Float[np.ndarray, " f"]  # rᵀr = 2L
    eigenvalues: Float[np.ndarray, "f n"]  # of Θ̂
    rounding: Float[np.ndarray, " f"]  # what the arithmetic may have done to ``gradient`` and ``form``


def slopes(run: Study) -> Slopes:
    """In units of f: the residual is that of f, not of αf."""
    parts = [part for trace in run.traces if len((part := _slopes(trace)).square)]
    if not parts:
        return Slopes(*[np.zeros(0)] * 3, np.zeros((0, run.task.y.size)), np.zeros(0))
    return Slopes(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Slopes)))


def _slopes(trace: Trace) -> Slopes:
    """A sum of n products is good to nε times the sum of their sizes: ‖∇L‖² = Σ_θ (Σ_i r_i ∂f_i)² and rᵀΘ̂r both to
    nε tr Θ̂ |r|², where n is the longest sum of any layer."""
    residual, square = trace.residual, np.sum(trace.residual**2, axis=2)
    with np.errstate(over="ignore"):
        known = np.isfinite(trace.kernel).all(axis=(2, 3)) & np.isfinite(trace.gradient * square) & (square > 0)
        known &= np.trace(trace.kernel, axis1=2, axis2=3) > SMALLEST
    residual, square, kernel = residual[known], square[known], trace.kernel[known]
    longest = max(trace.width, kernel.shape[1])
    allowed = longest * EPSILON * np.trace(kernel, axis1=1, axis2=2) * square
    form = np.einsum("fi,fij,fj->f", residual, kernel, residual)
    return Slopes(trace.gradient[known], form, square, np.linalg.eigvalsh(kernel), allowed)


def _gradient(run: Study) -> Check:
    """Where the two are farthest apart, of all networks and frames, in units of what rounding allows."""
    found = slopes(run)
    clear = found.rounding < VAGUE * found.form
    if not clear.any():
        return silent("gradient", "nothing_learned", 1.0)
    apart = np.where(clear, np.abs(found.gradient - found.form) / found.rounding, -1.0)
    at = int(np.argmax(apart))
    ratio, allowed = (float(part[at] / found.form[at]) for part in (found.gradient, found.rounding))
    return Check("gradient", 1.0, ratio, rounding(allowed))


def _pl(run: Study) -> Check:
    """Where they are nearest, relative to the eigenvalue."""
    found = slopes(run)
    if not len(found.square):
        return silent("pl_ratio", "nothing_learned")
    ratio, allowed = found.gradient / found.square, found.rounding / found.square
    smallest = np.where(found.eigenvalues[:, 0] > allowed, found.eigenvalues[:, 0], 0.0)  # what is smaller is zero
    above = ratio - smallest + allowed
    share = np.divide(above, smallest, out=np.full_like(above, np.inf), where=smallest > 0)
    at = int(np.argmin(share if np.isfinite(share).any() else above))
    scale = float(smallest[at]) or float(found.eigenvalues[at, -1])
    return Check("pl_ratio", float(smallest[at]), float(ratio[at]), rounding(allowed[at]), None, "at_least", scale)


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


def _band(run: Study, broken: str | None) -> Check:
    """The trained networks but the narrow ones, each in the directions in which the limit's networks differ most: there
    the squares over the variances are a χ². A finite network adds to them how far its own kernel moves it, and how far
    it leaves its own linearisation: in units of what that makes of its start, not of the theory."""
    if run.settings.centred or broken:
        return silent("inside_band", broken or "no_spread", 1.0)
    groups = [(place, _covariance(run, place)) for place in range(1, len(run.traces))]
    middle, covariance = run.traces[1], groups[0][1]
    own = responses(middle.kernel[:, 0], middle.start_cross, run.task.y, float(run.time[-1]), run.step_size)
    starts = squares_in(middle.linear_now - own, covariance)
    if not starts.size:
        return silent("inside_band", "no_spread", 1.0)
    unit = float(starts.mean())
    kernels = len(own) / (len(own) - 1) * squares_in(own - own.mean(axis=0), covariance)
    total, added, freedom, networks = 0.0, 0.0, 0, 0
    for place, covariance in groups:
        trace, mean = run.traces[place], run.limits[place].mean[-1]
        squares, left = (squares_in(off, covariance) for off in (trace.now - mean, trace.now - trace.linear_now))
        if not squares.size or not np.isfinite(squares).all():
            continue
        more = float(kernels.mean()) * middle.width / trace.width + float(left.mean())
        if more < BLURRED * unit:
            total, added = total + float(squares.sum()), added + more / unit * squares.size
            freedom, networks = freedom + squares.size, networks + len(squares)
    if not freedom:
        return silent("inside_band", "blurred", 1.0)
    return spread("inside_band", total, freedom, networks, added / freedom, None)


def spread(name: str, total: float, freedom: int, networks: int, added: float, why: str | None) -> Check:
    """The limit's standard deviation over the one found in that many squares, of which ``total`` is the sum in units of
    the limit's variances. A limit off by some share is a ratio off by that share of what it is now."""
    allowed = off_spread(freedom, networks, added, "n^(−1/2)")
    ratio = float(np.sqrt(freedom / total)) if total > 0 else np.inf
    return Check(name, 1.0, ratio, allowed, why or ("blurred" if allowed.size >= BLUNT else None), scale=ratio)


def squares_in(
    away: Float[np.ndarray, "R points"], covariance: Float[np.ndarray, "points points"]
) -> Float[np.ndarray, "R directions"]:
    """Squares over variances along the principal axes that are not faint."""
    if not covariance.size or not np.isfinite(covariance).all():
        return np.zeros((len(away), 0))
    values, vectors = np.linalg.eigh(covariance)
    clear = (values > FAINT * values[-1]) & (values > 0)
    return (away @ vectors[:, clear]) ** 2 / values[clear]


def _covariance(run: Study, place: int) -> Float[np.ndarray, "points points"]:
    """Of αf of the infinitely wide network, now."""
    task, width, alpha = run.task, int(run.widths[place]), run.settings.output_scale
    train, line = (run.settings.kernels(x, width=width) for x in (task.x, task.grid))
    cross = run.settings.kernels(task.grid, task.x, width=width)
    return alpha**2 * process_at(train, cross, line, task.y / alpha, float(run.time[-1]), run.step_size).covariance


def _bound(name: str, run: Study, values: list[np.ndarray], broken: str | None) -> Check:
    found = exponent(run.widths, np.array([rms(v) for v in values]))
    allowed = off_power(run.widths, values, more=BOUND_TOLERANCE, order="1/n", alarm=BOUND_ALARM)
    return Check(name, -0.5, found, allowed, broken or _kinks(run), "at_most")


def _flown_off(run: Study) -> Check:
    predicted = float(np.sum(sharpness(run) > STABLE))
    return Check("flown_off", predicted, float(np.sum(run.diverged)), EXACT, scale=1.0)
