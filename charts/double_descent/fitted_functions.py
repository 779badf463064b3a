"""Polynomials fitted to a few points: one that follows the player, and three side by side."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, specification, stack, table
from charts.theme import Theme
from core.double_descent import LegendreFits

Words = Mapping[str, str]
HEIGHTS = (-4.0, 4.0)  # in units of y; a fit may leave them


def fits(found: LegendreFits, words: Words, theme: Theme, *, only: int | None = None) -> Picture:
    """The fitted function at the player's size, or at the ``only`` one of the sizes, with the data and the truth."""
    low, high = HEIGHTS
    last = len(found.sizes) - 1 if only is None else 0
    name = {which: words[f"series.{which}"] for which in ("fitted", "data", "truth")}
    every = []
    for step, values in enumerate(found.fitted if only is None else found.fitted[[only]]):
        known = ~np.isnan(values)
        drawn = {"x": found.grid[known], "y": np.clip(values[known], 3 * low, 3 * high), "name": name["fitted"]}
        every.append(drawn | {at: np.full(known.sum(), place) for at, place in (("step", step), ("last", last))})
    truth = {"x": found.grid[::3], "y": found.truth[::3], "name": name["truth"]}
    tables = {
        "fitted": stack(every, ("x", "y", "step", "last", "name")),
        "truth": stack([truth], ("x", "y", "name")),
        "data": stack([{"x": found.x, "y": found.y, "name": name["data"]}], ("x", "y", "name")),
    }
    return Picture(_fits(words, theme), tables)


@lru_cache(maxsize=16)
def _fits(words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title="x").scale(domain=[-1.02, 1.02], nice=False).axis(grid=False, tickCount=5)
    y = alt.Y("y:Q", title="y").scale(domain=list(HEIGHTS), nice=False).axis(tickCount=5)
    colours = {"fitted": theme.measured, "data": theme.train, "truth": theme.series[3]}
    legend = alt.Legend(symbolType="circle", symbolOpacity=1, symbolStrokeWidth=0)
    colour = alt.Color("name:N", legend=legend).scale(
        domain=[words[f"series.{name}"] for name in colours], range=list(colours.values())
    )
    wide = theme.scale
    truth = alt.Chart(table("truth")).mark_line(strokeWidth=6 * wide, opacity=0.45)
    fitted = alt.Chart(table("fitted")).transform_filter(at_frame()).mark_line(clip=True, strokeWidth=2.6 * wide)
    dots = alt.Chart(table("data")).mark_circle(size=80 * wide**2, opacity=1, stroke=theme.background, clip=True)
    layers = [
        truth.encode(x=x, y=y, color=colour),
        fitted.encode(x=x, y=y, color=colour, order=alt.Order("x:Q")),
        dots.encode(x=x, y=y, color=colour),
    ]
    return specification(layers, theme, moves=True)
