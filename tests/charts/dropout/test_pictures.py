"""The pictures of dropout: valid, of bounded size, unmoved by the controls that only change the data."""

import subprocess
import sys

import numpy as np
import pytest

from charts import dropout as charts
from charts.dropout import averages, masks, networks
from charts.dropout import band as bands
from charts.dropout import words as said
from charts.theme import theme
from core.dropout import (
    NOISES,
    dropout_sweep,
    linear_data,
    logistic_penalty,
    masked_network,
    path,
    predictive_band,
    study,
    test_time_predictions,
)
from core.progress import finish
from tests.charts.validity import assert_valid
from ui import text

MOST_ROWS = 1700
LIGHT, WORDS = theme("light"), text.words("dropout", "en")
LOOKS = [("en", "light", False), ("zh", "dark", True)]


def valid(picture, *, may_be_infinite=False):
    """The picture is Vega-Lite, and all its numbers are numbers."""
    assert_valid(picture, MOST_ROWS)
    for table in picture.tables.values():
        for column in table.columns:
            if str(column.type) == "float":
                assert may_be_infinite or np.isfinite(column.to_numpy()).all()
    return picture


def linear(data, p, noise="entries", words=WORDS, look=LIGHT):
    found, along = study(data, p, noise=noise), path(data, noise=noise)
    assert said.losses_told(found, words) and said.coefficients_told(found, along, words) and said.facts(found, words)
    losses = valid(charts.losses(found, said.readout(found, words), words, look))
    return losses, valid(charts.coefficients(found, along, words, look))


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_the_linear_model_is_drawn(noise, p):
    losses, coefficients = linear(linear_data(), p, noise)
    assert losses.tables["averaged"].num_rows > 10 and coefficients.tables


@pytest.mark.parametrize(("language", "name", "lecture"), LOOKS)
def test_it_is_drawn_in_both_languages_and_themes(language, name, lecture):
    words = text.words("dropout", language)
    drawn = linear(linear_data(), 0.5, "entries", words, theme(name, lecture=lecture))
    plain = linear(linear_data(), 0.5)
    assert all(a.specification != b.specification for a, b in zip(drawn, plain, strict=True)) == (language == "zh")


@pytest.mark.parametrize("n", [1, 2, 100])
def test_tiny_data_is_drawn(n):
    losses, _ = linear(linear_data(n), 0.5)
    assert losses.tables["readout"].to_pylist()[-1]["words"] == "2048 noisy copies"


def test_p_changes_the_data_and_not_the_specification():
    data = linear_data()
    first, others = linear(data, 0.5), [linear(data, p) for p in (0.0, 0.3, 1.0)]
    for other in others:
        assert all(a.specification is b.specification for a, b in zip(first, other, strict=True))
    pictures = [averages.against_rate(test_time_predictions(p=p), WORDS, LIGHT) for p in (0.1, 0.9)]
    assert pictures[0].specification is pictures[1].specification


def test_the_dots_of_the_last_frame_lie_on_the_closed_form():
    found = study(linear_data(), 0.5)
    losses = charts.losses(found, said.readout(found, WORDS), WORDS, LIGHT)
    rows = [row for row in losses.tables["averaged"].to_pylist() if row["step"] == row["last"]]
    closed = {round(r["share"], 3): r["expected"] for r in losses.tables["lines"].to_pylist()}
    assert len(rows) > 10 and all(abs(r["value"] - closed[round(r["share"], 3)]) < 0.05 for r in rows)
    assert losses.tables["readout"].to_pylist()[-1]["words"] == "2048 noisy copies"
    assert losses.tables["readout"].to_pylist()[0]["words"] == "1 noisy copy"


@pytest.mark.parametrize(("units", "depth"), [(1, 1), (10, 1), (6, 2)])
@pytest.mark.parametrize(("p", "language", "name"), [(0.0, "en", "light"), (0.5, "zh", "dark"), (1.0, "en", "light")])
def test_the_averages_are_drawn(units, depth, p, language, name):
    found, words, look = test_time_predictions(units, p=p, depth=depth), text.words("dropout", language), theme(name)
    valid(averages.against_rate(found, words, look))
    valid(averages.sampled(found, words, look))
    assert said.averages_told(found, words) and said.sampled_told(found, words)


def test_labels_stand_apart():
    heights = np.sort(averages._apart(np.array([0.9, 0.05, 0.05])))
    assert np.all(np.diff(heights) >= averages.LINE_OF_TEXT - 1e-12)


@pytest.mark.parametrize("quantity", networks.QUANTITIES)
@pytest.mark.parametrize(("language", "name", "lecture"), LOOKS)
def test_the_sweep_is_drawn_from_its_first_measurement_on(quantity, language, name, lecture):
    words, look = text.words("dropout", language), theme(name, lecture=lecture)
    steps = [step.result for step in dropout_sweep(20, width=4, networks=2, epochs=30) if step.result is not None]
    for sweep in (steps[0], steps[-1]):
        curves = valid(networks.curves(sweep, quantity, words, look))
        valid(networks.against_rate(sweep, quantity, words, look))
        assert len(curves.tables["curves"]) == 2 * len(sweep.rates) * len(sweep.epochs)
        assert said.curves_told(sweep, quantity, words) and said.sweep_facts(sweep, words)
    whole = networks.curves(steps[-1], quantity, words, look)
    assert whole.specification is networks.curves(steps[0], quantity, words, look).specification, "it fills in"


def test_one_network_and_networks_that_blew_up_are_drawn():
    sweep = finish(dropout_sweep(20, width=2, networks=1, rates=(0.0, 1.0), epochs=2))
    rows = valid(networks.against_rate(sweep, "cross_entropy", WORDS, LIGHT)).tables["final"].to_pylist()
    assert {row["p"] for row in rows} == {0.0, 1.0}
    assert all(row["low"] == row["value"] == row["high"] for row in rows), "one network has no spread"
    blown = type(sweep)(**{**sweep.__dict__, "test": np.full(sweep.test.shape, np.inf)})
    curves = valid(networks.curves(blown, "cross_entropy", WORDS, LIGHT), may_be_infinite=True).tables["curves"]
    assert np.isinf(curves["value"].to_numpy()).sum() == curves.num_rows / 2, "the test's half, kept"


@pytest.mark.parametrize(("language", "name", "lecture"), LOOKS)
@pytest.mark.parametrize("p", [0.0, 0.3])
def test_the_band_is_drawn_from_its_first_measurement_on(p, language, name, lecture):
    words, look = text.words("dropout", language), theme(name, lecture=lecture)
    steps = [step.result for step in predictive_band(5, p=p, width=4, epochs=60) if step.result is not None]
    for band in (steps[0], steps[-1]):
        valid(bands.fit(band, words, look))
        valid(bands.spread(band, words, look))
        assert said.band_told(band, words) and said.spread_told(band, words)


@pytest.mark.parametrize(("language", "name", "lecture"), LOOKS)
@pytest.mark.parametrize("p", [0.0, 1.0])
def test_the_masks_are_drawn(p, language, name, lecture):
    words, look, found = text.words("dropout", language), theme(name, lecture=lecture), masked_network(p)
    picture = valid(masks.network(found, words, look))
    valid(masks.running_mean(found, words, look))
    assert said.network_told(found, words) and said.running_told(found, words)
    last = [r for r in picture.tables["units"].to_pylist() if r["step"] == r["last"]]
    assert sum(r["on"] for r in last) == sum(int(kept[-1].sum()) for kept in found.kept)
    if p == 1.0:
        assert all(r["layer"] in (0, 3) for r in picture.tables["units"].to_pylist() if r["on"])


@pytest.mark.parametrize("p", [0.0, 0.95])
def test_the_penalty_of_a_logistic_regression_is_drawn(p):
    found = logistic_penalty(p)
    valid(masks.logistic(found, WORDS, LIGHT))
    assert said.logistic_told(found, WORDS)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_thumbnail(name):
    drawn = valid(charts.thumbnail(theme(name)))
    assert all(rows.num_rows for rows in drawn.tables.values()), "no part of it is empty"


def test_no_picture_needs_torch():
    """Neither the charts, nor the linear page's computations, nor the thumbnail of the contents."""
    code = (
        "import sys; from charts import dropout; from charts.dropout import averages, band, masks, networks;"
        "from charts.theme import theme; dropout.thumbnail(theme('light'));"
        "assert not {'torch', 'sklearn', 'scipy'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
