"""The closer looks: shares kept by direction, three fits, three optimisers with nothing to learn, forgetting, doors."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, nice, specification, stack, table
from charts.theme import Theme
from charts.weight_decay.curves import penalty_axis
from core.weight_decay import DOORS, OPTIMISERS, RISK_RATIO, Doors, Forgetting, PolynomialFit, Study

Words = Mapping[str, str]
MOST_BARS, MOST_POINTS = 60, 120
ERRORS = (1e-3, 1e3)  # of the demonstration's error axis


def factors(run: Study, words: Words, theme: Theme) -> Picture:
    """What each principal direction keeps of its least-squares coefficient: d²/(d² + nλ)."""
    found = run.prepared.spectrum
    kept, curvature = found.kept(run.penalty)[:MOST_BARS], found.curvature[:MOST_BARS]
    place = np.arange(1, len(kept) + 1)
    rows = columns(x=place, value=kept, low=np.zeros(len(kept)))
    size = columns(x=place, value=curvature / (curvature.max(initial=0.0) or 1.0))
    return Picture(_factors(max(1, len(kept)), words, theme), {"kept": rows, "curvature": size})


@lru_cache(maxsize=32)
def _factors(count: int, words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title=words["direction_axis"]).scale(domain=[0.4, count + 0.6], nice=False)
    x = x.axis(grid=False, tickMinStep=1, format="d")
    y = alt.Y("value:Q", title=words["kept_axis"]).scale(domain=[0, 1], nice=False)
    bars = alt.Chart(table("kept")).mark_bar(color=theme.measured, width=alt.expr(f"0.7 * width / {count + 0.2}"))
    size = alt.Chart(table("curvature")).mark_line(
        color=theme.quiet, strokeDash=[4, 4], point={"color": theme.quiet, "size": 30}
    )
    return specification([bars.encode(x=x, y=y, y2=alt.Y2("low:Q")), size.encode(x=x, y=y)], theme)


def polynomial(fit: PolynomialFit, free: PolynomialFit, words: Words, theme: Theme) -> Picture:
    """The points, the cubic that made them, the fit under the penalty, and thin the fit without any."""
    low, high = float(min(fit.truth.min(), fit.y.min())), float(max(fit.truth.max(), fit.y.max()))
    made = _polynomial(_outwards(low, -1), _outwards(high, 1), words, theme)
    held = np.clip(free.value, -1e6, 1e6)
    curves = {"truth": fit.truth, "fit": fit.value, "free": held}
    rows = [{"x": fit.at, "value": values, "name": words[f"fit.{name}"]} for name, values in curves.items()]
    return Picture(made, {"points": columns(x=fit.x, value=fit.y), "curves": stack(rows, ("x", "value", "name"))})


def _outwards(value: float, sign: int) -> float:
    """The end of an axis: a round number beyond the value, so that it moves seldom."""
    return sign * nice(sign * value * 1.05) if sign * value > 0 else 0.0


@lru_cache(maxsize=32)
def _polynomial(low: float, high: float, words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title="x").scale(zero=False).axis(grid=False, tickCount=5)
    y = alt.Y("value:Q", title="y").scale(domain=[low, high], nice=False).axis(tickCount=5)
    names = [words[f"fit.{name}"] for name in ("truth", "fit", "free")]
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1)
    colour = alt.Color("name:N", legend=legend).scale(domain=names, range=[theme.theory, theme.measured, theme.quiet])
    dash = alt.StrokeDash("name:N", legend=legend).scale(domain=names, range=[[7, 5], [1, 0], [1, 0]])
    points = alt.Chart(table("points")).mark_circle(clip=True, color=theme.train, size=30 * theme.scale**2, opacity=0.6)
    curves = alt.Chart(table("curves")).mark_line(clip=True).encode(x=x, y=y, color=colour, strokeDash=dash)
    return specification([points.encode(x=x, y=y), curves], theme)


def nothing_to_learn(w: Mapping[str, np.ndarray], words: Words, theme: Theme) -> Picture:
    """Share left of two coordinates under each optimiser with zero gradient: one was small, one was large."""
    rows = []
    for optimiser, path in w.items():
        steps = np.unique(np.round(np.linspace(0, len(path) - 1, min(len(path), MOST_POINTS))).astype(int))
        for place, size in enumerate(("small", "large")):
            share = path[steps, place] / path[0, place]
            seen = np.isfinite(share) & (np.abs(share) < 1e3)
            name = words.say("left_of", optimiser=words[f"optimiser.{optimiser}"], size=words[f"size.{size}"])
            rows.append({"x": steps[seen], "value": share[seen], "name": name})
    values = np.concatenate([row["value"] for row in rows])
    low = -1.0 if values.min(initial=0.0) < -0.02 else 0.0
    names = tuple(row["name"] for row in rows)
    return Picture(_nothing_to_learn(names, low, words, theme), {"left": stack(rows, ("x", "value", "name"))})


@lru_cache(maxsize=32)
def _nothing_to_learn(names: tuple[str, ...], low: float, words: Words, theme: Theme) -> dict:
    x = alt.X("x:Q", title=words["step_axis"]).axis(grid=False, tickMinStep=1)
    y = alt.Y("value:Q", title=words["left_axis"]).scale(domain=[low, 1.05], nice=False)
    tones = [theme.measured, theme.series[1], theme.series[2]]
    colours = [tone for tone in tones[: len(OPTIMISERS)] for _ in range(2)]
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1, columns=2)
    colour = alt.Color("name:N", legend=legend).scale(domain=list(names), range=colours)
    dashes = [[1, 0], [8, 5]] + [[3, 3], [8, 8]] * 2
    dash = alt.StrokeDash("name:N", legend=legend).scale(domain=list(names), range=dashes)
    lines = alt.Chart(table("left")).mark_line(clip=True, strokeWidth=3 * theme.scale)
    return specification(lines.encode(x=x, y=y, color=colour, strokeDash=dash), theme)


def norms(runs: Sequence[Forgetting], words: Words, theme: Theme) -> Picture:
    """‖w‖ by epoch in the demonstration, and the law of forgetting."""
    return _epochs(runs, "norm", (1e-2, 1e2), words, theme)


def errors(runs: Sequence[Forgetting], words: Words, theme: Theme) -> Picture:
    """The error on fresh rows by epoch, and that of the same penalty without a random start."""
    return _epochs(runs, "error", ERRORS, words, theme)


def _epochs(runs: Sequence[Forgetting], what: str, domain: tuple[float, float], words: Words, theme: Theme) -> Picture:
    names = [words.say("demo_penalty", penalty=float(run.penalty)) for run in runs]
    measured, law = [], []
    for name, run in zip(names, runs, strict=True):
        values = run.norm if what == "norm" else run.error
        theory = run.predicted_norm if what == "norm" else np.full(len(values), run.from_zero)
        for rows, curve in ((measured, values), (law, theory)):
            seen = np.isfinite(curve) & (curve > 0)
            rows.append({"x": np.flatnonzero(seen), "value": np.clip(curve[seen], domain[0] / 3, 1e9), "name": name})
    shown = ("x", "value", "name")
    made = _by_epoch(what, domain, len(runs), tuple(names), words, theme)
    return Picture(made, {"measured": stack(measured, shown), "law": stack(law, shown)})


@lru_cache(maxsize=32)
def _by_epoch(
    what: str, domain: tuple[float, float], count: int, names: tuple[str, ...], words: Words, theme: Theme
) -> dict:
    x = alt.X("x:Q", title=words["epoch_axis"]).scale(domain=[0, 100]).axis(grid=False)
    y = alt.Y("value:Q", title=words[f"demo_axis.{what}"]).scale(type="log", domain=list(domain), nice=False)
    y = y.axis(format="~g", values=[10.0**k for k in range(-3, 4)])
    tones = [theme.measured, theme.series[2], theme.series[1]][:count]
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1)
    colour = alt.Color("name:N", legend=legend).scale(domain=list(names), range=tones)
    lines = alt.Chart(table("measured")).mark_line(clip=True, strokeWidth=3 * theme.scale)
    law = alt.Chart(table("law")).mark_line(clip=True, color=theme.theory, strokeDash=[6, 5])
    return specification(
        [lines.encode(x=x, y=y, color=colour), law.encode(x=x, y=y, detail=alt.Detail("name:N"))], theme
    )


def four_errors(found: Doors, penalty: float, words: Words, theme: Theme) -> Picture:
    """Validation error behind each door at matched knobs."""
    high = nice(1.12 * max(float(found.error["ridge"][-1]), 1e-9))
    rows = [
        {"x": found.penalty, "value": np.minimum(found.error[door], 1e6), "name": words[f"door.{door}"]}
        for door in DOORS
    ]
    made = _four_errors(high, words, theme)
    return Picture(made, {"doors": stack(rows, ("x", "value", "name")), "here": columns(x=[max(penalty, 1e-4)])})


@lru_cache(maxsize=32)
def _four_errors(high: float, words: Words, theme: Theme) -> dict:
    x, y = penalty_axis(words), alt.Y("value:Q", title=words["panel_axis.error"])
    y = y.scale(domain=[0, high], nice=False)
    names = [words[f"door.{door}"] for door in DOORS]
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1, columns=2)
    tones = [theme.measured, theme.series[1], theme.series[3], theme.quiet]
    colour = alt.Color("name:N", legend=legend).scale(domain=names, range=tones)
    dash = alt.StrokeDash("name:N", legend=legend).scale(domain=names, range=[[1, 0], [1, 0], [5, 6], [2, 4]])
    lines = alt.Chart(table("doors")).mark_line(clip=True, strokeWidth=3 * theme.scale)
    rule = alt.Chart(table("here")).mark_rule(color=theme.theory, strokeDash=[6, 4])
    return specification([lines.encode(x=x, y=y, color=colour, strokeDash=dash), rule.encode(x=x)], theme)


def risk_ratio(found: Doors, penalty: float, words: Words, theme: Theme) -> Picture:
    """Risk of stopping early at t = 1/λ over that of the ridge, and the theorem's bound."""
    tables = {
        "ratio": columns(x=found.penalty, value=found.risk_ratio),
        "bound": columns(value=[RISK_RATIO], text=[words["bound"]]),
        "here": columns(x=[max(penalty, 1e-4)]),
    }
    return Picture(_risk_ratio(words, theme), tables)


@lru_cache(maxsize=8)
def _risk_ratio(words: Words, theme: Theme) -> dict:
    x = penalty_axis(words)
    y = alt.Y("value:Q", title=words["ratio_axis"]).scale(domain=[0, 2], nice=False).axis(tickCount=5)
    line = alt.Chart(table("ratio")).mark_line(clip=True, color=theme.measured, strokeWidth=3 * theme.scale)
    bound = alt.Chart(table("bound"))
    rule = bound.mark_rule(color=theme.theory, strokeDash=[8, 5], strokeWidth=2.4 * theme.scale)
    style = {"align": "left", "baseline": "bottom", "dx": 6, "dy": -3, "color": theme.theory}
    label = bound.mark_text(fontSize=13 * theme.scale, **style).encode(y=y, x=alt.XValue(0), text=alt.Text("text:N"))
    here = alt.Chart(table("here")).mark_rule(color=theme.theory, strokeDash=[6, 4], opacity=0.6)
    return specification([line.encode(x=x, y=y), rule.encode(y=y), label, here.encode(x=x)], theme)
