"""K of a formula nobody has solved, to five digits and certified: halve only the cells that could still hold it.

    lower = max over cells of |f′| at their middles (certified), upper = max over cells of |f′| on the whole of them
    a cell whose upper bound is below ``lower`` can't hold the steepest place, and is left alone

(Moore, Kearfott & Cloud 2009, *Introduction to Interval Analysis*, ch. 5: Moore and Skelboe's algorithm, in batches.)
"""

import numpy as np

from core.bounds import whole
from core.formulas.curves import Curve
from core.formulas.expressions import Expression
from core.lipschitz.bracket import Bracket, curve_of, steepest_pair
from core.lipschitz.functions import Function, Interval, interval_of

MOST_CELLS = 500  # alive at a time: those of the largest upper bounds
MOST_FIRST = 100_000  # to begin with
ROUNDS = 40
TOLERANCE = 1e-5  # relative
NARROW = 1e-7  # of the interval: an unbounded cell of this width is taken for what has no bound


def tight_bracket(
    function: Function | Expression | Curve, interval: Interval, *, cells: int = 64, tolerance: float = TOLERANCE
) -> Bracket:
    """K within a relative ``tolerance`` where the rounding and ``MOST_CELLS`` allow it; ``upper`` is inf, and ``lower``
    large, where there is none. (x, y) is the pair or the cell of the steepest place found."""
    curve, (low, high) = curve_of(function), interval_of(interval)
    edges = np.linspace(low, high, whole("cells", cells, 1, MOST_FIRST) + 1)
    alive, left_alone = np.stack([edges[:-1], edges[1:]], axis=1), 0.0
    best = steepest_pair(curve, interval)
    for _ in range(ROUNDS):
        upper = np.abs(curve.slope_range(alive)).max(axis=1)
        best = _steeper(curve, alive, best)
        order = np.argsort(-upper)[:MOST_CELLS]
        hopeful = order[upper[order] > best.lower * (1 + 0.5 * tolerance)]
        rest = np.delete(upper, hopeful)
        left_alone = max(left_alone, float(rest.max(initial=0.0)))
        most = max(left_alone, best.lower, float(upper[hopeful].max(initial=0.0)))
        best = Bracket(best.lower, most, best.x, best.y)
        alive, upper = alive[hopeful], upper[hopeful]
        too_narrow = np.isinf(upper).any() and np.ptp(alive, axis=1).min() < NARROW * (high - low)
        if not len(alive) or too_narrow or most <= best.lower * (1 + tolerance):
            break
        middle = alive.mean(axis=1)
        alive = np.stack([alive[:, 0], middle, middle, alive[:, 1]], axis=1).reshape(-1, 2)
    return best


def _steeper(curve: Curve, cells: np.ndarray, best: Bracket) -> Bracket:
    """``best``, or the cell whose middle is certified to be steeper."""
    middle = cells.mean(axis=1)
    slopes = curve.slope_range(np.stack([middle, middle], axis=1))
    steep = np.where(np.prod(np.sign(slopes), axis=1) > 0, np.abs(slopes).min(axis=1), 0.0)
    i = int(steep.argmax())
    if not best.lower < steep[i] < np.inf:
        return best
    return Bracket(float(steep[i]), best.upper, float(cells[i, 0]), float(cells[i, 1]))
