"""Twelve shapes of network on one curve of depth over width, with the chosen one on its way up."""

import itertools
from collections.abc import Callable, Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import POWERS, Picture, at_frame, columns, specification, stack, table
from charts.fitted import blank, extent, fitted, template
from charts.theme import Theme
from core.finite_width import Dots, Study, blind_from, dots, negative_from

Words = Mapping[str, str]
NEAR, WIDE_OPEN = (0.02, 4.0), (0.0015, 64.0)  # r: the ends of the axis, and of one for what lies beyond these
HIGHEST = 1.6  # log E S² over c: so far up the axis goes, and further by whole steps for a network that needs it
STEPS = 6.0  # of log E S²
CURVES = (4, 16)  # widths of which (1 + c/n)^L is drawn
NAMED = {(4, 16): "A", (32, 128): "B"}  # the two networks of the page's question
POINTS = 60
SHADES = {4: 3, 16: 2, 64: 1, 128: 6}  # the colour of each width, among the series'
LEAST = 0.9  # where the axis of E S² begins
RATIOS = [1 / 64, 1 / 16, 1 / 4, 1, 4, 16, 64]
FRACTION = "datum.value < 0.9 ? '1/' + format(1 / datum.value, '.0f') : format(datum.value, '.0f')"


def borders(study: Study) -> tuple[float, float]:
    """The r from which on Gaussian + 1/n is negative, and from which on so many networks cannot see E S²."""
    return negative_from(study.law), blind_from(study.law, study.networks)


def collapse(
    found: Dots,
    study: Study,
    words: Words,
    theme: Theme,
    readout: list[str],
    *,
    marked: bool = True,
    climbs: bool = True,
    named: bool = True,
) -> Picture:
    """E S² by r: the dots, the curve e^{cr}, that of finite widths, and the chosen network's way up. ``marked``: with
    the regimes; ``climbs``: with that way; ``named``: with the letters of A and B."""
    low, high, top = _ends(study)
    r = np.geomspace(low, high, POINTS)
    log_top = np.log(top)
    tables = {
        "zones": _zones(study, (low, high), words).slice(0, 3 if marked else 0),
        "curve": columns(r=r, moment=np.exp(np.minimum(study.law.c * r, log_top + 1))),
        "finite": stack([_of_width(n, study.law.c, high, log_top) for n in CURVES], ("r", "moment", "name")),
        "dots": _dots(found, top, NAMED if named else {}),
        "path": _path(study, readout).slice(0, len(readout) if climbs else 0),
    }
    return Picture(fitted(_collapse(words, theme), low=low, high=high, top=top), tables)


def _of_width(n: int, c: float, high: float, log_top: float) -> dict[str, np.ndarray]:
    """(1 + c/n)^L by L/n, as far as the axes go."""
    depth = np.geomspace(1, max(2.0, high * n), POINTS)
    moment = np.exp(np.minimum(depth * np.log1p(c / n), log_top + 1))
    return {"r": depth / n, "moment": moment, "name": np.array([f"n = {n}"])}


def _path(study: Study, readout: list[str]) -> pa.Table:
    """The frames of the chosen network."""
    at = np.array(study.frames) - 1
    return columns(
        step=np.arange(len(at)), r=study.ratios[at], moment=np.clip(study.fourth[at], 1e-9, 1e30),
        last=np.full(len(at), len(at) - 1), readout=np.array(readout, object),
    )  # fmt: skip


def _ends(study: Study) -> tuple[float, float, float]:
    """Of both axes: they move seldom."""
    needed = float(np.log(study.expected[-1]))
    top = HIGHEST * study.law.c
    top = top if needed < top else STEPS * np.ceil(needed * 1.05 / STEPS)
    low = NEAR[0] if study.ratio > 2 * NEAR[0] else WIDE_OPEN[0]
    return low, NEAR[1] if study.ratio <= NEAR[1] else WIDE_OPEN[1], float(np.exp(min(top, 300.0)))


def _zones(study: Study, ends: tuple[float, float], words: Words) -> pa.Table:
    """The three regimes, each from where to where, with its name."""
    negative, blind = borders(study)
    edges = [ends[0], negative, max(blind, negative * 1.01), ends[1]]
    names = [words[f"zone.{name}"] for name in ("good", "negative", "blind")]
    middle = [np.sqrt(a * b) for a, b in itertools.pairwise(edges)]
    return columns(
        low=edges[:-1], high=edges[1:], middle=middle, kind=["good", "negative", "blind"], name=names, down=[5, 95, 95],
    )  # fmt: skip


def _dots(found: Dots, top: float, called: dict[tuple[int, int], str]) -> pa.Table:
    """Where so many networks cannot see E S² the mean says little: no bar, and a hollow dot."""
    bar = 2 * found.error
    names = [called.get((int(d), int(w)), "") for d, w in zip(found.depth, found.width, strict=True)]
    return columns(
        r=found.ratio, moment=np.minimum(found.measured, top), seen=found.seen.astype(int),
        low=np.where(found.seen, np.maximum(found.measured - bar, 0.5), found.measured),
        high=np.where(found.seen, found.measured + bar, found.measured),
        width=[f"n = {width}" for width in found.width], letter=names,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _collapse(words: Words, theme: Theme) -> str:
    def x(column: str = "r") -> alt.X:
        made = alt.X(f"{column}:Q", title=words["ratio_axis"])
        made = made.scale(type="log", domain=extent("low", "high"), nice=False)
        return made.axis(grid=False, values=RATIOS, labelExpr=FRACTION)

    def y(column: str = "moment") -> alt.Y:
        made = alt.Y(f"{column}:Q", title=words["moment_axis"])
        made = made.scale(type="log", domain=[LEAST, blank("top")], nice=False)
        return made.axis(tickCount=6, labelExpr=POWERS)

    scale, finite, marks = theme.scale, alt.Chart(table("finite")), alt.Chart(table("dots"))
    own = finite.mark_line(color=theme.quiet, strokeWidth=1.1 * scale, clip=True)
    curve = alt.Chart(table("curve")).mark_line(color=theme.theory, strokeWidth=3 * scale, clip=True)
    colour = _colours(theme)
    bars = marks.mark_rule(strokeWidth=2 * scale, clip=True)
    hollow = marks.mark_point(size=70 * scale**2, filled=False, strokeWidth=1.6 * scale, opacity=0.75, clip=True)
    full = marks.mark_circle(size=80 * scale**2, opacity=1, clip=True)
    letters = marks.mark_text(dx=12 * scale, dy=10 * scale, fontWeight="bold", color=theme.text)
    return template(
        [
            *_regimes(x, theme),
            own.encode(x=x(), y=y(), detail=alt.Detail("name:N")),
            curve.encode(x=x(), y=y()),
            bars.encode(x=x(), y=y("low"), y2=alt.Y2("high:Q"), color=colour),
            hollow.transform_filter("datum.seen == 0").encode(x=x(), y=y(), color=colour),
            full.transform_filter("datum.seen == 1").encode(x=x(), y=y(), color=colour),
            letters.transform_filter("datum.letter == 'A'").encode(x=x(), y=y(), text=alt.Text("letter:N")),
            _letter_b(marks, theme).encode(x=x(), y=y(), text=alt.Text("letter:N")),
            *_on_its_way(x(), y(), theme),
        ],
        theme,
        moves=True,
    )


def _letter_b(marks: alt.Chart, theme: Theme) -> alt.Chart:
    """On the other side of the curve than A, whose dot is in the same place."""
    scale = theme.scale
    style = {"dx": -12 * scale, "dy": -10 * scale, "fontWeight": "bold", "color": theme.text}
    return marks.transform_filter("datum.letter == 'B'").mark_text(**style)


def _colours(theme: Theme) -> alt.Color:
    """Of the four widths, with their legend."""
    scale = alt.Scale(domain=[f"n = {w}" for w in SHADES], range=[theme.series[i] for i in SHADES.values()])
    return alt.Color("width:N", scale=scale, sort=None, legend=alt.Legend(title=None, columns=4))


def _regimes(x: Callable[..., alt.X], theme: Theme) -> list[alt.Chart]:
    """Three shades from top to bottom, each with its name above."""
    zones = alt.Chart(table("zones"))
    shade = alt.Color("kind:N", legend=None).scale(
        domain=["good", "negative", "blind"], range=[theme.good, theme.series[3], theme.bad]
    )
    tall = {"y": alt.YValue(0), "y2": alt.Y2Value(alt.expr("height"))}
    ground = zones.mark_rect(opacity=0.1, clip=True).encode(x=x("low"), x2=alt.X2("high:Q"), fill=shade, **tall)
    name = zones.mark_text(baseline="top", fontSize=12 * theme.scale, color=theme.text, opacity=0.85, lineBreak="|")
    return [ground, name.encode(x=x("middle"), y=alt.Y("down:Q", scale=None), text=alt.Text("name:N"))]


def _on_its_way(x: alt.X, y: alt.Y, theme: Theme) -> list[alt.Chart]:
    """The chosen network's way through its layers, and what is said of the one that is on."""
    path, scale = alt.Chart(table("path")), theme.scale
    line = path.transform_filter("datum.step <= frame").mark_line(
        color=theme.measured, strokeWidth=2 * scale, strokeDash=[2, 3], clip=True
    )
    now = path.transform_filter(at_frame())
    ball = now.mark_circle(
        color=theme.measured, size=260 * scale**2, opacity=1, stroke=theme.background, strokeWidth=2, clip=True
    )
    told = now.encode(
        text=alt.Text("readout:N"), x=alt.XValue(alt.expr("width - 4")), y=alt.YValue(alt.expr("height - 6"))
    )
    style = {"align": "right", "baseline": "bottom", "fontSize": 13 * scale, "fontWeight": "bold"}
    halo = told.mark_text(stroke=theme.background, strokeWidth=5 * scale, strokeOpacity=0.85, **style)
    return [line.encode(x=x, y=y), ball.encode(x=x, y=y), halo, told.mark_text(color=theme.text, **style)]


def thumbnail(theme: Theme) -> Picture:
    """The twelve dots of linear networks on their curve."""
    found = dots("linear", networks=4000)
    r = np.geomspace(0.04, 1.3, POINTS)
    tables = {
        "curve": columns(r=r, moment=np.exp(2 * r)),
        "dots": columns(r=found.ratio, moment=found.measured, width=[f"n = {width}" for width in found.width]),
    }
    return Picture(_thumbnail(theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("r:Q", axis=None).scale(type="log", domain=[0.04, 1.3], nice=False)
    y = alt.Y("moment:Q", axis=None).scale(type="log", domain=[0.9, 12], nice=False)
    curve = alt.Chart(table("curve")).mark_line(color=theme.theory, strokeWidth=2.5, clip=True).encode(x=x, y=y)
    marks = alt.Chart(table("dots")).mark_circle(size=60, opacity=1, clip=True)
    colour = _colours(theme)
    colour["legend"] = None
    return specification([curve, marks.encode(x=x, y=y, color=colour)], theme)
