"""The page's numbers: what is studied, what is checked, that a check can fail, and the gallery."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core.formulas.expressions import ExpressionError
from core.linear_algebra.spectral_norm import gaussian_products
from core.lipschitz import FUNCTIONS, Bracket, checks, lipschitz_bracket, network_checks, study
from core.lipschitz.checks import BROKEN_ASSUMPTIONS, CHECKS
from core.lipschitz.network_bounds import bounds_of
from core.lipschitz.smoothness_gallery import GALLERY, gallery
from core.networks.relu_network import random_network
from tests.sampling import examples


def verdicts(found, slope, cells=20):
    bracket = lipschitz_bracket(found.function, found.interval, cells)
    return {check.id: (check.verdict, check.broken_assumption) for check in checks(found, bracket, slope)}


@pytest.fixture(scope="module")
def sine():
    return study("sine", 0.0, 3.0)


def test_the_cone_is_checked_at_the_apex_from_which_the_steepest_secant_starts():
    for formula, at in (("x^2", 2.0), ("x^2 + x", 2.0), ("x^2 - x", -2.0)):
        found = study("expression", -2.0, 2.0, formula=formula)
        bracket = lipschitz_bracket(found.function, found.interval, 20)
        places = {check.id: check.at for check in checks(found, bracket, 1.0)}
        assert abs(places.pop("cone")) == pytest.approx(abs(at), abs=1e-3) and np.isnan(list(places.values())).all()
        if at < 0 or formula != "x^2":
            assert next(c.at for c in checks(found, bracket, 9.0) if c.id == "cone") == pytest.approx(at, abs=1e-3)
    root = study("root", -1.0, 1.0)
    assert all(np.isnan(check.at) for check in checks(root, lipschitz_bracket(root.function, root.interval, 20), 3.0))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_as_its_theory_says(name):
    function = FUNCTIONS[name]
    found = study(name, *function.interval)
    for slope in (0.0, function.slope, 1000.0):
        held = verdicts(found, slope)
        assert set(held) <= set(CHECKS) and {why for _, why in held.values()} - {None} <= set(BROKEN_ASSUMPTIONS)
        assert {verdict for verdict, _ in held.values()} <= {"holds", "does not apply"}
        assert held["cone"] == ("holds", None)
        has_constant = np.isfinite(function.constant(*function.interval))
        assert held["upper"] == (("holds", None) if has_constant else ("does not apply", "no_constant"))
        assert ("growth" in held) != has_constant
        smooth = np.isfinite(function.smoothness(*function.interval))
        assert held["descent_step"] == (("holds", None) if smooth else ("does not apply", "not_smooth"))


def test_scipy_finds_the_same_steepest_place():
    for name in ("gelu", "silu", "gaussian"):
        curve = FUNCTIONS[name].curve
        best = minimize_scalar(lambda x, c=curve: -(c.slope(np.array([x]))[0] ** 2), bracket=(-1.5, -0.8), tol=1e-12)
        found = study(name, *FUNCTIONS[name].interval)
        assert found.constant >= np.sqrt(-best.fun) * (1 - 1e-12)


def test_the_cone_is_cut_exactly_below_the_constant(sine):
    for slope, relation in ((4.9, "at_least"), (4.9999, "at_least"), (5.0, "at_most"), (5.1, "at_most")):
        check = next(
            c for c in checks(sine, lipschitz_bracket(sine.function, sine.interval, 8), slope) if c.id == "cone"
        )
        assert (check.relation, check.verdict) == (relation, "holds")


def test_the_checks_can_fail(sine):
    honest = lipschitz_bracket(sine.function, sine.interval, 20)
    for wrong, failing in ((Bracket(5.1, 6.0, 0.0, 1.0), "lower"), (Bracket(4.0, 4.9, 0.0, 1.0), "upper")):
        assert {c.id for c in checks(sine, wrong, 4.0) if c.verdict == "fails"} == {failing}
    flat = dataclasses.replace(sine, tight=Bracket(9.0, 9.0, 0.0, 1.0), constant=9.0)
    assert "cone" in {c.id for c in checks(flat, honest, 8.0) if c.verdict == "fails"}
    rough = dataclasses.replace(sine, smoothness=6.0)
    assert "descent_step" in {c.id for c in checks(rough, honest, 4.0) if c.verdict == "fails"}
    root = study("root", -1.0, 1.0)
    other = dataclasses.replace(root, function=dataclasses.replace(root.function, growth=0.9))
    assert "growth" in {c.id for c in checks(other, honest, 4.0) if c.verdict == "fails"}


@pytest.mark.parametrize(
    "name", ["sine", "parabola", "sigmoid", "tanh", "softplus", "gelu", "silu", "gaussian", "cube"]
)
def test_the_parabola_lies_above_the_graph_everywhere(name):
    """f(y) ≤ f(x) + f′(x)(y − x) + L/2 (y − x)² for all pairs, with the L of the page; not with a smaller one."""
    found = study(name, *FUNCTIONS[name].interval)
    curve, x = found.function.curve, np.linspace(*found.interval, 301)
    value, slope, away = curve.value(x), curve.slope(x), x - x[:, None]
    for smoothness in {found.licensed, min(found.smooth.upper, 1e3)}:
        above = value[:, None] + slope[:, None] * away + smoothness / 2 * away**2 - value
        assert above.min() > -1e-10 * np.ptp(value)
    below = value[:, None] + slope[:, None] * away + 0.97 * found.licensed / 2 * away**2 - value
    assert (
        below.min() < -1e-9
        or (value[:, None] + slope[:, None] * away - 0.485 * found.licensed * away**2 > value + 1e-9).any()
    )


@settings(max_examples=examples(25), deadline=None)
@given(
    text=st.sampled_from(["x*sin(3*x)", "exp(-x^2)*x", "x^3-x", "log(x+4)", "tanh(3*x)-x", "x^4/9 - x^2"]),
    seed=st.integers(0, 99),
)
def test_a_formula_of_ones_own_is_bracketed_and_its_step_gains_what_is_promised(text, seed):
    low, high = np.sort(np.random.default_rng(seed).uniform(-3, 3, 2))
    high += 0.1
    found = study("expression", float(low), float(high), formula=text)
    assert found.is_known and np.isnan(found.constant)
    held = verdicts(found, 1.0)
    assert held["lower"] == held["upper"] == ("holds", None)
    assert held["descent_step"][0] == "holds" or held["descent_step"][1] == "leaves_interval"
    between = 0.5 * (found.tight.lower + found.tight.upper)
    assert verdicts(found, between)["cone"][1] in ("undecided", None)


@pytest.mark.parametrize(
    ("formula", "interval", "expected"),
    [
        ("3", (-1.0, 1.0), {"lower": None, "upper": None, "cone": None, "descent_step": "straight"}),
        ("2*x", (-1.0, 1.0), {"lower": None, "upper": None, "cone": None, "descent_step": "straight"}),
        ("1e12 + x^2", (-2.0, 2.0), {"lower": None, "upper": None, "cone": None, "descent_step": "lost_in_rounding"}),
        ("exp(x)", (0.0, 900.0), {"lower": "too_large", "upper": "too_large", "descent_step": "too_large"}),
        ("exp(100*x)", (0.0, 7.09), {"lower": "too_large", "upper": "too_large", "descent_step": "too_large"}),
        ("exp(exp(exp(x)))", (-2.0, 2.0), {"lower": "too_large", "upper": "too_large", "descent_step": "too_large"}),
        ("1/x", (-1.0, 1.0), {"lower": "undefined", "upper": "undefined", "descent_step": "not_smooth"}),
        ("log(x)", (-1.0, 1.0), {"lower": "undefined", "upper": "undefined", "descent_step": "not_smooth"}),
        ("exp(50*x)", (-100.0, 100.0), {"lower": "too_large", "upper": "too_large", "descent_step": "too_large"}),
        ("sqrt(x^2)", (-1.0, 1.0), {"lower": "unknown_constant", "upper": "unknown_constant", "cone": "undecided"}),
        ("abs(x)", (-1.0, 1.0), {"lower": None, "upper": None, "cone": None, "descent_step": "not_smooth"}),
    ],
)
def test_formulas_at_the_edge_are_answered_with_what_is_wrong(formula, interval, expected):
    found = study("expression", *interval, formula=formula)
    held = verdicts(found, 4.0)
    assert {name: held[name][1] for name in expected} == expected
    assert all(verdict == ("does not apply" if why else "holds") for verdict, why in held.values())
    assert found.undefined == (not np.isfinite(found.function.curve.value_range(np.array([interval]))).all())


def test_where_f_is_nowhere_finite_there_is_nothing_to_study():
    with pytest.raises(ExpressionError) as error:
        study("expression", -3.0, -2.0, formula="log(x)")
    assert error.value.code == "not_real"
    ((low, high),) = study("expression", -1.0, 1.0, formula="1/x").gaps
    assert -0.01 < low < 0 < high < 0.01
    assert study("expression", -1.0, 1.0, formula="log(x)").gaps[0][0] == -1
    poles = study("expression", -2.0, 2.0, formula="tan(x)").gaps
    assert [low < pole < high for pole, (low, high) in zip((-np.pi / 2, np.pi / 2), poles, strict=True)] == [True] * 2
    with pytest.raises(ValueError, match="low < high"):
        study("sine", 1.0, -1.0)


@pytest.mark.parametrize(
    ("formula", "interval"),
    [
        ("exp(x)", (0.0, 400.0)), ("exp(x)", (0.0, 700.0)), ("exp(-x)", (700.0, 740.0)), ("cosh(x)", (-600.0, 600.0)),
        ("x^2*1e-200", (-2.0, 2.0)), ("1e-300*sin(x)", (-2.0, 2.0)), ("x^20*x^20*x^20*x^20*x^20", (-1000.0, 1000.0)),
        ("x^2*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12*1e12", (-2.0, 2.0)),
    ],
)  # fmt: skip
def test_squares_that_overflow_or_vanish_are_not_needed(formula, interval):
    found = study("expression", *interval, formula=formula)
    held = verdicts(found, 1.0)
    assert held["descent_step"] == held["lower"] == held["upper"] == held["cone"] == ("holds", None)
    assert 1 - 1e-6 <= found.gains.least < 2


@settings(max_examples=examples(40), deadline=None)
@given(
    shape=st.sampled_from(["sin(x)", "x^2", "exp(x)", "x^3-x", "cosh(x)", "tanh(x)", "softplus(x)"]),
    up=st.integers(-300, 300), stretch=st.sampled_from(["1", "0.001", "20"]), shift=st.integers(-15, 12),
)  # fmt: skip
def test_no_size_of_the_numbers_makes_a_check_fail(shape, up, stretch, shift):
    """f times any power of ten, plus another, over any width: the laws hold, or what hides them is named."""
    factor = "*1e12" * (up // 12) if up >= 0 else "/1e12" * (-up // 12)
    inner = shape.replace("x", f"({stretch}*x)").replace(f"e({stretch}*x)p", "exp")
    found = study("expression", -2.0, 2.0, formula=f"({inner}){factor} + 1e{shift}")
    held = verdicts(found, 1.0)
    assert all(verdict in ("holds", "does not apply") for verdict, _ in held.values()), held
    assert found.slide.secant.max() <= found.tight.upper


def test_the_check_measures_what_the_picture_says():
    for formula in ("sin(1/x)", "exp(exp(exp(x)))", "x*sin(3*x)", "tan(x)"):
        interval = (-2.0, 2.0)
        found = study("expression", *interval, formula=formula)
        cone = next(c for c in checks(found, lipschitz_bracket(found.function, interval, 9), 1.0) if c.id == "cone")
        assert cone.measured == found.slide.secant[-1] == found.slide.secant.max()


def test_a_network_and_its_matrices_are_checked():
    products = gaussian_products(3, size=100)
    for depth in (1, 3):
        held = network_checks(bounds_of(random_network(30, depth, 0)), products, depth)
        assert [c.id for c in held] == [*CHECKS[5:]]
        assert [c.verdict for c in held] == ["holds", "holds" if depth == 1 else "does not apply", "holds", "holds"]
    wrong = dataclasses.replace(bounds_of(random_network(30, 1, 0)), product=0.01, sampled=99.0)
    assert [c.verdict for c in network_checks(wrong, products, 1)] == ["fails", "holds", "fails", "holds"]


def test_the_gallery_computes_what_it_says():
    shown = {specimen.function.name: specimen for specimen in gallery()}
    assert tuple(shown) == GALLERY
    assert [shown[name].breaks for name in GALLERY[:5]] == [0, 1, 2, 3, None]
    assert {name for name in GALLERY if not shown[name].has_derivative} == {"step", "absolute"}
    assert {name for name in GALLERY if np.isinf(shown[name].constant.upper)} == {"step", "oscillation"}
    assert shown["absolute"].constant.upper == 1 and shown["oscillation"].constant.lower > 1000
    np.testing.assert_allclose(shown["absolute"].quotients, [-1, 1])
