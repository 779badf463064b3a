"""Who does long work: this server's own thread, or other machines. One small interface for both.

To ``begin`` is to submit by key; what it yields is progress, with partial results as they come, and last the whole; to
close it is to leave. ``hands`` is how many pieces of work are worth having begun at once.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from core.progress import Progress

Steps = Callable[[], Iterator[Progress]]


class Engine(Protocol):
    """What ``ui.work.jobs`` asks of those who work for it. Safe to use from any thread."""

    @property
    def hands(self) -> int: ...

    @property
    def is_here(self) -> bool:
        """Whether it works in this very process, and so has to let the runs of pages go first."""
        ...

    @property
    def is_cut_off(self) -> bool:
        """Whether it works here because those who should cannot be reached."""
        ...

    def begin(self, key: str, steps: Steps) -> Iterator[Progress]:
        """The steps, done. It yields several times a second, also where there is nothing new: then one may leave."""
        ...


class Here:
    """The thread that asks does it, and nobody else works meanwhile: torch takes all cores for one training."""

    hands, is_here, is_cut_off = 1, True, False

    def begin(self, key: str, steps: Steps) -> Iterator[Progress]:
        return steps()
