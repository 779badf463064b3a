"""Students who watch what the page says of its work, or leave at the first word."""

import socket
import time
from contextlib import suppress

from bench.student import Student

SLOW = "model=digits&width=256&epochs=1000&samples=400&networks=5"  # of dropout: the longest training there is


class Told(Exception):
    """The page says how far its work is."""


class Watcher(Student):
    """A student who remembers what the page says of its work, and the strip of checks."""

    leaves = False  # at the first word that the page says of its work: then it is opened, and nobody reads on

    def __post_init__(self) -> None:
        self.said: list[str] = []
        self.strip = ""
        super().__post_init__()

    def rerun(self, timeout: float = 60) -> float:
        with suppress(Told):
            return super().rerun(timeout)
        return 0.0

    def _take(self, forward) -> bool:
        is_over = super()._take(forward)
        if forward.WhichOneof("type") == "delta" and forward.delta.WhichOneof("type") == "new_element":
            element = forward.delta.new_element
            if element.WhichOneof("type") == "html" and 'class="checks"' in element.html.body:
                self.strip = element.html.body
            if element.WhichOneof("type") == "progress":
                self.said.append(element.progress.text)
                if self.leaves:
                    raise Told
        return is_over

    def vanish(self) -> None:
        """As a closed lid does: the line is cut, and nobody says goodbye."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()


class Leaver(Watcher):
    """One who has opened the page and reads no further."""

    leaves = True


def until(what, seconds: float = 20.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"it did not come to that in {seconds:g} seconds"
        time.sleep(0.05)
