"""``python -m hosting.cluster`` (``make cluster``): the app, with a scheduler and two workers on this machine.

On more machines it is the same three programs, each of them the container (``hosting/Dockerfile``) with another part.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.server import ROOT, Server, free_port

PATIENCE = 180.0  # seconds: a worker that imports torch on a busy machine is slow to come
WORKERS, READY = 2, ("--preload", "core.hand")  # and what a worker is told that is to compute for pages


class Machines:
    """A scheduler and workers, a process each, on ports of their own."""

    def __init__(self, log: Path | None = None) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.log = log or Path(os.devnull)
        self.scheduler = self._dask("scheduler", "--host", "127.0.0.1", "--port", str(urlsplit(self.address).port))
        self.workers: list[subprocess.Popen] = []

    def add(self, *options: str) -> subprocess.Popen:
        """One worker more: one piece of work at a time, as in the app."""
        self.workers.append(self._dask("worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", *options))
        return self.workers[-1]

    def stop(self) -> None:
        running = [process for process in (*self.workers, self.scheduler) if process.poll() is None]
        children = [child for process in running for child in psutil.Process(process.pid).children(recursive=True)]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    def _dask(self, part: str, *options: str) -> subprocess.Popen:
        with self.log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", part, "--no-dashboard", *options],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )


@contextmanager
def machines(workers: int = WORKERS, *options: str, log: Path | None = None) -> Iterator[Machines]:
    """A scheduler with so many workers, all of them there, until the block ends."""
    from distributed import Client

    found = Machines(log)
    try:
        for _ in range(workers):
            found.add(*options)
        with Client(found.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
        yield found
    finally:
        found.stop()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt), machines(WORKERS, *READY) as found:
        server = Server(environment={"BASIN_SCHEDULER": found.address}, port=8501).start()
        print(f"Basin: {server.address}, with {WORKERS} workers at {found.address}. Ctrl+C ends them all.", flush=True)
        try:
            while server.process.poll() is None:
                time.sleep(0.5)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
