"""The loss by step, beside what was promised of it before the first."""

from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import POWERS, Picture, at_frame, columns, table
from charts.fitted import extent, fitted, template
from charts.legend import named_colours
from charts.polyak_lojasiewicz import Words
from charts.theme import Theme
from core.polyak_lojasiewicz import Study

DECADES = 26  # of the loss: what is below is rounding


def descent(run: Study, words: Words, theme: Theme) -> Picture:
    """The loss by step on a log axis, under the line that was promised and beside the slope (1 − ηK)² of its end."""
    top = 10.0 ** np.ceil(np.log10(max(float(run.walk.loss[0]), 1e-6)) + 0.3)
    low, at = top * 10.0**-DECADES, run.frames
    loss = run.walk.loss[at]
    seen = np.isfinite(loss) & (loss > low)
    last = int(np.flatnonzero(seen)[-1]) if seen.any() else 0
    tables = {
        "loss": columns(step=np.flatnonzero(seen), at=at[seen], loss=loss[seen], last=np.full(seen.sum(), last)),
        "promised": _line(run, promised(run), 0, low),
        "local": _local(run, low),
    }
    return Picture(fitted(_descent(words, theme), low=low, high=top, zero=0.0, steps=float(run.steps)), tables)


def promised(run: Study) -> float:
    """The theorem's 1 − ημ; of a step longer than 1/β, for which that is too much, what is promised of it."""
    return max(1 - run.walk.step_size * run.certificate.mu, run.certificate.rate)


def _local(run: Study, low: float) -> pa.Table:
    """The late slope, through the loss three quarters of the way down; no rows where it has not arrived."""
    above = np.flatnonzero(run.walk.loss > max(low, run.floor))
    if not run.landed or len(above) < 4:
        return columns(at=np.zeros(0), loss=np.zeros(0))
    return _line(run, run.slope, int(above[3 * len(above) // 4]), low)


def _line(run: Study, factor: float, through: int, low: float) -> pa.Table:
    """A decay by that factor in each step, through the loss at one of them, as far as the picture goes."""
    if not 0 < factor < 1 or not run.walk.loss[through] > 0:  # also nan
        return columns(at=np.zeros(0), loss=np.zeros(0))
    at = np.linspace(0, run.walk.last, 60)
    height = np.log(float(run.walk.loss[through])) + (at - through) * np.log(factor)
    inside = height > np.log(low)
    return columns(at=at[inside], loss=np.exp(height[inside]))


@lru_cache(maxsize=16)
def _descent(words: Words, theme: Theme) -> str:
    x = alt.X("at:Q", title=words["step_axis"]).axis(tickCount=5)
    x = x.scale(domain=extent("zero", "steps"), nice=False)
    y = alt.Y("loss:Q", title=words["loss_axis"]).scale(type="log", domain=extent("low", "high"), nice=False)
    y = y.axis(labelExpr=POWERS, tickCount=7)
    colours = {"loss": theme.measured, "promised": theme.theory, "local": theme.series[1]}
    named = named_colours(words, theme, colours, across=3)
    loss = alt.Chart(table("loss"))
    whole = loss.mark_circle(size=12 * theme.scale**2, opacity=0.3, clip=True).encode(x=x, y=y)
    so_far = loss.transform_filter("datum.step <= frame").mark_circle(size=26 * theme.scale**2, opacity=0.75, clip=True)
    now = loss.transform_filter(at_frame())
    ball = now.mark_circle(size=120 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5, clip=True)
    width = 2.6 * theme.scale
    lines = {
        "promised": alt.Chart(table("promised")).mark_line(clip=True, strokeWidth=width),
        "local": alt.Chart(table("local")).mark_line(clip=True, strokeWidth=width, strokeDash=[7, 5]),
    }
    layers = [
        named(whole, "loss"),
        named(so_far.encode(x=x, y=y), "loss"),
        *(named(line.encode(x=x, y=y), role) for role, line in lines.items()),
        named(ball.encode(x=x, y=y), "loss"),
    ]
    return template(layers, theme, moves=True)
