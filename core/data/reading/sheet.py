"""A file as rows of one length below their titles, with a way of writing numbers, and notes of what was understood.

Titles are a first line without a number, or one that counts the columns (0, 1, 2, … as arrays are exported) above rows
of other values. Empty cells at the ends of rows, where a separator stands behind the last one, are left out; a line of
titles that is one shorter than all rows has none for the first column.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.reading.encodings import text_of
from core.data.reading.notices import Note, Problem, Unreadable, shown
from core.data.reading.numerals import Numerals, decide
from core.data.reading.separators import SEPARATORS, split

MOST_PROBLEMS = 20  # found before the rest of a file is left unread
MOST_CAPTIONS = 20  # lines above a table
MORE_LINES = 100  # for titles, comments and blank lines
COUNTED = 4  # columns from which on 0, 1, 2, 3 above whole numbers are taken for titles
_WHOLE = re.compile("[0-9]{1,6}")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """The cells of a file. Rows are counted as an editor counts lines."""

    titles: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    numerals: Numerals
    notes: tuple[Note, ...]


def sheet(data: bytes, *, most_bytes: int, most_rows: int, most_cells: int) -> Sheet:
    """The cells of a file, or ``Unreadable``. What is too much is refused before it is parsed."""
    if len(data) > most_bytes:
        raise Unreadable([Problem("too_big", 0, "", f"{len(data) / 1e6:.1f}")])
    text, encoding = text_of(data)
    if (lines := text.count("\n") + 1) > most_rows + MORE_LINES:
        raise Unreadable([Problem("too_many_rows", 0, "", str(lines))])
    found = split(text)
    if not found.rows:
        raise Unreadable([Problem("empty")])
    captions = _captions(found.rows)
    rows = _of_one_length(found.rows[captions:], most_rows, most_cells)
    decided = decide((cell for _, cells in rows for cell in cells), found.separator)
    titles, rows, counted = _titles(rows, decided.numerals)
    notes = [Note("encoding", (encoding,))] if encoding != "UTF-8" else []
    notes += [Note(f"separator.{SEPARATORS[found.separator]}")] if found.separator in SEPARATORS else []
    notes += _of_numerals(decided.numerals, decided.example)
    notes += [Note("comments", count=found.comments + captions)] if found.comments + captions else []
    notes += [Note("counted", (titles[0], titles[-1]))] if counted else []
    return Sheet(titles, tuple(n for n, _ in rows), tuple(tuple(c) for _, c in rows), decided.numerals, tuple(notes))


def _of_numerals(numerals: Numerals, example: str) -> list[Note]:
    notes = [Note("decimal_comma")] if numerals.decimal == "," else []
    notes += [Note("thousands", (numerals.group.replace(" ", "␣"),))] if numerals.group else []
    return notes + ([Note("ambiguous", (example, f"{numerals.value(example):.12g}"))] if example else [])


def _captions(rows: list[Row]) -> int:
    """How many lines of a single cell, no number, stand above a table that is wider."""
    for place, (_, cells) in enumerate(rows[:MOST_CAPTIONS]):
        if _used(cells) != 1 or not cells[0].strip() or Numerals().value(cells[0]) is not None:
            wide = _used(cells)
            is_titles = wide > 2 or (wide == 2 and not any(Numerals().value(cell) is not None for cell in cells[:2]))
            return place if is_titles else 0
    return 0


def _of_one_length(rows: list[Row], most_rows: int, most_cells: int) -> list[Row]:
    """The rows without what is empty at their ends; ``Unreadable`` where one is longer or shorter than the first."""
    _without_a_first_title(rows)
    width = len(rows[0][1])
    used = [_used(cells) for _, cells in rows]
    while width > 1 and all(filled < width for filled in used):
        width -= 1
    if len(rows) > most_rows + 1 or len(rows) * width > most_cells:
        code, count = ("too_many_rows", len(rows)) if len(rows) * 2 > width else ("too_many_columns", width)
        raise Unreadable([Problem(code, 0, "", str(count))])
    ragged = [
        Problem("ragged", number, "", f"{len(cells)} ≠ {width}")
        for (number, cells), filled in zip(rows, used, strict=True)
        if filled > width or len(cells) < width
    ]
    if ragged:
        raise Unreadable(ragged[:MOST_PROBLEMS])
    return [(number, cells[:width]) for number, cells in rows]


def _used(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def _without_a_first_title(rows: list[Row]) -> None:
    """Where all rows are by one longer than the titles, as R writes them, the first column's title is empty."""
    (number, first), *others = rows
    is_titles = not any(Numerals().value(cell) is not None for cell in first)
    if is_titles and others and all(len(cells) == len(first) + 1 and cells[-1].strip() for _, cells in others):
        rows[0] = (number, ["", *first])


def _titles(rows: list[Row], numerals: Numerals) -> tuple[tuple[str, ...], list[Row], bool]:
    """The columns' names, the rows below them, and whether the names count the columns."""
    first, counted = rows[0][1], _counts(rows)
    if not counted and not _is_titles(rows, numerals):
        return tuple(f"c{place}" for place in range(1, len(first) + 1)), rows, False
    names = []
    for place, cell in enumerate(first, 1):
        name = shown(cell) or f"c{place}"
        names.append(name if name not in names else f"{name[:20]} ({place})")
    return tuple(names), rows[1:], counted


def _is_titles(rows: list[Row], numerals: Numerals) -> bool:
    """Whether there is no number in the first line; with a word like NA in it, there has to be one above a number."""
    first = rows[0][1]
    values = numerals.values(first)
    if any(value is not None and math.isfinite(value) for value in values):
        return False
    if not any(value is not None and cell.strip() for cell, value in zip(first, values, strict=True)):
        return True
    words = [place for place, value in enumerate(values) if value is None]
    below = [numerals.values([cells[place] for place in words]) for _, cells in rows[1:]]
    return any(value is not None and math.isfinite(value) for row in below for value in row)


def _counts(rows: list[Row]) -> bool:
    """Whether the first line is 0, 1, 2, … or 1, 2, 3, … above rows that are written otherwise.

    Above whole numbers it has to be a long one: 1, 2, 3 may well be somebody's first row.
    """
    first = [cell.strip() for cell in rows[0][1]]
    first = first if first[0] else first[1:]  # nothing above the row numbers
    begins = first[0] if first else ""
    if len(first) < 2 or begins not in ("0", "1") or len(rows) < 2:
        return False
    if first != [str(int(begins) + place) for place in range(len(first))]:
        return False
    below = [cells[-len(first) :] for _, cells in rows[1:]]
    written_otherwise = all(any(not _WHOLE.fullmatch(row[k].strip()) for row in below) for k in range(len(first)))
    return written_otherwise or len(first) >= COUNTED or len(first) < len(rows[0][1])
