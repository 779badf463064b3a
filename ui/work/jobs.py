"""Long work: computed once however many sessions ask, in a fair queue, and only while somebody waits for it.

A job runs in a thread of its own and hands over what it has after every step. Sessions watch it by asking again and
again; a job that nobody has asked for lately (the control was moved, the tab was closed, the student went home) stops
at its next step. As many jobs are under way as the engine (``ui.work.engine``) has hands: one where this server works
itself, so that a room that opens the same page never starts a hundred trainings. The others see their place in the
queue, and for how long it will be. What is whole is kept (``ui.work.results``).
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from core.progress import Progress
from ui.work.engine import Engine, Here, Steps
from ui.work.hands import chosen
from ui.work.pace import Pace, in_all
from ui.work.people import People
from ui.work.results import Results, shared

PATIENCE = 3.0  # seconds that a job goes on for, after it was last asked for
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
    seconds: float | None = None  # until it is whole, as far as one can tell
    is_cut_off: bool = False  # whether those who should work cannot be reached


class Job:
    """One computation. ``Jobs`` makes it, runs it and looks after its end."""

    def __init__(self, steps: Steps, kind: str, lock: Any) -> None:
        self.steps, self.kind = steps, kind
        self.news = threading.Condition(lock)  # for those who watch it, and nobody else
        self.progress: Progress | None = None
        self.error: Exception | None = None
        self.finished = False
        self.asked: dict[object, float] = {}  # who watches it -> when they last asked
        self.made = time.monotonic()
        self.begun: float | None = None

    @property
    def is_wanted(self) -> bool:
        return any(time.monotonic() - asked < PATIENCE for asked in self.asked.values())


class Jobs:
    """The queue of long work. Safe to use from any thread."""

    def __init__(self, results: Results | None = None, engine: Engine | None = None) -> None:
        self.results, self.engine = results or Results(), engine or Here()
        self._changed = threading.RLock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()  # by key; what is finished goes when nobody asks any more
        self._people, self._pace = People(), Pace()
        self._at_work: set[threading.Thread] = set()
        self._watching = 0  # how many wait for news

    def look(self, key: str, steps: Steps, *, kind: str = "", who: object = None, wait: float = 0.0) -> Look:
        """Ask for a job, which starts or goes on because of it; ``wait`` at most so many seconds for news.

        ``who`` waits for one job at a time: the one asked for last. Raises what the computation has raised.
        """
        if key not in self._jobs and (found := self.results.find(key)) is not None:
            with self._changed:
                self._people.has_it(who)
            return Look(0, Progress(1.0, found), True, 0.0)
        with self._changed:
            job = self._wanted(key, steps, kind, who)
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
            return self._seen(job)

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

    def _wanted(self, key: str, steps: Steps, kind: str, who: object) -> Job:
        """The job, there from now on, and ``who`` among those who watch it and no other."""
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = Job(steps, kind, self._changed)
        if who is not None:
            before = self._jobs.get(self._people.wishes(who, key) or "")
            if before:
                before.asked.pop(who, None)
        job.asked[who] = time.monotonic()
        return job

    def _queue(self) -> list[Job]:
        """Those that have not begun, whoever is to be served first, first."""
        waiting = [job for job in self._jobs.values() if job.begun is None and job.asked]
        return sorted(waiting, key=lambda job: min(self._people.rank(who, job.made) for who in job.asked))

    def _seen(self, job: Job) -> Look:
        if job.finished:
            return Look(0, job.progress, True, 0.0)
        now = time.monotonic()
        if job.begun is not None:
            seconds = self._pace.rest(job.kind, now - job.begun, job.progress)
            return Look(0, job.progress, False, seconds, self.engine.is_cut_off)
        running = [other for other in self._jobs.values() if other.begun is not None and not other.finished]
        queue = self._queue()
        before = queue[: queue.index(job)] if job in queue else []
        rests = [self._pace.rest(other.kind, now - other.begun, other.progress) for other in running]
        wholes = [self._pace.whole(other.kind) for other in before]
        seconds = in_all(rests, wholes, self._pace.whole(job.kind), self.engine.hands)
        return Look(len(running) + len(before), job.progress, False, seconds, self.engine.is_cut_off)

    def _see_to_it(self) -> None:
        """There are as many at work as there are hands, or jobs."""
        self._at_work = {thread for thread in self._at_work if thread.is_alive()}
        if len(self._at_work) < min(self.engine.hands, self.running):
            thread = threading.Thread(target=self._work, name="basin work", daemon=True)
            self._at_work.add(thread)
            thread.start()

    def _work(self) -> None:
        """Do what is asked for, one after the other; end when there is nothing left."""
        while True:
            with self._changed:
                for key in [key for key, job in self._jobs.items() if not job.is_wanted]:
                    del self._jobs[key]
                job = next(iter(self._queue()), None)
                if job is None or len(self._at_work) > self.engine.hands:
                    self._at_work.discard(threading.current_thread())
                    return
                job.begun = time.monotonic()
                self._people.are_served(list(job.asked))
                key = next(key for key, other in self._jobs.items() if other is job)
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
            steps = self.engine.begin(key, job.steps)
            told = rested = time.monotonic()
            for progress in steps:
                if time.monotonic() - rested > SLICE and self.engine.is_here:
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
            self._end(key, job, given_up)

    def _end(self, key: str, job: Job, given_up: bool) -> None:
        """Tell those who watch, keep what is whole, and forget what was given up."""
        with self._changed:
            is_whole = job.error is None and job.progress is not None and job.progress.done >= 1
            if not is_whole and job.error is None and not given_up:
                job.error = RuntimeError("the work ended before its result was whole")
            job.finished = is_whole or job.error is not None
            if is_whole:
                self._pace.took(job.kind, time.monotonic() - job.begun)
                self._people.are_served(list(job.asked))
            elif not job.finished and self._jobs.get(key) is job:
                del self._jobs[key]
            job.news.notify_all()
        if is_whole:
            self.results.keep(key, job.progress.result)


JOBS = Jobs(shared(), chosen())
