"""What is likely to be asked for next."""

import pytest

from ui.work import ahead as work
from ui.work.ahead import Ahead, Scale, beside

SCALES = {"depth": Scale([str(k) for k in range(5)], "1"), "noise": Scale(["0", "0.1", "0.3"], "0.1")}


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({}, {"depth": ["2"]}, [{"depth": ["3"]}]),  # from 1, the default, which has been seen
        ({}, {"depth": ["3"]}, [{"depth": ["4"]}, {"depth": ["2"]}]),
        ({"depth": ["3"], "noise": ["0"]}, {"depth": ["2"], "noise": ["0"]}, [{"depth": ["1"], "noise": ["0"]}]),
        ({"depth": ["3"]}, {"depth": ["0"]}, [{"depth": ["1"]}]),
        ({"depth": ["4"]}, {}, [{"depth": ["0"]}, {"depth": ["2"]}]),
        ({}, {"depth": ["2"], "noise": ["0"]}, []),
        ({}, {"data": ["circle"]}, []),
        ({}, {"depth": ["2.5"]}, []),
        ({}, {}, []),
        ({}, {"experiment": ["2"]}, [{"experiment": ["3"]}, {"experiment": ["1"]}]),
        ({"experiment": ["3"], "depth": ["4"]}, {"experiment": ["6"]}, [{"experiment": ["5"]}]),
        ({"experiment": ["2"]}, {}, [{"experiment": ["2"]}]),
    ],
)
def test_what_is_beside_the_control_that_was_moved(before, now, found):
    assert list(beside(before, now, SCALES, 6)) == found


def test_the_newest_comes_first_and_nothing_twice():
    ahead = Ahead()
    ahead.suggest("a", [{"depth": ["3"]}, {"depth": ["1"]}])
    ahead.suggest("b", [{"x": ["1", "2"]}])
    ahead.suggest("a", [{"depth": ["3"]}])
    taken = [ahead.take() for _ in range(4)]
    assert taken == [("b", "x=1&x=2"), ("a", "depth=3"), ("a", "depth=1"), None]
    ahead.suggest("a", [{"depth": ["1"]}])
    assert ahead.take() is None


def test_what_was_left_comes_back_after_what_is_newer():
    ahead = Ahead()
    ahead.suggest("a", [{"depth": ["3"]}])
    left = ahead.take()
    ahead.suggest("b", [{"depth": ["2"]}])
    ahead.give_back(left)
    assert [ahead.take(), ahead.take()] == [("b", "depth=2"), left]


def test_only_so_many_wait():
    ahead = Ahead()
    for k in range(3 * work.WAITING):
        ahead.suggest("a", [{"depth": [str(k)]}])
    taken = [ahead.take() for _ in range(work.WAITING + 1)]
    assert taken[0] == ("a", f"depth={3 * work.WAITING - 1}") and taken[-1] is None and None not in taken[:-1]
