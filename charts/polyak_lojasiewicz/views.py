"""A closer look at one network or one function: eigenvalues, a section through the valley, one step's factor."""

from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, specification, table
from charts.fitted import extent, fitted, template
from charts.legend import named_colours
from charts.polyak_lojasiewicz import Words
from charts.theme import Theme
from core.polyak_lojasiewicz import Section, Sine, Spectrum

SMALLEST = 1e-18  # of the largest eigenvalue, at which a bar of nothing but rounding ends
STRIDE = 10  # of the sine's points one is drawn


def spectrum(found: Spectrum, words: Words, theme: Theme) -> Picture:
    """A bar for each eigenvalue of ∇²L, on a log axis: those that are zero to rounding are a colour of their own."""
    size = np.maximum(np.abs(found.eigenvalues) / found.eigenvalues[0], SMALLEST)
    flat = np.zeros(len(size), bool)
    flat[len(size) - found.zero_modes :] = True
    kinds = np.where(flat, words["legend.zero"], words["legend.curved"])
    bars = columns(rank=np.arange(1, len(size) + 1), size=size, floor=np.full(len(size), SMALLEST), kind=kinds.tolist())
    return Picture(_spectrum(words, theme), {"bars": bars})


@lru_cache(maxsize=8)
def _spectrum(words: Words, theme: Theme) -> dict:
    names = [words["legend.curved"], words["legend.zero"]]
    x = alt.X("rank:O", title=words["rank_axis"]).axis(labelOverlap="greedy", labelAngle=0)
    y = alt.Y("size:Q", title=words["eigenvalue_axis"]).scale(type="log", domain=[SMALLEST, 1], nice=False)
    colour = alt.Color("kind:N").scale(domain=names, range=[theme.measured, theme.series[3]])
    bars = alt.Chart(table("bars")).mark_bar().encode(
        x=x, y=y.axis(labelExpr=POWERS, tickCount=6), y2=alt.Y2("floor:Q"), color=colour
    )  # fmt: skip
    return specification(bars, theme)


def section(found: Section, words: Words, theme: Theme) -> Picture:
    """The smallest curvature of L along a straight line across the valley, and its first order."""
    top = float(np.nanmax(np.abs(np.concatenate([found.smallest, found.predicted])))) or 1.0
    made = fitted(_section(words, theme), left=found.away[0], right=found.away[-1], low=-1.05 * top, high=1.05 * top)
    line = columns(away=found.away, smallest=found.smallest, predicted=found.predicted, zero=np.zeros(len(found.away)))
    return Picture(made, {"line": line})


@lru_cache(maxsize=8)
def _section(words: Words, theme: Theme) -> str:
    named = named_colours(
        words, theme, {"smallest": theme.measured, "first_order": theme.theory, "hollow": theme.bad}, 3
    )
    x = alt.X("away:Q", title=words["away_axis"]).axis(tickCount=6)
    x = x.scale(domain=extent("left", "right"), nice=False)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=words["curvature_axis"]).scale(domain=extent("low", "high"), nice=False)

    line = alt.Chart(table("line"))
    below = line.transform_filter("datum.smallest < 0").mark_area(opacity=0.25)
    zero = line.mark_line(color=theme.quiet, strokeWidth=1)
    return template(
        [
            named(below.encode(x=x, y=y("smallest"), y2=alt.Y2("zero:Q")), "hollow"),
            zero.encode(x=x, y=y("zero")),
            named(line.mark_line(strokeWidth=3 * theme.scale).encode(x=x, y=y("smallest")), "smallest"),
            named(line.mark_line(strokeDash=[7, 5]).encode(x=x, y=y("predicted")), "first_order"),
        ],
        theme,
    )


def sine(found: Sine, words: Words, theme: Theme) -> Picture:
    """What one step of 1/L leaves of the loss, by where it starts, under the three factors."""
    here = slice(STRIDE - 1, None, STRIDE)
    rows = columns(x=found.x[here], factor=found.factor[here])
    lines = {"textbook": found.textbook, "tight": found.tight, "quadratic": found.quadratic}
    names = [words[f"legend.{name}"] for name in lines]
    return Picture(_sine(words, theme), {"step": rows, "factors": columns(height=list(lines.values()), name=names)})


@lru_cache(maxsize=8)
def _sine(words: Words, theme: Theme) -> dict:
    names = [words[f"legend.{name}"] for name in ("measured_step", "textbook", "tight", "quadratic")]
    scale = alt.Scale(domain=names, range=[theme.measured, theme.series[1], theme.theory, theme.series[3]])
    x = alt.X("x:Q", title=words["x_axis"]).scale(domain=[0, 8], nice=False)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=words["factor_axis"]).scale(domain=[0, 1], nice=False)

    colour = alt.Color("name:N", scale=scale, legend=alt.Legend(columns=2, symbolType="stroke"))
    step = alt.Chart(table("step")).transform_calculate(name=f"'{names[0]}'").mark_line(strokeWidth=3 * theme.scale)
    factors = alt.Chart(table("factors")).mark_rule(strokeWidth=2 * theme.scale, strokeDash=[7, 5])
    return specification(
        [step.encode(x=x, y=y("factor"), color=colour), factors.encode(y=y("height"), color=colour)], theme
    )
