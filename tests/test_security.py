"""Nobody's text becomes a page's code: settings of the server, and links that try."""

import ast
import re
import tomllib
from urllib.parse import quote

import pytest

from bench.server import ROOT, Server
from tests.browser.conftest import browsers, chromium, server, visit  # noqa: F401
from tests.faults.watching import Watcher
from tests.pages.test_contract import Opened, untouched, warm  # noqa: F401
from ui import catalog

SLUGS = [concept.slug for concept in catalog.concepts()]
MARK = "hacked"
ATTACKS = (
    f"<img src=x onerror=window.{MARK}=1>",
    f"<script>window.{MARK}=1</script>",
    f"[x](javascript:window.{MARK}=1)",
    f'" onmouseover="window.{MARK}=1" x="',
    f"$\\href{{javascript:window.{MARK}=1}}{{x}}$",
    f"</style><svg onload=window.{MARK}=1>",
)


def configuration() -> dict:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def sources() -> list:
    return [
        ROOT / "app.py",
        *(p for folder in ("ui", "pages", "charts", "core") for p in (ROOT / folder).rglob("*.py")),
    ]


def calls(tree: ast.AST) -> list[str]:
    """What is called, as it is written: ``eval``, ``st.html``."""
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_forged_requests_are_refused_and_nobody_is_told_of_use():
    found = configuration()
    assert found["server"]["enableXsrfProtection"] is True
    assert found["browser"]["gatherUsageStats"] is False
    assert found["client"]["showErrorDetails"] == "none", "a person is spared the insides of an error"
    assert found["server"]["maxUploadSize"] <= 12
    assert found["server"].get("enableCORS", True) is True and "enableStaticServing" not in found["server"]


def test_nothing_is_evaluated_and_no_markdown_is_taken_for_html():
    forbidden = {"eval", "exec", "compile", "os.system", "os.popen", "pickle.loads", "pickle.load", "__import__"}
    wrong = {}
    for path in sources():
        text = path.read_text(encoding="utf-8")
        found = forbidden & set(calls(ast.parse(text))) | (
            {"unsafe_allow_html"} if "unsafe_allow_html" in text else set()
        )
        if found:
            wrong[str(path.relative_to(ROOT))] = found
    trusted = {
        "ui/work/results.py": {"pickle.loads"},  # what ui.work.disk has found to be sealed by this server
        "ui/work/cluster.py": {"pickle.loads"},  # from the operator's scheduler, as Dask does; none by default
    }
    assert wrong == trusted


def test_the_reader_of_calls_sees_them():
    assert set(calls(ast.parse("x = eval(input())\nst.html(a)"))) == {"eval", "input", "st.html"}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_html_of_ours_has_a_persons_text_in_it(slug):
    """Every piece of HTML on the page, after a link whose every value is an attack."""
    for attack in ATTACKS:
        page = Opened(slug, **dict.fromkeys(untouched(slug).values, attack))
        wrong = [e.value[:200] for e in page.app.html if MARK in re.sub(r"&lt;.*?&gt;", "", e.value)]
        assert wrong == [], attack


@pytest.mark.browser
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_that_is_code_runs_nowhere(visit, attack):  # noqa: F811
    page = visit(f"gradient_descent?surface=expression&formula={quote(attack)}")
    page.get_by_test_id("stAlert").first.wait_for()
    page.mouse.move(640, 400)
    page.wait_for_timeout(200)
    assert page.evaluate(f"() => window.{MARK}") is None
    assert page.locator('a[href^="javascript"]').count() == 0


def test_the_log_says_nothing_of_what_a_person_wrote(tmp_path):
    here = Server(tmp_path / "log.txt").start()
    try:
        forged = "line one%0A2026-01-01%20ERROR%20forged"
        with Watcher(here.port, "gradient_descent", f"surface=expression&formula={forged}&x0={forged}") as visitor:
            assert visitor.exceptions == []
        assert "forged" not in here.said()
    finally:
        here.kill()
