"""Pictures of all kinds of walks: Vega-Lite that the schema knows, of few rows, and the same while a hand moves."""

import numpy as np
import pytest

from charts import polyak_lojasiewicz as charts
from charts.polyak_lojasiewicz import networks, views
from charts.polyak_lojasiewicz.descent import descent
from charts.theme import DARK, LIGHT
from core.polyak_lojasiewicz import Training, WidthSweep, plane_of, section, sine, solution_spectrum, study
from tests.charts.validity import assert_valid
from ui import text

ENGLISH, CHINESE = (text.words("polyak_lojasiewicz", language) for language in ("en", "zh"))
LOOKS = ((ENGLISH, LIGHT), (CHINESE, DARK))


def run(name="product", target=2.0, start=(3.0, 0.0), step_size=0.02, steps=300, **more):
    return study(name, target, start, step_size=step_size, steps=steps, **more)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start": (1.0, -1.0), "target": 1.0, "steps": 5000},
        {"start": (3.0, -3.0), "step_size": 0.5},
        {"start": (2.0, 1.0)},
        {"start": (0.0, 0.0)},
        {"name": "circle", "target": -1.0},
        {"name": "own", "formula": "log(x)*y", "start": (1.2, 0.4), "steps": 100},
        {"name": "own", "formula": "3 + 0*x", "steps": 100},
        {"name": "own", "formula": "1e12*x", "steps": 10},
    ],
)
def test_every_walk_can_be_drawn(settings):
    found = run(**settings)
    land = plane_of(found.system)
    for words, theme in LOOKS:
        assert_valid(charts.plane(found, land, words, theme), most_rows=301)
        assert_valid(descent(found, words, theme), most_rows=301)


def test_the_drawings_stay_the_same_while_the_start_moves():
    one, other = run(), run(start=(2.9, 0.1))
    land = plane_of(one.system)
    assert (
        charts.plane(one, land, ENGLISH, LIGHT).specification is charts.plane(other, land, ENGLISH, LIGHT).specification
    )
    drawn = [descent(found, ENGLISH, LIGHT).specification for found in (one, other)]
    assert drawn[0] is drawn[1]


def test_the_views_can_be_drawn():
    sweep = WidthSweep(*np.array([[64.0, 14.6, 0.13, 0.1, 8.0, 9.8, 0.0], [4096.0, 1.78, 0.13, *4 * [np.nan]]]).T)
    first = WidthSweep(*np.array([[64.0, 14.6, 0.13, 0.1, 8.0, 9.8, 0.0]]).T)
    learned = Training(114.0, 0.5, 15 * 0.95 ** np.arange(401.0), 9.0, np.full(5, 0.05), np.linspace(0, 400, 5))
    begun = Training(114.0, 0.5, np.full(2, 15.0), 9.0, np.full(2, 0.05), np.array([0.0, 1.0]))
    found = run()
    for words, theme in LOOKS:
        for drawn in (
            views.spectrum(solution_spectrum(5, 10, 0), words, theme),
            views.spectrum(solution_spectrum(40, 1, 0), words, theme),
            views.section(section(found.system, found.end), words, theme),
            views.sine(sine(), words, theme),
            networks.widths(sweep, words, theme),
            networks.widths(first, words, theme),
            networks.digits(learned, words, theme),
            networks.digits(begun, words, theme),
        ):
            assert_valid(drawn, most_rows=500)
    assert_valid(charts.thumbnail(LIGHT), most_rows=100)
