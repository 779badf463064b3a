"""What many networks say together: exponents against the width, an ensemble against its process, lazy against rich."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, specification, stack, table
from charts.neural_tangent_kernel import BAND, across, readout_layers, upward
from charts.neural_tangent_kernel.lines import frame_table, unrolled
from charts.theme import Theme
from core.neural_tangent_kernel import MEASURES, EnsembleStudy, Laziness, Task, WidthSweep

Words = Mapping[str, str]
DASH = [6, 4]
ENSEMBLE_LINES = ("found", "below", "above", "mean", "low", "high")
SWEPT = (0.02, 2.0)
DRIFTS = (1e-4, 10.0)


def exponents(sweep: WidthSweep, words: Words, theme: Theme) -> Picture:
    """Everything that was measured, as a share of its value at the narrowest width, on log axes, with the powers of n
    that theory knows."""
    first, last = float(sweep.widths[0]), float(sweep.widths[-1])
    rows = []
    for measure in MEASURES:
        values = sweep.measured(measure)
        known = np.isfinite(values) & (values > 0)
        if known[0]:
            widths = sweep.widths[known].astype(float)
            rows.append({"width": widths, "value": values[known] / values[0], "name": words[f"measure.{measure}"]})
    ends, powers = np.array([first, last]), sorted(set(MEASURES.values()))
    laws = [{"width": ends, "value": (ends / first) ** power, "power": np.array([power])} for power in powers]
    tables = {"measured": stack(rows, ("width", "value", "name")), "laws": stack(laws, ("width", "value", "power"))}
    return Picture(_exponents(words, theme), tables)


@lru_cache(maxsize=8)
def _exponents(words: Words, theme: Theme) -> dict:
    names = [words[f"measure.{measure}"] for measure in MEASURES]
    x = alt.X("width:Q", title=words["width_axis"]).scale(type="log", base=2, domain=[7, 290], nice=False)
    y = alt.Y("value:Q", title=words["sweep_axis"]).scale(type="log", domain=list(SWEPT), nice=False)
    x, y = x.axis(grid=False, values=[8, 16, 32, 64, 128, 256]), y.axis(format="~g", tickCount=5)
    colour = alt.Color("name:N", legend=alt.Legend(columns=2, symbolType="circle")).scale(
        domain=names, range=list(theme.series[: len(names)])
    )
    rows = alt.Chart(table("measured")).mark_line(clip=True, point={"size": 70}, strokeWidth=2.4 * theme.scale)
    laws = alt.Chart(table("laws")).mark_line(
        clip=True, strokeDash=DASH, strokeWidth=2.4 * theme.scale, color=theme.theory
    )
    return specification(
        [rows.encode(x=x, y=y, color=colour), laws.encode(x=x, y=y, detail=alt.Detail("power:O"))], theme
    )


def ensemble(found: EnsembleStudy, task: Task, on: str, readout: list[str], words: Words, theme: Theme) -> Picture:
    """Mean and band of the networks, over those of the Gaussian process, at each frame."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean, spread = found.outputs.mean(axis=0), BAND * found.outputs.std(axis=0, ddof=int(len(found.outputs) > 1))
        process = [found.mean + side * BAND * found.deviation for side in (-1, 1)]
    half = 1.7 * max(float(np.abs(task.y).max(initial=0)), task.size, 0.2)
    half = float(f"{half:.2g}")
    lines = dict(zip(ENSEMBLE_LINES, (mean, mean - spread, mean + spread, found.mean, *process), strict=True))
    places = float(task.grid_place[0]), float(task.grid_place[-1]), len(task.grid_place)
    tables = {"frames": frame_table(lines, 2 * half, readout=readout), "samples": columns(at=task.place, y=task.y)}
    return Picture(_ensemble(places, half, on, words, theme), tables)


@lru_cache(maxsize=32)
def _ensemble(places, half: float, on: str, words: Words, theme: Theme) -> dict:
    x, y = across(places, on, words), upward(words["f_axis"], (-half, half))
    rows, width = unrolled("frames", ENSEMBLE_LINES, places), theme.scale
    process = rows.mark_area(clip=True, color=theme.theory, opacity=0.16).encode(x=x, y=y("low"), y2=alt.Y2("high:Q"))
    layers = [process]
    for column in ("below", "above"):
        edge = rows.mark_line(clip=True, color=theme.measured, strokeWidth=1.6 * width)
        layers.append(edge.encode(x=x, y=y(column)))
    found = rows.mark_line(clip=True, color=theme.measured, strokeWidth=3 * width)
    mean = rows.mark_line(clip=True, color=theme.theory, strokeDash=DASH, strokeWidth=2.4 * width)
    samples = alt.Chart(table("samples")).mark_circle(clip=True, size=75 * width**2, opacity=1, color=theme.train)
    layers += [found.encode(x=x, y=y("found")), mean.encode(x=x, y=y("mean")), samples.encode(x=x, y=y("y"))]
    return specification([*layers, *readout_layers(theme)], theme, moves=True)


def lazy_or_rich(found: Laziness, scale: float, words: Words, theme: Theme) -> Picture:
    """How far the kernel moves against the output scale, one line per width; the settings' own scale is marked."""
    rows = [
        {"scale": found.scales[known], "value": row[known], "name": words.say("width_readout", width=int(width))}
        for width, row in zip(found.widths, found.drift, strict=True)
        if (known := np.isfinite(row) & (row > 0)).any()
    ]
    law = np.array([found.scales[-4], found.scales[-1]])
    known = np.isfinite(found.drift[-1]) & (found.drift[-1] > 0)
    through = float(found.drift[-1, -1]) if known[-1] else np.nan
    slope = columns(scale=law[: 2 * known[-1]], value=(through * law[-1] / law)[: 2 * known[-1]])
    names = tuple(row["name"] for row in rows)
    tables = {"drift": stack(rows, ("scale", "value", "name")), "law": slope, "here": columns(scale=[scale])}
    return Picture(_lazy_or_rich(names, words, theme), tables)


@lru_cache(maxsize=16)
def _lazy_or_rich(names: tuple[str, ...], words: Words, theme: Theme) -> dict:
    x = alt.X("scale:Q", title=words["scale_axis"]).scale(type="log", domain=[0.025, 36], nice=False)
    y = alt.Y("value:Q", title=words["drift_axis"]).scale(type="log", domain=list(DRIFTS), nice=False)
    x, y = x.axis(format="~g", grid=False, tickCount=4), y.axis(format="~g", tickCount=5)
    colour = alt.Color("name:N").scale(domain=list(names), range=list(theme.series[: len(names)]))
    lines = alt.Chart(table("drift")).mark_line(clip=True, point=True, strokeWidth=3 * theme.scale)
    law = alt.Chart(table("law")).mark_line(clip=True, color=theme.theory, strokeDash=DASH, strokeWidth=2 * theme.scale)
    border = alt.Chart(table("here")).mark_rule(color=theme.quiet, strokeDash=[2, 3]).encode(y=alt.YDatum(0.1))
    here = alt.Chart(table("here")).mark_rule(color=theme.text, opacity=0.5, strokeWidth=1.5 * theme.scale)
    return specification([border, here.encode(x=x), law.encode(x=x, y=y), lines.encode(x=x, y=y, color=colour)], theme)
