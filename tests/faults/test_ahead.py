"""A server at rest computes what is likely to be asked for next, and leaves it as soon as somebody comes."""

import asyncio

import pytest

from tests.faults.test_restart import kept, ready
from tests.faults.watching import Watcher, until
from ui.server import warming
from ui.work.ahead import Ahead


def test_the_positions_beside_a_moved_slider_are_there_before_they_are_asked_for(serve):
    server = serve()
    ready(server)
    with Watcher(server.port, "dropout", "model=digits&epochs=50&networks=1&width=32") as student:
        opened = len(kept(server))
        student.slide("dropout-label_noise", 6)  # it was at 4
        until(lambda: len(kept(server)) >= opened + 3, 60)
        for position in (7, 5):
            student.said.clear()
            student.slide("dropout-label_noise", position)
            assert student.said == [] and student.strip and student.exceptions == []
        assert "label_noise=0.25" in student.query


@pytest.fixture
def ahead(monkeypatch):
    """What waits, and what was opened, on a server that is at rest and has room."""
    waiting, opened = Ahead(), []
    waiting.suggest("a", [{"x": ["1"]}, {"x": ["2"]}])
    monkeypatch.setattr(warming, "AHEAD", waiting)
    monkeypatch.setattr(warming, "IDLE", 0.001)
    monkeypatch.setattr(warming, "LOOK", 0.001)
    monkeypatch.setattr(warming, "QUIET", 0.01)
    monkeypatch.setattr(warming, "runs", lambda: 0)
    monkeypatch.setattr(warming, "memory", lambda: 300.0)
    return waiting, opened


def a_while() -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(warming.compute_ahead(), 0.3))


def test_what_was_left_for_somebody_is_opened_again(ahead, monkeypatch):
    _, opened = ahead

    async def seen(page, query):
        opened.append((page, query))
        return len(opened) > 1

    monkeypatch.setattr(warming, "seen", seen)
    a_while()
    assert opened == [("a", "x=1"), ("a", "x=2"), ("a", "x=1")]


@pytest.mark.parametrize(
    ("name", "value"), [("memory", lambda: 2000.0), ("runs", lambda: 1)], ids=["memory is short", "somebody is there"]
)
def test_nothing_is_opened_where(ahead, monkeypatch, name, value):
    _, opened = ahead

    async def seen(page, query):
        opened.append(page)
        return True

    monkeypatch.setattr(warming, "seen", seen)
    monkeypatch.setattr(warming, name, value)
    a_while()
    assert opened == []


def test_nor_while_somebody_waits_for_long_work(ahead, monkeypatch):
    class Busy:
        running = 1

    monkeypatch.setattr(warming, "JOBS", Busy())
    test_nothing_is_opened_where(ahead, monkeypatch, "runs", lambda: 0)
