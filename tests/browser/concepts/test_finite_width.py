"""Finite width in a real browser: painted, the dot in the hand along its line, the player, the link, a phone."""

from playwright.sync_api import expect

from tests.browser.browsing import settled
from tests.browser.hand import carry, knob

PICTURES = ("collapse", "plane", "outputs")


def told(page, chart):
    return page.locator(f".told[data-chart={chart}]").text_content()


def drawn(page):
    """All pictures as they are now."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.st-key-pictures canvas')].map(one => one.toDataURL()).join()"
    )


def test_the_dot_moves_the_shape_the_player_climbs_and_the_link_has_it(visit):
    sent = []
    page = visit("/finite_width", sent=sent)
    page.wait_for_selector(".st-key-held_plane canvas")
    settled(page, 800)
    assert page.locator(".st-key-pictures canvas").count() == len(PICTURES)
    assert "L = 32, n = 128" in told(page, "plane") and page.locator(".check.fails").count() == 0
    before, seen = len(sent), set()
    for frame in (0, 6, 12, 23):
        page.locator(".player .scrub").fill(str(frame))
        page.wait_for_timeout(150)
        seen.add(drawn(page))
    assert len(seen) == 4 and len(sent) == before, "it plays in the browser"
    dot = knob(page, "L, n")
    dot.press("ArrowUp")
    page.wait_for_url("**width=192*")
    dot.press("ArrowRight")
    page.wait_for_url("**depth=36*")
    settled(page, 400)
    carry(page, dot, (0, 60))
    page.mouse.up()
    page.wait_for_function("() => !document.querySelector('.told[data-chart=plane]').textContent.includes('n = 192')")
    page.wait_for_function("() => !location.href.includes('width=192')")
    settled(page, 400)
    width = int(page.evaluate("() => new URL(location.href).searchParams.get('width')"))
    assert f"L = 36, n = {width}" in told(page, "plane") and width < 64


def test_on_a_phone_at_night_in_chinese_from_a_link(visit):
    page = visit(
        "/finite_width?lang=zh&activation=relu&widths=64,64,4,64",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
    )
    page.wait_for_selector(".st-key-pictures canvas")
    settled(page, 500)
    assert page.locator(".st-key-pictures canvas").count() == len(PICTURES)
    assert "n = 64, 64, 4, 64" in told(page, "outputs")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")
    expect(page.locator(".st-key-held_plane [role=slider]")).to_have_count(0)
