"""A person's own points from a file: two columns of numbers and one of labels, in any of the dialects of ``reading``.

The labels are the column called so; otherwise the only one of words; otherwise the last one. Any two labels will do:
1 and -1 as they are, of two other numbers the smaller is -1, of two words the one that says no, or the first in the
alphabet. Rows with a missing cell are left out and counted.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data import reading
from core.data.own_points import COLUMNS, MOST_PROBLEMS, MOST_ROWS, PointsError, rounded
from core.data.reading import MISSING, Column, Note, Numerals, Problem, Sheet, one_name, plain, shown, two, wrong
from core.data.separable_data import Points

MOST_BYTES, MOST_COLUMNS = 2_000_000, 8
TITLES = {"label", "labels", "class", "target", "标签", "类别"}  # of the column with the labels
_KNOWN = {"1": 1, "+": 1, "-1": -1, "-": -1, "0": -1}


@dataclass(frozen=True)
class OwnPoints:
    """The points of a file, and what was understood of it."""

    points: Points
    notes: tuple[Note, ...]


def read_file(data: bytes) -> OwnPoints:
    """The points of a file; ``PointsError`` names each cell that is not right."""
    found = reading.sheet(data, most_bytes=MOST_BYTES, most_rows=MOST_ROWS, most_cells=MOST_ROWS * MOST_COLUMNS)
    if len(found.rows) > MOST_ROWS:
        raise PointsError([Problem("too_many_rows", 0, "", str(len(found.rows)))])
    across, notes = _three(reading.columns(found))
    place = _place_of_labels(across)
    labels = across.pop(place)
    if place != 2:
        notes.append(Note("labels", (labels.title,)))
    names = _names(labels.cells, found.numerals)
    classes, note = _classes([name for name in names if name])
    _right(across, names, classes, found)
    whole = [
        all(not math.isnan(v) for v in row) and bool(name) for *row, name in zip(*_values(across), names, strict=True)
    ]
    if not any(whole):
        raise PointsError([Problem("none")])
    if not all(whole):
        notes.append(Note("missing", count=whole.count(False)))
    x = np.array([[rounded(v) for v in column.values] for column in across]).T[whole]
    y = [classes[name] for name, kept in zip(names, whole, strict=True) if kept]
    return OwnPoints(Points(x, np.array(y, np.int64)), (*found.notes, *notes, *note))


def _values(across: Sequence[Column]) -> list[Sequence[float]]:
    return [column.values for column in across]


def _three(found: list[Column]) -> tuple[list[Column], list[Note]]:
    """The columns without those that have nothing or count the rows; ``PointsError`` where they are not three."""
    kept, notes = [column for column in found if column.kind != "empty"], []
    if len(kept) < len(found):
        notes.append(Note("column.empty", tuple(column.title for column in found if column.kind == "empty")))
    if len(kept) == len(COLUMNS) + 1 and kept[0].kind == "id":
        notes.append(Note("column.id", (kept.pop(0).title,)))
    if len(kept) != len(COLUMNS):
        raise PointsError([Problem("columns", 0, "", str(len(kept)))])
    return kept, notes


def _place_of_labels(across: Sequence[Column]) -> int:
    titled = [place for place, column in enumerate(across) if column.title.lower() in TITLES]
    words = [place for place, column in enumerate(across) if column.kind in ("two", "words")]
    return titled[0] if titled else words[0] if len(words) == 1 else len(across) - 1


def _names(cells: Sequence[str], numerals: Numerals) -> list[str]:
    """Each label by one name however it is written: 1, +1, 1.0 and 1.00 are the same, and True and true."""
    first: dict[str, str] = {}
    names = [_name(cell, numerals) for cell in cells]
    return [first.setdefault(one_name(name), name) for name in names]


def _name(cell: str, numerals: Numerals) -> str:
    """A label, "" where it is missing."""
    text = plain(cell)
    value = numerals.value(text)
    if text == "-" or (value is None and text):
        return shown(text)
    return "" if text.lower() in MISSING or math.isnan(value) else f"{value:g}"


def _classes(names: Sequence[str]) -> tuple[dict[str, int], tuple[Note, ...]]:
    """The class of each label, of the two most frequent ones where there are more, and what has to be said of it."""
    counted = Counter(names)
    if set(counted) <= set(_KNOWN) and set(counted) != {"-1", "0"}:
        return {name: _KNOWN[name] for name in counted}, (Note("classes", ("1", "0")),) if "0" in counted else ()
    if len(counted) == 1:
        return dict.fromkeys(counted, 1), (Note("one_class", tuple(counted)),)
    chosen = [name for name, _ in counted.most_common(2)]
    minus, plus = sorted(chosen, key=float) if all(map(_is_number, chosen)) else two(chosen)
    return {minus: -1, plus: 1}, (Note("classes", (plus, minus)),)


def _is_number(name: str) -> bool:
    return (value := Numerals().value(name)) is not None and math.isfinite(value)


def _right(across: Sequence[Column], names: Sequence[str], classes: dict[str, int], found: Sheet) -> None:
    """``PointsError`` with the row and the column of every cell that is neither right nor missing."""
    cells = [
        (place, k, Problem(code, found.lines[place], COLUMNS[k], shown(column.cells[place])))
        for k, column in enumerate(across)
        for place, code in wrong(column).items()
    ]
    cells += [
        (place, 2, Problem("third_label", found.lines[place], COLUMNS[2], name))
        for place, name in enumerate(names)
        if name and name not in classes
    ]
    if cells:
        raise PointsError([problem for *_, problem in sorted(cells, key=lambda cell: cell[:2])[:MOST_PROBLEMS]])
