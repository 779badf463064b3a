"""The valley in a real browser: the start in the hand and its disc, the target, the player, a link, a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled
from tests.browser.hand import carry, knob, middle

TOLD = ".told[data-chart=plane]"
RED = """() => {
    const canvas = document.querySelector('.st-key-held_plane canvas');
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
        if (data[i] - data[i + 2] > 25 && data[i] - data[i + 1] > 15) count += 1;
    return count / canvas.width / canvas.height;
}"""


def opened(lead, path="/polyak_lojasiewicz", **options):
    page = lead(path, **options)
    page.wait_for_selector(".st-key-held_plane canvas")
    return settled(page, 500)


def test_the_start_is_dragged_out_of_its_promise_and_the_link_restores_it(lead):
    page = opened(lead)
    start = knob(page, "start")
    expect(start).to_be_visible()
    assert "within R = 1" in page.locator(TOLD).text_content()
    disc = page.evaluate(RED)
    carry(page, start, (-90, 20))
    page.mouse.up()
    page.wait_for_url("**x0=*")
    settled(page, 400)
    assert "nothing is promised" in page.locator(TOLD).text_content()
    assert page.evaluate(RED) < 0.7 * disc, "the disc has vanished"
    assert page.locator(".check.does-not-apply[data-check=certified_length]").count() == 1
    copy = opened(lead, page.url.split("/", 3)[3], locale="en-GB")
    assert copy.locator(TOLD).text_content() == page.locator(TOLD).text_content()
    assert middle(knob(copy, "start")) == pytest.approx(middle(start), abs=1.5)


def test_the_target_is_moved_by_keys_along_the_diagonal(lead):
    page = opened(lead)
    target = knob(page, "target c")
    before = middle(target)
    target.press("Shift+ArrowLeft")
    page.wait_for_url("**target=1*")
    settled(page, 400)
    after = middle(target)
    assert after[0] < before[0] and after[1] > before[1], "towards the saddle"


def test_the_player_walks_and_the_server_hears_nothing(lead):
    sent = []
    page = opened(lead, sent=sent)
    page.wait_for_timeout(1000)
    before, seen = len(sent), set()
    for frame in (0, 5, 20, 160):
        page.locator(".player .scrub").fill(str(frame))
        page.wait_for_timeout(200)
        seen.add(page.evaluate("() => document.querySelector('.st-key-held_plane canvas').toDataURL()"))
    assert len(seen) >= 3 and len(sent) == before


def test_on_a_phone_at_night_in_chinese_the_pictures_are_there(visit):
    page = opened(
        visit,
        "/polyak_lojasiewicz?lang=zh",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
    )
    assert page.locator(".st-key-pictures canvas").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")
    expect(knob(page, "起点")).to_be_visible()


def test_a_lecture_hides_the_strip_until_the_answer(lead):
    page = opened(lead, "/polyak_lojasiewicz?lecture=true&experiment=2", viewport={"width": 1280, "height": 720})
    assert page.locator(".checks").count() == 0
    page.keyboard.press("r")
    page.wait_for_selector(".checks")
    assert page.locator("[data-check=local_rate]").count() == 1


def test_the_valley_hands_its_loss_to_the_ball(lead):
    page = opened(lead, "/polyak_lojasiewicz?view=section")
    page.locator('[data-testid="stMain"] [data-testid="stPageLink"] a').click()
    page.wait_for_url("**/gradient_descent?**")
    page.wait_for_selector(".st-key-gradient_descent-surface")
    assert settled(page, 500).locator('[data-testid="stAlert"]').count() == 0
