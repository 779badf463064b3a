"""A lecture: forty students, all on the same page, each of whom moves a slider every five seconds; every page in turn.

``python -m bench.load --one-page`` (``make load`` ends with it). Each page has a server of its own, started as
``make app`` does, which knows nothing of the others' results. How students move sliders says ``Student.follow``. Nobody
moves on: an answer counts until the page is whole, however long its work (two minutes at most, and then as these), and
only then, or five seconds after the last change, whichever is later, comes the next. On the kernel's page a hundred try
the same.
"""

import sys
from collections.abc import Sequence

import numpy as np

from bench.load import MOST_MEMORY, PATIENCE, Hall, lecture
from bench.row import Row
from bench.student import Student
from ui import catalog

CLASS, BAR = 40, 3.0  # students, seconds until 95 in 100 changes are whole
LARGE, SLOWEST, LARGE_BAR = 100, "neural_tangent_kernel", 8.0  # so many on that page
# p50 and p95 in seconds, before long work was made cheaper and its results kept on disk.
BEFORE = {"neural_tangent_kernel": (33.0, 84.0), "double_descent": (None, 30.0)}


def waits(student: Student, rng, _) -> object:
    """Move a slider, and wait for all that comes of it."""
    return student.follow(rng, PATIENCE)


def held(slug: str, clients: int, seconds: float, bar: float) -> list[Row]:
    """One page's lecture."""
    hall = lecture(clients, seconds, where=[slug], change=waits)
    for line in sorted(set(hall.exceptions))[:10]:
        print(line, file=sys.stderr)
    return rows(hall, f"{clients} students on {slug}", bar)


def rows(hall: Hall, what: str, bar: float) -> list[Row]:
    answers = [answer for _, answer in hall.answers]
    seconds = [PATIENCE if answer.whole is None else answer.whole for answer in answers]
    middle, most, worst = np.quantile(seconds, [0.5, 0.95, 1.0]) if seconds else [PATIENCE] * 3
    return [
        Row(f"{what}: changes made", len(answers), ""),
        Row(f"{what}: of them with long work", sum(answer.is_long for answer in answers), ""),
        Row(f"{what}: a slider moved → page whole: p50", middle, "s"),
        Row(f"{what}: a slider moved → page whole: p95", most, "s", bar, "less"),
        Row(f"{what}: a slider moved → page whole: worst", worst, "s"),
        Row(f"{what}: memory of the server, at most", max(hall.megabytes.values()), "MB", MOST_MEMORY, "less"),
        Row(f"{what}: exceptions", len(hall.exceptions), "", 0, "less"),
    ]


def run(clients: int = CLASS, seconds: float = 60, slugs: Sequence[str] | None = None) -> list[Row]:
    """Rows for the table; of all pages where none is named, and then of a hundred on the slowest."""
    found = []
    for slug in slugs or [concept.slug for concept in catalog.concepts()]:
        for name, before in zip(("p50", "p95"), BEFORE.get(slug, ()), strict=False):
            if before is not None and clients == CLASS:
                found.append(Row(f"{clients} students on {slug}: {name} as issue 19 found it", before, "s"))
        found += held(slug, clients, seconds, BAR)
    if slugs is None:
        found += held(SLOWEST, LARGE, seconds, LARGE_BAR)
    return found
