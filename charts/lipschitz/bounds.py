"""K from both sides against the number of cells."""

from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, columns, table
from charts.fitted import extent, fitted, template
from charts.legend import band, named_colours
from charts.theme import Theme
from core.lipschitz import LARGEST, SIZES, Bracket, Study

MOST_BOUND = 2.2  # times K: where the picture of the bounds ends


def bounds(
    found: Study, bracket: Bracket, cells: int, slope: float, words, theme: Theme, *, told: bool = True
) -> Picture:
    """The bounds for several numbers of cells; the number that is set, and the cone's slope, are marked. ``told``: with
    K, and the bounds as numbers."""
    sweep, is_open = found.sweep, not found.tight.upper < LARGEST
    lower = np.where((sweep.lower > 0) | (not is_open), sweep.lower, np.nan)  # the axis is a log axis if it is open
    bounds = {"lower": lower, "upper": sweep.upper, "by_curvature": sweep.by_curvature}
    said = words.say("bounds_readout", cells=cells, lower=bracket.lower, upper=bracket.upper) if told else ""
    bottom, top = _heights(found)
    inside = slope if bottom <= slope <= top else np.nan  # a name far outside would leave the plot no room
    here = {"lower": bracket.lower, "upper": bracket.upper, "slope": inside}
    tables = {
        "bounds": columns(cells=sweep.cells, **{name: drawable(values) for name, values in bounds.items()}),
        "here": columns(cells=[cells], said=[said], **{name: drawable([value]) for name, value in here.items()}),
        "theory": _theory(found, words) if told else _no_theory(),
    }
    return Picture(fitted(_bounds(is_open, words, theme), bottom=bottom, top=top), tables)


def drawable(values) -> np.ndarray:
    """The values, those beyond what is drawn as infinite."""
    values = np.asarray(values, float)
    return np.where(values > LARGEST, np.inf, values)


def _heights(found: Study) -> tuple[float, float]:
    """From 0 to somewhat above K; whole decades around the lower bounds where nothing is certified above them."""
    if found.tight.upper < LARGEST:
        return 0.0, float(f"{MOST_BOUND * found.tight.upper:.2g}") or 1.0
    seen = found.sweep.lower[(found.sweep.lower > 0) & (found.sweep.lower < LARGEST)]
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (1.0, 1.0)
    return 10.0 ** np.floor(np.log10(low) - 0.3), 10.0 ** np.ceil(np.log10(high) + 0.3)


def _theory(found: Study, words) -> pa.Table:
    """K as a level line; where there is none, the power of h that the steepest secant grows as; else nothing."""
    sweep, growth = found.sweep, found.function.growth
    if found.is_known:
        name = words.say("exact", constant=found.tight.upper)
        return columns(cells=sweep.cells[[0, -1]], value=np.full(2, found.tight.upper), said=[name, ""])
    if np.isinf(found.constant) and np.isfinite(growth):
        name = words.say("growth_line", growth=float(f"{growth:.3g}"))
        line = sweep.lower[-1] * (sweep.cells[[1, -1]] / sweep.cells[-1]) ** growth
        return columns(cells=sweep.cells[[1, -1]], value=line, said=["", name])
    return _no_theory()


def _no_theory() -> pa.Table:
    return columns(cells=np.zeros(0, int), value=np.zeros(0), said=np.zeros(0, str))


@lru_cache(maxsize=16)
def _bounds(is_open: bool, words, theme: Theme) -> str:
    kind = {"type": "log"} if is_open else {"zero": True}

    def y(column: str) -> alt.Y:
        across = alt.Y(f"{column}:Q", title=words["bound_axis"]).scale(
            domain=extent("bottom", "top"), nice=False, **kind
        )
        return across.axis(tickCount=5, grid=not is_open)

    x = alt.X("cells:Q", title=words["cells_axis"]).scale(type="log", domain=[1, SIZES[-1]], nice=False)
    x = x.axis(values=[1, 4, 16, 64, 256], format="d", grid=False)
    colours = {"upper": theme.series[1], "by_curvature": theme.quiet, "lower": theme.series[3]}
    named, rows = named_colours(words, theme, colours, across=1), alt.Chart(table("bounds"))
    there = {name: rows.transform_filter(f"isValid(datum.{name}) && isFinite(datum.{name})") for name in colours}
    lines = [named(chart.mark_line(clip=True).encode(x=x, y=y(name)), name) for name, chart in there.items()]
    below, above = _here_below(x, y, words, theme), _here_above(x, y, named, theme)
    return template([*below, *lines, *_theory_line(x, y, is_open, theme), *above], theme)


def _here_below(x: alt.X, y, words, theme: Theme) -> list[alt.Chart]:
    """The number of cells as an upright line, the cone's slope as a level one with its name."""
    here = alt.Chart(table("here"))
    level = here.transform_filter("isValid(datum.slope)")
    name = level.mark_text(align="right", dx=-4, dy=4, baseline="top")
    return [
        here.mark_rule(color=theme.quiet, strokeDash=[3, 3], strokeWidth=1.2 * theme.scale).encode(x=x),
        level.mark_rule(color=theme.text, strokeDash=[2, 4]).encode(y=y("slope")),
        name.encode(x=alt.XValue(alt.expr("width")), y=y("slope"), text=alt.TextValue(words["slope_line"])),
    ]


def _theory_line(x: alt.X, y, is_open: bool, theme: Theme) -> list[alt.Chart]:
    theory, place = alt.Chart(table("theory")), {"align": "right", "dx": -14} if is_open else {"align": "left", "dx": 4}
    line = theory.mark_line(color=theme.theory, strokeDash=[7, 5], strokeWidth=2.6 * theme.scale, clip=True)
    name = theory.mark_text(**place, dy=-6, baseline="bottom", fontWeight="bold", color=theme.theory)
    return [line.encode(x=x, y=y("value")), name.encode(x=x, y=y("value"), text=alt.Text("said:N"))]


def _here_above(x: alt.X, y, named, theme: Theme) -> list[alt.Chart]:
    """Both bounds at the number of cells that is set, and what they say."""
    here = alt.Chart(table("here"))
    spot = here.mark_circle(size=130 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5, clip=True)
    said = here.mark_text(align="left", baseline="top", fontWeight="bold")
    spots = [named(spot.encode(x=x, y=y(name)), name) for name in ("upper", "lower")]
    return [band(here, theme), *spots, said.encode(x=alt.XValue(8), y=alt.YValue(5), text=alt.Text("said:N"))]
