"""Every picture of the cone is valid Vega-Lite with few rows, whatever the function does."""

import dataclasses

import numpy as np
import pytest

from charts import lipschitz as charts
from charts.lipschitz import network_bounds
from charts.lipschitz import words as said
from charts.lipschitz.bounds import bounds
from charts.lipschitz.cone_in_space import cone_in_space
from charts.lipschitz.smoothness_gallery import specimen
from charts.readout import readout
from charts.theme import DARK, LIGHT
from core.linear_algebra.spectral_norm import gaussian_products
from core.lipschitz import FUNCTIONS, bounds_by_depth, gallery, lifted, lipschitz_bracket, study
from tests.charts.validity import assert_valid
from ui.text import words

WORDS = words("lipschitz", "en")
MOST_ROWS = 340
ODD = {
    "a pole": ("1/x", (-1.0, 1.0)),
    "half undefined": ("log(x)", (-1.0, 1.0)),
    "overflow": ("exp(50*x)", (-100.0, 100.0)),
    "constant": ("3", (-1.0, 1.0)),
    "straight": ("2*x", (-1.0, 1.0)),
    "one point of it": ("sqrt(-x^2)", (-1.0, 1.0)),
    "huge": ("1e12*x", (-1000.0, 1000.0)),
    "steep": ("tanh(1e6*x)", (-1.0, 1.0)),
}


def pictures(found, slope, cells, theme=LIGHT):
    bracket = lipschitz_bracket(found.function, found.interval, cells)
    share = found.slide.share(slope)
    assert said.told(found, slope, share, WORDS) and said.bounds_told(found, bracket, cells, WORDS)
    yield charts.cone(found, bracket, slope, share, WORDS, theme)
    yield bounds(found, bracket, cells, slope, WORDS, theme)
    if found.has_step:
        yield charts.parabola(found, WORDS, theme)


def assert_light(picture):
    """Few rows; the schema is asked once for each kind of picture, for that takes seconds."""
    assert all(len(rows) <= MOST_ROWS for rows in picture.tables.values())


@pytest.mark.parametrize(("name", "theme"), [("sine", LIGHT), ("root", DARK)])
def test_specifications_are_vega_lite(name, theme):
    for picture in pictures(study(name, *FUNCTIONS[name].interval), 4.0, 20, theme):
        assert_valid(picture, MOST_ROWS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function(name):
    found = study(name, *FUNCTIONS[name].interval)
    for slope, cells in ((FUNCTIONS[name].slope, 20), (0.0, 1), (1000.0, 512)):
        for picture in pictures(found, slope, cells):
            assert_light(picture)


@pytest.mark.parametrize(("formula", "interval"), ODD.values(), ids=ODD)
def test_functions_at_the_edge(formula, interval):
    for picture in pictures(study("expression", *interval, formula=formula), 2.0, 20):
        assert_light(picture)
        for rows in picture.tables.values():
            for name in ("x", "y", "x2", "y2", "a", "fa"):
                if name in rows.column_names:
                    assert np.isfinite(rows[name].to_numpy()).all()


def test_the_specification_stays_the_same_while_a_slider_moves():
    found = study("sine", 0.0, 3.0)
    one, other = (list(pictures(found, slope, cells)) for slope, cells in ((4.0, 20), (4.9, 100)))
    assert all(a.specification is b.specification for a, b in zip(one, other, strict=True))
    assert all(a.tables != b.tables for a, b in zip(one[:2], other[:2], strict=True))


def test_the_apexes_carry_the_numbers_of_the_slide():
    found = study("sine", 0.0, 3.0)
    share = found.slide.share(4.0)
    rows = next(pictures(found, 4.0, 20)).tables["apex"].to_pydict()
    np.testing.assert_allclose(rows["a"], found.slide.graph.x[found.slide.apex], rtol=1e-6)
    np.testing.assert_allclose(rows["share"], share, rtol=1e-6)
    assert set(rows["last"]) == {found.slide.last} == {len(rows["step"]) - 1}


def test_what_vega_lights_up_is_what_the_core_counts():
    """The filter of the specification, in single precision, against the shares in double."""
    for name, slopes in (
        ("sine", (1.0, 4.0, 4.9, 5.0)),
        ("root", (3.0, 30.0)),
        ("absolute", (0.9, 1.0)),
        ("cube", (3.0,)),
    ):
        found = study(name, *FUNCTIONS[name].interval)
        for slope in slopes:
            tables = next(pictures(found, slope, 20)).tables
            graph, apex = ({n: tables[t][n].to_numpy() for n in tables[t].column_names} for t in ("graph", "apex"))
            x, y, width = (graph["x"] + graph["x2"]) / 2, (graph["y"] + graph["y2"]) / 2, graph["x2"] - graph["x"]
            rise, away = np.abs(y - apex["fa"][:, None]), np.abs(x - apex["a"][:, None])
            lit = (rise > slope * away + apex["slack"][:, None]) @ width / np.ptp(found.interval)
            np.testing.assert_allclose(lit, apex["share"], atol=0.02)
            if slope >= found.constant:
                assert lit.max() == 0


def test_readouts_are_vega_expressions():
    made = readout('a "quoted" {{a:.3~g}} and {{share:.1%}}')
    assert made == r'"a \"quoted\" " + format(datum.a, ".3~g") + " and " + format(datum.share, ".1%") + ""'
    assert readout("no number") == '"no number"'


def test_the_ball_is_let_go_with_one_over_the_smoothness():
    asked = said.ball_settings(study("sine", 0.0, 3.0))
    assert asked["formula"] == "sin(5*x)" and asked["step_size"] == "0.04" and asked["extent"] == "3"
    own = study("expression", -2.0, 2.0, formula="x^4/9 - x^2")
    assert float(said.ball_settings(own)["step_size"]) == pytest.approx(1 / own.licensed, rel=1e-5)
    for name in ("relu_net", "cantor"):
        assert said.ball_settings(study(name, 0.0, 1.0)) is None
    flat = study("expression", -1.0, 1.0, formula="x^2/1000")
    assert said.ball_settings(flat)["step_size"] == "10", "a shorter step than 1/L is as safe"
    assert said.ball_settings(study("expression", -200.0, 200.0, formula="x^2")) is None


def test_gallery_and_networks():
    for place, shown in enumerate(gallery()):
        picture = specimen(shown, WORDS, LIGHT)
        assert_light(picture)
        assert said.specimen_told(shown, WORDS)
        if not place:
            assert_valid(picture, MOST_ROWS)
    by_depth, products = bounds_by_depth(10, 0, most=4), gaussian_products(4, size=30)
    assert_valid(network_bounds.by_depth(by_depth, 2, WORDS, LIGHT), 10)
    assert_light(network_bounds.products(products, 2, WORDS, DARK))
    assert said.network_told(by_depth, 1, WORDS) != said.network_told(by_depth, 2, WORDS)
    assert "L = 2" in said.products_told(products, 2, WORDS)
    dead = [dataclasses.replace(one, sampled=0.0, exact=0.0) for one in by_depth]
    assert_light(network_bounds.by_depth(dead, 2, WORDS, LIGHT))


def test_the_cone_in_space_has_two_nappes_and_an_apex():
    found = study("sine", 0.0, 3.0)
    for slope in (0.0, 4.0, 1000.0):
        figure = cone_in_space(lifted(found.function, found.interval, 1.2, slope), slope, LIGHT)
        assert [trace.type for trace in figure.data] == ["surface"] * 3 + ["scatter3d"]


def test_thumbnail():
    assert_valid(charts.thumbnail(LIGHT), 200)
