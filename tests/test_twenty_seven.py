"""The house with twenty-seven concepts: twenty scratch ones beside ours, with ``BASIN_WHOLE=1``.

The default run has seven of them, and asks what needs no browser. ``python -m bench twenty_seven`` has the figures.
"""

import pytest

from bench.client import Client
from bench.twenty_seven import CONCEPTS, MEMORY, larger, serving
from tests.browser.browsing import WHOLE, settled
from tests.browser.conftest import browsers, chromium, visit  # noqa: F401
from ui import catalog

COUNT = CONCEPTS if WHOLE else len(catalog.concepts()) + 7


@pytest.fixture(scope="module")
def there():
    with larger(COUNT) as folder:
        yield folder


@pytest.fixture(scope="module")
def server(there):
    with serving(there) as server:
        yield server


def test_every_page_is_served_and_memory_stays_in_its_bounds(there, server):
    slugs = [path.stem for path in (there / "text").glob("*.toml") if (there / "core" / path.stem).is_dir()]
    assert len(slugs) == COUNT
    for slug in ["", *slugs]:
        with Client(server.port, slug) as visitor:
            assert visitor.exceptions == [], slug
    assert server.megabytes() < MEMORY + 100, "the bar itself is measured by bench, with nothing else on the machine"


@pytest.mark.browser
@pytest.mark.skipif(not WHOLE, reason="takes a browser through all of them: BASIN_WHOLE=1")
def test_the_contents_the_map_and_the_sidebar_hold_them_all(server, visit):  # noqa: F811
    page = visit("", at=server.address)
    assert page.locator('[data-testid="stVegaLiteChart"]').count() < COUNT, "pictures come as they come into sight"
    for _ in range(40):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(100)
    settled(page, 1000)
    assert page.locator('[data-testid="stVegaLiteChart"]').count() == COUNT
    boxes = page.locator(".map .node rect").evaluate_all("all => all.map(b => b.getBoundingClientRect().toJSON())")
    assert len(boxes) == COUNT
    apart = (
        a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]
        for i, a in enumerate(boxes)
        for b in boxes[:i]
    )
    assert all(apart), "boxes of the map overlap"
    links = page.get_by_test_id("stSidebarNavLink")
    assert links.count() == COUNT + 3
    page.get_by_test_id("stNavSectionHeader").first.click()
    assert links.count() < COUNT + 3, "a section folds"
