"""Weight decay: what the theory says of the run on screen, held against the run.

    hard_soft       0                     = ‖solution in the ball of radius √θ − ŵ(λ)‖/‖ŵ(λ)‖
    multiplier      λ                     = λ read off that solution
    freedom         Σ dᵢ²/(dᵢ² + nλ)      = tr H, from a QR decomposition; at λ = 0 the rank
    shrinkage       1 − η(‖Xv‖²/n + λ)    = what a step of the run leaves of the part along v; v off the data, or else
                                            the principal direction that the run has moved along furthest
    leave_one_out   shortcut              = mean square of fits without each row
    forgetting      |1 − ηλ|^T ‖P w₀‖     = ‖P w_T‖ in the demonstration, P the projection off the rows of X
    path            0                     = distance of the walk from its law; of Adam's end from where it should be, in
                                            AdamW's case as far as its memory still holds it off

All but Adam's ends are identities. Their tolerances are bounds of what rounding does: ε times the size of the numbers
that cancel, times the condition of the problem, times ``SLACK``.
"""

import numpy as np
from jaxtyping import Float

from core.bounds import Real
from core.check import Check, approximate, placed, rounding, silent
from core.weight_decay.constraint import multiplier
from core.weight_decay.dynamics import DECAYS, box_fit, law
from core.weight_decay.high_dimensional import Forgetting
from core.weight_decay.penalty_study import Study
from core.weight_decay.ridge import left_out_by_force, left_out_of, penalties_of

CHECKS = ("hard_soft", "multiplier", "freedom", "shrinkage", "leave_one_out", "forgetting", "path")
BROKEN_ASSUMPTIONS = (
    "nothing_to_learn", "penalty_rescaled", "no_direction", "nothing_moves", "interpolates", "flies_off",
    "still_moving", "not_unique", "at_rounding", "forgotten",
)  # fmt: skip
AT_THE_PENALTY = ("hard_soft", "freedom", "leave_one_out")
MOST_LEFT_OUT, MOST_WORK = 40, 200_000  # rows left out by force; numbers that may be touched for it
SETTLED, NEAR = 0.02, 0.05  # of the way from the start: movement in the second half of a run, and distance to the end
LEAST = 0.01  # of the way, that AdamW may be off the first order
EPSILON, SLACK = np.finfo(np.float64).eps, 1000.0
HUGE = 1e100  # beyond it a walk that flies off is not looked at


def checks(run: Study, demonstration: Forgetting | None = None) -> tuple[Check, ...]:
    """The strip, the sharpest first. ``demonstration`` with the high-dimensional data only."""
    found = [_hard_is_soft(run), _multiplier(run), _freedom(run), _shrinkage(run), _leave_one_out(run)]
    if demonstration is not None:
        found.append(_forgetting(demonstration))
    if run.run.optimiser != "sgd" or run.overshoots or run.flies_off:  # where the walk itself is in question
        found.append(_path(run))
    return placed(found, run.penalty, AT_THE_PENALTY) if run.penalty else tuple(found)  # no place on its log axis


def _hard_is_soft(run: Study) -> Check:
    """The solution in the ball of radius √θ, found from θ alone, is ŵ(λ)."""
    size = float(np.linalg.norm(run.w))
    apart = float(np.linalg.norm(run.hard.w - run.w)) / (size or 1.0)
    return Check(
        "hard_soft", 0.0, apart, rounding(_lost_in_theta(run)), None if size else "nothing_to_learn", scale=1.0
    )


def _lost_in_theta(run: Study) -> float:
    """How far θ, rounded, may lead from ŵ, relative to ‖ŵ‖: ½√(E a²)/E a roundings, where a = 1/(sᵢ + λ) has the
    weights ŵᵢ². It is large where a weak direction holds a small part of ŵ."""
    found = run.prepared.spectrum
    part, a = found.along(run.penalty) ** 2, 1 / (found.curvature + run.penalty)
    total = float(part.sum())
    if not run.hard.is_active or not total > 0:
        return SLACK * EPSILON
    a = a / a.max()
    mean, square = float(part @ a) / total, float(part @ a**2) / total
    return SLACK * EPSILON * (1 + (0.5 * np.sqrt(square) / mean if mean > 0 else 1 / EPSILON))


def _multiplier(run: Study) -> Check:
    """λ, read off the solution in the ball."""
    problem, stiffest = run.prepared.problem, _stiffest(run)
    read = multiplier(problem.x, problem.y, run.hard.w)
    broken = "nothing_to_learn" if np.isnan(read) else None
    size = float(np.linalg.norm(run.hard.w)) or 1.0
    output = float(np.linalg.norm(problem.x @ (run.hard.w / size)))
    cancelled = output * (float(np.linalg.norm(problem.y)) / size + output) / len(problem.y)
    lost = rounding(SLACK * EPSILON * cancelled + 3 * (stiffest + run.penalty) * _lost_in_theta(run))
    return Check("multiplier", run.penalty, 0.0 if broken else read, lost, broken, scale=run.penalty or stiffest)


def _freedom(run: Study) -> Check:
    """Σ dᵢ²/(dᵢ² + nλ) is the trace of the matrix that turns y into ŷ; at λ = 0 without what is rounding in X."""
    x, found = run.prepared.problem.x, run.prepared.spectrum
    trace = trace_of_hat(x if run.penalty else x @ found.right.T, run.penalty)
    condition = np.sqrt(1 + _stiffest(run) / run.penalty) if run.penalty else 1.0
    lost = SLACK * EPSILON * max(1.0, run.degrees_of_freedom) * min(condition, 1e-6 / EPSILON)
    return Check("freedom", run.degrees_of_freedom, trace, rounding(lost))


def trace_of_hat(x: Float[np.ndarray, "n d"], penalty: Real) -> float:
    """tr X(XᵀX + nλI)⁻¹Xᵀ = ‖XR⁻¹‖², R the triangle of X above √(nλ) I: without singular values, and with nothing
    squared. At λ = 0 the rank."""
    (n, d), penalty = x.shape, float(penalties_of(penalty))
    if penalty == 0:
        return float(np.linalg.matrix_rank(x)) if x.size else 0.0
    x = x if d <= n else x.T
    triangle = np.linalg.qr(np.vstack([x, np.sqrt(n * penalty) * np.eye(min(n, d))]), mode="r")
    return float(np.sum(np.linalg.solve(triangle.T, x.T) ** 2))


def _shrinkage(run: Study) -> Check:
    """What one step leaves of w along a direction, measured on the walk. Off the data there is nothing but decay; along
    a principal direction the steps themselves shrink so. Adam has no such direction: its pull acts in all of them."""
    walk, found, x = run.run, run.prepared.spectrum, run.prepared.problem.x
    if walk.optimiser != "sgd":
        return _shrinkage_of_adam(run)
    w = walk.w[np.cumprod(np.abs(walk.w).max(axis=1, initial=0.0) < HUGE).astype(bool)]
    idle = w - w @ found.right.T @ found.right
    parts, curvature = idle, 0.0
    if found.rank == w.shape[1] or np.linalg.norm(idle[0]) <= 1e-6 * np.linalg.norm(w[0]):
        moved = np.diff(w, axis=0) @ found.right.T  # (steps, r)
        if moved.size:
            best = int(np.argmax(np.sum((moved[:-1] / (np.abs(moved).max() or 1.0)) ** 2, axis=0)))
            parts, curvature = moved[:, [best]], float(np.sum((x @ found.right[best]) ** 2)) / len(x)
    largest = float(np.abs(parts).max(initial=0.0))
    noise = EPSILON * (1 + walk.step_size * (_stiffest(run) + run.penalty)) * np.abs(w).max(initial=0.0)
    predicted, rate = 1 - walk.step_size * (curvature + run.penalty), walk.step_size * (curvature + run.penalty)
    if len(parts) < 2 or largest <= 1e3 * SLACK * noise:
        return silent("shrinkage", "nothing_moves", predicted)
    before, after = parts[:-1] / largest, parts[1:] / largest
    square = float(np.sum(before**2))
    lost = SLACK * (noise / largest * np.sqrt(before.size / square) + EPSILON * (1 + abs(predicted)))
    return Check("shrinkage", predicted, float(np.sum(before * after)) / square, rounding(lost), scale=rate or 1.0)


def _shrinkage_of_adam(run: Study) -> Check:
    """With the decay's own share of the steps beside 1 − ηλ, which AdamW has by its definition."""
    walk = run.run
    with np.errstate(over="ignore", invalid="ignore"):
        w, shrink = walk.w[: len(walk.shrink)], walk.shrink
        left = 1 + float(np.sum(shrink * w)) / (float(np.sum(w * w)) or 1.0)
    why = "penalty_rescaled" if walk.optimiser == "adam_l2" and run.penalty > 0 else "no_direction"
    return silent("shrinkage", why, 1 - walk.step_size * run.penalty, left)


def _leave_one_out(run: Study) -> Check:
    """The shortcut's mean square against fitting again, over as many rows as there is time for."""
    problem, found = run.prepared.problem, run.prepared.spectrum
    rows = range(min(len(problem.y), MOST_LEFT_OUT, max(4, MOST_WORK // problem.x.size)))
    shortcut = left_out_of(found, problem.y, np.array([run.penalty]), intercept=True).residual[
        rows.start : rows.stop, 0
    ]
    if np.isnan(shortcut).any():
        return silent("leave_one_out", "interpolates")
    forced = left_out_by_force(problem.x, problem.y, run.penalty, rows)
    predicted = float((shortcut**2).mean())
    broken = "at_rounding" if _is_flat(run) else None
    lost = _lost_in_fits(run, rows)
    allowed = min(2 * np.sqrt(predicted) * lost + lost**2, 1e-5 * predicted + 1e-12)
    return Check("leave_one_out", predicted, float((forced**2).mean()), rounding(allowed), broken)


def _lost_in_fits(run: Study, rows: range) -> float:
    """What rounding may do to a residual: the normal equations' condition, and the room 1 − Hᵢᵢ it is divided by."""
    problem, found = run.prepared.problem, run.prepared.spectrum
    room = 1 - found.left[rows.start : rows.stop] ** 2 @ found.kept(run.penalty) - 1 / len(problem.y)
    is_full = found.rank == problem.x.shape[1] or run.penalty == 0  # else the weakest direction has λ alone
    condition = (_stiffest(run) + run.penalty) / ((found.curvature.min(initial=np.inf) if is_full else 0) + run.penalty)
    longest = float(np.sqrt((problem.x**2).sum(axis=1).max(initial=0.0)))
    size = condition * longest * float(np.linalg.norm(run.w)) + float(np.abs(problem.y).max(initial=0.0))
    return SLACK * EPSILON * size / max(float(room.min(initial=1.0)), EPSILON)


def _path(run: Study) -> Check:
    """How far the walk is from where theory has it: gradient descent at every step, the others at their end."""
    walk, found = run.run, run.prepared.spectrum
    start, last = walk.w[0], walk.w[run.steps]
    if run.flies_off or not np.isfinite(last).all():
        return silent("path", "flies_off", 0.0, float("inf"))
    if walk.optimiser == "sgd":
        goal = law(found, start, step_size=walk.step_size, penalty=run.penalty, steps=run.steps)
        broken = "at_rounding" if _is_flat(run) else None
        each = (1 + walk.step_size * (_stiffest(run) + run.penalty)) * np.abs(walk.w).max()
        lost = SLACK * EPSILON * run.steps * each / (float(np.linalg.norm(start)) or 1.0)
        return Check("path", 0.0, _share(last - goal, start), rounding(lost), broken, scale=1.0)
    return _end_of_adam(run)


def _end_of_adam(run: Study) -> Check:
    """How far Adam's end is from where it should be, as a share of the way.

    AdamW is held off it by its memory: where it moves little, −g/√v̂ = λw, so w lacks about λ√v̂w/s, and √v̂ fades as
    √(βᵗ/(1 − βᵗ)), β = 0.999, once the gradients of the start are behind. So what is missing at t is what the run has
    moved since t/2, times ``_fading``: to first order in λ|w|, which is 1 at the edge of the box. Adam with L2 goes to
    ŵ(λ) itself, and faster than any law of ours: it is allowed twice the furthest that its second half was from its
    end, and AdamW what of that is more than moving on, for a walk that still swings may be anywhere in its swing.

    Where it is further off it is still on its way, unless it had slowed down by then and had time enough: ten times the
    condition number, by which the weakest direction is slower than the stiffest, and that memory. A first step beyond
    the goal is remembered as well, and beyond ``NEAR`` a first order says nothing.
    """
    walk, found = run.run, run.prepared.spectrum
    start, middle, last = walk.w[0], walk.w[run.steps // 2], walk.w[run.steps]
    is_coupled = walk.optimiser == "adam_l2"
    goal, pulled = (run.w, run.penalty) if is_coupled else (box_fit(found, run.penalty), 0.0)
    left, moved, moved_before = (_share(way, start - goal) for way in (last - goal, last - middle, middle - start))
    late = np.linalg.norm(walk.w[run.steps // 2 : run.steps + 1] - last, axis=1)
    swing = float(late.max()) / (float(np.linalg.norm(start - goal)) or 1.0)
    edge = 0.0 if is_coupled else min(1.0, run.penalty * float(np.abs(goal).max(initial=0.0)))
    predicted = 0.0 if is_coupled else _fading(run.steps) * moved
    room = 2 * swing if is_coupled else max(LEAST, (1 + 2 * edge) * predicted) + 2 * (swing - moved)
    allowed = approximate(min(NEAR, room + 1e-6), "w(t) − w(t/2)" if is_coupled else "λ|w|")
    weakest = found.curvature.min(initial=np.inf) if found.rank == len(start) else 0.0
    enough = max(10 * (_stiffest(run) + pulled) / ((weakest + pulled) or EPSILON), edge / (1 - DECAYS[1]))
    overshot = walk.step_size > np.abs(start - goal).max(initial=0.0)
    is_settled = swing <= min(SETTLED, moved_before / 4) and room <= NEAR and run.steps >= enough and not overshot
    broken = "not_unique" if found.rank < len(start) and (run.penalty == 0 or not is_coupled) else None
    if broken is None and not is_settled and abs(left - predicted) > allowed.size:
        broken = "still_moving"
    return Check("path", predicted, left, allowed, broken, scale=1.0)


def _fading(t: int) -> float:
    """What √(βᵗ/(1 − βᵗ)) still has to lose at t, in units of what it has lost since t/2."""
    now, before = (np.sqrt(DECAYS[1] ** k / (1 - DECAYS[1] ** k)) for k in (t, max(1, t // 2)))
    return float(now / (before - now)) if before > now else 0.0


def _is_flat(run: Study) -> bool:
    """Whether some direction is so much weaker than another that rounding decides about it."""
    curvature = run.prepared.spectrum.curvature + run.penalty
    return bool(len(curvature) and curvature[-1] < 1e-11 * curvature[0])


def _stiffest(run: Study) -> float:
    return float(run.prepared.spectrum.curvature.max(initial=0.0))


def _share(off: Float[np.ndarray, " d"], way: Float[np.ndarray, " d"]) -> float:
    return float(np.linalg.norm(off)) / (float(np.linalg.norm(way)) or 1.0)


def _forgetting(demonstration: Forgetting) -> Check:
    """‖P w_T‖ after d2l's 400 minibatches: what is left of the start where the rows say nothing."""
    predicted, start = demonstration.predicted_null_norm, demonstration.start_null_norm
    broken = "flies_off" if not demonstration.is_stable else "forgotten" if demonstration.is_forgotten else None
    lost = rounding(1e-9 * predicted + SLACK * EPSILON * start)
    return Check("forgetting", predicted, demonstration.null_norm, lost, broken)
