"""Weight decay: what the theory says of the run on screen, held against the run."""

import numpy as np
from jaxtyping import Float

from core.bounds import Real
from core.check import Check, approximate, rounding, silent
from core.weight_decay.constraint import multiplier
from core.weight_decay.dynamics import box_fit, decay_dynamics, law, no_gradient
from core.weight_decay.high_dimensional import Forgetting
from core.weight_decay.penalty_study import Study
from core.weight_decay.ridge import left_out_by_force, left_out_of, penalties_of

CHECKS = ("hard_soft", "multiplier", "freedom", "shrinkage", "leave_one_out", "path", "forgetting")
BROKEN_ASSUMPTIONS = (
    "nothing_to_learn", "penalty_rescaled", "interpolates", "flies_off", "still_moving", "not_unique",
    "at_rounding", "forgotten",
)  # fmt: skip
MOST_LEFT_OUT, MOST_WORK = 40, 200_000  # rows left out by force; numbers that may be touched for it
SETTLED, NEAR = 0.01, 0.05  # of the way from the start: movement in the second half of a run, and distance to the end


def checks(run: Study, demonstration: Forgetting | None = None) -> tuple[Check, ...]:
    """The strip. ``demonstration`` with the high-dimensional data only."""
    found = [_hard_is_soft(run), _multiplier(run), _freedom(run), _shrinkage(run), _leave_one_out(run)]
    if run.run.optimiser != "sgd" or run.overshoots or run.flies_off:  # where the walk itself is in question
        found.append(_path(run))
    if demonstration is not None:
        found.append(_forgetting(demonstration))
    return tuple(found)


def _hard_is_soft(run: Study) -> Check:
    """The solution in the ball of radius √θ, found from θ alone, is ŵ(λ)."""
    size = float(np.linalg.norm(run.w))
    apart = float(np.linalg.norm(run.hard.w - run.w)) / (size or 1.0)
    return Check("hard_soft", 0.0, apart, rounding(1e-6), None if size else "nothing_to_learn", scale=1.0)


def _multiplier(run: Study) -> Check:
    """λ, read off the solution in the ball."""
    problem, stiffest = run.prepared.problem, float(run.prepared.spectrum.curvature.max(initial=0.0))
    read = multiplier(problem.x, problem.y, run.hard.w)
    broken = "nothing_to_learn" if np.isnan(read) else None
    lost = rounding(1e-6 * run.penalty + 1e-9 * stiffest)
    return Check("multiplier", run.penalty, 0.0 if broken else read, lost, broken, scale=run.penalty or stiffest)


def _freedom(run: Study) -> Check:
    """Σ dᵢ²/(dᵢ² + nλ) is the trace of the matrix that turns y into ŷ; at λ = 0 without what is rounding in X."""
    x = run.prepared.problem.x
    trace = trace_of_hat(x if run.penalty else x @ run.prepared.spectrum.right.T, run.penalty)
    return Check("freedom", run.degrees_of_freedom, trace, rounding(1e-6 * max(1.0, run.degrees_of_freedom)))


def trace_of_hat(x: Float[np.ndarray, "n d"], penalty: Real) -> float:
    """tr X(XᵀX + nλI)⁻¹Xᵀ from the linear system itself, without a decomposition; at λ = 0 the rank."""
    (n, d), penalty = x.shape, float(penalties_of(penalty))
    if penalty == 0:
        return float(np.linalg.matrix_rank(x)) if x.size else 0.0
    gram = x.T @ x if d <= n else x @ x.T
    return float(np.trace(np.linalg.solve(gram + n * penalty * np.eye(len(gram)), gram)))


def _shrinkage(run: Study) -> Check:
    """With nothing to learn w shrinks by (1 − ηλ)ᵗ; not under Adam with L2, which rescales the penalty."""
    walk = run.run
    settings = {"step_size": walk.step_size, "penalty": run.penalty, "steps": run.steps}
    left = decay_dynamics(walk.optimiser, no_gradient, np.ones(1), **settings).w[-1, 0]
    with np.errstate(over="ignore"):
        predicted = float(np.float64(1 - walk.step_size * run.penalty) ** run.steps)
    broken = "penalty_rescaled" if walk.optimiser == "adam_l2" and run.penalty > 0 else None
    lost = rounding(1e-9 * abs(predicted) if np.isfinite(predicted) else 0.0)
    return Check("shrinkage", predicted, float(left), lost, broken)


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
    return Check("leave_one_out", predicted, float((forced**2).mean()), rounding(1e-5 * predicted + 1e-12), broken)


def _path(run: Study) -> Check:
    """How far the walk is from where theory has it: gradient descent at every step, the others at their end."""
    walk, found = run.run, run.prepared.spectrum
    start, last = walk.w[0], walk.w[run.steps]
    if run.flies_off or not np.isfinite(last).all():
        return silent("path", "flies_off", 0.0, float("inf"))
    if walk.optimiser == "sgd":
        goal = law(found, start, step_size=walk.step_size, penalty=run.penalty, steps=run.steps)
        broken = "at_rounding" if _is_flat(run) else None
        return Check("path", 0.0, _share(last - goal, start), rounding(1e-6), broken, scale=1.0)
    goal = run.w if walk.optimiser == "adam_l2" else box_fit(found, run.penalty)
    left, moved = (_share(last - there, start - goal) for there in (goal, walk.w[run.steps // 2]))
    idle = found.rank < len(start) and (run.penalty == 0 or walk.optimiser == "adamw")
    broken = "not_unique" if idle else "still_moving" if left > NEAR and moved > SETTLED else None
    return Check("path", 0.0, left, approximate(NEAR, "e^(−ηk)"), broken, scale=1.0)


def _is_flat(run: Study) -> bool:
    """Whether some direction is so much weaker than another that rounding decides about it."""
    curvature = run.prepared.spectrum.curvature + run.penalty
    return bool(len(curvature) and curvature[-1] < 1e-11 * curvature[0])


def _share(off: Float[np.ndarray, " d"], way: Float[np.ndarray, " d"]) -> float:
    return float(np.linalg.norm(off)) / (float(np.linalg.norm(way)) or 1.0)


def _forgetting(demonstration: Forgetting) -> Check:
    """‖w‖ after d2l's 400 minibatches: the start, faded, and the ridge solution."""
    predicted, measured = float(demonstration.predicted_norm[-1]), float(demonstration.norm[-1])
    broken = "flies_off" if not demonstration.is_stable else "forgotten" if demonstration.is_forgotten else None
    return Check("forgetting", predicted, measured, approximate(0.03 * predicted, "B^(−1/2)"), broken)
