"""Long work that costs no processor: it sleeps, and notes who has begun it."""

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from core.progress import Progress


def sleeping(folder: str, steps: int, pause: float, answer: int) -> Iterator[Progress[list[int]]]:
    """So many steps of so many seconds. Whoever begins leaves a file: the process, and a dot for each step."""
    mark = Path(folder) / uuid.uuid4().hex
    mark.write_text(f"{os.getpid()} {time.time()} ", encoding="utf-8")
    for step in range(1, steps + 1):
        time.sleep(pause)
        with mark.open("a", encoding="utf-8") as file:
            file.write(".")
        yield Progress(step / steps, [answer] * step)


def failing(folder: str) -> Iterator[Progress[int]]:
    yield Progress(0.1)
    raise ValueError(f"too wide: {len(folder)}")


def begun(folder: Path) -> list[tuple[int, int]]:
    """The process of each beginning, and the steps that were done since."""
    return [(int(process), len(dots)) for process, _, dots in _marks(folder)]


def at_once(folder: Path) -> float:
    """How many were at work on average, from the first beginning to the last step."""
    begins = [float(begin) for _, begin, _ in _marks(folder)]
    ends = [path.stat().st_mtime for path in sorted(folder.iterdir())]
    return (sum(ends) - sum(begins)) / (max(ends) - min(begins))


def _marks(folder: Path) -> list[list[str]]:
    return [path.read_text(encoding="utf-8").split(" ") for path in sorted(folder.iterdir())]
