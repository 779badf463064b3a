"""Pictures in space: drawn by the graphics card, or by what stands in for it."""

import io

import pytest
from PIL import Image

from tests.browser.browsing import settled

PAGES = {"gradient_descent?view=relief": "heavy ball", "lipschitz?view=space": "cone of slope 4"}


@pytest.mark.parametrize("path", PAGES)
def test_a_surface_is_drawn_and_told(visit, path):
    page = visit(path)
    page.wait_for_selector(".gl-container canvas")
    settled(page, 1000)
    told = page.locator('[data-testid="stPlotlyChart"]').evaluate(
        "chart => (chart.closest('[aria-label]') ?? chart.querySelector('[aria-label]')).getAttribute('aria-label')"
    )
    assert PAGES[path] in told
    picture = Image.open(io.BytesIO(page.locator('[data-testid="stPlotlyChart"]').screenshot()))
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 300, "a surface has many shades"
