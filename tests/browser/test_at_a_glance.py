"""One screen of 1280 × 800: the picture and the question before the answer, the picture and the answer after it; what
was guessed in the picture, and the place of a check."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled, some
from ui import catalog

HEADER, SCREEN = 56, 800  # pixels: the bar at the top, and the window
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
VISITS = [(concept.slug, language) for concept in catalog.concepts() for language in LANGUAGES]
ENDS = "e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom]; }"


def ends(page, selector):
    return page.locator(selector).first.evaluate(ENDS)


@pytest.mark.parametrize(("slug", "language"), some(VISITS, 2, start=1))
def test_picture_and_question_then_picture_and_answer_are_on_one_screen(lead, slug, language):
    page = settled(lead(slug, locale=LANGUAGES[language], viewport={"width": 1280, "height": SCREEN}), 500)
    assert ends(page, ".st-key-experiment_box")[1] <= SCREEN
    page.locator(".st-key-reveal button").click()
    expect(page.locator(".st-key-experiment_answer p").first).to_be_visible()
    settled(page, 900)
    assert ends(page, '[data-testid="stVegaLiteChart"]')[0] >= HEADER
    assert ends(page, ".st-key-experiment_answer")[1] <= SCREEN


def test_what_was_guessed_is_a_line_in_the_picture_and_a_tile_lights_up_its_place(visit):
    page = settled(visit("signal_propagation", viewport={"width": 1280, "height": SCREEN}), 500)
    ghost = page.locator(".st-key-held_decay .ghost")
    expect(ghost).to_have_count(0)
    field = page.locator(".st-key-experiment_guess input")
    field.fill("40")
    field.press("Enter")
    expect(ghost).to_have_attribute("data-at", "40")
    box, plot = ghost.bounding_box(), page.locator(".st-key-held_decay .layer").bounding_box()
    assert box["x"] == pytest.approx(plot["x"] + plot["width"] * 40 / 80, abs=3)
    page.locator(".st-key-experiment_next button").click()
    page.wait_for_url("**experiment=2*")
    expect(ghost).to_have_count(0)
