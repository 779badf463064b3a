"""The changes that the search for tests that sleep makes: each is one place, and the file is still Python."""

import ast

import pytest

from tests import mutants
from tests.mutants import ROOT, changes, drawn, files, suites_of

LOOKS = (  # of which no number can be read, and which are not drawn
    "mark_line(strokeWidth=2, opacity=0.5)",
    "mark_line(strokeWidth=2.6 * theme.scale)",
    "size = 14 * theme.scale**2",
    "dashes = [[8, 5], [1, 0]]",
    "x.axis(tickCount=5)",
    "alt.Legend(columns=2, symbolSize=400)",
    "alt.XValue(8)",
    "lru_cache(maxsize=16)",
    "named_colours(words, theme, colours, across=4)",
    "colour = theme.series[2]",
    "scale(domain=names, range=[[1, 0], [3, 4]])",
    "SMALLEST = 1e-30",
    "HUGE = 1e100",
)
SAID = (  # how many places of these are
    ("scale(domain=[0, 1.5])", 2),
    ("alt.YDatum(0.1)", 1),
    ("np.clip(values, -1, 4)", 2),
    ("low = mean - 2 * error", 3),
    ("size = 2 * found.scale", 2),
    ("rows[:-1]", 1),
    ("ROUNDING = 1e-9", 1),
    ("is_near = away < 0.02 * width", 3),
)


def test_every_change_is_another_program_of_the_same_shape():
    for file in files():
        text = (ROOT / file).read_bytes()
        meant = ast.dump(ast.parse(text))
        for change in list(changes(file))[::13]:
            other = change.apply(text)
            assert other != text and ast.dump(ast.parse(other)) != meant
            assert other.count(b"\n") == text.count(b"\n")
            assert change.told().startswith(f"{file}:{change.line}: ")


def test_as_many_lines_are_drawn_as_are_asked_for_and_the_same_ones_again():
    one = drawn(files(), 30, seed=1)
    assert len({(change.file, change.line) for change in one}) == 30
    assert one == drawn(files(), 30, seed=1) != drawn(files(), 30, seed=2)
    assert all((ROOT / path.split("::")[0]).exists() for change in one for path in suites_of(change.file)[0])


@pytest.mark.parametrize("line", LOOKS)
def test_what_is_only_look_is_not_drawn(line, tmp_path, monkeypatch):
    assert not _places(line, tmp_path, monkeypatch)


@pytest.mark.parametrize(("line", "count"), SAID)
def test_what_is_said_is_drawn(line, count, tmp_path, monkeypatch):
    assert len(_places(line, tmp_path, monkeypatch)) == count


def _places(line, folder, monkeypatch):
    (folder / "module.py").write_text(f"{line}\n")
    monkeypatch.setattr(mutants, "ROOT", folder)
    return list(changes("module.py"))


def test_the_tests_that_hold_most_numbers_run_first_and_those_of_many_seeds_last():
    for file in ("core/dropout/checks.py", "charts/dropout/words.py"):
        names = [path.rsplit("/", 1)[-1] for path in suites_of(file)[0]]
        assert names[0] in mutants.SHARP and names[-1] == "test_false_alarms.py"
        layers = [path.split("/")[1] for path in suites_of(file)[0]]
        assert layers[0] == file.split("/")[0] and set(layers) == {"core", "charts"}
