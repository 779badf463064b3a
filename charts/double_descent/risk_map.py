"""The predicted risk over samples and parameters: a ridge along n = p."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, field_image, image_layer, specification, stack, table
from charts.theme import Theme
from core.double_descent import RiskMap

Words = Mapping[str, str]
RISKS = (0.03, 30.0)  # that the colours tell apart


def risk_map(found: RiskMap, n: int, sizes: np.ndarray, risks: np.ndarray, words: Words, theme: Theme) -> Picture:
    """Darker is worse. The point walks with the player along p at this n, and has the colour of the risk there."""
    low, high = np.log10(RISKS)
    with np.errstate(divide="ignore"):
        shade = (np.log10(found.risk) - low) / (high - low)  # (ns, ps)
    image = field_image(np.clip(shade, 0, 1), theme.field)
    known = np.flatnonzero(~np.isnan(risks))
    walk = {"size": sizes[known], "n": n, "value": np.clip(risks[known], *RISKS), "step": known, "last": len(sizes) - 1}
    tables = {
        "field": columns(image=[image]),
        "walk": stack([walk], ("size", "n", "value", "step", "last")),
        "cut": columns(size=found.p[[0, -1]], n=np.array([n, n])),
    }
    return Picture(_map((int(found.p[0]), int(found.p[-1])), words, theme), tables)


@lru_cache(maxsize=16)
def _map(reach: tuple[int, int], words: Words, theme: Theme) -> dict:
    x = alt.X("size:Q", title=words["size_axis.map"]).scale(domain=list(reach), nice=False).axis(grid=False)
    y = alt.Y("n:Q", title=words["size_axis.samples"]).scale(domain=list(reach), nice=False).axis(grid=False)
    cut = alt.Chart(table("cut")).mark_line(color=theme.text, strokeDash=[2, 3], strokeWidth=1.5 * theme.scale)
    legend = alt.Legend(orient="right", gradientLength=220 * theme.scale, format="~r", tickCount=4)
    shade = alt.Color("value:Q", legend=legend).scale(type="log", domain=list(RISKS), range=list(theme.field))
    walk = alt.Chart(table("walk")).transform_filter(at_frame())
    point = walk.mark_circle(size=260 * theme.scale**2, opacity=1, stroke=theme.theory, strokeWidth=3)
    layers = [image_layer("field"), cut.encode(x=x, y=y), point.encode(x=x, y=y, color=shade)]
    return specification(layers, theme, moves=True)
