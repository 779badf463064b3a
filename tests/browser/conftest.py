"""A running Basin and a Chromium that visits it; after a visit the console is clean and nobody else was called."""

import os
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.browsing import PATIENCE, Record, launched, running, settled
from tests.browser.visitors import ONE_PROCESS, USUAL, Browsers, Resident


def pytest_collection_modifyitems(items):
    """Mark what needs the browser, and run it last: the browser is closed at once when it is no longer needed."""
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


class Shared:
    """One server for all processes that run tests: started with the first of them, stopped after the last."""

    def __init__(self) -> None:
        self._folder, self._stack, self._address = TemporaryDirectory(), ExitStack(), ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        if not self._address:
            self._address = self._stack.enter_context(running(Path(self._folder.name) / "log.txt"))
        node.workerinput["server"] = self._address

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        try:
            self._stack.close()
        except AssertionError as error:  # no test is there any more to fail
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(error)
        self._folder.cleanup()


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Shared(), "basin-server")


@pytest.fixture(scope="session")
def server(tmp_path_factory, pytestconfig):
    if address := getattr(pytestconfig, "workerinput", {}).get("server"):
        yield address
        return
    with running(tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        try:
            browser = launched(playwright, ONE_PROCESS)
        except RuntimeError as error:
            pytest.fail(str(error), pytrace=False)
        yield browser
        drivers = [child.pid for child in psutil.Process().children() if child.name().startswith("node")]
        patience = threading.Timer(10, lambda: [os.kill(pid, signal.SIGKILL) for pid in drivers])
        patience.start()
        if browser.is_connected():  # closing one that somebody has ended would wait for ever
            browser.close()
    patience.cancel()  # now and then the driver can't end by itself, and would be waited for for ever


@pytest.fixture(scope="session")
def browsers(server, chromium):
    return Browsers(chromium, server)


@pytest.fixture
def visit(server, chromium, browsers):
    """``visit(path, **context options)``: the page in a browser that no other visit of the test shares, once drawn.

    The time of every message that it sends to the server is noted in ``sent``.
    """
    record, taken, apart = Record(), [], []

    def open_page(path: str, *, at: str = server, sent: list | None = None, **options) -> Page:
        if at == server:
            taken.append(browsers.take(**options))
            page = taken[-1].page(**options)
        else:
            apart.append(chromium.new_context(**USUAL | options))
            page = apart[-1].new_page()
        page.set_default_timeout(PATIENCE / 3)
        record.watch(page)
        if sent is not None:
            page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(time.perf_counter())))
        page.goto(f"{at}/{path.lstrip('/')}")
        settled(page)
        broken = page.get_by_test_id("stException")
        assert broken.count() == 0, broken.first.inner_text()
        return page

    yield open_page
    for context in apart:
        context.close()
    for visitor in taken:
        browsers.give_back(visitor)
    clean(record)


def clean(record: Record) -> None:
    assert record.said == []
    assert record.left == [], "the app asked somebody else for something"


@pytest.fixture(scope="session")
def residents():
    """Those who stay and are not in a test, by what their pages are like."""
    return {}


@pytest.fixture
def lead(server, browsers, residents, request):
    """``lead(path, **page options)``: the page of somebody who stays, led there by the app itself, once drawn.

    The same page for all of a test that has the same options; whoever was in a test that failed stays no longer.
    """
    here = {}

    def led(path: str, *, sent: list | None = None, **options) -> Page:
        kind = repr(sorted(options.items()))
        if kind not in here:
            here[kind] = residents.pop(kind, None) or Resident(browsers.take(**options), server, **options)
        one = here[kind]
        page = one.lead(path)
        if sent is not None:
            one.sent = sent
        assert page.get_by_test_id("stException").count() == 0, page.get_by_test_id("stException").first.inner_text()
        return page

    yield led
    for kind, one in here.items():
        if getattr(request.node, "passed", False) and one.record == Record() and not one.page.is_closed():
            one.rest()
            residents[kind] = one
        else:
            one.page.close()
        clean(one.record)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.passed = report.passed
    return report
