"""Contents and glossary in a real browser: found while typing, opened by click and by key, at home on a phone."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled, some
from ui import catalog, text
from ui.contents import glossary

CHART = '[data-testid="stVegaLiteChart"]'
SIDEWAYS = """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')]
    .filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.tagName}: ${e.scrollWidth} > ${e.clientWidth}`)"""


def results(page):
    return page.locator(".results li:visible")


def opened(page, slug):
    """Wait for the page of the concept."""
    page.wait_for_function("slug => location.pathname.endsWith('/' + slug)", arg=slug)
    return settled(page, 300)


def test_a_search_finds_while_one_types_in_either_language(lead):
    page = lead("")
    field = page.get_by_role("searchbox")
    expect(results(page)).to_have_count(0)
    for asked in ("double desc", "双下降", "DOUBLE-DESCENT"):
        field.fill(asked)
        expect(results(page).first).to_contain_text("Double descent")
        expect(page.locator(".contents [role=status]").first).to_contain_text("found: ")
    field.fill("no such thing")
    expect(results(page)).to_have_count(0)
    expect(page.locator(".contents [role=status]").first).to_have_text(text.words("home", "en")["search.none"])
    field.press("Escape")
    expect(field).to_have_value("")


def test_the_page_folds_what_is_typed_as_the_index_is_folded(lead):
    """JavaScript and Python agree on every entry: typed as it is written, each finds itself."""
    page = lead("")
    for entry in glossary.index("zh")[::9]:
        page.get_by_role("searchbox").fill(entry.title)
        assert entry.title in glossary.plain(entry.title) and results(page).count() > 0, entry.title


def test_a_result_opens_its_experiment_in_the_language_that_is_on(lead):
    page = lead("?lang=zh")
    field = page.get_by_role("searchbox")
    field.fill("Rosenbrock 2508")
    field.press("Enter")
    opened(page, "gradient_descent")
    assert "lang=zh" in page.url and "experiment=6" in page.url
    assert catalog.concept("gradient_descent").claim["zh"][:3] in page.locator(".st-key-claim").inner_text()


def test_a_term_opens_the_glossary_at_that_term(lead):
    page = lead("")
    page.get_by_role("searchbox").fill("interval arithmetic")
    results(page).filter(has_text="term").first.locator("a").click()
    opened(page, "glossary")
    expect(page.locator(".terms > li:visible")).to_have_count(1)
    expect(page.locator(".terms > li:visible")).to_contain_text("区间算术")
    page.locator(".terms > li:visible a").first.click()
    opened(page, "lipschitz")


@pytest.mark.parametrize("slug", some((concept.slug for concept in catalog.concepts()), 2))
def test_the_map_opens_every_concept_by_key_alone(lead, slug):
    page = lead("")
    box = page.locator(f'.map a[data-page="{slug}"]')
    box.focus()
    thick = "e => parseFloat(getComputedStyle(e.querySelector('rect')).strokeWidth) > 2.5"
    page.wait_for_function(thick, arg=box.element_handle())
    joined = [link for link in glossary.connections() if slug in link.between]
    expect(page.locator(".map .edge.lit")).to_have_count(len(joined))
    page.keyboard.press("Enter")
    opened(page, slug)


def test_the_list_says_what_the_map_shows_and_leads_to_where_it_is_seen(lead):
    page = lead("")
    rows = page.locator(".connections li")
    assert rows.count() == page.locator(".map .edge").count() == len(glossary.connections())
    link = glossary.connections()[1]
    expect(rows.nth(1)).to_contain_text(link.what["en"])
    rows.nth(1).hover()
    expect(page.locator(".map .edge.lit text")).to_have_text(link.label["en"])
    query = json.loads(rows.nth(1).locator("a").get_attribute("data-query"))
    rows.nth(1).locator("a").click()
    opened(page, link.page)
    assert all(f"{name}={value}" in page.url for name, value in query.items())


def test_the_guided_start_and_every_card_open_their_page(lead):
    page = lead("")
    for key, slug in (("start", text.source("home")["start"]["page"]), ("card_dropout", "dropout")):
        link = page.locator(f".st-key-{key} a")
        link.scroll_into_view_if_needed()
        settled(page, 500)  # what has come into sight is drawn
        link.click()
        opened(page, slug).wait_for_selector(".st-key-claim")
        assert "?" not in page.url, "what an experiment has for its defaults is not in the link"
        page.go_back()
        settled(page, 300).wait_for_selector(".st-key-cards")


def test_a_card_is_a_link_all_over(lead):
    page = lead("")
    page.locator(".st-key-card_max_margin").scroll_into_view_if_needed()
    picture = page.locator(".st-key-card_max_margin " + CHART)  # it comes as it comes into sight
    picture.wait_for()
    settled(page, 300)
    place = picture.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    opened(page, "max_margin")
    assert page.locator(".st-key-controls").is_visible(), "the page itself, and not its picture alone"


def test_an_address_from_the_map_opens_in_a_tab_of_its_own(lead):
    page = lead("?lang=zh")
    address = page.locator('.map a[data-page="lipschitz"]').evaluate("link => link.href.baseVal")
    copy = lead(address, locale="en-GB")
    assert catalog.concept("lipschitz").question["zh"] in copy.locator(".st-key-claim").inner_text()


@pytest.mark.parametrize(("path", "locale"), [("", "zh-CN"), ("glossary", "en-US")])
def test_a_phone_needs_no_scrolling_sideways(lead, path, locale):
    page = lead(path, locale=locale, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.wait_for_timeout(300)
    assert page.evaluate(SIDEWAYS) == []
    if not path:
        assert page.locator(CHART).first.bounding_box()["width"] > 280
        small = page.locator(".map .node text").first.bounding_box()["height"]
        assert small > 12, "the map can be read"
