"""A server that can be killed and started again where it was, and students who watch, or leave at the first word."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench.student import Student
from tests.browser.browsing import ROOT, healthy

SLOW = "model=digits&width=256&epochs=1000&samples=400&networks=5"  # of dropout: the longest training there is


class Server:
    """Basin on a port of its own, as ``make app`` starts it."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log, self.environment = log, environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> "Server":
        options = {"server.port": self.port, "server.address": "127.0.0.1", "server.headless": "true"}
        options |= {"server.fileWatcherType": "none", "client.showErrorDetails": "full"}
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
        with self.log.open("a") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=self._all()
            )
        until = time.monotonic() + 60
        while not healthy(f"http://127.0.0.1:{self.port}"):
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)
        return self

    def _all(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def kill(self) -> None:
        """As a machine fails: without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def processor_seconds(self) -> float:
        return sum(psutil.Process(self.process.pid).cpu_times()[:2])

    def megabytes(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 1e6


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
