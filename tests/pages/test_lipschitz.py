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
        ({"function": "expression", "formula": "1/x"}, "between −0.0078 and 0.0078", "−0.0078 与 0.0078 之间"),
        (
            {"function": "expression", "formula": "exp(50*x)", "low": "-20", "high": "20"},
            "between 14 and 20",
            "14 与 20 之间",
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
