"""Hands quicker than the server: the language is switched, and a control is moved before the answer has come."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled

TIMES = 20
BETWEEN = 50  # milliseconds at most between the two


def switch(page, label: str) -> None:
    page.locator(".st-key-tools").get_by_role("radio", name=label).evaluate("radio => radio.click()")


@pytest.mark.parametrize(
    ("address", "control", "kept"),
    [
        ("gradient_descent?surface=quadratic&condition_number=60", "condition_number", "condition_number=66"),
        ("double_descent?data=legendre", "noise", "data=legendre"),
        ("weight_decay?data=polynomial", "penalty", "data=polynomial"),
    ],
)
def test_the_language_and_a_slider_within_50_milliseconds(visit, address, control, kept):
    """Both have their effect, and nothing else changes."""
    page = visit(address)
    slider = page.locator(f".st-key-{address.split('?')[0]}-{control} input[type=range]").first
    at = int(slider.input_value())
    for time in range(TIMES):
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
