"""Long work: computed once however many sessions ask, in a fair queue, and only while somebody waits for it.

A job runs in a thread of its own and hands over what it has after every step. Sessions watch it by asking again and
again; a job that nobody has asked for lately (the control was moved, the tab was closed, the student went home) stops
at its next step. One job trains at a time, so that a room that opens the same page never starts a hundred trainings;
the others see their place in the queue.
"""

import hashlib
import io
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.progress import Progress

PATIENCE = 3.0  # seconds that a job goes on for, after it was last asked for
KEPT = 24  # finished jobs whose results are kept
TICK = 0.15  # seconds between two looks at a job
QUEUED = 0.6  # and at one that is not served yet
SLICE = 0.02  # seconds that a job works for before it lets others go first, and between two pieces of news
COURTESY, LOOK = 1.0, 0.003  # seconds that it lets them, at most, and between two looks at whether they are done
RUN = "ScriptRunner.scriptThread"  # the name that Streamlit gives the thread of a page's run


@dataclass(frozen=True)
class Look:
    """What a job has to show."""

    place: int  # how many jobs are served before it; 0 while it runs and after
    progress: Progress | None
    finished: bool


class Job:
    """One computation. ``Jobs`` makes it, runs it and looks after its end."""

    def __init__(self, steps: Callable[[], Iterator[Progress]], lock: Any) -> None:
        self.steps = steps
        self.news = threading.Condition(lock)  # for those who watch it, and nobody else
        self.progress: Progress | None = None
        self.error: Exception | None = None
        self.finished = False
        self.asked: dict[object, float] = {}  # who watches it -> when they last asked

    @property
    def is_wanted(self) -> bool:
        return any(time.monotonic() - asked < PATIENCE for asked in self.asked.values())


class Jobs:
    """The queue of long work, and the results of what is done. Safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = threading.RLock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()  # by key; those not finished in the order they came
        self._at_work: threading.Thread | None = None
        self._watching = 0  # how many wait for news

    def look(self, key: str, steps: Callable[[], Iterator[Progress]], *, who: object = None, wait: float = 0.0) -> Look:
        """Ask for a job, which starts or goes on because of it; ``wait`` at most so many seconds for news.

        Raises what the computation has raised.
        """
        with self._changed:
            job = self._jobs.get(key)
            if job is None:
                job = self._jobs[key] = Job(steps, self._changed)
            job.asked[who] = time.monotonic()
            if not job.finished:
                self._see_to_it()
                before = job.progress
                self._watching += 1
                try:
                    job.news.wait_for(lambda: job.finished or job.progress is not before, wait)
                finally:
                    self._watching -= 1
            if job.error is not None:
                self._jobs.pop(key, None)  # the next one who asks may have more luck
                raise job.error
            if job.finished and key in self._jobs:
                self._jobs.move_to_end(key)
            waiting = [other for other in self._jobs.values() if not other.finished]
            return Look(waiting.index(job) if job in waiting else 0, job.progress, job.finished)

    def leave(self, key: str, who: object = None) -> None:
        """Ask no more. A job that nobody else watches stops at its next step."""
        with self._changed:
            if key in self._jobs:
                self._jobs[key].asked.pop(who, None)

    @property
    def running(self) -> int:
        """How many jobs are not finished and not given up."""
        with self._changed:
            return sum(not job.finished for job in self._jobs.values())

    def _see_to_it(self) -> None:
        if self._at_work is None or not self._at_work.is_alive():
            self._at_work = threading.Thread(target=self._work, name="basin work", daemon=True)
            self._at_work.start()

    def _work(self) -> None:
        """Do what is asked for, in the order it was asked for; end when there is nothing left."""
        while True:
            with self._changed:
                for key in [k for k, job in self._jobs.items() if not job.finished and not job.is_wanted]:
                    del self._jobs[key]
                done = [k for k, job in self._jobs.items() if job.finished]
                for key in done[: max(0, len(done) - KEPT)]:
                    del self._jobs[key]
                key, job = next(((k, j) for k, j in self._jobs.items() if not j.finished), (None, None))
                if job is None:
                    self._at_work = None
                    return
            self._do(key, job)

    def _give_way(self) -> None:
        """Let the runs of pages go first, which are short: but not for ever."""
        end = time.monotonic() + COURTESY
        while time.monotonic() < end:
            runs = sum(thread.name == RUN for thread in threading.enumerate())
            if runs <= self._watching:
                return
            time.sleep(LOOK)

    def _do(self, key: str, job: Job) -> None:
        steps, given_up = None, False
        try:
            steps = job.steps()
            told = rested = time.monotonic()
            for progress in steps:
                if time.monotonic() - rested > SLICE:
                    self._give_way()
                    rested = time.monotonic()
                with self._changed:
                    job.progress = progress
                    if time.monotonic() - told > SLICE:
                        job.news.notify_all()
                        told = time.monotonic()
                    given_up = not job.is_wanted and progress.done < 1
                if given_up:
                    break
        except Exception as error:  # it belongs to those who asked, and the queue goes on
            job.error = error
        finally:
            if steps is not None and hasattr(steps, "close"):
                steps.close()
            with self._changed:
                is_whole = job.progress is not None and job.progress.done >= 1
                if job.error is None and not is_whole and not given_up:
                    job.error = RuntimeError("the work ended before its result was whole")
                job.finished = is_whole or job.error is not None
                if not job.finished and self._jobs.get(key) is job:
                    del self._jobs[key]
                job.news.notify_all()


JOBS = Jobs()


def key_of(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> str:
    """The same for the same function with equal arguments. They are written, never read: nothing is unpickled."""
    name = f"{function.__module__}.{function.__qualname__}"
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.fast = True  # no references: equal arguments are written alike, be they one object or several
    pickler.dump((name, args, sorted(kwargs.items())))
    return hashlib.sha256(written.getvalue()).hexdigest()
