"""Where the time of the tests goes: a table by concept and layer and the dearest tests, at the end of a run with
``--times FILE``.

The layer of a test is its folder; its concept is the slug of the catalogue that names a folder on its way, or else its
case, or else its file. Counted is the time of the processor: the test's own and that of all it has started, servers and
browsers included; and, in sums, that of the clock. ``FILE`` carries the times from one run to the next, so that the
last of several ends with the table of all. The processes of pytest-xdist send theirs along with their reports.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import psutil
import pytest

from ui import catalog

LAYERS = ("core", "charts", "pages", "ui", "browser", "faults")
HOUSE = "house"  # tests of no layer
AROUND = "around"  # no test: what a process does before, between and after its tests
SHARED = "shared"  # by all concepts
WITH_PROCESSES = ("browser", "faults")  # what is started there goes on after the test: it is asked how far it is
SPENT = "processor seconds"


@dataclass
class Times:
    """Seconds by concept and layer, and by test."""

    processor: Counter[tuple[str, str]] = field(default_factory=Counter)
    wall: Counter[tuple[str, str]] = field(default_factory=Counter)
    tests: Counter[tuple[str]] = field(default_factory=Counter)  # of the processor, by test with all its cases

    def write(self, file: Path) -> None:
        both = {name: [[*place, spent] for place, spent in vars(self)[name].items()] for name in vars(self)}
        file.write_text(json.dumps(both), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Times":
        """What earlier runs have written; nothing, where the file is empty or not there."""
        told = file.read_text(encoding="utf-8") if file.exists() else ""
        both = json.loads(told or "{}")
        return cls(**{name: Counter({tuple(place): spent for *place, spent in rows}) for name, rows in both.items()})


def place(nodeid: str, slugs: Iterable[str]) -> tuple[str, str]:
    """Concept and layer of a test."""
    file, _, test = nodeid.partition("::")
    *folders, name = PurePosixPath(file).parts
    layer = next((folder for folder in folders if folder in LAYERS), HOUSE)
    case = re.split(r"[^\w]", test.partition("[")[2])
    stem = name.removesuffix(".py").removeprefix("test_")
    longest_first = sorted(slugs, key=len, reverse=True)  # one may begin as another does
    named = (
        *(slug for slug in longest_first if slug in folders),
        *(slug for slug in longest_first if slug in case),
        *(slug for slug in longest_first if f"{stem}_".startswith(f"{slug}_")),
    )
    return next(iter(named), SHARED), layer


def table(times: Times, slugs: Sequence[str]) -> str:
    """Lines of concepts, columns of layers; at the end of both, their sums."""
    rows = [row for row in (*slugs, SHARED) if any(row == concept for concept, _ in times.processor)]
    columns = [c for c in (*LAYERS, HOUSE, AROUND) if any(c == layer for _, layer in times.processor)]

    def total(kind: Counter, row: str | None, column: str | None) -> float:
        return sum(spent for (c, la), spent in kind.items() if row in (None, c) and column in (None, la))

    lines = [["processor seconds", *columns, "all", "by the clock"]]
    for name, row in (*((row, row) for row in rows), ("all", None)):
        spent = [total(times.processor, row, column) for column in (*columns, None)]
        lines.append([name, *map(_seconds, spent), _seconds(total(times.wall, row, None))])
    by_the_clock = [total(times.wall, None, column) for column in (*columns, None)]
    lines.append(["by the clock", *map(_seconds, by_the_clock), ""])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip() for line in lines
    )


def dearest(times: Times, count: int = 25) -> str:
    """The tests that cost the processor most, all their cases together, a line each."""
    return "\n".join(f"{spent:6.0f}  {test}" for (test,), spent in times.tests.most_common(count))


def _seconds(spent: float) -> str:
    return f"{spent:.0f}" if spent >= 0.5 else "·"


def processor_seconds(with_processes: bool = False) -> float:
    """Spent by this process and all that it has waited for; ``with_processes``, also by those that still run."""
    spent = sum(os.times()[:4])
    for process in psutil.Process().children(recursive=True) if with_processes else ():
        try:
            spent += sum(process.cpu_times()[:4])
        except psutil.Error:  # it has just ended
            continue
    return spent


class Stopwatch:
    """In each process that runs tests: writes into a report what its test has spent since the report before."""

    def __init__(self) -> None:
        self._since, self.in_tests, self._with_processes = 0.0, 0.0, False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid):
        self._since = self._now(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        report = yield
        now = self._now(item.nodeid)
        report.user_properties.append((SPENT, now - self._since))
        self.in_tests += now - self._since
        self._since = now
        return report

    def _now(self, nodeid: str) -> float:
        self._with_processes |= place(nodeid, ())[1] in WITH_PROCESSES  # from the first of them on: none counts twice
        return processor_seconds(self._with_processes)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        getattr(session.config, "workeroutput", {})[SPENT] = self.around()

    def around(self) -> float:
        """Spent by this process beside tests. One that has run none has only waited for those that did."""
        return max(0.0, processor_seconds() - self.in_tests if self.in_tests else sum(os.times()[:2]))


class Book:
    """In the process that reports: adds up what the others have spent, and shows it."""

    def __init__(self, file: Path, slugs: Sequence[str], stopwatch: Stopwatch) -> None:
        self._file, self._slugs, self._stopwatch = file, slugs, stopwatch
        self._times = Times.read(file)

    def pytest_runtest_logreport(self, report):
        where = place(report.nodeid, self._slugs)
        spent = dict(report.user_properties).get(SPENT, 0.0)
        self._times.processor[where] += spent
        self._times.tests[(report.nodeid.partition("[")[0],)] += spent
        self._times.wall[where] += report.duration

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        self._times.processor[SHARED, AROUND] += getattr(node, "workeroutput", {}).get(SPENT, 0.0)

    def pytest_terminal_summary(self, terminalreporter):
        self._times.processor[SHARED, AROUND] += self._stopwatch.around()
        self._times.write(self._file)
        terminalreporter.section("where the time went")
        terminalreporter.write_line(table(self._times, self._slugs))
        terminalreporter.section("the dearest tests, in processor seconds")
        terminalreporter.write_line(dearest(self._times))


def pytest_addoption(parser):
    parser.addoption("--times", metavar="FILE", help="add the times to FILE, and end with a table of all that it has")


def pytest_configure(config):
    if not (file := config.getoption("--times")):
        return
    stopwatch = Stopwatch()
    config.pluginmanager.register(stopwatch, "basin-stopwatch")
    if not hasattr(config, "workerinput"):
        slugs = [concept.slug for concept in catalog.concepts()]
        config.pluginmanager.register(Book(Path(file), slugs, stopwatch), "basin-times")
