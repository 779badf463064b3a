"""A server of our own, started as a person starts it: by the command of ``make app``, with a port and an address.

No other option, and no setting of Streamlit's in the environment: what is measured and tested is what ships. (On a
person's desktop a browser opens beside it. Where there is no display none does, and so the server is told of none.)
It begins as on a new machine, without results of an earlier server's: these are kept in a folder of its own.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds for a server to become healthy
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def shipped() -> list[str]:
    """The command of ``make app``, with the program of the environment that this runs in."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^app:.*\n\t(.+)$", makefile, re.M)
    program, *rest = shlex.split(recipe.group(1))
    return [str(Path(sys.executable).with_name(Path(program).name)), *rest]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def healthy(address: str) -> bool:
    try:
        return urlopen(f"{address}/_stcore/health", timeout=2).status == 200
    except OSError:
        return False


class Server:
    """Basin on a port of its own. It can be killed, and started again where it was.

    ``environment`` is for what a host sets (a secret that replicas share) and for what Python itself is told.
    """

    def __init__(
        self,
        log: Path | None = None,
        *,
        port: int | None = None,
        command: Sequence[str] | None = None,
        cwd: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log, self.port, self.cwd = log, port or free_port(), cwd
        self.command = [*(command or shipped()), f"--server.port={self.port}", "--server.address=127.0.0.1"]
        self.kept = tempfile.TemporaryDirectory(prefix="basin-kept-", ignore_cleanup_errors=True)
        inherited = {n: v for n, v in os.environ.items() if n not in DISPLAYS and not n.startswith("STREAMLIT_")}
        self.environment = {**inherited, "BASIN_CACHE": self.kept.name, **(environment or {})}
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        """Start it; it is healthy when this returns. ``RuntimeError`` with what it said where it is not."""
        with open(self.log or os.devnull, "a", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + PATIENCE
        while not healthy(self.address):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"the server did not become healthy within {PATIENCE:g} seconds\n{self.said()}")
            time.sleep(0.02)
        return self

    def said(self) -> str:
        """What it has logged."""
        return self.log.read_text(encoding="utf-8") if self.log else ""

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a machine fails: without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    @property
    def watched(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    def processor_seconds(self) -> float:
        return sum(self.watched.cpu_times()[:2])

    def megabytes(self) -> float:
        return self.watched.memory_info().rss / 1e6


@contextmanager
def serving() -> Iterator[Server]:
    """Basin, healthy, until the block ends."""
    server = Server().start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def demonstrating(script: Path) -> Iterator[Server]:
    """A script of somebody else's as Streamlit comes: in an empty folder, all settings at their defaults."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(script, folder)
        command = [shipped()[0], "run", script.name]
        server = Server(command=command, cwd=Path(folder)).start()
        try:
            yield server
        finally:
            server.stop()
