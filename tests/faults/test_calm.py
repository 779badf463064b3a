"""A page that fails in a way that nobody foresaw, on a server of its own."""

import shutil

import pytest

from bench.server import ROOT, Server
from tests.faults.watching import Watcher
from ui import text


class Reader(Watcher):
    """One who notes what the page says in a box."""

    def __post_init__(self) -> None:
        self.told: list[str] = []
        super().__post_init__()

    def _take(self, forward) -> bool:
        if forward.WhichOneof("type") == "delta" and forward.delta.new_element.WhichOneof("type") == "alert":
            self.told.append(forward.delta.new_element.alert.body)
        return super()._take(forward)


@pytest.fixture
def broken(tmp_path):
    """A server of a Basin whose cone fails from a slope of 3 on."""
    there = tmp_path / "basin"
    shutil.copytree(ROOT, there, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", "out", "tests"))
    page = there / "pages" / "lipschitz.py"
    source = page.read_text(encoding="utf-8")
    assert source.count("\npage.views(") == 1
    fails = "\nif slope >= 3:\n    raise ZeroDivisionError('insides')\npage.views("
    page.write_text(source.replace("\npage.views(", fails), encoding="utf-8")
    server = Server(tmp_path / "log.txt", cwd=there).start()
    yield server
    server.kill()


def test_a_person_gets_a_sentence_and_a_link_keeps_the_controls_and_goes_on(broken):
    with Reader(broken.port, "lipschitz", "slope=5") as student:
        assert student.exceptions == [] and student.strip
        assert student.told == [text.words("common", "en").say("unforeseen", here="?slope=5")]
        assert broken.said().count("Traceback") == 1, "the log has it, once"
        student.told.clear()
        slider = student.find("lipschitz-slope")
        student.slide("lipschitz-slope", list(slider.options).index("1"))
        assert student.told == [] and student.exceptions == []
        assert broken.said().count("Traceback") == 1
