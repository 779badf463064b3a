"""What is done for the whole server: garbage is collected now and then, and no file is left open."""

import asyncio
import os
import sys
import weakref
from pathlib import Path

import pytest

from ui.server import startup
from ui.work import settle
from ui.work.settle import Collector, Imports

CONFIGURATION = Path(__file__).parents[3] / ".streamlit" / "config.toml"


class Knot:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_is_collected_but_not_at_every_rerun(monkeypatch):
    now, collector = [100.0], Collector()
    monkeypatch.setattr(settle.time, "monotonic", lambda: now[0])
    known = weakref.ref(Knot())
    assert collector.collect() and known() is None
    assert not collector.collect(), "at once again there is nothing to gain"
    now[0] += settle.BETWEEN
    assert collector.collect()


def test_streamlit_itself_does_not_collect():
    assert "postScriptGC = false" in CONFIGURATION.read_text(encoding="utf-8")


def test_nor_does_python_itself_once_settled(monkeypatch):
    done = []
    for name in ("disable", "freeze"):
        monkeypatch.setattr(settle.gc, name, lambda name=name: done.append(name))
    settle._settle()
    assert done == ["freeze", "disable"]


def test_what_is_imported_later_is_settled_too_once_the_import_is_over(monkeypatch):
    now, imports = [100.0], Imports()
    monkeypatch.setattr(settle.time, "monotonic", lambda: now[0])
    assert imports.are_new(1000), "a new server settles at once"
    assert not imports.are_new(1000)
    for modules in range(1001, 1100):
        assert not imports.are_new(modules), "while an import is under way nobody is stopped for it"
    now[0] += settle.QUIET
    assert imports.are_new(1099)
    assert not imports.are_new(1099)


def test_a_run_settles_where_imports_are_new(monkeypatch):
    settled = []
    monkeypatch.setattr(settle, "_settle", lambda: settled.append(True))
    monkeypatch.setattr(settle, "IMPORTS", Imports())
    settle.settle()
    settle.settle()
    assert settled == [True]


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="this system does not list what is open")
def test_no_file_is_left_open():
    with open(os.devnull) as _:
        before = len(os.listdir("/dev/fd"))
        settle._send_at_once.__wrapped__()
        assert len(os.listdir("/dev/fd")) == before


def test_a_server_lets_a_thread_that_waits_have_the_lock_soon(monkeypatch):
    async def nothing():
        pass

    for name in ("import_libraries", "draw_first_pictures"):
        monkeypatch.setattr(startup, name, lambda: None)
    monkeypatch.setattr(startup, "_get_ready", nothing)
    monkeypatch.setattr(startup.webbrowser, "open", lambda address: None)
    before = sys.getswitchinterval()

    async def start() -> float:
        async with startup.lifespan(None):
            return sys.getswitchinterval()

    try:
        assert asyncio.run(start()) <= before / 5
    finally:
        sys.setswitchinterval(before)
