"""A link opened on a server that has just started, nothing imported and nothing cached: until the first view is whole.

"Answered" is the server's part, long work included, as a protocol client sees it. "On screen" is until a headless
Chromium, drawing in software on the same machine, shows every chart and the strip of checks.
"""

import time

from playwright.sync_api import sync_playwright

from bench.client import Client
from bench.row import Row
from bench.server import serving
from tests.browser.browsing import launched
from ui import catalog

BAR = 3.0  # seconds
WHOLE = """() => {
    const drawn = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
    return drawn.length > 0 && drawn.every(chart => chart.querySelector('canvas, svg.marks'))
        && document.querySelector('.checks');
}"""


def answered(slug: str) -> float:
    """Seconds until the server's answer is whole."""
    with serving() as server:
        start = time.perf_counter()
        with Client(server.port, slug) as client:
            if client.exceptions:
                raise RuntimeError(f"{slug}: {client.exceptions[0]}")
            return time.perf_counter() - start


def on_screen(slug: str) -> float:
    """Seconds until a browser that has just opened shows it."""
    with serving() as server, sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        start = time.perf_counter()
        page.goto(f"{server.address}/{slug}")
        page.wait_for_function(WHOLE, timeout=60_000)
        seconds = time.perf_counter() - start
        browser.close()
        return seconds


def run() -> list[Row]:
    """Rows for the table."""
    rows = []
    for slug in (concept.slug for concept in catalog.concepts()):
        rows.append(Row(f"first view of {slug}, cold: answered", answered(slug), "s", BAR, "less"))
        rows.append(Row(f"first view of {slug}, cold: on screen", on_screen(slug), "s"))
    return rows
