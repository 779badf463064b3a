"""A closer look: both orders against the exact output by r, and log S of networks against its exact density."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, stack, table
from charts.finite_width import FRACTION, RATIOS
from charts.fitted import extent, fitted, template
from charts.theme import Theme
from core.finite_width import Regimes, Study

Words = Mapping[str, str]
BARS = 60
NEAREST, FURTHEST = 1e-5, 1.0  # of the axis of distances


def distances(found: Regimes, words: Words, theme: Theme) -> Picture:
    """Total variation of each order by r, where they cross, and where the second turns negative."""
    names = (words["order.plain"], words["order.one"])
    rows = [
        {"r": found.ratio, "distance": np.clip(found.distance[:, i], NEAREST, FURTHEST), "name": np.array([name])}
        for i, name in enumerate(names)
    ]
    marks = {"crossing": found.crossing, "negative": found.negative}
    shown = {name: at for name, at in marks.items() if found.ratio[0] < at < found.ratio[-1]}
    tables = {
        "rows": stack(rows, ("r", "distance", "name")),
        "marks": columns(r=np.array(list(shown.values()), float),
                         name=np.array([words.say(f"mark.{name}", r=at) for name, at in shown.items()], object),
                         side=["right" if name == "crossing" else "left" for name in shown]),
    }  # fmt: skip
    return Picture(fitted(_distances(names, words, theme), low=found.ratio[0], high=found.ratio[-1]), tables)


@lru_cache(maxsize=8)
def _distances(names: tuple[str, str], words: Words, theme: Theme) -> str:
    x = alt.X("r:Q", title=words["ratio_axis"]).scale(type="log", domain=extent("low", "high"), nice=False)
    x = x.axis(grid=False, values=RATIOS, labelExpr=FRACTION)
    y = alt.Y("distance:Q", title=words["distance_axis"])
    y = y.scale(type="log", domain=[NEAREST, FURTHEST], nice=False).axis(
        labelExpr=POWERS, values=[1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]
    )
    colour = alt.Color("name:N", title=None).scale(domain=list(names), range=[theme.quiet, theme.theory])
    lines = alt.Chart(table("rows")).mark_line(strokeWidth=3 * theme.scale, clip=True).encode(x=x, y=y, color=colour)
    marks = alt.Chart(table("marks"))
    rule = marks.mark_rule(color=theme.text, strokeDash=[4, 4], strokeWidth=1.4 * theme.scale).encode(x=x)
    style = {"color": theme.text, "fontSize": 12 * theme.scale}
    names = [  # on either side of their lines
        marks.transform_filter("datum.side == 'left'").mark_text(align="right", dx=-6, **style),
        marks.transform_filter("datum.side == 'right'").mark_text(align="left", dx=6, **style),
    ]
    told = {"y": alt.YValue(alt.expr("height - 12")), "text": alt.Text("name:N")}
    return template([rule, lines, *(name.encode(x=x, **told) for name in names)], theme)


def log_variances(study: Study, words: Words, theme: Theme) -> Picture:
    """log S after the last layer: bars of the networks alive, the exact density, its mean and where E S = 1 lies."""
    density = study.density
    shown = density.density[-1] > 1e-5 * density.density[-1].max()
    ends = float(density.x[shown][0]), float(max(density.x[shown][-1], 1.0))
    alive = np.log(study.variances[study.variances > 0])
    edges = np.linspace(*ends, BARS + 1)
    counts = np.histogram(alive, edges)[0] / max(len(study.variances), 1) / (edges[1] - edges[0])
    share = float(density.alive[-1])
    marks = {"typical": float(density.quantile(0.5)[0]), "mean": 0.0}
    marks = {name: at for name, at in marks.items() if np.isfinite(at)}
    tables = {
        "bars": columns(x=edges[:-1], end=edges[1:], share=counts),
        "exact": columns(x=density.x[shown], share=share * density.density[-1][shown]),
        "marks": columns(x=np.array(list(marks.values()), float),
                         name=np.array([words[f"mark.{name}"] for name in marks], object)),
    }  # fmt: skip
    return Picture(fitted(_log_variances(words, theme), low=ends[0], high=ends[1]), tables)


@lru_cache(maxsize=8)
def _log_variances(words: Words, theme: Theme) -> str:
    x = alt.X("x:Q", title=words["log_axis"]).scale(domain=extent("low", "high"), nice=False).axis(grid=False)
    y = alt.Y("share:Q", title=words["density_axis"]).axis(tickCount=4)
    bars = alt.Chart(table("bars")).mark_bar(color=theme.measured, opacity=0.45)
    exact = alt.Chart(table("exact")).mark_line(color=theme.theory, strokeWidth=3 * theme.scale)
    marks = alt.Chart(table("marks"))
    rule = marks.mark_rule(color=theme.text, strokeDash=[5, 4], strokeWidth=1.6 * theme.scale).encode(x=x)
    name = marks.mark_text(angle=270, align="right", dy=-8, color=theme.text, fontSize=12 * theme.scale)
    layers = [bars.encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2Datum(0)), exact.encode(x=x, y=y), rule]
    return template([*layers, name.encode(x=x, y=alt.YValue(8), text=alt.Text("name:N"))], theme)
