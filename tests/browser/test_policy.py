"""Basin under the Content-Security-Policy that hosting/nginx.conf sends: all works, and nobody else is ever asked."""

import re

import pytest

from tests.browser.browsing import ROOT, settled, who
from tests.browser.hand import drag, drop
from ui import catalog

POLICY = re.search(
    r'add_header Content-Security-Policy "([^"]+)"', (ROOT / "hosting" / "nginx.conf").read_text(encoding="utf-8")
).group(1)


def answer(route):
    """What was asked for, with the header on every document."""
    if route.request.resource_type != "document":
        return route.continue_()
    response = route.fetch()
    return route.fulfill(response=response, headers={**response.headers, "content-security-policy": POLICY})


@pytest.fixture
def under_the_policy(visit):
    """Like ``visit``. What the policy refuses, the console says, and so it fails."""

    def open_page(path):
        page = visit("plan")
        page.route("**/*", answer)
        page.goto(page.url.replace("/plan", f"/{path}"))
        return settled(page)

    return open_page


@pytest.mark.parametrize("concept", who("keeps the policy"))
def test_a_page_works_under_the_policy(under_the_policy, concept):
    page = under_the_policy(concept.slug)
    page.wait_for_selector(".checks")
    drag(page, concept.slug)
    drop(page)
    if page.locator(".player").count():
        page.locator(".player .play").click()
        page.wait_for_timeout(500)
    assert page.locator('[data-testid="stVegaLiteChart"] :is(canvas, svg)').count() > 0


def test_the_home_page_works_under_the_policy(under_the_policy):
    page = under_the_policy("")
    page.wait_for_selector("img, svg")
    assert all(page.locator(f".st-key-card_{concept.slug}").count() == 1 for concept in catalog.concepts())


def test_the_policy_refuses_a_script_that_is_written_into_the_page(server, chromium):
    page = chromium.new_page()
    page.route("**/*", answer)
    page.goto(f"{server}/plan")
    refused = page.evaluate(
        """() => new Promise(done => {
        document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective), {once: true});
        const script = document.createElement('script');
        script.textContent = 'window.hacked = 1';
        document.body.append(script);
        setTimeout(() => done(window.hacked ? 'it ran' : 'nothing'), 1000);
    })"""
    )
    page.close()
    assert refused == "script-src-elem"
