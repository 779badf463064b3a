"""Every picture of the ball is valid Vega-Lite with few rows, whatever became of the runs."""

import json

import numpy as np
import pytest

from charts import gradient_descent as charts
from charts.gradient_descent import rolling_ball
from charts.gradient_descent import stability_and_basins as maps
from charts.gradient_descent.convergence import convergence
from charts.theme import DARK, LIGHT
from core.gradient_descent import basins, descend, race, stability
from core.surfaces.landscape import landscape
from core.surfaces.named import SURFACES, from_expression, in_square, quadratic
from tests.charts.validity import assert_valid
from ui.text import words

WORDS = words("gradient_descent", "en")
METHODS = ("gradient_descent", "heavy_ball", "adam", "physical_ball", "random_search")
BOX = np.array([[-3.0, 3.0], [-3.0, 3.0]])
MOST_ROWS = 5 * 401  # five methods, as many steps as the page allows


def pictures(surface, run, theme=LIGHT, steps=60):
    land = landscape(surface)
    draw = charts.landscape if surface.dimension == 2 else charts.curve
    yield draw(surface, land, run.runs, WORDS, theme)
    yield convergence(surface, run.runs, run.rates, WORDS, theme, steps)
    if run.ball is not None:
        yield rolling_ball.energy(run.ball, WORDS, theme)
        if surface.dimension == 1:
            yield rolling_ball.forces(land, run.ball, WORDS, theme)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ordinary_runs(name, theme):
    surface = SURFACES[name]
    run = race(surface, tuple(surface.start), METHODS, step_size=surface.step_size, steps=60)
    for picture in pictures(surface, run, theme):
        assert_valid(picture, MOST_ROWS)


@pytest.mark.parametrize("name", ["quadratic", "quartic"])
def test_runs_that_fly_off(name):
    surface = SURFACES[name]
    run = race(surface, tuple(surface.start), METHODS, step_size=5.0, steps=60)
    assert any(entry.diverged_at >= 0 for entry in run.entries)
    for picture in pictures(surface, run):
        assert_valid(picture, MOST_ROWS)


def test_nobody_races():
    surface = quadratic(100)
    for picture in pictures(surface, race(surface, (1.0, 1.0), (), steps=60)):
        assert_valid(picture, MOST_ROWS)


def test_a_surface_that_is_undefined_in_places():
    surface = from_expression("log(x) + y^2", BOX)
    run = race(surface, (1.0, 1.0), METHODS, step_size=0.1, steps=60)
    for picture in pictures(surface, run):
        assert_valid(picture, MOST_ROWS)


def test_the_curve_holds_the_numbers_of_the_run():
    surface = SURFACES["quartic"]
    run = race(surface, (3.0,), ("gradient_descent",), step_size=0.009, steps=60)
    picture = charts.curve(surface, landscape(surface), run.runs, WORDS, LIGHT)
    balls = picture.tables["balls"].to_pydict()
    np.testing.assert_allclose(balls["x"], run.runs["gradient_descent"].path[:, 0], rtol=1e-6)
    assert balls["step"] == list(range(61)) and set(balls["last"]) == {60}


@pytest.mark.parametrize("method", METHODS[:3])
def test_the_trail_is_never_further_than_a_pixel_or_two_from_the_ball(method):
    surface = from_expression("(x^2 + 100*y^2)/2", np.array([(-2.0, 2.0), (-0.2, 0.2)]))
    run = race(surface, (1.6, 0.12), (method,), step_size=0.013, steps=200)
    path, sides = run.runs[method].path, np.ptp(surface.domain, axis=1)
    trail = charts.landscape(surface, landscape(surface), run.runs, WORDS, LIGHT).tables["trail"].to_pydict()
    kept = np.array(trail["step"])
    assert kept[0] == 0 and len(kept) < len(path) / 2, "where the ball stands still there is nothing new"
    np.testing.assert_allclose(np.column_stack([trail["x"], trail["y"]]), path[kept], atol=1e-6)
    latest = kept[np.searchsorted(kept, np.arange(len(path)), side="right") - 1]
    assert np.linalg.norm((path - path[latest]) / sides, axis=1).max() < charts.STILL
    assert (np.linalg.norm(np.diff(path[kept], axis=0) / sides, axis=1) >= charts.STILL).all()


def test_the_specification_stays_the_same_while_a_slider_moves():
    surface = quadratic(100)
    land = landscape(surface)
    runs = [race(surface, (1.6, 1.2), METHODS[:2], step_size=eta, steps=60) for eta in (0.01, 0.013)]
    for draw in (
        lambda run: charts.landscape(surface, land, run.runs, WORDS, LIGHT),
        lambda run: convergence(surface, run.runs, run.rates, WORDS, LIGHT, 60),
    ):
        one, other = map(draw, runs)
        assert one.specification == other.specification
        assert one.tables != other.tables


@pytest.mark.parametrize("name", ["himmelblau", "quartic"])
def test_basins(name):
    found = basins(SURFACES[name], "gradient_descent", step_size=0.01, momentum=0.0, resolution=30, steps=60)
    assert_valid(maps.basins(SURFACES[name], found, WORDS, LIGHT), 40)


@pytest.mark.parametrize("kappa", [1.0, 100.0])
def test_stability_map(kappa):
    found = stability(quadratic(kappa), "heavy_ball", resolution=20)
    assert_valid(maps.stability(found, (0.01, 0.9), WORDS, LIGHT), 10)


def test_relief_follows_the_paths():
    from charts.gradient_descent.relief import relief

    surface = SURFACES["himmelblau"]
    run = race(surface, (0.0, 0.0), METHODS[:2], step_size=0.01, steps=30)
    figure = relief(surface, landscape(surface), *charts.paths(run, WORDS, LIGHT), LIGHT)
    assert len(figure.data) == 3
    np.testing.assert_allclose(figure.data[1].x, run.entries[0].run.path[:, 0])


def test_thumbnail():
    assert_valid(charts.thumbnail(LIGHT), 200)


@pytest.mark.parametrize(
    "formula", ["exp(exp(exp(x)))", "exp(400*x)", "tan(x)", "1/x", "x^-20", "0", "log(x)", "exp(x*y)^9"]
)
def test_whatever_the_surface_the_pictures_are_json_with_ends(formula):
    surface = in_square(formula, 3.0)
    run = race(surface, tuple(surface.start), ("gradient_descent", "heavy_ball", "physical_ball"), steps=20)
    for picture in pictures(surface, run, steps=20):
        json.dumps(picture.whole, allow_nan=False)
        assert '"domain": [null' not in json.dumps(dict(picture.specification))


def test_the_heights_that_are_drawn_are_those_of_the_run():
    """f − f* at every step; f* of the quadratic is 0."""
    surface = quadratic(10.0)
    run = descend(surface, np.array([1.0, 0.5]), "gradient_descent", step_size=0.1, momentum=0.0, steps=60)
    drawn = convergence(surface, {run.method: run}, {}, WORDS, LIGHT, 60).tables["gaps"]
    np.testing.assert_array_equal(drawn["step"].to_numpy(), np.arange(len(run.value)))
    np.testing.assert_allclose(drawn["gap"].to_numpy(), run.value, rtol=1e-6)  # in single precision
