"""Long work in steps: a computation that says how far it is, shows what it has, and can be left at any step.

A function of ``core`` that takes longer than the hand can wait for is a generator of ``Progress``. Whoever runs it may
draw what there is so far, or stop asking: then nothing more is computed.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress(Generic[Result]):
    """A step of long work."""

    done: float  # share of the whole work, 0 … 1; 1 with the last step
    result: Result | None = None  # what is known so far; the whole with the last step


def finish(steps: Iterable[Progress[Result]]) -> Result:
    """Run long work to its end and return the whole result. ``ValueError`` where it ends without one."""
    last = deque(steps, maxlen=1)
    if not last or last[0].result is None or last[0].done < 1:
        raise ValueError("the work ended before its result was whole")
    return last[0].result
