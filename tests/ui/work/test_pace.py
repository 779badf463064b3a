"""How long it will take, from what it has taken."""

import pytest

from core.progress import Progress
from ui.work.pace import REMEMBERED, Pace, in_all


def test_a_kind_takes_what_it_took_lately_on_average_and_an_unknown_one_what_any_did():
    pace = Pace()
    assert pace.whole("a") is None
    for seconds in [100.0] * 5 + [1.0, 3.0] * (REMEMBERED // 2):
        pace.took("a", seconds)
    assert pace.whole("a") == 2.0
    pace.took("b", 23.0)
    assert pace.whole("b") == 23.0 and pace.whole("c") == pytest.approx(3.0)


def test_work_that_is_well_under_way_tells_its_own_pace():
    pace = Pace()
    assert pace.rest("a", 3.0, Progress(0.1)) is None
    assert pace.rest("a", 3.0, Progress(0.25)) == pytest.approx(9.0)
    pace.took("a", 10.0)
    assert pace.rest("a", 3.0, None) == 7.0 and pace.rest("a", 30.0, Progress(0.1)) == 0.0


def test_the_whole_is_shared_by_the_hands_and_one_unknown_part_makes_it_unknown():
    assert in_all([1.0], [2.0, 3.0], 4.0, 1) == 10.0
    assert in_all([1.0, 1.0], [2.0], 4.0, 2) == 6.0
    assert in_all([None], [2.0], 4.0, 1) is None and in_all([], [], None, 1) is None
