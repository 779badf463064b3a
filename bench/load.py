"""A lecture hall: so many students at once, over all pages, each of whom moves a control every few seconds.

``python -m bench.load --clients 100 --seconds 60`` (``make load``). The server is started as ``make app`` does, and the
students are protocol clients in another process. They all open their page at the same moment, as a room does that
has just been given the link, and then change something, wait as long as a person looks, and change something again; who
is still waiting then moves on, as people do. An answer that needs long work counts twice: until the page says
how far it is or how many are served before, and until it is whole. ``--one-page`` is a lecture: see ``bench.one_page``.
"""

import argparse
import logging
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from bench.row import Row
from bench.server import serving
from bench.student import Answer, Student
from ui import catalog

BAR, MOST_MEMORY, THINK = 0.3, 1000.0, 5.0  # seconds, MB, seconds between two changes of one student
PATIENCE = 120.0  # seconds that a student waits for the page to open


@dataclass
class Hall:
    """What was seen by all students together."""

    opened: list[float] = field(default_factory=list)  # seconds until the page was whole
    answers: list[tuple[str, Answer]] = field(default_factory=list)  # with the page
    exceptions: list[str] = field(default_factory=list)
    megabytes: dict[str, float] = field(default_factory=dict)  # of the server, by moment
    processor: float = 0.0  # seconds of it that the server used while they played
    lasted: float = 0.0  # seconds that they played


def pages() -> list[str]:
    """Every page, the contents too."""
    return ["", *(concept.slug for concept in catalog.concepts())]


Change = Callable[[Student, random.Random, float], Answer]  # what a student does who has so many seconds for it


def attend(hall: Hall, port: int, number: int, page: str, together: threading.Barrier, seconds, think, change) -> None:
    """One student, from the opening of the page to the end of the lecture."""
    rng = random.Random(number)
    try:
        together.wait()
        start = time.perf_counter()
        with Student(port, page) as student:
            hall.opened.append(time.perf_counter() - start)
            together.wait()
            end = time.monotonic() + seconds
            time.sleep(rng.uniform(0, think))
            while time.monotonic() < end:
                following = time.monotonic() + think * rng.uniform(0.6, 1.4)
                hall.answers.append((page or "contents", change(student, rng, following - time.monotonic())))
                time.sleep(max(0.0, following - time.monotonic()))
            together.wait()  # measured while all are still there
            together.wait()
        hall.exceptions += student.exceptions
    except Exception as error:
        hall.exceptions.append(f"{page}: {type(error).__name__}: {error}")
        together.abort()


def lecture(
    clients: int,
    seconds: float,
    *,
    think: float = THINK,
    where: Sequence[str] | None = None,
    change: Change = Student.change,
) -> Hall:
    """Fill the hall, let them play on the pages ``where``, or all of them; send them home."""
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # of one who leaves a slow server there is much to say
    hall, together, on = Hall(), threading.Barrier(clients + 1), where or pages()
    with serving() as server:
        hall.megabytes["before anybody came"] = server.megabytes()
        for page in pages():
            with Student(server.port, page):
                pass
        hall.megabytes["each page shown once"] = server.megabytes()
        enters = partial(attend, hall, server.port, together=together, seconds=seconds, think=think, change=change)
        students = [
            threading.Thread(target=enters, args=(number, on[number % len(on)]), daemon=True)
            for number in range(clients)
        ]
        for student in students:
            student.start()
        moments = ("all have opened their page", "at the end, all still there")
        try:
            together.wait()
            for moment, patience in zip(moments, (PATIENCE, seconds + 2 * PATIENCE), strict=True):  # one may still wait
                together.wait(patience)
                hall.megabytes[moment] = server.megabytes()
                spent, now = server.processor_seconds(), time.perf_counter()
                hall.processor, hall.lasted = spent - hall.processor, now - hall.lasted
            together.wait()
        except threading.BrokenBarrierError:
            hall.exceptions.append("a student had to leave")
        for student in students:
            student.join(PATIENCE)
        hall.megabytes["all have left"] = server.megabytes()
    return hall


def spread(what: str, seconds: list[float], bar: float | None = None) -> list[Row]:
    """Median, 95 in 100 and worst, in milliseconds; the bar is for the 95."""
    if not seconds:
        return []
    middle, most, worst = 1000 * np.quantile(seconds, [0.5, 0.95, 1.0])
    limit = None if bar is None else 1000 * bar
    return [
        Row(f"{what}: p50", middle, "ms"),
        Row(f"{what}: p95", most, "ms", limit, "less"),
        Row(f"{what}: worst", worst, "ms"),
    ]


def run(clients: int = 100, seconds: float = 60) -> list[Row]:
    """Rows for the table."""
    hall = lecture(clients, seconds)
    for line in sorted(set(hall.exceptions))[:10]:
        print(line, file=sys.stderr)
    answers = [answer for _, answer in hall.answers]
    long = [answer for answer in answers if answer.is_long]
    plain = [answer for answer in answers if not answer.is_long]
    whole = [answer.told for answer in plain]  # of one who moved on, how long they had waited: not leaving them out
    trained = [answer.whole for answer in long if answer.whole is not None]
    abandoned = sum(answer.whole is None for answer in plain)
    memory = hall.megabytes
    rows = [
        Row(f"lecture hall: {clients} students, changes made", len(answers), ""),
        *spread("all open their page at once", hall.opened),
        *spread("a control moved → page whole", whole, BAR),
        *spread("moved into long work → bar or place in the queue", [answer.told for answer in long], BAR),
        *spread("long work whole, for those who waited", trained),
        Row("changes without long work that were not whole when the student moved on", abandoned, "", 0, "less"),
        Row("long work that was not whole when the student moved on", len(long) - len(trained), ""),
        *(Row(f"on {page}: p95", 1000 * np.quantile(t, 0.95), "ms") for page, t in by_page(hall.answers).items()),
        Row("processor time of the server for each change", 1000 * hall.processor / max(len(answers), 1), "ms"),
        Row("share of one core that the server had", hall.processor / max(hall.lasted, 1e-9), ""),
        Row("exceptions", len(hall.exceptions), "", 0, "less"),
    ]
    first, last = ("each page shown once", "at the end, all still there")
    if last in memory:
        rows.append(Row("memory for each student", (memory[last] - memory[first]) / clients, "MB"))
    return rows + [
        Row(f"memory of the server: {moment}", size, "MB", MOST_MEMORY, "less") for moment, size in memory.items()
    ]


def by_page(answers: list[tuple[str, Answer]]) -> dict[str, list[float]]:
    """Seconds of waiting on each page; until the page says how far it is, where the work is long."""
    found: dict[str, list[float]] = {}
    for page, answer in answers:
        found.setdefault(page, []).append(answer.told)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--clients", type=int)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--one-page", nargs="?", const="every", metavar="SLUG", help="all on one page, and each in turn")
    options = asked.parse_args()
    if options.one_page is None:
        print(*run(options.clients or 100, options.seconds), sep="\n")
        return
    from bench import one_page

    slugs = None if options.one_page == "every" else [options.one_page]
    print(*one_page.run(options.clients or one_page.CLASS, options.seconds, slugs), sep="\n")


if __name__ == "__main__":
    main()
