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
