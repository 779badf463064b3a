"""What became of a run: whether it came to a minimizer that theory speaks of, and how fast."""

from dataclasses import dataclass

import numpy as np

from core.gradient_descent.convergence import fitted_rate, late_window, spectral_radius
from core.gradient_descent.descent import Descent
from core.gradient_descent.optimizers import METHODS
from core.surfaces.surface import Surface

RATE_TOLERANCE, EXACTLY = 0.02, 1e-5  # relative, of log ρ; on a quadratic the recurrence is met to rounding
MOST_BEND, FEW = 0.02, 20  # relative change of the smallest curvature that so few steps would not show
NEARLY_QUADRATIC = 2e-3  # relative change of the Hessian below which a path is compared with theory, if it can be


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
        slowest = np.abs((path[0] - minimizer) @ vectors)[radii >= radii.max() - 1e-9]
        return Fate(*_brief(surface, run, distance, eigenvalues), bool(slowest.max() <= 1e-3 * distance[0]))
    bends = _relative_bends(surface, path[window[0] : window[1] + 1], minimizer)
    curved = int(
        np.flatnonzero(np.append(True, bends > NEARLY_QUADRATIC))[-1]
    )  # steps before f is as good as quadratic
    late_start = min(curved, max(len(bends) - 6, 0))
    late = slice(window[0] + late_start, window[1] + 1)
    modes = ((path[late] - minimizer) @ vectors).T  # (d, late steps)
    present = np.abs(modes).max(axis=1) > 1e-3 * distance[late].max()
    terms, noise = 1 + METHODS[run.method].memories, 1e-10 if surface.is_quadratic else 1e-4
    rate = max(fitted_rate(mode, terms, noise) for mode in modes[present])
    mixed = not present[radii >= radii.max() - 1e-9].any()
    kind = _kind(surface, run, distance, rate, float(bends.max()))
    halves = [mode[mode.size // 2 :] for mode in modes[present]] if modes.shape[1] >= 4 * terms else []
    later = max((fitted_rate(half, terms, noise) for half in halves), default=0.0)
    bend = float(bends[late_start:].max() * eigenvalues[-1] / eigenvalues[0])
    moves = _apart(later, rate) > 0.25 * RATE_TOLERANCE  # which a few steps may hide
    if kind == "converged" and (moves or (bend > MOST_BEND and modes.shape[1] < FEW)):
        kind = "unsettled"
    return Fate(kind, eigenvalues, rate, mixed)


def speed(rate: float) -> float:
    """What an error of a rate is relative to, ρ|log ρ|: rates near 1 differ by little, and it means much."""
    return rate * abs(float(np.log(rate))) if rate > 0 else 0.0


def _apart(later: float, whole: float) -> float:
    """How much the late part of a run is quicker or slower, relative to its rate."""
    return abs(later - whole) / (speed(whole) or 1.0) if later > 0 else 0.0


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
