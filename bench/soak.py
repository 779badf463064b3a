"""A term of students: a thousand sessions opened, played with and closed, and the memory that they leave behind.

``python -m bench.soak --sessions 1000`` (``make soak``). The first 300 sessions are to warm up: by then every page has
been shown and Streamlit keeps as many closed sessions (128, for two minutes, in case they come back) as it ever will.
"""

import argparse
import random
import sys
import threading
from collections.abc import Iterator

from bench.load import pages
from bench.row import Row
from bench.server import serving
from bench.student import Student

WARM, AT_ONCE, PATIENCE, GROWTH = 300, 4, 60.0, 15.0  # sessions, students at a time, seconds, per cent


def visit(port: int, number: int) -> list[str]:
    """One session: a page, a change, and gone. What went wrong."""
    page = pages()[number % len(pages())]
    try:
        with Student(port, page) as student:
            student.change(random.Random(number), PATIENCE)
            return student.exceptions
    except (OSError, TimeoutError) as error:
        return [f"{page}: {error}"]


def sessions(port: int, numbers: range) -> list[str]:
    """So many sessions, a few at a time."""
    wrong, waiting, taking = [], iter(numbers), threading.Lock()

    def one_after_another(waiting: Iterator[int]) -> None:
        while True:
            with taking:
                number = next(waiting, None)
            if number is None:
                return
            wrong.extend(visit(port, number))

    threads = [threading.Thread(target=one_after_another, args=(waiting,)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def run(count: int = 1000) -> list[Row]:
    """Rows for the table."""
    with serving() as server:
        process = server.watched
        wrong = sessions(server.port, range(WARM))
        before, threads = server.megabytes(), process.num_threads()
        wrong += sessions(server.port, range(WARM, WARM + count))
        after, files = server.megabytes(), process.num_fds()
        left = process.num_threads() - threads
    for line in sorted(set(wrong))[:10]:
        print(line, file=sys.stderr)
    return [
        Row(f"soak: memory after the first {WARM} sessions", before, "MB"),
        Row(f"soak: memory after {count} more", after, "MB"),
        Row("soak: growth", 100 * (after / before - 1), "%", GROWTH, "less"),
        Row("soak: threads more than before", left, "", 5, "less"),
        Row("soak: open files and lines", files, ""),
        Row("soak: exceptions", len(wrong), "", 0, "less"),
    ]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sessions", type=int, default=1000)
    print(*run(asked.parse_args().sessions), sep="\n")


if __name__ == "__main__":
    main()
