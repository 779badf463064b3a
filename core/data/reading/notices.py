"""What is wrong with a file and where, and what was understood of it: ids of texts with what they are filled with."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_NAME = 24  # characters of a cell or a title that are kept


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what stands there. Row 0: the whole file."""

    code: str  # text id: "missing", "not_a_number", "too_many_rows", …
    row: int = 0
    column: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Note:
    """Something that was decided when a file was read, so that the person can see it before it is used."""

    code: str  # text id: "separator.semicolon", "decimal_comma", "missing", …
    names: tuple[str, ...] = ()  # titles, or cells as they stand in the file
    count: int = 0  # of rows or lines


class Unreadable(ValueError):
    """A file that cannot be read, with what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.code} in row {p.row}, column {p.column!r}: {p.detail!r}" for p in problems))
        self.problems = tuple(problems)


def shown(cell: str) -> str:
    """A cell as a message quotes it: short, and nothing in it that cannot be printed."""
    return "".join(c for c in cell.strip() if c.isprintable())[:MOST_NAME]
