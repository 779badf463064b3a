"""What is done for the whole server so that a rerun costs only its own work."""

import ctypes
import gc
import os
import socket
import stat
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from importlib import import_module

import streamlit as st
import threadpoolctl

BETWEEN = 3.0  # seconds between two collections of garbage
SOON = 2.0  # seconds after which what a page may need next is imported
LOCK = 0.001  # seconds that a thread waits for the interpreter's lock before it asks whoever has it
M_ARENA_MAX = -8  # glibc's name for it in malloc.h
QUIET = 1.0  # seconds without anything new, after which imports are taken to be over


class Collector:
    """Garbage, collected now and then.

    Streamlit's way is a full collection after every rerun (``runner.postScriptGC``, switched off in our configuration).
    It looks at all that the sessions hold: with ninety of them open it doubled what a moved slider costs.
    Python's own way, whenever so many objects have been made, is switched off by ``settle`` as well: with a hundred of
    them the slowest twentieth of the answers came four times later. Seldom is no better: what reruns leave piles up,
    memory grows, and one of them waits long for the rest.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._last = 0.0

    def collect(self) -> bool:
        """Collect, if it is time; whether it was."""
        if time.monotonic() - self._last < BETWEEN or not self._one_at_a_time.acquire(blocking=False):
            return False
        try:
            gc.collect()
            _give_back()
            self._last = time.monotonic()
        finally:
            self._one_at_a_time.release()
        return True


COLLECTOR = Collector()


def one_blas_thread() -> None:
    """Leave BLAS one thread, the one that is loaded and any that will be. Called before anything is computed.

    Basin's matrices are small: more threads only spin, and take the cores from the other sessions. On a machine that
    had other work to do, the first view of double descent took eleven seconds of the processor with two, one with one.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read by a BLAS when it is loaded
    threadpoolctl.threadpool_limits(1, user_api="blas")


def short_turns() -> None:
    """Let a thread that waits for the interpreter's lock have it sooner. Called before anything is computed.

    NumPy gives the lock away for each operation on more than a few hundred numbers, and at Python's 5 ms it may be so
    long until it has it again: a computation of 80 layers does so a thousand times. Where forty others were served at
    the same moment it took seconds, with nearly all of them spent waiting.
    """
    sys.setswitchinterval(LOCK)


@cache
def _library() -> ctypes.CDLL | None:
    """The C library where it is one that can give memory back."""
    with suppress(OSError):
        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") else None
    return None


def one_arena() -> None:
    """Take memory from one place for all threads, where the C library is glibc. Called before anything is computed.

    Otherwise each thread has its own, every rerun is a thread, and what one of them gave back no other can use: with
    every page shown once that was 30 MB. The threads take turns at the interpreter's lock; they do not need it.
    """
    if (library := _library()) and hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, 1)


def _give_back() -> None:
    """Give the system the memory that is free: glibc keeps what each thread had, and every rerun is a thread."""
    if library := _library():
        library.malloc_trim(0)


class Imports:
    """Whether something has been imported that is not settled yet.

    A page imports more when it is first opened, and torch comes only with the first training. While an import is under
    way there is more at every look: settling at each of them stopped a whole room for a second and a half.
    """

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._settled = 0  # how many modules there were
        self._seen, self._since = 0, 0.0  # how many there are, and since when

    def are_new(self, modules: int) -> bool:
        """Whether to settle now: the first time at once, then where nothing more has come for a while."""
        if modules == self._settled:
            return False
        with self._looking:
            now = time.monotonic()
            if modules != self._seen:
                self._seen, self._since = modules, now
            is_due = self._settled == 0 or (modules != self._settled and now - self._since >= QUIET)
            if is_due:
                self._settled = modules
            return is_due


IMPORTS = Imports()


def settle() -> None:
    """Called at the start of every run."""
    if IMPORTS.are_new(len(sys.modules)):
        _settle()
    COLLECTOR.collect()


def _settle() -> None:
    """Freeze what is imported by now, so that no collection looks at it again; and again where more has been."""
    _send_at_once()
    one_blas_thread()
    gc.collect()
    gc.freeze()
    gc.disable()  # COLLECTOR does it


@st.cache_resource(max_entries=1, show_spinner=False)
def _send_at_once() -> None:
    """Switch off Nagle's algorithm on the server's sockets, the listening one (new ones inherit it) and those open now.

    The server leaves it on (it makes its socket without naming the protocol, and asyncio then does not recognise TCP).
    A page is dozens of small messages: every second rerun waited 40 ms for an acknowledgement that was being delayed.
    """
    port = st.get_option("server.port")
    for descriptor in map(int, os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else []):
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as line:
                is_tcp = line.type == socket.SOCK_STREAM and line.family in (socket.AF_INET, socket.AF_INET6)
                if is_tcp and line.getsockname()[1] == port:
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@cache
def import_soon(module: str) -> None:
    """Import in the background what the page that has just been drawn may need next, while the person reads.

    Otherwise the first who needs it waits for it, and with them all others who compute then: torch's import releases
    and takes the interpreter's lock thousands of times.
    """
    threading.Timer(SOON, import_module, (module,)).start()
