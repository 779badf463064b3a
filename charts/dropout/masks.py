"""A small network under fresh masks with a unit's running mean, and the penalty of a logistic regression."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.dropout import called
from charts.theme import Theme
from core.dropout import LogisticPenalty, MaskedNetwork

Words = Mapping[str, str]
TALLEST = 6  # units of the largest layer


def network(found: MaskedNetwork, words: Words, theme: Theme) -> Picture:
    """The units that the mask of each frame keeps, and what still flows between them."""
    places = [_places(kept.shape[1]) for kept in found.kept]
    units, edges, last = [], [], len(found.masks) - 1
    for step in range(last + 1):
        on = [kept[step] for kept in found.kept]
        moment = {"step": np.array(step), "last": np.array(last)}
        for layer, y in enumerate(places):
            units.append({"layer": np.full(len(y), layer), "y": y, "on": on[layer].astype(int)} | moment)
        for layer in range(len(places) - 1):
            a, b = np.nonzero(np.outer(on[layer], on[layer + 1]))
            if len(a):
                ends = {"y": places[layer][a], "y2": places[layer + 1][b]}
                edges.append({"layer": np.full(len(a), layer), "next": np.full(len(a), layer + 1)} | ends | moment)
    tables = {
        "units": stack(units, ("layer", "y", "on", "step", "last")),
        "edges": stack(edges, ("layer", "next", "y", "y2", "step", "last")),
        "names": columns(layer=np.arange(4), words=[words[f"layer.{i}"] for i in range(4)]),
    }
    return Picture(_network(theme), tables)


def _places(units: int) -> np.ndarray:
    return (np.arange(units) - (units - 1) / 2) / TALLEST


@lru_cache(maxsize=4)
def _network(theme: Theme) -> dict:
    x = alt.X("layer:Q", axis=None).scale(domain=[-0.3, 3.3], nice=False)
    y = alt.Y("y:Q", axis=None).scale(domain=[-0.6, 0.5], nice=False)
    edges = alt.Chart(table("edges")).transform_filter(at_frame())
    edges = edges.mark_rule(color=theme.measured, opacity=0.35, strokeWidth=1.3 * theme.scale)
    units = alt.Chart(table("units")).transform_filter(at_frame())
    size = {"size": 420 * theme.scale**2, "opacity": 1}
    kept = units.transform_filter("datum.on == 1").mark_point(filled=True, color=theme.measured, **size)
    gone = units.transform_filter("datum.on == 0").mark_point(
        filled=False, color=theme.quiet, strokeDash=[3, 3], strokeWidth=1.6, **size
    )
    cross = units.transform_filter("datum.on == 0").mark_text(
        text="×", color=theme.quiet, fontSize=22 * theme.scale, baseline="middle"
    )
    names = alt.Chart(table("names")).mark_text(color=theme.text, baseline="bottom")
    names = names.encode(x=x, y=alt.YValue(alt.expr("height - 2")), text=alt.Text("words:N"))
    place = {"x": x, "y": y}
    layers = [
        edges.encode(**place, x2=alt.X2("next:Q"), y2=alt.Y2("y2:Q")),
        *(c.encode(**place) for c in (kept, gone, cross)),
        names,
    ]
    return specification(layers, theme, moves=True)


def running_mean(found: MaskedNetwork, words: Words, theme: Theme) -> Picture:
    """The running means of the first hidden layer's units, each in units of its x, inside 1 ± 2 standard errors."""
    last, x = len(found.masks) - 1, np.where(found.x > 0, found.x, 1)
    share = found.standard_error[:, 0] / x[0]
    share = np.where(np.isfinite(share), share, 10)
    lines = [
        {"masks": found.masks, "value": np.clip(found.mean[:, k] / x[k], -1, 4), "unit": np.array(k)}
        | {"step": np.arange(last + 1), "last": np.array(last)}
        for k in range(len(x))
    ]
    tables = {
        "means": stack(lines, ("masks", "value", "unit", "step", "last")),
        "within": columns(masks=found.masks, low=np.maximum(1 - 2 * share, -1), high=np.minimum(1 + 2 * share, 4)),
    }
    return Picture(_running_mean(int(found.masks[-1]), words, theme), tables)


@lru_cache(maxsize=4)
def _running_mean(most: int, words: Words, theme: Theme) -> dict:
    x = alt.X("masks:Q", title=words["masks_axis"]).scale(type="log", domain=[1, most], nice=False)
    x, scale = x.axis(grid=False, values=[1, 10, 100, 1000]), alt.Scale(domain=[0, 2.5], nice=False)
    y = alt.Y("value:Q", title=words["running_axis"], scale=scale).axis(tickCount=5)
    within = alt.Chart(table("within")).mark_area(color=theme.theory, opacity=0.14, clip=True)
    within = within.encode(x=x, y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    one = alt.Chart(table("within")).mark_rule(color=theme.theory, strokeDash=[8, 5], strokeWidth=2 * theme.scale)
    source = alt.Chart(table("means"))
    line = source.transform_filter("datum.step <= frame").mark_line(
        color=theme.measured, strokeWidth=2.2 * theme.scale, clip=True
    )
    ball = source.transform_filter(at_frame()).mark_circle(
        color=theme.measured, size=110 * theme.scale**2, opacity=1, clip=True
    )
    layers = (
        within,
        one.encode(y=alt.YDatum(1)),
        *(c.encode(x=x, y=y, detail=alt.Detail("unit:N")) for c in (line, ball)),
    )
    return specification(layers, theme, moves=True)


def logistic(found: LogisticPenalty, words: Words, theme: Theme) -> Picture:
    """What dropout adds to the logistic loss: every mask gone through, and the quadratic approximation."""
    least = 1e-5
    rows = columns(size=found.size, exact=np.maximum(found.exact, least), quadratic=np.maximum(found.quadratic, least))
    return Picture(_logistic(words, theme), {"penalty": rows})


@lru_cache(maxsize=4)
def _logistic(words: Words, theme: Theme) -> dict:
    x = alt.X("size:Q", title=words["size_axis"]).scale(type="log", domain=[0.05, 10], nice=False)
    x = x.axis(grid=False, values=[0.05, 0.1, 0.5, 1, 5, 10], format="~g")
    scale = alt.Scale(type="log", domain=[1e-3, 1e3], nice=False)
    kinds = {"exact": theme.measured, "quadratic": theme.theory}
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    names = alt.Scale(domain=[words[f"logistic.{kind}"] for kind in kinds], range=list(kinds.values()))
    source = alt.Chart(table("penalty"))

    def drawn(chart: alt.Chart, kind: str) -> alt.Chart:
        y = alt.Y(f"{kind}:Q", title=words["penalty_axis"], scale=scale)
        y = y.axis(values=[1e-2, 0.1, 1, 10, 100], format="~g")
        colour = alt.Color("called:N", legend=legend, scale=names)
        return called(chart, words[f"logistic.{kind}"]).encode(x=x, y=y, color=colour)

    dots = drawn(source.mark_circle(size=60 * theme.scale**2, opacity=1, clip=True), "exact")
    line = drawn(source.mark_line(strokeWidth=2.6 * theme.scale, strokeDash=[8, 5], clip=True), "quadratic")
    return specification([line, dots], theme)
