"""Own points that nothing can be followed on, in a browser: the pictures are drawn, the checks do not apply, and a
sentence says what is the matter."""

import math

import pytest
from playwright.sync_api import expect

from core.data.own_points import to_link
from core.data.separable_data import points
from tests.browser.browsing import settled

RING = [(math.cos(math.pi * k / 6), math.sin(math.pi * k / 6)) for k in range(12)]
XOR = [(1, 1, 1), (-1, -1, 1), (-1, 1, -1), (1, -1, -1)]
CANCEL = "What the points push cancels"
SETS = {
    "xor": (XOR, CANCEL),
    "opposite copies": ([(1, 1, 1), (-1, -1, 1)], CANCEL),
    "two rings": ([*((x, y, 1) for x, y in RING), *((2 * x, 2 * y, -1) for x, y in RING)], CANCEL),
    "a tiny xor": ([(1e-9 * x, 1e-9 * y, label) for x, y, label in XOR], CANCEL),
    "a huge xor": ([(1e9 * x, 1e9 * y, label) for x, y, label in XOR], CANCEL),
    "far and opposite": ([(1e9, 1, 1), (-1e9, 0, 1)], "Every label is the same"),
    "on the line": ([(1, 1, 1), (-1, -1, 1), (0.5, 2, 1)], "Separable only with points on the line"),
}
WARNING = '[data-testid="stAlert"]'


@pytest.mark.parametrize("name", SETS)
def test_nothing_to_follow_is_said_and_drawn(lead, name):
    rows, sentence = SETS[name]
    page = settled(lead(f"/max_margin?data=own&points={to_link(points(rows))}"), 500)
    expect(page.locator(WARNING).filter(has_text=sentence).first).to_be_visible()
    expect(page.locator(".check.does-not-apply").first).to_be_visible()
    expect(page.locator(".check.fails")).to_have_count(0)
    assert page.locator(".told[data-chart=plane]").count() == page.locator(".told[data-chart=curve]").count() == 1
    drawn = page.locator('[data-testid="stVegaLiteChart"] :is(canvas, svg)')
    expect(drawn).to_have_count(2)
    for picture in drawn.all():
        box = picture.bounding_box()
        assert box["width"] > 200 and box["height"] > 150, "a picture of no size is none"


def test_it_is_said_in_chinese_too(lead):
    page = settled(lead(f"/max_margin?data=own&points={to_link(points(XOR))}", locale="zh-CN"), 500)
    expect(page.locator(WARNING).first).to_contain_text("没有过原点的直线能分开这些点")
    expect(page.locator(WARNING).filter(has_text="各点的推力互相抵消")).to_be_visible()


def test_optimisers_are_changed_on_points_that_cancel(lead):
    """From a set that runs to one that does not and back, with the player on."""
    page = settled(lead(f"/max_margin?data=own&points={to_link(points(XOR))}"), 500)
    for option in ("sign descent", "heavy ball"):
        page.locator(".st-key-max_margin-optimiser input").click()
        page.get_by_role("option").filter(has_text=option).first.click()
        settled(page, 800)
        expect(page.locator(WARNING).filter(has_text=CANCEL)).to_be_visible()
        page.locator(".player .play").click()
        expect(page.get_by_test_id("stException")).to_have_count(0)
