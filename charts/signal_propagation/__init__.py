"""The plane of (σ_w, σ_b) with the curve χ₁ = 1, and a real network's gradient on its way down."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, field_image, image_layer, specification, table
from charts.fitted import blank, extent, fitted, template
from charts.signal_propagation.words import power
from charts.theme import Theme
from core.signal_propagation import FORMATS, NAMED, Phases, Setup, Signal, named, propagate

Words = Mapping[str, str]
SHADE = 1.5  # |ln χ₁| at which the colours end
LN2 = np.log(2)
ROOM = 4.0  # binary digits of the axis below and above what is drawn
RUNG = 10.0  # the axis ends at multiples of it: it moves seldom
SAME = 1e-6  # a curve no longer than that is a point
WITHIN = 1.6  # a floor that is so much further down than the gradient gets is not drawn
ZONES = {"vanishes": (0.42, 0.94, -1), "explodes": (2.62, 0.06, 1)}  # where a name may stand, and which sign is there


def colours(theme: Theme) -> tuple[str, ...]:
    """From vanishing over neither to exploding."""
    return theme.relief[-1], theme.background, theme.series[3]


def pad(
    phases: Phases, here: tuple[float, float], width: int, words: Words, theme: Theme, *, name: str = ""
) -> Picture:
    """The plane shaded by ln χ₁, its curve, the initialisations that have names, and where the network is."""
    marks = {which: named(which, width) for which in NAMED}
    line = np.stack([phases.line.weight_std, phases.line.bias_std], axis=1)
    dot = line[:1] if len(line) and np.ptp(line, axis=0).max() < SAME else line[:0]
    tables = {
        "field": columns(image=[_shade(phases, theme)]),
        "line": columns(weight=phases.line.weight_std, bias=phases.line.bias_std, at=phases.line.length),
        "dot": columns(weight=dot[:, 0], bias=dot[:, 1]),
        "named": columns(
            weight=[at[0] for at in marks.values()], bias=[at[1] for at in marks.values()],
            name=[words[f"named.{which}"] for which in marks],
        ),
        "zones": _zones(phases, words),
        "here": columns(weight=[here[0]], bias=[here[1]], name=[name]),
    }  # fmt: skip
    ends = [float(of[end]) for of in (phases.weight_std, phases.bias_std) for end in (0, -1)]
    return Picture(_pad(tuple(ends), words, theme), tables)


@lru_cache(maxsize=16)
def _shade(phases: Phases, theme: Theme) -> str:
    return field_image(0.5 + phases.log_factor / (2 * SHADE), colours(theme))


def _zones(phases: Phases, words: Words) -> pa.Table:
    """The names of the two sides, each where its side is."""
    rows = []
    for zone, (weight, bias, sign) in ZONES.items():
        across, up = (np.abs(of - at).argmin() for of, at in ((phases.weight_std, weight), (phases.bias_std, bias)))
        if np.sign(phases.log_factor[up, across]) == sign:
            rows.append((weight, bias, words[f"zone.{zone}"]))
    weight, bias, name = zip(*rows, strict=True) if rows else ((), (), ())
    return columns(weight=np.array(weight, float), bias=np.array(bias, float), name=np.array(name, object))


@lru_cache(maxsize=16)
def _pad(ends: tuple[float, float, float, float], words: Words, theme: Theme) -> dict:
    x = alt.X("weight:Q", title=words["weight_axis"]).scale(domain=ends[:2], nice=False).axis(grid=False)
    y = alt.Y("bias:Q", title=words["bias_axis"]).scale(domain=ends[2:], nice=False).axis(grid=False)
    line = alt.Chart(table("line"))
    curve = line.mark_line(color=theme.theory, strokeWidth=3 * theme.scale, clip=True)
    dot = alt.Chart(table("dot")).mark_circle(color=theme.theory, size=150 * theme.scale**2, opacity=1)
    marks = alt.Chart(table("named"))
    cross = marks.mark_point(shape="cross", angle=45, color=theme.text, size=50 * theme.scale**2, filled=True)
    style = {"align": "left", "dx": 5, "dy": -9, "angle": 305, "fontSize": 12 * theme.scale}
    told = marks.mark_text(color=theme.text, **style).encode(text=alt.Text("name:N"))
    zones = alt.Chart(table("zones")).mark_text(color=theme.text, fontWeight="bold", opacity=0.75)
    here = alt.Chart(table("here"))
    point = here.mark_circle(
        size=240 * theme.scale**2, color=theme.measured, opacity=1, stroke=theme.background, strokeWidth=2
    )
    name = here.mark_text(dy=-18 * theme.scale, fontWeight="bold", color=theme.text).encode(text=alt.Text("name:N"))
    layers = [
        curve.encode(x=x, y=y, order=alt.Order("at:Q")),
        *(layer.encode(x=x, y=y) for layer in (dot, cross, told)),
        zones.encode(x=x, y=y, text=alt.Text("name:N")),
        *(layer.encode(x=x, y=y) for layer in (point, name)),
    ]
    return specification([image_layer("field"), *layers], theme)


def decay(
    signal: Signal,
    heights: tuple[float, float],
    words: Words,
    theme: Theme,
    readout: list[str],
    *,
    marked: bool = True,
) -> Picture:
    """log₂ of the gradient's root mean square, layer by layer below the output: theory, double precision, format.
    ``marked``: with the layer at which, by the theory, half of the gradient is 0."""
    setup, place = signal.setup, np.arange(signal.setup.depth + 1)
    theory = np.log2(setup.scale) + signal.theory.log_square / (2 * LN2)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.log2(setup.scale) + np.log2(signal.rms)
        kept = np.log2(signal.kept_rms)
    alive, dead = np.isfinite(kept), signal.kept_rms == 0
    is_marked = marked and setup.format != "fp64" and signal.expected.half <= setup.depth
    half = signal.expected.half if is_marked else np.nan
    tables = {
        "theory": columns(step=place, size=theory),
        "exact": columns(step=place, size=exact),
        "kept": columns(step=place[alive], size=kept[alive], last=np.full(alive.sum(), setup.depth)),
        "dead": columns(step=place[dead], size=np.full(dead.sum(), heights[0])),
        "floors": _floors(setup, heights, words),
        "half": columns(step=[half], size=[heights[0]], name=[words["half_mark"] if np.isfinite(half) else ""]),
        "now": columns(step=place, last=np.full(len(place), setup.depth), readout=readout),
    }
    made = _decay(setup.format != "fp64", words, theme)
    return Picture(fitted(made, low=heights[0], high=heights[1], depth=setup.depth), tables)


def heights(signal: Signal) -> tuple[float, float]:
    """The ends of that axis: around the theory, with the floor where the gradient comes anywhere near it."""
    setup = signal.setup
    ends = np.log2(setup.scale) + signal.theory.log_square / (2 * LN2)
    low, high = float(ends.min()), float(ends.max())
    if setup.format != "fp64":
        floor = float(np.log2(signal.expected.unit))
        low = min(low, floor) if floor > WITHIN * low - RUNG else low
        high = max(high, float(np.log2(FORMATS[setup.format].largest))) if signal.overflowed else high
    return RUNG * np.floor((low - ROOM) / RUNG), RUNG * np.ceil((high + ROOM) / RUNG)


def _floors(setup: Setup, ends: tuple[float, float], words: Words) -> pa.Table:
    """The numbers at which the format ends, those that the axis reaches."""
    kind = FORMATS[setup.format]
    marks = {"largest": np.log2(kind.largest), "normal": np.log2(kind.normal), "smallest": np.log2(kind.smallest)}
    if setup.flushed:
        del marks["smallest"]
    if setup.format == "fp64":
        marks = {}
    seen = {which: at for which, at in marks.items() if ends[0] < at < ends[1]}
    told = np.array([words.say(f"floor.{which}", power=power(at)) for which, at in seen.items()], object)
    return columns(size=np.array(list(seen.values()), float), name=told, kind=np.array(list(seen), object))


@lru_cache(maxsize=16)
def _decay(has_format: bool, words: Words, theme: Theme) -> str:
    x = alt.X("step:Q", title=words["place_axis"]).scale(domain=[0, blank("depth")], nice=False).axis(grid=False)
    y = alt.Y("size:Q", title=words["size_axis"]).scale(domain=extent("low", "high"), nice=False).axis(tickCount=6)
    floors = alt.Chart(table("floors"))
    rule = floors.mark_rule(color=theme.quiet, strokeDash=[3, 3], strokeWidth=1.4 * theme.scale, clip=True)
    style = {"align": "right", "color": theme.text, "fontSize": 12 * theme.scale, "opacity": 0.8}
    at_right = {"text": alt.Text("name:N"), "x": alt.XValue(alt.expr("width")), "y": y}
    below = floors.transform_filter("datum.kind == 'smallest'").mark_text(dy=8 * theme.scale, **style)
    above = floors.transform_filter("datum.kind != 'smallest'").mark_text(dy=-7 * theme.scale, **style)
    theory = alt.Chart(table("theory")).mark_line(color=theme.theory, strokeWidth=1.8 * theme.scale, clip=True)
    exact = alt.Chart(table("exact")).mark_circle(color=theme.measured, size=16 * theme.scale**2, opacity=1, clip=True)
    kept, own = alt.Chart(table("kept")), theme.series[1]
    whole = kept.mark_circle(color=own, size=44 * theme.scale**2, opacity=0.3, clip=True)
    so_far = kept.mark_circle(color=own, size=44 * theme.scale**2, opacity=1, clip=True)
    ball = kept.mark_circle(
        color=own, size=150 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5, clip=True
    )
    dead = alt.Chart(table("dead")).mark_tick(color=own, thickness=4 * theme.scale, size=8, orient="vertical")
    half = alt.Chart(table("half"))
    mark = half.mark_rule(color=theme.theory, strokeDash=[6, 4], strokeWidth=2 * theme.scale).encode(x=x)
    name = half.mark_text(align="right", dx=-6, dy=-9 * theme.scale, color=theme.theory, fontSize=12 * theme.scale)
    layers = [rule.encode(y=y), above.encode(**at_right), below.encode(**at_right)]
    line = [exact.encode(x=x, y=y), theory.encode(x=x, y=y)]
    if has_format:
        layers += [
            whole.encode(x=x, y=y),
            so_far.transform_filter("datum.step <= frame").encode(x=x, y=y),
            dead.encode(x=x, y=y),
            *line,
            ball.transform_filter(at_frame()).encode(x=x, y=y),
            mark,
            name.encode(x=x, y=y, text=alt.Text("name:N")),
        ]
    return template([*layers, *([] if has_format else line), *_readout(theme)], theme, moves=True)


def _readout(theme: Theme) -> list[alt.Chart]:
    """What is said of the layer that is on, in the upper right corner."""
    told = alt.Chart(table("now")).transform_filter(at_frame())
    told = told.encode(text=alt.Text("readout:N"), x=alt.XValue(alt.expr("width - 4")), y=alt.YValue(4))
    style = {"align": "right", "baseline": "top", "fontSize": 13 * theme.scale, "fontWeight": "bold"}
    halo = told.mark_text(stroke=theme.background, strokeWidth=5 * theme.scale, strokeOpacity=0.85, **style)
    return [halo, told.mark_text(color=theme.text, **style)]


def thumbnail(theme: Theme) -> Picture:
    """A gradient that leaves the theory at the floor of half precision."""
    setup = Setup(depth=64, width=64)
    signal = propagate(setup)
    place = np.arange(setup.depth + 1)
    with np.errstate(divide="ignore"):
        kept = np.log2(signal.kept_rms)
    alive = np.isfinite(kept)
    tables = {
        "theory": columns(step=place, size=signal.theory.log_square / (2 * LN2)),
        "kept": columns(step=place[alive], size=kept[alive]),
        "floor": columns(size=[np.log2(signal.expected.unit)]),
    }
    return Picture(_thumbnail(setup.depth, theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(depth: int, theme: Theme) -> dict:
    x = alt.X("step:Q", axis=None).scale(domain=[0, depth], nice=False)
    y = alt.Y("size:Q", axis=None).scale(domain=[-32, 2], nice=False)
    floor = alt.Chart(table("floor")).mark_rule(color=theme.quiet, strokeDash=[3, 3]).encode(y=y)
    theory = alt.Chart(table("theory")).mark_line(color=theme.theory, strokeWidth=2).encode(x=x, y=y)
    kept = alt.Chart(table("kept")).mark_circle(color=theme.series[1], size=14, opacity=1).encode(x=x, y=y)
    return specification([floor, theory, kept], theme)
