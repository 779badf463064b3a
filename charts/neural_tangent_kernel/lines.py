"""Lines that change with every frame, sent as one short text per frame instead of a row per point.

The browser cuts the text of the frame that is on into its numbers: a few dozen rows travel and are filtered, where
there would be thousands. Numbers are whole multiples of ``unit``; a point without a value leaves a gap.
"""

import json
from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import at_frame, columns, table

RESOLUTION = 1500  # multiples of the unit from end to end of the axis
KEPT = 128  # lines, of about 50 kB
FARTHEST = 4 * RESOLUTION  # what is further off is out of the picture


def frame_table(lines: Mapping[str, np.ndarray], span: float, **more: list[str] | np.ndarray) -> pa.Table:
    """One row per frame with each line, (frames, points), as text; ``span`` is the length of the axis."""
    unit = span / RESOLUTION
    frames = len(next(iter(lines.values())))
    with np.errstate(over="ignore"):
        texts = {name: _texts(values / unit) for name, values in lines.items()}
    step, last = np.arange(frames), np.full(frames, frames - 1)
    return columns(step=step, last=last, unit=np.full(frames, unit), **texts, **more)


def _texts(values: np.ndarray) -> list[str]:
    return _written(np.ascontiguousarray(values, float).tobytes(), *values.shape)


@lru_cache(maxsize=KEPT)
def _written(values: bytes, frames: int, points: int) -> list[str]:
    """Kept, as a class has the same ones before it, and the limit's are those of all three networks."""
    values = np.frombuffer(values).reshape(frames, points)
    known = np.isfinite(values)
    whole = np.clip(np.where(known, values, 0), -FARTHEST, FARTHEST).round().astype(int)
    if known.all():
        return [" ".join(map(str, row)) for row in whole.tolist()]
    return [
        " ".join(str(v) if k else "x" for v, k in zip(row, here, strict=True))
        for row, here in zip(whole.tolist(), known.tolist(), strict=True)
    ]


def unrolled(name: str, lines: tuple[str, ...], places: tuple[float, float, int]) -> alt.Chart:
    """The frame that is on, one row per point: ``at`` and the value of each line. ``places``: first, last, how many."""
    chart = alt.Chart(table(name)).transform_filter(at_frame())
    split = {line: f"split(datum.{line}, ' ')" for line in lines}
    low, step = places[0], (places[1] - places[0]) / (places[2] - 1)
    chart = chart.transform_calculate(at=f"sequence({places[2]})", **split).transform_flatten([*lines, "at"])
    numbers = {line: f"datum.{line} == 'x' ? null : datum.{line} * datum.unit" for line in lines}
    return chart.transform_calculate(at=f"{json.dumps(low)} + {json.dumps(step)} * datum.at", **numbers)
