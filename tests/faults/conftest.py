"""A server for each fault; it must not have logged a traceback."""

import pytest

from bench.server import Server


@pytest.fixture
def serve(tmp_path):
    """``serve(**environment)``: a server, running."""
    servers = []

    def one(**environment: str) -> Server:
        servers.append(Server(tmp_path / f"log {len(servers)}.txt", environment=environment).start())
        return servers[-1]

    yield one
    for server in servers:
        server.kill()
        assert "Traceback" not in server.said(), server.said()
