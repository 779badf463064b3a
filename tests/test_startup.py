"""A page imports what it shows, and no more: on a small machine every library costs the first visitor its seconds."""

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.server import ROOT
from tests.faults.watching import Server, Watcher
from ui import catalog

HEAVY = {"torch", "sklearn", "sympy"}  # plotly Streamlit itself imports with the server
# What the untouched page cannot be drawn without. A page that is not named here needs none of them.
NEEDS = {"double_descent": {"sklearn"}}
PAGES = ["", *(concept.slug for concept in catalog.concepts())]


def imported(log: str) -> set[str]:
    """The modules that a server has imported, which it says line by line (``PYTHONPROFILEIMPORTTIME``)."""
    return set(re.findall(r"^import time:.*\|\s*([\w.]+)\s*$", log, re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "contents")
def test_the_first_view_imports_only_what_it_needs(page, tmp_path):
    server = Server(tmp_path / "log.txt", PYTHONPROFILEIMPORTTIME="1").start()
    try:
        seen = imported(server.log.read_text())
        assert "streamlit" in seen and not seen & HEAVY, "the server itself needs none of them"
        with Watcher(server.port, page) as visitor:
            assert visitor.exceptions == []
        assert imported(server.log.read_text()) & HEAVY <= NEEDS.get(page, set())
    finally:
        server.kill()


def test_what_a_page_may_need_next_is_imported_while_it_is_read(tmp_path):
    server = Server(tmp_path / "log.txt", PYTHONPROFILEIMPORTTIME="1").start()
    try:
        with Watcher(server.port, "dropout"):
            until = time.monotonic() + 30
            while "torch" not in imported(server.log.read_text()):
                assert time.monotonic() < until, "nothing was imported"
                time.sleep(0.2)
    finally:
        server.kill()


def test_a_class_that_arrives_together_at_a_new_server_finds_every_page(tmp_path):
    """Altair looks at pandas wherever it is imported, also where another session's import of it has only begun."""
    server, wrong = Server(tmp_path / "log.txt").start(), []

    def arrive(page):
        with Watcher(server.port, page) as visitor:
            wrong.extend(visitor.exceptions)

    try:
        with ThreadPoolExecutor(len(PAGES)) as together:
            list(together.map(arrive, PAGES))
    finally:
        server.kill()
    assert wrong == []


def test_the_libraries_of_the_pictures_are_whole_before_the_first_is_made():
    code = "import sys, charts.common; assert {'pandas', 'pyarrow'} <= set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_words_of_the_contents_do_not_wait_for_the_libraries_of_the_pictures():
    """The thumbnails come last, and what draws them is imported with them."""
    home = (ROOT / "pages" / "home.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:from|import) (\S+)", home, re.M)) <= {"streamlit", "ui", "ui.contents"}
    code = "import sys, ui.contents, ui.plan, ui.shell; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"altair", "pandas", "pyarrow", "scipy"} & set(run.stdout.split())


def test_the_list_names_pages_that_there_are():
    assert set(NEEDS) <= set(PAGES)
    assert not [slug for slug in NEEDS if slug and not (ROOT / "pages" / f"{slug}.py").exists()]


def test_an_import_is_seen():
    log = "import time:      1234 |       5678 |     torch.nn\nimport time: 1 | 2 | streamlit\n"
    assert imported(log) == {"torch.nn", "streamlit"}
