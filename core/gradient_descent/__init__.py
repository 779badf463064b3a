"""A step is stable only while η < 2/L; momentum turns κ into √κ; and a real ball is not gradient descent.

This module is the concept's front door: everything its page uses is imported here, and ``checks`` holds each prediction
against a run. The parts: ``optimizers`` (update rules), ``descent`` (runs), ``convergence`` (theory on quadratics),
``basins``, ``rolling_ball``, ``acceleration`` (lower bound and the limit of small steps), ``surfaces``.

Checks, by id (λ eigenvalues of ∇²f at the minimizer nearest the end of the run, L the largest)
    rate_<method>       ρ(η, β, λ), for each method that has one     = the late decay towards the minimizer, by mode
    stability_limit     the leading method's largest stable η at L   ≥ η of a run that converged, ≤ η if it did not
    saddle_escape       log(Δ/|y₀|)/log ρ steps to leave a saddle    = the steps it took
    adam_first_step     η|g|/(|g| + 1e-8)                            = the first step, largest coordinate
    rmsprop_first_step  η|g|/(0.1|g| + 1e-8), ten times as long      = the first step, largest coordinate
    ball_energy         0                                            ≥ the drift of the frictionless ball's energy
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.check import Check
from core.gradient_descent.basins import LOST, NOWHERE, Basins, basins
from core.gradient_descent.convergence import (
    LINEAR,
    RULES,
    Tuning,
    convergence_rate,
    escape_steps,
    fitted_rate,
    late_window,
    measured_rate,
    spectral_radius,
    stability_limit,
    stability_map,
    tuning,
)
from core.gradient_descent.descent import Descent, descend
from core.gradient_descent.optimizers import EPSILON, METHODS, MOST_STEP_SIZE, MOST_STEPS, RMSPROP_DECAY, Method
from core.gradient_descent.rolling_ball import INERTIA, Roll, natural_height_scale, roll
from core.surfaces.surface import Surface

__all__ = [
    "BROKEN_ASSUMPTIONS", "CHECKS", "INERTIA", "LINEAR", "LOST", "METHODS", "MOST_STEPS", "MOST_STEP_SIZE", "NOWHERE",
    "RULES", "Basins", "Descent", "Method", "Roll", "Tuning", "basins", "checks", "convergence_rate", "descend",
    "escape_steps", "measured_rate", "natural_height_scale", "roll", "stability_limit", "stability_map", "tuning",
]  # fmt: skip

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
RATE_TOLERANCE = 5e-3  # per step
NEARLY_QUADRATIC = 2e-3  # relative change of the Hessian below which a path is compared with theory, if it can be
LIMIT_TOLERANCE = 1e-2  # relative: so near the limit a run would have to be hundreds of steps long to tell
ESCAPE_TOLERANCE = 1.0  # steps: the time at which the distance is reached is not a whole number
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
        found.append(Check("ball_energy", 0.0, ball.energy_drift, ENERGY_TOLERANCE, broken, "at_most"))
    return tuple(found)


@dataclass(frozen=True)
class Fate:
    """What became of a run, seen from the minimizer nearest its end."""

    kind: str  # "converged" or one of BROKEN_ASSUMPTIONS
    eigenvalues: np.ndarray  # (d,) of the Hessian at that minimizer
    rate: float  # measured, per step, of the slowest mode that is there; nan where nothing can be measured
    mixed: bool  # whether the mode that theory calls the slowest is missing late in the run


def fate(surface: Surface, run: Descent) -> Fate:
    """Whether a run converged to a minimizer it can be compared with, and how fast."""
    path = run.path[: run.diverged_at] if run.diverged else run.path
    minimizer = surface.minimizers[np.linalg.norm(surface.minimizers - path[-1], axis=1).argmin()]
    distance = np.linalg.norm(path - minimizer, axis=1)
    eigenvalues, vectors = np.linalg.eigh(np.nan_to_num(surface.hessian(minimizer)))
    if eigenvalues[0] <= 1e-9 * abs(eigenvalues[-1]):
        return Fate("not_strongly_convex", eigenvalues, np.nan, False)
    if distance[0] <= 1e-9 * surface.width:
        return Fate("starts_at_minimum", eigenvalues, np.nan, False)
    radii, window = spectral_radius(eigenvalues, run.method, run.step_size, run.momentum), late_window(distance, 1e-9)
    if window is None or radii.max() < 1e-3:  # faster than linear: a late half would hide how fast the end is
        return Fate(*_brief(surface, run, distance, eigenvalues), False)
    bends = _relative_bends(surface, path[window[0] : window[1] + 1], minimizer)
    curved = int(
        np.flatnonzero(np.append(True, bends > NEARLY_QUADRATIC))[-1]
    )  # steps before f is as good as quadratic
    late_start = min(curved, max(len(bends) - 6, 0))
    late = slice(window[0] + late_start, window[1] + 1)
    modes = ((path[late] - minimizer) @ vectors).T  # (d, late steps)
    present = np.abs(modes).max(axis=1) > 1e-3 * distance[late].max()
    terms = 1 + METHODS[run.method].memories
    rate = max(fitted_rate(mode, terms) for mode in modes[present])
    mixed = not present[radii >= radii.max() - 1e-9].any()
    kind = _kind(surface, run, distance, rate, float(bends.max()))
    end = (
        [fitted_rate(mode[mode.size // 2 :], terms) for mode in modes[present]] if modes.shape[1] >= 4 * terms else [0]
    )
    if kind == "converged" and not surface.is_quadratic and abs(max(end) - rate) > 0.5 * RATE_TOLERANCE:
        kind = "unsettled"
    return Fate(kind, eigenvalues, rate, mixed)


def _brief(surface: Surface, run: Descent, distance: np.ndarray, eigenvalues: np.ndarray) -> tuple:
    """A run too short to have a late half: it was there within a few steps, or it never got going."""
    if run.diverged:
        return "diverged", eigenvalues, np.nan
    if distance[-1] > 1e-9 * surface.width:
        rests = np.linalg.norm(run.path[-1] - run.path[-2]) < 1e-9 * surface.width
        return "not_a_minimum" if rests else "not_converged", eigenvalues, np.nan
    last = int(np.argmax(distance <= 1e-9 * distance[0]))
    return "converged", eigenvalues, float(distance[last] / distance[last - 1])


def _kind(surface: Surface, run: Descent, distance: np.ndarray, rate: float, bend: float) -> str:
    if run.diverged:
        return "diverged"
    shrinking = surface.is_quadratic or distance[-1] < 0.5 * distance[len(distance) // 2]
    if (bend < 0.1 and rate < 1 and shrinking) or distance[-1] < 1e-6 * surface.width:
        return "converged"
    moves = np.diff(run.path, axis=0)
    lengths = np.linalg.norm(moves, axis=1)
    if lengths[-1] < 1e-9 * surface.width:
        return "not_a_minimum"
    quarter = max(len(moves) // 4, 1)
    turns_back = np.mean(np.sum(moves[-quarter:] * moves[-quarter - 1 : -1], axis=1) < 0) > 0.5
    if turns_back and lengths[-quarter:].max() > 0.98 * lengths[-2 * quarter : -quarter].max():
        return "oscillates" if bend < 0.5 else "far_from_minimum"
    return "not_converged"


def _relative_bends(surface: Surface, path: np.ndarray, minimizer: np.ndarray) -> np.ndarray:
    """How much the Hessian at each point of a path differs from the one at the minimizer: 0 on a quadratic."""
    at_minimum = surface.hessian(minimizer)
    return np.abs(surface.hessian(path) - at_minimum).max(axis=(1, 2)) / np.abs(at_minimum).max()


def _grows(surface: Surface, run: Descent, seen: Fate) -> bool:
    """On a quadratic even a run that leaves for good does so at the predicted rate."""
    return bool(surface.is_quadratic and (run.diverged or seen.rate > 1))


def _rate(surface: Surface, run: Descent, seen: Fate) -> Check:
    """The factor per step near the minimizer that the run ends nearest to."""
    measurable = seen.kind == "converged" or (_grows(surface, run, seen) and np.isfinite(seen.rate))
    broken = ("mixed_modes" if seen.mixed else None) if measurable else seen.kind
    predicted = convergence_rate(seen.eigenvalues, run.method, step_size=run.step_size, momentum=run.momentum)
    return Check(f"rate_{run.method}", predicted, seen.rate, RATE_TOLERANCE, broken)


def _limit(surface: Surface, run: Descent, seen: Fate) -> Check:
    """The step size against the largest stable one at the minimizer: below it if the run arrived, above if not."""
    arrived, grows = seen.kind in ("converged", "unsettled"), _grows(surface, run, seen)
    mixed = "mixed_modes" if seen.mixed else None
    broken = mixed if arrived or grows else None if seen.kind == "oscillates" else seen.kind
    relation = "at_most" if arrived and not grows else "at_least"
    limit = stability_limit(float(seen.eigenvalues[-1]), run.method, momentum=run.momentum)
    return Check("stability_limit", limit, float(run.step_size), LIMIT_TOLERANCE * limit, broken, relation)


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
    over = np.flatnonzero(~(away < goal))
    measured = float(over[0]) if len(over) else np.inf
    unfinished = np.isfinite(predicted) and not len(over)
    broken = "starts_outside" if away[0] >= goal else "too_few_steps" if unfinished else None
    return [Check("saddle_escape", predicted, measured, ESCAPE_TOLERANCE, broken)]


def _first_step(surface: Surface, run: Descent, shrink: float) -> Check:
    """Adam's first step is η whatever the gradient, RMSProp's is ten times that (no bias correction)."""
    size = float(np.abs(surface.gradient(run.path[0])).max())
    predicted = float(run.step_size) * size / (shrink * size + EPSILON)
    measured = float(np.abs(run.path[1] - run.path[0]).max())
    broken = None if size else "zero_gradient"
    return Check(f"{run.method}_first_step", predicted, measured, 1e-6 * float(run.step_size), broken)
