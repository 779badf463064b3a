"""The ball's page with formulas of one's own: the right picture or a clear message, in the page's language."""

import re

import pytest

from tests.pages.test_contract import Opened, warm  # noqa: F401

HOSTILE = [
    "",
    "   ",
    "__import__('os').system('ls')",
    "().__class__.__bases__[0]",
    "x.real",
    "lambda: x",
    "open('/etc/passwd')",
    "exec(x)",
    "9**9**9",
    "x**1000",
    "((x^20)^20)^20",
    "(" * 60 + "x" + ")" * 60,
    "x" * 150,
    "1/0",
    "log(-1)",
    "x y",
    "2 +",
    "sin(",
    "sin(x, y)",
    "z^2",
    "x = 3",
    "[x for x in y]",
    "<script>alert(1)</script>",
    "𝔵^2 ☃",
    "1e999*x",
]


def chosen(locale, formula):
    return Opened("gradient_descent", locale=locale, surface="expression", formula=formula)


@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_formula_gets_a_clear_message(formula):
    for locale, script in (("en-US", r"[A-Za-z]{4}"), ("zh-CN", r"[一-鿿]{4}")):
        opened = chosen(locale, formula)
        [warning] = opened.app.warning
        assert re.search(script, warning.value), warning.value
        assert opened.app.get("vega_lite_chart"), "the last formula that worked stays on screen"


def test_a_formula_of_a_hundred_thousand_characters_gives_the_default():
    opened = chosen("en-US", "x+" * 50_000 + "x")
    assert not opened.app.warning
    assert opened.values["formula"] == "x^4 - 3*x^2 + x*y + y^2"


@pytest.mark.parametrize("formula", ["x^2", "exp(50*x) + y", "1/x", "log(x)", "sqrt(x)", "abs(x)", "3", "x*1e12"])
def test_an_unusual_formula_is_drawn(formula):
    opened = Opened("gradient_descent", surface="expression", formula=formula, x0="1")
    assert not opened.app.warning
    assert opened.app.get("vega_lite_chart")


def test_a_constant_is_told_that_no_start_would_move():
    [warning] = Opened("gradient_descent", surface="expression", formula="0", x0="1").app.warning
    assert "constant" in warning.value and "elsewhere" not in warning.value
    [warning] = Opened("gradient_descent", surface="expression", formula="max(x, 0)", x0="-1").app.warning
    assert "Start elsewhere" in warning.value


def test_where_there_is_no_ball_to_look_at_it_can_be_added():
    page = Opened("gradient_descent", view="ball", surface="quartic")
    assert len(page.app.warning) == 1
    page.app.button(key="add_ball").click().run()
    assert not page.app.warning and page.sound().values["methods"] == [
        "gradient_descent",
        "heavy_ball",
        "physical_ball",
    ]
    assert re.search('data-chart="forces"', page.words) and "physical_ball" in page.address["methods"]


def test_a_start_where_the_formula_is_undefined_is_said_and_replaced():
    [warning] = Opened("gradient_descent", surface="expression", formula="log(x)", x0="-1").app.warning
    assert "not defined" in warning.value
