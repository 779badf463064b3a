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


def most_in_a_second(times):
    return max((sum(start <= t < start + 1 for t in times) for start in times), default=0)
