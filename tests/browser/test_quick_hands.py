"""Hands quicker than the server: the language is switched, and a control is moved before the answer has come."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled

TIMES = 20
BETWEEN = 50  # milliseconds at most between the two


def switch(page, label: str) -> None:
    page.locator(".st-key-tools").get_by_role("radio", name=label).evaluate("radio => radio.click()")


@pytest.mark.parametrize(
    ("address", "control", "name"),
    [
        (
            "gradient_descent?surface=quadratic&condition_number=60",
            "gradient_descent-condition_number",
            "condition_number",
        ),
        ("double_descent?data=legendre", "double_descent-noise", "noise"),
        ("weight_decay?data=polynomial", "weight_decay-penalty", "penalty"),
    ],
)
def test_the_language_and_a_slider_within_50_milliseconds(visit, address, control, name):
    page = visit(address)
    kept = address.split("?")[1].split("&")[0]
    for time in range(TIMES):
        switch(page, "中" if time % 2 == 0 else "EN")
        page.wait_for_timeout(BETWEEN * (time % 4) / 4)
        page.locator(f".st-key-{control} [role=slider]").first.press("ArrowRight" if time % 3 else "ArrowLeft")
        settled(page, 60)
        assert page.get_by_test_id("stException").count() == 0 and page.locator(".st-key-calm").count() == 0
    settled(page, 500)
    assert kept in page.url, "what the page is about is what it was"
    expect(page.locator(".checks")).to_be_visible()
