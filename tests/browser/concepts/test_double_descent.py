"""Double descent in a real browser: a check leads to its place in the picture."""

import math

import pytest

from tests.browser.browsing import settled

PLACE = """() => {
    const root = document.querySelector('.st-key-held_risk [data-testid="stBidiComponentRegular"]')?.shadowRoot ??
        [...document.querySelectorAll('.st-key-held_risk *')].find((e) => e.shadowRoot)?.shadowRoot ??
        document.querySelector('.st-key-held_risk');
    const line = root.querySelector('.place');
    return line && line.getBoundingClientRect().x + line.getBoundingClientRect().width / 2;
}"""
TICKS = "() => document.querySelector('.st-key-held_risk .vega-bindings input[name=\"plot\"]').value"
CANVAS = "() => document.querySelector('.st-key-held_risk canvas').getBoundingClientRect().toJSON()"


@pytest.mark.parametrize("way", ["click", "key"])
def test_the_tile_of_a_check_flashes_its_size_in_the_picture(lead, way):
    page = lead("/double_descent?data=gaussian")
    page.wait_for_selector(".st-key-held_risk canvas")
    settled(page, 500)
    tile = page.locator(".check[data-at]").first
    at = float(tile.get_attribute("data-at"))
    assert f"{at:g}" in tile.locator("button.label").inner_text()
    assert page.evaluate(PLACE) is None
    if way == "click":
        tile.locator("button.label").click()
    else:
        tile.locator("button.label").focus()
    x = page.evaluate(PLACE)
    width, _, low, high, middle, *_ = map(float, page.evaluate(TICKS).split(","))
    canvas = page.evaluate(CANVAS)
    left = page.evaluate(
        "() => { const c = document.querySelector('.st-key-held_risk canvas');"
        "const t = c.getContext('2d').getTransform(); return t.e / t.a; }"
    )
    logarithmic = abs(middle - (low * high) ** 0.5) < abs(middle - (low + high) / 2)
    share = math.log(at / low) / math.log(high / low) if logarithmic else (at - low) / (high - low)
    assert x == pytest.approx(canvas["x"] + left + share * width, abs=2)
    page.wait_for_timeout(2600)
    assert page.evaluate(PLACE) is None, "for a moment"
