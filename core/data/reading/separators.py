"""Text to rows of cells: by comma, semicolon, tab, bar or blanks, with quotes; comments and blank lines left out.

A first line ``sep=;`` decides. Otherwise a semicolon, a tab or a bar in most lines wins over a comma, which may be a
decimal's; blanks separate where there is no comma, or where every comma stands inside a number.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.reading.notices import Problem, Unreadable

SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma", " ": "blanks"}
LOOKED_AT = 20  # lines, and …
LONGEST = 20_000  # … characters, from which the separator is told
_SAYS = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NUMBER = re.compile(r"[-+−]?[\d.](?:[\d.,']*[\d.])?(?:[eE][-+]?\d+)?")  # as it may stand between blanks
_GROUPED = re.compile(r"[-+−]?\d{1,3}( \d{3})+([.,]\d+)?")  # one number, with blanks between its thousands
_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")  # the line under the titles of a table with bars


@dataclass(frozen=True)
class Lines:
    """The rows of a text, each with the line that it ends on, and what lay between them."""

    rows: list[tuple[int, list[str]]]
    separator: str
    comments: int


def split(text: str) -> Lines:
    """The rows of a text. Lines are counted as an editor counts them, also those that are left out."""
    lines = text.split("\n")
    said = _SAYS.fullmatch(lines[0])
    if said:
        lines[0] = ""
    commented = [place for place, line in enumerate(lines) if _is_comment(line)]
    for place in commented:
        lines[place] = ""
    separator = said[1] if said else _separator(lines)
    if separator == " ":
        lines = [line.replace("\t", " ").strip() for line in lines]
    if separator == "|" and all(re.fullmatch(r"\s*\|.*\|\s*", line) for line in lines if line.strip()):
        lines = ["" if _RULE.fullmatch(line) else line.strip().strip("|") for line in lines]
    return Lines(_rows(lines, separator), separator, len(commented))


def _is_comment(line: str) -> bool:
    """A line that begins with # or %; a title "#" with a separator behind it is none."""
    start = line.lstrip()
    return start[:1] in ("#", "%") and start[1:2] not in (",", ";", "\t", "|")


def _separator(lines: Sequence[str]) -> str:
    first = [line for line in "\n".join(lines[: 50 * LOOKED_AT])[:LONGEST].split("\n") if line.strip()][:LOOKED_AT]

    def most(holds) -> bool:
        return sum(bool(holds(line)) for line in first) > len(first) / 2

    if most(lambda line: "\t" in line and _is_numbers_between_blanks(line.split("\t")[0])):
        return " "  # a tab before the last column alone
    for separator in (";", "\t", "|"):
        if most(lambda line, sign=separator: sign in line.strip(" ")):
            return separator
    if most(_is_numbers_between_blanks):
        return " "
    if not most(lambda line: "," in line) and most(lambda line: len(line.split()) > 1):
        return " "
    return ","


def _is_numbers_between_blanks(line: str) -> bool:
    """Numbers alone, or two with a comma inside them among words. "1, 2" is not, nor is "5,12 Main St"."""
    words = line.split() if not _GROUPED.fullmatch(line.strip()) else []
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    if len(words) < 2 or any("," in word for word in words if word not in numbers):
        return False
    return len(numbers) == len(words) or sum("," in word for word in numbers) > 1


def _rows(lines: Sequence[str], separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error:
        raise Unreadable([Problem("not_text", reader.line_num)]) from None
    return found
