"""A surface in space with the paths on it. Plotly is imported only when this picture is opened."""

from collections.abc import Mapping

import numpy as np

from charts.theme import Theme
from core.surfaces.landscape import Landscape
from core.surfaces.surface import Surface

CAMERA = {"eye": {"x": 1.5, "y": 1.5, "z": 1.1}, "center": {"x": 0, "y": 0, "z": -0.2}}  # with the axes in sight


def relief(
    surface: Surface, land: Landscape, paths: Mapping[str, np.ndarray], colours: Mapping[str, str], theme: Theme
):
    """A Plotly figure: the surface, height by rank so that no wall hides the valley, and each path (points, 2) on it.

    ``paths`` and ``colours`` are keyed by the name to show.
    """
    import plotly.graph_objects as go

    finite = np.sort(land.value[np.isfinite(land.value)])
    figure = go.Figure()
    ramp = [[i / (len(theme.relief) - 1), colour] for i, colour in enumerate(theme.relief)]
    figure.add_surface(
        x=land.x, y=land.y, z=land.rank, surfacecolor=land.rank, colorscale=ramp, showscale=False, opacity=0.95,
        contours={"z": {"show": True, "start": 0, "end": 1, "size": 1 / 12, "color": theme.quiet, "width": 1}},
        customdata=land.value, hovertemplate="x %{x:.3g}<br>y %{y:.3g}<br>f %{customdata:.4g}<extra></extra>",
    )  # fmt: skip
    low, high = surface.domain[:, 0], surface.domain[:, 1]
    for name, path in paths.items():
        seen = path[(np.isfinite(path) & (path >= low) & (path <= high)).all(axis=1)]
        height = np.searchsorted(finite, surface.value(seen)) / max(1, len(finite) - 1)
        figure.add_scatter3d(
            x=seen[:, 0], y=seen[:, 1], z=height + 0.015, name=name, mode="lines+markers",
            line={"color": colours[name], "width": 5 * theme.scale}, marker={"size": 2.5 * theme.scale},
        )  # fmt: skip
    axis = {"color": theme.text, "gridcolor": theme.grid, "backgroundcolor": "rgba(0,0,0,0)"}
    figure.update_layout(
        scene={
            "xaxis": axis | {"title": "x"}, "yaxis": axis | {"title": "y"}, "zaxis": {"visible": False},
            "camera": CAMERA,
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor="rgba(0,0,0,0)", uirevision=surface.name,
        font={"color": theme.text, "size": round(12 * theme.scale)}, legend={"orientation": "h"},
    )  # fmt: skip
    return figure
