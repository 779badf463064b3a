"""Which minimum a descent that has not arrived is bound for: below every pass, it cannot leave its pit.

    {f ≤ c}, the part of it that x is in, c ≥ f(x): steps that never climb, and are too short to leap over a wall, stay
    in it. With a single minimizer in it, and no end of the domain, there is nowhere else to arrive.

Parts are looked for on a grid, neighbours at corners joined, which joins too many rather than too few. Steps never
climb where ηL < 2 (``convergence``); here L is the curvature where the start has got to, so a sharper wall than that
one may yet throw it out: what is said is where it is bound for, not that it arrives.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from core.surfaces.surface import Number, Surface

NONE = -1  # no minimizer can be told
_GRID = 201  # points per axis
_LEVELS = 64  # heights c that are looked at


def bound_for(surface: Surface, x: Float[np.ndarray, "n d"], step_size: Number) -> Int[np.ndarray, " n"]:
    """The minimizer that gradient descent with this step size is bound for from each point, or ``NONE``."""
    found = np.full(len(x), NONE)
    if not len(surface.minimizers):
        return found
    value, low, spacing = _heights(surface)
    inside = _inside(surface, x) & (step_size * _curvature(surface, x) < 2)
    cells = _cells(x[inside], low, spacing)
    height = np.maximum(surface.value(x[inside]), value[tuple(cells.T)])
    known = np.isfinite(height)
    if known.any():
        places = np.flatnonzero(inside)[known]
        found[places] = _pits(value, _cells(surface.minimizers, low, spacing), cells[known], height[known])
    return found


def _heights(surface: Surface) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """f on a grid over the domain, the grid's low corner and its spacing. At a minimizer's cell: the minimum itself."""
    low, spacing = surface.domain[:, 0], np.ptp(surface.domain, axis=1) / (_GRID - 1)
    axes = [np.linspace(*ends, _GRID) for ends in surface.domain]
    value = surface.value(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1))
    value = np.where(np.isfinite(value), value, np.inf)
    at = tuple(_cells(surface.minimizers, low, spacing).T)
    np.minimum.at(value, at, surface.value(surface.minimizers))
    return value, low, spacing


def _cells(x: np.ndarray, low: np.ndarray, spacing: np.ndarray) -> Int[np.ndarray, "n d"]:
    return np.rint((x - low) / spacing).astype(int)


def _inside(surface: Surface, x: np.ndarray) -> Bool[np.ndarray, " n"]:
    return ((x >= surface.domain[:, 0]) & (x <= surface.domain[:, 1])).all(axis=1)


def _curvature(surface: Surface, x: np.ndarray) -> Float[np.ndarray, " n"]:
    """The largest |eigenvalue| of the Hessian; infinite where that is not finite."""
    hessian = surface.hessian(x)
    known = np.isfinite(hessian).all(axis=(1, 2))
    largest = np.abs(np.linalg.eigvalsh(np.where(known[:, None, None], hessian, 0.0))).max(axis=1, initial=0.0)
    return np.where(known, largest, np.inf)


def _pits(value: np.ndarray, minimizers: np.ndarray, cells: np.ndarray, height: np.ndarray) -> Int[np.ndarray, " n"]:
    """For each cell, the only minimizer in its part of what is no higher than the first level from ``height`` on."""
    from scipy.ndimage import label  # here, so that the page does not wait for it

    levels = np.unique(np.quantile(height, np.linspace(0, 1, _LEVELS), method="higher"))
    which, found = np.searchsorted(levels, height), np.full(len(height), NONE)
    inner = (slice(1, -1),) * value.ndim
    for i, level in enumerate(levels):
        parts, count = label(value <= level, np.ones((3,) * value.ndim))
        at = parts[tuple(minimizers.T)]
        held = np.bincount(at, minlength=count + 1)  # how many minimizers are in each part
        only = np.full(count + 1, NONE)
        only[at] = np.arange(len(minimizers))
        rim = parts.copy()
        rim[inner] = 0
        only[(held != 1) | np.isin(np.arange(count + 1), rim)] = NONE
        only[0] = NONE
        here = which == i
        found[here] = only[parts[tuple(cells[here].T)]]
    return found
