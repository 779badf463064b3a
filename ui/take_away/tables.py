"""The data of what is on screen as CSV: the checks, and every table that a picture draws, in one zip file."""

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from charts.common import Picture
from ui.evidence.record import Record

IMAGE = "data:image/"  # a picture inside a picture: no numbers


def archive(record: Record) -> bytes:
    """A zip file; each table is UTF-8 with a line of titles."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in tables(record):
            file.writestr(f"{name}.csv", text)
    return buffer.getvalue()


def tables(record: Record) -> Iterator[tuple[str, str]]:
    """The names and the texts of all tables that have a row."""
    of_check = ("id", "at", "measured", "relation", "predicted", "verdict", "resolution", "broken_assumption")
    of_tolerance = ("size", "source", "errors", "samples", "order")
    rows = (
        [_known(getattr(part, title)) for part, titles in parts for title in titles]
        for parts in ([(check, of_check), (check.tolerance, of_tolerance)] for check in record.checks)
    )
    yield "checks", written((*of_check, "tolerance", *of_tolerance[1:]), rows)
    for key, shown in record.pictures.items():
        for name, table in readable(shown.picture).items():
            columns = [_plain(column) for column in table.columns]
            yield (
                f"{re.sub(r'[^0-9a-z]+', '_', key.lower())}_{name}",
                written(table.column_names, zip(*columns, strict=True)),
            )


def readable(picture: Picture) -> dict[str, pa.Table]:
    """The tables with numbers and words in them, without the columns that are images."""
    found = {}
    for name, table in picture.tables.items():
        kept = [title for title in table.column_names if not _is_image(table[title])]
        if table.num_rows and kept:
            found[name] = table.select(kept)
    return found


def written(titles: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Comma-separated, one line for each row; what is missing is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return buffer.getvalue()


def _known(value: Any) -> Any:
    """What is no number is missing."""
    return "" if isinstance(value, float) and math.isnan(value) else value


def _plain(column: pa.ChunkedArray) -> list:
    """The column's values. Numbers in single precision have its digits and no others."""
    if pa.types.is_float32(column.type):
        return [None if value is None else str(value) for value in column.to_numpy()]
    return column.to_pylist()


def _is_image(column: pa.ChunkedArray) -> bool:
    first = next((value for value in column[:1].to_pylist()), None)
    return isinstance(first, str) and first.startswith(IMAGE)
