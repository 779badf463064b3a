"""The table of measurements says what was missed, and why."""

from bench.report import markdown, write
from bench.row import Row

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
