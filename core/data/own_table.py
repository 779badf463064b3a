"""A person's own table of numbers from a CSV file: bounded, read as numbers only, never trusted.

A file is columns of numbers, separated by comma, semicolon or tab, with or without a line of titles; decimals with a
point, or with a comma where the comma is not the separator. What cannot be read is answered with a list of problems,
each with its row (as an editor counts lines) and its column (as the file calls it). Empty lines are skipped.
"""

import csv
import hashlib
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

MOST_BYTES = 2_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 60
MOST_CELLS = 200_000
LEAST_ROWS = 5
LARGEST = 1e9
MOST_PROBLEMS = 20  # found before the rest of a file is left unread
MOST_NAME = 24  # characters of a column's name that are kept
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
TARGETS = ("y", "target")  # a column with this title is what is predicted; otherwise the last one
_MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "."}


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what stands there. Row 0: the whole file."""

    code: str  # text id: "missing", "not_a_number", "too_many_rows", …
    row: int = 0
    column: str = ""
    detail: str = ""


class TableError(ValueError):
    """A file that cannot be read, with what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.code} in row {p.row}, column {p.column!r}: {p.detail!r}" for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Table:
    """Numbers in named columns, one of which is to be predicted from the others."""

    names: tuple[str, ...]  # of all columns, in the file's order
    values: Float[np.ndarray, "rows columns"]
    target: int  # place of the predicted column
    fingerprint: str  # of the file

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
        return Table(self.names, self.values, target, self.fingerprint)


def read(data: bytes) -> Table:
    """The table of a file, or ``TableError``. Time and memory are bounded whatever is in it."""
    text = _text(data)
    lines = text.count("\n") + 1
    if lines > MOST_ROWS + 100:  # refused by counting, before anything is parsed
        raise TableError([Problem("too_many_rows", 0, "", f"{lines}")])
    separator = _separator(text)
    decimal_comma = separator != "," and _has_decimal_commas(text)
    rows = _rows(text, separator)
    if not rows:
        raise TableError([Problem("empty")])
    names, rows = _titles(rows, decimal_comma)
    _bounded(rows, len(names))
    values = _numbers(rows, names, decimal_comma)
    return Table(names, values, _target(names), hashlib.sha256(data).hexdigest())


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise TableError([Problem("too_big", 0, "", f"{len(data) / 1e6:.1f}")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError([Problem("not_text", data[: error.start].count(b"\n") + 1)]) from None
    if "\x00" in text:
        raise TableError([Problem("not_text", text[: text.index("\x00")].count("\n") + 1)])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _separator(text: str) -> str:
    """The separator in most of the first lines; a semicolon or a tab wins over a comma, which may be a decimal's."""
    first = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    for separator in (";", "\t"):
        if sum(separator in line for line in first) > len(first) / 2:
            return separator
    return ","


def _has_decimal_commas(text: str) -> bool:
    return re.search(r"\d,\d", text) is not None and re.search(r"\d\.\d", text) is None


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Each line's number and cells, without the empty lines."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error:
        raise TableError([Problem("not_text", reader.line_num)]) from None
    return found


def _titles(
    rows: list[tuple[int, list[str]]], decimal_comma: bool
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """The columns' names and the rows below them. A first line in which nothing is a number is the titles."""
    first = rows[0][1]
    if any(_is_number(cell, decimal_comma) for cell in first):
        return tuple(f"c{place}" for place in range(1, len(first) + 1)), rows
    names = []
    for place, cell in enumerate(first, 1):
        name = "".join(c for c in cell.strip() if c.isprintable())[:MOST_NAME] or f"c{place}"
        names.append(name if name not in names else f"{name[: MOST_NAME - 4]} ({place})")
    return tuple(names), rows[1:]


def _bounded(rows: list[tuple[int, list[str]]], columns: int) -> None:
    """``TableError`` where there is too little or too much of anything, or rows of different lengths."""
    if columns < 2:
        raise TableError([Problem("one_column")])
    if columns > MOST_COLUMNS:
        raise TableError([Problem("too_many_columns", 0, "", str(columns))])
    if len(rows) > MOST_ROWS or len(rows) * columns > MOST_CELLS:
        raise TableError([Problem("too_many_rows", 0, "", str(len(rows)))])
    ragged = [
        Problem("ragged", number, "", f"{len(cells)} ≠ {columns}") for number, cells in rows if len(cells) != columns
    ]
    if ragged:
        raise TableError(ragged[:MOST_PROBLEMS])
    if len(rows) < LEAST_ROWS:
        raise TableError([Problem("too_few_rows", 0, "", str(len(rows)))])


def _numbers(
    rows: list[tuple[int, list[str]]], names: tuple[str, ...], decimal_comma: bool
) -> Float[np.ndarray, "rows columns"]:
    found, problems = [], []
    for number, cells in rows:
        try:
            values = [_float(cell, decimal_comma) for cell in cells]
        except ValueError:
            values = [math.nan]
        if all(-LARGEST <= value <= LARGEST for value in values):  # false for what is not finite
            found.append(values)
            continue
        problems += [p for p in map(_wrong, cells, names, [number] * len(cells), [decimal_comma] * len(cells)) if p]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise TableError(problems[:MOST_PROBLEMS])
    return np.array(found, dtype=np.float64)


def _float(cell: str, decimal_comma: bool) -> float:
    if "_" in cell:  # Python would read 1_000 as a number
        raise ValueError(cell)
    return float((cell.replace(",", ".") if decimal_comma else cell).strip().replace("−", "-"))


def _is_number(cell: str, decimal_comma: bool) -> bool:
    try:
        return math.isfinite(_float(cell, decimal_comma))
    except ValueError:
        return False


def _wrong(cell: str, column: str, row: int, decimal_comma: bool) -> Problem | None:
    plain = "".join(c for c in cell.strip() if c.isprintable())[:MOST_NAME]
    if plain.lower() in _MISSING:
        return Problem("missing", row, column, plain)
    try:
        value = _float(cell, decimal_comma)
    except ValueError:
        return Problem("not_a_number", row, column, plain)
    if not math.isfinite(value):
        return Problem("not_finite", row, column, plain)
    return None if abs(value) <= LARGEST else Problem("too_large", row, column, plain)


def _target(names: tuple[str, ...]) -> int:
    """The column titled y or target; the last one otherwise."""
    titled = [place for place, name in enumerate(names) if name.lower() in TARGETS]
    return titled[0] if titled else len(names) - 1
