"""A run held against its limits. Every limit is approached slowly, so each check says how near it should be by now.

Checks, by id (t the run's last time, c = 1 − β for the heavy ball, else 1)
    loss_law          c‖ŵ‖²                       = t L(t)
    distance_law      ‖(I − P)w̃‖/‖ŵ‖              = dist · log t              (normalised steps: log t ↔ τ/‖ŵ‖²)
    gap_law           (γŵᵀw̃/‖ŵ‖ − min zᵀw̃)/‖ŵ‖   = gap · log t               (the same)
    offset            λ                           = how fast w − (ŵ log t + w̃) falls, as t^−λ
    discrete          0                           = ‖w_steps − w_flow‖/‖w_flow‖ at the last step taken
    growth_exponent   1/(k + 2)                   = d log‖w‖/d log t
    tail_direction    angle of a to ŵ             = angle of w to ŵ, radians
    margin_reached    widest margin in the norm   = margin of w in it
    finite_minimiser  0                           = ‖w − argmin L‖/‖argmin L‖
    validation_slope  max(0, −ŵᵀz)                = growth of a point's logistic loss per unit of log t
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from core.check import Check, approximate, placed, silent
from core.max_margin.curves import law_residual, measured
from core.max_margin.losses import LOGISTIC
from core.max_margin.norm_margin import norm_of
from core.max_margin.principal_rows import principal_rows
from core.max_margin.progress import (
    SETTLED,
    before,
    fall,
    is_in_sight,
    longest,
    moves,
    natural_time,
    next_order,
    size,
    still_falls,
    tail_early,
)
from core.max_margin.study import Study

CHECKS = (
    *("loss_law", "distance_law", "gap_law", "offset", "discrete", "growth_exponent", "tail_direction"),
    *("margin_reached", "finite_minimiser", "validation_slope"),
)
BROKEN_ASSUMPTIONS = (
    "not_separable",  # no plane separates: there is no street
    "partly_separable",  # some w has every zᵀw ≥ 0, but none has them all positive
    "too_close",  # whether a plane separates could not be proved, either way
    "balanced",  # the points' pushes cancel, and w = 0 is the minimum of the loss
    "not_followed",  # the limit is not in sight yet, and the flow could not be followed any further
    "polynomial_tail",  # the loss falls too slowly
    "symmetric_set",  # w̃ is parallel to ŵ: the constant is zero, and what is left falls as a power of t
    "support_does_not_span",  # w̃ then depends on the whole path
    "degenerate_support",  # a support vector without weight: w̃ does not exist
    "too_early",  # the limit is not in sight yet
    "still_moving",  # the same, of an optimiser that goes by the step
    "large_step",  # the flow is the limit of small steps
    "diverged",  # the steps flew off
    "at_rounding",  # nothing is left to measure but rounding
)
AT_THE_END = ("loss_law", "distance_law", "gap_law", "growth_exponent", "tail_direction", "margin_reached")
LOSS_TOLERANCE, MARGIN_TOLERANCE, EXPONENT_TOLERANCE, ANGLE_TOLERANCE = 0.03, 0.025, 0.005, 0.01
LEAST = 1e-4  # of the loss law: what a flow followed to 10⁻⁹ per step may add up to
DISCRETE_TOLERANCE, OFFSET_TOLERANCE, SLOPE_TOLERANCE = 0.02, 0.05, 0.02
SATURATED = 5.0  # margin from which the logistic loss is straight, or flat
LARGE_STEP = 3.0  # η·σ_max²·ℓ″/(1 − β) up to which steps keep to the flow
CURVATURE = {"logistic": 0.25, "exponential": 1.0}  # ℓ″(0), where the run begins; of a polynomial loss k(k + 1)


def checks(run: Study, validation: Float[np.ndarray, " d"] | None = None) -> tuple[Check, ...]:
    """The predictions that concern a run; ``validation`` is a point z = y·x that was not trained on."""
    if run.followed == 0:
        found = [silent(name, "not_followed") for name in ("loss_law", "distance_law", "gap_law")]
        return tuple(found)
    found = _of_the_flow(run) if run.clock == "time" else _of_the_steps(run)
    if validation is not None and run.clock == "time":
        found.append(_validation_slope(run, validation))
    found = [_not_followed(check) if run.breaks_off else check for check in found]
    return placed(found, float(np.log10(run.at[-1])), AT_THE_END)


def _not_followed(check: Check) -> Check:
    """What is too early for a limit will stay so where the flow cannot be followed any further."""
    is_early = check.broken_assumption == "too_early"
    return replace(check, broken_assumption="not_followed") if is_early else check


def _no_street(run: Study) -> str | None:
    kinds = {"partly": "partly_separable", "not": "not_separable", "unclear": "too_close"}
    return kinds.get(run.street.separability)


def _of_the_flow(run: Study) -> list[Check]:
    if run.street.margin is None:
        why = _no_street(run)
        none = [silent(name, why) for name in ("loss_law", "distance_law", "gap_law")]
        return ([_finite_minimiser(run)] if run.rest is not None else []) + none
    if run.loss.tail:
        return [_growth(run), _direction(run), *_laws(run, "polynomial_tail"), _discrete(run)]
    loss, *over_log = _laws(run, None)
    return [loss, _discrete(run), _offset(run), *over_log]


def _of_the_steps(run: Study) -> list[Check]:
    follows = run.optimiser == "normalised" and run.street.margin is not None
    return [_margin_reached(run), *(_laws(run, "polynomial_tail" if run.loss.tail else None) if follows else [])]


def _laws(run: Study, broken: str | None) -> list[Check]:
    constants = [] if run.clock == "step" else [_loss_law(run, broken)]
    return [*constants, _over_log(run, "distance", broken), _over_log(run, "gap", broken)]


def _loss_law(run: Study, broken: str | None) -> Check:
    """Too early while t L still falls, or while points behind the margin hold much of it back. What is allowed for is
    what t L lacks for these two, and not how far ŵ is from w: a wrong ŵ would make room for itself."""
    w_hat, t = run.street.margin.w, run.at[-1]
    predicted = run.slowed * float(w_hat @ w_hat)
    found = float(np.exp(np.log(t) + run.log_loss[-1]))
    behind, missing = _of_points_behind(run), still_falls(run)
    if broken is None and (max(missing, behind) > LOSS_TOLERANCE / 2 or natural_time(run) < SETTLED):
        broken = "too_early"
    allowed = min(LOSS_TOLERANCE, 4 * missing + 1.5 * behind + LEAST) * predicted
    return Check("loss_law", predicted, found, approximate(allowed, "1/t"), broken)


def _of_points_behind(run: Study) -> float:
    """What t L lacks of c‖ŵ‖² because points still push that are ε = ŵᵀz − 1 behind the margin, as a share of it.

    To first order in their shares q of −ℓ′ it is Σ q ε(2 + ε): they push along ŵ by q ε more than they cost, and the
    support's own shares, which make room for theirs, q(1 + ε), return to it as t^−ε, by ε of that per unit of log t.
    """
    slopes = run.loss.log_slope(run.z @ run.w[-1])
    share = np.exp(slopes - slopes.max())
    ahead = np.where(run.street.margin.support, 0.0, run.z @ run.street.margin.w - 1)
    return float(share @ (ahead * (2 + ahead)) / share.sum())


def _over_log(run: Study, name: str, broken: str | None) -> Check:
    """A quantity that falls as 1/log t, times log t. It reaches its constant late, but the law says how late."""
    law = run.street.law
    constant = getattr(law, name)
    clock = float(run.pace[-1]) if run.clock == "step" else float(np.log(run.at[-1]))
    found = float(measured(run)[name][-1]) * clock
    broken = broken or law.why_not or ("symmetric_set" if law.is_symmetric else None)
    if run.clock == "step":
        tolerance, is_early = 0.12 * constant, moves(run, MARGIN_TOLERANCE) or not is_in_sight(run)
        broken = broken or ("large_step" if run.step_size > 1 else "still_moving" if is_early else None)
        return Check(f"{name}_law", constant, found, approximate(tolerance, "1/τ"), broken)
    tolerance = float("nan")
    if law.why_not is None:
        left = float(law_residual(run)[-1]) / size(run) * (1.0 if name == "distance" else longest(run))
        tolerance = next_order(run, name) + left + 0.02 * constant
        is_early = clock <= 1 or tolerance > 0.25 * constant or left > 0.05 * constant
        broken = broken or ("too_early" if is_early else None)
    return Check(f"{name}_law", constant, found, approximate(tolerance, "1/log t"), broken)


def _offset(run: Study) -> Check:
    """The slope of log ‖w − (ŵ log t + w̃)‖ over the last three decades."""
    law, left, first = run.street.law, law_residual(run), before(run, 1e3)
    broken, found = law.why_not, float("nan")
    if broken is None and (first is None or left[first] > 0.2 * size(run) or natural_time(run) < 1e3 * SETTLED):
        broken = "too_early"
    if first is not None:
        found, late = fall(left, run.at, first), fall(left, run.at, (first + len(left) - 1) // 2)
        if broken is None and left[-1] < 1e-6 * np.linalg.norm(run.w[-1]):
            broken = "at_rounding"
        mixed = np.exp(-(law.next_rate - law.rate) * np.log(max(natural_time(run), 1.0)))
        is_mixed = mixed > 0.05 or abs(late - found) > OFFSET_TOLERANCE / 8  # a faster part is still there
        broken = broken or ("too_early" if is_mixed else None)
    return Check("offset", law.rate, found, approximate(OFFSET_TOLERANCE, "t^−λ′"), broken)


def _discrete(run: Study) -> Check:
    """The optimiser's own steps against the flow, at the last step that is within the time shown."""
    times = run.step_size * run.steps.step
    seen = np.flatnonzero((times <= run.at[-1]) & (times >= run.at[0]))
    if not len(seen):
        return silent("discrete", "too_early", 0.0)
    last = seen[-1]
    flow = np.array([np.interp(np.log(times[last]), np.log(run.at), column) for column in run.w.T])
    found = float(np.linalg.norm(run.steps.w[last] - flow) / np.linalg.norm(flow))
    bend = CURVATURE.get(run.loss.name) or run.loss.tail * (run.loss.tail + 1)
    is_large = run.step_size * float(np.linalg.norm(run.z, 2)) ** 2 * bend / run.slowed > LARGE_STEP
    broken = "diverged" if np.isnan(found) else "large_step" if is_large else None
    if broken is None and run.steps.step[last] < run.steps.step[-1]:
        broken = "too_early"
    return Check("discrete", 0.0, found, approximate(DISCRETE_TOLERANCE, "η"), broken, scale=1.0)


def _growth(run: Study) -> Check:
    first, predicted = before(run, 100.0), 1 / (run.loss.tail + 2)
    if first is None:
        return silent("growth_exponent", "too_early", predicted)
    lengths = np.linalg.norm(run.w, axis=1)
    found, late = -fall(lengths, run.at, first), -fall(lengths, run.at, before(run, 10.0))
    bends = abs(late - found) > EXPONENT_TOLERANCE / 4
    broken = "too_early" if bends else tail_early(run)
    return Check("growth_exponent", predicted, found, approximate(EXPONENT_TOLERANCE, "1/log t"), broken)


def _direction(run: Study) -> Check:
    predicted, found = (_angle(w, run.street.margin.unit) for w in (run.tail, run.w[-1]))
    return Check("tail_direction", predicted, found, approximate(ANGLE_TOLERANCE, "1/‖w‖"), tail_early(run))


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    return float(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b)))


def _margin_reached(run: Study) -> Check:
    if run.goal is None:
        return silent("margin_reached", _no_street(run))
    found = float((run.z @ run.w[-1]).min() / norm_of(run.w[-1], run.norm))
    broken = "polynomial_tail" if run.loss.tail else "still_moving" if moves(run, MARGIN_TOLERANCE) else None
    broken = broken or ("large_step" if run.step_size > 1 else None)
    allowed = approximate(MARGIN_TOLERANCE * run.goal.margin, "k^(−1/2)")
    return Check("margin_reached", run.goal.margin, found, allowed, broken)


def _finite_minimiser(run: Study) -> Check:
    """Too early until the flattest direction has had time to settle."""
    if run.stays:
        return silent("finite_minimiser", "balanced", 0.0, float(np.linalg.norm(run.w[-1])))
    seen, u = principal_rows(run.z), run.z @ run.rest
    bends = np.exp(run.loss.log_slope(u)) * run.loss.bend(u)
    flattest, *_, steepest = np.linalg.eigvalsh((seen.rows.T * bends) @ seen.rows).tolist() * 2
    is_seen = flattest > 1e-13 * steepest  # below, it is what rounding has made of none
    settled = is_seen and flattest * run.at[-1] / run.slowed * seen.scale**2 > 30
    found = float(np.linalg.norm(run.w[-1] - run.rest) / (np.linalg.norm(run.rest) or 1.0))
    return Check(
        "finite_minimiser", 0.0, found, approximate(1e-4, "e^−μt"), None if settled else "too_early", scale=1.0
    )


def _validation_slope(run: Study, z: np.ndarray) -> Check:
    broken = _no_street(run) or ("polynomial_tail" if run.loss.tail else None)
    if broken is not None:
        return silent("validation_slope", broken)
    reach, first = float(z @ run.street.margin.w), before(run, 10.0)
    allowed = SLOPE_TOLERANCE * max(1.0, abs(reach))
    if first is None:
        return silent("validation_slope", "too_early", max(0.0, -reach))
    values, ages = run.w[[first, -1]] @ z, np.log(run.at[-1] / run.at[first])
    found = float(np.diff(LOGISTIC.value(values))[0] / ages)
    is_early = values[-1] * np.sign(reach) < SATURATED or abs((values[1] - values[0]) / ages - reach) > allowed / 2
    broken, size = "too_early" if is_early else None, max(1.0, abs(reach))
    return Check("validation_slope", max(0.0, -reach), found, approximate(allowed, "1/t"), broken, scale=size)
