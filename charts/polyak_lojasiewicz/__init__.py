"""The plane of all starts, with the disc that one of them is promised, and the walk inside of it."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, Strokes, at_frame, columns, drawing, image_layer, specification, table
from charts.legend import band, named_colours
from charts.readout import readout
from charts.theme import Theme
from core.polyak_lojasiewicz import WINDOW, Plane, Study, plane_of, study

Words = Mapping[str, str]
LOWEST, HIGHEST = -2.0, 1.3  # log₁₀ K from the darkest shade to the lightest
AROUND = np.linspace(0, 2 * np.pi, 73)  # corners of the disc
HATCH = 0.3  # from one hatch to the next, upwards


def plane(run: Study, land: Plane, words: Words, theme: Theme) -> Picture:
    """K by shade, the valley of solutions, certified starts outlined; the disc of this start, and the walk."""
    tables = {
        "field": _field(land, theme),
        "disc": _disc(run),
        "walk": _walk(run, words),
        "saddles": columns(x=land.saddles[:, 0], y=land.saddles[:, 1]),
        "start": columns(x=[run.start[0]], y=[run.start[1]]),
    }
    return Picture(_plane(words, theme), tables)


@lru_cache(maxsize=32)
def _field(land: Plane, theme: Theme) -> pa.Table:
    """The shade, the valley and the border of the certified starts as one image."""
    with np.errstate(invalid="ignore"):
        level = (np.nan_to_num(land.log_kernel, neginf=LOWEST) - LOWEST) / (HIGHEST - LOWEST)
    level[np.isnan(land.log_kernel)] = np.nan
    ramp = theme.relief if theme.name == "dark" else theme.relief[::-1]  # where K is small it is in the shade
    half = np.array(WINDOW)
    strokes = [
        Strokes(_hatches(land), theme.quiet, opacity=0.5),
        Strokes(land.border, theme.theory, opacity=0.95, width=2.0),
        Strokes(land.valley, theme.background, opacity=1.0, width=9.0),
        Strokes(land.valley, theme.good, opacity=1.0, width=3.0),
    ]
    return columns(image=[drawing(level, ramp, np.stack([-half, half], axis=-1), strokes)])


def _hatches(land: Plane) -> list[np.ndarray]:
    """Slanting lines over all starts that are not certified."""
    rows, columns_ = land.certified.shape
    half, found = np.array(WINDOW), []
    for offset in np.arange(-sum(WINDOW), sum(WINDOW), HATCH):
        x = np.linspace(-half[0], half[0], 160)
        line = np.stack([x, x + offset], axis=-1)
        line = line[np.abs(line[:, 1]) <= half[1]]
        place = ((line + half) / (2 * half) * [columns_ - 1, rows - 1]).round().astype(int)
        silent = ~land.certified[place[:, 1], place[:, 0]]
        pieces = np.split(np.arange(len(line)), 1 + np.flatnonzero(np.diff(silent)))
        found += [line[piece] for piece in pieces if len(piece) > 1 and silent[piece[0]]]
    return found


def _disc(run: Study) -> pa.Table:
    """The certified disc; no rows without a certificate."""
    around = AROUND[: 0 if run.certificate.why else None]
    radius = run.certificate.radius
    x, y = (run.start[i] + radius * wave(around) for i, wave in enumerate((np.cos, np.sin)))
    return columns(x=x, y=y, corner=np.arange(len(around)))


@lru_cache(maxsize=32)
def _walk(run: Study, words: Words) -> pa.Table:
    """A row for each frame: where it is, how far it has walked, and K there."""
    at = run.frames
    walk, promise = run.walk, run.certificate
    many = np.ones(len(at))
    return columns(
        step=np.arange(len(at)), last=np.full(len(at), len(at) - 1), at=at, x=walk.path[at, 0], y=walk.path[at, 1],
        way=walk.length[at], kernel=walk.kernel[at], loss=walk.loss[at],
        radius=promise.radius * many, mu=promise.mu * many,
    )  # fmt: skip


def _axes() -> tuple[alt.X, alt.Y]:
    x = alt.X("x:Q", title="x").scale(domain=[-WINDOW[0], WINDOW[0]], nice=False).axis(grid=False)
    return x, alt.Y("y:Q", title="y").scale(domain=[-WINDOW[1], WINDOW[1]], nice=False).axis(grid=False)


@lru_cache(maxsize=16)
def _plane(words: Words, theme: Theme) -> dict:
    x, y = _axes()
    colours = {"walk": theme.measured, "disc": theme.theory, "valley": theme.good, "hatched": theme.quiet}
    named, size = named_colours(words, theme, colours, across=4), theme.scale**2
    disc = alt.Chart(table("disc")).mark_line(
        clip=True, interpolate="linear-closed", fill=theme.theory, fillOpacity=0.2, strokeWidth=2.5 * theme.scale
    )
    walk = alt.Chart(table("walk"))
    trail = walk.transform_filter("datum.step <= frame").mark_line(clip=True, strokeWidth=3 * theme.scale)
    now = walk.transform_filter(at_frame())
    ball = now.mark_circle(clip=True, size=120 * size, opacity=1, stroke=theme.background, strokeWidth=1.5)
    saddles = alt.Chart(table("saddles"))
    cross = saddles.mark_point(shape="cross", angle=45, size=110 * size, color=theme.text, filled=True)
    silent = saddles.mark_text(align="right", dx=-10, dy=2, color=theme.text, fontWeight="bold").encode(
        text=alt.TextValue(words["silent"])
    )
    begin = alt.Chart(table("start")).mark_point(
        size=70 * size, color=theme.text, filled=False, strokeWidth=2 * theme.scale, opacity=1
    )
    told = f"isValid(datum.radius) ? {readout(words['readout'])} : {readout(words['readout_silent'])}"
    text = now.transform_calculate(told=told).mark_text(align="left", baseline="top", fontWeight="bold")
    return specification(
        [
            image_layer("field"),
            named(disc.encode(x=x, y=y, order=alt.Order("corner:Q")), "disc"),
            cross.encode(x=x, y=y),
            silent.encode(x=x, y=y),
            named(trail.encode(x=x, y=y, order=alt.Order("step:Q")), "walk"),
            begin.encode(x=x, y=y),
            named(ball.encode(x=x, y=y), "walk"),
            band(now, theme),
            text.encode(x=alt.XValue(6), y=alt.YValue(5), text=alt.Text("told:N")),
        ],
        theme,
        moves=True,
    )


def thumbnail(theme: Theme) -> Picture:
    """The valley, a start, its disc, and the walk inside."""
    run = study("product", 2.0, (3.0, 0.0), step_size=0.02, steps=200)
    path = run.walk.path[::8]
    tables = {
        "field": _field(plane_of(run.system), theme),
        "disc": _disc(run),
        "walk": columns(x=path[:, 0], y=path[:, 1], step=np.arange(len(path))),
    }
    return Picture(_thumbnail(theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("x:Q", axis=None).scale(domain=[-WINDOW[0], WINDOW[0]], nice=False)
    y = alt.Y("y:Q", axis=None).scale(domain=[-WINDOW[1], WINDOW[1]], nice=False)
    disc = alt.Chart(table("disc")).mark_line(
        clip=True, interpolate="linear-closed", fill=theme.theory, fillOpacity=0.25, color=theme.theory
    )
    walk = alt.Chart(table("walk")).mark_line(color=theme.measured, strokeWidth=2.5, clip=True)
    return specification(
        [
            image_layer("field"),
            disc.encode(x=x, y=y, order=alt.Order("corner:Q")),
            walk.encode(x=x, y=y, order=alt.Order("step:Q")),
        ],
        theme,
    )
