"""Hands quicker than the server: the language is switched, and a control is moved before the answer has come."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled
from tests.browser.slow_line import slow_line
from ui import catalog

BETWEEN = 50  # milliseconds at most between the two
SLOW = 0.3  # seconds by which every answer is late
SECOND = catalog.concept("gradient_descent").experiments[1]
CHOICE = SECOND.choices[SECOND.correct]["en"]


def switch(page, label: str) -> None:
    page.locator(".st-key-tools").get_by_role("radio", name=label).evaluate("radio => radio.click()")


@pytest.mark.parametrize(
    ("address", "control", "kept", "times"),
    [
        ("gradient_descent?surface=quadratic&condition_number=60", "condition_number", "condition_number=66", 20),
        ("double_descent?data=legendre", "noise", "data=legendre", 6),
        ("weight_decay?data=polynomial", "penalty", "data=polynomial", 6),
    ],
)
def test_the_language_and_a_slider_within_50_milliseconds(lead, address, control, kept, times):
    """Both have their effect, and nothing else changes."""
    page = lead(address)
    slider = page.locator(f".st-key-{address.split('?')[0]}-{control} input[type=range]").first
    at = int(slider.input_value())
    for time in range(times):
        step = 1 if time % 3 else -1
        language = "EN" if time % 2 else "中"
        switch(page, language)
        page.wait_for_timeout(BETWEEN * (time % 4) / 4)
        slider.press("ArrowRight" if step > 0 else "ArrowLeft")
        settled(page, 60)
        at += step
        assert page.get_by_test_id("stException").count() == 0 and page.locator(".st-key-calm").count() == 0
        expect(page.locator(".st-key-tools").get_by_role("radio", name=language)).to_be_checked()
        expect(slider, f"time {time}: the slider's move").to_have_value(str(at))
    settled(page, 500)
    assert f"{control}=" in page.url and kept in page.url, "what the page is about is what it was"
    expect(page.locator(".checks")).to_be_visible()


@pytest.mark.parametrize(("between", "lecture"), [(0, False), (100, True), (400, False)])
def test_next_and_reveal_on_a_slow_line(visit, server, between, lecture):
    """The answer is that of the next experiment, and the page is at its settings."""
    with slow_line(server, SLOW) as address:
        page = visit("gradient_descent" + ("?lecture=true" if lecture else ""), at=address)
        page.wait_for_selector(".st-key-experiment_next button")
        settled(page, 1500)
        page.keyboard.press("n")
        page.wait_for_timeout(between)
        page.keyboard.press("a")
        page.wait_for_url("**experiment=2*")
        answer = page.locator(".st-key-experiment_answer")
        expect(answer).to_contain_text(CHOICE)
        settled(page, 1500)
        expect(answer).to_contain_text(CHOICE)
        assert "experiment=2" in page.url and "surface" not in page.url, "at the experiment's own settings"
        page.close()


@pytest.mark.parametrize("between", [20, 300])
def test_next_and_a_slider_on_a_slow_line(visit, server, between):
    """Both survive: the next experiment is on, and the slider is where the hand has moved it."""
    with slow_line(server, SLOW) as address:
        page = visit("gradient_descent", at=address)
        slider = page.locator(".st-key-gradient_descent-condition_number input[type=range]").first
        slider.wait_for()
        settled(page, 1500)
        slider.focus()
        page.locator(".st-key-experiment_next button").evaluate("button => button.click()")
        page.wait_for_timeout(between)
        page.keyboard.press("ArrowRight")  # of the slider, or where the next experiment is there already, of the player
        page.wait_for_url("**experiment=2*")
        settled(page, 2000)
        assert "experiment=2" in page.url
        expect(page.locator(".st-key-experiment_box")).to_contain_text("2/L = 0.00909")
        page.close()
