"""Every picture of double descent is valid Vega-Lite, whatever the numbers, and stays the same while they change."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from charts import double_descent as charts
from charts.double_descent import risk_parts
from charts.double_descent.fitted_functions import fits
from charts.double_descent.risk_map import risk_map
from charts.double_descent.words import profile_told
from charts.theme import theme
from core import double_descent as core
from core.double_descent import EpochCurve, LegendreFits, Limit, PenaltyProfile, RiskCurve, legendre_fits
from tests.charts.validity import assert_valid
from ui import text

THEME, WORDS = theme("light"), text.words("double_descent", "en")
SIZES = np.array([2, 5, 10, 20, 40, 100])
MOST_ROWS = 15_000  # of the fitted functions; every other table has hundreds


def curve(sizes=SIZES, *, fill=None, repetitions=3, **more) -> RiskCurve:
    """A made-up sweep with everything a sweep can have; ``fill`` replaces every measured number."""
    rng = np.random.default_rng(0)
    shape = (repetitions, len(sizes))
    names = ("test", "train", "norm", "bias", "variance", "test_error", "best_ridge")
    measured = {name: rng.uniform(0.1, 2, shape) if fill is None else np.full(shape, fill) for name in names}
    theory = np.where(sizes == 10, np.inf, 1.0)
    best = {"best_penalty": np.ones(len(sizes)), "best_ridge_theory": np.ones(len(sizes))}
    fixed = {"threshold": 10, "penalty": 0.0, "noise": 0.25, "limit": Limit(0.2, 3.0, 0.1, 0.0)}
    return RiskCurve(kind="random_features", sizes=sizes, theory=theory, **(measured | best | fixed | more))


def epoch_curve(count=8, fill=None) -> EpochCurve:
    times = np.unique(np.geomspace(1, 1000, count).astype(int)) if count else np.zeros(0, int)
    values = np.linspace(3, 1, len(times)) if fill is None else np.full(len(times), fill)
    return EpochCurve(times, np.stack([values] * 2), np.stack([values] * 2), values, values, values, 0.5, "orthogonal")


def family(count=4, fill=None) -> LegendreFits:
    grid = np.linspace(-1, 1, 30)
    fitted = np.outer(np.arange(count), grid) if fill is None else np.full((count, 30), fill)
    return LegendreFits(np.arange(2, 2 + count), np.array([-1.0, 1.0]), np.array([0.0, 1.0]), grid, grid, fitted)


def profile(count=5, fill=None) -> PenaltyProfile:
    values = np.ones((2, count)) if fill is None else np.full((2, count), fill)
    return PenaltyProfile(10, np.geomspace(1e-3, 1, count), values, values[0], 1.0 if fill is None else fill)


RESULTS = {
    "ordinary": (curve(), epoch_curve(), family(), profile()),
    "one repetition": (curve(repetitions=1), epoch_curve(), family(), profile()),
    "one size": (curve(SIZES[:1]), epoch_curve(1), family(1), profile(1)),
    "not a number": (curve(fill=np.nan), epoch_curve(fill=np.nan), family(fill=np.nan), profile(fill=np.nan)),
    "infinite": (curve(fill=np.inf), epoch_curve(fill=np.inf), family(fill=np.inf), profile(fill=np.inf)),
    "zero": (curve(fill=0.0), epoch_curve(fill=0.0), family(fill=0.0), profile(fill=0.0)),
    "empty": (curve(SIZES[:0]), epoch_curve(0), family(0), None),
}


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.filterwarnings("ignore:All-NaN slice", "ignore:invalid value")
def test_every_picture_is_valid_vega_lite_of_few_finite_numbers(name):
    run, epochs, found, penalties = RESULTS[name]
    said = [f"size {size}" for size in run.sizes]
    pictures = [charts.risk(run, preset, said, WORDS, THEME) for preset in charts.RISK if preset != "epochs"]
    pictures += [charts.norm(run, preset, WORDS, THEME) for preset in charts.NORM]
    pictures.append(risk_parts.parts(run, {"bias": run.theory}, "gaussian", WORDS, THEME))
    pictures += [risk_parts.epochs(epochs, said, WORDS, THEME), risk_parts.epoch_parts(epochs, WORDS, THEME)]
    pictures.append(fits(found, WORDS, THEME))
    pictures.append(risk_map(core.map_of(0.25, 0.0), 10, run.sizes, run.median(), WORDS, THEME))
    if len(found.sizes):
        pictures.append(fits(found, WORDS, THEME, only=-1))
    if penalties is not None:
        pictures.append(risk_parts.penalties(penalties, "gaussian", WORDS, THEME))
    for picture in pictures:
        assert_valid(picture, 500)
        for table in picture.tables.values():
            for column in table.columns:
                assert not pa.types.is_floating(column.type) or np.isfinite(column.to_numpy()).all()


@pytest.mark.parametrize("preset", ["gaussian", "weak", "samples", "map", "legendre"])
def test_the_specification_stays_while_the_sliders_move(preset):
    n, noises = core.PRESETS[preset].default_n, (0.04, 0.5)
    curves = [core.sweep(preset, n + i, noise=noise, repetitions=2) for i, noise in enumerate(noises)]
    first, second = (charts.risk(c, preset, (), WORDS, THEME).specification for c in curves)
    assert first is second
    if preset in charts.NORM:
        assert charts.norm(curves[0], preset, WORDS, THEME).specification is (
            charts.norm(curves[1], preset, WORDS, THEME).specification
        )


def test_a_prediction_that_is_infinite_at_the_threshold_is_drawn_in_two_pieces():
    rows = charts.risk(curve(), "gaussian", (), WORDS, THEME).tables["lines"].to_pylist()
    pieces = {row["part"]: [] for row in rows if row["name"] == WORDS["series.predicted"]}
    for row in rows:
        if row["name"] == WORDS["series.predicted"]:
            pieces[row["part"]].append(row["size"])
    assert pieces["0"] == [2, 5] and pieces["1"] == [20, 40, 100]


def test_what_leaves_the_axes_stays_outside_them_and_nothing_else_moves():
    values = np.array([[0.0, 1e-9, 0.5, 7.0, 1e9, 3.0]])
    rows = charts.risk(curve(repetitions=1, test=values), "gaussian", (), WORDS, THEME).tables["lines"].to_pylist()
    drawn = [row["value"] for row in rows if row["name"] == WORDS["series.test"]]
    low, high = charts.RISK["gaussian"].value
    assert drawn[0] < low and drawn[1] < low and drawn[4] > high
    assert np.allclose([drawn[2], drawn[3], drawn[5]], [0.5, 7.0, 3.0])


def test_the_band_holds_the_middle_four_fifths_and_the_line_is_the_median():
    run = curve(repetitions=21)
    tables = charts.risk(run, "gaussian", (), WORDS, THEME).tables
    band = tables["band"].to_pydict()
    np.testing.assert_array_equal(band["size"], run.sizes)
    ordered = np.sort(run.test, axis=0)  # of 21 values the third and the nineteenth are the 10 % and the 90 % quantile
    np.testing.assert_allclose([band["low"], band["high"]], [ordered[2], ordered[18]])
    rows = [row for row in tables["lines"].to_pylist() if row["name"] == WORDS["series.test"]]
    np.testing.assert_allclose([row["value"] for row in rows], ordered[10])


def test_the_ball_of_each_size_is_in_the_frame_of_that_size():
    rows = charts.risk(curve(), "gaussian", (), WORDS, THEME).tables["lines"].to_pylist()
    for row in rows:
        if row["name"] == WORDS["series.test"]:
            assert SIZES[row["step"]] == row["size"] and row["last"] == len(SIZES) - 1


def test_the_fitted_functions_of_the_page_are_few_enough_rows():
    found = legendre_fits(40, noise=0.09)
    tables = fits(found, WORDS, THEME).tables
    assert tables["fitted"].num_rows <= MOST_ROWS
    assert set(tables["fitted"].column("step").to_pylist()) == set(range(len(found.sizes)))


def test_a_curve_without_a_band_theory_or_limit_has_none():
    bare = replace(curve(repetitions=1), theory=None, limit=None, best_ridge=None, best_ridge_theory=None)
    tables = charts.risk(bare, "gaussian", (), WORDS, THEME).tables
    assert tables["band"].num_rows == 0
    assert set(tables["lines"].column("name").to_pylist()) == {WORDS["series.test"], WORDS["series.train"]}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_thumbnail(name):
    assert_valid(charts.thumbnail(theme(name)), 200)


def test_the_best_penalty_that_is_told_is_the_one_of_the_lowest_median():
    risk = np.array([[5.0, 1.0, 3.0], [4.0, 2.0, 9.0], [6.0, 1.5, 1.0]])
    found = PenaltyProfile(40, np.array([0.1, 0.2, 0.4]), risk, None, 7.5)
    told = profile_told(found, "gaussian", WORDS)
    assert all(number in told for number in ("0.2", "1.5", "7.5", "40"))
