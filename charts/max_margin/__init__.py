"""The separator on its way to the support-vector machine, over log time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, nice, specification, stack, table
from charts.fitted import blank, fitted, template
from charts.theme import Theme
from core.data.separable_data import DATA, Points
from core.max_margin import Plane, Study, plane_of, study

Words = Mapping[str, str]
REACH = 40  # half-lengths of the picture that a separator is long: it is cut off at the edges


def reach(seen: Plane) -> float:
    """How far the picture goes up from the middle, for all points to be on it."""
    return nice(1.1 * float(max(np.abs(seen.x[:, 1]).max(), np.abs(seen.x[:, 0]).max() / 1.4)))


def plane(
    run: Study,
    seen: Plane,
    half: float,
    readout: Sequence[str],
    validation: np.ndarray | None,
    words: Words,
    theme: Theme,
) -> Picture:
    """The points, the separator as it moves, and the street that theory says it ends in. ``half``: see ``reach``."""
    theory = _theory(seen, half, words)
    shown = tuple(theory["name"].to_pylist())
    made = fitted(_plane(seen.is_projection, shown, words, theme), half=half)
    tables = {
        "points": _points(run.points, seen, words),
        "street": _street(seen, half),
        "theory": theory,
        "separator": _separators(run, seen, half, readout, words),
        "validation": columns(
            x=[] if validation is None else validation[:1], y=[] if validation is None else validation[1:]
        ),
    }
    return Picture(made, tables)


def _points(points: Points, seen: Plane, words: Words) -> pa.Table:
    """One mark for all points in the same place."""
    keys = np.column_stack([points.x, points.y])
    _, first, count = np.unique(keys, axis=0, return_index=True, return_counts=True)
    return columns(
        x=seen.x[first, 0],
        y=seen.x[first, 1],
        label=[words["label.plus" if y > 0 else "label.minus"] for y in points.y[first]],
        support=seen.support[first].astype(np.int64),
        count=[f"×{c}" if c > 1 else "" for c in count],
    )


def _line(normal: np.ndarray, offset: float, half: float) -> dict[str, np.ndarray]:
    """Both ends of the line normal·x = offset."""
    along, middle = np.array([-normal[1], normal[0]]) * REACH * half, normal * offset
    a, b = middle - along, middle + along
    return {"x": a[:1], "y": a[1:], "x2": b[:1], "y2": b[1:]}


def _theory(seen: Plane, half: float, words: Words) -> pa.Table:
    """The predicted separator; the SVM's where that is another."""
    lines = []
    if seen.limit is not None:
        kind = "svm" if seen.svm is not None and abs(seen.limit @ seen.svm) > 1 - 1e-9 else "limit"
        lines.append(_line(seen.limit, 0.0, half) | {"name": words[f"line.{kind}"]})
        if kind == "limit" and seen.svm is not None:
            lines.append(_line(seen.svm, 0.0, half) | {"name": words["line.other"]})
    return stack(lines, ("x", "y", "x2", "y2", "name"))


def _street(seen: Plane, half: float) -> pa.Table:
    """The band that no point is in, as a closed outline."""
    if seen.street is None:
        return columns(x=np.zeros(0), y=np.zeros(0), order=np.zeros(0))
    low, high = (_line(seen.street, side * seen.half_width, half) for side in (-1, 1))
    x = np.concatenate([low["x"], low["x2"], high["x2"], high["x"]])
    y = np.concatenate([low["y"], low["y2"], high["y2"], high["y"]])
    return columns(x=x, y=y, order=np.arange(4))


def _separators(run: Study, seen: Plane, half: float, readout: Sequence[str], words: Words) -> pa.Table:
    """The separator at each frame; ``decade`` marks those that stay behind as a trace."""
    lengths = np.linalg.norm(seen.w, axis=1)
    normal = seen.w / np.where(lengths > 0, lengths, 1)[:, None]
    along = np.column_stack([-normal[:, 1], normal[:, 0]]) * REACH * half
    clock = np.log10(run.at)
    whole = np.unique([int(np.abs(clock - d).argmin()) for d in range(0, int(clock[-1]) + 1)])
    return columns(
        x=-along[:, 0], y=-along[:, 1], x2=along[:, 0], y2=along[:, 1],
        step=np.arange(len(run.at)),
        last=np.full(len(run.at), len(run.at) - 1),
        decade=np.isin(np.arange(len(run.at)), whole).astype(np.int64),
        readout=list(readout),
        name=[words["line.now"]] * len(run.at),
    )  # fmt: skip


def _even(half: float | str) -> tuple[list, list]:
    """Domains of x and y with the same unit on both, whatever the shape of the drawing, and room for a line of text
    at the bottom."""
    unit = f"{half} / min(width / 2.8, height / 2.2)"
    sides = [
        (f"-width / 2 * {unit}", f"width / 2 * {unit}"),
        (f"-height * 1.2 / 2.2 * {unit}", f"height / 2.2 * {unit}"),
    ]
    x, y = ([alt.expr(low), alt.expr(high)] for low, high in sides)
    return x, y


@lru_cache(maxsize=32)
def _plane(is_projection: bool, shown: tuple[str, ...], words: Words, theme: Theme) -> str:
    kind = "projected" if is_projection else "plain"
    across, upward = _even(blank("half"))
    x = alt.X("x:Q", title=words[f"x_axis.{kind}"]).scale(domain=across, nice=False, zero=False)
    y = alt.Y("y:Q", title=words[f"y_axis.{kind}"]).scale(domain=upward, nice=False, zero=False)
    x, y = x.axis(grid=False, tickCount=6), y.axis(grid=False, tickCount=6)
    layers = [_band(x, y, theme), *_lines(x, y, shown, words, theme), *_marks(x, y, words, theme)]
    return template(layers, theme, moves=True)


def _band(x: alt.X, y: alt.Y, theme: Theme) -> alt.Chart:
    """The street, as a filled outline."""
    look = {"fill": theme.theory, "fillOpacity": 0.09, "color": theme.theory, "strokeOpacity": 0.45, "strokeWidth": 1}
    outline = alt.Chart(table("street")).mark_line(interpolate="linear-closed", clip=True, **look)
    return outline.encode(x=x, y=y, order=alt.Order("order:Q"))


def _lines(x: alt.X, y: alt.Y, shown: tuple[str, ...], words: Words, theme: Theme) -> list[alt.Chart]:
    """The predicted separator, the trace of the measured one, and where it is now."""
    colours = {"now": theme.measured, "svm": theme.theory, "limit": theme.theory, "other": theme.quiet}
    colours = {words[f"line.{kind}"]: colour for kind, colour in colours.items()}
    names = [words["line.now"], *shown]
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1, symbolSize=400, symbolStrokeWidth=3 * theme.scale)
    colour = alt.Color("name:N", legend=legend).scale(domain=names, range=[colours[name] for name in names])
    dashes = {words["line.now"]: [1, 0], words["line.other"]: [3, 4]}
    dash = alt.StrokeDash("name:N", legend=legend).scale(domain=names, range=[dashes.get(n, [8, 6]) for n in names])
    ends = {"x": x, "y": y, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
    width = theme.scale
    theory = alt.Chart(table("theory")).mark_rule(clip=True, strokeWidth=2.6 * width)
    moving = alt.Chart(table("separator"))
    trace = moving.transform_filter("datum.decade == 1 && datum.step < frame")
    trace = trace.mark_rule(clip=True, strokeWidth=1.1 * width, opacity=0.3).encode(
        **ends, color=colour, strokeDash=dash
    )
    now = moving.transform_filter(at_frame()).mark_rule(clip=True, strokeWidth=3.4 * width)
    return [
        trace,
        now.encode(**ends, color=colour, strokeDash=dash),
        theory.encode(**ends, color=colour, strokeDash=dash),
    ]


def _marks(x: alt.X, y: alt.Y, words: Words, theme: Theme) -> list[alt.Chart]:
    """The points by class, rings round those that hold up the street, the validation point, and the readout."""
    size, labels = theme.scale**2, [words["label.plus"], words["label.minus"]]
    points = alt.Chart(table("points"))
    shape = alt.Shape("label:N", legend=None).scale(domain=labels, range=["circle", "square"])
    fill = alt.Fill("label:N", legend=None).scale(domain=labels, range=[theme.series[2], theme.series[1]])
    ring = points.transform_filter("datum.support == 1").mark_point(
        clip=True, filled=False, size=330 * size, strokeWidth=2.2 * theme.scale, color=theme.theory, opacity=1
    )
    dot = points.mark_point(clip=True, size=85 * size, opacity=0.95, stroke=theme.background, strokeWidth=0.8)
    many = points.mark_text(dx=15 * theme.scale, dy=-12 * theme.scale, fontWeight="bold", color=theme.text, clip=True)
    star = alt.Chart(table("validation")).mark_point(
        clip=True, shape=STAR, size=110 * size, filled=True, color=theme.series[3], opacity=1, stroke=theme.text
    )
    told = alt.Chart(table("separator")).transform_filter(at_frame())
    told = told.encode(text=alt.Text("readout:N"), x=alt.XValue(8), y=alt.YValue(alt.expr("height - 8")))
    style = {"align": "left", "baseline": "bottom", "fontSize": 15 * theme.scale, "fontWeight": "bold"}
    halo = told.mark_text(stroke=theme.background, strokeWidth=5 * theme.scale, strokeOpacity=0.85, **style)
    place = {"x": x, "y": y}
    dot, many = dot.encode(**place, shape=shape, fill=fill), many.encode(**place, text=alt.Text("count:N"))
    return [ring.encode(**place), dot, many, star.encode(**place), halo, told.mark_text(color=theme.text, **style)]


STAR = "M0,-1L0.29,-0.4L0.95,-0.31L0.48,0.15L0.59,0.81L0,0.5L-0.59,0.81L-0.48,0.15L-0.95,-0.31L-0.29,-0.4Z"


def thumbnail(theme: Theme) -> Picture:
    """Two classes, the separator at t = 1, 10, 100 …, and the street it ends in."""
    run = study(DATA["asymmetric"]())
    seen, half, words = plane_of(run), 3.5, defaultdict(str)
    tables = {
        "points": _points(run.points, seen, {"label.plus": "+", "label.minus": "-"}),
        "street": _street(seen, half),
        "theory": _theory(seen, half, words),
        "separator": _separators(run, seen, half, [""] * len(run.at), words),
    }
    return Picture(_thumbnail(half, theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(half: float, theme: Theme) -> dict:
    x, y = (alt.X("x:Q", axis=None), alt.Y("y:Q", axis=None))
    across, upward = _even(half)
    x, y = x.scale(domain=across, nice=False, zero=False), y.scale(domain=upward, nice=False, zero=False)
    ends = {"x": x, "y": y, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
    trace = alt.Chart(table("separator")).transform_filter("datum.decade == 1")
    trace = trace.mark_rule(clip=True, color=theme.measured, strokeWidth=1.2, opacity=0.6).encode(**ends)
    limit = alt.Chart(table("theory")).mark_rule(clip=True, color=theme.theory, strokeDash=[5, 4], strokeWidth=2)
    colour = alt.Color("label:N", legend=None).scale(domain=["+", "-"], range=[theme.series[2], theme.series[1]])
    points = alt.Chart(table("points")).mark_circle(clip=True, size=40, opacity=1).encode(x=x, y=y, color=colour)
    return specification([_band(x, y, theme), trace, limit.encode(**ends), points], theme)
