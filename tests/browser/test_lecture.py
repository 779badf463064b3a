"""A lecture in a browser: a plan walked by keyboard alone, on one screen, with what is hidden out of reach."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled, who
from ui import catalog

PLAN = ["gradient_descent.1", "lipschitz.3", "weight_decay.2", "dropout.1", "max_margin.2"]
BOX, ANSWER = ".st-key-experiment_box", ".st-key-experiment_answer"
SCREEN = {"width": 1280, "height": 720}


def where(page, number, of):
    expect(page.locator(".st-key-experiment_bar").get_by_text(f"{number} / {of}")).to_be_visible()


def test_a_plan_of_five_is_walked_by_keyboard_alone(visit):
    query = "&".join(f"plan={step}" for step in PLAN)
    page = visit(f"/gradient_descent?lecture=true&{query}", viewport=SCREEN)
    page.wait_for_function("() => window.basinKeys")
    for number, step in enumerate(PLAN, 1):
        slug, experiment = step.split(".")
        where(page, number, len(PLAN))
        question = catalog.concept(slug).experiments[int(experiment) - 1].question["en"]
        expect(page.locator(BOX)).to_contain_text(re.sub(r"[$*]", "", question)[:12])
        page.keyboard.press("r")
        expect(page.locator(ANSWER)).to_be_visible()
        expect(page.locator(".check").first).to_be_visible()
        if number < len(PLAN):
            page.keyboard.press("ArrowRight")
            page.wait_for_url(f"**/{PLAN[number].split('.')[0]}**")
            settled(page, 500)
            expect(page.locator(ANSWER)).to_have_count(0)
    page.keyboard.press("ArrowRight")  # there is nothing after the last
    page.wait_for_timeout(300)
    where(page, 5, 5)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/dropout**")
    where(page, 4, 5)


def test_space_plays_and_l_ends_the_lecture(lead):
    page = lead("/gradient_descent?lecture=true", viewport=SCREEN)
    page.locator(".player .first").click()  # the focus stays on a button, and space still plays
    page.keyboard.press(" ")
    expect(page.locator(".player")).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(page.locator(".player")).to_have_attribute("data-playing", "false")
    page.keyboard.press("l")
    page.wait_for_function("() => !location.search.includes('lecture')")
    settled(page, 500)
    expect(page.locator('[data-testid="stSidebar"]')).to_be_visible()
    page.keyboard.press("ArrowLeft")  # outside a lecture the arrows belong to the player
    expect(page.locator(".player")).not_to_have_attribute("data-frame", "200")
    expect(page.locator(".st-key-gradient_descent-experiment")).to_be_visible()


def test_letters_that_are_typed_are_letters(lead):
    page = lead("/lipschitz?function=expression")
    box = page.locator(".st-key-lipschitz-formula input")
    box.press("End")
    page.keyboard.type("+l*r")
    assert box.input_value().endswith("+l*r")
    assert "lecture" not in page.url


@pytest.mark.parametrize("concept", who("fits a projector"))
def test_a_lecture_fits_a_projector(lead, concept):
    language = "zh" if concept.order % 2 else "en"  # each of them on some pages
    page = settled(lead(f"/{concept.slug}?lecture=true&lang={language}", viewport=SCREEN), 300)
    box = page.locator(BOX).bounding_box()
    assert box["y"] + box["height"] <= SCREEN["height"]
    assert page.locator(".st-key-claim h3").bounding_box()["y"] >= 0
    size = "() => [...document.querySelectorAll('.st-key-experiment_box p')].map(p => getComputedStyle(p).fontSize)"
    assert min(float(pixels.removesuffix("px")) for pixels in page.evaluate(size)) >= 17, "readable from the last row"


def test_a_hidden_control_cannot_be_reached(lead):
    page = lead("/lipschitz?hide=slope&slope=2")
    expect(page.locator(".st-key-lipschitz-function")).to_be_visible()
    assert page.locator(".st-key-lipschitz-slope").count() == 0
    page.locator(".st-key-experiment_next button").click()
    page.wait_for_url("**experiment=2*")
    settled(page, 300)
    assert "hide=slope" in page.url and page.locator(".st-key-lipschitz-slope").count() == 0


def test_back_and_forward_and_other_pages_keep_what_was_set(lead):
    page = lead("/max_margin?data=blobs")
    page.locator(".st-key-max_margin-spread input").first.press("ArrowRight")
    page.wait_for_url("**spread=*")
    set_to = page.url
    settled(page, 300)
    page.locator('[data-testid="stSidebar"] a[href*="/lipschitz"]').click()
    page.wait_for_url("**/lipschitz*")
    settled(page, 500)
    page.locator('[data-testid="stSidebar"] a[href*="/max_margin"]').click()
    page.wait_for_url(set_to)
    settled(page, 500)
    for _ in range(2):  # the page's bare address, which the navigation opened, is a step of its own
        page.go_back()
        settled(page, 300)
    expect(page).to_have_url(re.compile("/lipschitz"))
    for _ in range(2):
        page.go_forward()
        settled(page, 300)
    expect(page).to_have_url(set_to)
    expect(page.locator(".st-key-max_margin-spread input").first).not_to_have_value("0")
