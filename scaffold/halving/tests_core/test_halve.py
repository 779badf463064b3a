"""Halving against an independent count, its checks against a theory that is wrong."""

from dataclasses import replace
from fractions import Fraction

import pytest
from core.halving import MOST_STEPS, checks, halve
from hypothesis import given
from hypothesis import strategies as st


@given(start=st.floats(0.1, 100.0), steps=st.integers(1, MOST_STEPS))
def test_what_is_left_is_exact(start, steps):
    assert Fraction(halve(start, steps).left[-1]) == Fraction(start) / 2**steps


def test_the_check_holds_and_one_part_in_a_billion_turns_it():
    run = halve(3.0, 20)
    assert [check.verdict for check in checks(run)] == ["holds"]
    wrong = replace(checks(run)[0], predicted=checks(run)[0].predicted * (1 + 1e-9))
    assert wrong.verdict == "fails"


@pytest.mark.parametrize(("start", "steps"), [(0.0, 3), (101.0, 3), (float("nan"), 3), (1.0, 0), (1.0, MOST_STEPS + 1)])
def test_what_makes_no_sense_is_refused(start, steps):
    with pytest.raises(ValueError, match=r"start|steps"):
        halve(start, steps)
