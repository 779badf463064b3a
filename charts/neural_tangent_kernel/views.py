"""A closer look at the tangent kernel: heat maps, eigenmodes, and the kernel's growth in both parametrisations."""

import json
from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, field_image, image_layer, specification, stack, table
from charts.theme import Theme
from core.neural_tangent_kernel import PARAMETRISATIONS, Growth, ModeCurves, Study

Words = Mapping[str, str]
GAP = 3  # cells between two heat maps
QUARTERS = (0.25, 0.5, 0.75)  # of a heat map: where its axes say where they are
DECADES = (1e-4, 10.0)
MOST_MODES = 6
DASH = [6, 4]


def heat_maps(run: Study, on: str, words: Words, theme: Theme) -> Picture:
    """The kernel on the line: at the start, now, and how far it has moved. One column per width, one scale per column,
    the same for all three rows. ``on`` is what the axes run along: "line" or "circle"."""
    columns_of_maps = []
    for trace in run.traces:
        most = float(np.nanmax(np.abs(trace.start_line))) or 1.0
        moved = np.abs(trace.line - trace.start_line)
        maps = [np.clip(m / most, 0, 1) for m in (moved, trace.line, trace.start_line)]
        columns_of_maps.append(_with_gaps(maps, axis=0))
    image = field_image(_with_gaps(columns_of_maps, axis=1), theme.field)
    rows = [words[f"map_row.{row}"] for row in ("start", "now", "moved")]
    heads = [words.say("width_readout", width=int(width)) for width in run.widths]
    labels = columns(
        text=[*rows, *heads],
        x=np.array([0.0, 0, 0, *((np.arange(3) + 0.5) / 3)]),
        y=np.array([*((np.arange(3) + 0.5) / 3), 0, 0, 0]),
        kind=["row"] * 3 + ["head"] * 3,
        share=np.zeros(6),
    )
    ends, cells = (float(run.task.grid_place[0]), float(run.task.grid_place[-1])), len(run.traces[0].line)
    return Picture(_heat_maps(ends, cells, on, words, theme), {"image": columns(image=[image]), "labels": labels})


def _with_gaps(maps: list[np.ndarray], axis: int) -> np.ndarray:
    """Side by side along the axis, with transparent cells between them."""
    shape = list(maps[0].shape)
    shape[axis] = GAP
    parts = [part for m in maps for part in (m, np.full(shape, np.nan))]
    return np.concatenate(parts[:-1], axis=axis)


def _two_digits(value: float) -> str:
    return f"{value + 0.0:.2g}".replace("-", "−")


def _ticks(ends: tuple[float, float], cells: int, *, down: bool = False) -> dict:
    """An axis from 0 to 1 over three maps side by side: what it says at three places of each. ``down``: from the top,
    where each map is at its high end."""
    places = [(m * (cells + GAP) + share * cells) / (3 * cells + 2 * GAP) for m in range(3) for share in QUARTERS]
    shares = [1 - share if down else share for _ in range(3) for share in QUARTERS]
    said = {f"{p:.3f}": _two_digits(ends[0] + s * (ends[1] - ends[0])) for p, s in zip(places, shares, strict=True)}
    label = f"({json.dumps(said, ensure_ascii=False)})[format(datum.value, '.3f')]"
    return {"values": places, "labelExpr": label, "grid": False, "domain": False}


@lru_cache(maxsize=16)
def _heat_maps(ends: tuple[float, float], cells: int, on: str, words: Words, theme: Theme) -> dict:
    labels, title = alt.Chart(table("labels")), words[f"x_axis.{on}"]
    x = alt.X("x:Q", title=title).scale(domain=[0, 1], nice=False).axis(**_ticks(ends, cells))
    y = alt.Y("y:Q", title=title).scale(domain=[1, 0], nice=False).axis(**_ticks(ends, cells, down=True))
    shares = alt.Color("share:Q", legend=alt.Legend(title=words["map_scale"], format=".0%", gradientLength=120))
    shares = shares.scale(domain=[0, 1], range=list(theme.field))
    style = {"fontSize": 13 * theme.scale, "fontWeight": "bold", "color": theme.text}
    halo = {"stroke": theme.background, "strokeWidth": 4 * theme.scale, "strokeOpacity": 0.75}
    heads = labels.transform_filter("datum.kind == 'head'")
    rows = labels.transform_filter("datum.kind == 'row'")
    layers = [image_layer("image"), labels.mark_point(opacity=0).encode(x=x, y=y, color=shares)]
    for look in (style | halo, style):
        layers.append(heads.mark_text(baseline="top", dy=4, **look).encode(x=x, y=y, text=alt.Text("text:N")))
        layers.append(rows.mark_text(align="left", dx=6, dy=-24, **look).encode(x=x, y=y, text=alt.Text("text:N")))
    return specification(layers, theme)


def mode_decay(found: ModeCurves, words: Words, theme: Theme) -> Picture:
    """Each eigenmode's residual against time on a log axis, with the prediction dashed."""
    shown = min(MOST_MODES, len(found.eigenvalues))
    which = np.unique(np.linspace(0, len(found.eigenvalues) - 1, shown).astype(int))
    at = np.unique(np.searchsorted(found.time, np.linspace(0, found.time[-1], 60)))
    rows = []
    for place, mode in enumerate(which):
        for kind, values in (("measured", found.measured), ("predicted", found.predicted)):
            value = np.minimum(values[at, mode], 1e3 * DECADES[1])  # beyond the axis it need not be told how far
            known = np.isfinite(value) & (value > DECADES[0] / 10)
            if known.any():
                rows.append({"t": found.time[at][known], "value": value[known], "mode": np.array([place]),
                             "step": at[known], "kind": kind})  # fmt: skip
    made = _mode_decay(_time_end(found.time[-1]), words, theme)
    return Picture(made, {"modes": stack(rows, ("t", "value", "mode", "step", "kind"))})


def _time_end(last: float) -> float:
    """Two digits: the axis is as long as the run."""
    return float(f"{max(last, 1e-9):.2g}")


@lru_cache(maxsize=32)
def _mode_decay(last: float, words: Words, theme: Theme) -> dict:
    x = alt.X("t:Q", title=words["t_axis"]).scale(domain=[0, last], nice=False).axis(grid=False, tickCount=6)
    y = alt.Y("value:Q", title=words["mode_axis"]).scale(type="log", domain=list(DECADES), nice=False)
    y = y.axis(format="~g", tickCount=6)
    legend = alt.Legend(title=words["mode_legend"], labelExpr="toNumber(datum.value) + 1", symbolType="stroke")
    colour = alt.Color("mode:O", legend=legend).scale(range=list(theme.series[:MOST_MODES]))
    rows, width = alt.Chart(table("modes")), theme.scale
    measured = rows.transform_filter("datum.kind == 'measured' && datum.step <= frame")
    measured = measured.mark_line(clip=True, strokeWidth=3 * width).encode(x=x, y=y, color=colour)
    predicted = rows.transform_filter("datum.kind == 'predicted'")
    predicted = predicted.mark_line(clip=True, strokeDash=DASH, strokeWidth=1.8 * width, color=theme.theory)
    return specification([measured, predicted.encode(x=x, y=y, detail=alt.Detail("mode:O"))], theme, moves=True)


def growth(found: Growth, words: Words, theme: Theme) -> Picture:
    """The largest eigenvalue of the kernel against the width: level in one parametrisation, rising in the other."""
    rows = [
        {"width": found.widths.astype(float), "value": values, "name": words[f"parametrisation.{name}"]}
        for name, values in zip(PARAMETRISATIONS, found.largest, strict=True)
        if (values > 0).all()
    ]
    return Picture(_growth(words, theme), {"growth": stack(rows, ("width", "value", "name"))})


@lru_cache(maxsize=8)
def _growth(words: Words, theme: Theme) -> dict:
    names = [words[f"parametrisation.{name}"] for name in PARAMETRISATIONS]
    x = alt.X("width:Q", title=words["width_axis"]).scale(type="log", base=2).axis(grid=False, tickCount=6)
    y = alt.Y("value:Q", title=words["lambda_axis"]).scale(type="log").axis(labelExpr=POWERS, tickCount=5)
    colour = alt.Color("name:N", legend=alt.Legend(symbolType="stroke", columns=1)).scale(
        domain=names, range=[theme.theory, theme.series[1]]
    )
    line = alt.Chart(table("growth")).mark_line(strokeWidth=3 * theme.scale, point=True)
    return specification(line.encode(x=x, y=y, color=colour), theme)
