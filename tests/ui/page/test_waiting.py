"""What a person is told who waits, in both languages."""

import pytest

from core.progress import Progress
from ui import text
from ui.page.waiting import rounded, told
from ui.work.jobs import Look


@pytest.mark.parametrize("language", ["en", "zh"])
def test_place_and_seconds_are_said_where_they_are_known(language):
    words = text.words("common", language)
    assert told(Look(0, None, False), words) == words["computing"]
    assert told(Look(0, Progress(0.5), False, 0.4), words) == words["computing"], "it is nearly over"
    assert "4" in told(Look(0, Progress(0.5), False, 3.2), words)
    assert "7" in told(Look(7, None, False), words)
    said = told(Look(7, None, False, 41.0), words)
    assert "7" in said and "45" in said and "{" not in said
    alone = told(Look(7, None, False, 41.0, is_cut_off=True), words)
    assert alone.startswith(said) and len(alone) > len(said) + 10


def test_seconds_are_as_round_as_they_are_many():
    assert [rounded(x) for x in (1.2, 9.5, 11.0, 58.0, 61.0, 130.0)] == [2, 10, 15, 60, 90, 150]
