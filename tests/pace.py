"""What is quick is quick beside this machine, as fast or as busy as it is now: time is counted in a known work's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


def unit() -> float:
    """Processor seconds of a million additions, now: about 0.05 on an ordinary machine that is at rest."""
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - start


@contextmanager
def within(units: float) -> Iterator[None]:
    """Fail where what is done inside takes more processor time than ``units`` of :func:`unit`, before or after it."""
    before, start = unit(), time.process_time()
    yield
    spent = time.process_time() - start
    allowed = units * max(before, unit())
    assert spent < allowed, f"{spent:.2f} s of the processor where {allowed:.2f} are allowed"
