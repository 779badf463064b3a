"""A curve of solutions in space, and a walk to it. Plotly is imported only when this picture is opened."""

from charts.polyak_lojasiewicz import Words
from charts.theme import Theme
from core.polyak_lojasiewicz import Chain


def space(found: Chain, words: Words, theme: Theme):
    """A Plotly figure: the solutions of xy = 1, yz = 2, and gradient descent to one of them."""
    import plotly.graph_objects as go

    figure = go.Figure()
    path = found.path[:: max(1, len(found.path) // 200)]
    for points, name, colour, width in (
        (found.curve, words["legend.valley"], theme.good, 7),
        (path, words["legend.walk"], theme.measured, 6),
    ):
        x, y, z = points.T
        line = {"color": colour, "width": width * theme.scale}
        figure.add_scatter3d(x=x, y=y, z=z, name=name, mode="lines", line=line)
    x, y, z = found.path[0]
    figure.add_scatter3d(
        x=[x], y=[y], z=[z], mode="markers", marker={"color": theme.text, "size": 5 * theme.scale}, showlegend=False
    )
    axis = {"color": theme.text, "gridcolor": theme.grid, "backgroundcolor": "rgba(0,0,0,0)"}
    figure.update_layout(
        scene={
            "xaxis": axis | {"title": "x", "range": [0, 2.3]}, "yaxis": axis | {"title": "y", "range": [0, 4]},
            "zaxis": axis | {"title": "z", "range": [0, 4.5]}, "camera": {"eye": {"x": 1.3, "y": -1.3, "z": 0.8}},
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor="rgba(0,0,0,0)", uirevision="valley",
        font={"color": theme.text, "size": round(12 * theme.scale)}, legend={"orientation": "h"},
    )  # fmt: skip
    return figure
