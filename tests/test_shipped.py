"""What is measured and tested is what ships: every server is started by the command of ``make app``."""

import re
import shlex
import subprocess
import tomllib

import pytest

from bench.server import ROOT, Server, shipped

PLACE = {"--server.port", "--server.address"}  # where it is to be found: a person has these too
HOSTS = {"STREAMLIT_SERVER_COOKIE_SECRET"}  # what README tells a host to set
STARTS = re.compile(r"""streamlit["']?,?\s+["']?run\b|streamlit\.web\.(?:cli|bootstrap)""")


def options(command: list[str]) -> set[str]:
    return {part.split("=")[0] for part in command if part.startswith("--")}


def test_a_server_has_the_command_of_make_app_and_no_option_but_its_place():
    recipe = subprocess.run(
        ["make", "--no-print-directory", "-n", "app"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    told = shlex.split(recipe.strip().splitlines()[-1])
    assert shipped()[1:] == told[1:] and shipped()[0].endswith("/streamlit") and told[0].endswith("/streamlit")
    assert options(shipped()) == set(), "a person who types make app gives none"
    server = Server()
    assert server.command[: len(shipped())] == shipped()
    assert options(server.command) == PLACE


def test_a_server_inherits_no_setting_of_streamlits(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_FILE_WATCHER_TYPE", "auto")
    assert not [name for name in Server().environment if name.startswith("STREAMLIT_")]
    assert (
        Server(environment={"STREAMLIT_SERVER_COOKIE_SECRET": "x"}).environment["STREAMLIT_SERVER_COOKIE_SECRET"] == "x"
    )


def sources() -> dict[str, str]:
    folders = ("bench", "tests", "gallery", "hosting")
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }


def test_nobody_else_starts_one():
    ours = {"bench/server.py", "tests/test_shipped.py"}
    assert [name for name, text in sources().items() if name not in ours and STARTS.search(text)] == []


def test_nobody_gives_it_a_setting_that_only_a_test_has():
    set_somewhere = {(name, found) for name, text in sources().items() for found in re.findall(r"STREAMLIT_\w+", text)}
    allowed = {"tests/test_shipped.py"}
    assert {(name, found) for name, found in set_somewhere if found not in HOSTS and name not in allowed} <= {
        ("bench/server.py", "STREAMLIT_")
    }


@pytest.mark.parametrize(
    "text",
    [
        'subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py"])',
        "streamlit run app.py --server.headless true",
        "from streamlit.web.cli import main",
    ],
)
def test_a_start_is_seen(text):
    assert STARTS.search(text)


def test_the_watcher_is_off_where_the_app_is_served_and_on_for_whoever_works_on_it():
    configuration = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert configuration["server"]["fileWatcherType"] == "none"
    recipe = subprocess.run(
        ["make", "--no-print-directory", "-n", "develop"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert recipe.strip().splitlines()[-1].endswith("streamlit run app.py --server.fileWatcherType auto")
