"""What the networks put out, layer by layer, under three lines: Gaussian, Gaussian + 1/n, exact."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, nice, table
from charts.fitted import extent, fitted, template
from charts.theme import Theme
from core.finite_width import EDGES, Study

Words = Mapping[str, str]
LEAST, MOST, DEEPEST = 0.5, 2.5, 0.4  # the axis: at least so high, at most, and at most so far below 0
WIDTH = float(EDGES[1] - EDGES[0])
MIDDLE = (EDGES[1:] + EDGES[:-1]) / 2


def outputs(study: Study, words: Words, theme: Theme, *, marked: bool = True) -> Picture:
    """Bars of the outputs after the layer that is on. ``marked``: with Gaussian + 1/n."""
    frames = len(study.frames)
    tables = {
        "bars": _rows(study.outputs / WIDTH, {"z": EDGES[:-1], "end": EDGES[1:]}),
        "exact": _rows(study.exact / WIDTH, {"z": MIDDLE}),
        "order": _rows(study.orders[:, 1] / WIDTH if marked else np.full((frames, len(MIDDLE)), np.nan), {"z": MIDDLE}),
        "plain": columns(z=MIDDLE, share=study.orders[0, 0] / WIDTH),
    }
    return Picture(fitted(_outputs(words, theme), **_ends(study)), tables)


def _ends(study: Study) -> dict[str, float]:
    """Of the axis: below 0 only where a line goes there."""
    lowest, highest = float(study.orders[-1, 1].min()) / WIDTH, float(study.exact[-1].max()) / WIDTH
    return {
        "low": -min(nice(-lowest), DEEPEST) if lowest < -1e-4 else 0.0,
        "high": min(max(nice(highest * 1.08), LEAST), MOST),
    }


def _rows(share: np.ndarray, across: Mapping[str, np.ndarray]) -> pa.Table:
    """A row for each frame and bin."""
    frames, bins = share.shape
    more = {name: np.tile(column, frames) for name, column in across.items()}
    step = np.repeat(np.arange(frames), bins)
    return columns(step=step, share=share.ravel(), last=np.full(len(step), frames - 1), **more)


@lru_cache(maxsize=16)
def _outputs(words: Words, theme: Theme) -> str:
    x = alt.X("z:Q", title=words["output_axis"]).scale(domain=[EDGES[0], EDGES[-1]], nice=False).axis(grid=False)
    y = alt.Y("share:Q", title=words["density_axis"]).scale(domain=extent("low", "high"), nice=False).axis(tickCount=4)
    scale = theme.scale
    bars = alt.Chart(table("bars")).transform_filter(at_frame())
    bars = bars.mark_bar(color=theme.measured, opacity=0.4, clip=True)
    zero = alt.Chart(table("plain")).mark_rule(color=theme.quiet, strokeWidth=scale).encode(y=alt.YDatum(0))
    plain = alt.Chart(table("plain")).mark_line(color=theme.quiet, strokeWidth=2 * scale, clip=True)
    order = alt.Chart(table("order")).transform_filter(at_frame())
    order = order.mark_line(color=theme.theory, strokeWidth=2.2 * scale, strokeDash=[5, 4], clip=True)
    exact = alt.Chart(table("exact")).transform_filter(at_frame())
    exact = exact.mark_line(color=theme.theory, strokeWidth=2.4 * scale, clip=True)
    return template(
        [
            bars.encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2Datum(0)),
            zero,
            *(line.encode(x=x, y=y) for line in (plain, exact, order)),
        ],
        theme,
        moves=True,
    )
