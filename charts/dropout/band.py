"""A curve fitted with dropout: the band of its masks, and the formula for its width."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.dropout import called
from charts.theme import Theme
from core.dropout import GRID, WITHIN, Band

Words = Mapping[str, str]
REACH, MOST_SPREAD = 2.5, 0.6  # of the values and of the standard deviation: what leaves it is cut off


def fit(band: Band, words: Words, theme: Theme) -> Picture:
    """The samples, the true curve, and the mean of the masked networks ± two standard deviations."""
    last = len(band.epochs) - 1
    low, high = band.mean - WITHIN * band.spread, band.mean + WITHIN * band.spread
    frames = [
        {"x": band.grid, "value": band.mean[i], "low": low[i], "high": high[i]}
        | {"step": np.array(i), "last": np.array(last)}
        for i in range(last + 1)
    ]
    held = [
        {k: np.clip(v, -2 * REACH, 2 * REACH) if k in ("value", "low", "high") else v for k, v in f.items()}
        for f in frames
    ]
    tables = {
        "band": stack(held, ("x", "value", "low", "high", "step", "last")),
        "truth": columns(x=band.grid, value=band.truth),
        "samples": columns(x=band.x, value=band.y),
    }
    return Picture(_fit(words, theme), tables)


@lru_cache(maxsize=16)
def _fit(words: Words, theme: Theme) -> dict:
    x = _across(words)
    scale = alt.Scale(domain=[-REACH, REACH], nice=False)
    y = alt.Y("value:Q", title=words["value_axis"], scale=scale).axis(tickCount=5)
    kinds = {"band": theme.measured, "truth": theme.quiet, "samples": theme.train}
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    names = alt.Scale(domain=[words[f"fit.{kind}"] for kind in kinds], range=list(kinds.values()))
    colour = alt.Color("called:N", legend=legend, scale=names)

    def drawn(chart: alt.Chart, kind: str) -> alt.Chart:
        return called(chart, words[f"fit.{kind}"]).encode(x=x, y=y, color=colour)

    now = alt.Chart(table("band")).transform_filter(at_frame())
    area = now.mark_area(color=theme.measured, opacity=0.22, clip=True)
    area = area.encode(x=x, y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    truth = alt.Chart(table("truth")).mark_line(strokeWidth=2.2 * theme.scale, strokeDash=[2, 3], clip=True)
    mean = now.mark_line(strokeWidth=2.8 * theme.scale, clip=True)
    dots = alt.Chart(table("samples")).mark_point(filled=True, size=42 * theme.scale**2, opacity=0.85, clip=True)
    parts = (area, drawn(truth, "truth"), drawn(mean, "band"), drawn(dots, "samples"))
    return specification(parts, theme, moves=True)


def _across(words: Words) -> alt.X:
    x = alt.X("x:Q", title=words["x_axis"]).scale(domain=[float(GRID[0]), float(GRID[-1])], nice=False)
    return x.axis(grid=False, tickCount=7)


def spread(band: Band, words: Words, theme: Theme) -> Picture:
    """Half the width of the band along x, measured and by the formula, over the places that have data."""
    last = len(band.epochs) - 1
    frames = [
        {"x": band.grid, "measured": np.minimum(band.spread[i], 2), "predicted": np.minimum(band.predicted[i], 2)}
        | {"place": np.arange(len(band.grid)), "step": np.array(i), "last": np.array(last)}
        for i in range(last + 1)
    ]
    tables = {
        "spread": stack(frames, ("x", "measured", "predicted", "place", "step", "last")),
        "samples": columns(x=band.x),
    }
    return Picture(_spread(words, theme), tables)


@lru_cache(maxsize=16)
def _spread(words: Words, theme: Theme) -> dict:
    x, scale = _across(words), alt.Scale(domain=[0, MOST_SPREAD], nice=False)
    kinds = {"measured": theme.measured, "predicted": theme.theory}
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    names = alt.Scale(domain=[words[f"spread.{kind}"] for kind in kinds], range=list(kinds.values()))
    now = alt.Chart(table("spread")).transform_filter(at_frame())

    def drawn(chart: alt.Chart, kind: str) -> alt.Chart:
        y = alt.Y(f"{kind}:Q", title=words["spread_axis"], scale=scale)
        colour = alt.Color("called:N", legend=legend, scale=names)
        return called(chart, words[f"spread.{kind}"]).encode(x=x, y=y, color=colour)

    few = now.transform_filter("datum.place % 3 == 0")
    dots = drawn(few.mark_circle(size=55 * theme.scale**2, opacity=1, clip=True), "measured")
    line = drawn(now.mark_line(strokeWidth=2.6 * theme.scale, strokeDash=[8, 5], clip=True), "predicted")
    ticks = alt.Chart(table("samples")).mark_tick(color=theme.train, thickness=1.5, size=12, opacity=0.8)
    ticks = ticks.encode(x=x, y=alt.YValue(alt.expr("height - 6")))
    return specification([ticks, line, dots], theme, moves=True)
