"""Results of what took long, kept for all sessions: in memory as many as fit, and on disk for the next start.

They are not copied: results are frozen, and nobody writes into their arrays.
"""

import logging
import pickle
import threading
from collections import OrderedDict
from functools import cache
from typing import Any

from ui.work.disk import Disk, chosen

log = logging.getLogger("basin")
MOST = 64 * 2**20  # bytes in memory: hundreds of most kinds of results, which are between ten thousand and a million
UNKNOWN = 2**20  # bytes that a result counts for that cannot be pickled


class Results:
    """By key. Safe to use from any thread."""

    def __init__(self, disk: Disk | None = None, most: int = MOST) -> None:
        self.disk, self.most = disk, most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()  # with its bytes; the last was asked for last
        self._bytes = 0

    def find(self, key: str) -> Any | None:
        """The result of that key, from memory or else from disk; None where there is none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        pickled = self.disk.read(key) if self.disk else None
        if pickled is None:
            return None
        try:
            result = pickle.loads(pickled)  # sealed by us: see ``disk``
        except Exception as why:  # and yet not to be read: computed anew, which replaces it
            self.disk.tell(key, why)
            return None
        self._remember(key, result, len(pickled))
        return result

    def keep(self, key: str, result: Any) -> None:
        pickled = _pickled(result)
        self._remember(key, result, UNKNOWN if pickled is None else len(pickled))
        if self.disk and pickled is not None:
            self.disk.write(key, pickled)

    def values(self) -> list[Any]:
        """All that is in memory."""
        with self._lock:
            return [result for result, _ in self._kept.values()]

    def _remember(self, key: str, result: Any, size: int) -> None:
        """The newest stays whatever its size: those who wait for it have yet to fetch it."""
        with self._lock:
            self._bytes += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = result, size
            while self._bytes > self.most and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1][1]


def _pickled(result: Any) -> bytes | None:
    try:
        return pickle.dumps(result, protocol=5)
    except Exception as why:  # it has a function in it that has no name, say
        log.debug("A %s is kept in memory alone: %s", type(result).__name__, why)
        return None


@cache
def shared() -> Results:
    """The server's own."""
    return Results(chosen())
