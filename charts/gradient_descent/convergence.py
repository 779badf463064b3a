"""How fast the ball gets down: height above the minimum against the step, beside the rate that theory predicts."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, at_frame, stack, table
from charts.fitted import blank, extent, fitted, template
from charts.gradient_descent import Runs, Words, method_colour
from charts.theme import Theme
from core.gradient_descent import Descent, Rate, Roll
from core.surfaces.surface import Surface

CLIMB = 1e3  # above the picture's usual top: where a run that comes down again may have been


def convergence(
    surface: Surface, runs: Runs, rates: Mapping[str, Rate], words: Words, theme: Theme, steps: int
) -> Picture:
    """Height above the minimum against the step, on a log axis, with the predicted decay dashed, by method."""
    gaps = {method: _gap(surface, run) for method, run in runs.items()}
    heights = _decades(gaps.values())
    kind = _convergence(tuple(runs), bool(np.isfinite(surface.minimum)), words, theme)
    made = fitted(kind, low=heights[0], high=heights[1], steps=steps)
    rows = [_gap_rows(gap, heights[0]) | {"method": words[f"methods.{method}"]} for method, gap in gaps.items()]
    lines = [_rate_line(gaps[method], rate, heights) | {"method": method} for method, rate in rates.items()]
    return Picture(
        made,
        {"gaps": stack(rows, ("step", "gap", "last", "method")), "rates": stack(lines, ("step", "gap", "method"))},
    )


def _gap(surface: Surface, run: Descent | Roll) -> np.ndarray:
    """f − f*, with f* the minimum that the run ends at, or else the lowest; on a surface without one, |f|."""
    if not np.isfinite(surface.minimum):
        return np.abs(run.value)
    end = int(np.flatnonzero(np.isfinite(run.value))[-1])
    away = np.linalg.norm(surface.minimizers - run.path[end], axis=1)
    reached = isinstance(run, Descent) and away.min() < 0.02 * surface.width
    lowest = surface.value(surface.minimizers[away.argmin()]) if reached else surface.minimum
    return np.maximum(run.value - lowest, 0.0)


def _gap_rows(gap: np.ndarray, floor: float) -> dict:
    """A row a step, as far as a log axis can show it: up to the first step at or below the floor."""
    known = np.flatnonzero(np.isfinite(gap))
    below = np.flatnonzero(gap[known] <= floor)
    settled = len(below) and (gap[known[below[0]] :] <= floor).all()
    shown = known[: below[0]] if settled else known[gap[known] > floor]
    last = int(shown[-1]) if len(shown) else 0
    return {"step": shown, "gap": gap[shown], "last": last}


def _decades(gaps) -> tuple[float, float]:
    """Whole decades around the start and what follows it, fourteen: steady while a slider moves. With room for who
    climbs before the descent; who flies off leaves the picture."""
    gaps = list(gaps)
    start = max((float(gap[0]) for gap in gaps), default=1.0)
    top = 10.0 ** np.ceil(np.log10(max(start, 1e-6)) + 1)
    climb = max((float(np.nanmax(gap, initial=0.0)) for gap in gaps), default=0.0)
    if top < climb <= CLIMB * top:
        top = 10.0 ** np.ceil(np.log10(climb))
    return top * 1e-14, top


def _rate_line(gap: np.ndarray, rate: Rate, heights: tuple[float, float]) -> dict:
    """The predicted decay, through the run's height four fifths of the way to where it ends or vanishes."""
    alive = np.flatnonzero(gap > heights[0])
    if len(alive) < 3 or not 0 < rate.factor < np.inf:
        return {"step": np.zeros(0), "gap": np.zeros(0)}
    anchor = int(alive[(4 * len(alive)) // 5])
    step = np.unique(np.linspace(alive[-1] // 10, alive[-1], 40).round())
    line = gap[anchor] * (rate.distance(step) / rate.distance(float(anchor))) ** 2
    inside = (line > heights[0]) & (line < heights[1])
    return {"step": step[inside], "gap": line[inside]}


@lru_cache(maxsize=32)
def _convergence(methods: tuple[str, ...], bounded: bool, words: Words, theme: Theme) -> str:
    title = words["gap_axis"] if bounded else words["height_axis"]
    x = alt.X("step:Q", title=words["step_axis"]).scale(domain=[0, blank("steps")], nice=False).axis(tickCount=5)
    y = alt.Y("gap:Q", title=title).scale(type="log", domain=extent("low", "high"), nice=False)
    y = y.axis(labelExpr=POWERS, tickCount=7)
    colour = method_colour(methods, words, theme).legend(None)
    gaps = alt.Chart(table("gaps"))
    so_far = gaps.transform_filter("datum.step <= frame").mark_line(clip=True).encode(x=x, y=y, color=colour)
    whole = gaps.mark_line(clip=True, opacity=0.22).encode(x=x, y=y, color=colour)
    now = gaps.transform_filter(at_frame())
    ball = now.mark_circle(
        clip=True, size=130 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5
    ).encode(x=x, y=y, color=colour)
    predicted = (
        alt.Chart(table("rates"))
        .mark_line(clip=True, color=theme.theory, strokeDash=[7, 5], strokeWidth=2.6 * theme.scale)
        .encode(x=x, y=y, detail=alt.Detail("method:N"))
    )
    return template([whole, so_far, predicted, ball], theme, moves=True)
