"""The strip of checks: what it says, in both languages, and that nothing in it can be mark-up."""

import math
from html.parser import HTMLParser

import pytest

from core.check import EXACT, Check, approximate, rounding, sampled, silent
from ui.evidence.strip import label, notices, strip, told
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
            self.texts["spoken"] = attributes.get("aria-label", "")

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
        (Check("rate", 1.0, 1.0, rounding(0.1)), "check holds", "✓", "holds"),
        (Check("rate", 1.0, 2.0, rounding(0.1)), "check fails", "✗", "fails"),
        (Check("rate", 1.0, 2.0, rounding(0.1), "convex"), "check does-not-apply", "–", "does not apply"),
        (Check("rate", 1.0, math.nan, rounding(0.1)), "check fails", "✗", "fails"),
    ],
)
def test_a_verdict_is_a_kind_a_mark_and_a_word(check, kind, mark, spoken):
    said = Reader(strip([check], labelled(check__rate="rate", assumption__convex="not convex")))
    assert said.checks == {"rate": kind}
    assert said.texts["mark"] == mark and said.texts["spoken"] == spoken


def test_a_check_that_would_settle_an_open_question_keeps_its_numbers_and_its_verdict():
    spoken = labelled(check__rate="rate", check__limit="limit", waits="later")
    made = strip([Check("rate", 0.98, 0.5, rounding(0.1)), Check("limit", 2.0, 2.0, EXACT)], spoken, ["rate"])
    said = Reader(made)
    assert said.checks == {"rate": "check waits", "limit": "check holds"}
    assert "rate" in made and "later" in made and "0.98" not in made and "0.5" not in made and "✗" not in made


def test_it_shows_both_numbers_and_the_tolerance():
    said = Reader(strip([Check("rate", 0.98, 0.123456, rounding(0.0012345))], labelled(check__rate="rate")))
    assert said.texts["measured"] == " 0.1235" and said.texts["predicted"] == " 0.98"
    assert said.texts["tolerance"] == "± 0.0012"


@pytest.mark.parametrize(
    ("relation", "sign", "met"), [("equal", "", 1.0), ("at_most", "≤ ", 0.9), ("at_least", "≥ ", 1.1)]
)
def test_it_shows_the_relation_and_no_tolerance_that_was_not_needed(relation, sign, met):
    labels = labelled(check__rate="rate")
    said = Reader(strip([Check("rate", 1.0, met, rounding(0.5), relation=relation)], labels)).texts
    assert said["predicted"] == f" {sign}1" and ("tolerance" in said) == (relation == "equal")
    needed = Check("rate", 1.0, 0.8 if relation == "at_least" else 1.2, rounding(0.5), relation=relation)
    assert Reader(strip([needed], labels)).texts["tolerance"] == "± 0.5"


@pytest.mark.parametrize(
    ("check", "en", "zh"),
    [
        (Check("a", 0.67, 0.74, rounding(0.1)), "measured 0.74 · predicted 0.67", "实测 0.74 · 预测 0.67"),
        (Check("a", 300.0, 15.0, rounding(15)), "measured 15 ≠ predicted 300", "实测 15 ≠ 预测 300"),
        (Check("a", 1.0, 2.0, EXACT, relation="at_most"), "measured 2 · predicted ≤ 1", "实测 2 · 预测 ≤ 1"),
        (
            Check("a", 0.0, 3e-16, rounding(1e-9)),
            "measured 0 to rounding · predicted 0",
            "实测 0（舍入误差内） · 预测 0",
        ),
        (Check("a", 0.0, 3e-16, approximate(1e-9, "1/n")), "measured 3·10⁻¹⁶ · predicted 0", "实测 3·10⁻¹⁶ · 预测 0"),
        (silent("a", "convex", 2.0), "predicted 2", "预测 2"),
        (silent("a", "convex"), "", ""),
    ],
)
def test_no_equation_is_untrue_and_nothing_is_said_where_there_is_nothing(check, en, zh):
    assert told(check, words("common", "en")) == en and told(check, words("common", "zh")) == zh
    if not en:
        html = strip([check], labelled(check__a="a", assumption__convex="not convex"))
        assert "numbers" not in html and "–</span>" in html, "the dash is the mark's alone"


@pytest.mark.parametrize(
    ("allowed", "en"),
    [
        (EXACT, "would notice 10 % · no allowance"),
        (rounding(0.2), "would notice 30 % · ± 0.2 for rounding"),
        (sampled(4, 0.05, 200), "would notice 30 % · ± 0.2: 4 standard errors of 200 values"),
        (
            sampled(4, 0.025, 200, more=0.1, order="1/n"),
            "would notice 30 % · ± 0.2: 4 standard errors of 200 values · with terms of order 1/n",
        ),
        (approximate(0.2, "grid"), "would notice 30 % · ± 0.2: terms of order the grid's step are left out"),
    ],
)
def test_what_it_would_notice_and_what_is_allowed_for(allowed, en):
    relation = "at_most" if allowed == EXACT else "equal"
    check = Check("a", 1.0, 0.9, allowed, relation=relation)
    assert notices(check, words("common", "en")) == en
    assert Reader(strip([check], labelled(check__a="a"))).texts["notices"] == en


def test_a_broken_assumption_is_named():
    check = Check("rate", 1.0, 2.0, rounding(0.1), broken_assumption="convex")
    said = Reader(strip([check], labelled("zh", check__rate="速率", assumption__convex="函数不是凸的")))
    assert said.texts["why"] == "函数不是凸的"
    assert said.texts["spoken"] == "不适用"
    assert "why" not in Reader(strip([Check("rate", 1.0, 2.0, rounding(0.1))], labelled(check__rate="rate"))).texts


@pytest.mark.parametrize(("language", "said"), [("en", "rate, at 3000"), ("zh", "rate（3000 处）")])
def test_a_check_taken_at_one_place_of_the_picture_names_it(language, said):
    check, labels = Check("rate", 1.0, 1.0, EXACT, at=3000.0), labelled(language, check__rate="rate")
    assert Reader(strip([check], labels)).texts["label"] == label(check, labels) == said
    assert label(Check("rate", 1.0, 1.0, EXACT), labels) == "rate"


def test_a_label_is_text_and_not_markup():
    html = strip([Check("rate", 1.0, 1.0, EXACT)], labelled(check__rate="a < b & <script>alert(1)</script>"))
    assert "<script>" not in html and "a &lt; b &amp; &lt;script&gt;" in html


def test_several_checks_stay_in_their_order_and_none_is_an_empty_list():
    two = [Check("a", 1.0, 1.0, EXACT), Check("b", 1.0, 2.0, EXACT)]
    assert list(Reader(strip(two, labelled(check__a="A", check__b="B"))).checks) == ["a", "b"]
    assert Reader(strip([], labelled())).checks == {}


def test_a_check_without_a_label_is_an_error():
    with pytest.raises(KeyError, match=r"check\.nameless"):
        strip([Check("nameless", 1.0, 1.0, EXACT)], labelled())
