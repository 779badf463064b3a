"""A server that has just started gets ready by itself: it opens every page once, before a class does.

The visitor is a session inside the server, without a browser: what a page imports, and what it computes untouched, is
there afterwards for everybody. Later it opens what is likely to be asked for next (``ui.work.ahead``). People go first:
it begins a page when nobody's page is running and nobody waits for long work, and leaves one, to come back later, when
somebody's begins.
"""

import asyncio
import gc
import inspect
import os
import resource
import sys
import threading
import time
from collections import deque
from importlib import import_module
from itertools import product
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime

from charts.theme import theme
from ui import catalog
from ui.contents import overview
from ui.work.ahead import AHEAD
from ui.work.jobs import JOBS, RUN

# What pages import besides their charts. torch comes with the first page that trains.
LIBRARIES = ("charts.common", "scipy.optimize", "scipy.integrate", "ui.page.frame", "ui.live.sight", "streamlit.emojis")
LOOK, IDLE = 0.05, 0.5  # seconds between two looks at whether somebody has come, and at whether there is a link to open
QUIET = 0.4  # seconds without anybody's run, after which the next page is opened
MOST_MEMORY = 700.0  # MB, from which on no further page is opened: hosts end a server that takes too much
LONGEST = 60.0  # seconds for one page


class Visitor:
    """One who opens a page and reads nothing of it."""

    def __init__(self) -> None:
        self.is_over = asyncio.Event()

    def write_forward_msg(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "script_finished":
            ended_early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if not ended_early:
                self.is_over.set()

    @property
    def client_context(self) -> None:
        return None


def import_libraries() -> None:
    """Import what the pages are drawn with, in one thread, before anybody comes.

    Two threads that import overlapping libraries in another order are given half-imported ones by Python, which so
    avoids a deadlock: in one of three classes that arrived together at a new server somebody's page ended with
    "partially initialized module 'torch'", because the import of another library looked at torch where there is one.
    """
    for module in (*LIBRARIES, *(f"charts.{concept.slug}" for concept in catalog.concepts())):
        import_module(module)
    inspect.stack()  # Streamlit asks for it in the first run; it then looks at the file of every module there is
    gc.collect()
    gc.freeze()


def draw_first_pictures() -> None:
    """The contents' first row, in both themes: who comes first opens the contents."""
    for concept, name in product(catalog.concepts()[: overview.ROW], ("light", "dark")):
        overview.picture_of(concept, theme(name))


async def warm() -> None:
    """Open every page once: the contents, then the concepts in the order of the catalogue."""
    start, waiting = time.monotonic(), deque(["", *(concept.slug for concept in catalog.concepts())])
    while waiting and memory() < MOST_MEMORY:
        await nobody_runs()
        if await seen(waiting[0]):
            waiting.popleft()
    left = f", but {', '.join(waiting)}: memory is short" if waiting else ""
    print(f"  Ready: every page has been opened once, in {time.monotonic() - start:.1f} s{left}.", flush=True)


async def compute_ahead() -> None:
    """Open what is likely to be asked for next, one link after the other, as long as the server is there."""
    while True:
        await asyncio.sleep(IDLE)
        if memory() > MOST_MEMORY or (link := AHEAD.take()) is None:
            continue
        await nobody_runs()
        if not await seen(*link):
            AHEAD.give_back(link)


async def nobody_runs() -> None:
    """Wait until for a while nobody's page has run, and nobody has waited for long work."""
    since = time.monotonic()
    while True:
        if runs() or JOBS.running:
            since = time.monotonic()
        elif time.monotonic() - since >= QUIET:
            return
        await asyncio.sleep(LOOK)


async def seen(page: str, query: str = "") -> bool:
    """Open a page; whether it was shown whole. It is left as soon as somebody else's page runs."""
    runtime, visitor = Runtime.instance(), Visitor()
    session = runtime.connect_session(visitor, {})
    try:
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.context_info.locale = "en-US"
        runtime.handle_backmsg(session, message)
        end = time.monotonic() + LONGEST
        while not visitor.is_over.is_set() and time.monotonic() < end:
            if runs() > 1:
                return False
            await asyncio.sleep(LOOK)
        return True
    finally:
        runtime.close_session(session)


def runs() -> int:
    """How many pages are being run."""
    return sum(thread.name == RUN for thread in threading.enumerate())


def memory() -> float:
    """MB that the server has; where the system does not tell, the most that it has had.

    That most is of no use where it can be had otherwise: a process begins with its parent's.
    """
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
