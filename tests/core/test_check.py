import math
from dataclasses import replace

import pytest

from core.check import EXACT, Check, approximate, placed, rounding, sampled, silent


@pytest.mark.parametrize(
    ("relation", "measured", "verdict"),
    [
        ("equal", 1.05, "holds"),
        ("equal", 1.2, "fails"),
        ("equal", 0.8, "fails"),
        ("at_most", 0.2, "holds"),
        ("at_most", 1.05, "holds"),
        ("at_most", 1.2, "fails"),
        ("at_least", 5.0, "holds"),
        ("at_least", 0.95, "holds"),
        ("at_least", 0.8, "fails"),
        ("equal", math.nan, "fails"),
        ("at_most", math.inf, "fails"),
    ],
)
def test_verdict(relation, measured, verdict):
    assert Check("x", 1.0, measured, rounding(0.1), relation=relation).verdict == verdict


def test_a_broken_assumption_wins_over_the_numbers():
    assert Check("x", 1.0, 1.0, rounding(0.1), broken_assumption="non_convex").verdict == "does not apply"


def test_equal_infinities_agree():
    assert Check("x", math.inf, math.inf, rounding(0.1)).verdict == "holds"


@pytest.mark.parametrize("relation", ["equal", "at_most", "at_least"])
@pytest.mark.parametrize("measured", [1.98, 2.0, 2.03])
@pytest.mark.parametrize("allowed", [rounding(0.05), sampled(4, 0.01, 100, more=0.01), approximate(0.1, "1/n")])
def test_a_theory_off_by_the_resolution_turns_the_verdict_and_one_off_by_less_may_not(relation, measured, allowed):
    check = Check("x", 2.0, measured, allowed, relation=relation)
    assert check.verdict == "holds"
    ways = {"equal": (-1, 1), "at_most": (-1,), "at_least": (1,)}[relation]

    def off(share):
        return [replace(check, predicted=2 * (1 + way * share), scale=2.0).verdict for way in ways]

    assert set(off(check.resolution * 1.001)) == {"fails"} and "holds" in off(check.resolution * 0.999)


def test_the_resolution_is_relative_to_the_scale_and_there_is_none_where_nothing_holds():
    assert Check("x", 0.0, 0.1, rounding(0.1), scale=2.0).resolution == pytest.approx(0.1)
    for check in (
        Check("x", 0.0, 0.1, rounding(0.1)),
        Check("x", 1.0, 2.0, rounding(0.1)),
        Check("x", math.inf, math.inf, rounding(0.1)),
        silent("x", "convex", 1.0, 1.0),
    ):
        assert math.isnan(check.resolution)


@pytest.mark.parametrize(
    ("allowed", "inside", "outside"),
    [(EXACT, 3.0, 3.0 + 1e-15), (rounding(1e-9), 3.0 + 9e-10, 3.0 + 2e-9), (sampled(4, 0.1, 9), 3.39, 3.41)],
)
def test_just_inside_and_just_outside(allowed, inside, outside):
    assert Check("x", 3.0, inside, allowed).verdict == "holds" and Check("x", 3.0, outside, allowed).verdict == "fails"


def test_those_of_the_names_get_the_place_they_were_taken_at():
    checks = [Check(name, 1.0, 1.0, EXACT) for name in ("a", "b", "c")]
    assert [repr(check.at) for check in placed(checks, 0.5, ("a", "c"))] == ["0.5", "nan", "0.5"]
