"""A person's own points: from the cells of a table, from a link. Numbers only, and bounded in number.

What cannot be read is answered with a list of problems, each with its row and column as the person counts them; a row
that is empty altogether is skipped. Those of a file are in ``own_points_file``.
"""

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from core.data.reading import LARGEST, Problem, Unreadable
from core.data.separable_data import Points

COLUMNS = ("x", "y", "class")  # the last is the label, ±1
MOST_ROWS, MOST_LINK = 2000, 1500
MOST_PROBLEMS = 50  # found before the rest of a table is left unread
LABELS = {"1": 1, "+1": 1, "+": 1, "1.0": 1, "-1": -1, "-": -1, "-1.0": -1, "0": -1, "0.0": -1}
_NUMBER = r"(-?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:e-?\d{1,3})?)"
_POINT = re.compile(rf"([pn]){_NUMBER}_{_NUMBER}")


PointsError = Unreadable


def read_rows(rows: Iterable[Sequence[str | None]], first_row: int = 1) -> Points:
    """The points of a table with the columns x, y, label; ``PointsError`` names each cell that is not right."""
    found, problems = [], []
    for number, cells in enumerate(rows, first_row):
        cells = [_plain(cell) for cell in cells]
        if not any(cells):
            continue
        if len(problems) >= MOST_PROBLEMS:
            break
        if len(found) + len(problems) >= MOST_ROWS:
            raise PointsError([Problem("too_many", number, "", str(MOST_ROWS))])
        if len(cells) != len(COLUMNS):
            problems.append(Problem("columns", number, "", str(len(cells))))
            continue
        wrong = [p for p in map(_wrong, cells, COLUMNS, [number] * 3) if p]
        problems += wrong
        if not wrong:
            found.append((rounded(float(cells[0])), rounded(float(cells[1])), LABELS[cells[2]]))
    if problems:
        raise PointsError(problems)
    if not found:
        raise PointsError([Problem("none")])
    table = np.array(found, float)
    return Points(table[:, :2], table[:, 2].astype(np.int64))


def to_link(points: Points) -> str | None:
    """The points as a short text for the address, None where it would not be short."""
    text = "".join(
        f"{'p' if y > 0 else 'n'}{_short(x[0])}_{_short(x[1])}" for x, y in zip(points.x, points.y, strict=True)
    )
    return text if len(text) <= MOST_LINK else None


def from_link(text: str) -> Points:
    """The points of such a text; ``ValueError`` for anything else."""
    if not 0 < len(text) <= MOST_LINK:
        raise ValueError(f"points must have from 1 to {MOST_LINK} characters, got {len(text)}")
    found, end = [], 0
    for match in _POINT.finditer(text):
        if match.start() != end:
            break
        found.append((match[2], match[3], "1" if match[1] == "p" else "-1"))
        end = match.end()
    if end != len(text):
        raise ValueError(f"points must be like p0.5_1.5n-0.5_-1.5, got {text[end : end + 20]!r}")
    return read_rows(found)


def cells(points: Points) -> list[tuple[str, str, str]]:
    """The points as a table shows them."""
    return [(f"{x[0]:.6g}", f"{x[1]:.6g}", f"{y:+d}") for x, y in zip(points.x, points.y, strict=True)]


def _plain(cell: str | None) -> str:
    return "" if cell is None else str(cell).strip().replace("−", "-").replace("＋", "+").replace("－", "-")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _wrong(cell: str, column: str, row: int) -> Problem | None:
    if not cell:
        return Problem("missing", row, column)
    if column == "class":
        return None if cell in LABELS else Problem("class", row, column, cell[:20])
    if not _is_number(cell):
        return Problem("not_a_number", row, column, cell[:20])
    if not math.isfinite(float(cell)):
        return Problem("not_finite", row, column, cell[:20])
    return None if abs(float(cell)) <= LARGEST else Problem("too_large", row, column, cell[:20])


def rounded(value: float) -> float:
    """Six significant digits: what a link carries. What is too small for a link is zero."""
    value = float(f"{value:.6g}")
    return value if abs(value) > 1e-99 else 0.0


def _short(value: float) -> str:
    return f"{value:.6g}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")
