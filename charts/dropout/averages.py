"""Test time: the scaled network, the geometric and the arithmetic mean of all masked ones, and Monte-Carlo dropout."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.dropout import called
from charts.theme import Theme
from core.dropout import TestTime

Words = Mapping[str, str]
KINDS = ("scaled", "geometric", "arithmetic")
NAMES = ("A", "B", "C")  # the classes
LINE_OF_TEXT = 0.09  # of the axis


def colours(theme: Theme) -> dict[str, str]:
    return {
        "scaled": theme.theory,
        "geometric": theme.measured,
        "arithmetic": theme.series[1],
        "sampled": theme.measured,
    }


def against_rate(found: TestTime, words: Words, theme: Theme) -> Picture:
    """Each class's probability against p, by the three averages."""
    lines = [
        {"p": found.rates, "value": np.array([getattr(a, kind)[k] for a in found.along]), "kind": kind, "of": name}
        for kind in KINDS
        for k, name in enumerate(NAMES)
    ]
    named = [dict(line, kind=np.array(words[f"average.{line['kind']}"]), of=np.array(line["of"])) for line in lines]
    tables = {
        "lines": stack(named, ("p", "value", "kind", "of")),
        "ends": columns(value=_apart(found.here.scaled), of=list(NAMES)),
        "now": columns(p=np.array([found.p])),
    }
    return Picture(_against_rate(words, theme), tables)


def _apart(values: np.ndarray) -> np.ndarray:
    """The heights of the labels: where the values are, or one line of text above the next lower one."""
    heights, order = values.copy(), np.argsort(values)
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + LINE_OF_TEXT)
    return heights


@lru_cache(maxsize=16)
def _against_rate(words: Words, theme: Theme) -> dict:
    x = alt.X("p:Q", title=words["p_axis"]).scale(domain=[0, 1], nice=False).axis(grid=False, tickCount=6)
    y = _probability(words)
    names, of = [words[f"average.{kind}"] for kind in KINDS], colours(theme)
    legend = alt.Legend(symbolType="stroke", symbolSize=160 * theme.scale, symbolOpacity=1)
    colour = alt.Color("kind:N", legend=legend).scale(domain=names, range=[of[kind] for kind in KINDS])
    source = alt.Chart(table("lines"))

    def only(kind: str) -> alt.Chart:
        return source.transform_filter(alt.FieldEqualPredicate(field="kind", equal=words[f"average.{kind}"]))

    place = {"x": x, "y": y, "color": colour, "detail": alt.Detail("of:N")}
    now = alt.Chart(table("now")).mark_rule(color=theme.quiet, strokeDash=[2, 3]).encode(x=x)
    arithmetic = only("arithmetic").mark_line(strokeWidth=2.8 * theme.scale).encode(**place)
    geometric = only("geometric").mark_point(size=70 * theme.scale**2, opacity=1, clip=True).encode(**place)
    scaled = only("scaled").mark_line(strokeWidth=2.6 * theme.scale, strokeDash=[8, 5]).encode(**place)
    ends = alt.Chart(table("ends")).mark_text(align="right", dx=-4, dy=-9, fontWeight=600, color=theme.text)
    ends = ends.encode(x=alt.XValue(alt.expr("width")), y=y, text=alt.Text("of:N"))
    return specification([now, arithmetic, geometric, scaled, ends], theme)


def _probability(words: Words) -> alt.Y:
    return alt.Y("value:Q", title=words["probability_axis"]).scale(domain=[0, 1], nice=False).axis(tickCount=5)


def sampled(found: TestTime, words: Words, theme: Theme) -> Picture:
    """The mean over random masks as they are drawn, and what it goes to: the arithmetic mean, not the scaled one."""
    run, frames = found.sampled, len(found.sampled.draws)
    error = 2 * np.nan_to_num(run.standard_error)
    lines = [
        {
            "draws": run.draws,
            "value": run.mean[:, k],
            "low": np.clip(run.mean[:, k] - error[:, k], 0, 1),
            "high": np.clip(run.mean[:, k] + error[:, k], 0, 1),
            "of": np.array(name),
            "step": np.arange(frames),
            "last": np.array(frames - 1),
        }
        for k, name in enumerate(NAMES)
    ]
    levels = {
        "value": np.concatenate([found.here.scaled, found.here.arithmetic]),
        "kind": [words["average.scaled"]] * len(NAMES) + [words["average.arithmetic"]] * len(NAMES),
    }
    tables = {
        "sampled": stack(lines, ("draws", "value", "low", "high", "of", "step", "last")),
        "levels": columns(**levels),
    }
    return Picture(_sampled(int(run.draws[-1]), words, theme), tables)


@lru_cache(maxsize=16)
def _sampled(most: int, words: Words, theme: Theme) -> dict:
    x = alt.X("draws:Q", title=words["masks_axis"]).scale(type="log", domain=[1, most], nice=False)
    x, y = x.axis(grid=False, values=[1, 10, 100, 1000, 10_000]), _probability(words)
    kinds, of = ("scaled", "arithmetic", "sampled"), colours(theme)
    names = [words[f"average.{kind}"] for kind in kinds]
    legend = alt.Legend(symbolType="stroke", symbolSize=160 * theme.scale, symbolOpacity=1)
    scale = alt.Scale(domain=names, range=[of[kind] for kind in kinds])
    levels = alt.Chart(table("levels")).mark_rule(strokeWidth=2.4 * theme.scale, strokeDash=[8, 5])
    levels = levels.encode(y=y, color=alt.Color("kind:N", legend=legend, scale=scale))
    source = alt.Chart(table("sampled")).transform_filter("datum.step <= frame")
    band = source.mark_area(color=theme.measured, opacity=0.16).encode(
        x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), detail=alt.Detail("of:N")
    )
    mine = alt.Color("called:N", legend=legend, scale=scale)
    own = words["average.sampled"]
    line = (
        called(source, own)
        .mark_line(strokeWidth=2.4 * theme.scale)
        .encode(x=x, y=y, detail=alt.Detail("of:N"), color=mine)
    )
    ball = (
        alt.Chart(table("sampled"))
        .transform_filter(at_frame())
        .mark_circle(size=110 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5)
    )
    return specification([band, levels, line, called(ball, own).encode(x=x, y=y, color=mine)], theme, moves=True)
