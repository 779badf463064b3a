"""The ball on its landscape."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, Strokes, at_frame, columns, drawing, image_layer, specification, stack, table
from charts.theme import Theme
from core.gradient_descent import METHODS, Descent, Race, Roll, race
from core.surfaces.landscape import Landscape
from core.surfaces.landscape import landscape as landscape_of
from core.surfaces.named import quadratic
from core.surfaces.surface import Surface

Words = Mapping[str, str]
Runs = Mapping[str, Descent | Roll]  # by method id, all with the same number of frames
STILL = 0.004  # of a landscape's sides: a trail needs no new point for less, which is two pixels of its picture
HIGHEST = 1e300  # that is drawn of a curve


def colours(theme: Theme) -> dict[str, str]:
    """One colour for each method, the same on every picture."""
    return dict(zip(METHODS, theme.series, strict=True))


def landscape(surface: Surface, land: Landscape, runs: Runs, words: Words, theme: Theme) -> Picture:
    """The map: height, level sets and flow lines, with a moving ball for each run."""
    crowded = len(surface.minimizers) > 12
    made = _map(tuple(map(tuple, surface.domain.tolist())), tuple(runs), crowded, words, theme)
    tables = {
        "field": _field(land, theme),
        **_trails(runs, surface, words),
        "minimizers": columns(x=surface.minimizers[:, 0], y=surface.minimizers[:, 1]),
    }
    return Picture(made, tables)


@lru_cache(maxsize=32)
def _field(land: Landscape, theme: Theme) -> pa.Table:
    """Height, level sets and flow lines as one image."""
    domain = np.array([land.x[[0, -1]], land.y[[0, -1]]])
    strokes = [Strokes(land.levels, theme.quiet, opacity=0.55), Strokes(land.flow, theme.text, opacity=0.3)]
    return columns(image=[drawing(land.rank, theme.relief, domain, strokes)])


def _trails(runs: Runs, surface: Surface, words: Words) -> dict[str, pa.Table]:
    """Where each run is and how high: a row for each of its frames, and for its trail one wherever it has moved on.
    ``y`` is the height on a one-dimensional surface."""
    balls, trails = [], []
    for method, run in runs.items():
        y = run.path[:, 1] if run.path.shape[1] == 2 else run.value
        last = int(np.flatnonzero(np.isfinite(run.value))[-1])
        named = {"last": last, "method": words[f"methods.{method}"]}
        rows = {"step": np.arange(last + 1), "x": run.path[: last + 1, 0], "y": y[: last + 1]}
        seen = moved(run.path[: last + 1] / np.ptp(surface.domain, axis=1), STILL)
        balls.append(rows | named)
        trails.append({column: values[seen] for column, values in rows.items()} | named)
    shown = ("step", "x", "y", "method")
    return {"balls": stack(balls, (*shown, "last")), "trail": stack(trails, shown)}


def moved(path: np.ndarray, least: float) -> list[int]:
    """The first place of a path, and then each one that is at least so far from the one before it in the list."""
    kept, place = [0], path[0].tolist()
    for step, here in enumerate(path.tolist()[1:], 1):
        if math.dist(here, place) >= least:
            kept.append(step)
            place = here
    return kept


def method_colour(methods: Sequence[str], words: Words, theme: Theme) -> alt.Color:
    """The colour of each method, with its name in the legend."""
    names = [words[f"methods.{m}"] for m in methods]
    scale = alt.Scale(domain=names, range=[colours(theme)[m] for m in methods])
    return alt.Color("method:N", scale=scale, legend=alt.Legend(symbolType="circle", columns=4))


def _balls(x: alt.X, y: alt.Y, colour: alt.Color, theme: Theme) -> list[alt.Chart]:
    """The trail so far and the ball at its end."""
    so_far = alt.Chart(table("trail")).transform_filter("datum.step <= frame")
    size = theme.scale**2
    line = so_far.mark_line(clip=True, opacity=0.85, strokeWidth=1.8 * theme.scale).encode(
        x=x, y=y, color=colour, order=alt.Order("step:Q")
    )
    steps = so_far.mark_circle(clip=True, size=14 * size, opacity=0.9).encode(x=x, y=y, color=colour)
    now = alt.Chart(table("balls")).transform_filter(at_frame())
    ball = now.mark_circle(
        clip=True, size=190 * size, opacity=1, stroke=theme.background, strokeWidth=2 * theme.scale
    ).encode(x=x, y=y, color=colour)
    return [line, steps, ball]


@lru_cache(maxsize=32)
def _map(domain: tuple, methods: tuple[str, ...], crowded: bool, words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title="x").scale(domain=domain[0], nice=False).axis(grid=False)
    y = alt.Y("y:Q", title="y").scale(domain=domain[1], nice=False).axis(grid=False)
    lowest = (
        alt.Chart(table("minimizers"))
        .mark_point(
            shape="cross", angle=45, size=(25 if crowded else 110) * theme.scale**2, color=theme.text, filled=True
        )
        .encode(x=x, y=y)
    )
    balls = _balls(x, y, method_colour(methods, words, theme), theme)
    return specification([image_layer("field"), lowest, *balls], theme, moves=True)


def curve(surface: Surface, land: Landscape, runs: Runs, words: Words, theme: Theme) -> Picture:
    """A one-dimensional surface: the curve, with the balls on it."""
    known = land.value[np.abs(land.value) <= HIGHEST]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    size = high - low or max(abs(high), 1.0)
    heights = (low - 0.04 * size, high + 0.02 * size)
    made = _curve(tuple(surface.domain[0].tolist()), heights, tuple(runs), words, theme)
    tables = {
        "curve": columns(x=land.x, y=land.value[0]),
        **_trails(runs, surface, words),
        "minimizers": columns(x=surface.minimizers[:, 0], y=surface.value(surface.minimizers)),
    }
    return Picture(made, tables)


@lru_cache(maxsize=32)
def _curve(domain: tuple, heights: tuple, methods: tuple[str, ...], words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title="x").scale(domain=domain, nice=False)
    y = alt.Y("y:Q", title="f(x)").scale(domain=heights, nice=False)
    graph = alt.Chart(table("curve")).mark_line(color=theme.quiet, strokeWidth=3 * theme.scale).encode(x=x, y=y)
    lowest = (
        alt.Chart(table("minimizers"))
        .mark_point(shape="cross", angle=45, size=110 * theme.scale**2, color=theme.text, filled=True)
        .encode(x=x, y=y)
    )
    balls = _balls(x, y, method_colour(methods, words, theme), theme)
    return specification([graph, lowest, *balls], theme, moves=True)


def paths(run: Race, words: Words, theme: Theme) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Each path and its colour, by the method's name."""
    names = {entry.method: words[f"methods.{entry.method}"] for entry in run.entries}
    return (
        {names[entry.method]: entry.run.path for entry in run.entries},
        {names[entry.method]: colours(theme)[entry.method] for entry in run.entries},
    )


def thumbnail(theme: Theme) -> Picture:
    """A valley, gradient descent and the heavy ball in it."""
    surface = quadratic(40.0)
    run = race(surface, (-1.8, 0.7), ("gradient_descent", "heavy_ball"), policy="own", steps=60)
    tables = {
        "field": _field(landscape_of(surface), theme),
        "trail": _trails(run.runs, surface, {f"methods.{m}": m for m in METHODS})["trail"],
    }
    return Picture(_thumbnail(theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("x:Q", axis=None).scale(domain=[-2, 2], nice=False)
    y = alt.Y("y:Q", axis=None).scale(domain=[-2, 2], nice=False)
    scale = alt.Scale(domain=["gradient_descent", "heavy_ball"], range=theme.series[:2])
    paths = alt.Chart(table("trail")).mark_line(point={"size": 12}, strokeWidth=1.5, clip=True)
    lines = paths.encode(x=x, y=y, order=alt.Order("step:Q"), color=alt.Color("method:N", scale=scale, legend=None))
    return specification([image_layer("field"), lines], theme)
