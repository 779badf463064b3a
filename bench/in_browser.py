"""The hand and the eye, in a headless Chromium that draws in software beside the server: what a page does in a second.

Pictures: recomputed and drawn while the first live slider of a page is dragged, or a handle on its picture, in the best
second of three drags.
Frames: what the browser draws while the player plays, and how many messages the server has got of it.
"""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.row import Row
from tests.browser.browsing import launched, running, settled
from tests.browser.hand import carry, drag, drop, knob, live_sliders, most_in_a_second
from ui import catalog

PICTURES, FRAMES = 10, 45  # a second
DRAG, DRAGS = 2.0, 3
HANDLES = {  # the page with its link, the handle on it, and how far it is dragged, in pixels
    "gradient_descent": ("gradient_descent", "start", (160, -40)),
    "lipschitz": ("lipschitz", "slope", (-12, -60)),
    "max_margin": ("max_margin?data=own&points=p2_1n-1_-2p1_3", "Point 1, +1", (60, -40)),
    "weight_decay": ("weight_decay", "ŵ(λ)", (-60, 40)),
}


def pictures(page: Page, slug: str, sent: list[float]) -> int:
    """A second, at best: the next value is sent when the picture of the one before has been drawn."""
    best = 0
    for _ in range(DRAGS):
        before = len(sent)
        drag(page, slug, DRAG, share=0.95)
        best = max(best, most_in_a_second(sent[before:]))
        drop(page)
    return best


def held_pictures(page: Page, label: str, way: tuple[int, int], sent: list[float]) -> int:
    """The same with a handle, there and back and there."""
    best, handle = 0, knob(page, label)
    for turn in range(DRAGS):
        before = len(sent)
        carry(page, handle, [w if turn % 2 == 0 else -w for w in way], DRAG)
        best = max(best, most_in_a_second(sent[before:]))
        page.mouse.up()
        settled(page, 500)
    return best


def frames(page: Page) -> float:
    """A second, as the player itself counts them; it plays to its end, or for two seconds."""
    page.locator(".player .play").click()
    page.wait_for_timeout(2000)
    return float(page.locator(".player").get_attribute("data-rate"))


def opened(browser: Browser, address: str) -> tuple[Page, list[float]]:
    """A page, and when it sends the server a message."""
    page, sent = browser.new_page(viewport={"width": 1280, "height": 800}), []
    page.on("websocket", lambda line: line.on("framesent", lambda _: sent.append(time.perf_counter())))
    page.goto(address)
    settled(page).wait_for_timeout(1500)  # what it still has to say to the server, it says now
    return page, sent


def run() -> list[Row]:
    """Rows for the table."""
    rows = []
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with running(log) as address, sync_playwright() as playwright:
        browser = launched(playwright)
        for slug in (concept.slug for concept in catalog.concepts()):
            page, sent = opened(browser, f"{address}/{slug}")
            if live_sliders(slug):
                rows.append(Row(f"{slug}: pictures a second while dragged", pictures(page, slug, sent), "", PICTURES))
            if page.locator(".player").count():
                before = len(sent)
                rows.append(Row(f"{slug}: frames a second while it plays", frames(page), "", FRAMES))
                rows.append(Row(f"{slug}: messages to the server meanwhile", len(sent) - before, "", 0, "less"))
            page.close()
        for slug, (path, label, way) in HANDLES.items():
            page, sent = opened(browser, f"{address}/{path}")
            pictures_held = held_pictures(page, label, way, sent)
            rows.append(Row(f"{slug}: pictures a second while “{label}” is dragged", pictures_held, "", PICTURES))
            page.close()
        browser.close()
    return rows
