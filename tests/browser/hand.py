"""The hand on a slider: which one, how it drags, how it lets go."""

import json
import time
from functools import cache

from streamlit.testing.v1 import AppTest

from tests.browser.browsing import ROOT, settled


@cache
def live_sliders(slug):
    """The keys of the sliders that the untouched page follows while they are dragged, as it tells the browser."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).switch_page(f"pages/{slug}.py").run()
    assert not app.exception, app.exception[0].value
    return tuple(json.loads(app.get_by_key("live").proto.json)["keys"])


def slider(page, slug):
    """The first live slider that the page has now and that can be moved; where there is none, the first slider."""
    for holder in (*(f".st-key-{key}" for key in live_sliders(slug)), ".st-key-controls"):
        found = page.locator(f'{holder} [data-testid="stSlider"]:has(input:enabled)')
        if found.count():
            return found.first
    raise AssertionError("the page has no slider")


def drag(page, slug, seconds=0.5, share=0.5):
    """Move the slider through that share of the room it has on its larger side, and do not let go yet."""
    track = slider(page, slug).bounding_box()
    box = slider(page, slug).get_by_test_id("stSliderThumbValue").locator("..").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left, right = x - track["x"], track["x"] + track["width"] - x
    way = share * (right if right > left else -left)
    page.mouse.move(x, y)
    page.mouse.down()
    start = time.perf_counter()
    while (now := (time.perf_counter() - start) / seconds) < 1:
        page.mouse.move(x + way * now, y)
        page.wait_for_timeout(10)


def drop(page):
    """Let go, and wait until the link has the new value."""
    address = page.url
    page.mouse.up()
    page.wait_for_function("address => location.href !== address", arg=address)
    settled(page, 300)


# Notes every change of what the page says in numbers, and every chart that is drawn anew instead of given other data.
WATCH = """selector => {
    const said = () => [...document.querySelectorAll(`${selector}, .checks, .told`)]
        .map(e => e.matches(selector) ? e.getAttribute('aria-label') : e.textContent).join();
    let last = said();
    window.pictures = 0;
    window.rebuilt = 0;
    new MutationObserver(changes => {
        for (const change of changes)
            for (const node of change.addedNodes)
                if (node.matches?.('canvas, svg') && node.closest(selector)) window.rebuilt += 1;
        if (said() !== last) window.pictures += 1;
        last = said();
    }).observe(document.body, {subtree: true, attributes: true, childList: true, characterData: true});
}"""


def step_of(page, slug) -> float:
    """Seconds from a key on the slider to the numbers that it gives: the shorter of two."""
    took, thumb = [], slider(page, slug).get_by_role("slider")
    at_the_end = thumb.evaluate("input => Number(input.value) >= Number(input.max)")
    for key in ("ArrowLeft", "ArrowRight") if at_the_end else ("ArrowRight", "ArrowLeft"):
        drawn, start = page.evaluate("() => window.pictures"), time.perf_counter()
        thumb.press(key)
        page.wait_for_function("drawn => window.pictures > drawn", arg=drawn)
        took.append(time.perf_counter() - start)
        settled(page, 300)
    return min(took)


def most_in_a_second(times):
    return max((sum(start <= t < start + 1 for t in times) for start in times), default=0)


def knob(page, label):
    """The handle of that name on a picture."""
    return page.locator('.handle[role="slider"]').and_(page.get_by_label(label, exact=True))


def middle(handle):
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Finger:
    """A finger on the screen, of a visit with ``has_touch``."""

    def __init__(self, page):
        self.line = page.context.new_cdp_session(page)

    def _touch(self, kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, x, y):
        self._touch("touchStart", (x, y))

    def move(self, x, y):
        self._touch("touchMove", (x, y))

    def up(self):
        self._touch("touchEnd")


def carry(page, handle, way, seconds=0.6, finger=None, seen=lambda at: None):
    """Take hold of a handle and move it that many pixels, without letting go. ``seen`` hears where the finger is,
    after each move. Returns where it is at last."""
    x, y = middle(handle)
    start = time.perf_counter()
    if finger:
        finger.down(x, y)
    else:
        page.mouse.move(x, y)
        page.mouse.down()
    share = 0.0
    while share < 1:
        share = min(1.0, (time.perf_counter() - start) / seconds)
        at = x + way[0] * share, y + way[1] * share
        (finger or page.mouse).move(*at)
        page.wait_for_timeout(10)
        seen(at)
    return at
