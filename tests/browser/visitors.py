"""Browsers that come again: whoever has been here before need not fetch and compile what every page needs.

To them a visit costs the processor half of what a first one does. None of them is in two visits of a test, and each
forgets between tests what a page has stored.
"""

from collections import defaultdict

from playwright.sync_api import Browser, BrowserContext, Page

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
