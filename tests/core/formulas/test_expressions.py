"""A person's formula: exact derivatives, refusals that say where, and ranges that contain what is sampled."""

import pickle
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from core.formulas.expressions import ERROR_CODES, FUNCTION_NAMES, Expression, ExpressionError, parse
from tests import pace
from tests.sampling import examples

POINTS = np.random.default_rng(0).uniform(0.1, 1.4, (50, 2))
SMOOTH = [
    "x^4 - 40*x^2 - 100*x",
    "(1-x)^2 + 100*(y-x^2)^2",
    "sin(x)*cos(3*y) + tan(x*y)/3",
    "exp(-x^2-y^2)*log(x+2*y)",
    "sqrt(x*y) + x^-2 - y^0.7 + x^y + 2^(x-y)",
    "tanh(x*y) + sinh(x)/cosh(y) + atan(x-y)",
    "erf(x*y) - exp(x)/(1+y^2)*-2",
    "-(x+y)*(x-y)/3 + e^(pi*x)/π",
    "x - -y + +x^2^2",
]  # fmt: skip
HOSTILE = {
    "": "empty", "   ": "empty", "x" * 201: "too_long", "(" * 40 + "x" + ")" * 40: "too_deep", 
    "-" * 60 + "x": "too_deep",
    "x" + "^x" * 60: "too_deep", "-x" * 60: "too_large", "9**9**9": "exponent", "9^9^9^9": "exponent",
    "(x**20)**20": "exponent", "x^21": "exponent", "x^-21": "exponent", "2^(10^10*10^10)": "exponent",
    "((x^10)^10)^2": "exponent", "1e400": "number", "1e13": "number", "__import__('os')": "not_allowed",
    "x.__class__": "not_allowed", "x[0]": "not_allowed", "lambda: 1": "not_allowed", "x=1": "not_allowed",
    "x;y": "not_allowed", "x\0": "not_allowed", "'a'": "not_allowed", "x if y else 1": "missing_operator",
    "import os": "unknown_name", "z": "unknown_name", "exec(x)": "unknown_name", "open(x)": "unknown_name",
    "x y": "missing_operator", "x(y)": "missing_operator", "(x)(y)": "missing_operator", "(x": "syntax", "x)": "syntax",
    "x+": "syntax", "*x": "syntax", "x,y": "syntax", "()": "syntax", "sin": "arguments", "min x": "arguments",
    "|x": "syntax", "√": "syntax", "x|": "syntax", "|": "syntax", "|2": "syntax",
    "√" * 40 + "x": "too_deep",
    "sin " * 40 + "x": "too_deep", "|" * 40 + "x" + "|" * 40: "too_deep", "sin*x": "arguments",
    "sin x y": "missing_operator",
    "sin(x,y)": "arguments", "min(x)": "arguments", "sin()": "syntax", "log(-1)": "not_real", "1/0": "not_real",
    "x/0": "not_real", "sqrt(-x^2-1)": "not_real", "log(-abs(x))": "not_real", "0^-1": "not_real", "10^20^1*exp(999)":
    "not_real", "max(x, 1/0)": "not_real",
}  # fmt: skip


@pytest.mark.parametrize("text", SMOOTH)
def test_value_gradient_and_hessian_equal_sympy(text):
    expression = parse(text)
    x, y = sympy.symbols("x y", positive=True)
    known = sympy.sympify(text.replace("^", "**").replace("π", "pi"), {"x": x, "y": y, "e": sympy.E})
    for derivative, ours in (
        ([], expression.value(POINTS)),
        ([x], expression.gradient(POINTS)[:, 0]),
        ([y], expression.gradient(POINTS)[:, 1]),
        ([x, x], expression.hessian(POINTS)[:, 0, 0]),
        ([x, y], expression.hessian(POINTS)[:, 0, 1]),
        ([y, x], expression.hessian(POINTS)[:, 1, 0]),
        ([y, y], expression.hessian(POINTS)[:, 1, 1]),
    ):
        formula = sympy.diff(known, *derivative) if derivative else known
        theirs = [float(formula.evalf(25, {x: a, y: b})) for a, b in POINTS[:6]]
        np.testing.assert_allclose(ours[:6], theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", [*FUNCTION_NAMES])
def test_every_function_has_the_derivatives_of_its_values(name):
    text = f"{name}(x*y, x-2*y)" if name in ("min", "max") else f"{name}(x*y/3 + 0.1)"
    expression, h = parse(text), 1e-5
    for i in range(2):
        shift = h * np.eye(2)[i]
        numeric = (expression.value(POINTS + shift) - expression.value(POINTS - shift)) / (2 * h)
        np.testing.assert_allclose(expression.gradient(POINTS)[:, i], numeric, rtol=1e-6, atol=1e-8)
        bends = (expression.gradient(POINTS + shift) - expression.gradient(POINTS - shift)) / (2 * h)
        np.testing.assert_allclose(expression.hessian(POINTS)[:, i], bends, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("text", "code"), HOSTILE.items())
def test_hostile_text_is_refused_with_its_code_and_quickly(text, code):
    with pace.within(10), pytest.raises(ExpressionError) as refusal:
        parse(text)
    error = refusal.value
    assert error.code == code and len(error.detail) <= 40 and ERROR_CODES[code] in str(error)
    assert error.position is None or 0 <= error.position <= len(text)


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=60) | st.text("xy0123456789.+-*/^(), esincoqrtlgaxbhp", max_size=60))
def test_any_text_is_an_expression_or_an_expression_error(text):
    try:
        expression = parse(text)
    except ExpressionError:
        return
    x = np.array([[0.3, 0.4], [0.0, 0.0], [-1e300, 1e300]])
    assert expression.value(x).shape == (3,)
    assert expression.gradient(x).shape == (3, 2) and expression.hessian(x).shape == (3, 2, 2)
    assert expression.range_on(np.array([[-1.0, 1.0], [0.0, 2.0]]))[0] <= np.inf


def test_what_people_type_means_the_same():
    x = POINTS
    for typed, plain in {
        "x⁴ − 40x² − 100x": "x^4 - 40*x^2 - 100*x",
        "2x·y × 3": "2*x*y*3",
        "x**2÷y": "x^2/y",
        "sin（2πx）": "sin(2*pi*x)",
        "3(x+1)sin(x)": None,
        "2exp(x)": "2*exp(x)",
        "-x^2": "-(x^2)",
        "2^3^2": "2^(3^2)",
        "ln(x)": "log(x)",
        "|x - 1|": "abs(x-1)",
        "2|x-1|": "2*abs(x-1)",
        "||x - 1| - 0.1|": "abs(abs(x-1)-0.1)",
        "|2(|x| - y)|*|y|": "abs(2*(abs(x)-y))*abs(y)",
        "√x": "sqrt(x)",
        "2√(x+1)": "2*sqrt(x+1)",
        "√x^2": "sqrt(x)^2",
        "∛x": "cbrt(x)",
        "sin x": "sin(x)",
        "sin 3x": "sin(3*x)",
        "sin 2πx + cos x": "sin(2*pi*x)+cos(x)",
        "2 sin x^2 / y": "2*sin(x^2)/y",
        "exp -x": "exp(-x)",
        "log √x": "log(sqrt(x))",
        "arcsin(x/2)": "asin(x/2)",
    }.items():
        if plain is None:
            with pytest.raises(ExpressionError, match="missing"):
                parse(typed)
            continue
        np.testing.assert_array_equal(parse(typed).value(x), parse(plain).value(x))


def test_shapes_constants_and_unused_variables():
    constant = parse("3")
    assert constant.value(np.zeros((4, 5, 2))).tolist() == [[3.0] * 5] * 4
    assert constant.hessian(np.zeros((4, 2))).shape == (4, 2, 2) and not constant.gradient(np.zeros(2)).any()
    assert parse("x").variables_used == ("x",) and parse("y*y").variables_used == ("y",)
    assert parse("x^2", ("x",)).hessian(np.zeros((7, 1))).tolist() == [[[2.0]]] * 7
    np.testing.assert_allclose(parse("x^y").gradient(np.array([2.0, 3.0])), [12, 8 * np.log(2)])  # one point, no batch
    with pytest.raises(ValueError, match="2 coordinates"):
        parse("x").value(np.zeros((3, 1)))
    with pytest.raises(ExpressionError) as error:
        parse("x + y", ("x",))
    assert error.value.code == "unknown_name" and error.value.position == 4


def test_latex_and_equality():
    assert parse("x^4-40x^2").latex == "x^{4} - 40 x^{2}"
    assert parse("x/(1+y)").latex == r"\frac{x}{1 + y}"
    assert parse("-(x-y)^2*sqrt(x)").latex == r"\left(-\left(x - y\right)^{2}\right) \sqrt{x}"
    assert parse("2*3*1e-3").latex == r"2 \cdot 3 \cdot 1 \cdot 10^{-3}"
    assert parse("x") == parse("x") and isinstance(pickle.loads(pickle.dumps(parse("x*y"))), Expression)
    error = pickle.loads(pickle.dumps(ExpressionError("syntax", 3, "?")))
    assert (error.code, error.position) == ("syntax", 3)


def test_non_finite_numbers_are_returned_without_a_warning(recwarn):
    assert np.isnan(parse("log(x)").value(np.array([[-1.0, 0.0]]))).all()
    assert np.isinf(parse("1/x").value(np.zeros((1, 2)))).all()
    assert np.isnan(parse("sqrt(x)").value(np.array([-4.0, 0.0])))
    assert parse("x^x").value(np.array([1e6, 0.0])) == np.inf
    assert not recwarn.list


RANGED = [*SMOOTH, *(f"{n}(3*x-2*y)" for n in FUNCTION_NAMES if n not in ("min", "max")), "min(x,y)*max(x,y,x*y)"]


@settings(max_examples=examples(40), deadline=None)
@given(
    st.sampled_from(RANGED),
    st.tuples(*[st.floats(-3, 3)] * 2),
    st.tuples(*[st.floats(0, 2)] * 2),
)
def test_ranges_contain_every_sample(text, corner, size):
    expression = parse(text)
    box = np.stack([corner, np.add(corner, size)], axis=1)
    samples = np.random.default_rng(1).uniform(*box.T, (200, 2))
    for range_, sampled in (
        (np.array(expression.range_on(box)), expression.value(samples)),
        (expression.gradient_range_on(box).T, expression.gradient(samples)),
        (expression.hessian_range_on(box).transpose(2, 0, 1), expression.hessian(samples)),
    ):
        known = np.isfinite(sampled)  # no slack: the range allows for the rounding of what is sampled, too
        assert (~known | (sampled >= range_[0])).all() and (~known | (sampled <= range_[1])).all()


@pytest.mark.parametrize("text", ["exp(x)*y^3-x/y", "sin(x)+cos(y)", "sqrt(x)*log(y)", "x^5-x^-2"])
def test_ranges_are_as_tight_as_mpmath_and_hold_at_fifty_digits(text):
    iv = mpmath.iv
    box = np.array([[0.5, 1.25], [0.75, 2.0]])
    x, y = (iv.mpf(list(side)) for side in box)
    names = {n: getattr(iv, n) for n in ("exp", "sin", "cos", "sqrt", "log")}
    theirs = eval(text.replace("^", "**"), names | {"x": x, "y": y})
    lower, upper = parse(text).range_on(box)
    assert lower == pytest.approx(float(theirs.a), abs=1e-13) and upper == pytest.approx(float(theirs.b), abs=1e-13)
    with mpmath.workdps(50):  # the true values at the corners lie inside: the bounds were rounded outward
        names = {n: getattr(mpmath, n) for n in ("exp", "sin", "cos", "sqrt", "log")}
        for a in box[0]:
            for b in box[1]:
                true = eval(text.replace("^", "**"), names | {"x": mpmath.mpf(a), "y": mpmath.mpf(b)})
                assert lower <= true <= upper


@pytest.mark.parametrize("text", ["x+y", "x-y", "x*y", "x/y", "x^3", "x^-2"])
def test_arithmetic_is_rounded_outward(text):
    points = np.random.default_rng(2).uniform(0.1, 3, (500, 2))
    lower, upper = parse(text).range_on(
        np.stack([points, points], axis=-1)
    )  # boxes without width: only rounding is left
    for (a, b), low, high in zip(points, lower, upper, strict=True):
        exact = eval(text.replace("^", "**"), {"x": Fraction(a), "y": Fraction(b)})
        assert Fraction(low) <= exact <= Fraction(high)
    assert (upper - lower).max() <= 1e-13 * np.abs(upper).max()


def test_ranges_known_exactly_and_undefined_ones():
    box = np.array([[-1.0, 2.0], [-1.0, 1.0]])
    assert parse("x^2").range_on(box) == (0, pytest.approx(4))
    assert parse("sqrt(x^2+y^2)").range_on(box) == (0, pytest.approx(np.sqrt(5)))
    assert parse("sin(9*x)").range_on(box) == (-1, 1)
    assert parse("relu(x)").gradient_range_on(box)[0].tolist() == [0, 1]
    assert parse("abs(x)").gradient_range_on(box)[0].tolist() == [-1, 1]
    assert parse("sign(x)").gradient_range_on(box)[0].tolist() == [-np.inf, np.inf]
    assert parse("abs(x)").hessian_range_on(box)[0, 0].tolist() == [-np.inf, np.inf]
    for undefined in ("log(x)", "sqrt(x)", "1/x", "x^-2", "tan(x)", "x^0.5"):
        assert parse(undefined).range_on(box) == (-np.inf, np.inf)
    with pytest.raises(ValueError, match="lower end"):
        parse("x").range_on(box[:, ::-1].copy())


def test_a_batch_of_boxes_is_bounded_at_once_and_cells_converge():
    edges = np.linspace(0, 1, 20_001)
    cells = np.stack([edges[:-1], edges[1:]], axis=1)[:, None]  # (cells, 1, 2)
    expression = parse("x*sin(5*x) - x^3", ("x",))
    lower, upper = expression.range_on(cells)
    dense = expression.value(np.linspace(0, 1, 100_001)[:, None])
    assert lower.shape == (20_000,)
    assert 0 <= upper.max() - dense.max() < 1e-3 and 0 <= dense.min() - lower.min() < 1e-3


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint16, np.float32])
def test_numbers_of_every_kind_are_taken_as_float64(kind):
    points = np.array([[10, 3], [1, 0]]).astype(kind)
    for text in ("x^20", "x*y - 60000*x^3", "x^y", "abs(x)^3", "max(x,y)"):
        expression, same = parse(text), points.astype(float)
        np.testing.assert_array_equal(expression.value(points), expression.value(same))
        np.testing.assert_array_equal(expression.gradient(points), expression.gradient(same))
        np.testing.assert_array_equal(expression.hessian(points), expression.hessian(same))
        np.testing.assert_array_equal(
            expression.hessian_range_on(np.stack([points, points], -1)),
            expression.hessian_range_on(np.stack([same, same], -1)),
        )


def test_whole_numbers_do_not_overflow():
    assert parse("x^20", ("x",)).value(np.array([[10]])) == 1e20
    assert parse("x*x*x", ("x",)).value(np.array([[-3_000_000]])) == -2.7e19
    lower, upper = parse("x^20", ("x",)).range_on(np.array([[10, 10]]))
    assert lower <= 10**20 <= upper


def test_empty_arrays_have_empty_answers_and_shapes_are_checked():
    expression = parse("x*y + 1/x")
    assert expression.value(np.zeros((0, 2))).shape == (0,)
    assert expression.hessian(np.zeros((3, 0, 2))).shape == (3, 0, 2, 2)
    assert expression.gradient_range_on(np.zeros((0, 2, 2))).shape == (0, 2, 2)
    for wrong in (np.zeros((5, 3)), np.zeros(1), np.zeros((2, 0))):
        with pytest.raises(ValueError, match=r"2 coordinates in their last axis; got shape"):
            expression.value(wrong)
    with pytest.raises(ValueError, match=r"got \(1, 2, 2\), \[\[2.0, 1.0\]\]"):
        expression.range_on(np.array([[[0.0, 1.0], [2.0, 1.0]]]))
