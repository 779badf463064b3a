"""What the charts of several concepts share.

A builder returns a ``Picture``: a specification that does not change while the controls of a page move, and the tables
that do. The page then swaps the data in the same drawing: nothing jumps, the zoom is kept, and a rerun neither builds
nor sends a specification anew.
"""

import base64
import io
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas  # noqa: F401  whole before Altair looks at it: Streamlit imports it with the first chart, in any session
import pyarrow as pa
from PIL import Image, ImageDraw

from charts import channels
from charts.theme import Theme

channels.install()
SUPERSCRIPTS = dict(zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
DRAWING = (560, 470)  # pixels of a drawing: as many as a picture has on a projector
ROUND = (1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10)  # where an axis may end, times a power of ten
SINGLE = 1e-30, 1e38  # between these, and down to 1e-7 of the largest, single precision has its six digits
LAST_FRAME = 1_000_000  # charts open after the last frame of any run: the untouched page shows the whole of it
FRAME = {"name": "frame", "value": LAST_FRAME, "bind": {"input": "range", "min": 0, "max": LAST_FRAME, "step": 1}}


@dataclass(frozen=True)
class Picture:
    """A chart: the fixed specification (Vega-Lite, with named tables) and the tables that fill it."""

    specification: Mapping[str, Any]
    tables: Mapping[str, pa.Table]

    @property
    def whole(self) -> dict[str, Any]:
        """The chart with its data in it, as it would stand in a file."""
        rows = {name: finite(rows.to_pylist()) for name, rows in self.tables.items()}
        return {**self.specification, "datasets": rows}


@lru_cache(maxsize=8)
def configuration(theme: Theme) -> dict[str, Any]:
    """Fonts, axes and legends of every chart."""
    size = round(12 * theme.scale)
    text = {"labelColor": theme.text, "titleColor": theme.text, "labelFontSize": size, "titleFontSize": size + 1}
    return {
        "background": "transparent",
        "font": "'Source Sans', 'Source Sans Pro', 'Noto Sans CJK SC', sans-serif",
        "view": {"stroke": None},
        "axis": {**text, "gridColor": theme.grid, "domainColor": theme.quiet, "tickColor": theme.quiet}
        | {"titleFontWeight": "normal", "labelOverlap": "greedy"},
        "legend": {**text, "orient": "top", "title": None, "symbolStrokeWidth": 2.5 * theme.scale, "labelLimit": 260}
        | {"padding": 0, "offset": 4, "columnPadding": 14, "symbolOpacity": 1},
        "title": {"color": theme.text, "fontSize": size + 2, "fontWeight": "normal", "anchor": "start"},
        "text": {"color": theme.text, "fontSize": size + 1},
        "line": {"strokeWidth": 2.2 * theme.scale},
        "rule": {"strokeWidth": 1.5 * theme.scale},
        "point": {"filled": True, "size": 60 * theme.scale**2},
    }


def specification(layers: alt.Chart | Iterable[alt.Chart], theme: Theme, *, moves: bool = False) -> dict[str, Any]:
    """The finished Vega-Lite of a chart, or of several one over the other, whose tables are named (``alt.NamedData``).
    ``moves``: the page's player sets its parameter ``frame``; filter with ``datum.step <= frame``.

    The layers are put together here: Altair's own way copies all of them four times. It is quicker by the half, too,
    where an encoding is a channel (``x2=alt.X2("x2:Q")``) and not a string, which Altair looks for in its whole schema.
    """
    charts = [layers] if isinstance(layers, alt.Chart) else layers
    drawn = [chart.to_dict(validate=False, context={"top_level": False}) for chart in charts]
    chosen = [_selected(layer, f"layer {i}") for i, layer in enumerate(drawn) if "params" in layer]
    return finite({
        "$schema": alt.SCHEMA_URL,
        **({"layer": drawn} if len(drawn) > 1 else drawn[0]),
        "params": [*itertools.chain(*chosen), *([FRAME] if moves else [])],
        "usermeta": {"embedOptions": {"renderer": "canvas"}},
        "config": configuration(theme),
        "autosize": {"type": "fit", "contains": "padding"},
    })  # fmt: skip


def finite(made: Any) -> Any:
    """What is to become JSON, which has neither infinities nor nan: None in their places, the missing value of Vega."""
    if isinstance(made, dict):
        return {name: finite(value) for name, value in made.items()}
    if isinstance(made, (list, tuple)):
        return [finite(value) for value in made]
    return None if isinstance(made, (float, np.floating)) and not math.isfinite(made) else made


def _selected(layer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """What can be chosen in a layer, said of the whole chart, where Streamlit looks for it."""
    layer["name"] = name
    return [{**choice, "views": [name]} for choice in layer.pop("params")]


def columns(**values: np.ndarray | Sequence[str]) -> pa.Table:
    """A table that travels light: numbers in single precision where they fit into it, words as places in a list of the
    different ones."""
    arrays = {}
    for name, column in values.items():
        column = np.asarray(column)
        if column.dtype.kind in "iub":
            arrays[name] = pa.array(column.astype(np.int32))
        elif column.dtype.kind == "f":
            arrays[name] = pa.array(column.astype(np.float32) if _fits(column) else column.astype(np.float64))
        else:
            arrays[name] = pa.array(column.astype(object)).dictionary_encode()
    return pa.table(arrays)


def _fits(column: np.ndarray) -> bool:
    """Whether single precision holds the finite ones to its six digits: the largest neither overflows nor vanishes."""
    size = float(np.abs(column[np.isfinite(column)]).max(initial=0.0))
    return size == 0 or SINGLE[0] < size < SINGLE[1]


def stack(tables: Sequence[Mapping[str, np.ndarray]], names: Sequence[str]) -> pa.Table:
    """Several runs' columns as one table. A single value stands for as many of them as the other columns have."""
    full = []
    for columns_of_one in tables:
        rows = max(len(column) for column in columns_of_one.values() if np.ndim(column))
        full.append({name: np.broadcast_to(columns_of_one[name], rows) for name in names})
    return columns(**{name: np.concatenate([one[name] for one in full]) if full else np.zeros(0) for name in names})


def nice(value: float) -> float:
    """The next of a few round numbers: an axis that ends there moves seldom."""
    if not 0 < value < math.inf:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(value))
    return next((n * decade for n in ROUND if n * decade >= value * (1 - 1e-9)), 10 * decade)


def table(name: str) -> alt.NamedData:
    """The table of that name, filled later."""
    return alt.NamedData(name=name)


def _powers() -> str:
    """In Vega's words: 0.01, 1, 100, and beyond them 10⁴ or 2·10⁻⁵."""
    power = "floor(log(datum.value) / LN10 + 1e-9)"
    raised = f"'' + {power}"
    for plain, small in SUPERSCRIPTS.items():
        raised = f"replace({raised}, regexp('{plain}', 'g'), '{small}')"
    share = f"datum.value / pow(10, {power})"
    factor = f"(abs({share} - 1) < 1e-6 ? '' : format({share}, '.3~g') + '·')"
    return f"abs({power}) < 4 ? format(datum.value, '.6~g') : {factor} + '10' + {raised}"


POWERS = _powers()  # the labels of a log axis: ``labelExpr``


def at_frame() -> str:
    """Filter: the row of the frame that is on, or of the last frame there is (column ``last``)."""
    return "datum.step == min(frame, datum.last)"


def field_image(level: np.ndarray, colours: tuple[str, ...]) -> str:
    """Levels from 0 to 1 as a PNG data URI; row 0 is drawn at the bottom, what is not finite is transparent."""
    clear = 255
    shade = np.full(level.shape, clear, dtype=np.uint8)
    finite = np.isfinite(level)
    shade[finite] = np.round((clear - 1) * np.clip(level[finite], 0, 1))
    return image_uri(shade, [*_ramp(colours, clear), (0, 0, 0)], clear)


def label_image(labels: np.ndarray, colours: Mapping[int, str]) -> str:
    """A map of whole numbers as a PNG data URI, one colour each; labels without a colour are transparent."""
    clear = len(colours)
    shade = np.full(labels.shape, clear, dtype=np.uint8)
    for place, label in enumerate(colours):
        shade[labels == label] = place
    return image_uri(shade, [*map(rgb, colours.values()), (0, 0, 0)], clear)


def image_uri(shade: np.ndarray, palette: Sequence[tuple[int, int, int]], clear: int) -> str:
    """Pixels as places in a palette, row 0 at the bottom, the place ``clear`` transparent, as a PNG data URI."""
    image = Image.fromarray(np.ascontiguousarray(shade[::-1]), "P")
    image.putpalette([int(channel) for colour in palette for channel in colour])
    return _png_uri(image, transparency=clear)


def _png_uri(image: Image.Image, **options: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3, **options)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


@dataclass(frozen=True)
class Strokes:
    """Polylines, each (points, 2), that are drawn alike."""

    polylines: Sequence[np.ndarray]
    colour: str
    opacity: float
    width: float = 1.0  # pixels of the drawing


def drawing(level: np.ndarray, colours: tuple[str, ...], domain: np.ndarray, strokes: Sequence[Strokes]) -> str:
    """A field (as in ``field_image``) with lines in the coordinates of ``domain`` (2, 2) on it, as a PNG data URI.

    Pixels, not vectors: Vega draws the image anew for each frame of the player, and pixels cost it next to nothing.
    """
    shade = np.round(255 * np.clip(np.nan_to_num(level[::-1], nan=0.5), 0, 1)).astype(np.uint8)
    image = Image.fromarray(shade).resize(DRAWING, Image.BILINEAR)
    image.putpalette([channel for colour in _ramp(colours, 256) for channel in colour])
    image = image.convert("RGB")
    for stroke in strokes:
        image.paste(rgb(stroke.colour), mask=_cover(stroke, domain))
    return _png_uri(image.quantize(96, Image.FASTOCTREE, dither=Image.NONE))


def _cover(stroke: Strokes, domain: np.ndarray) -> Image.Image:
    """How much of each pixel the lines hide, 0 … 255: drawn twice as large and averaged."""
    size = 2 * np.array(DRAWING)
    mask = Image.new("L", tuple(size.tolist()))
    pen, ink = ImageDraw.Draw(mask), round(255 * stroke.opacity)
    low, width = domain[:, 0], np.ptp(domain, axis=1)
    for line in stroke.polylines:
        share = (line - low) / width
        share[:, 1] = 1 - share[:, 1]  # rows are counted from the top
        pen.line((share * size).ravel().tolist(), fill=ink, width=round(2 * stroke.width))
    return mask.reduce(2)


def image_layer(name: str) -> alt.Chart:
    """One image that fills the plot area exactly, from the column ``image`` of the table of that name."""
    return (
        alt.Chart(table(name))
        .mark_image(aspect=False, width=alt.expr("width"), height=alt.expr("height"))
        .encode(url=alt.Url("image:N"), x=alt.XValue(alt.expr("width/2")), y=alt.YValue(alt.expr("height/2")))
    )


def rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with this share of the other in it."""
    both = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(one + share * (two - one)):02x}" for one, two in both)


@lru_cache(maxsize=16)
def _ramp(colours: tuple[str, ...], count: int) -> list[tuple[int, int, int]]:
    """``count`` colours along the given ones."""
    stops = np.array([rgb(c) for c in colours], dtype=float)
    at = np.linspace(0, len(stops) - 1, count)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, i]) for i in range(3)]
    return [tuple(colour) for colour in np.stack(channels, axis=-1).round().astype(int)]
