"""A line to the server on which every answer is late: what the page sends arrives at once, what it hears comes later.

Only what goes over a websocket is held up: the page itself, its scripts and its fonts come as fast as they can.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread
from urllib.parse import urlparse


@contextmanager
def slow_line(address: str, seconds: float) -> Iterator[str]:
    """Where the server at ``address`` answers that much later."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_ends: list[socket.socket] = [listener]

    def serve() -> None:
        with suppress(OSError):  # the listener is closed at the end
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", urlparse(address).port))
                open_ends.extend((here, there))
                _run(_join, here, there, seconds)

    _run(serve)
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        for end in open_ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _run(act, *arguments) -> None:
    Thread(target=act, args=arguments, daemon=True).start()


def _join(here: socket.socket, there: socket.socket, seconds: float) -> None:
    """Both ways: the answers late where the first words ask for a websocket."""
    first = here.recv(65536)
    late = seconds if b"upgrade: websocket" in first.lower() else 0.0
    there.sendall(first)
    parts: SimpleQueue = SimpleQueue()
    _run(_read, there, parts, late)
    _run(_write, here, parts)
    _pass(here, there)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _read(source: socket.socket, parts: SimpleQueue, late: float) -> None:
    data = b"?"
    while data:
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        parts.put((time.monotonic() + late, data))


def _write(target: socket.socket, parts: SimpleQueue) -> None:
    with suppress(OSError):
        while True:
            when, data = parts.get()
            time.sleep(max(0.0, when - time.monotonic()))
            if not data:
                return target.shutdown(socket.SHUT_WR)
            target.sendall(data)
