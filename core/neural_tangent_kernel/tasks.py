"""The few points that the networks learn: inputs, targets, and a line of inputs on which their functions are drawn.

wave, steps   on the real line
circle        on the circle ‖x‖² = d = 2, learning x₁x₂ (Jacot, Gabriel & Hongler 2018, Figure 2)
own           a person's, as text: pairs «x y», one after another, separated by semicolons or lines;
              the decimal mark is a comma where blanks separate the two numbers and no comma can
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

GRID = 49  # points of the line on which functions are drawn
MOST_POINTS = 24
MOST_TEXT = 400
LARGEST = 100.0
_DECIMAL = re.compile(r"[+-]?\d+(,\d+)?")


@dataclass(frozen=True)
class Task:
    """What is learned, and where it is looked at."""

    x: Float[np.ndarray, "n d"]
    y: Float[np.ndarray, " n"]
    place: Float[np.ndarray, " n"]  # where on the drawn axis each sample is
    grid: Float[np.ndarray, "points d"]
    grid_place: Float[np.ndarray, " points"]

    @property
    def middle(self) -> int:
        """The sample whose kernel is drawn: the middle one."""
        return int(np.argsort(self.place, kind="stable")[(len(self.place) - 1) // 2])

    @property
    def size(self) -> float:
        """Root of the mean square of the targets; one where they are all zero."""
        return float(np.sqrt(np.mean(self.y**2))) or 1.0


class TaskError(ValueError):
    """Text that is not a list of points: what is wrong (a text id), at which pair, and what stands there."""

    def __init__(self, code: str, number: int = 0, detail: str = "") -> None:
        super().__init__(f"{code} at pair {number}: {detail!r}")
        self.code, self.number, self.detail = code, number, detail


def on_the_line(place: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Task:
    """Samples on the real line, drawn with room on both sides."""
    low, high = float(place.min()), float(place.max())
    room = 0.3 * (high - low) or max(1.0, abs(low))
    grid = np.linspace(low - room, high + room, GRID)
    return Task(place[:, None], y, place, grid[:, None], grid)


def wave() -> Task:
    return on_the_line(np.array([-1.5, -0.9, -0.2, 0.5, 1.0, 1.6]), np.array([0.3, 1.0, -0.6, -0.9, 0.7, 0.4]))


def steps() -> Task:
    return on_the_line(np.array([-1.5, -0.8, -0.3, 0.3, 0.8, 1.5]), np.array([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0]))


def circle() -> Task:
    angle, grid = np.array([-2.6, -1.5, -0.6, 0.5, 1.2, 2.4]), np.linspace(-np.pi, np.pi, GRID)
    x, line = (np.sqrt(2) * np.stack([np.cos(a), np.sin(a)], axis=1) for a in (angle, grid))
    return Task(x, x[:, 0] * x[:, 1], angle, line, grid)


TASKS: dict[str, Callable[[], Task]] = {"wave": wave, "steps": steps, "circle": circle}
OWN = "-1 0.5; -0.3 -0.8; 0.4 0.6; 1.2 0.2"


def own(text: str) -> Task:
    """The task of such a text; ``TaskError`` for anything else."""
    if len(text) > MOST_TEXT:
        raise TaskError("too_long", detail=str(MOST_TEXT))
    pairs = [pair for pair in re.split(r"[;；\n]", text.replace("−", "-")) if pair.strip()]
    if not pairs:
        raise TaskError("none")
    if len(pairs) > MOST_POINTS:
        raise TaskError("too_many", detail=str(MOST_POINTS))
    found = np.array([_pair(pair, number) for number, pair in enumerate(pairs, 1)])
    return on_the_line(found[:, 0], found[:, 1])


def as_text(points: Sequence[tuple[float, float]]) -> str:
    """The text of such a task; ``TaskError`` where ``own`` could not read it."""
    text = "; ".join(f"{x:.4g} {y:.4g}" for x, y in points)
    own(text)
    return text


def _pair(pair: str, number: int) -> tuple[float, float]:
    cells = pair.split()
    if len(cells) == 2 and all(_DECIMAL.fullmatch(cell) for cell in cells):  # 0,5 −1,25
        cells = [cell.replace(",", ".") for cell in cells]
    else:
        cells = [cell for cell in re.split(r"[\s,，]+", pair.strip()) if cell]
    if len(cells) != 2:
        raise TaskError("not_a_pair", number, pair.strip()[:20])
    return _number(cells[0], number), _number(cells[1], number)


def _number(cell: str, number: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise TaskError("not_a_number", number, cell[:20]) from None
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise TaskError("too_large", number, cell[:20])
    return value
