"""One line of the table: what was measured, and the bar it has to clear."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """A measured figure. Without a bar it is there to explain the others."""

    what: str
    measured: float
    unit: str
    bar: float | None = None
    better: Literal["more", "less"] = "more"

    @property
    def clears(self) -> bool | None:
        if self.bar is None:
            return None
        return bool(self.measured >= self.bar if self.better == "more" else self.measured <= self.bar)

    def __str__(self) -> str:
        bar = "" if self.bar is None else f"{'≥' if self.better == 'more' else '≤'} {self.bar:g}"
        mark = {True: "✓", False: "✗", None: " "}[self.clears]
        return f"{mark} {self.what:58s} {self.measured:10.4g} {self.unit:5s} {bar}"


def shortest(work: Callable, runs: int) -> tuple:
    """The result and the shortest time in seconds: what the machine's other work disturbs least."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return result, min(seconds)
