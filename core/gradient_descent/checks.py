"""Each prediction about a race from one start held against it; the ids are in the package's docstring."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from core.check import Check, approximate, rounding
from core.gradient_descent.convergence import LINEAR, convergence_rate, escape_steps, stability_limit
from core.gradient_descent.descent import Descent
from core.gradient_descent.fate import EXACTLY, RATE_TOLERANCE, Fate, fate, speed
from core.gradient_descent.optimizers import EPSILON, METHODS, RMSPROP_DECAY
from core.gradient_descent.rolling_ball import Roll
from core.surfaces.surface import Surface

CHECKS = (
    *(f"rate_{method}" for method in LINEAR),
    *("stability_limit", "saddle_escape", "adam_first_step", "rmsprop_first_step", "ball_energy"),
)
BROKEN_ASSUMPTIONS = (
    "diverged",  # off a quadratic, nothing is said about a run that left for good
    "oscillates",  # it circles the minimizer instead of approaching it
    "far_from_minimum",  # ... so widely that the curvature at the minimizer says little
    "not_converged",  # the late path is not yet where f is nearly quadratic
    "not_a_minimum",  # it came to rest, but at no known minimizer
    "not_strongly_convex",  # the smallest eigenvalue at the minimizer is not positive
    "starts_at_minimum",  # there is nothing left to measure
    "mixed_modes",  # the slowest mode is missing from the path: the start lies on another one
    "starts_outside",  # the start is already further from the saddle than the distance to escape to
    "unsettled",  # the rate still changes along what there is to measure, as where it arrives within a few steps
    "too_few_steps",  # the run ended before it could have escaped
    "zero_gradient",  # the first step has no direction
    "friction",  # friction takes energy away, as it should
    "kinks",  # the ball meets a kink, a jump or a pole of the surface, where its equation of motion says nothing
)
QUICK, BRIEF = 0.05, 5e-3  # a rate so small is seen for a few steps only, and may be off by this
LIMIT_TOLERANCE = 1e-2  # relative, off a quadratic: the curvature changes along the path
ESCAPE_TOLERANCE = 0.03  # steps: with momentum the growth between two of them is not quite geometric
ENERGY_TOLERANCE = 1e-6  # relative to the energy at the start


def checks(surface: Surface, descents: Mapping[str, Descent], ball: Roll | None = None) -> tuple[Check, ...]:
    """The predictions about a race from one start: ``descents`` by method id. Only those that concern who races.

    The leading method, of which limits and escapes are checked, is the first with a linear rate.
    """
    for method, run in descents.items():
        if run.path.ndim != 2:
            raise ValueError(f"checks need runs from one start, path (steps + 1, d); got {run.path.shape} of {method}")
        if np.ndim(run.momentum):
            raise ValueError(f"checks need one momentum for the whole run; got a schedule of {method}")
    found: list[Check] = []
    linear = [run for method, run in descents.items() if method in LINEAR]
    if linear and len(surface.minimizers):
        fates = [fate(surface, run) for run in linear]
        found += [_rate(surface, run, seen) for run, seen in zip(linear, fates, strict=True)]
        found.append(_limit(surface, linear[0], fates[0]))
    elif linear:
        found += _escape_checks(surface, linear[0])
    for method, shrink in (("adam", 1.0), ("rmsprop", np.sqrt(1 - RMSPROP_DECAY))):
        if method in descents:
            found.append(_first_step(surface, descents[method], shrink))
    if ball is not None:
        broken = "friction" if ball.friction > 0 else "kinks" if ball.kinks else None
        lost = approximate(ENERGY_TOLERANCE, "solver")
        found.append(Check("ball_energy", 0.0, ball.energy_drift, lost, broken, "at_most", scale=1.0))
    return tuple(found)


def _grows(surface: Surface, run: Descent, seen: Fate) -> bool:
    """On a quadratic even a run that leaves for good does so at the predicted rate."""
    return bool(surface.is_quadratic and (run.diverged or seen.rate > 1))


def _rate(surface: Surface, run: Descent, seen: Fate) -> Check:
    """The factor per step near the minimizer that the run ends nearest to."""
    measurable = seen.kind == "converged" or (_grows(surface, run, seen) and np.isfinite(seen.rate))
    broken = ("mixed_modes" if seen.mixed else None) if measurable else seen.kind
    predicted = convergence_rate(seen.eigenvalues, run.method, step_size=run.step_size, momentum=run.momentum)
    unit = speed(predicted)
    allowed = (EXACTLY if surface.is_quadratic else RATE_TOLERANCE) * unit + 1e-9 if predicted > QUICK else BRIEF
    source = rounding(allowed) if surface.is_quadratic and predicted > QUICK else approximate(allowed, "bend")
    return Check(f"rate_{run.method}", predicted, seen.rate, source, broken, scale=unit or 1.0)


def _limit(surface: Surface, run: Descent, seen: Fate) -> Check:
    """The step size against the largest stable one at the minimizer: below it if the run arrived, above if not."""
    arrived, grows = seen.kind in ("converged", "unsettled"), _grows(surface, run, seen)
    mixed = "mixed_modes" if seen.mixed else None
    broken = mixed if arrived or grows else None if seen.kind == "oscillates" else seen.kind
    relation = "at_most" if arrived and not grows else "at_least"
    limit = stability_limit(float(seen.eigenvalues[-1]), run.method, momentum=run.momentum)
    allowed = rounding(1e-9 * limit) if surface.is_quadratic else approximate(LIMIT_TOLERANCE * limit, "bend")
    return Check("stability_limit", limit, float(run.step_size), allowed, broken, relation)


def _escape_checks(surface: Surface, run: Descent) -> list[Check]:
    """Steps until the run is a quarter of the domain away from a quadratic saddle, along its steepest way down."""
    if not surface.is_quadratic or run.method == "newton":
        return []
    curvatures, vectors = np.linalg.eigh(surface.hessian(run.path[0]))
    if curvatures[0] >= 0:
        return []
    saddle = run.path[0] - np.linalg.pinv(surface.hessian(run.path[0])) @ surface.gradient(run.path[0])
    away = np.abs((run.path - saddle) @ vectors[:, 0])
    goal = 0.25 * surface.width
    predicted = escape_steps(
        goal, float(away[0]), run.method,
        curvature=float(curvatures[0]), step_size=run.step_size, momentum=run.momentum,
    )  # fmt: skip
    measured = _crossing(away, goal)
    unfinished = np.isfinite(predicted) and np.isinf(measured)
    broken = "starts_outside" if away[0] >= goal else "too_few_steps" if unfinished else None
    allowed = approximate(ESCAPE_TOLERANCE, "ρ₂ᵏ") if METHODS[run.method].memories else rounding(1e-6)
    return [Check("saddle_escape", predicted, measured, allowed, broken)]


def _crossing(away: Float[np.ndarray, " steps"], goal: float) -> float:
    """When a growing distance reaches the goal, between two steps by its growth from one to the other; inf: never."""
    over = np.flatnonzero(~(away < goal))
    if not len(over) or not over[0]:
        return 0.0 if len(over) else np.inf
    last, first = np.log(away[over[0] - 1 : over[0] + 1])
    return float(over[0] - 1 + (np.log(goal) - last) / (first - last))


def _first_step(surface: Surface, run: Descent, shrink: float) -> Check:
    """Adam's first step is η whatever the gradient, RMSProp's is ten times that (no bias correction)."""
    size = float(np.abs(surface.gradient(run.path[0])).max())
    predicted = float(run.step_size) * size / (shrink * size + EPSILON)
    measured = float(np.abs(run.path[1] - run.path[0]).max())
    broken = None if size else "zero_gradient"
    lost = 1e-9 * float(run.step_size) + 4 * np.finfo(float).eps * float(np.abs(run.path[0]).max())
    return Check(f"{run.method}_first_step", predicted, measured, rounding(lost), broken)
