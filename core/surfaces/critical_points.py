"""Where a function given only by its formula has its minima: looked for on a grid, then polished.

A grid point that is no higher than its neighbours starts a compass search, which needs no derivative: move to the
best of x ± h eᵢ, halve h when none is lower (Kolda, Lewis & Torczon 2003). Where f is smooth, damped Newton steps
x − (|H| + λI)⁻¹∇f follow curved valleys to their end and plain ones add the last digits. What then still has a
lower neighbour is dropped. The search finds what is inside the domain and wider than the grid; it proves nothing.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

MOST = 32  # minimizers reported; a whole valley of them is represented by that many
_GRID = {1: 2001, 2: 201}  # points per axis
_HALVINGS = 40
_DAMPED_STEPS = 60


def local_minimizers(
    value: Callable, gradient: Callable, hessian: Callable, domain: Float[np.ndarray, "d 2"]
) -> Float[np.ndarray, "m d"]:
    """Distinct local minimizers strictly inside the domain, the lowest first, at most ``MOST``."""
    d = len(domain)
    if d not in _GRID:
        raise ValueError(f"minimizers are searched for in 1 or 2 dimensions; got {d}")
    candidates, spacing = _lowest_on_grid(value, domain)
    points = _along_valleys(_compass(value, candidates, spacing), value, gradient, hessian)
    points = _newton_polished(points, value, gradient, hessian, spacing)
    inside = ((points > domain[:, 0] + 0.5 * spacing) & (points < domain[:, 1] - 0.5 * spacing)).all(axis=1)
    return _distinct(_without_lower_neighbours(points[inside], value, spacing), value, 0.5 * spacing)


def _lowest_on_grid(value: Callable, domain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inner grid points no higher than any neighbour and lower than one, lowest first (N, d), and the spacing (d,)."""
    d, count = len(domain), _GRID[len(domain)]
    axes = [np.linspace(*ends, count) for ends in domain]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = value(points)
    values = np.where(np.isfinite(values), values, np.inf)
    inner = (slice(1, -1),) * d
    centre = values[inner]
    shifts = [shift for shift in np.ndindex(*(3,) * d) if shift != (1,) * d]
    around = np.stack([values[tuple(slice(s, s + count - 2) for s in shift)] for shift in shifts])
    chosen = np.isfinite(centre) & (centre <= around).all(axis=0) & (centre < around).any(axis=0)
    order = np.argsort(centre[chosen], kind="stable")[: 8 * MOST]
    return points[inner][chosen][order], np.ptp(domain, axis=1) / (count - 1)


def _compass(value: Callable, points: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Every point walked downhill by ever smaller steps along the axes: (N, d)."""
    d = points.shape[-1]
    directions = np.concatenate([np.zeros((1, d)), np.eye(d), -np.eye(d)]) * spacing  # (2d + 1, d)
    for halving in range(_HALVINGS):
        for _ in range(4):
            trials = points[:, None] + directions * 0.5**halving  # (N, 2d + 1, d)
            values = value(trials)
            best = np.argmin(np.where(np.isnan(values), np.inf, values), axis=1)
            points = np.take_along_axis(trials, best[:, None, None], axis=1)[:, 0]
            if not best.any():
                break
    return points


def _along_valleys(points: np.ndarray, value: Callable, gradient: Callable, hessian: Callable) -> np.ndarray:
    """Damped Newton with the moduli of the eigenvalues; a step is taken only where it lowers f."""
    damping = np.full((len(points), 1), 1e-3)  # relative to the largest eigenvalue
    for _ in range(_DAMPED_STEPS):
        moduli, axes = np.linalg.eigh(np.nan_to_num(hessian(points), posinf=0, neginf=0))
        moduli = np.abs(moduli) + damping * np.abs(moduli).max(axis=1, keepdims=True) + 1e-300
        slope = np.einsum("nij,ni->nj", axes, np.nan_to_num(gradient(points), posinf=0, neginf=0))
        with np.errstate(all="ignore"):
            trials = points - np.einsum("nij,nj->ni", axes, slope / moduli)
        lower = (value(trials) < value(points))[:, None]
        points, damping = np.where(lower, trials, points), np.where(lower, damping / 8, damping * 4)
    return points


def _without_lower_neighbours(points: np.ndarray, value: Callable, spacing: np.ndarray) -> np.ndarray:
    """The points at which no direction leads down over a small distance, beyond rounding."""
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)[:, : points.shape[-1]]  # (32, d); in 1-D an interval
    lowest, here = np.full(len(points), np.inf), value(points)
    for radius in (1e-2, 1e-4):
        around = value(points[:, None] + radius * spacing * circle)
        lowest = np.minimum(lowest, np.where(np.isnan(around), np.inf, around).min(axis=1))
    return points[lowest >= here - 1e-13 * (1e-3 + np.abs(here))]


def _newton_polished(
    points: np.ndarray, value: Callable, gradient: Callable, hessian: Callable, spacing: np.ndarray
) -> np.ndarray:
    """A few Newton steps, each taken only where it shrinks the gradient and stays within a cell of the grid."""
    for _ in range(6):
        slope, curvature = gradient(points), hessian(points)
        usable = np.isfinite(slope).all(axis=-1) & np.isfinite(curvature).all(axis=(-2, -1))
        inverse = np.linalg.pinv(np.where(usable[:, None, None], curvature, 0.0), hermitian=True)
        trials = points - np.where(usable[:, None], np.einsum("nij,nj->ni", inverse, np.nan_to_num(slope)), 0.0)
        smaller = np.linalg.norm(gradient(trials), axis=-1) < np.linalg.norm(slope, axis=-1)
        near = (np.abs(trials - points) <= spacing).all(axis=-1)
        no_higher = value(trials) <= value(points) + 1e-9 * (1 + np.abs(value(points)))
        points = np.where((smaller & near & no_higher)[:, None], trials, points)
    return points


def _distinct(points: np.ndarray, value: Callable, spacing: np.ndarray) -> np.ndarray:
    """One of each cluster closer than the spacing, the lowest first."""
    kept: list[np.ndarray] = []
    for point in points[np.argsort(value(points), kind="stable")]:
        if len(kept) == MOST:
            break
        if all((np.abs(point - other) > spacing).any() for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, points.shape[-1])
