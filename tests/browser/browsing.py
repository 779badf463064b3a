"""What the browser tests are made with: a server of our own, a record of what a visit must not leave behind."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Playwright

from bench.server import ROOT, Server
from tests.sampling import WHOLE, share
from ui import catalog

PATIENCE = 60_000  # milliseconds; what is waited for comes far sooner, but not on a machine that does much else

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",  # without a graphics card, imitating one costs more than all the rest of the browser
    "--enable-unsafe-swiftshader",  # except for what can be drawn in no other way: the pictures in space
    "--disable-accelerated-2d-canvas",
    "--disable-features=LocalNetworkAccessChecks",  # an answer that a test has changed counts as one from elsewhere
]

# A page at /<slug> makes Streamlit look for its server under /<slug> first (it may have been deployed there), in these
# two places; it is not there, and the browser says so.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")


def launched(playwright: Playwright, *more: str) -> Browser:
    """A Chromium, with further flags if wanted; ``RuntimeError`` where there is none."""
    found = subprocess.run([ROOT / ".ci" / "chromium"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if found.returncode:
        raise RuntimeError(found.stderr)
    path = found.stdout.splitlines()[-1]
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more], env={**os.environ, "TZ": "UTC"})


def some(of, count: int = 3, start: int = 0) -> list:
    """All of them with ``BASIN_WHOLE``, otherwise about that many from first to last; another ``start`` has others."""
    of = list(of)
    step = 1 if WHOLE or not of else -(-len(of) // count)
    return of[start % step :: step]


# What is looked at on the page of every concept, three of them on each (see ``tests.sampling``).
HABITS = (
    *("follows the hand", "keeps its drawing", "plays", "obeys the keys", "copies its link"),
    *("goes back", "remembers", "fits a phone", "lectures", "fits a projector"),
    *("axe in the light", "axe in the dark", "by keyboard alone", "keeps still", "at twice the size"),
    *("leads by QR", "gives its numbers", "gives its pictures", "plays offline", "keeps the policy"),
)


def who(habit: str) -> list:
    """The concepts that this is looked at on, as cases of a test."""
    concepts = [concept for concept in catalog.concepts() if habit in share(HABITS, concept.slug)]
    return [pytest.param(concept, id=concept.slug) for concept in concepts]


@contextmanager
def running(log: Path) -> Iterator[str]:
    """A server of our own: its address, once it is healthy. It must not have logged a traceback."""
    server = Server(log).start()
    try:
        yield server.address
        assert server.process.poll() is None, f"the server has ended by itself:\n{server.said()}"
    finally:
        server.stop()
    assert "Traceback" not in server.said(), server.said()


@dataclass
class Record:
    """What a visit must not leave behind."""

    said: list[str] = field(default_factory=list)  # errors in the console
    left: list[str] = field(default_factory=list)  # requests to somebody else

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not ("404" in message.text and PROBE.search(urlparse(where).path)):
            self.said.append(f"{message.text} ({where})")

    def _request(self, request) -> None:
        address = urlparse(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in ("localhost", "127.0.0.1"):
            self.left.append(request.url)


def settled(page: Page, pause: int = 0) -> Page:
    """Wait until no script runs, nothing on screen is stale, and every chart is drawn. ``pause``: milliseconds before
    that, for a change to set out."""
    page.wait_for_timeout(pause)
    page.wait_for_function(
        """() => {
        const app = document.querySelector('[data-testid="stApp"]');
        if (app?.getAttribute('data-test-script-state') !== 'notRunning') return false;
        if (document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')) return false;
        if (document.querySelector('[data-stale="true"]')) return false;
        const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
        return charts.every(chart => chart.querySelector('canvas, svg'));
    }""",
        timeout=PATIENCE,
        polling=40,  # milliseconds: at every frame it costs a tenth of the processor
    )
    return page
