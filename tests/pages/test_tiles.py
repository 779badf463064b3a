"""The reader of tiles notices what is untrue, and the strip prints nothing that is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.check import EXACT, Check, approximate, rounding, sampled, silent
from tests.pages.tiles import NUMBER, Read, read, tiles
from ui import text
from ui.evidence.strip import strip

WORDS = {language: text.words("lipschitz", language) for language in text.LANGUAGES}
NAMES = {language: next(k for k in words if str(k).startswith("check.")) for language, words in WORDS.items()}
VALUES = st.floats(allow_nan=False) | st.integers(-300, 300).map(float)


def printed(check, language="en"):
    return next(tiles(strip([check], WORDS[language]), text.words("common", language)["zero_to_rounding"]))


def compared(predicted, measured, tolerance, **more):
    return Check(NAMES["en"].removeprefix("check."), predicted, measured, tolerance, **more)


@given(value=VALUES, digits=st.integers(4, 12))
def test_a_printed_number_is_read_back(value, digits):
    written = text.number(value, digits)
    again = read(written)
    assert abs(again.value - value) <= 1e-15 * abs(value) + again.unit * (1 + 1e-9) or again.value == value


@given(
    predicted=VALUES, off=st.floats(-10, 10), size=st.floats(0, 10), language=st.sampled_from(sorted(text.LANGUAGES)),
    relation=st.sampled_from(["equal", "at_most", "at_least"]), kind=st.sampled_from([rounding, "sampled", "order"]),
)  # fmt: skip
def test_no_tile_is_untrue(predicted, off, size, language, relation, kind):
    allowed = {"sampled": lambda s: sampled(4, s / 4, 9), "order": lambda s: approximate(s, "1/n")}.get(kind, kind)(
        size
    )
    tile = printed(compared(predicted, predicted + off, allowed, relation=relation), language)
    assert not tile.untrue()


@pytest.mark.parametrize("off", [1e-6, 1e-12, 3e-16])
def test_numbers_that_differ_are_printed_with_the_digits_in_which_they_do(off):
    tile = printed(compared(0.7388, 0.7388 + off, EXACT))
    assert tile.differs and tile.measured.value != tile.predicted.value


def test_nothing_but_rounding_is_said_so():
    tile = printed(compared(0.0, 3e-16, rounding(1e-15)))
    assert tile.is_none and not tile.untrue()


def test_what_does_not_apply_compares_nothing():
    name = NAMES["en"].removeprefix("check.")
    why = next(k for k in WORDS["en"] if str(k).startswith("assumption.")).removeprefix("assumption.")
    for check in (silent(name, why), silent(name, why, 1.0, 2.0)):
        assert not printed(check).untrue()
    assert printed(silent(name, why)).measured is None


SOME = '<div class="check {kind}" data-check="a"><span class="numbers"><span class="measured"><span class="name">m</span> {measured}</span>{sign}<span class="predicted"><span class="name">p</span> {predicted}</span>{within}</span></div>'  # noqa: E501


@pytest.mark.parametrize(
    ("kind", "measured", "sign", "predicted", "within"),
    [
        ("fails", "0.7388", " · ", "0.6693", ""),
        ("fails", "0.7388", " ≠ ", "0.7388", ""),
        ("fails", "3", " · ", "≤ 4", ""),
        ("holds", "15", " · ", "300", '<span class="tolerance">± 15</span>'),
        ("holds", "3.067·10⁻¹⁶", " · ", "0", ""),
        ("holds", "5", " · ", "≤ 4", ""),
        ("holds", "3", " ≠ ", "3", ""),
        ("does-not-apply", "–", " ≠ ", "–", ""),
    ],
)
def test_untrue_tiles_are_noticed(kind, measured, sign, predicted, within):
    tile = next(tiles(SOME.format(kind=kind, measured=measured, sign=sign, predicted=predicted, within=within), "none"))
    assert tile.untrue()


def test_the_digits_of_a_number_say_how_far_it_is_known():
    assert read("0.7388") == Read(0.7388, 0.5e-4)
    assert read("−1.5·10⁻³").value == pytest.approx(-1.5e-3)
    assert read("∞").value == math.inf and NUMBER
