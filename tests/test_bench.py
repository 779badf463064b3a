"""The table of measurements says what was missed, and why."""

import random
from types import SimpleNamespace

import pytest

from bench.load import PATIENCE, Hall
from bench.one_page import rows
from bench.report import markdown, with_known, write
from bench.row import Row
from bench.student import BACK, JUMPS, Answer, Student

ROWS = {
    "first_page": [
        Row("a control moved → page whole: p95", 5.0, "×", 1.2, "less"),
        Row("seconds of it", 1.0, "s"),
    ]
}
ABOUT = {"cores": "2"}


def test_a_bar_is_cleared_from_its_better_side_and_on_it():
    assert Row("x", 3.0, "×", 3.0).clears and not Row("x", 2.9, "×", 3.0).clears
    assert Row("x", 3.0, "ms", 3.0, "less").clears and not Row("x", 3.1, "ms", 3.0, "less").clears
    assert Row("x", 3.0, "ms").clears is None


def test_a_missed_bar_stands_there_with_its_reason():
    said = markdown(ROWS, ABOUT, "python -m bench", "2026-01-01")
    assert "| ✗ | a control moved → page whole: p95 | 5 × | ≤ 1.2 |" in said and "|  | seconds of it | 1 s |  |" in said
    missed = said.split("## What misses its bar")[1]
    assert "one interpreter" in missed and "Not looked into yet" not in missed
    unknown = markdown({"new": [Row("a new figure", 1.0, "×", 2.0)]}, ABOUT, "", "")
    assert "a new figure: 1 ×, bar ≥ 2. Not looked into yet." in unknown


def test_both_files_are_written_and_say_the_same(tmp_path):
    readable, data = write(ROWS, ABOUT, "python -m bench", folder=tmp_path)
    assert "a control moved → page whole: p95" in readable.read_text(encoding="utf-8")
    assert '"clears": false' in data.read_text(encoding="utf-8")


def test_parts_measured_apart_take_the_place_of_the_old_ones(tmp_path):
    write(ROWS | {"soak": [Row("growth", 3.0, "%", 15.0, "less")]}, ABOUT, "python -m bench", folder=tmp_path)
    for measured in (7.0, 8.0):
        parts = {"soak": [Row("growth", measured, "%", 15.0, "less")]}
        known, about, command = with_known(parts, "python -m bench soak --write", tmp_path)
        write(known, about, command, folder=tmp_path)
    assert list(known) == ["first_page", "soak"] and known["first_page"] == ROWS["first_page"] and about == ABOUT
    assert known["soak"][0].measured == 8.0
    assert command.startswith("python -m bench; python -m bench soak --write, ") and command.count("soak") == 1


def test_a_lecture_counts_whoever_waited_in_vain():
    hall = Hall(megabytes={"at the end": 900.0}, opened=[1.0])
    hall.answers = [("a", Answer(0.1, 0.1, False))] * 18 + [("a", Answer(0.2, None, True))] * 2
    found = {row.what: row for row in rows(hall, "2 students on a", 3.0)}
    p95 = found["2 students on a: a slider moved → page whole: p95"]
    assert p95.measured == PATIENCE and p95.clears is False
    assert found["2 students on a: of them with long work"].measured == 2


@pytest.fixture
def student():
    """One who is on no server."""
    student = object.__new__(Student)
    student.places, student.held, student.direction = {}, "", 1
    return student


def test_sliders_are_moved_as_people_do(student):
    """By steps, back to where they were, now and then anywhere; never out of the scale, and seldom not at all."""
    rng, content = random.Random(1), SimpleNamespace(options=list(range(21)), default=[10])
    at, steps, backs, far, still = 10, 0, 0, 0, 0
    for _ in range(4000):
        student.places["a"], before = at, at
        at = student._next(rng, "a", content)
        assert 0 <= at <= 20
        steps += 1 <= abs(at - before) <= 3
        backs += at == 10 != before
        far += abs(at - before) > 3 and at != 10
        still += at == before
    assert steps > 2600 and still < 200
    assert BACK * 0.8 < backs / 4000 < BACK + 0.1 and JUMPS * 0.3 < far / 4000 < JUMPS


def test_a_class_meets_at_some_settings_and_not_at_others(student):
    """Forty, a dozen changes each, on three sliders of fifteen steps."""
    seen, known = set(), 0
    for number in range(40):
        rng, student.places, student.direction, place = random.Random(number), {}, 1, [7, 7, 7]
        for _ in range(12):
            which = rng.randrange(3)
            content = SimpleNamespace(options=list(range(15)), default=[7])
            student.places["a"] = place[which]
            place[which] = student._next(rng, "a", content)
            known += tuple(place) in seen
            seen.add(tuple(place))
    assert 0.1 < known / 480 < 0.7, known
