"""Long work done by another machine: a worker of a Dask cluster, which needs nothing of Basin but ``core``.

The worker runs the steps, tells how far it is, hands over partial results now and then, and stops at the next step when
nobody waits any more. News go through a variable of the scheduler: the last one is all that counts.
"""

import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

from core.progress import Progress
from core.version import fingerprint

TOLD, SHOWN = 0.15, 0.5  # seconds between two pieces of news, and between two partial results


class Left(Exception):
    """Nobody waited any more when the worker looked."""


class Stale(Exception):
    """The worker has another version of the code, or of its libraries."""


def dask_setup(worker: Any) -> None:
    """Before its first task, a worker imports what tasks need: ``dask worker --preload core.hand``."""
    import sklearn.datasets  # noqa: F401

    import core.networks.training  # noqa: F401


def part_of(name: str) -> str:
    """The variable with the partial result, beside the one with the news."""
    return f"{name}-part"


def work(steps: Callable[[], Iterator[Progress]], name: str, version: str) -> Any:
    """The task of that name, done: its whole result. Raises what the steps raise."""
    from distributed import get_worker  # here, so that core needs none of it

    if version != fingerprint():
        raise Stale(f"the worker has version {fingerprint()[:12]} of core, asked for was {version[:12]}")
    news, tasks = News(name), get_worker().state.tasks
    running = steps()
    try:
        for progress in running:
            if progress.done >= 1:
                return progress.result
            task = tasks.get(name)
            if task is None or task.state == "cancelled":
                raise Left(name)
            news.tell(progress)
        raise RuntimeError("the work ended before its result was whole")
    finally:
        if hasattr(running, "close"):
            running.close()
        news.forget()


class News:
    """What a worker tells of one task: [share done, how manieth partial result], and that result, pickled."""

    def __init__(self, name: str) -> None:
        from distributed import Variable, get_client

        client = get_client()
        self._news, self._part = Variable(name, client), Variable(part_of(name), client)
        self._told = self._shown = 0.0
        self._parts, self._last = 0, None

    def tell(self, progress: Progress) -> None:
        """Not everything: as often as somebody looks."""
        now = time.monotonic()
        if now - self._told < TOLD:
            return
        if progress.result is not None and progress.result is not self._last and now - self._shown > SHOWN:
            self._part.set(pickle.dumps(progress.result, protocol=5))
            self._parts, self._last, self._shown = self._parts + 1, progress.result, now
        self._news.set([float(progress.done), self._parts])
        self._told = now

    def forget(self) -> None:
        for variable in (self._news, self._part):
            variable.delete()
