"""K from both sides, certified: no sampled maximum is ever taken for it.

    N cells of width h = (high − low)/N with ends x₀ … x_N
    lower  max_i |f(x_{i+1}) − f(x_i)|/h ≤ K      a secant, rounded down: by the mean-value theorem no more than K
    upper  max over cells of |f′| by interval arithmetic ≥ K, rounded up
    by_curvature  max_i |f′(x_i)| + L h/2 ≥ K     no point is further than h/2 from a grid point; L bounds |f″|

For a twice differentiable f, lower → K like h² or h, both upper bounds like h. The same of f′ brackets L.
(Moore, Kearfott & Cloud 2009, *Introduction to Interval Analysis*, ch. 5 and 6.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import whole
from core.formulas.curves import Curve, Formula
from core.formulas.expressions import Expression
from core.lipschitz.functions import Function, Interval, interval_of

MOST_CELLS = 4096
SIZES = (1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 320, 400, 512)


@dataclass(frozen=True)
class Bracket:
    """A constant from both sides, and the pair of neighbouring grid points whose secant is the lower bound."""

    lower: float
    upper: float  # inf where nothing is certified
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Sweep:
    """The bounds of K for several numbers of cells."""

    cells: Int[np.ndarray, " sizes"]
    lower: Float[np.ndarray, " sizes"]
    upper: Float[np.ndarray, " sizes"]
    by_curvature: Float[np.ndarray, " sizes"]

    @property
    def growth(self) -> float:
        """The exponent s of lower ~ h^(−s), fitted from 8 cells on; nan where there is nothing to fit."""
        fitted = (self.cells >= 8) & (self.lower > 0)
        if fitted.sum() < 3:
            return float("nan")
        return float(np.polyfit(np.log(self.cells[fitted]), np.log(self.lower[fitted]), 1)[0])


def curve_of(function: Function | Expression | Curve) -> Curve:
    """The curve of a function, or of an expression in one variable."""
    if isinstance(function, Expression):
        return Formula(function)
    return getattr(function, "curve", function)


def lipschitz_bracket(function: Function | Expression | Curve, interval: Interval, cells: int) -> Bracket:
    """K of ``function`` on ``interval``, from ``cells`` equal cells."""
    curve = curve_of(function)
    return _bracket(curve.value_range, curve.slope_range, interval, cells)


def smoothness_bracket(function: Function | Expression | Curve, interval: Interval, cells: int) -> Bracket:
    """L of ``function`` on ``interval``, which is K of its slope, from ``cells`` equal cells."""
    curve = curve_of(function)
    return _bracket(curve.slope_range, curve.curvature_range, interval, cells)


def curvature_bound(function: Function | Expression | Curve, interval: Interval, cells: int) -> float:
    """max |f′(x_i)| + L h/2 with a certified L: an upper bound of K; inf where no L is certified."""
    return float(bracket_sweep(function, interval, (cells,)).by_curvature[0])


def bracket_sweep(function: Function | Expression | Curve, interval: Interval, sizes: Sequence[int] = SIZES) -> Sweep:
    """The bounds of K for several numbers of cells, all of them computed in one pass."""
    curve, grids = curve_of(function), [_grid(interval, size) for size in sizes]
    points, cells = np.concatenate(grids), np.concatenate([_cells(grid) for grid in grids])
    starts = np.cumsum([0, *(len(grid) for grid in grids)])[:-1]
    first_cells = starts - np.arange(len(grids))
    values, slopes = (bound(_cells_of(points)) for bound in (curve.value_range, curve.slope_range))
    at_points = np.maximum.reduceat(_magnitude(slopes), starts)
    upper, bend = (
        np.maximum.reduceat(_magnitude(bound(cells)), first_cells)
        for bound in (curve.slope_range, curve.curvature_range)
    )
    secants = [_secants(values[s : s + len(grid)], grid).max() for s, grid in zip(starts, grids, strict=True)]
    half = np.array([0.5 * (grid[-1] - grid[0]) / (len(grid) - 1) for grid in grids]) * (1 + 1e-12)
    with np.errstate(all="ignore"):
        by_curvature = np.nextafter((at_points + bend * half) * (1 + 1e-15), np.inf)
    return Sweep(np.array(sizes), np.array(secants), upper, np.where(np.isnan(by_curvature), np.inf, by_curvature))


def steepest_pair(
    function: Function | Expression | Curve, interval: Interval, *, cells: int = 512, rounds: int = 8
) -> Bracket:
    """The steepest secant that zooming in finds, from ``cells`` cells down to cells 8^``rounds`` times smaller.

    Its ``lower`` is a certified lower bound of K that is far closer than that of the grid; where several are as steep,
    the one nearest to the middle. Nothing is said about an upper bound.
    """
    curve, (low, high) = curve_of(function), interval_of(interval)
    grid = _grid(interval, cells)
    found = _steepest(curve.value_range, grid, 1e-3)
    x, y = found.x, found.y
    for _ in range(rounds):
        width = y - x
        fine = np.linspace(max(low, x - width), min(high, y + width), 25)
        candidate = _steepest(curve.value_range, fine, 1e-9)
        x, y = candidate.x, candidate.y
        if candidate.lower > found.lower:
            found = candidate
        if not y - x > 1e-12 * (high - low):
            break
    return found


def _bracket(points: Callable, cells: Callable, interval: Interval, count: int) -> Bracket:
    grid = _grid(interval, count)
    found = _steepest(points, grid, 0.0)
    return Bracket(found.lower, float(_magnitude(cells(_cells(grid))).max()), found.x, found.y)


def _steepest(points: Callable, grid: np.ndarray, slack: float) -> Bracket:
    """The steepest secant between neighbours; of several peaks within a relative ``slack`` of it, the most central."""
    secants = _secants(points(_cells_of(grid)), grid)
    around = np.pad(secants, 1)
    is_peak = (secants >= around[:-2] * (1 - 1e-12)) & (secants >= around[2:] * (1 - 1e-12))
    near = np.flatnonzero((secants >= (1 - slack) * secants.max()) & is_peak)
    i = int(near[::-1][np.abs(near[::-1] - (len(secants) - 1) / 2).argmin()])  # of two, the right one
    return Bracket(float(secants[i]), np.inf, float(grid[i]), float(grid[i + 1]))


def _secants(bounds: np.ndarray, grid: np.ndarray) -> Float[np.ndarray, " cells"]:
    """Slopes between neighbours that are at least this steep, from ranges (points, 2) of the values; 0 if undefined."""
    with np.errstate(all="ignore"):
        rise = np.maximum(bounds[1:, 0] - bounds[:-1, 1], bounds[:-1, 0] - bounds[1:, 1])
        secants = np.nextafter(np.nextafter(rise, -np.inf) / np.nextafter(np.diff(grid), np.inf), -np.inf)
    return np.where(np.isfinite(secants) & (secants > 0), secants, 0.0)


def _magnitude(ranges: np.ndarray) -> np.ndarray:
    return np.abs(ranges).max(axis=-1)


def _grid(interval: Interval, cells: int) -> Float[np.ndarray, " points"]:
    low, high = interval_of(interval)
    return np.linspace(low, high, whole("cells", cells, 1, MOST_CELLS) + 1)


def _cells(grid: np.ndarray) -> Float[np.ndarray, "cells 2"]:
    return np.stack([grid[:-1], grid[1:]], axis=1)


def _cells_of(points: np.ndarray) -> Float[np.ndarray, "points 2"]:
    """The points as cells without width."""
    return np.stack([points, points], axis=1)
