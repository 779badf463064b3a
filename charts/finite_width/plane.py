"""The plane of (L, n): the three regimes are bands along lines of the same L/n, and so is all that a network does."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.finite_width import SHADES, borders
from charts.theme import Theme
from core.finite_width import LEAST_WIDTH, MOST_DEPTH, MOST_WIDTH, Dots, Study

Words = Mapping[str, str]
DEPTHS, WIDTHS = (0.9, 140.0), (1.8, 570.0)  # of the axes


def plane(found: Dots, study: Study, words: Words, theme: Theme, *, marked: bool = True) -> Picture:
    """Where the chosen network is, with the line on which nothing changes, and the twelve shapes. ``marked``: with the
    regimes."""
    negative, blind = borders(study)
    depth = np.array(DEPTHS)
    far = (1e-3, negative, max(blind, negative * 1.01), 1e6)
    bands = [
        {"depth": depth, "low": np.clip(depth / r2, 1e-3, 1e6), "high": np.clip(depth / r1, 1e-3, 1e6),
         "kind": np.array([kind])}
        for kind, r1, r2 in zip(("good", "negative", "blind"), far, far[1:], strict=False)
    ]  # fmt: skip
    steps, layers = np.arange(len(study.frames)), np.array(study.frames)
    mean = layers / study.ratios[layers - 1]  # the width of which L/n is the same
    tables = {
        "bands": stack(bands, ("depth", "low", "high", "kind")).slice(0, 6 if marked else 0),
        "line": columns(depth=depth, width=depth / study.ratio),
        "dots": columns(depth=found.depth, width=found.width, shade=[f"n = {width}" for width in found.width]),
        "path": columns(step=steps, depth=layers, width=mean, last=np.full(len(steps), len(steps) - 1)),
    }
    return Picture(_plane(words, theme), tables)


@lru_cache(maxsize=16)
def _plane(words: Words, theme: Theme) -> dict:
    x = alt.X("depth:Q", title=words["depth_axis"]).scale(type="log", domain=list(DEPTHS), nice=False)
    x = x.axis(grid=False, values=[1, 2, 4, 8, 16, 32, 64, MOST_DEPTH])
    ends = {"type": "log", "domain": list(WIDTHS), "nice": False}
    axis = {"grid": False, "values": [LEAST_WIDTH, 8, 32, 128, MOST_WIDTH]}

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=words["width_axis"]).scale(**ends).axis(**axis)

    scale = theme.scale
    shade = alt.Color("kind:N", legend=None).scale(
        domain=["good", "negative", "blind"], range=[theme.good, theme.series[3], theme.bad]
    )
    bands = alt.Chart(table("bands")).mark_area(opacity=0.1, clip=True)
    line = alt.Chart(table("line")).mark_line(color=theme.theory, strokeWidth=2.4 * scale, clip=True)
    dots = alt.Chart(table("dots")).mark_circle(size=34 * scale**2, opacity=0.9)
    colour = alt.Color("shade:N", legend=None).scale(
        domain=[f"n = {w}" for w in SHADES], range=[theme.series[i] for i in SHADES.values()]
    )
    path = alt.Chart(table("path"))
    way = path.transform_filter("datum.step <= frame").mark_line(
        color=theme.measured, strokeWidth=2 * scale, strokeDash=[2, 3]
    )
    ball = path.transform_filter(at_frame()).mark_circle(
        color=theme.measured, size=200 * scale**2, opacity=1, stroke=theme.background, strokeWidth=2
    )
    layers = [
        bands.encode(x=x, y=y("low"), y2=alt.Y2("high:Q"), fill=shade),
        line.encode(x=x, y=y("width")),
        dots.encode(x=x, y=y("width"), color=colour),
        *(layer.encode(x=x, y=y("width")) for layer in (way, ball)),
    ]
    return specification(layers, theme, moves=True)
