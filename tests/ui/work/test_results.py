"""Results in memory: as many as fit; and on disk those that took long."""

import time

import pytest

from core import progress
from ui.work import kept
from ui.work.disk import Disk
from ui.work.kept import for_long
from ui.work.results import Results


def test_hundreds_are_kept_as_long_as_they_fit():
    results = Results()
    for i in range(500):
        results.keep(f"{i}", bytes(100_000))
    assert len(results.values()) == 500 and results.find("0") is not None


def test_bytes_bound_them_and_what_was_asked_for_longest_ago_goes():
    results = Results(most=10_000)
    for i in range(5):
        results.keep(f"{i}", bytes(3_000))
        results.find("0")
    assert [bool(results.find(f"{i}")) for i in range(5)] == [True, False, False, True, True]
    results.keep("4", bytes(3_000))
    assert len(results.values()) == 3, "kept again it counts once"


def test_the_newest_stays_however_large():
    results = Results(most=1_000)
    results.keep("small", b"x")
    results.keep("large", bytes(5_000))
    assert results.find("large") and not results.find("small")
    results.keep("next", b"y")
    assert results.find("next") and not results.find("large")


def test_what_cannot_be_pickled_is_kept_in_memory(tmp_path):
    results = Results(Disk(tmp_path / "kept"))
    results.keep("a", lambda: 3)
    assert results.find("a")() == 3 and Results(results.disk).find("a") is None


@pytest.fixture
def of_core(monkeypatch):
    """A function of core that takes long for a negative number, and the numbers it was called with."""
    calls = []

    def takes(x: float) -> float:
        calls.append(x)
        end = time.thread_time() + (0.02 if x < 0 else 0.0)
        while time.thread_time() < end:
            pass
        return 2 * x

    takes.__module__, takes.__qualname__ = "core.progress", "takes"
    monkeypatch.setattr(progress, "takes", takes, raising=False)
    monkeypatch.setattr(kept, "LONG", 0.01)
    return takes, calls


def test_what_took_long_is_there_after_a_restart_and_what_did_not_is_not_kept(tmp_path, of_core):
    takes, calls = of_core
    for _ in range(2):  # a server, and the next one
        keeps = for_long(takes, Results(Disk(tmp_path / "kept")))
        assert [keeps(-1.0), keeps(1.0), keeps(-1.0)] == [-2.0, 2.0, -2.0]
    assert calls == [-1.0, 1.0, 1.0]


def test_only_what_is_cores_is_kept_under_cores_version(tmp_path, of_core):
    takes, calls = of_core
    takes.__module__ = "charts.common"
    keeps = for_long(takes, Results(Disk(tmp_path / "kept")))
    assert keeps(-1.0) == keeps(-1.0) == -2.0 and len(calls) == 2


def test_arguments_that_cannot_be_written_down_are_computed_with(tmp_path, of_core):
    takes, calls = of_core
    keeps = for_long(lambda f: takes(f(-1.0)), Results(Disk(tmp_path / "kept")))
    keeps.__module__ = "core.progress"
    assert for_long(takes, Results())(-1.0) == -2.0
    assert keeps(lambda x: x) == -2.0 and calls == [-1.0, -1.0]
