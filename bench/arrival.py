"""A class that arrives together: sixty students who open one page at the same moment.

Warm: on a server that has shown the page before. Cold: on one that became healthy a moment ago, with nothing shown yet.
Every page in turn, the contents too; a page's long work counts until it is whole.
"""

import threading
import time

import numpy as np

from bench.client import Client
from bench.load import pages
from bench.row import Row
from bench.server import serving

STUDENTS, WARM, COLD = 60, 2.0, 4.0  # the bars are seconds at p95


def arrive(port: int, page: str, students: int = STUDENTS) -> tuple[list[float], list[str]]:
    """Seconds until the page was whole, for each; and what went wrong."""
    together, seconds, wrong = threading.Barrier(students), [], []

    def one() -> None:
        together.wait()
        start = time.perf_counter()
        try:
            with Client(port, page) as student:
                seconds.append(time.perf_counter() - start)
                wrong.extend(student.exceptions)
        except (OSError, TimeoutError) as error:
            wrong.append(f"{page}: {type(error).__name__}")

    class_ = [threading.Thread(target=one, daemon=True) for _ in range(students)]
    for student in class_:
        student.start()
    for student in class_:
        student.join()
    return seconds, wrong


def run() -> list[Row]:
    """Rows for the table."""
    rows, wrong = [], []
    for kind, bar in (("warm", WARM), ("cold", COLD)):
        for page in pages():
            with serving() as server:
                if kind == "warm":
                    with Client(server.port, page):
                        pass
                seconds, failed = arrive(server.port, page)
            wrong += failed
            middle, most = np.quantile(seconds, [0.5, 0.95])
            name = f"{STUDENTS} open {page or 'the contents'} at once, {kind}"
            rows += [Row(f"{name}: p50", middle, "s"), Row(f"{name}: p95", most, "s", bar, "less")]
    return [*rows, Row("arrival: exceptions", len(wrong), "", 0, "less")]
