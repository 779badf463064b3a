"""Servers for the faults; none of them must have logged a traceback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.server import Server


def serving(folder: Path) -> Iterator[Callable[..., Server]]:
    servers = []

    def one(**environment: str) -> Server:
        servers.append(Server(folder / f"log {len(servers)}.txt", environment=environment).start())
        return servers[-1]

    yield one
    for server in servers:
        server.kill()
        assert "Traceback" not in server.said(), server.said()


@pytest.fixture
def serve(tmp_path):
    """``serve(**environment)``: a server, running."""
    yield from serving(tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """A server that outlives the faults of several tests."""
    for one in serving(tmp_path_factory.mktemp("lasting")):
        yield one()
