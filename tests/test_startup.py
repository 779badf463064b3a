"""A page imports what it shows, and no more; a server that has just started gets ready while nobody is there."""

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.server import ROOT, Server
from tests.faults.watching import Watcher
from ui import catalog

HEAVY = {"torch", "sklearn", "sympy"}
PAGES = ["", *(concept.slug for concept in catalog.concepts())]
# Each page in a process of its own, which has no more than Streamlit and what draws pictures.
OPEN = """
import os, sys
import charts.common
from streamlit.testing.v1 import AppTest
for page in sys.argv[1:]:
    if os.fork():
        assert os.wait()[1] == 0
        continue
    app = AppTest.from_file("app.py", default_timeout=120)
    if page:
        app.switch_page(f"pages/{page}.py")
    assert not app.run().exception
    print("after", page, *{name.split(".")[0] for name in sys.modules}, flush=True)
    os._exit(0)
"""


def test_the_first_view_of_every_page_imports_only_what_it_needs():
    run = subprocess.run([sys.executable, "-c", OPEN, *PAGES], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    looks = [line.split(" ") for line in run.stdout.splitlines() if line.startswith("after ")]
    assert [page for _, page, *_ in looks] == PAGES
    for _, page, *seen in looks:
        assert "streamlit" in seen
        assert not set(seen) & HEAVY, f"after {page or 'the contents'}"


def test_the_server_itself_needs_none_of_them():
    code = "import sys, app, ui.server.startup; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not (HEAVY | {"altair", "pandas", "scipy", "matplotlib"}) & set(run.stdout.splitlines()[-1].split())


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "log.txt").start()
    yield server
    server.kill()
    assert "Traceback" not in server.said(), server.said()


def test_a_new_server_opens_every_page_by_itself_and_a_person_then_waits_for_nothing(server):
    until = time.monotonic() + 120
    while "Ready: every page" not in server.said():
        assert time.monotonic() < until, server.said()
        time.sleep(0.2)
    assert "memory is short" not in server.said()
    until_it_rests(server)
    for page in PAGES:
        first, again = opened(server, page), opened(server, page)
        assert first < 2 * again + 0.3, f"{page} was computed or imported anew"


def until_it_rests(server) -> None:
    """What goes on after the pages are ready is not the visitor's: torch comes two seconds after its page."""
    spent = -1.0
    while server.processor_seconds() - spent > 0.05:
        spent = server.processor_seconds()
        time.sleep(4)


def opened(server, page: str) -> float:
    """The processor seconds of a person's first view."""
    spent = server.processor_seconds()
    with Watcher(server.port, page) as visitor:
        assert visitor.exceptions == []
        assert visitor.said == [], "nothing is computed that the visitor has not had computed"
    return server.processor_seconds() - spent


def test_a_class_that_arrives_together_at_a_new_server_finds_every_page(server):
    """Altair looks at pandas wherever it is imported, also where another session's import of it has only begun."""
    wrong = []

    def arrive(page):
        with Watcher(server.port, page) as visitor:
            wrong.extend(visitor.exceptions)

    with ThreadPoolExecutor(len(PAGES)) as together:
        list(together.map(arrive, PAGES))
    assert wrong == []


def test_the_libraries_of_the_pictures_are_whole_before_the_first_is_made():
    code = "import sys, charts.common; assert {'pandas', 'pyarrow'} <= set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_words_of_the_contents_do_not_wait_for_the_libraries_of_the_pictures():
    """The thumbnails come last, and what draws them is imported with them."""
    home = (ROOT / "pages" / "home.py").read_text(encoding="utf-8")
    light = {"streamlit", "ui", "ui.contents.overview", "ui.live"}
    assert set(re.findall(r"^(?:from|import) (\S+)", home, re.M)) <= light
    code = "import sys, ui.contents.overview, ui.lecture.plan, ui.page.shell; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"altair", "pandas", "pyarrow", "scipy"} & set(run.stdout.split())
