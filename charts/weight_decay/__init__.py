"""The elastic ball: contours of the loss, the disc of radius √θ, and a walk whose steps are a pull and a shrink."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.fitted import blank, fitted, template
from charts.theme import Theme
from core.weight_decay import Problem, Study, contours, disc, prepare, study, touching

Words = Mapping[str, str]
ARROW = 0.4  # length of the longer of the two arrows, in half windows
LINES = ("walk", "pull", "shrink", "ball", "ridge")


def ball(
    run: Study, readout: Sequence[str], axes: tuple[str, str], words: Words, theme: Theme, *, until: float = math.inf
) -> Picture:
    """The picture of the claim. ``axes``: the titles of both coordinates; ``until``: the λ at which the line of all
    solutions ends."""
    half = window(run.plane.half)
    made = fitted(_ball(run.run.optimiser, run.plane.is_cut, axes, words, theme), half=half)
    return Picture(made, tables(run, half, readout, words, until))


def on_the_way(run: Study, penalties: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Where ŵ(λ) is on the picture, for each λ."""
    x, y = (run.prepared.spectrum.coefficients(np.array(penalties)) @ run.plane.axes).T
    return x, y


def window(half: float) -> float:
    """The next of 32 sizes to a decade: the drawing is built anew only where the data has changed."""
    return 10.0 ** (math.ceil(32 * math.log10(half)) / 32)


def tables(
    run: Study, half: float, readout: Sequence[str], words: Words, until: float = math.inf
) -> dict[str, pa.Table]:
    """What fills the picture."""
    seen, ridge = run.plane, run.prepared.path.coefficients[run.prepared.path.penalty <= until]
    lines = contours(seen)
    return {
        "contours": stack(
            [_line(line) | {"line": np.full(len(line), i)} for i, line in enumerate(lines)], ("x", "y", "order", "line")
        ),
        "touching": columns(**_line(touching(seen))),
        "disc": columns(**_line(disc(seen))),
        "box": columns(**_line(_box(run, half))),
        "ridge": columns(**_line(ridge @ seen.axes), name=[words["line.ridge"]] * len(ridge)),
        "walk": _walk(run, readout),
        "parts": _parts(run, words),
        "arrows": _arrows(run, half, words),
        "places": _places(run, words),
        "names": columns(x=np.zeros(len(LINES)), y=np.zeros(len(LINES)), name=[words[f"line.{n}"] for n in LINES]),
    }


def _line(points: np.ndarray) -> dict[str, np.ndarray]:
    return {"x": points[:, 0], "y": points[:, 1], "order": np.arange(len(points))}


def _box(run: Study, half: float) -> np.ndarray:
    """AdamW's box |wⱼ| ≤ 1/λ, where the picture's coordinates are columns and it is not far outside of it."""
    side = 1 / run.penalty if run.penalty > 0 else np.inf
    if run.run.optimiser != "adamw" or run.plane.is_cut or side > 4 * half:
        return np.zeros((0, 2))
    return side * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], float)


def _walk(run: Study, readout: Sequence[str]) -> pa.Table:
    path, frames = run.plane.path, len(run.plane.path)
    return columns(
        x=path[:, 0], y=path[:, 1], step=np.arange(frames), last=np.full(frames, frames - 1), readout=list(readout)
    )


def _parts(run: Study, words: Words) -> pa.Table:
    """Each step's two parts at their true size, where every step is shown."""
    seen = run.plane
    if len(seen.path) < 2 or run.at[-1] != len(run.at) - 1:
        return columns(**{name: np.zeros(0) for name in ("x", "y", "x2", "y2", "step")}, name=[])
    start, middle, end = seen.path[:-1], seen.path[:-1] + seen.pull[:-1], seen.path[1:]
    rows = [
        {"x": a[:, 0], "y": a[:, 1], "x2": b[:, 0], "y2": b[:, 1], "step": np.arange(1, len(a) + 1),
         "name": words[f"line.{name}"]}
        for name, a, b in (("pull", start, middle), ("shrink", middle, end))
    ]  # fmt: skip
    return stack(rows, ("x", "y", "x2", "y2", "step", "name"))


def _arrows(run: Study, half: float, words: Words) -> pa.Table:
    """Both parts at each frame, drawn to one scale: the longer has a fixed length."""
    seen = run.plane
    longest = np.maximum(np.linalg.norm(seen.pull, axis=1), np.linalg.norm(seen.shrink, axis=1))
    scale = ARROW * half / np.where(longest > 0, longest, 1.0)
    frames = np.arange(len(seen.path))
    rows = []
    for name, part in (("pull", seen.pull), ("shrink", seen.shrink)):
        tip = seen.path + scale[:, None] * part
        turn = np.degrees(np.arctan2(part[:, 0], part[:, 1]))
        rows.append({"x": seen.path[:, 0], "y": seen.path[:, 1], "x2": tip[:, 0], "y2": tip[:, 1], "angle": turn,
                     "step": frames, "last": len(frames) - 1, "name": words[f"line.{name}"]})  # fmt: skip
    return stack(rows, ("x", "y", "x2", "y2", "angle", "step", "last", "name"))


def _places(run: Study, words: Words) -> pa.Table:
    """Least squares, and ŵ(λ)."""
    at = np.stack([run.plane.centre, run.plane.solution])
    return columns(x=at[:, 0], y=at[:, 1], kind=["free", "ridge"], text=[words["place.free"], words["place.ridge"]])


def even(half: float | str) -> tuple[list, list]:
    """Domains of x and y with the same unit on both, whatever the shape of the drawing; a line of text fits below."""
    unit = f"{half} / min(width / 2.1, height / 2.1)"
    sides = [
        (f"-width / 2 * {unit}", f"width / 2 * {unit}"),
        (f"-height * 1.02 / 2 * {unit}", f"height * 0.98 / 2 * {unit}"),
    ]
    x, y = ([alt.expr(low), alt.expr(high)] for low, high in sides)
    return x, y


@lru_cache(maxsize=32)
def _ball(optimiser: str, is_cut: bool, axes: tuple[str, str], words: Words, theme: Theme) -> str:
    across, upward = even(blank("half"))
    x = alt.X("x:Q", title=axes[0]).scale(domain=across, nice=False, zero=False).axis(grid=False, tickCount=6)
    y = alt.Y("y:Q", title=axes[1]).scale(domain=upward, nice=False, zero=False).axis(grid=False, tickCount=6)
    colour = _colour(optimiser, is_cut, words, theme)
    layers = [*_landscape(x, y, theme), *_steps(x, y, colour, theme), *_marks(x, y, theme)]
    return template(layers, theme, moves=True)


def _colour(optimiser: str, is_cut: bool, words: Words, theme: Theme) -> alt.Color:
    """One legend for all lines. The walk is called by its optimiser."""
    colours = {"walk": theme.measured, "pull": theme.series[2], "shrink": theme.series[1], "ball": theme.theory}
    colours["ridge"] = theme.series[3]
    names = {words[f"line.{name}"]: colours[name] for name in LINES}
    called = {words["line.walk"]: words[f"walk.{optimiser}"]}
    called[words["line.ball"]] = words["line.cut" if is_cut else "line.ball"]
    label = "".join(f"datum.label == '{old}' ? '{new}' : " for old, new in called.items()) + "datum.label"
    legend = alt.Legend(
        symbolType="stroke", symbolOpacity=1, symbolSize=300, symbolStrokeWidth=3 * theme.scale, columns=3,
        labelExpr=label,
    )  # fmt: skip
    return alt.Color("name:N", legend=legend).scale(domain=list(names), range=list(names.values()))


def _landscape(x: alt.X, y: alt.Y, theme: Theme) -> list[alt.Chart]:
    """Contours, the disc, the contour that touches it, and AdamW's box."""
    place = {"x": x, "y": y, "order": alt.Order("order:Q")}
    quiet = {"clip": True, "color": theme.quiet, "opacity": 0.55, "strokeWidth": 1.1 * theme.scale}
    level = alt.Chart(table("contours")).mark_line(**quiet).encode(**place, detail=alt.Detail("line:N"))
    ball_ = {"fill": theme.theory, "fillOpacity": 0.13, "color": theme.theory, "strokeWidth": 2.6 * theme.scale}
    inside = alt.Chart(table("disc")).mark_line(interpolate="linear-closed", clip=True, **ball_).encode(**place)
    touch = alt.Chart(table("touching")).mark_line(clip=True, color=theme.text, strokeWidth=1.8 * theme.scale)
    box = alt.Chart(table("box")).mark_line(
        clip=True, color=theme.theory, strokeDash=[6, 4], strokeWidth=2 * theme.scale
    )
    return [level, inside, touch.encode(**place), box.encode(**place)]


def _steps(x: alt.X, y: alt.Y, colour: alt.Color, theme: Theme) -> list[alt.Chart]:
    """The solutions for every λ, the walk with its parts, and the two arrows of the step that is on."""
    ridge = alt.Chart(table("ridge")).mark_line(clip=True, strokeDash=[3, 3], strokeWidth=2 * theme.scale)
    parts = alt.Chart(table("parts")).transform_filter("datum.step <= frame")
    parts = parts.mark_rule(clip=True, strokeWidth=1.6 * theme.scale, opacity=0.85)
    walk = alt.Chart(table("walk")).transform_filter("datum.step <= frame")
    walk = walk.mark_line(clip=True, color=theme.measured, strokeWidth=1.6 * theme.scale, point=False, opacity=0.8)
    ends = {"x": x, "y": y, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q"), "color": colour}
    now = alt.Chart(table("arrows")).transform_filter(at_frame())
    shaft = now.mark_rule(clip=True, strokeWidth=4 * theme.scale).encode(**ends)
    head = now.mark_point(shape="triangle", filled=True, clip=True, size=190 * theme.scale**2, opacity=1)
    head = head.encode(x=alt.X("x2:Q"), y=alt.Y("y2:Q"), angle=alt.Angle("angle:Q", scale=None), color=colour)
    return [
        ridge.encode(x=x, y=y, order=alt.Order("order:Q"), color=colour),
        walk.encode(x=x, y=y, order=alt.Order("step:Q")),
        parts.encode(**ends),
        shaft,
        head,
        alt.Chart(table("names")).mark_point(opacity=0, size=0).encode(x=x, y=y, color=colour),
    ]


def _marks(x: alt.X, y: alt.Y, theme: Theme) -> list[alt.Chart]:
    """Origin of the disc, least squares, ŵ(λ), the walker, and the readout."""
    size = theme.scale**2
    places = alt.Chart(table("places"))
    shape = alt.Shape("kind:N", legend=None).scale(domain=["free", "ridge"], range=["cross", "diamond"])
    fill = alt.Fill("kind:N", legend=None).scale(domain=["free", "ridge"], range=[theme.text, theme.theory])
    mark = places.mark_point(clip=True, size=150 * size, opacity=1, stroke=theme.background, strokeWidth=1.2)
    style = {"align": "left", "dx": 10 * theme.scale, "fontWeight": "bold", "clip": True}
    names = []
    for kind, up in (("free", 15), ("ridge", -11)):  # one below, one above: they may be close to each other
        named = places.transform_filter(f"datum.kind == '{kind}'").encode(x=x, y=y, text=alt.Text("text:N"))
        low = style | {"dy": up * theme.scale}
        names.append(named.mark_text(stroke=theme.background, strokeWidth=4 * theme.scale, strokeOpacity=0.8, **low))
        names.append(named.mark_text(color=theme.text, **low))
    now = alt.Chart(table("walk")).transform_filter(at_frame())
    walker = now.mark_circle(
        clip=True, size=140 * size, opacity=1, color=theme.measured, stroke=theme.background, strokeWidth=1.5
    )
    told = now.encode(text=alt.Text("readout:N"), x=alt.XValue(8), y=alt.YValue(alt.expr("height - 6")))
    line = {"align": "left", "baseline": "bottom", "fontSize": 14 * theme.scale, "fontWeight": "bold"}
    behind = told.mark_text(stroke=theme.background, strokeWidth=5 * theme.scale, strokeOpacity=0.85, **line)
    at = {"x": x, "y": y}
    return [
        walker.encode(**at),
        mark.encode(**at, shape=shape, fill=fill),
        *names,
        behind,
        told.mark_text(color=theme.text, **line),
    ]


def thumbnail(theme: Theme) -> Picture:
    """Tilted contours, the disc that touches one of them, and the walk to where they touch."""
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    x = np.stack([np.cos(turn) + 0.75 * np.sin(turn), np.cos(turn) - 0.75 * np.sin(turn)], axis=1) * 1.2
    y = x @ np.array([1.1, 0.25])
    none, lengths = np.zeros((0, 2)), np.linalg.norm(x, axis=0)
    small = Problem(x, y, none, np.zeros(0), ("a", "b"), np.zeros(2), np.ones(2), 0.0, 1.0, lengths)
    run = study(prepare(small), penalty=0.5, step_size=0.25, steps=25)
    words = defaultdict(str)
    return Picture(_thumbnail(theme), tables(run, 1.5, [""] * len(run.plane.path), words))


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    across, upward = even(1.5)
    x = alt.X("x:Q", axis=None).scale(domain=across, nice=False, zero=False)
    y = alt.Y("y:Q", axis=None).scale(domain=upward, nice=False, zero=False)
    walk = alt.Chart(table("walk")).mark_line(
        clip=True, color=theme.measured, point={"size": 14, "color": theme.measured}
    )
    places = alt.Chart(table("places")).mark_circle(clip=True, size=60, opacity=1, color=theme.theory)
    shown = [*_landscape(x, y, theme), walk.encode(x=x, y=y, order=alt.Order("step:Q")), places.encode(x=x, y=y)]
    return specification(shown, theme)
