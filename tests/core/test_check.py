import math

import pytest

from core.check import Check


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
    assert Check("x", 1.0, measured, 0.1, relation=relation).verdict == verdict


def test_a_broken_assumption_wins_over_the_numbers():
    assert Check("x", 1.0, 1.0, 0.1, broken_assumption="non_convex").verdict == "does not apply"


def test_equal_infinities_agree():
    assert Check("x", math.inf, math.inf, 0.1).verdict == "holds"
