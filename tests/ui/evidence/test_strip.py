"""The strip of checks: what it says, in both languages, and that nothing in it can be mark-up."""

import math
from html.parser import HTMLParser

import pytest

from core.check import Check
from ui.evidence.strip import strip
from ui.text import Words, words


class Reader(HTMLParser):
    """The texts of the strip by the class of their element, and its checks with their kinds."""

    def __init__(self, html):
        super().__init__()
        self.open, self.texts, self.checks = [], {}, {}
        self.feed(html)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.open.append((tag, attributes.get("class", "")))
        if "data-check" in attributes:
            self.checks[attributes["data-check"]] = attributes["class"]
            assert attributes["role"] == "listitem"
        if attributes.get("class") == "mark":
            self.texts["spoken"] = attributes["aria-label"]

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.texts[self.open[-1][1]] = data


def labelled(language="en", **labels):
    shared = dict(words("common", language))
    return Words("common", language, shared | {name.replace("__", "."): label for name, label in labels.items()})


@pytest.mark.parametrize(
    ("check", "kind", "mark", "spoken"),
    [
        (Check("rate", 1.0, 1.0, 0.1), "check holds", "✓", "holds"),
        (Check("rate", 1.0, 2.0, 0.1), "check fails", "✗", "fails"),
        (Check("rate", 1.0, 2.0, 0.1, "convex"), "check does-not-apply", "–", "does not apply"),
        (Check("rate", 1.0, math.nan, 0.1), "check fails", "✗", "fails"),
    ],
)
def test_a_verdict_is_a_kind_a_mark_and_a_word(check, kind, mark, spoken):
    said = Reader(strip([check], labelled(check__rate="rate", assumption__convex="not convex")))
    assert said.checks == {"rate": kind}
    assert said.texts["mark"] == mark and said.texts["spoken"] == spoken


def test_it_shows_both_numbers_and_the_tolerance():
    said = Reader(strip([Check("rate", 0.98, 0.123456, 0.0012345)], labelled(check__rate="rate")))
    assert said.texts["measured"] == "0.1235" and said.texts["predicted"] == "0.98"
    assert said.texts["tolerance"] == "± 0.0012"


@pytest.mark.parametrize(
    ("relation", "sign", "met"), [("equal", "=", 1.0), ("at_most", "≤", 0.9), ("at_least", "≥", 1.1)]
)
def test_it_shows_the_relation_and_no_tolerance_that_was_not_needed(relation, sign, met):
    labels = labelled(check__rate="rate")
    html = strip([Check("rate", 1.0, met, 0.5, relation=relation)], labels)
    assert [s for s in "=≤≥" if f" {s} <" in html] == [sign]
    assert ("tolerance" in Reader(html).texts) == (relation == "equal")
    needed = 1.2 if relation != "at_least" else 0.8
    assert Reader(strip([Check("rate", 1.0, needed, 0.5, relation=relation)], labels)).texts["tolerance"] == "± 0.5"


def test_a_broken_assumption_is_named():
    check = Check("rate", 1.0, 2.0, 0.1, broken_assumption="convex")
    said = Reader(strip([check], labelled("zh", check__rate="速率", assumption__convex="函数不是凸的")))
    assert said.texts["why"] == "函数不是凸的"
    assert said.texts["spoken"] == "不适用"
    assert "why" not in Reader(strip([Check("rate", 1.0, 2.0, 0.1)], labelled(check__rate="rate"))).texts


def test_a_label_is_text_and_not_markup():
    html = strip([Check("rate", 1.0, 1.0, 0.0)], labelled(check__rate="a < b & <script>alert(1)</script>"))
    assert "<script>" not in html and "a &lt; b &amp; &lt;script&gt;" in html


def test_several_checks_stay_in_their_order_and_none_is_an_empty_list():
    two = [Check("a", 1.0, 1.0, 0.0), Check("b", 1.0, 2.0, 0.0)]
    assert list(Reader(strip(two, labelled(check__a="A", check__b="B"))).checks) == ["a", "b"]
    assert Reader(strip([], labelled())).checks == {}


def test_a_check_without_a_label_is_an_error():
    with pytest.raises(KeyError, match=r"check\.nameless"):
        strip([Check("nameless", 1.0, 1.0, 0.0)], labelled())
