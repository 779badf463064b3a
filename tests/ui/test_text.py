"""The words: both languages complete and alike, and the numbers that go into them."""

import re

import numpy as np
import pytest

from ui import text

SLUGS = sorted(path.stem for path in text.FOLDER.glob("*.toml"))
PLACEHOLDER = re.compile(r"\{\{([\w.]+(?::[^{}]*)?)\}\}")  # the name, and where the browser fills it in, the format
FORMULA = re.compile(r"\$\$.*?\$\$|(?<!\\)\$.*?(?<!\\)\$", re.DOTALL)


def bilingual(table, place=""):
    """Every table that speaks in at least one of our languages, with its place in the file."""
    if isinstance(table, list):
        for i, entry in enumerate(table):
            yield from bilingual(entry, f"{place}[{i}]")
    elif isinstance(table, dict):
        if any(isinstance(table.get(language), str) for language in text.LANGUAGES):
            yield place, table
        else:
            for name, entry in table.items():
                yield from bilingual(entry, f"{place}.{name}".lstrip("."))


TEXTS = [(f"{slug}.toml: {place}", entry) for slug in SLUGS for place, entry in bilingual(text.source(slug))]


def broken(rule):
    """The places of the texts that a rule, given English and Chinese, says something against."""
    return [f"{place}: {said}" for place, entry in TEXTS if (said := rule(entry["en"], entry["zh"]))]


def test_every_text_is_in_both_languages_and_nothing_else():
    assert len(TEXTS) > 20
    assert [place for place, entry in TEXTS if set(entry) != set(text.LANGUAGES)] == []


def test_words_hold_nothing_but_texts():
    def strays(table, place):
        for name, entry in table.items():
            if not isinstance(entry, dict) or not entry:
                yield f"{place}.{name}"
            elif not text.is_text(entry):
                yield from strays(entry, f"{place}.{name}")

    assert [s for slug in SLUGS for s in strays(text.source(slug).get("words", {}), slug)] == []


def test_no_text_is_empty():
    assert broken(lambda en, zh: not (en.strip() and zh.strip()) and "empty") == []


def test_formulas_are_closed():
    odd = re.compile(r"(?<!\\)\$")
    assert broken(lambda en, zh: any(len(odd.findall(t)) % 2 for t in (en, zh)) and "a $ without its partner") == []


def test_braces_in_formulas_are_balanced():
    def rule(en, zh):
        formulas = [f for t in (en, zh) for f in FORMULA.findall(t)]
        return ", ".join(f for f in formulas if f.count("{") != f.count("}"))

    assert broken(rule) == []


def test_both_languages_use_the_same_numbers():
    def rule(en, zh):
        return set(PLACEHOLDER.findall(en)) ^ set(PLACEHOLDER.findall(zh))

    assert broken(rule) == []


def test_placeholders_are_well_formed():
    left = re.compile(r"\{\{|\}\}")

    def rule(en, zh):
        return any(left.search(PLACEHOLDER.sub("", FORMULA.sub("", t))) for t in (en, zh)) and "a stray {{ or }}"

    assert broken(rule) == []


def test_chinese_is_chinese():
    """Where the English is a sentence, the Chinese is not the English once more."""

    def rule(en, zh):
        sentence = len(re.findall(r"[A-Za-z]{2,}", FORMULA.sub("", en))) >= 5
        return sentence and not re.search(r"[\u4e00-\u9fff]", zh) and "no Chinese character"

    assert broken(rule) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_ids(slug):
    assert set(text.words(slug, "en")) == set(text.words(slug, "zh"))


def test_a_concept_has_the_common_words_underneath():
    for slug in SLUGS:
        assert set(text.words("common", "en")) <= set(text.words(slug, "en"))


def test_flatten_names_texts_by_their_place():
    label, option, other = ({"en": e, "zh": e} for e in ("Surface", "Beale", "Other"))
    table = {"surface": {"label": label, "help": other, "beale": option}, "plain": other}
    assert dict(text.flatten(table)) == {
        "surface": label,
        "surface_help": other,
        "surface.beale": option,
        "plain": other,
    }


def test_an_unknown_word_is_named_with_its_file_and_language():
    with pytest.raises(KeyError, match=r"text/common\.toml has no 'nonsense' in 'zh'"):
        text.words("common", "zh")["nonsense"]


def test_words_are_made_once_and_can_be_cached_by():
    assert text.words("common", "en") is text.words("common", "en")
    assert len({text.words("common", "en"), text.words("common", "zh"), text.words("common", "en")}) == 2


def test_fill_writes_numbers_and_texts():
    assert text.fill("{{a}} of {{b.c}}, {{n}}", {"a": 1 / 3, "b.c": "many", "n": 12345}) == "0.3333 of many, 12345"


def test_fill_leaves_latex_alone():
    assert text.fill(r"$\frac{1}{2}$ {{a}}", {"a": 1.0}) == r"$\frac{1}{2}$ 1"


def test_fill_does_not_fill_what_it_has_filled_in():
    assert text.fill("{{a}}", {"a": "{{b}}", "b": "no"}) == "{{b}}"


def test_fill_refuses_an_unknown_name():
    with pytest.raises(KeyError, match="missing"):
        text.fill("{{missing}}", {})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (37.0, "37"),
        (0.98014, "0.9801"),
        (-0.5, "−0.5"),
        (1234.5678, "1235"),
        (123456.0, "123500"),
        (0.00012344, "0.0001234"),
        (1e-9, "1·10⁻⁹"),
        (-2.5e-10, "−2.5·10⁻¹⁰"),
        (6.02214e23, "6.022·10²³"),
        (float("nan"), "–"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (np.float64(0.25), "0.25"),
    ],
)
def test_number(value, written):
    assert text.number(value) == written


def test_number_with_fewer_digits():
    assert text.number(0.001234, 2) == "0.0012"
    assert text.number(1.26e-7, 2) == "1.3·10⁻⁷"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1, "0.1"),
        (3, "3"),
        (250000.0, "250000"),
        (1e12, "10¹²"),
        (2.5e-5, "2.5·10⁻⁵"),
        (1e-7, "10⁻⁷"),
        (-1e12, "-1·10¹²"),
    ],
)
def test_a_control_writes_numbers_as_people_do(value, said):
    assert text.written(value) == said


def test_the_positions_of_a_slider_are_told_apart_in_few_digits():
    assert text.apart((0.162454, 0.16821, 0.2)) == {0.162454: "0.162", 0.16821: "0.168", 0.2: "0.2"}
    assert list(text.apart((0.1620004, 0.162454, 0.162455)).values()) == ["0.162", "0.162454", "0.162455"]
    assert list(text.apart((1e-5, 12345.6, 12346.0)).values()) == ["10⁻⁵", "12345.6", "12346"]
    crowded = tuple(sorted({float(f"{0.65 * (1 - 10 ** (-k / 7)):.6g}") for k in range(60)}))
    shown = text.apart(crowded)
    assert len(set(shown.values())) == len(crowded), "each has its own"
    assert all(float(told) == pytest.approx(value, rel=5e-3) for value, told in shown.items())
