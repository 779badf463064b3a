"""The cone's page where it cannot draw what is asked for: it says so, in the page's language."""

import re

import pytest

from tests.pages.test_contract import Opened, warm  # noqa: F401


@pytest.mark.parametrize(
    ("address", "english", "chinese"),
    [
        ({"low": "3", "high": "-1"}, "goes from 3 to −1", "现在是从 3 到 −1"),
        ({"low": "1", "high": "1"}, "goes from 1 to 1", "现在是从 1 到 1"),
        ({"function": "expression", "formula": "log(x)"}, "not finite", "没有有限的值"),
        ({"function": "expression", "formula": "1/x"}, "on [−0.0078, 0.0078]", "在 [−0.0078, 0.0078] 上"),
        (
            {"function": "expression", "formula": "exp(50*x)", "low": "-20", "high": "20"},
            "on [14, 20]",
            "在 [14, 20] 上",
        ),
        (
            {"function": "expression", "formula": "log(x)", "low": "-3", "high": "-2"},
            "no finite value",
            "处处没有有限的值",
        ),
        ({"function": "expression", "formula": "x+y"}, "not a name known", "不认识“y”"),
    ],
)
def test_what_goes_wrong_is_said_in_the_pages_language(address, english, chinese):
    for language, said in (("en", english), ("zh", chinese)):
        opened = Opened("lipschitz", lang=language, **address)
        [warning] = opened.app.warning
        assert said in re.sub(r"[*`]", "", warning.value)
        assert opened.charts


@pytest.mark.parametrize(
    "slug, kind", [("lipschitz", {"function": "expression"}), ("gradient_descent", {"surface": "expression"})]
)
def test_after_an_error_the_last_formula_that_worked_is_shown(slug, kind):
    """The ball and the cone did not agree: one kept it, the other showed a formula of its own."""
    app = Opened(slug, formula="x^2 + |x|", **kind).app
    assert not app.warning
    for text, why in (("x^2 +", "stuck at"), ("x" + "+x" * 150, "longer than 200 characters"), ("sin", "write sin(x)")):
        app.text_input(f"{slug}-formula").set_value(text).run()
        [warning] = app.warning
        assert why in warning.value and "`x^2 + |x|`" in warning.value and not app.exception


def test_a_formula_that_worked_elsewhere_gives_way_to_one_that_works_everywhere():
    app = Opened("lipschitz", function="expression", formula="log(x)", low="1", high="2").app
    app.session_state["lipschitz-low"], app.session_state["lipschitz-high"] = -3.0, -2.0
    app.run()
    [warning] = app.warning
    assert "`x*sin(3*x)`" in warning.value and not app.exception
