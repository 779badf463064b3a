"""The gradient's entries at one layer, by their size: they slide down, layer by layer, into what the format has not."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import Picture, at_frame, columns, table
from charts.fitted import blank, extent, fitted, template
from charts.theme import Theme
from core.signal_propagation import Signal

Words = Mapping[str, str]
BARS = 60  # about so many across
HIGHEST = 0.5  # of the axis of shares: more is cut off, and written


def entries(signal: Signal, ends: tuple[float, float], words: Words, theme: Theme) -> Picture:
    """The share of entries by log₂|g|, at each layer: in double precision, in the format, and those that are 0."""
    setup, width = signal.setup, bar_width(ends)
    has_format = setup.format != "fp64"
    tables = {
        "exact": _bars(np.abs(signal.gradient) * setup.scale, ends, width),
        "kept": _bars(np.abs(signal.kept), ends, width),
        "zeros": columns(
            step=np.arange(setup.depth + 1), size=np.full(setup.depth + 1, ends[0]),
            end=np.full(setup.depth + 1, ends[0] + 2 * width), share=np.minimum(signal.zeros, HIGHEST),
            last=np.full(setup.depth + 1, setup.depth),
            name=[words.say("zeros_mark", share=f"{share:.0%}") for share in signal.zeros],
        ),
        "floor": columns(low=[ends[0]], high=[np.log2(signal.expected.unit) if has_format else ends[0]]),
    }  # fmt: skip
    made = _entries(has_format, words, theme)
    return Picture(fitted(made, low=ends[0], high=ends[1], highest=HIGHEST), tables)


def bar_width(ends: tuple[float, float]) -> float:
    """In whole binary digits."""
    return float(np.ceil((ends[1] - ends[0]) / BARS))


def _bars(size: np.ndarray, ends: tuple[float, float], width: float) -> pa.Table:
    """A row for each layer and each bar that is not empty."""
    count = round((ends[1] - ends[0]) / width)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.floor((np.log2(size) - ends[0]) / width)
    step, unit = np.nonzero((place >= 0) & (place < count))
    filled = np.zeros((len(size), count))
    np.add.at(filled, (step, place[step, unit].astype(int)), 1 / size.shape[1])
    step, bar = np.nonzero(filled)
    low = ends[0] + bar * width
    return columns(
        step=step, size=low, end=low + width, share=np.minimum(filled[step, bar], HIGHEST),
        last=np.full(len(step), len(size) - 1),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _entries(has_format: bool, words: Words, theme: Theme) -> str:

    def x_of(column: str) -> alt.X:
        x = alt.X(f"{column}:Q", title=words["entry_axis"]).scale(domain=extent("low", "high"), nice=False)
        return x.axis(grid=False, tickCount=8)

    y = alt.Y("share:Q", title=words["share_axis"]).scale(domain=[0, blank("highest")], nice=False)
    y = y.axis(format="%", tickCount=3)
    across = {"x": x_of("size"), "x2": alt.X2("end:Q"), "y": y, "y2": alt.Y2Datum(0)}
    exact = alt.Chart(table("exact")).transform_filter(at_frame())
    pale = exact.mark_rect(color=theme.measured, opacity=0.3, clip=True).encode(**across)
    if not has_format:
        return template([pale], theme, moves=True)
    floor = alt.Chart(table("floor")).mark_rect(color=theme.quiet, opacity=0.22, clip=True)
    floor = floor.encode(x=x_of("low"), x2=alt.X2("high:Q"))
    kept, zeros = (alt.Chart(table(name)).transform_filter(at_frame()) for name in ("kept", "zeros"))
    own = theme.series[1]
    bars = kept.mark_rect(color=own, opacity=0.75, clip=True).encode(**across)
    gone = zeros.mark_rect(color=theme.text, opacity=0.9, clip=True).encode(**across)
    style = {"align": "left", "baseline": "top", "fontSize": 13 * theme.scale, "fontWeight": "bold"}
    told = zeros.mark_text(color=theme.text, **style)
    told = told.encode(text=alt.Text("name:N"), x=alt.XValue(24), y=alt.YValue(4))
    return template([floor, pale, bars, gone, told], theme, moves=True)
