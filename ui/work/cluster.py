"""Long work done by a Dask cluster (``BASIN_SCHEDULER=tcp://…``), and by this server where that cannot be reached.

Equal keys are one task of the scheduler's, whichever replica asks, and it drops a task that no replica wants. A worker
that dies costs a retry: the scheduler gives its task to another. Where the scheduler is lost, what was under way begins
anew in this server, one piece at a time, who waits is told so, and the cluster is looked for again every now and then.
What a worker sends is unpickled: a scheduler belongs into a private network.
"""

import logging
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

import dask
from distributed import Client, Future, Variable

from core import hand
from core.progress import Progress
from core.version import fingerprint
from ui.work.engine import Steps

log = logging.getLogger("basin")
for name in ("distributed", "distributed.client", "distributed.comm", "distributed.core"):
    logging.getLogger(name).setLevel(logging.CRITICAL)  # what of it matters is said here, in a line
JOIN, AGAIN = 10.0, 15.0  # seconds to join a cluster, and between two tries
CONNECT = 3.0  # seconds for a call to it, and that the first work waits for it
TICK, SOON = 0.1, 0.02  # seconds between two looks at a task, and for its news to be there
FETCH = 30.0  # seconds for a result to come over
NOBODY = 10.0  # seconds without any worker, after which the cluster is of no use
MOST_HANDS, KEPT = 32, 64  # tasks under way for one server; results that the cluster keeps for the other replicas
UNFIT = (hand.Stale, ImportError, AttributeError)  # a worker without our code, or with another version of it


class Lost(Exception):
    """The cluster cannot be reached, or has no workers."""


class Cluster:
    """An engine (``ui.work.engine``)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._lock, self._alone = threading.RLock(), threading.Lock()  # the second: one at a time works here
        self._client: Client | None = None
        self._threads, self._counted = 0, 0.0  # of all workers, and when they were counted
        self._tried, self._first = 0.0, threading.Event()
        self._whole: OrderedDict[str, Future] = OrderedDict()
        self._seek()

    @property
    def hands(self) -> int:
        """Two for each worker, so that none of them waits for its next task."""
        return min(max(2 * self._threads, 1), MOST_HANDS) if self._reached() else 1

    @property
    def is_here(self) -> bool:
        return self._reached() is None

    @property
    def is_cut_off(self) -> bool:
        return self._first.is_set() and self.is_here

    def begin(self, key: str, steps: Steps) -> Iterator[Progress]:
        self._first.wait(CONNECT)  # a server that has just started
        self._first.set()  # and whoever comes later need not wait
        client = self._reached()
        if client is None:
            self._lose(self._client, Lost("the scheduler has gone"))
            self._seek()
        if client is not None:
            try:
                yield from self._there(client, key, steps)
                return
            except Lost as why:
                self._lose(client, why)
            except (*UNFIT, TypeError, pickle.PicklingError) as why:
                log.warning("Cluster: a worker cannot do this, and so the server does: %s", why)
        yield from self._here(steps)

    def _here(self, steps: Steps) -> Iterator[Progress]:
        while not self._alone.acquire(timeout=TICK):
            yield Progress(0.0)
        try:
            yield from steps()
        finally:
            self._alone.release()

    def _there(self, client: Client, key: str, steps: Steps) -> Iterator[Progress]:
        name = f"basin-{fingerprint()[:12]}-{key}"
        news, future, is_whole = News(client, name), None, False
        try:
            while not is_whole:
                future = client.submit(hand.work, steps, name, fingerprint(), key=name, pure=False)
                is_over = threading.Event()
                future.add_done_callback(lambda _, is_over=is_over: is_over.set())
                while not future.done():
                    yield news.latest(is_over)
                    self._count(client)
                with suppress(hand.Left):  # whoever left did so as we came
                    result = _result(future)
                    is_whole = True
                if not is_whole:
                    future.release()
                    time.sleep(TICK)
            self._keep(name, future)
            yield Progress(1.0, result)
        except (OSError, CancelledError) as why:
            raise Lost(why) from why
        except RuntimeError as why:  # of the work itself, or of a connection that somebody else has given up meanwhile
            if client.status == "running":
                raise
            raise Lost(why) from why
        finally:
            if future is not None and not is_whole:
                future.release()
            news.forget()

    def _keep(self, name: str, future: Future) -> None:
        """For a while the cluster has the result for other replicas too."""
        with self._lock:
            self._whole[name] = future
            while len(self._whole) > KEPT:
                self._whole.popitem(last=False)[1].release()

    def _count(self, client: Client) -> None:
        """How many there are to work. ``Lost`` where the scheduler says nothing, or for long that there is nobody."""
        if client.status != "running":
            raise Lost("the scheduler has gone")
        now = time.monotonic()
        with self._lock:
            if now - self._counted < NOBODY / 2:
                return
            before, self._counted = self._threads, now
        self._threads = sum(client.nthreads().values())
        if before == self._threads == 0:
            raise Lost("it has no workers")

    def _reached(self) -> Client | None:
        client = self._client
        return client if client is not None and client.status == "running" else None

    def _seek(self) -> None:
        """Look for the cluster, in the background."""
        with self._lock:
            if self._tried and time.monotonic() - self._tried < AGAIN:
                return
            self._tried = time.monotonic()
        threading.Thread(target=self._connect, name="basin cluster", daemon=True).start()

    def _connect(self) -> None:
        client = None
        try:
            dask.config.set({"distributed.comm.timeouts.connect": CONNECT})  # of every call, once it is lost
            client = Client(self.address, timeout=JOIN, set_as_default=False, name="basin")
            threads = sum(client.nthreads().values())
        except Exception as why:  # whatever it is, the server goes on by itself
            log.warning("Cluster: %s cannot be reached: %s", self.address, why)
            _close(client)
        else:
            with self._lock:
                before, self._client = self._client, client
                self._threads, self._counted = threads, time.monotonic()
            _close(before)
        self._first.set()

    def _lose(self, client: Client | None, why: Exception) -> None:
        with self._lock:
            if client is None or self._client is not client:
                return
            self._client = None
            self._whole.clear()
            self._tried = time.monotonic()
        log.warning("Cluster: %s is lost, and this server works by itself: %s", self.address, why)
        threading.Thread(target=_close, args=(client,), daemon=True).start()


def _close(client: Client | None) -> None:
    with suppress(Exception):
        if client is not None:
            client.close(timeout=CONNECT)


def _result(future: Future) -> Any:
    """What the task has come to. Raises what it has raised."""
    if future.status == "error":
        raise future.exception(timeout=FETCH)
    if future.status != "finished":
        raise Lost(f"the task was {future.status}")
    return future.result(timeout=FETCH)


class News:
    """What the worker tells of a task, heard by one who waits for it."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._news, self._part = Variable(name, client), Variable(hand.part_of(name), client)
        self._parts, self._last = 0, Progress(0.0)

    def latest(self, is_over: threading.Event) -> Progress:
        """After a moment, or when it is over; the same object where there is nothing new."""
        is_over.wait(TICK)
        with suppress(TimeoutError):  # it has not begun
            done, parts = self._news.get(timeout=SOON)
            if parts > self._parts:
                self._last = Progress(done, pickle.loads(self._part.get(timeout=FETCH)))
                self._parts = parts
            elif done > self._last.done:
                self._last = Progress(done, self._last.result)
        return self._last

    def forget(self) -> None:
        if self._client.status == "running":
            for variable in (self._news, self._part):
                variable.delete()
