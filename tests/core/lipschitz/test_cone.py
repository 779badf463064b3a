"""The cone cuts exactly what is steeper than it, from the place where that shows best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lipschitz.bracket import lipschitz_bracket
from core.lipschitz.cone import cone_violations, graph_of, slide
from core.lipschitz.cone_in_space import lifted
from core.lipschitz.functions import FUNCTIONS, from_expression, relu_net
from tests.sampling import examples

KNOWN = [name for name in FUNCTIONS if np.isfinite(FUNCTIONS[name].constant(*FUNCTIONS[name].interval))]
OPEN = [name for name in FUNCTIONS if np.isinf(FUNCTIONS[name].constant(*FUNCTIONS[name].interval))]


@pytest.mark.parametrize("name", KNOWN)
def test_the_cone_at_the_worst_apex_is_cut_exactly_below_the_constant(name):
    function = FUNCTIONS[name]
    found, constant = slide(function, function.interval), function.constant(*function.interval)
    apex = float(found.graph.x[found.apex[-1]])
    below = cone_violations(function, apex, constant * (1 - 1e-4), function.interval)
    assert below.outside.any() and below.secant <= constant * (1 + 1e-7)
    above = cone_violations(function, apex, lipschitz_bracket(function, function.interval, 64).upper, function.interval)
    assert not above.outside.any() and above.share == 0
    at_most = constant * (1 + 1e-9)  # of what is computed, for the slope is rounded as well
    assert not cone_violations(function, apex, at_most, function.interval).outside.any()
    assert found.worst.lower == pytest.approx(constant, rel=1e-7) and found.worst.lower <= constant
    assert (found.share(at_most) == 0).all() and (found.share(0.8 * constant)[-1]) > 0.05


@pytest.mark.parametrize("name", ["sine", "sigmoid", "tanh", "gaussian", "absolute"])
def test_a_billionth_below_the_constant_it_is_cut_still(name):
    """Where f is odd around its steepest place, so that the secants there are not lost in rounding."""
    function = FUNCTIONS[name]
    found, constant = slide(function, function.interval), function.constant(*function.interval)
    cone = constant * (1 - 1e-9)
    ends = [found.worst.x, found.worst.y]
    assert max(cone_violations(function, end, cone, function.interval).secant for end in ends) > cone or (
        found.worst.lower > constant * (1 - 2e-9)
    )
    assert not cone_violations(function, ends[0], constant * (1 + 1e-9), function.interval).outside.any()


@pytest.mark.parametrize("name", OPEN)
def test_where_there_is_no_constant_no_cone_is_steep_enough(name):
    function = FUNCTIONS[name]
    found = slide(function, function.interval, slope=function.slope)
    share = found.share(function.slope)
    assert share[-1] == share.max() > 0.01, "the last apex shows the cut of the cone that the function opens with"
    steep = 1000.0 if name in ("root", "step") else 5.0
    assert cone_violations(function, found.worst.x, steep, function.interval).outside.any()


@settings(max_examples=examples(30), deadline=None)
@given(apex=st.floats(-1.9, 1.9), slope=st.floats(0, 8))
def test_what_is_outside_is_what_the_definition_says(apex, slope):
    function = from_expression("x*sin(3*x)")
    found = cone_violations(function, apex, slope, (-2.0, 2.0), points=301)
    for x, outside in zip(found.x[::7], found.outside[::7], strict=True):
        rise = abs(x * np.sin(3 * x) - apex * np.sin(3 * apex))
        if abs(rise - slope * abs(x - apex)) > 1e-9:
            assert outside == (rise > slope * abs(x - apex))
    assert found.share == found.outside.mean() and not np.isin(apex, found.x)


def test_a_steeper_cone_cuts_less_and_a_flat_one_everything():
    found = slide(FUNCTIONS["sine"], (0.0, 3.0))
    shares = np.array([found.share(slope) for slope in (0.0, 1.0, 3.0, 4.9, 5.0)])
    assert (np.diff(shares, axis=0) <= 1e-12).all()
    assert shares[0].max() > 0.98 and shares[-1].max() == 0 < shares[-2, -1]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_apex_slides_from_end_to_end_and_back_to_the_worst_place(name):
    function = FUNCTIONS[name]
    low, high = function.interval
    found = slide(function, function.interval)
    x = found.graph.x[found.apex]
    assert 100 <= found.last <= 201 and len(found.graph.x) <= 340
    assert x[0] == low and x[100] == high
    assert (np.diff(x[:101]) > 0).all() and (np.diff(x[101:]) < 0).all()
    assert found.secant[-1] >= 0.99 * found.secant.max() or name in OPEN


def test_the_graph_stops_where_f_does_and_where_it_jumps():
    for text, broken in (("1/x", 1), ("tan(x)", 2), ("sign(x)", 1), ("abs(x)", 0), ("tanh(1000*x)", 0), ("x^2", 0)):
        curve = from_expression(text).curve
        graph = graph_of(curve, np.linspace(-2, 2.001, 301))
        assert (~graph.joined).sum() == broken, text
        low, high = graph.limits
        assert -100 < low < high < 100
    graph = slide(from_expression("log(x)"), (-2.0, 2.0)).graph
    assert np.isnan(graph.y[0]) and np.isfinite(graph.y[-1]) and not graph.joined[0] and graph.joined[-1]
    assert slide(from_expression("log(x)"), (-3.0, -2.0)).apex.size == 0


def test_a_cone_on_a_surface_has_the_constant_of_the_function():
    function, interval = FUNCTIONS["sine"], (0.0, 3.0)
    apex = float(slide(function, interval).worst.x)
    assert lifted(function, interval, apex, 4.0).share > 0.001
    assert lifted(function, interval, apex, 5.0).share == 0
    raised = lifted(function, interval, apex, 4.0, resolution=31)
    i, j = 7, 20
    assert raised.height[i, j] == pytest.approx((np.sin(5 * raised.x[j]) + np.sin(5 * raised.x[i])) / np.sqrt(2))
    assert raised.height.shape == raised.outside.shape == (31, 31)


def test_no_cone_without_a_place_and_a_slope():
    function = relu_net(5, 1, 0)
    for apex, slope, said in (
        (9.0, 1.0, "apex.*from -3 to 3, got 9"),
        (0.0, -1.0, "slope.*from 0"),
        (0.0, np.nan, "slope"),
    ):
        with pytest.raises(ValueError, match=said):
            cone_violations(function, apex, slope, (-3.0, 3.0))
        with pytest.raises(ValueError, match=said):
            lifted(function, (-3.0, 3.0), apex, slope)


@pytest.mark.parametrize(
    ("formula", "low", "high"), [("sin(500*x)", -10, 10), ("sin(5*x)", -1000, 1000), ("cos(473*x)", 0, 2)]
)
def test_a_wave_too_fast_for_the_points_is_drawn_as_the_band_that_it_fills(formula, low, high):
    """It was seen as slow beats, and the cone cut what is not there."""
    found = slide(from_expression(formula), (low, high))
    x, y = found.graph.x, found.graph.y
    assert found.graph.is_band and len(x) < 3.2 * 301
    for part in np.array_split(y, 12):
        assert part.max() > 0.98 and part.min() < -0.98
    at_zero = len(found.apex) // 2
    level = found.graph.y[found.apex[at_zero]]
    dense = np.sin(np.linspace(0, 2 * np.pi, 100_000))
    flat = 0.5 / (high - low)  # a cone nearly as wide as the picture: it cuts what is above and below it
    far = np.abs(dense[:, None] - level) > flat * np.abs(np.linspace(low, high, 101) - x[found.apex[at_zero]])
    assert found.share(flat)[at_zero] == pytest.approx(far.mean(), abs=0.05)


def test_a_wave_that_the_points_can_follow_is_no_band():
    assert not slide(FUNCTIONS["sine"], (0.0, 3.0)).graph.is_band
    assert not slide(from_expression("sin(1/x)"), (0.02, 2.0)).graph.is_band
    assert len(slide(from_expression("tan(x)"), (-2.0, 2.0)).graph.x) < 340, "a pole is no turn"
