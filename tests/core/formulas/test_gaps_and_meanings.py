"""A removable gap is filled by its limit, and nothing else is; what would overflow far out does not."""

import numpy as np
import pytest
from mpmath import mp, mpf

from core.formulas.expressions import parse


def at(text, *x):
    return parse(text, ("x",)).value(np.array(x, float)[:, None])


@pytest.mark.parametrize(
    ("text", "x", "limit"),
    [
        ("sin(x)/x", 0, 1),
        ("x^2*sin(1/x)", 0, 0),
        ("x*sin(1/x)", 0, 0),
        ("x^2*abs(sin(1/x))", 0, 0),
        ("(1-cos(x))/x^2", 0, 0.5),
        ("(x-sin(x))/x^3", 0, 1 / 6),
        ("(exp(x)-1)/x", 0, 1),
        ("(x^2-4)/(x-2)", 2, 4),
        ("1e6*sin(x-300)/(x-300)", 300, 1e6),
        ("log(1+x)/x", 0, 1),
        ("tan(x)/x", 0, 1),
    ],
)
def test_a_removable_gap_has_its_limit(text, x, limit):
    assert at(text, x)[0] == pytest.approx(limit, rel=1e-7, abs=1e-9)
    low, high = parse(text, ("x",)).range_on(np.array([[x - 0.5, x + 0.5]]))
    assert (low, high) == (-np.inf, np.inf) or low <= limit <= high, "nothing is certified that is not so"


@pytest.mark.parametrize(
    "text",
    ["sin(1/x)", "cos(1/x)", "x/abs(x)", "sin(x)/abs(x)", "0.5*sin(x)/x^2", "x*log(x)", "sqrt(x-1)", "sin(1/x)/x"],
)
def test_what_is_no_removable_gap_stays_one(text):
    assert not np.isfinite(at(text, 0.0)).any()


def test_a_gap_along_a_line_is_filled_and_the_rest_is_untouched():
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)), axis=-1)
    product = grid[..., 0] * grid[..., 1]
    np.testing.assert_allclose(parse("sin(x*y)/(x*y)").value(grid), np.sinc(product / np.pi), atol=1e-9)
    assert parse("sin(x)/x").value(np.zeros(2)) == 1, "one point, no batch"


FAR = [-1e300, -1e4, -800.0, -1.0, 0.0, 1.0, 800.0, 1e4, 1e300]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("log(1+exp(x))", "softplus(x)"),
        ("ln(e^x+1)", "softplus(x)"),
        ("1/(1+exp(-x))", "sigmoid(x)"),
        ("1/(1+e^-x)", "sigmoid(x)"),
        ("exp(x)/(1+exp(x))", "sigmoid(x)"),
        ("e^x/(1+e^x)", "sigmoid(x)"),
        ("3/(exp(x)+1)", "3*sigmoid(-x)"),
    ],
)
def test_far_out_nothing_overflows(text, same):
    x = np.array(FAR)[:, None]
    ours, known = parse(text, ("x",)), parse(same, ("x",))
    for derivative in ("value", "gradient", "hessian"):
        found = getattr(ours, derivative)(x)
        np.testing.assert_array_equal(found, getattr(known, derivative)(x))
        assert np.isfinite(found).all()
    assert "sigma" not in ours.latex and "softplus" not in ours.latex, "it is shown as it was typed"


def test_the_e_that_is_typed_is_its_float_and_is_certified_as_such():
    x = np.linspace(-700, 700, 61)  # far out the difference is more than the rounding that a range allows for
    lower, upper = parse("1/(1+e^x)", ("x",)).range_on(np.stack([x, x], axis=-1)[:, None])
    with mp.workdps(50):
        assert all(a <= 1 / (1 + mpf(np.e) ** mpf(v)) <= b for a, b, v in zip(lower, upper, x, strict=True))


def test_so_many_thirds_are_powers_of_the_cube_root():
    np.testing.assert_allclose(at("x^(1/3)", -8, 8), [-2, 2])
    np.testing.assert_allclose(at("x^(2/3)", -8, 8), [4, 4])
    np.testing.assert_allclose(at("x^(-1/3)", -8, 8), [-0.5, 0.5])
    assert np.isnan(at("x^0.333", -8)[0]) and np.isnan(at("x^(1/2)", -8)[0])
