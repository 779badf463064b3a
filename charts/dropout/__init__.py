"""The linear model under noise: copy after copy, the loss becomes the one with a ridge."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.theme import Theme
from core.dropout import Path, Study, linear_data, path, study

Words = Mapping[str, str]
LOSS_RANGE = (0.0, 2.0)  # of ‖y‖²
LINES = ("plain", "copies", "averaged", "expected")  # as the legend has them


def colours(theme: Theme) -> dict[str, str]:
    """By what a line is, the same on all pictures of the linear model."""
    return {
        "plain": theme.train,
        "copies": theme.series[6],
        "averaged": theme.measured,
        "expected": theme.theory,
        "fitted": theme.measured,
        "ridge": theme.theory,
    }


def called(chart: alt.Chart, label: str) -> alt.Chart:
    """The chart's rows under one name of the legend, without a column for it."""
    return chart.transform_calculate(called=json.dumps(label, ensure_ascii=False))


def losses(found: Study, readout: Sequence[str], words: Words, theme: Theme, *, named: bool = True) -> Picture:
    """The loss along w = s · least squares: without noise, of single noisy copies, their mean, and its closed form.
    ``named``: with a name for what lies between the first and the last."""
    return Picture(_losses(words, theme), _loss_tables(found, readout, words, named))


def _loss_tables(found: Study, readout: Sequence[str], words: Words, named: bool) -> dict[str, pa.Table]:
    s, last = found.shares, len(found.copies) - 1
    dots = slice(0, len(s), 2)
    averaged = [
        {"share": s[dots], "value": row[dots], "step": np.array(i), "last": np.array(last)}
        for i, row in enumerate(found.averaged)
    ]
    single = [{"share": s, "value": row, "copy": np.array(i)} for i, row in enumerate(found.single)]
    best = [int(line.argmin()) for line in (found.plain, found.expected)]
    gap = (min(found.expected[-6], LOSS_RANGE[1]) + found.plain[-6]) / 2
    widest = found.expected[-6] - found.plain[-6]
    return {
        "lines": columns(share=s, plain=found.plain, expected=found.expected),
        "single": stack(single, ("share", "value", "copy")),
        "averaged": stack(averaged, ("share", "value", "step", "last")),
        "best": columns(
            share=s[best], value=np.array([found.plain[best[0]], found.expected[best[1]]]), kind=["plain", "expected"]
        ),
        "label": columns(
            share=s[-6:-5], value=np.array([gap]), words=[words["penalty"] if named and widest > 0.25 else ""]
        ),
        "readout": columns(
            step=np.arange(len(readout)), last=np.full(len(readout), len(readout) - 1), words=list(readout)
        ),
    }


@lru_cache(maxsize=16)
def _losses(words: Words, theme: Theme) -> dict:
    x = alt.X("share:Q", title=words["share_axis"]).scale(domain=[0, 1.5], nice=False)
    x, y_scale = x.axis(grid=False, tickCount=6), alt.Scale(domain=list(LOSS_RANGE), nice=False)
    y = alt.Y("value:Q", title=words["loss_axis"], scale=y_scale).axis(tickCount=5)
    of, names = colours(theme), [words[f"line.{name}"] for name in LINES]
    legend = alt.Legend(symbolType="stroke", symbolSize=160 * theme.scale, symbolOpacity=1)
    scale = alt.Scale(domain=names, range=[of[name] for name in LINES])

    colour = alt.Color("called:N", legend=legend, scale=scale)
    lines = alt.Chart(table("lines"))
    area = lines.mark_area(color=theme.theory, opacity=0.13, clip=True)
    area = area.encode(x=x, y=alt.Y("plain:Q", scale=y_scale), y2=alt.Y2("expected:Q"))
    single = alt.Chart(table("single")).mark_line(clip=True, strokeWidth=1.1 * theme.scale, opacity=0.55)
    single = called(single, words["line.copies"]).encode(x=x, y=y, color=colour, detail=alt.Detail("copy:N"))
    drawn = [
        called(lines, words[f"line.{name}"])
        .mark_line(clip=True, strokeWidth=width * theme.scale, strokeDash=dash)
        .encode(x=x, y=alt.Y(f"{name}:Q", scale=y_scale), color=colour)
        for name, width, dash in (("plain", 2.6, [1, 0]), ("expected", 3.2, [8, 5]))
    ]
    dots = called(alt.Chart(table("averaged")).transform_filter(at_frame()), words["line.averaged"])
    dots = dots.mark_circle(clip=True, size=75 * theme.scale**2, opacity=1).encode(x=x, y=y, color=colour)
    layers = [area, single, *drawn, dots, *_best(x, y, theme), _penalty(x, y, theme), *_readout(theme)]
    return specification(layers, theme, moves=True)


def _best(x: alt.X, y: alt.Y, theme: Theme) -> list[alt.Chart]:
    """Where both curves are lowest."""
    source = alt.Chart(table("best"))
    fill = alt.Color("kind:N", legend=None)
    fill = fill.scale(domain=["plain", "expected"], range=[theme.train, theme.theory])
    look = {"clip": True, "shape": "diamond", "size": 190 * theme.scale**2, "opacity": 1}
    made = source.mark_point(filled=True, stroke=theme.background, strokeWidth=1.5, **look)
    return [made.encode(x=x, y=y, fill=fill)]


def _penalty(x: alt.X, y: alt.Y, theme: Theme) -> alt.Chart:
    """The name of the gap between the curves."""
    text = alt.Chart(table("label")).mark_text(color=theme.theory, fontWeight=600, fontSize=15 * theme.scale)
    return text.encode(x=x, y=y, text=alt.Text("words:N"))


def _readout(theme: Theme) -> list[alt.Chart]:
    """How many copies there are, in the upper left corner."""
    source = alt.Chart(table("readout")).transform_filter(at_frame())
    source = source.encode(x=alt.XValue(8), y=alt.YValue(6), text=alt.Text("words:N"))
    style = {"align": "left", "baseline": "top", "fontWeight": 600, "fontSize": 15 * theme.scale}
    halo = source.mark_text(stroke=theme.background, strokeWidth=5 * theme.scale, strokeOpacity=0.85, **style)
    return [halo, source.mark_text(color=theme.text, **style)]


def coefficients(found: Study, along: Path, words: Words, theme: Theme) -> Picture:
    """Every coefficient against p: the closed form's lines, and least squares on noisy copies as dots."""
    most = float(np.ceil(2.2 * np.abs(along.predicted).max() + 0.01) / 2)  # in halves: it moves seldom
    return Picture(_coefficients(most, words, theme), _path_tables(found, along))


def _path_tables(found: Study, along: Path) -> dict[str, pa.Table]:
    count, d = along.predicted.shape
    dots, frames, _ = along.measured[1:].shape  # at p = 0 the copies are the data
    here = found.fitted
    return {
        "predicted": columns(
            p=np.repeat(along.rates, d), value=along.predicted.ravel(), j=np.tile(np.arange(d), count)
        ),
        "measured": columns(
            p=np.repeat(along.dots[1:], frames * d),
            value=along.measured[1:].ravel(),
            step=np.tile(np.repeat(np.arange(frames), d), dots),
            last=np.full(dots * frames * d, frames - 1),
        ),
        "here": columns(
            p=np.full(here.size, found.p),
            value=here.ravel(),
            step=np.repeat(np.arange(len(here)), d),
            last=np.full(here.size, len(here) - 1),
        ),
        "now": columns(p=np.array([found.p])),
    }


@lru_cache(maxsize=32)
def _coefficients(most: float, words: Words, theme: Theme) -> dict:
    x = alt.X("p:Q", title=words["p_axis"]).scale(domain=[0, 1], nice=False).axis(grid=False, tickCount=6)
    y = alt.Y("value:Q", title=words["coefficient_axis"]).scale(domain=[-most, most], nice=False).axis(tickCount=5)
    of, names = colours(theme), ("fitted", "ridge")
    legend = alt.Legend(symbolType="circle", symbolSize=120 * theme.scale, symbolOpacity=1)
    scale = alt.Scale(domain=[words[f"line.{name}"] for name in names], range=[of[name] for name in names])
    colour = alt.Color("called:N", legend=legend, scale=scale)
    zero = alt.Chart(table("now")).mark_rule(color=theme.quiet, strokeWidth=1).encode(y=alt.YDatum(0))
    now = alt.Chart(table("now")).mark_rule(color=theme.quiet, strokeDash=[2, 3]).encode(x=x)
    lines = alt.Chart(table("predicted")).mark_line(strokeWidth=2.4 * theme.scale, strokeDash=[8, 5], clip=True)
    lines = called(lines, words["line.ridge"]).encode(x=x, y=y, detail=alt.Detail("j:N"), color=colour)
    dots = (
        alt.Chart(table("measured"))
        .transform_filter(at_frame())
        .mark_circle(size=48 * theme.scale**2, opacity=0.9, clip=True)
    )
    here = (
        alt.Chart(table("here"))
        .transform_filter(at_frame())
        .mark_circle(size=130 * theme.scale**2, opacity=1, clip=True, stroke=theme.background, strokeWidth=1.5)
    )
    marks = [called(chart, words["line.fitted"]).encode(x=x, y=y, color=colour) for chart in (dots, here)]
    return specification([zero, now, lines, *marks], theme, moves=True)


def thumbnail(theme: Theme) -> Picture:
    """The coefficients go down as p goes up, and noisy copies of the data agree."""
    data = linear_data()
    tables = _path_tables(study(data, 0.5), path(data))
    return Picture(_thumbnail(theme), {name: tables[name] for name in ("predicted", "measured")})


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("p:Q", axis=None).scale(domain=[0, 1], nice=False)
    y = alt.Y("value:Q", axis=None).scale(domain=[-1.4, 1.7], nice=False)
    lines = alt.Chart(table("predicted")).mark_line(color=theme.theory, strokeWidth=2, strokeDash=[6, 4])
    dots = alt.Chart(table("measured")).transform_filter("datum.step == datum.last")
    dots = dots.mark_circle(color=theme.measured, size=30, opacity=1)
    return specification([lines.encode(x=x, y=y, detail=alt.Detail("j:N")), dots.encode(x=x, y=y)], theme)
