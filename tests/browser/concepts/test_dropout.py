"""Dropout in a browser: the claim is there at once, curves fill in, and a moved control leaves no work."""

import re
import time

from playwright.sync_api import expect

from tests.browser.browsing import settled

FRAMES = '.vega-bindings input[name="frame"]'
BAR = '[data-testid="stProgress"]'
LABEL = re.compile("Computing|Waiting|正在|排队")


def told(page, chart):
    return page.locator(f".told[data-chart='{chart}']").last.text_content()


def test_the_untouched_page_shows_the_claim_without_training_anything(visit):
    page = visit("/dropout")
    assert "The mean of 2048 noisy copies is within" in told(page, "losses")
    expect(page.locator(".check.holds")).to_have_count(3)
    expect(page.locator(".check.waits")).to_have_count(2)  # of the question that is open
    expect(page.locator(BAR)).to_have_count(0)


def test_copies_pile_up_in_both_charts_at_once(lead):
    page = settled(lead("/dropout"), 500)
    page.wait_for_function("frames => document.querySelectorAll(frames).length === 2", arg=FRAMES)
    page.locator(".player .scrub").fill("3")
    at = page.evaluate("frames => [...document.querySelectorAll(frames)].map(i => Number(i.value))", FRAMES)
    assert at == [3, 3]


def test_the_curves_fill_in_while_the_networks_train(visit):
    """There is a picture long before the last epoch, and it is the same chart that the end is drawn in."""
    page = visit("/dropout")
    page.locator(".st-key-dropout-model input").click()
    page.get_by_role("option", name="networks on digits").click()
    page.wait_for_function(
        """() => /at epoch \\d+:/.test(document.querySelector(".told[data-chart='curves']")?.textContent ?? '')"""
    )
    first = int(re.search(r"at epoch (\d+)", told(page, "curves"))[1])
    settled(page, 1500)
    page.wait_for_function(
        """() => /at epoch 250:/.test(document.querySelector(".told[data-chart='curves']")?.textContent ?? '')"""
    )
    assert first < 250
    expect(page.locator(".check.holds")).to_have_count(2)
    expect(page.locator(BAR)).to_have_count(0)


def test_a_control_moved_during_the_training_is_answered_and_leaves_the_long_work_behind(visit):
    page = visit("/dropout")
    begun = time.monotonic()
    page.goto(page.url + "?model=digits&width=256&networks=5&epochs=1000&samples=400&seed=77")
    expect(page.locator(BAR)).to_be_visible()
    page.locator(".st-key-dropout-model input").click()
    page.get_by_role("option", name="linear model").click()
    expect(page.locator(".told[data-chart='losses']")).to_have_count(1)
    settled(page, 300)
    expect(page.locator(BAR)).to_have_count(0)
    assert time.monotonic() - begun < 30, "the training alone takes longer"


def test_p_one_is_said(lead):
    page = lead("/dropout?p=1")
    expect(page.get_by_text("At p = 1 everything is dropped")).to_be_visible()
    expect(page.locator(".check.fails")).to_have_count(0)


def test_the_link_of_the_why_leads_to_the_four_doors(lead):
    page = lead("/dropout")
    link = page.locator(".st-key-view_box a[href*='weight_decay']")
    assert link.get_attribute("href").endswith("weight_decay?view=doors")
