"""A person's own table of numbers from a file: bounded, read as numbers only, never trusted.

``core.data.reading`` gives the columns. Here they become numbers: rows with a missing cell, columns of words and row
numbers are left out, two words become 0 and 1, and all of it is noted. A cell that is wrong is answered with its row
(as an editor counts lines) and its column (as the file calls it).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.data import reading
from core.data.reading import Column, Note, Problem, Sheet, Unreadable, shown, wrong

MOST_BYTES = 2_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 65  # 64 to learn from, and the one to predict
MOST_CELLS = 200_000
LEAST_ROWS = 5
MOST_PROBLEMS = 20  # that are told of
TARGETS = ("y", "target")  # a column with this title is what is predicted; otherwise the last one
TableError = Unreadable


@dataclass(frozen=True)
class Table:
    """Numbers in named columns, one of which is to be predicted from the others."""

    names: tuple[str, ...]  # of all columns, in the file's order
    values: Float[np.ndarray, "rows columns"]
    target: int  # place of the predicted column
    fingerprint: str  # of the file
    notes: tuple[Note, ...] = ()  # of what was understood

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for place, name in enumerate(self.names) if place != self.target)

    @property
    def x(self) -> Float[np.ndarray, "rows d"]:
        return np.delete(self.values, self.target, axis=1)

    @property
    def y(self) -> Float[np.ndarray, " rows"]:
        return self.values[:, self.target]

    def predicting(self, target: int) -> "Table":
        """The same numbers with another column as what is predicted."""
        if not 0 <= target < len(self.names):
            raise ValueError(f"target must be from 0 to {len(self.names) - 1}, got {target}")
        return replace(self, target=target)


def read(data: bytes) -> Table:
    """The table of a file, or ``TableError``. Time and memory are bounded whatever is in it."""
    sheet = reading.sheet(data, most_bytes=MOST_BYTES, most_rows=MOST_ROWS, most_cells=MOST_CELLS)
    found = reading.columns(sheet)
    used = [column for column in found if column.is_used]
    _bounded(len(used), len(sheet.rows))
    _right(used, sheet)
    values = np.array([column.values for column in used], dtype=np.float64).T
    whole = ~np.isnan(values).any(axis=1)
    left = int(whole.sum())
    if left < LEAST_ROWS:
        raise TableError([Problem("too_few_left", 0, "", str(left))])
    notes = [*sheet.notes, *_of_columns(found)]
    if left < len(whole):
        notes.append(Note("missing", count=len(whole) - left))
    names = tuple(column.title for column in used)
    return Table(names, values[whole], _target(names), hashlib.sha256(data).hexdigest(), tuple(notes))


def _of_columns(found: Sequence[Column]) -> list[Note]:
    """What became of the columns that are not numbers."""
    left_out = [Note(f"column.{kind}", names) for kind in ("id", "words", "empty") if (names := _named(found, kind))]
    return left_out + [Note("column.two", (c.title, *c.pair)) for c in found if c.kind == "two"]


def _named(found: Sequence[Column], kind: str) -> tuple[str, ...]:
    return tuple(column.title for column in found if column.kind == kind)


def _bounded(columns: int, rows: int) -> None:
    """``TableError`` where there is too little or too much."""
    if columns < 2:
        raise TableError([Problem("one_column")])
    if columns > MOST_COLUMNS:
        raise TableError([Problem("too_many_columns", 0, "", str(columns))])
    if rows > MOST_ROWS:
        raise TableError([Problem("too_many_rows", 0, "", str(rows))])
    if rows < LEAST_ROWS:
        raise TableError([Problem("too_few_rows", 0, "", str(rows))])


def _right(used: Sequence[Column], sheet: Sheet) -> None:
    """``TableError`` where a cell is no finite number of a size that is allowed; a missing one is not wrong."""
    found = [(place, across, code) for across, column in enumerate(used) for place, code in wrong(column).items()]
    if found:
        raise TableError(
            [
                Problem(code, sheet.lines[place], used[across].title, shown(used[across].cells[place]))
                for place, across, code in sorted(found)[:MOST_PROBLEMS]
            ]
        )


def _target(names: tuple[str, ...]) -> int:
    """The column titled y or target; the last one otherwise."""
    titled = [place for place, name in enumerate(names) if name.lower() in TARGETS]
    return titled[0] if titled else len(names) - 1
