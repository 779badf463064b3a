"""The double cone |z − f(a)| > s|x − a| around the vertical axis, slid along the graph: what of the graph it cuts.

f is K-Lipschitz exactly when no cone of slope s = K, wherever its apex, contains a point of the graph. With any smaller
slope there are apexes from which one does; the worst apex is an end of the steepest secant.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from core.bounds import Real, real, whole
from core.formulas.curves import Curve
from core.formulas.expressions import Expression
from core.lipschitz.bracket import Bracket, curve_of, steepest_pair
from core.lipschitz.functions import Function, Interval, interval_of

POINTS = 301  # of the graph, evenly spaced; more of them around the worst apex
BETWEEN = 32  # places between two of them at which is looked whether f turns there
GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples fill [0, 1) evenly, and keep step with no wave
TURN = 0.02  # of the graph's height: what f does between two points, and is seen
MANY = 0.2  # of the pieces: where f turns in so many, the picture is the band that it fills
STRIDE = 3  # points from one apex to the next
MOST_SLOPE = 1e6
LARGEST = 1e300  # a value beyond it is not drawn: a picture takes differences and a few multiples
MOST_POINTS = 1_000_000
SLACK = 1e-12  # relative: what is steeper than the cone by rounding alone does not count


@dataclass(frozen=True, eq=False)
class Graph:
    """A function on an interval, as far as it is drawn: a value that is not finite or beyond ``LARGEST`` is nan."""

    x: Float[np.ndarray, " points"]  # increasing
    y: Float[np.ndarray, " points"]
    between: Float[np.ndarray, " pieces"]  # a place from each point to the next, half-way where f can be followed
    middle: Float[np.ndarray, " pieces"]  # the value there
    joined: Bool[np.ndarray, " pieces"]  # whether each point is joined to the next: no jump, no gap
    is_band: bool = False  # whether f turns more often than there are points: they are the band that it fills

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value; of the middle nine tenths, where the graph is broken and runs off far from them."""
        known = self.y[np.isfinite(self.y)]
        low, high = float(known.min()), float(known.max())
        middle = np.quantile(known, [0.05, 0.95])
        runs_off = not self.joined.all() and high - low > 4 * np.ptp(middle)
        return (float(middle[0]), float(middle[1])) if runs_off else (low, high)


@dataclass(frozen=True, eq=False)
class Slide:
    """The way of the apex: from the low end of the graph to the high end, and back to the worst place."""

    graph: Graph
    apex: Int[np.ndarray, " frames"]  # which point of the graph it is at
    secant: Float[np.ndarray, " frames"]  # the steepest from there to a point of the graph; the last: that was found
    worst: Bracket  # the steepest pair there is, found by zooming in

    @property
    def last(self) -> int:
        return len(self.apex) - 1

    def at_least(self, steepest: float) -> "Slide":
        """With a steeper secant known at the last place, which is where the steepest are."""
        return replace(self, secant=np.append(self.secant[:-1], max(steepest, self.secant[-1])))

    def share(self, slope: Real) -> Float[np.ndarray, " frames"]:
        """The share of the interval that is cut, for every apex."""
        return cut_share(self.graph, self.apex, slope)


@dataclass(frozen=True, eq=False)
class Violations:
    """What a cone cuts of a graph, from one apex."""

    x: Float[np.ndarray, " points"]
    outside: Bool[np.ndarray, " points"]  # |f(x) − f(a)| > s|x − a|
    share: float  # of the points
    secant: float  # the steepest from the apex


def cone_violations(
    function: Function | Expression | Curve, apex: Real, slope: Real, interval: Interval, *, points: int = 2001
) -> Violations:
    """Which of evenly spaced points, and of points ever closer to ``apex``, the cone of this slope contains."""
    curve, (low, high) = curve_of(function), interval_of(interval)
    a, slope = real("apex", apex, low, high), real("slope", slope, 0, MOST_SLOPE)
    near = a + (high - low) * np.outer([-1, 1], 0.5 ** np.arange(2, 27)).reshape(-1)
    x = np.unique(
        np.concatenate(
            [np.linspace(low, high, whole("points", points, 2, MOST_POINTS)), near[(near >= low) & (near <= high)]]
        )
    )
    x = x[x != a]
    with np.errstate(all="ignore"):
        y, top = curve.value(x), curve.value(np.array([a]))
        rise, rounding = np.abs(y - top), SLACK * slope * np.abs(x - a) + 1e-15 * (np.abs(y) + np.abs(top))
        secants, outside = rise / np.abs(x - a), rise > slope * np.abs(x - a) + rounding
    finite = secants[np.isfinite(secants)]
    return Violations(x, outside, float(outside.mean()), float(finite.max(initial=0.0)))


def slide(function: Function | Expression | Curve, interval: Interval, *, slope: Real | None = None) -> Slide:
    """The graph, the way of the apex along it, and the worst place for it: an end of the steepest pair, or, with a
    ``slope`` given (where there is no steepest pair), the place from which a cone of that slope cuts most."""
    curve, (low, high) = curve_of(function), interval_of(interval)
    pair = steepest_pair(curve, interval)
    even = np.linspace(low, high, POINTS)
    worst = _worse_end(curve, pair, even)
    near = worst + (high - low) * np.outer([-1, 1], 0.5 ** np.arange(9, 19)).reshape(-1)
    places = np.unique(np.concatenate([even, near[(near >= low) & (near <= high)], [worst]]))
    turns = _turns(curve, places)
    graph = graph_of(curve, np.unique(np.concatenate([places, turns])), is_band=len(turns) > 2 * MANY * len(places))
    stops, end = np.searchsorted(graph.x, even[::STRIDE]), int(np.searchsorted(graph.x, worst))
    if slope is not None:
        places = np.append(stops, end)
        end = int(places[::-1][cut_share(graph, places, slope)[::-1].argmax()])
    apex = _way(graph, stops, end)
    found = Slide(graph, apex, _largest_secants(curve, graph, apex), pair)
    return found.at_least(pair.lower) if len(apex) else found


def _way(graph: Graph, stops: np.ndarray, end: int) -> Int[np.ndarray, " frames"]:
    """All the stops, and back over them to the point ``end``; where f is undefined the apex can't be."""
    back = stops[::-1][1:]
    way = np.concatenate([stops, back[back > end], [end] if end != stops[-1] else []]).astype(int)
    return way[np.isfinite(graph.y[way])]


def _turns(curve: Curve, x: Float[np.ndarray, " points"]) -> Float[np.ndarray, " turns"]:
    """Where f is lowest and highest between two of the points, if it is seen to turn there: without them a fast wave
    would be drawn as a slow one. Where it may jump it does not turn."""
    inner = np.outer(np.arange(len(x) - 1), np.full(BETWEEN, BETWEEN)) + np.arange(BETWEEN)
    at = x[:-1, None] + np.diff(x)[:, None] * (inner * GOLDEN % 1)  # (pieces, BETWEEN)
    y, ends = _drawn(curve, at.ravel()).reshape(at.shape), _drawn(curve, x)
    with np.errstate(all="ignore"):
        low, high = np.minimum(ends[:-1], ends[1:]), np.maximum(ends[:-1], ends[1:])
        beyond = np.maximum(y.max(axis=1) - high, low - y.min(axis=1))  # nan where it is undefined
        known = y[np.isfinite(y)]
        seen = np.flatnonzero(beyond > TURN * np.ptp(known)) if len(known) else np.zeros(0, int)
    seen = seen[np.isfinite(curve.slope_range(np.stack([x[seen], x[seen + 1]], axis=1))).all(axis=1)]
    return np.concatenate([at[seen, y[seen].argmin(axis=1)], at[seen, y[seen].argmax(axis=1)]])


def _drawn(curve: Curve, x: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
    with np.errstate(all="ignore"):
        y = curve.value(x)
        return np.where(np.abs(y) <= LARGEST, y, np.nan)


def graph_of(curve: Curve, x: Float[np.ndarray, " points"], *, is_band: bool = False) -> Graph:
    """The values at these points, and where the line between them has to stop."""
    share = np.arange(1, len(x)) * GOLDEN % 1 if is_band else 0.5  # half-way between two turns is no place like others
    y, between = _drawn(curve, x), (1 - share) * x[:-1] + share * x[1:]
    with np.errstate(all="ignore"):
        rise = np.abs(np.diff(y))
        known = rise[np.isfinite(rise)]
        leap = rise > 0.2 * (np.nanmax(y) - np.nanmin(y)) if len(known) else np.zeros(len(rise), bool)
    cells = np.stack([x[:-1], x[1:]], axis=1)
    jump = leap.copy()
    if leap.any():
        jump[leap] = np.isinf(curve.slope_range(cells[leap])).any(axis=1)
    return Graph(x, y, between, _drawn(curve, between), np.isfinite(rise) & ~jump, is_band)


def cut_share(graph: Graph, apex: Int[np.ndarray, " apexes"], slope: Real) -> Float[np.ndarray, " apexes"]:
    """The share of the interval whose piece of the graph lies in the cone of this slope, for apexes at these points."""
    x, y, width = _pieces(graph)
    with np.errstate(all="ignore"):
        away = np.abs(x - graph.x[apex, None])
        rounding = 1e-15 * np.nanmax(np.abs(graph.y))
        outside = np.abs(y - graph.y[apex, None]) > slope * away * (1 + SLACK) + rounding
    return (outside @ width) / np.ptp(graph.x[[0, -1]])


def _worse_end(curve: Curve, pair: Bracket, x: np.ndarray) -> float:
    """The end of the pair from which more of the graph is steep, or the point of ``x`` that is next to it."""
    ends = np.array([pair.x, pair.y])
    with np.errstate(all="ignore"):
        secants = np.abs(curve.value(x) - curve.value(ends)[:, None]) / np.abs(x - ends[:, None])
        steep = np.where(np.isfinite(secants), secants, 0.0).sum(axis=1)
    worst = ends[steep.argmax()]
    nearest = x[np.abs(x - worst).argmin()]
    return float(nearest if abs(nearest - worst) < 2e-3 * (x[1] - x[0]) else worst)


def _pieces(graph: Graph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A point and the width of every piece of the graph. A piece that is not joined counts with nothing."""
    return graph.between, graph.middle, np.where(graph.joined, np.diff(graph.x), 0.0)


def _largest_secants(curve: Curve, graph: Graph, apex: np.ndarray) -> np.ndarray:
    """From each apex, the steepest secant to a point of the graph; rounded down, for near the apex rounding is most."""
    bounds = np.where(np.isfinite(graph.y)[:, None], curve.value_range(np.stack([graph.x, graph.x], axis=1)), np.nan)
    lower, upper = bounds.T
    with np.errstate(all="ignore"):
        rise = np.maximum(lower - upper[apex, None], lower[apex, None] - upper)
        secants = rise / np.abs(graph.x - graph.x[apex, None]) * (1 - SLACK)
    return np.where(np.isfinite(secants) & (secants > 0), secants, 0.0).max(axis=1)
