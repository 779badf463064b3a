"""What is certified is so: every function of the language, its slope and its curvature, against fifty digits.

The grids reach from the least denormal number to the greatest finite one on both sides of 0, and lie dense where a
function turns, saturates or ends. A range must hold the true value, and the value that is computed without it.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from core.formulas.elementary_functions import REALS
from core.formulas.expressions import ExpressionError, parse
from core.formulas.interval_functions import INTERVALS
from tests.sampling import examples

DIGITS = 50


def _logistic(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def _bell(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _below_x(x):
    """Φ; beyond 10⁵ as there, where it is 0 or 1 to 2·10⁹ digits, which mpmath refuses to go past."""
    return mp.erfc(-min(max(x, -(10**5)), 10**5) / mp.sqrt(2)) / 2


def _sech2(x):
    return 1 / mp.cosh(x) ** 2


TRUTH = {  # value, slope and curvature, written down apart from the code
    "sin": (mp.sin, mp.cos, lambda x: -mp.sin(x)),
    "cos": (mp.cos, lambda x: -mp.sin(x), lambda x: -mp.cos(x)),
    "tan": (mp.tan, lambda x: 1 / mp.cos(x) ** 2, lambda x: 2 * mp.sin(x) / mp.cos(x) ** 3),
    "exp": (mp.exp, mp.exp, mp.exp),
    "log": (mp.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), lambda x: -1 / (4 * x * mp.sqrt(x))),
    "cbrt": (
        lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
        lambda x: -2 * mp.sign(x) / (9 * mp.cbrt(abs(x)) ** 5),
    ),
    "log10": (mp.log10, lambda x: 1 / (x * mp.log(10)), lambda x: -1 / (x**2 * mp.log(10))),
    "log2": (lambda x: mp.log(x) / mp.log(2), lambda x: 1 / (x * mp.log(2)), lambda x: -1 / (x**2 * mp.log(2))),
    "asin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x), lambda x: x / mp.sqrt(1 - x * x) ** 3),
    "acos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x), lambda x: -x / mp.sqrt(1 - x * x) ** 3),
    "abs": (abs, mp.sign, lambda x: mpf(0)),
    "sign": (mp.sign, lambda x: mpf(0), lambda x: mpf(0)),
    "tanh": (mp.tanh, _sech2, lambda x: -2 * mp.tanh(x) * _sech2(x)),
    "sinh": (mp.sinh, mp.cosh, mp.sinh),
    "cosh": (mp.cosh, mp.sinh, mp.cosh),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
    "relu": (lambda x: max(x, mpf(0)), lambda x: mpf(x > 0), lambda x: mpf(0)),
    "sigmoid": (
        _logistic,
        lambda x: _logistic(x) * _logistic(-x),
        lambda x: -_logistic(x) * _logistic(-x) * mp.tanh(x / 2),
    ),
    "softplus": (
        lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x)),
        _logistic,
        lambda x: _logistic(x) * _logistic(-x),
    ),
    "erf": (
        mp.erf,
        lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
        lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x),
    ),
    "gelu": (lambda x: x * _below_x(x), lambda x: _below_x(x) + x * _bell(x), lambda x: (2 - x * x) * _bell(x)),
}
TRUTH |= {"ln": TRUTH["log"]} | {f"arc{name}": TRUTH[f"a{name}"] for name in ("sin", "cos", "tan")}


def _power(r):
    """x^r for a float r, exactly that number."""
    r = mpf(r)

    def power(x, e):
        return mpf(0) if x == 0 and e > 0 else x**e

    return (
        lambda x: power(x, r),
        lambda x: r * power(x, r - 1),
        lambda x: r * (r - 1) * power(x, r - 2),
    )


EXPONENTS = [2, 3, 5, 7, 13, 19, 20, -1, -2, -3, -20, 0.5, 1.5, 0.3, 2.7, 19.9, -0.5, -1.1, -19.3, 1 / 3]
FORMULAS = {f"{name}(x)": truth for name, truth in TRUTH.items()} | {
    f"x^({exponent!r})": _power(exponent) for exponent in EXPONENTS
}
FORMULAS |= {
    "log(1+exp(x))": TRUTH["softplus"],
    "1/(1+exp(-x))": TRUTH["sigmoid"],
    "exp(x)/(exp(x)+1)": TRUTH["sigmoid"],
    "x^(1/3)": TRUTH["cbrt"],
    "x^(-2/3)": (
        lambda x: mp.cbrt(abs(x)) ** -2,
        lambda x: -2 * mp.sign(x) / (3 * mp.cbrt(abs(x)) ** 5),
        lambda x: 10 / (9 * mp.cbrt(abs(x)) ** 8),
    ),
}
for number in (2, 10, 0.1, 1e-6, 1e12):
    FORMULAS[f"{number!r}^x"] = tuple(
        lambda x, b=number, k=k: mpf(b) ** x * mp.log(mpf(b)) ** k for k in range(3)
    )  # fmt: skip


def grid(count: int) -> np.ndarray:
    """Points over all of the floats, with those a step from the places where something happens."""
    sizes = np.concatenate([
        10.0 ** np.linspace(-323.3, 308.2, count), 10.0 ** np.linspace(-12, 3, count), np.linspace(0, 60, 2 * count),
        np.linspace(0.5, 1.5, count), [5e-324, 1e-323, 2.2e-308, 1e308, 1.7e308, 709.78, 709.79, 745.13, 745.14, 746],
    ])  # fmt: skip
    turns = np.concatenate([np.arange(1, 9) * np.pi / 2, [1.0, 2.0, np.sqrt(0.5), np.sqrt(2)]])
    near = [turns]
    for toward in (-np.inf, np.inf):
        step = turns
        for _ in range(3):
            step = np.nextafter(step, toward)
            near.append(step)
    sizes = np.concatenate([sizes, *near])
    return np.unique(np.concatenate([-sizes, [0.0], sizes]))


GRID = grid(50)


def of_order(expression, x, order):
    """Values (points,) and ranges (2, points) of f, f′ or f″ at the points."""
    boxes = np.stack([x, x], axis=-1)[:, None]
    if order == 0:
        return expression.value(x[:, None]), np.array(expression.range_on(boxes))
    if order == 1:
        return expression.gradient(x[:, None])[:, 0], expression.gradient_range_on(boxes)[:, 0].T
    return expression.hessian(x[:, None])[:, 0, 0], expression.hessian_range_on(boxes)[:, 0, 0].T


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("text", FORMULAS)
def test_a_range_holds_the_true_value_and_the_computed_one(text, order):
    expression = parse(text, ("x",))
    computed, (lower, upper) = of_order(expression, GRID, order)
    known = np.isfinite(computed)
    assert (computed >= lower)[known].all() and (computed <= upper)[known].all(), GRID[known][
        ((computed < lower) | (computed > upper))[known]
    ]
    claimed = ~((lower == -np.inf) & (upper == np.inf))
    missed = []
    with mp.workdps(DIGITS):
        for x, low, high in zip(GRID[claimed], lower[claimed], upper[claimed], strict=True):
            true = FORMULAS[text][order](mpf(x))
            if not low <= true <= high:
                missed.append((float(x), low, high, mp.nstr(true, 20)))
    assert not missed, missed[:5]
    assert claimed.mean() > min(0.4 if order < 2 else 0.3, 0.8 * known.mean()), (
        "it claims something nearly everywhere it is defined"
    )


@st.composite
def formulas(draw, depth=3):
    """Text of a random formula in x."""
    if depth == 0 or (draw(st.booleans()) and depth < 3):
        return draw(st.sampled_from(["x", "x", "2", "0.1", "3", "1e-3", "pi"]))
    inner = formulas(depth=depth - 1)
    kind = draw(st.sampled_from(["call", "call", "infix", "infix", "power", "least"]))
    if kind == "call":
        return f"{draw(st.sampled_from(sorted(TRUTH)))}({draw(inner)})"
    if kind == "infix":
        return f"({draw(inner)}){draw(st.sampled_from('+-*/^'))}({draw(inner)})"
    if kind == "power":
        return f"({draw(inner)})^({draw(st.sampled_from(EXPONENTS))!r})"
    return f"{draw(st.sampled_from(['min', 'max']))}({draw(inner)}, {draw(inner)})"


def true_value(node, x):
    """What the tree means for real numbers, by mpmath; a literal means its float."""
    if not node.parts:
        return x if node.kind == "variable" else mpf(node.constant)
    if node.kind == "power" and node.parts[1].constant is not None:
        base, exponent = true_value(node.parts[0], x), mpf(node.parts[1].constant)
    else:
        parts = [true_value(part, x) for part in node.parts]
        if node.kind != "power":
            simple = {"sum": mp.fsum, "product": mp.fprod, "min": min, "max": max}
            if node.kind in simple:
                return simple[node.kind](parts)
            ours = {"negative": lambda u: -u, "reciprocal": lambda u: 1 / u}
            return ours[node.kind](*parts) if node.kind in ours else TRUTH[node.kind][0](*parts)
        base, exponent = parts
    return mpf(1) if exponent == 0 else mpf(0) if base == 0 and exponent > 0 else base**exponent


@settings(max_examples=examples(60), deadline=None)
@given(text=formulas(), low=st.floats(-30, 30), size=st.sampled_from([0.0, 1e-9, 0.1, 3.0]), seed=st.integers(0, 99))
def test_a_random_formulas_range_holds_what_it_is_and_what_is_computed(text, low, size, seed):
    try:
        expression = parse(text, ("x",))
    except ExpressionError:
        assume(False)
    box = np.array([[low, low + size]])
    lower, upper = expression.range_on(box)
    assume((lower, upper) != (-np.inf, np.inf))
    x = np.clip(np.append(np.random.default_rng(seed).uniform(*box[0], 6), box[0]), *box[0])
    computed = expression.value(x[:, None])
    for derivative, ranges in (
        (computed, np.array([lower, upper])),
        (expression.gradient(x[:, None])[:, 0], expression.gradient_range_on(box)[0]),
        (expression.hessian(x[:, None])[:, 0, 0], expression.hessian_range_on(box)[0, 0]),
    ):
        known = derivative[np.isfinite(derivative)]
        assert (known >= ranges[0]).all() and (known <= ranges[1]).all()
    with mp.workdps(DIGITS):
        for point in x[:3]:
            assert lower <= true_value(expression.tree, mpf(point)) <= upper


def test_the_far_tail_of_the_sigmoid_lies_in_its_own_range():
    """Found once: e^(−log(1 + e^−x)) loses thirty units in the last place there, and eight were allowed."""
    x = np.linspace(-36, -16, 3001)
    expression = parse("sigmoid(x)", ("x",))
    lower, upper = expression.range_on(np.stack([x, x], axis=-1)[:, None])
    with mp.workdps(DIGITS):
        assert all(low <= _logistic(mpf(a)) <= high for a, low, high in zip(x, lower, upper, strict=True))
        error = max(abs(mpf(v) / _logistic(mpf(a)) - 1) for a, v in zip(x, expression.value(x[:, None]), strict=True))
    assert error < 4 * 2.0**-52, "computed without loss, too"


@pytest.mark.parametrize("text", ["0^x", "(1-1)^x", "(0*x)^x", "x^x", "log(x)^0.5"])
def test_what_is_undefined_on_part_of_the_box_has_no_range(text):
    assert parse(text, ("x",)).range_on(np.array([[-1.0, 1.0]])) == (-np.inf, np.inf)


@pytest.mark.parametrize(("text", "true"), [("x*0 + sin(1)", lambda: mp.sin(1)), ("0*x+1/3", lambda: mpf(1) / 3)])
def test_a_constant_part_is_enclosed_not_rounded(text, true):
    lower, upper = parse(text, ("x",)).range_on(np.array([[0.0, 1.0]]))
    with mp.workdps(DIGITS):
        assert lower < true() < upper and upper - lower < 1e-14


def test_the_constants_of_the_normal_distribution_are_enclosed():
    with mp.workdps(DIGITS):
        for name, true in (
            ("root_half", mp.sqrt(0.5)), ("two_over_root_pi", 2 / mp.sqrt(mp.pi)), ("density", 1 / mp.sqrt(2 * mp.pi)),
        ):  # fmt: skip
            enclosed = getattr(INTERVALS, name)
            assert enclosed.lower < true < enclosed.upper and getattr(REALS, name) == pytest.approx(float(true))
