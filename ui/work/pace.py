"""How long work takes, from what work of its kind has taken: so that who waits is told for how long."""

from collections import deque
from collections.abc import Sequence

from core.progress import Progress

REMEMBERED = 20  # pieces of work of each kind
TELLS = 0.2  # share of a piece of work from which on it tells its own pace


class Pace:
    """Seconds by kind. Used by one thread at a time."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = {}

    def took(self, kind: str, seconds: float) -> None:
        self._taken.setdefault(kind, deque(maxlen=REMEMBERED)).append(seconds)

    def whole(self, kind: str) -> float | None:
        """The mean of its kind, or where there was none yet, of all kinds; None where nothing was done yet."""
        known = self._taken.get(kind) or [seconds for some in self._taken.values() for seconds in some]
        return sum(known) / len(known) if known else None

    def rest(self, kind: str, elapsed: float, progress: Progress | None) -> float | None:
        """Seconds that work which has run for ``elapsed`` still needs."""
        done = progress.done if progress else 0.0
        if done >= TELLS:
            return elapsed * (1 - min(done, 1.0)) / done
        whole = self.whole(kind)
        return None if whole is None else max(whole - elapsed, 0.0)


def in_all(running: Sequence[float | None], before: Sequence[float | None], own: float | None, hands: int):
    """Seconds until a piece of work is whole that so many wait before; None where one of them is not known."""
    parts = [*running, *before]
    if own is None or None in parts:
        return None
    return sum(parts) / hands + own
