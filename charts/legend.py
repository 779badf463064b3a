"""Colours with their names: the legend of a picture whose layers each play a role."""

import json
from collections.abc import Callable, Mapping

import altair as alt

from charts.theme import Theme


def named_colours(words: Mapping[str, str], theme: Theme, colours: Mapping[str, str], across: int = 2) -> Callable:
    """``named(layer, role)``: the layer in the colour of that role, with its name (text id ``legend.<role>``) in the
    picture's legend."""
    names = {role: words[f"legend.{role}"] for role in colours}
    scale = alt.Scale(domain=list(names.values()), range=list(colours.values()))
    legend = alt.Legend(columns=across, symbolType="stroke", symbolStrokeWidth=4 * theme.scale)
    colour = alt.Color("role:N", scale=scale, legend=legend, title=None)

    def named(layer: alt.Chart, role: str) -> alt.Chart:
        return layer.transform_calculate(role=json.dumps(names[role], ensure_ascii=False)).encode(color=colour)

    return named


def band(rows: alt.Chart, theme: Theme) -> alt.Chart:
    """A strip of background along the top of a picture, on which a line of numbers can be read. One row is drawn."""
    edges = {"x": alt.XValue(0), "x2": alt.X2Value(alt.expr("width")), "y": alt.YValue(0)}
    return rows.mark_rect(color=theme.background, opacity=0.88).encode(**edges, y2=alt.Y2Value(24 * theme.scale))
