"""Functions from a jump to a smooth bump, each with its slope, all drawn alike."""

from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, specification, table
from charts.theme import Theme
from core.lipschitz import Specimen


def specimen(shown: Specimen, words, theme: Theme) -> Picture:
    """f, and f′ dashed, around 0."""
    graph = shown.graph
    size = max(float(np.nanmax(np.abs(graph.y))), 1e-9)
    start = np.flatnonzero(graph.joined)
    value = columns(x=graph.x[start], y=graph.y[start], x2=graph.x[start + 1], y2=graph.y[start + 1])
    slope = np.clip(shown.slope, -1e6, 1e6)
    leaps = np.abs(np.diff(slope)) > 0.5 * np.ptp(slope) if shown.breaks == 1 else np.zeros(len(slope) - 1, bool)
    flat = np.flatnonzero(~leaps)
    slopes = columns(x=graph.x[flat], y=slope[flat], x2=graph.x[flat + 1], y2=slope[flat + 1])
    extent = (float(f"{-1.4 * size:.3g}"), float(f"{1.4 * size:.3g}"))
    return Picture(_specimen(shown.function.interval, extent, theme), {"value": value, "slope": slopes})


@lru_cache(maxsize=32)
def _specimen(interval: tuple[float, float], extent: tuple[float, float], theme: Theme) -> dict:
    x = alt.X("x:Q", title=None).scale(domain=interval, nice=False).axis(grid=False, tickCount=3)
    y = alt.Y("y:Q", title=None).scale(domain=extent, nice=False).axis(grid=False, tickCount=3)
    style = {"clip": True, "strokeCap": "round"}
    slope = alt.Chart(table("slope")).mark_rule(color=theme.quiet, strokeWidth=1.5 * theme.scale, opacity=0.8, **style)
    value = alt.Chart(table("value")).mark_rule(color=theme.measured, strokeWidth=3 * theme.scale, **style)
    both = (layer.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")) for layer in (slope, value))
    return specification(both, theme)
