"""Long work on a Dask cluster: two workers against one, real trainings, each on a core of its own.

Needs as many idle cores as there are workers: it says nothing on a busy machine. The trainings are the same in both
runs and differ from each other, so that nothing is computed once for two.
"""

import time
from functools import partial

from bench.row import Row
from core import dropout
from hosting.cluster import READY, machines
from ui.work.cluster import Cluster
from ui.work.jobs import Jobs

PIECES, EPOCHS, BAR = 12, 100, 1.8


def seconds(workers: int) -> float:
    """Until all trainings are whole, by workers that have trained before."""
    with machines(workers, *READY) as found:
        jobs = Jobs(engine=Cluster(found.address))
        _all(jobs, range(100, 100 + 4 * workers))
        start = time.perf_counter()
        _all(jobs, range(PIECES))
        return time.perf_counter() - start


def _all(jobs: Jobs, seeds: range) -> None:
    waiting = {f"{seed}": partial(dropout.dropout_sweep, networks=1, epochs=EPOCHS, seed=seed) for seed in seeds}
    while waiting:
        for key, steps in list(waiting.items()):
            if jobs.look(key, steps, who=key, wait=0.01).finished:
                del waiting[key]


def run() -> list[Row]:
    """Rows for the table."""
    one, two = seconds(1), seconds(2)
    return [
        Row(f"{PIECES} trainings of dropout by one worker", one, "s"),
        Row("the same by two", two, "s"),
        Row("long work on a cluster: one worker's seconds / two workers'", one / two, "×", BAR),
    ]
