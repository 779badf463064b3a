"""What each column of a sheet is: numbers, one of two words, words, a count of the rows, or nothing at all.

numbers   most of what stands there are numbers; a cell that is none is a problem with its row
two       words, of which there are exactly two: the first is 0 and the second 1, in the order of the alphabet but
          for the pairs that say no and yes
words     other words
id        the first column where it counts the rows (0, 1, 2, … or 1, 2, 3, …) or is another word in each of them
empty     no cell has anything
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.reading.notices import shown
from core.data.reading.numerals import Numerals, plain
from core.data.reading.sheet import Sheet

NO = ("false", "no", "n", "f", "off", "否", "假", "negative", "neg")  # the first of a pair, whatever the other one is
COUNTS_FOR_ITSELF = (  # a title that is no row number's
    {"x", "x1", "t", "n", "k", "step", "epoch", "dose", "level", "age"}
    | {"time", "second", "minute", "hour", "day", "week", "month", "year"}
)  # fmt: skip
LEAST_IDS = 3  # rows
LARGEST = 1e9


@dataclass(frozen=True)
class Column:
    """One column of a sheet, read."""

    title: str
    kind: str  # "numbers", "two", "words", "id", "empty"
    cells: tuple[str, ...]
    values: tuple[float | None, ...]  # nan where missing, None where there is no number
    pair: tuple[str, ...] = ()  # of kind "two": what stands for 0 and for 1

    @property
    def is_used(self) -> bool:
        return self.kind in ("numbers", "two")


def columns(sheet: Sheet) -> list[Column]:
    """The columns of a sheet, in its order."""
    found = [_column(title, cells, sheet.numerals) for title, cells in zip(sheet.titles, _turned(sheet), strict=True)]
    if len(found) > 1 and _is_id(found[0], len(found)):
        found[0] = Column(found[0].title, "id", found[0].cells, found[0].values)
    return found


def _turned(sheet: Sheet) -> Sequence[Sequence[str]]:
    return list(zip(*sheet.rows, strict=True)) if sheet.rows else [()] * len(sheet.titles)


def _column(title: str, cells: Sequence[str], numerals: Numerals) -> Column:
    values = numerals.values(cells)
    words = [cell for cell, value in zip(cells, values, strict=True) if value is None]
    there = [cell for cell, value in zip(cells, values, strict=True) if value is None or not math.isnan(value)]
    if cells and not there:
        return Column(title, "empty", tuple(cells), values)
    if len(words) * 2 <= len(there):
        return Column(title, "numbers", tuple(cells), values)
    pair = two(there)
    if not pair:
        return Column(title, "words", tuple(cells), values)
    places = {one_name(word): float(place) for place, word in enumerate(pair)}
    coded = tuple(
        math.nan if v is not None and math.isnan(v) else places[one_name(c)] for c, v in zip(cells, values, strict=True)
    )
    return Column(title, "two", tuple(cells), coded, pair)


def two(words: Sequence[str]) -> tuple[str, ...]:
    """The two words that there are, as first written, the one for 0 first; () where there are fewer or more."""
    different = {}
    for word in words:
        different.setdefault(one_name(word), shown(word))
    if len(different) != 2:
        return ()
    return tuple(different[name] for name in sorted(different, key=lambda name: (name not in NO, name)))


def one_name(word: str) -> str:
    """A word in one spelling: True and true are the same."""
    return shown(word).casefold()


def _is_id(column: Column, count: int) -> bool:
    cells = [plain(cell) for cell in column.cells]
    if len(cells) < LEAST_IDS:
        return False
    if column.kind == "words":
        return len(set(cells)) == len(cells)
    named = column.title.lower() in COUNTS_FOR_ITSELF
    if count < 3 or named or column.kind != "numbers" or cells[0] not in ("0", "1"):
        return False
    return cells == [str(int(cells[0]) + place) for place in range(len(cells))]


def wrong(column: Column) -> dict[int, str]:
    """The rows (from 0) of the cells that are no finite number within ±LARGEST, with the text ids of why not."""
    places = [k for k, v in enumerate(column.values) if v is None or not (-LARGEST <= v <= LARGEST or v != v)]
    return {place: _wrong_with(column.values[place]) for place in places}


def _wrong_with(value: float | None) -> str:
    if value is None:
        return "not_a_number"
    return "not_finite" if math.isinf(value) else "too_large"
