"""The house with twenty-seven concepts: Basin as it is and scratch ones from ``make concept``, measured as Basin is.

What grows with their number is what could break: the contents, a rerun of any page, the server's memory, and the tests.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.client import Client
from bench.first_page import HELLO, first
from bench.row import Row
from bench.server import ROOT, Server, demonstrating
from ui import catalog

CONCEPTS = 27
MEMORY, SHARE = 500.0, 25.0  # MB with every page shown once; seconds of the processor for one concept's tests
RERUNS = 30
SKIPPED = (".git", ".venv", "__pycache__", "node_modules", "out")


@contextmanager
def larger(count: int = CONCEPTS) -> Iterator[Path]:
    """A copy of Basin with so many concepts."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "basin"
        shutil.copytree(ROOT, there, ignore=shutil.ignore_patterns(*SKIPPED))
        for number in range(1, count - len(catalog.concepts()) + 1):
            section = catalog.SECTIONS[number % len(catalog.SECTIONS)]
            command = [sys.executable, "-m", "scaffold", f"scratch_{number}", "--section", section]
            environment = {**os.environ, "PYTHONPATH": str(there)}
            subprocess.run(command, cwd=there, env=environment, check=True, capture_output=True)
        yield there


@contextmanager
def serving(there: Path) -> Iterator[Server]:
    server = Server(cwd=there).start()
    try:
        yield server
    finally:
        server.stop()


def rerun(port: int) -> float:
    """Milliseconds of a moved slider on the cone's page, median."""
    with Client(port, "lipschitz") as client:
        times = [client.slide("lipschitz-slope", 20 + i % 10) for i in range(RERUNS)]
        return 1000 * statistics.median(times[10:])


def share(there: Path) -> float:
    """Seconds of the processor for the tests of one scratch concept: of two, less those of one of them, as a server
    and a browser are started for any number."""

    def spent(*chosen: str) -> float:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *chosen]
        before = psutil.Process().cpu_times()
        subprocess.run(command, cwd=there, capture_output=True, check=False)
        after = psutil.Process().cpu_times()
        return sum(getattr(after, name) - getattr(before, name) for name in ("children_user", "children_system"))

    folders = ("tests/core", "tests/charts", "tests/pages", "tests/ui", "tests/browser")
    return spent("-k", "scratch_5 or scratch_6", *folders) - spent("-k", "scratch_5", *folders)


def run() -> list[Row]:
    """Rows for the table."""
    _, hello = first(lambda: demonstrating(HELLO))
    with serving(ROOT) as server:
        now = rerun(server.port)
    with larger() as there:
        words, whole = first(lambda: serving(there))
        with serving(there) as server:
            slugs = sorted(path.stem for path in (there / "pages").glob("*.py"))
            wrong = []
            for slug in slugs:
                with Client(server.port, "" if slug == "home" else slug) as client:
                    wrong += client.exceptions
            time.sleep(3)
            memory, then = server.megabytes(), rerun(server.port)
        tests = share(there)
    at = f"with {CONCEPTS} concepts"
    return [
        Row(f"{at}: contents' words / hello", words / hello, "×", 1.2, "less"),
        Row(f"{at}: contents with the first row of pictures / hello", whole / hello, "×", 1.2, "less"),
        Row("rerun of the cone as it is", now, "ms"),
        Row(f"{at}: rerun of the cone / as it is", then / now, "×", 1.25, "less"),
        Row(f"{at}: memory, every page shown once", memory, "MB", MEMORY, "less"),
        Row(f"{at}: exceptions on {len(slugs)} pages", len(wrong), "", 0, "less"),
        Row("tests of one more concept, seconds of the processor", tests, "s", SHARE, "less"),
    ]
