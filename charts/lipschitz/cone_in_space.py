"""The cone on a surface in space. Plotly is imported only when this picture is opened."""

import numpy as np

from charts.theme import Theme
from core.lipschitz import Lifted


def cone_in_space(found: Lifted, slope: float, theme: Theme):
    """A Plotly figure: the surface, lit up where the cone cuts it, with the cone at its apex."""
    import plotly.graph_objects as go

    low, high = float(np.nanmin(found.height)), float(np.nanmax(found.height))
    size = high - low or 1.0
    extent = (low - 0.15 * size, high + 0.15 * size)
    figure = go.Figure()
    figure.add_surface(
        x=found.x, y=found.x, z=found.height, surfacecolor=found.outside * 1.0, cmin=0, cmax=1, showscale=False,
        colorscale=[[0, theme.relief[-1]], [1, theme.bad]],
        hovertemplate="x %{x:.3g}<br>y %{y:.3g}<br>f %{z:.4g}<extra></extra>",
    )  # fmt: skip
    a, b, top = found.apex
    angle, share = np.linspace(0, 2 * np.pi, 49), np.linspace(0, 1, 2)[:, None]
    for edge in extent:
        reach = min(abs(edge - top) / max(slope, 1e-9), found.x[-1] - found.x[0])
        side = top + np.sign(edge - top) * slope * reach * share * np.ones_like(angle)
        figure.add_surface(
            x=a + reach * share * np.cos(angle), y=b + reach * share * np.sin(angle), z=side, showscale=False,
            opacity=0.35, hoverinfo="skip", colorscale=[[0, theme.quiet], [1, theme.quiet]],
        )  # fmt: skip
    figure.add_scatter3d(
        x=[a], y=[b], z=[top], mode="markers", marker={"color": theme.text, "size": 6 * theme.scale}, showlegend=False
    )
    axis = {"color": theme.text, "gridcolor": theme.grid, "backgroundcolor": "rgba(0,0,0,0)"}
    figure.update_layout(
        scene={
            "xaxis": axis | {"title": "x"}, "yaxis": axis | {"title": "y"},
            "zaxis": axis | {"title": "f", "range": extent}, "aspectmode": "cube",
            "camera": {"eye": {"x": 1.05, "y": -1.5, "z": 1.3}, "center": {"x": 0, "y": 0, "z": -0.1}},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor="rgba(0,0,0,0)", uirevision="cone",
        font={"color": theme.text, "size": round(12 * theme.scale)},
    )  # fmt: skip
    return figure
