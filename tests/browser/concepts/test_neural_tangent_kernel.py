"""The tangent kernel in a browser: one scrubber for six charts, lines cut out of texts, own points, long trainings."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled
from tests.browser.hand import carry, middle

FRAMES = '.vega-bindings input[name="frame"]'
WARNING = '[data-testid="stAlert"]'
# What each chart has drawn: a sum over all of its pixels, and how many are of the measured lines' blue.
INK = """() => [...document.querySelectorAll('.st-key-pictures [data-testid="stVegaLiteChart"] canvas')].map(canvas => {
    const {width, height} = canvas, pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    let sum = 0, blue = 0;
    for (let i = 0; i < pixels.length; i += 4) {
        sum = (sum * 31 + pixels[i] + 7 * pixels[i + 1] + 13 * pixels[i + 2] + pixels[i + 3]) % 1000003;
        const [red, green, full] = [pixels[i], pixels[i + 1], pixels[i + 3] > 200];
        if (full && red < 60 && green > 70 && green < 130 && pixels[i + 2] > 130) blue++;
    }
    return [sum, blue];
})"""


def told(page, chart):
    return page.locator(f'.told[data-chart="{chart}"]').text_content()


def test_one_scrubber_moves_all_six_charts(lead):
    page = settled(lead("/neural_tangent_kernel"), 800)
    page.wait_for_function("frames => document.querySelectorAll(frames).length === 6", arg=FRAMES)
    page.wait_for_timeout(400)
    end = page.evaluate(INK)
    assert len(end) == 6 and all(blue > 100 for _, blue in end), "every chart draws the network's line"
    page.locator(".player .scrub").fill("0")
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert at == [0] * 6
    page.wait_for_timeout(400)
    start = page.evaluate(INK)
    moved = [a != b for a, b in zip(start, end, strict=True)]
    assert all(moved[::2]), "the functions have moved"
    assert moved[1], "the narrow network's kernel has moved"
    page.locator(".player .play").click()
    expect(page.locator(".player")).to_have_attribute("data-frame", re.compile("^([5-9]|[1-9]\\d)$"))


def test_own_points_are_typed_shared_and_refused_with_their_place(lead):
    page = settled(lead("/neural_tangent_kernel?data=own"), 500)
    box = page.locator(".st-key-neural_tangent_kernel-points input")
    before = told(page, "function 2")
    box.fill("-1 1; 0 zero; 1 1")
    box.press("Enter")
    settled(page, 600)
    expect(page.locator(WARNING)).to_contain_text("in pair 2, zero is not a number")
    box = page.locator(".st-key-neural_tangent_kernel-points input")
    box.fill("0.5 1")
    box.press("Enter")
    settled(page, 1500)
    expect(page.locator(WARNING)).to_have_count(0)
    assert told(page, "function 2") != before and "points=0.5" in page.url
    copy = settled(lead(page.url.split("/", 3)[3], locale="en-GB"), 800)
    assert told(copy, "function 2") == told(page, "function 2")


def test_a_run_that_flies_off_says_so_in_picture_caption_and_check(lead):
    page = settled(lead("/neural_tangent_kernel?experiment=7"), 800)
    assert "flew off by step" in told(page, "function 0")
    expect(page.locator('.st-key-pictures [data-testid="stCaptionContainer"]').last).to_contain_text(
        "Flew off: width 8"
    )
    page.locator(".st-key-reveal button").click()
    expect(page.locator('[data-check="flown_off"]')).to_contain_text("measured 3 · predicted 3")


def test_further_trainings_open_with_their_own_checks(lead):
    for view, check in (("widths", "sweep_drift"), ("many", "ensemble_mean"), ("lazy", "laziness")):
        page = settled(lead(f"/neural_tangent_kernel?view={view}"), 1500)
        expect(page.locator(f'[data-check="{check}"]')).to_be_visible(timeout=30_000)
        assert page.locator(f'.told[data-chart="{view}"]').count() == 1


def test_an_own_point_is_dragged_and_the_networks_learn_it_anew_when_it_is_let_go(lead):
    sent = []
    page = settled(lead("/neural_tangent_kernel?data=own", sent=sent), 500)
    point, told = page.get_by_label("Point 2", exact=True), page.locator('.told[data-chart="function 0"]')
    expect(point).to_be_visible()
    page.wait_for_timeout(1000)
    before, messages, address = told.text_content(), len(sent), page.url
    at = carry(page, point, (12, -40), 0.6)
    assert page.url == address and len(sent) == messages, "a training takes longer than a hand can wait for"
    page.mouse.up()
    page.wait_for_url("**points=*")
    settled(page, 500)
    assert middle(point) == pytest.approx(at, abs=3.5) and told.text_content() != before
    copy = settled(lead(page.url.split("/", 3)[3], locale="en-GB"), 500)
    assert copy.locator('.told[data-chart="function 0"]').text_content() == told.text_content()
    field = page.locator(".st-key-neural_tangent_kernel-points input")
    pairs = field.input_value().split("; ")
    assert pairs[0] == "-1 0.5" and pairs[1] != "-0.3 -0.8" and len(pairs) == 4
    point.press("Delete")
    expect(field).to_have_value("; ".join([pairs[0], *pairs[2:]]))
