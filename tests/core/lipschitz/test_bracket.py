"""K from both sides: the certificates hold, close in as theory says, and refuse what they can't be asked."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.formulas.expressions import ExpressionError, parse
from core.lipschitz.bracket import (
    SIZES,
    bracket_sweep,
    curvature_bound,
    lipschitz_bracket,
    smoothness_bracket,
    steepest_pair,
)
from core.lipschitz.branch_and_bound import tight_bracket
from core.lipschitz.functions import FUNCTIONS, build, from_expression, sine
from tests.sampling import examples

CONSTANTS = {  # K and L on the interval that each is shown on
    "sigmoid": (0.25, 1 / (6 * np.sqrt(3))),
    "tanh": (1.0, 4 / (3 * np.sqrt(3))),
    "softplus": (1 / (1 + np.exp(-5)), 0.25),
    "gelu": (1.1289041451851549, np.sqrt(2 / np.pi)),
    "silu": (1.0998393201288668, 0.5),
    "gaussian": (np.exp(-0.5), 1.0),
    "sine": (5.0, 25.0),
    "parabola": (4.0, 2.0),
    "bent_line": (2.0, 2.0),
    "cube": (3.0, 6.0),
}
SMOOTH = [name for name in CONSTANTS if name not in ("bent_line", "cube")]


def known(name, interval):
    return FUNCTIONS[name].constant(*interval), FUNCTIONS[name].smoothness(*interval)


@pytest.mark.parametrize(("name", "constants"), CONSTANTS.items())
def test_the_constants_are_the_known_ones(name, constants):
    assert known(name, FUNCTIONS[name].interval) == pytest.approx(constants, rel=1e-12)


@pytest.mark.parametrize("name", CONSTANTS)
@settings(max_examples=examples(25), deadline=None)
@given(cells=st.integers(1, 700), low=st.floats(-6, 5), size=st.floats(0.01, 7))
def test_any_number_of_cells_on_any_interval_brackets_the_constants(name, cells, low, size):
    function, interval = FUNCTIONS[name], (low, low + size)
    constant, smoothness = known(name, interval)
    bracket, smooth = lipschitz_bracket(function, interval, cells), smoothness_bracket(function, interval, cells)
    assert bracket.lower <= constant * (1 + 1e-12) and constant <= bracket.upper * (1 + 1e-12)
    assert smooth.lower <= smoothness * (1 + 1e-12) and smoothness <= smooth.upper * (1 + 1e-12)
    assert curvature_bound(function, interval, cells) >= constant * (1 - 1e-12)


def test_the_numbers_of_the_sine():
    sizes, interval = (10, 20, 50, 100, 400), (0.0, 3.0)
    sweep = bracket_sweep(sine(5.0), interval, sizes)
    np.testing.assert_allclose(sweep.lower, [4.468, 4.878, 4.981, 4.991, 4.9997], atol=6e-4)
    np.testing.assert_allclose(sweep.by_curvature, [8.75, 6.875, 5.75, 5.375, 5.094], atol=5e-4)
    assert (sweep.lower <= 5).all() and (sweep.upper >= 5).all() and (sweep.by_curvature >= 5).all()
    np.testing.assert_allclose(sweep.upper, 5, rtol=1e-12)  # cos is bounded exactly where a cell holds its peak


@pytest.mark.parametrize("name", SMOOTH)
def test_the_bracket_closes_in_as_fast_as_theory_says(name):
    """The lower bound at least like h, and both upper bounds like h: eight times the cells, an eighth of the gap."""
    function = FUNCTIONS[name]
    constant, smoothness = known(name, function.interval)
    sweep = bracket_sweep(function, function.interval, (64, 512))
    for gaps in (constant - sweep.lower, sweep.upper - constant, sweep.by_curvature - constant):
        assert gaps[1] <= gaps[0] / 5 + 1e-12 * constant, gaps
    width = np.ptp(function.interval) / np.array([64, 512])
    assert (sweep.by_curvature - constant <= smoothness * width * 1.01).all()
    assert (constant - sweep.lower <= smoothness * width).all()


def test_the_sweep_and_the_single_brackets_are_the_same():
    function = FUNCTIONS["gelu"]
    sweep = bracket_sweep(function, function.interval)
    for place in (0, 3, -1):
        one = lipschitz_bracket(function, function.interval, SIZES[place])
        assert (one.lower, one.upper) == pytest.approx((sweep.lower[place], sweep.upper[place]), rel=1e-12)
        x = np.array([one.x, one.y])
        assert abs(np.diff(function.curve.value(x))[0]) / np.diff(x)[0] == pytest.approx(one.lower, rel=1e-9)


EXPRESSIONS = st.deferred(
    lambda: (
        st.sampled_from(["x", "x^2", "2", "0.5", "-1"])
        | st.builds("({} {} {})".format, EXPRESSIONS, st.sampled_from(["+", "-", "*"]), EXPRESSIONS)
        | st.builds("{}({})".format, st.sampled_from(FUNCTION_POOL), EXPRESSIONS)
    )
)
FUNCTION_POOL = [
    "sin",
    "cos",
    "tanh",
    "abs",
    "relu",
    "sigmoid",
    "softplus",
    "gelu",
    "exp",
    "atan",
    "sqrt",
    "log",
    "sign",
]


@settings(max_examples=examples(60), deadline=None)
@given(text=EXPRESSIONS, low=st.floats(-3, 2.9), size=st.floats(0.05, 3), cells=st.integers(1, 60))
def test_a_random_expression_is_no_steeper_than_its_bracket_says(text, low, size, cells):
    try:
        expression = parse(text, ("x",))
    except ExpressionError:
        assume(False)
    interval = (low, low + size)
    bracket = lipschitz_bracket(expression, interval, cells)
    x = np.linspace(*interval, 4001)
    y = expression.value(x[:, None])
    with np.errstate(all="ignore"):
        secants = np.abs(np.diff(y)) / np.diff(x)
    steepest = np.nanmax(np.where(np.isfinite(secants), secants, np.nan), initial=0)
    rounding = 1e-11 * (1 + np.nanmax(np.abs(np.where(np.isfinite(y), y, 0)), initial=0)) / size
    assert steepest <= bracket.upper * (1 + 1e-9) + rounding
    assert bracket.lower <= bracket.upper
    if bracket.lower > 0:
        pair = np.array([[bracket.x], [bracket.y]])
        rise = abs(np.diff(expression.value(pair))[0]) / (bracket.y - bracket.x)
        assert bracket.lower <= rise * (1 + 1e-9)
    tight = tight_bracket(expression, interval)
    assert steepest <= tight.upper * (1 + 1e-9) + rounding and tight.lower <= tight.upper
    assert bracket.lower <= tight.upper * (1 + 1e-12)


@pytest.mark.parametrize("name", CONSTANTS)
def test_halving_only_where_it_matters_finds_five_digits(name):
    function = FUNCTIONS[name]
    constant, tight = known(name, function.interval)[0], tight_bracket(function, function.interval)
    assert tight.lower <= constant * (1 + 1e-12) and constant <= tight.upper * (1 + 1e-12)
    assert tight.upper - tight.lower < 3e-5 * constant
    pair = steepest_pair(function, function.interval)
    assert constant * (1 - 1e-7) <= pair.lower <= constant


def test_no_constant_and_the_secant_grows_at_its_rate():
    root, step = FUNCTIONS["root"], FUNCTIONS["step"]
    for h, slope in ((1e-2, 10), (1e-4, 100), (1e-6, 1000)):
        assert lipschitz_bracket(root, (0.0, h), 1).lower == pytest.approx(slope, rel=1e-6)
        assert lipschitz_bracket(step, (-h / 2, h / 2), 1).lower == pytest.approx(1 / h, rel=1e-6)
    for name, growth, rounding in (("root", 0.5, 1e-6), ("step", 1, 1e-6), ("oscillation", 1 / 3, 0.1)):
        function = FUNCTIONS[name]
        sweep = bracket_sweep(function, function.interval)
        assert np.isinf(sweep.upper).all() and np.isinf(sweep.by_curvature).all()
        assert np.isinf(function.constant(*function.interval))
        assert sweep.growth == pytest.approx(growth, abs=rounding) and function.growth == pytest.approx(growth)
    cantor = FUNCTIONS["cantor"]
    thirds = bracket_sweep(cantor, (0.0, 1.0), tuple(3**n for n in range(2, 7)))
    np.testing.assert_allclose(thirds.lower, 1.5 ** np.arange(2, 7), rtol=1e-5)
    assert thirds.growth == pytest.approx(cantor.growth, rel=1e-5)


def test_away_from_the_singular_point_there_is_a_constant():
    assert FUNCTIONS["root"].constant(0.25, 4) == 1
    assert FUNCTIONS["step"].constant(0, 1) == 0 == lipschitz_bracket(FUNCTIONS["step"], (0.0, 1.0), 7).upper
    assert FUNCTIONS["cantor"].constant(0.4, 0.6) == 0 == lipschitz_bracket(FUNCTIONS["cantor"], (0.4, 0.6), 5).upper
    assert np.isnan(FUNCTIONS["oscillation"].constant(0.1, 1))
    assert np.isfinite(tight_bracket(FUNCTIONS["oscillation"], (0.1, 1.0)).upper)
    assert FUNCTIONS["absolute"].smoothness(0.5, 2) == 0 and np.isinf(FUNCTIONS["absolute"].smoothness(-1, 2))


@pytest.mark.parametrize("text", ["3", "sign(x^2+1)", "0*x"])
def test_a_constant_function_has_the_constant_zero(text):
    bracket = lipschitz_bracket(from_expression(text), (-1.0, 1.0), 9)
    assert (bracket.lower, bracket.upper) == (0, 0)


@pytest.mark.parametrize(
    ("text", "interval"),
    [("log(x)", (-1.0, 1.0)), ("1/x", (-1.0, 1.0)), ("exp(50*x)", (-20.0, 20.0)), ("tan(x)", (0, 3))],
)
def test_what_is_undefined_or_overflows_is_bounded_by_nothing(text, interval):
    bracket = lipschitz_bracket(from_expression(text), interval, 40)
    assert bracket.upper == np.inf and 0 < bracket.lower < np.inf
    assert tight_bracket(from_expression(text), interval).upper == np.inf


@pytest.mark.parametrize("interval", [(1.0, 1.0), (2.0, -2.0), (0.0, 1e-9), (0.0, 1e5), (np.nan, 1.0), (0.0, np.inf)])
def test_an_interval_that_is_none_is_refused_with_what_is_allowed(interval):
    with pytest.raises(ValueError, match=r"interval.*(low < high|from -1000 to 1000).*got"):
        lipschitz_bracket(FUNCTIONS["sine"], interval, 10)


@pytest.mark.parametrize("cells", [0, -3, 5000])
def test_a_number_of_cells_that_is_none_is_refused(cells):
    with pytest.raises(ValueError, match=r"cells must be a whole number from 1 to 4096"):
        bracket_sweep(FUNCTIONS["sine"], (0.0, 1.0), (cells,))


def test_a_function_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"'expression' or one of sine, .*got 'nonsense'"):
        build("nonsense")
    with pytest.raises(ValueError, match=r"frequency.*from 0.1 to 20, got 0"):
        build("sine", frequency=0)
    with pytest.raises(ExpressionError, match="not known"):
        build("expression", formula="x + y")
