"""Curves that no formula gives: their values, and ranges that contain what is sampled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.formulas.curves import Cantor, Formula, Oscillation, PiecewiseLinear, Step
from core.formulas.expressions import parse
from tests.sampling import examples

CURVES = {
    "formula": Formula(parse("x*sin(3*x) + abs(x)", ("x",))),
    "oscillation": Oscillation(parse("x^2*sin(1/x^2)", ("x",))),
    "step": Step(),
    "cantor": Cantor(),
    "lines": PiecewiseLinear(np.array([-1.0, 0.0, 0.5]), np.array([2.0, 1.0, 3.0]), np.array([0.5, -1.0, 4.0, -2.0])),
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
@settings(max_examples=examples(30), deadline=None)
@given(low=st.floats(-2, 2).map(lambda v: round(v, 6)), size=st.floats(1e-3, 2))
def test_ranges_contain_every_value_and_every_secant(curve, low, size):
    cells = np.array([[low, low + size]])
    x = np.sort(np.append(np.random.default_rng(0).uniform(low, low + size, 100), cells[0]))
    y = curve.value(x)
    (lowest, highest), (least, most) = curve.value_range(cells)[0], curve.slope_range(cells)[0]
    assert lowest <= y.min() + 1e-12 and y.max() <= highest + 1e-12
    apart = np.diff(x) > 1e-9
    secants = np.diff(y)[apart] / np.diff(x)[apart]
    slack = 1e-6 * (1 + np.abs(secants))
    assert (secants >= least - slack).all() and (secants <= most + slack).all()
    bend = np.diff(curve.slope(x))[apart] / np.diff(x)[apart]
    least, most = curve.curvature_range(cells)[0]
    assert (bend >= least - 1e-5 * (1 + np.abs(bend))).all() and (bend <= most + 1e-5 * (1 + np.abs(bend))).all()


def test_the_staircase_has_the_values_that_everyone_knows():
    x = np.array([-1.0, 0.0, 1 / 9, 2 / 9, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1.0, 2.0])
    known = [0, 0, 0.25, 0.25, 1 / 3, 0.5, 0.5, 0.5, 2 / 3, 1, 1]
    np.testing.assert_allclose(Cantor().value(x), known, atol=1e-9)
    thirds = np.linspace(0, 1, 3**7 + 1)
    assert np.diff(Cantor().value(thirds)).max() == pytest.approx(0.5**7, rel=1e-4)
    assert (np.diff(Cantor().value(np.linspace(0, 1, 10_001))) >= 0).all()
    assert Cantor().slope_range(np.array([[0.34, 0.66], [0.3, 0.4]])).tolist() == [[0, 0], [0, np.inf]]


def test_a_jump_a_kink_and_a_wild_point_are_unbounded_where_they_are_and_nowhere_else():
    cells = np.array([[-1.0, -0.5], [-0.5, 0.5], [0.0, 0.5], [0.25, 0.5]])
    assert np.isinf(Step().slope_range(cells)[:, 1]).tolist() == [False, True, False, False]
    assert Step().value_range(cells).tolist() == [[0, 0], [0, 1], [1, 1], [1, 1]]
    wild = CURVES["oscillation"]
    assert np.isinf(wild.slope_range(cells)[:, 1]).tolist() == [False, True, True, False]
    assert wild.value(np.array([0.0])) == wild.slope(np.array([0.0])) == 0
    np.testing.assert_allclose(wild.value_range(cells)[1], [-0.25, 0.25], rtol=1e-9)
    assert np.isinf(CURVES["lines"].curvature_range(cells)[:, 1]).tolist() == [True, True, True, True]
    assert np.isfinite(CURVES["lines"].curvature_range(np.array([[0.1, 0.4], [0.6, 9.0]]))).all()


def test_piecewise_linear_is_straight_between_its_knots_and_beyond():
    lines = CURVES["lines"]
    x = np.array([-3.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.5])
    np.testing.assert_allclose(lines.value(x), [1.0, 2.0, 1.5, 1.0, 2.0, 3.0, 1.0])
    assert lines.slope(np.array([-2.0, -0.5, 0.25, 2.0])).tolist() == [0.5, -1.0, 4.0, -2.0]
    np.testing.assert_allclose(lines.slope_range(np.array([[-2.0, 2.0], [0.1, 0.2]])), [[-2, 4], [4, 4]])
