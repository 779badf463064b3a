"""The valley's page with formulas of one's own, and with what its other controls may bring."""

import re

import pytest

from tests.pages.test_contract import Opened, warm  # noqa: F401


def own(formula, locale="en-US", **more):
    return Opened("polyak_lojasiewicz", locale=locale, system="own", formula=formula, **more)


@pytest.mark.parametrize("formula", ["", "x +", "z^2", "open('/etc/passwd')", "log(-1 - x^2)", "1/(x - 3)"])
def test_a_formula_that_cannot_be_used_gets_a_clear_message(formula):
    for locale, script in (("en-US", r"[A-Za-z]{4}"), ("zh-CN", r"[一-鿿]{4}")):
        page = own(formula, locale)
        [warning] = page.app.warning
        assert re.search(script, warning.value) and "sin(2*x)" in warning.value
        assert len(page.charts) == 2


@pytest.mark.parametrize(
    "formula", ["x*y", "abs(x) + y", "exp(x*y)", "3 + 0*x", "1e12*x", "log(x) + y", "x^3 - 3*x*y^2"]
)
def test_an_unusual_formula_is_drawn(formula):
    page = own(formula, x0="1.2", y0="0.4")
    assert not page.app.warning and len(page.charts) == 2
    assert "landing" not in page.verdicts and "fails" not in page.verdicts.values()


def test_a_walk_that_has_not_arrived_has_no_section():
    page = Opened("polyak_lojasiewicz", view="section", steps="10")
    [warning] = page.app.warning
    assert "not arrived" in warning.value


def test_the_neighbours_open_what_the_page_speaks_of():
    """The addresses themselves are in tests/charts."""
    sine = {"function": "expression", "formula": "x^2 + 3*sin(x)^2", "low": "-4", "high": "4", "view": "parabola"}
    cone = Opened("lipschitz", **sine)
    assert not cone.app.warning and cone.values["formula"] == sine["formula"]
    assert re.search(r"\b8\b", cone.words), "its smoothness"
    valley = {"surface": "expression", "formula": "((x*y) - (2))^2/2", "x0": "3", "y0": "0", "step_size": "0.02"}
    ball = Opened("gradient_descent", methods="gradient_descent", extent="3", **valley)
    assert not ball.app.warning and ball.values["x0"] == 3.0 and ball.values["step_size"] == 0.02
    assert ball.verdicts["rate_gradient_descent"] == "does not apply", "a valley is flat in some direction"
