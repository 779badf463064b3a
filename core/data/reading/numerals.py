"""Cells to numbers: 1234.56 · 1.234,56 · 1,234.56 · 1 234,56 · 1'234.56, one way of writing for the whole file.

The way that reads most of the cells is taken; of two that read the same cells, the one without a thousands mark, so
that 1,234 is 1.234 (but 1234 where the comma separates the cells too). Where another way would have read other numbers,
an example is handed out, so that the page can say it.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "--", ".", "#n/a", "#na"}
MOST_COMPARED = 20_000  # different cells with a mark, from which the way of writing is told
_SAME = str.maketrans("−－＋\u00a0\u202f\u2009’", "--+   '")
_MARKED = re.compile(r"[+-]?(?=.*\d)[\d.,' ]*[.,' ][\d.,' ]*(?:[eE][+-]?\d+)?", re.ASCII)
_INFINITE = {"inf", "infinity", "∞"}


@dataclass(frozen=True)
class Numerals:
    """How numbers are written: the decimal mark and the thousands mark, "" where there is none."""

    decimal: str = "."
    group: str = ""

    def value(self, cell: str) -> float | None:
        """The number of a cell, nan where it is missing, None where it is something else."""
        return self.values((cell,))[0]

    def values(self, cells: Sequence[str]) -> tuple[float | None, ...]:
        """The numbers of many cells: files have some hundred thousand of them."""
        matches, is_plain = _pattern(self).fullmatch, self == Numerals()
        found = []
        for cell in cells:
            text = cell.strip() if cell.isascii() else plain(cell)
            if not matches(text):
                found.append(_not_a_number(text.lower()))
            elif is_plain:
                found.append(float(text))
            else:
                found.append(float(text.replace(self.group, "").replace(self.decimal, ".")))
        return tuple(found)


def _not_a_number(lower: str) -> float | None:
    if lower in MISSING:
        return math.nan
    return math.copysign(math.inf, -1 if lower[0] == "-" else 1) if lower.lstrip("+-") in _INFINITE else None


@dataclass(frozen=True)
class Decided:
    """How a file writes its numbers; ``example``: a cell that could mean another number, "" where none could."""

    numerals: Numerals
    example: str = ""


WAYS = tuple(Numerals(decimal, group) for group in ("", ",", ".", " ", "'") for decimal in ".," if decimal != group)
_IN_COMMAS = (Numerals(), Numerals(".", ","))  # these first where the comma separates the cells


def plain(cell: str) -> str:
    """A cell with one kind of sign, blank and apostrophe."""
    return (cell if cell.isascii() else cell.translate(_SAME)).strip()


def decide(cells: Iterable[str], separator: str) -> Decided:
    """The way of writing of a file with these cells."""
    marked = {}
    for cell in dict.fromkeys(cells):
        text = cell.strip() if cell.isascii() else plain(cell)
        if _MARKED.fullmatch(text):
            marked[text] = None
            if len(marked) == MOST_COMPARED:
                break
    if not marked:
        return Decided(Numerals())
    ways = (*_IN_COMMAS, *WAYS) if separator == "," else WAYS
    read = {way: sum(bool(_pattern(way).fullmatch(text)) for text in marked) for way in ways}
    chosen = max(read, key=read.__getitem__)  # the first of the best
    if separator == ";" or "," in (chosen.decimal, chosen.group):  # elsewhere nobody doubts that 1.234 is 1.234
        rivals = [way for way in ways if read[way] == read[chosen]]
        for text in marked:
            if len({way.value(text) for way in rivals} - {None}) > 1:
                return Decided(chosen, text)
    return Decided(chosen)


@lru_cache
def _pattern(way: Numerals) -> re.Pattern[str]:
    group, mark = re.escape(way.group), re.escape(way.decimal)
    whole = rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)" if group else "[0-9]+"
    return re.compile(rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?")
