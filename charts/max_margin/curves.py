"""The four curves of a run over log time, each with its limit law, and what is left when the law is taken away."""

import math
from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import POWERS, Picture, at_frame, columns, nice, specification, table
from charts.fitted import extent, fitted, template
from charts.theme import Theme
from core.max_margin import Study, law_residual, measured, of_steps, predicted

Words = Mapping[str, str]
Range = tuple[float, float]
CLOCKS = {"time": (-2.0, 12.0), "step": (0.0, 4.0)}  # log₁₀ of what the player runs through
FLOOR = 1e-9


def curve(run: Study, whole: Study, name: str, validation: np.ndarray | None, words: Words, theme: Theme) -> Picture:
    """One of the four curves over log time, with its limit law dashed and the optimiser's own steps as dots.

    ``whole`` is the run to the end of its clock: the axes are made for it, and stay while less of it is shown.
    """
    domain, is_log = _domain(whole, name)
    kind = _curve(run.clock, name, is_log, run.street.margin is not None, words, theme)
    made = fitted(kind, low=domain[0], high=domain[1])
    shown = {"x": np.log10(run.at), "step": np.arange(len(run.at)), "last": len(run.at) - 1}
    tables = {
        "curve": _held(shown | {"value": measured(run)[name]}, domain, is_log),
        "law": _held({"x": shown["x"], "value": predicted(run)[name], "step": 0, "last": 0}, domain, is_log),
        "steps": _held(_steps(run, name), domain, is_log),
        "validation": _held(shown | {"value": _validation(run, name, validation)}, domain, is_log),
    }
    return Picture(made, tables)


def _steps(run: Study, name: str) -> dict[str, np.ndarray]:
    """The optimiser's own steps that lie within the time shown, each in the frame at whose time it was taken."""
    if run.steps is None:
        return {"x": np.zeros(0), "value": np.zeros(0), "step": np.zeros(0, int), "last": 0}
    times = run.step_size * run.steps.step
    seen = np.flatnonzero((times >= run.at[0]) & (times <= run.at[-1]))[::4]
    frames = np.searchsorted(run.at, times[seen])
    return {"x": np.log10(times[seen]), "value": of_steps(run)[name][seen], "step": frames, "last": 0}


def _validation(run: Study, name: str, point: np.ndarray | None) -> np.ndarray:
    """log₁₀ of the logistic loss of a point that was not trained on; nothing on the other panels."""
    if point is None or name != "loss":
        return np.full(len(run.at), np.nan)
    u = run.w @ point
    return np.where(u > 30, -u / np.log(10), np.log10(np.logaddexp(0, -np.minimum(u, 30))))


def _held(rows: dict, domain: Range, is_log: bool) -> pa.Table:
    """Only what is a number; what lies below a log axis, just below it."""
    value = np.asarray(rows["value"], float)
    known = np.isfinite(value)
    value = np.maximum(value[known], domain[0] / 3) if is_log else value[known]
    full = {name: np.broadcast_to(column, known.shape)[known] for name, column in rows.items() if name != "value"}
    return columns(**full, value=value)


def _domain(whole: Study, name: str) -> tuple[Range, bool]:
    """What the axis reaches, and whether it is logarithmic."""
    values = measured(whole)[name]
    values = values[np.isfinite(values)]
    if name == "loss":
        low, high = (float(values.min()), float(values.max())) if len(values) else (-1.0, 0.0)
        return (-nice(-low) if low < 0 else 0.0, max(2.0, math.ceil(high))), False
    if name == "norm" and not whole.loss.tail:
        return (0.0, nice(1.02 * float(values.max())) if len(values) else 1.0), False
    positive = values[values > FLOOR]
    if not len(positive):
        return (1e-3, 1.0), True
    high = 10.0 ** math.ceil(math.log10(positive.max()) - 1e-9)
    return (max(10.0 ** math.floor(math.log10(positive.min())), high * 1e-6), high), True


@lru_cache(maxsize=64)
def _curve(clock: str, name: str, is_log: bool, has_street: bool, words: Words, theme: Theme) -> str:
    x = alt.X("x:Q", title=words[f"clock_axis.{clock}"]).scale(domain=list(CLOCKS[clock]), nice=False)
    title = words[f"panel_axis.{name}" if has_street or name != "distance" else "panel_axis.rest"]
    scale = {"type": "log"} if is_log else {"zero": False}
    y = alt.Y("value:Q", title=title).scale(domain=extent("low", "high"), nice=False, **scale)
    y = y.axis(labelExpr=POWERS, tickCount=6) if is_log else y.axis(tickCount=6)
    x, rows = x.axis(tickCount=8, grid=False), alt.Chart(table("curve"))
    whole = rows.mark_line(clip=True, opacity=0.22, color=theme.measured).encode(x=x, y=y, order=alt.Order("step:Q"))
    so_far = rows.transform_filter("datum.step <= frame").mark_line(clip=True, color=theme.measured)
    law = alt.Chart(table("law")).mark_line(
        clip=True, color=theme.theory, strokeDash=[7, 5], strokeWidth=2.6 * theme.scale
    )
    dots = (
        alt.Chart(table("steps"))
        .transform_filter("datum.step <= frame")
        .mark_point(clip=True, filled=False, size=38 * theme.scale**2, color=theme.text, opacity=0.75, strokeWidth=1.2)
    )
    other = (
        alt.Chart(table("validation"))
        .transform_filter("datum.step <= frame")
        .mark_line(clip=True, color=theme.series[3])
    )
    ball = rows.transform_filter(at_frame()).mark_circle(
        clip=True, size=130 * theme.scale**2, opacity=1, color=theme.measured, stroke=theme.background, strokeWidth=1.5
    )
    layers = [layer.encode(x=x, y=y) for layer in (dots, other, law, ball)]
    so_far = so_far.encode(x=x, y=y, order=alt.Order("step:Q"))
    return template([whole, so_far, *layers], theme, moves=True)


def residual(run: Study, rate: float, words: Words, theme: Theme) -> Picture:
    """What is left of w when the law is taken away, on log axes, with the predicted power of t through its end."""
    left = law_residual(run)
    known = np.flatnonzero(np.isfinite(left) & (left > 0))
    low = 10.0 ** math.floor(math.log10(max(left[known].min(), 1e-9)))
    high = 10.0 ** math.ceil(math.log10(left[known].max()))
    made = _residual((low, high), words, theme)
    line = left[-1] * (run.at / run.at[-1]) ** -rate
    inside = (line < high) & (run.at >= 1)
    shown = {"x": np.log10(run.at)[known], "step": known, "last": len(run.at) - 1, "value": left[known]}
    law = columns(x=np.log10(run.at)[inside], value=line[inside])
    return Picture(made, {"curve": _held(shown, (low, high), True), "law": law})


@lru_cache(maxsize=32)
def _residual(domain: Range, words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title=words["clock_axis.time"]).scale(domain=list(CLOCKS["time"]), nice=False).axis(grid=False)
    y = alt.Y("value:Q", title=words["residual_axis"]).scale(type="log", domain=list(domain), nice=False)
    y = y.axis(labelExpr=POWERS, tickCount=7)
    rows = alt.Chart(table("curve"))
    line = rows.transform_filter("datum.step <= frame").mark_line(clip=True, color=theme.measured).encode(x=x, y=y)
    law = alt.Chart(table("law")).mark_line(
        clip=True, color=theme.theory, strokeDash=[7, 5], strokeWidth=2.6 * theme.scale
    )
    ball = rows.transform_filter(at_frame()).mark_circle(clip=True, size=130 * theme.scale**2, color=theme.measured)
    return specification([line, law.encode(x=x, y=y), ball.encode(x=x, y=y)], theme, moves=True)
