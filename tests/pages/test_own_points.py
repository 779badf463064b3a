"""Own points that leave nothing to follow: cancelling, opposite, tiny, huge. No page ends, every picture is drawn, the
checks do not apply and a sentence says why, with every optimiser and in both languages."""

import math
import re

import pytest

from core.data.own_points import to_link
from core.data.separable_data import points
from core.max_margin import LOSSES, OPTIMISERS
from tests.pages.test_contract import Opened, warm  # noqa: F401

RING = [(math.cos(math.pi * k / 6), math.sin(math.pi * k / 6)) for k in range(12)]
XOR = [(1, 1, 1), (-1, -1, 1), (-1, 1, -1), (1, -1, -1)]
SETS = {
    "xor": (XOR, "balanced"),
    "opposite copies": ([(1, 1, 1), (-1, -1, 1)], "balanced"),
    "both labels in one place": ([(1, 0.5, 1), (1, 0.5, -1)], "balanced"),
    "two rings": ([*((x, y, 1) for x, y in RING), *((2 * x, 2 * y, -1) for x, y in RING)], "balanced"),
    "a tiny xor": ([(1e-9 * x, 1e-9 * y, label) for x, y, label in XOR], "balanced"),
    "all in the middle": ([(0, 0, 1), (0, 0, -1)], "balanced"),
    "too narrow by a hair": ([(1, 0, 1), (-1, 1e-9, 1), (0, -1e-9, 1)], "balanced"),
    "overlapping": ([(1, 1, 1), (-1, 0, 1), (0, -1, 1), (2, 0, 1)], "not"),
    "only on the line": ([(1, 1, 1), (-1, -1, 1), (0.5, 2, 1)], "partly"),
    "tiny": ([(1e-9, 1e-9, 1), (-2e-9, -1e-9, -1)], None),
    "far and opposite": ([(1e9, 1, 1), (-1e9, 0, 1)], None),
    "far and apart": ([(1e9, 1, 1), (-1e9, 0, -1)], None),
    "a narrow street": ([(5, 1e-9, 1), (-5, 0, 1), (1, 2, 1)], None),
}  # fmt: skip
SENTENCES = {
    "balanced": ("What the points push cancels", "各点的推力互相抵消"),
    "not": ("No line through the origin separates", "没有过原点的直线能分开这些点"),
    "partly": ("Separable only with points on the line", "只有让一些点落在直线上才分得开"),
}


def opened(name, **settings):
    return Opened("max_margin", data="own", points=to_link(points(SETS[name][0])), **settings)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", SETS)
def test_every_set_has_its_pictures_and_a_sentence(name, optimiser):
    kind = SETS[name][1]
    page = opened(name, optimiser=optimiser)
    assert {"plane", "curve"} <= set(re.findall(r'data-chart="(\w+)"', page.words)), "a picture is missing"
    said = " ".join(warning.value for warning in page.app.warning)
    if kind is not None:
        assert SENTENCES[kind][0] in said
        assert set(page.verdicts.values()) <= {"does not apply", "holds"} and "does not apply" in page.verdicts.values()
    assert "nan" not in said and "{{" not in said and "fails" not in page.verdicts.values()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ["xor", "only on the line", "far and opposite", "two rings"])
def test_every_loss_does_too(name, loss):
    for optimiser in ("gradient_descent", "heavy_ball"):
        page = opened(name, optimiser=optimiser, loss=loss)
        assert "fails" not in page.verdicts.values()


@pytest.mark.parametrize("name", ["xor", "overlapping", "only on the line"])
def test_the_sentence_is_in_the_readers_language(name):
    said = " ".join(warning.value for warning in opened(name, locale="zh-CN").app.warning)
    assert SENTENCES[SETS[name][1]][1] in said


@pytest.mark.parametrize("view", ["panels", "residual", "geometry"])
@pytest.mark.parametrize("name", ["xor", "far and opposite", "only on the line"])
def test_the_closer_looks_are_drawn_or_say_why_not(name, view):
    plain, looked = opened(name), opened(name, view=view)
    drawn, said = len(looked.charts) - len(plain.charts), len(looked.app.warning) - len(plain.app.warning)
    assert drawn > 0 or said > 0
