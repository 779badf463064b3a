"""The cone that slides along a graph, and the parabolas of the descent lemma."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, specification, table
from charts.fitted import extent, fitted, template
from charts.legend import band, named_colours
from charts.readout import readout
from charts.theme import Theme
from core.lipschitz import LARGEST, Bracket, Study, study

Words = Mapping[str, str]
HOLD = 0.25  # of the picture: how far from the apex the hand holds the cone
SINGLE = 1e-6  # relative: what single precision, in which tables travel, can lose


def cone(
    found: Study,
    bracket: Bracket,
    slope: float,
    share: np.ndarray,
    words: Words,
    theme: Theme,
    *,
    told: bool = True,
) -> Picture:
    """The graph with the double cone at the apex, which the player moves. What the cone cuts of the graph lights up.
    ``told``: with the steepest secant from there as a number."""
    tables = {"graph": _pieces(found), "apex": _apexes(found, slope, share, told), "pair": _pair(found, bracket)}
    return Picture(fitted(_cone(words, theme), **_extents(found)), tables)


def _extents(found: Study) -> dict[str, float]:
    """The picture's ends: the interval, and the graph with room for the readout above it."""
    bottom, top = found.slide.graph.limits
    size = top - bottom or max(abs(top), 1.0)
    heights = {"bottom": float(f"{bottom - 0.1 * size:.4g}"), "top": float(f"{top + 0.28 * size:.4g}")}
    return {"low": found.interval[0], "high": found.interval[1], **heights}


def edge(found: Study, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far from the apex, across and up, a cone of each slope is taken hold of: on its edge, as far to the eye."""
    ends = _extents(found)
    size = ends["high"] - ends["low"], ends["top"] - ends["bottom"]
    across = HOLD * size[0] / np.hypot(1.0, slopes * size[0] / size[1])
    return across, slopes * across


@lru_cache(maxsize=32)
def _pieces(found: Study) -> pa.Table:
    """A row for each piece of the graph that is drawn."""
    graph, start = found.slide.graph, np.flatnonzero(found.slide.graph.joined)
    last = np.full(len(start), found.slide.last)
    ends = {"x": graph.x[start], "y": graph.y[start], "x2": graph.x[start + 1], "y2": graph.y[start + 1]}
    return columns(**ends, between=graph.between[start], middle=graph.middle[start], last=last)


def _apexes(found: Study, slope: float, share: np.ndarray, told: bool) -> pa.Table:
    """A row for each frame: the apex, the cone's slope, how much it cuts, and the steepest secant if that is told."""
    graph, apex = found.slide.graph, found.slide.apex
    slack = SINGLE * (np.nanmax(np.abs(graph.y)) + slope * np.abs(graph.x).max())
    same = {"slope": slope, "slack": slack, "last": found.slide.last, **_extents(found)}
    everywhere = {name: np.full(len(apex), value) for name, value in same.items()}
    secant = found.slide.secant if told else np.full(len(apex), np.nan)
    return columns(
        step=np.arange(len(apex)), a=graph.x[apex], fa=graph.y[apex], secant=secant, share=share, **everywhere
    )


def _pair(found: Study, bracket: Bracket) -> pa.Table:
    """The neighbouring grid points of the steepest secant; no rows where none is steeper than 0."""
    x = np.array([bracket.x, bracket.y])
    with np.errstate(all="ignore"):
        y = found.function.curve.value(x)
    rows = 2 * bool(bracket.lower > 0 and (np.abs(y) < LARGEST).all())
    return columns(x=x[:rows], y=y[:rows], x2=x[[1, 1]][:rows], y2=y[[1, 1]][:rows])


def _axes(x: str = "x", y: str = "y") -> tuple[alt.X, alt.Y]:
    """The axes of a picture of the graph, for columns of these names."""
    across, up = alt.X(f"{x}:Q", title="x"), alt.Y(f"{y}:Q", title="f(x)")
    across = across.scale(domain=extent("low", "high"), nice=False).axis(grid=False, tickCount=6)
    return across, up.scale(domain=extent("bottom", "top"), nice=False, zero=False).axis(grid=False, tickCount=5)


def _strokes(pieces: alt.Chart, place: tuple[alt.X, alt.Y], width: float) -> alt.Chart:
    """Rows from (x, y) to (x2, y2) as strokes."""
    mark = pieces.mark_rule(strokeWidth=width, strokeCap="round", clip=True, opacity=1)
    return mark.encode(x=place[0], y=place[1], x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))


def _with_the_apex(*fields: str) -> alt.Chart:
    """Every piece of the graph, joined to these columns of the apex that is on."""
    apex = alt.LookupData(data=table("apex"), key="step", fields=list(fields))
    pieces = alt.Chart(table("graph")).transform_calculate(now="min(frame, datum.last)")
    return pieces.transform_lookup(lookup="now", from_=apex)


def _fan(**heights: str) -> alt.Chart:
    """The apex that is on as three rows, x at both ends of the interval and at the apex, with heights to calculate."""
    now = alt.Chart(table("apex")).transform_filter(at_frame())
    return now.transform_fold(["low", "a", "high"], as_=["end", "x"]).transform_calculate(**heights)


def _double_cone(named: Callable, theme: Theme) -> list[alt.Chart]:
    """Both nappes, above and below the apex, with their edges."""
    x, y = _axes()
    away, beyond = "datum.slope * abs(datum.x - datum.a)", "10 * (datum.top - datum.bottom)"
    layers = []
    for sign, side in (("+", f"datum.top + {beyond}"), ("-", f"datum.bottom - {beyond}")):
        rows = _fan(y=f"datum.fa {sign} {away}", side=side)
        layers.append(rows.mark_area(clip=True, color=theme.quiet, opacity=0.22).encode(x=x, y=y, y2=alt.Y2("side:Q")))
        layers.append(named(rows.mark_line(clip=True, strokeWidth=2 * theme.scale).encode(x=x, y=y), "cone"))
    return layers


def _apex(said: str, theme: Theme) -> list[alt.Chart]:
    """The apex that is on, and above the graph what is read off there: ``said`` is a Vega expression."""
    now = alt.Chart(table("apex")).transform_filter(at_frame())
    x, y = _axes("a", "fa")
    dot = now.mark_circle(
        size=170 * theme.scale**2, opacity=1, color=theme.text, stroke=theme.background, strokeWidth=2
    )
    text = now.transform_calculate(said=said).mark_text(align="left", baseline="top", fontWeight="bold")
    seen = dot.transform_filter("datum.fa >= datum.bottom && datum.fa <= datum.top")
    return [
        seen.encode(x=x, y=y),
        band(now, theme),
        text.encode(x=alt.XValue(6), y=alt.YValue(5), text=alt.Text("said:N")),
    ]


@lru_cache(maxsize=16)
def _cone(words: Words, theme: Theme) -> str:
    x, y = place = _axes()
    colours = {"graph": theme.measured, "cone": theme.quiet, "cut": theme.bad, "pair": theme.series[3]}
    named = named_colours(words, theme, colours)
    away, rise = "abs(datum.between - datum.a)", "abs(datum.middle - datum.fa)"
    outside = _with_the_apex("a", "fa", "slope", "slack").transform_filter(
        f"{rise} > datum.slope * {away} + datum.slack"
    )
    pair = alt.Chart(table("pair"))
    ends = pair.mark_point(filled=False, size=90 * theme.scale**2, strokeWidth=2.5 * theme.scale, opacity=1, clip=True)
    layers = [
        *_double_cone(named, theme),
        named(_strokes(alt.Chart(table("graph")), place, 3 * theme.scale), "graph"),
        named(_strokes(outside, place, 8 * theme.scale), "cut"),
        named(_strokes(pair, place, 2 * theme.scale), "pair"),
        named(ends.encode(x=x, y=y), "pair"),
        *_apex(f"isValid(datum.secant) ? {readout(words['readout'])} : {readout(words['readout_open'])}", theme),
    ]
    return template(layers, theme, moves=True)


def parabola(found: Study, words: Words, theme: Theme) -> Picture:
    """The graph between the two parabolas that touch it at the apex, and where a step of 1/L from there lands."""
    graph, apex, smoothness = found.slide.graph, found.slide.apex, found.licensed
    a, fa = graph.x[apex], graph.y[apex]
    slope = found.function.curve.slope(a)
    to = a - slope / smoothness
    landing = np.where((to >= graph.x[0]) & (to <= graph.x[-1]), to, np.nan)
    ends = _extents(found)
    same = {"smoothness": smoothness, "last": found.slide.last, **ends}
    everywhere = {name: np.full(len(a), value) for name, value in same.items()}
    fto = found.function.curve.value(to)
    with np.errstate(all="ignore"):
        ratio = np.where(slope == 0, 1.0, (fa - fto) / (0.5 * np.abs(slope)) / np.abs(slope / smoothness))  # 0 = 0
    rows = columns(
        step=np.arange(len(a)), a=a, fa=fa, slope=slope, to=to, landing=landing, fto=fto, ratio=ratio, **everywhere
    )
    return Picture(fitted(_parabola(words, theme), **ends), {"graph": _pieces(found), "apex": rows})


@lru_cache(maxsize=16)
def _parabola(words: Words, theme: Theme) -> str:
    x, y = place = _axes()
    colours = {"graph": theme.measured, "parabola": theme.theory, "tangent": theme.quiet, "landing": theme.good}
    named = named_colours(words, theme, colours, across=4)
    tangent = "datum.fa + datum.slope * (datum.x - datum.a)"
    bend = "datum.smoothness / 2 * pow(datum.x - datum.a, 2)"
    joined = _with_the_apex("a", "fa", "slope", "smoothness")
    dashed = {"strokeDash": [7, 5], "strokeWidth": 2.4 * theme.scale, "clip": True}
    bent = [joined.transform_calculate(y=f"{tangent} {sign} {bend}").mark_line(**dashed) for sign in "+-"]
    line = _fan(y=tangent).mark_line(clip=True, strokeWidth=1.5 * theme.scale)
    now = alt.Chart(table("apex")).transform_filter(at_frame()).transform_filter("isValid(datum.landing)")
    to, low = _axes("to", "fto")
    landing = now.mark_circle(size=170 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=2, clip=True)
    said = f"isValid(datum.landing) ? {readout(words['parabola_readout'])} : {readout(words['parabola_outside'])}"
    layers = [
        named(_strokes(alt.Chart(table("graph")), place, 3 * theme.scale), "graph"),
        named(line.encode(x=x, y=y), "tangent"),
        *(named(curve.encode(x=x, y=y), "parabola") for curve in bent),
        named(landing.encode(x=to, y=low), "landing"),
        *_apex(said, theme),
    ]
    return template(layers, theme, moves=True)


def thumbnail(theme: Theme) -> Picture:
    """A wave, a cone too flat for it, and what it cuts."""
    found, slope = study("sine", 0.0, 3.0), 4.0
    graph, apex = found.slide.graph, found.slide.apex[-1]
    x, y = graph.x[::4], graph.y[::4]
    cut = np.abs(graph.y - graph.y[apex]) > slope * np.abs(graph.x - graph.x[apex])
    edges = np.array([-1.0, 0.0, 1.0])
    tables = {
        "graph": columns(x=x, y=y),
        "cut": columns(x=graph.x[cut], y=graph.y[cut]),
        "cone": columns(x=graph.x[apex] + edges, up=slope * np.abs(edges), down=-slope * np.abs(edges)),
    }
    return Picture(_thumbnail(theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("x:Q", axis=None).scale(domain=[0, 3], nice=False)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", axis=None).scale(domain=[-1.2, 1.2], nice=False)

    cone, graph = alt.Chart(table("cone")), alt.Chart(table("graph"))
    edges = [cone.mark_line(color=theme.quiet, clip=True).encode(x=x, y=y(side)) for side in ("up", "down")]
    wave = graph.mark_line(color=theme.measured, strokeWidth=2).encode(x=x, y=y("y"))
    cut = alt.Chart(table("cut")).mark_line(color=theme.bad, strokeWidth=5).encode(x=x, y=y("y"))
    return specification([*edges, wave, cut], theme)
