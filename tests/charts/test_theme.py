"""The colours, computed: enough contrast to read, and enough difference to tell apart, whoever looks.

Contrast is WCAG 2.2's. Colour-vision deficiency is simulated with the matrices of Machado, Oliveira and Fernandes 2009
(table 1, severity 1.0), on linear RGB. Difference is the distance in OKLab (Ottosson 2020), times 100: about 2 is just
noticeable side by side.
"""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from charts.theme import DARK, LIGHT, SERIES, theme

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
TEXT, STROKE = 4.5, 3.0  # WCAG AA: for text, for lines and marks
ROLES_APART, SERIES_APART = 8.5, 5.0
VISION = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_OKLAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
THEMES = [pytest.param(one, id=one.name) for one in (LIGHT, DARK)]
FAMOUS = {("#000000", "#ffffff"): 21.0, ("#777777", "#ffffff"): 4.48, ("#ff0000", "#ffffff"): 4.0}


def linear(colour):
    """Red, green and blue of ``#rrggbb`` in proportion to light."""
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one, two):
    low, high = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour)) for colour in (one, two))
    return (high + 0.05) / (low + 0.05)


def over(colour, opacity, ground):
    """What is seen of a colour that is not quite opaque."""
    parts = (opacity * int(colour[i : i + 2], 16) + (1 - opacity) * int(ground[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def seen(colour, vision):
    """OKLab coordinates of a colour as that eye sees it."""
    light = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    return np.array(TO_OKLAB) @ np.cbrt(np.array(TO_CONES) @ light)


def too_near(colours, vision, least):
    """The pairs of names whose colours are less than ``least`` apart."""
    place = {name: seen(colour, vision) for name, colour in colours.items()}
    distance = {(a, b): 100 * float(np.linalg.norm(place[a] - place[b])) for a, b in combinations(place, 2)}
    return {pair: round(apart, 1) for pair, apart in distance.items() if apart < least}


def test_the_measures_are_the_known_ones():
    assert {pair: round(contrast(*pair), 2) for pair in FAMOUS} == FAMOUS
    white, red, green = (seen(colour, "full") for colour in ("#ffffff", "#ff0000", "#00ff00"))
    assert white == pytest.approx([1, 0, 0], abs=1e-4)
    assert red == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
    assert green == pytest.approx([0.866, -0.234, 0.180], abs=1e-3)
    for vision in VISION:
        assert seen("#808080", vision)[1:] == pytest.approx([0, 0], abs=1e-3), "grey is grey to everybody"


def test_a_red_and_a_green_that_deuteranopes_confuse_are_found():
    pair = {"red": "#b05a00", "green": "#6d7000"}
    assert too_near(pair, "full", SERIES_APART) == {} != too_near(pair, "deuteranopia", SERIES_APART)


@pytest.mark.parametrize("colours", THEMES)
def test_text_can_be_read(colours):
    page = CONFIG[colours.name]
    assert (colours.text, colours.background) == (page["textColor"], page["backgroundColor"]), "one text, one ground"
    for ground in (page["backgroundColor"], page["secondaryBackgroundColor"]):
        assert contrast(page["textColor"], ground) >= 7
        assert contrast(over(page["textColor"], 0.6, page["backgroundColor"]), page["backgroundColor"]) >= TEXT, (
            "Streamlit writes captions at 60 %"
        )
    for role in ("good", "bad", "theory", "measured", "train", "test"):
        assert contrast(getattr(colours, role), colours.background) >= TEXT, role


@pytest.mark.parametrize("colours", THEMES)
def test_lines_and_marks_can_be_seen(colours):
    named = {role: getattr(colours, role) for role in ("measured", "theory", "train", "test", "good", "bad", "quiet")}
    named |= dict(zip(SERIES, colours.series, strict=True))
    faint = {name: contrast(colour, colours.background) for name, colour in named.items()}
    assert {name: ratio for name, ratio in faint.items() if ratio < STROKE} == {}
    assert contrast(CONFIG[colours.name]["primaryColor"], colours.background) >= STROKE, "where the focus is"


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colours", THEMES)
def test_roles_are_told_apart(colours, vision):
    roles = {name: getattr(colours, name) for name in ("measured", "theory", "train")}
    assert too_near(roles, vision, ROLES_APART) == {}
    assert too_near({"good": colours.good, "bad": colours.bad}, vision, ROLES_APART) == {}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colours", THEMES)
def test_series_are_told_apart_from_each_other_and_from_theory(colours, vision):
    """The first four, which nearly every picture does with, by more than the rest."""
    named = dict(zip(SERIES, colours.series, strict=True)) | {"theory": colours.theory}
    assert too_near(named, vision, SERIES_APART) == {}
    first = {name: named[name] for name in (*SERIES[:4], "theory")}
    assert too_near(first, vision, ROLES_APART) == {}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colours", THEMES)
def test_maps_get_steadily_stronger(colours, vision):
    """What is read by colour is read by lightness too: from the ground away, step by step."""
    for ramp in (colours.field, colours.relief):
        light = [seen(colour, vision)[0] for colour in ramp]
        steps = np.diff(light) * (1 if colours.name == "dark" else -1)
        assert np.all(steps > 0.01), steps


def test_a_lecture_is_larger_and_an_unknown_name_is_light():
    assert theme("dark", lecture=True).scale > 1 == theme("dark").scale
    assert theme(None) is LIGHT and theme("sepia") is LIGHT
