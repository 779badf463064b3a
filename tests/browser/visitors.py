"""Browsers that come again: whoever has been here before need not fetch and compile what every page needs.

To them a visit costs the processor half of what a first one does. None of them is in two visits of a test, and each
forgets between tests what a page has stored. Cheaper by far is it to stay: a page that is led to another address by
the app itself, as by *back* and *forward*, keeps its session, and loads nothing.
"""

import time
from collections import defaultdict
from contextlib import suppress

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError

from tests.browser.browsing import PATIENCE, Record, settled

ONE_PROCESS = "--process-per-site"  # for all pages of a browser: what one has compiled, the next has
OF_A_PAGE = ("viewport", "color_scheme", "reduced_motion")  # can be set for each page; the others are the browser's
USUAL = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light", "reduced_motion": "no-preference"}
USUAL |= {"locale": "en-US"}


class Visitor:
    """A browser context with a page at ``home``, which keeps its process alive and can reach what it has stored."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.context, self._home = context, context.new_page()
        self._home.goto(home)

    def page(self, **options) -> Page:
        options = USUAL | options
        page = self.context.new_page()
        page.set_viewport_size(options["viewport"])
        page.emulate_media(color_scheme=options["color_scheme"], reduced_motion=options["reduced_motion"])
        return page

    def forget(self) -> None:
        for page in self.context.pages:
            if page != self._home:
                page.close()
        self.context.clear_cookies()
        self._home.evaluate("localStorage.clear()")


class Browsers:
    """Those who are not on a visit, by what is fixed of them."""

    def __init__(self, chromium: Browser, server: str) -> None:
        self._chromium, self._home = chromium, f"{server}/_stcore/health"
        self._free: dict[tuple, list[Visitor]] = defaultdict(list)
        self._kinds: dict[Visitor, tuple] = {}

    def take(self, **options) -> Visitor:
        fixed = {name: what for name, what in (USUAL | options).items() if name not in OF_A_PAGE}
        kind = tuple(sorted(fixed.items()))
        visitor = (
            self._free[kind].pop() if self._free[kind] else Visitor(self._chromium.new_context(**fixed), self._home)
        )
        self._kinds[visitor] = kind
        return visitor

    def give_back(self, visitor: Visitor) -> None:
        visitor.forget()
        self._free[self._kinds[visitor]].append(visitor)


# To an address of the app, as *back* and *forward* go to one; ``window.ran``: whether a script has run since.
LEAD = """path => {
    window.watching?.disconnect();
    window.ran = false;
    window.watching = new MutationObserver(() => {
        const state = document.querySelector('[data-testid="stApp"]')?.getAttribute('data-test-script-state');
        window.ran ||= state === 'running';
    });
    window.watching.observe(document.body, {subtree: true, attributeFilter: ['data-test-script-state']});
    history.pushState({}, '', path);
    dispatchEvent(new PopStateEvent('popstate', {state: {}}));
}"""


class Resident:
    """Somebody who stays: one page and one session for many tests, led from address to address.

    What the address says holds, and what it leaves out is at its default; what a session remembers beside that (a
    guess, an answer that was revealed, the player's frame) stays. A test that hangs on it visits by itself.
    """

    def __init__(self, visitor: Visitor, server: str, **options) -> None:
        self.page, self._server, self.record, self.sent = visitor.page(**options), server, Record(), []
        self.page.set_default_timeout(PATIENCE / 3)
        self.record.watch(self.page)
        self.page.on("websocket", lambda line: line.on("framesent", lambda _: self.sent.append(time.perf_counter())))
        self.page.goto(f"{server}/glossary")
        settled(self.page)

    def lead(self, path: str) -> Page:
        """The page at that address, once drawn."""
        self.page.evaluate(LEAD, f"/{path.lstrip('/')}")
        with suppress(TimeoutError):  # it may be so quick that the browser has shown none of it
            self.page.wait_for_function("() => window.ran", timeout=2000)
        settled(self.page, 300)
        self.page.get_by_test_id("stMain").evaluate("page => page.scrollTo(0, 0)")
        return self.page

    def rest(self) -> None:
        """Nothing in the hand or under it, nothing in focus, the answers to the last words heard."""
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement?.blur()")
        settled(self.page)
