"""Everything against log λ: coefficients, errors, degrees of freedom and the budget θ, with the λ that is on."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, nice, specification, stack, table
from charts.theme import Theme
from core.weight_decay import GRID, Prepared, Study

Words = Mapping[str, str]
PANELS = ("coefficients", "error", "freedom", "budget")
MOST_LINES, NAMED, MOST_NAMED = 12, 6, 20  # coefficients drawn; with names at their lines; of how many at most
FLOOR = 1e-12


def largest(prepared: Prepared, count: int = MOST_LINES) -> np.ndarray:
    """The columns with the largest coefficients under the smallest penalty drawn."""
    return np.argsort(-np.abs(prepared.path.coefficients[0]), kind="stable")[:count]


def curve(
    run: Study, panel: str, names: Sequence[str], words: Words, theme: Theme, *, until: float = math.inf
) -> Picture:
    """One panel. ``names``: what the columns are called; ``until``: the λ at which the lines end."""
    lines, now = _lines(run, panel, names, words)
    low, high, is_log = _domain(lines, panel, run)
    made = _curve(panel, low, high, is_log, tuple(lines), words, theme)
    floor = low / 3 if is_log else -math.inf
    rows = [{"x": GRID, "value": np.maximum(values, floor), "name": name} for name, values in lines.items()]
    rows = [_known(row, until) for row in rows]
    at = max(run.penalty, GRID[0])
    marked = {name: value for name, value in now.items() if math.isfinite(value)}
    named = [name for name in list(lines)[:NAMED] if panel == "coefficients" and len(names) <= MOST_NAMED]
    return Picture(
        made,
        {
            "curves": stack(rows, ("x", "value", "name")),
            "now": columns(
                x=np.full(len(marked), at), value=np.maximum(list(marked.values()), floor), name=list(marked)
            ),
            "here": columns(x=[at]),
            "labels": columns(x=np.full(len(named), GRID[0]), value=[lines[n][0] for n in named], name=named),
        },
    )


def _known(row: dict, until: float) -> dict:
    known = np.isfinite(row["value"]) & (row["x"] <= until)
    return {"x": row["x"][known], "value": row["value"][known], "name": row["name"]}


def _lines(
    run: Study, panel: str, names: Sequence[str], words: Words
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The curves by name, and each curve's value at the λ that is on."""
    kept = run.prepared
    if panel == "coefficients":
        shown = largest(kept)
        return (
            {names[j]: kept.path.coefficients[:, j] for j in shown},
            {names[j]: float(run.w[j]) for j in shown},
        )
    if panel == "error":
        curves = {"training": kept.path.training_error, "validation": kept.validation_error}
        curves["left_out"] = kept.left_out_error
        here = {name: _between(run.penalty, values) for name, values in curves.items()}
        if not math.isnan(run.validation_error):
            here["validation"] = run.validation_error
        return ({words[f"curve.{n}"]: v for n, v in curves.items()}, {words[f"curve.{n}"]: v for n, v in here.items()})
    values, now = {
        "freedom": (kept.path.degrees_of_freedom, run.degrees_of_freedom),
        "budget": (kept.path.norm_squared, run.radius_squared),
    }[panel]
    name = words[f"curve.{panel}"]
    return {name: values}, {name: now}


def _between(penalty: float, values: np.ndarray) -> float:
    return float(np.interp(math.log(max(penalty, GRID[0])), np.log(GRID), values))


def _domain(lines: Mapping[str, np.ndarray], panel: str, run: Study) -> tuple[float, float, bool]:
    """What the axis reaches: for all λ, so that it stays while λ moves."""
    values = np.concatenate([v[np.isfinite(v)] for v in lines.values()] or [np.zeros(1)])
    if panel == "coefficients":
        low, high = (float(v) for v in (values.min(initial=0.0), values.max(initial=0.0)))
        return (-nice(-1.1 * low) if low < 0 else 0.0), nice(1.15 * high), False
    if panel == "error":
        ends = [v[-1] for v in lines.values() if np.isfinite(v[-1])]  # what predicting nothing costs
        return 0.0, nice(1.12 * max(ends, default=1.0)), False
    if panel == "freedom":
        return 0.0, float(max(1, run.prepared.spectrum.rank)), False
    high = max(float(values.max(initial=0.0)), FLOOR)
    low = max(float(values.min(initial=1.0)), high * 1e-9, FLOOR * 1e-3)
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high) + 1e-9), True


@lru_cache(maxsize=128)
def _curve(
    panel: str, low: float, high: float, is_log: bool, names: tuple[str, ...], words: Words, theme: Theme
) -> dict:
    x = penalty_axis(words)
    scale = {"type": "log"} if is_log else {"zero": False}
    y = alt.Y("value:Q", title=words[f"panel_axis.{panel}"]).scale(domain=[low, high], nice=False, **scale)
    y = y.axis(labelExpr=POWERS, tickCount=6) if is_log else y.axis(tickCount=6)
    colour = _colour(panel, names, theme)
    lines = alt.Chart(table("curves")).mark_line(clip=True).encode(x=x, y=y, color=colour)
    rule = alt.Chart(table("here")).mark_rule(color=theme.theory, strokeDash=[6, 4], strokeWidth=2.2 * theme.scale)
    dots = alt.Chart(table("now")).mark_circle(
        clip=True, size=110 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.2
    )
    style = {"align": "left", "dx": 4, "dy": -8 * theme.scale, "clip": True}
    label = alt.Chart(table("labels")).mark_text(fontSize=12 * theme.scale, **style)
    named = label.encode(x=x, y=y, text=alt.Text("name:N"), color=colour)
    return specification([lines, rule.encode(x=x), dots.encode(x=x, y=y, color=colour), named], theme)


def _colour(panel: str, names: tuple[str, ...], theme: Theme) -> alt.Color:
    """Errors have the colours of their roles; a single curve is measured; coefficients are told apart."""
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1) if panel == "error" else None
    if panel == "coefficients":
        range_ = [theme.series[i % len(theme.series)] for i in range(len(names))]
    else:
        range_ = [theme.train, theme.test, theme.series[2]][: len(names)] if panel == "error" else [theme.measured]
    return alt.Color("name:N", legend=legend).scale(domain=list(names), range=range_)


def penalty_axis(words: Words) -> alt.X:
    """λ on a log axis, the same on every picture of the page."""
    x = alt.X("x:Q", title=words["penalty_axis"]).scale(type="log", domain=[1e-4, 1e3], nice=False)
    return x.axis(grid=False, values=[10.0**k for k in range(-4, 4)], format="~g", labelOverlap=True)
