"""For everyone: no serious fault that axe finds, the keyboard alone, no motion unasked, twice the size.

axe-core (Deque, 4.12) looks at every page in light and in dark. What it says of Streamlit's own elements is listed in
``STREAMLITS`` with the reason; everything else is ours.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.browser.browsing import settled, who
from ui import catalog

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = ["", "glossary", "plan", *(concept.slug for concept in catalog.concepts())]
SLUGS = [concept.slug for concept in catalog.concepts()]
LOOKED_AT = {case.id for case in who("axe in the light")}

# Rule and place (a CSS selector around the element) of what is Streamlit's own, or no fault.
STREAMLITS = {
    "list": '[data-testid="stSidebarNav"]',  # its sections are <div>s within a <ul>
    "listitem": '[data-testid="stSidebarNav"]',
    # WCAG 1.4.3 leaves out what can't be operated at the moment; axe sees that of fields, not of a slider's label.
    "color-contrast": '[data-testid="stElementContainer"]:has(input:disabled)',
}
FAULTS = """async (own) => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    const serious = found.violations.filter(v => ['serious', 'critical'].includes(v.impact));
    const theirs = (rule, [place]) =>
        typeof place === 'string' && rule in own && document.querySelector(place)?.closest(own[rule]);
    return serious.flatMap(v => v.nodes.filter(node => !theirs(v.id, node.target))
        .map(node => `${v.id}: ${node.html.slice(0, 120)} | ${(node.failureSummary ?? '').slice(0, 220)}`));
}"""

# Where the focus is, through the components' shadow roots, and how it and what is around it look.
FOCUS = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (!at || at === document.body) return null;
    let around = at;
    for (let i = 0; i < 4 && around.parentElement && around.parentElement.querySelectorAll('*').length < 40; i++)
        around = around.parentElement;
    window.stops.push({at, around: [around, ...around.querySelectorAll('*')]});
    const holder = at.getRootNode().host ?? at;
    const box = at.getBoundingClientRect();
    return {
        key: [...(holder.closest('[class*="st-key-"]')?.classList ?? [])].find(n => n.startsWith('st-key-')) ?? '',
        what: `${at.tagName} ${at.className?.baseVal ?? at.className} ${at.getAttribute('aria-label') ?? ''}`,
        name: at.getAttribute('aria-label') || at.innerText || at.labels?.[0]?.innerText || at.title || '',
        seen: box.width > 0 && box.height > 0,
    };
}"""
LOOKS = """i => window.stops[i].around.map(e => ['', '::before', '::after'].map(part => {
    const s = getComputedStyle(e, part || null);
    const drawn = (kind, width, colour) => kind === 'none' || !parseFloat(width) ? '' : kind + width + colour;
    return [drawn(s.outlineStyle, s.outlineWidth, s.outlineColor), s.boxShadow, s.backgroundColor, s.strokeWidth,
        drawn(s.borderTopStyle, s.borderTopWidth, s.borderTopColor), s.color, s.textDecorationLine].join();
}).join('|'))"""


# Everything looks as it will: what reacts to the focus has been drawn, and no transition is on its way.
STILL = """async () => {
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    const onTheirWay = document.getAnimations().filter(animation => animation instanceof CSSTransition);
    await Promise.allSettled(onTheirWay.map(transition => transition.finished));
}"""
AGAIN = "() => window.stops.slice(0, -1).some(stop => stop.at === window.stops.at(-1).at)"


def stops(page, most=150):
    """Every place where the Tab key stops, from the start of the page to its end, each with whether its look tells:
    whether it looked otherwise then than it does when the focus has gone."""
    page.evaluate("() => { window.stops = []; }")
    found, looks = [], []
    while len(found) < most:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or page.evaluate(AGAIN):
            break
        page.evaluate(STILL)
        looks.append(page.evaluate(LOOKS, len(found)))
        found.append(stop)
    page.evaluate("() => window.stops.forEach(stop => stop.at.blur())")
    page.evaluate(STILL)
    return [stop | {"tells": page.evaluate(LOOKS, i) != looks[i]} for i, stop in enumerate(found)]


@pytest.mark.parametrize(
    ("path", "colours"),
    [
        *((path, "light") for path in PAGES if path not in SLUGS or path in LOOKED_AT),
        *((path, "dark") for path in ("", *(case.id for case in who("axe in the dark")))),
    ],
)
def test_axe_finds_nothing_serious_that_is_ours(lead, path, colours):
    page = lead(path, color_scheme=colours)
    page.wait_for_timeout(400)
    page.evaluate(AXE)
    assert page.evaluate(FAULTS, STREAMLITS) == []


def test_axe_would_find_it(visit):
    page = visit("glossary")
    page.wait_for_timeout(400)
    page.evaluate(AXE)
    page.evaluate(
        """() => document.querySelector('[data-testid="stMainBlockContainer"]').insertAdjacentHTML('afterbegin',
        '<p style="color: #aaa; background: #fff">grey on white</p><button></button>')"""
    )
    faults = page.evaluate(FAULTS, STREAMLITS)
    assert [fault.split(":")[0] for fault in faults] == ["button-name", "color-contrast"]


@pytest.mark.parametrize("concept", who("by keyboard alone"))
def test_the_keyboard_alone_reaches_every_control_and_shows_where_it_is(lead, concept):
    slug = concept.slug
    page = lead(slug, viewport={"width": 1280, "height": 1000})
    page.wait_for_timeout(600)
    found = stops(page)
    reached = {stop["key"] for stop in found}
    shown = page.evaluate(
        """slug => [...document.querySelectorAll(`[class*="st-key-${slug}-"]`)]
            .filter(e => e.querySelector('input:enabled, button:enabled, [role="combobox"]') && e.offsetParent)
            .map(e => [...e.classList].find(name => name.startsWith(`st-key-${slug}-`)))""",
        slug,
    )
    assert shown and set(shown) - reached == set(), f"reached: {sorted(reached)}"
    assert {"st-key-basin-lang", "st-key-basin-lecture", "st-key-reveal"} <= reached
    if page.locator(".player").count():
        buttons = [stop["what"] for stop in found if stop["key"] == "st-key-player"]
        assert len(buttons) == 6, "back to the start, back, play, on, the time, the speed"
    assert [stop["what"] for stop in found if not stop["tells"]] == [], "the focus is not to be seen there"
    assert [stop["what"] for stop in found if not stop["name"].strip()] == [], "nothing to read out there"


@pytest.mark.parametrize("path", ["", "glossary"])
def test_the_keyboard_alone_reaches_every_link_of_the_contents(visit, path):
    page = visit(path)
    page.wait_for_timeout(400)
    found = stops(page, 260)
    links = page.locator('[data-testid="stMain"] a:visible').count()
    assert sum(stop["what"].startswith(("A ", "a ")) for stop in found) >= links > 15
    assert [stop["what"] for stop in found if not stop["tells"]] == []


@pytest.mark.parametrize("concept", who("keeps still"))
def test_nothing_moves_by_itself_and_without_motion_nothing_glides(visit, concept):
    page = visit(concept.slug, reduced_motion="reduce")
    player = page.locator(".player")
    if player.count():
        frame = player.get_attribute("data-frame")
        page.wait_for_timeout(600)
        expect(player).to_have_attribute("data-playing", "false")
        expect(player).to_have_attribute("data-frame", frame)
    gliding = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stApp"] *')].filter(e => {
            const s = getComputedStyle(e), most = list => Math.max(...list.split(',').map(parseFloat));
            const turning = s.animationName === 'none' ? 0 : most(s.animationDuration);
            return Math.max(most(s.transitionDuration), turning) > 0.001;
        }).map(e => e.className).slice(0, 5)"""
    )
    assert gliding == []


@pytest.mark.parametrize("path", ["", *(case.id for case in who("at twice the size"))])
def test_at_twice_the_size_nothing_runs_off_to_the_side(lead, path):
    """A window of 1280 × 800 at 200 %."""
    page = lead(path, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    settled(page, 400)
    wider = page.evaluate(
        """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')]
            .filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.tagName}: ${e.scrollWidth} > ${e.clientWidth}`)"""
    )
    assert wider == []


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_tab_says_which_page_it_is_and_the_browser_which_language(visit, locale):
    language = locale[:2]
    concept = catalog.concepts()[1]
    page = visit(concept.slug, locale=locale)
    expect(page).to_have_title(f"{concept.title[language]} · Basin")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator(".st-key-tools").get_by_role("radio", name="EN" if language == "zh" else "中").click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "zh" else "zh")
    contents = visit("", locale=locale)
    expect(contents).to_have_title("Basin")
    expect(contents.locator("html")).to_have_attribute("lang", language)
