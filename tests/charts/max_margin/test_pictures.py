"""The pictures of max margin: valid, of bounded size, unmoved by the controls that only change the data."""

import json

import numpy as np
import pytest

from charts import max_margin as charts
from charts.max_margin import curves
from charts.max_margin import words as said
from charts.max_margin.shares import margin_shares
from charts.theme import theme
from core.data.own_points import Problem
from core.data.separable_data import DATA, Points, points
from core.max_margin import CURVES, LOSSES, OPTIMISERS, plane_of, shares, study
from tests.charts.validity import assert_valid
from ui import text

MOST_ROWS = 400  # as many as there are digits
LIGHT, WORDS = theme("light"), text.words("max_margin", "en")
SETS = {
    "asymmetric": DATA["asymmetric"](),
    "digits": DATA["digits"](),
    "one point": points([(1.0, 2.0, 1)]),
    "opposite": points([(1, 0.5, 1), (1, 0.5, -1)]),
    "partly": points([(1, 0, 1), (1, 0, -1), (0, 1, 1)]),
    "at the origin": points([(0, 0, 1)]),
    "tiny": Points(1e-6 * DATA["asymmetric"]().x, DATA["asymmetric"]().y),
    "huge": Points(1e6 * DATA["asymmetric"]().x, DATA["asymmetric"]().y),
}


def valid(picture):
    """The picture is Vega-Lite, and all its numbers are numbers."""
    assert_valid(picture, MOST_ROWS)
    json.dumps(picture.whole, allow_nan=False)
    for table in picture.tables.values():
        for column in table.columns:
            if str(column.type) == "float":
                assert np.isfinite(column.to_numpy()).all()
    return picture


def drawn(run, whole=None, words=WORDS, look=LIGHT, validation=None):
    seen = plane_of(run)
    plane = valid(charts.plane(run, seen, charts.reach(seen), said.readout(run, words), validation, words, look))
    return plane, {n: valid(curves.curve(run, whole or run, n, validation, words, look)) for n in CURVES}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("optimiser", ["gradient_descent", "sign"])
def test_every_set_is_drawn(name, optimiser):
    run = study(SETS[name], optimiser=optimiser)
    plane, four = drawn(run)
    assert len(plane.tables["separator"]) == len(run.at)
    assert all(len(picture.tables["curve"]) <= len(run.at) for picture in four.values())
    assert all(said.curve_told(run, curve, WORDS).strip() for curve in CURVES) and said.told(run, plane_of(run), WORDS)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimiser_and_loss_is_drawn_in_both_languages(optimiser, loss):
    run = study(SETS["asymmetric"], optimiser=optimiser, loss=loss)
    for language, look in (("en", LIGHT), ("zh", theme("dark", lecture=True))):
        words = text.words("max_margin", language)
        plane, four = drawn(run, words=words, look=look, validation=np.array([-1.0, 0.2]))
        assert len(plane.tables["separator"]) == len(run.at)
        assert all(picture.tables["curve"].num_rows for picture in four.values())


def test_time_and_points_change_the_data_and_not_the_specification():
    whole = study(SETS["asymmetric"])
    plane, four = drawn(whole.until(1e12), whole)
    for last in (1.0, 1e3, 1e8):
        other, others = drawn(whole.until(last), whole)
        assert other.specification is plane.specification
        assert all(others[name].specification is four[name].specification for name in CURVES)
        assert len(other.tables["separator"]) < len(plane.tables["separator"])
    moved = Points(SETS["asymmetric"].x + 0.01, SETS["asymmetric"].y)
    run = study(moved)
    seen = plane_of(run)
    assert (
        charts.plane(run, seen, charts.reach(seen), said.readout(run, WORDS), None, WORDS, LIGHT).specification
        is plane.specification
    )


def test_the_separator_is_perpendicular_to_w():
    run = study(SETS["asymmetric"])
    plane, _ = drawn(run)
    row = plane.tables["separator"].to_pylist()[-1]
    along = np.array([row["x2"] - row["x"], row["y2"] - row["y"]])
    assert abs(along @ run.w[-1]) < 1e-5 * np.linalg.norm(along) * np.linalg.norm(run.w[-1])
    assert row["readout"] == "log₁₀ t = 12.0 · still 2.13° to go"


def test_points_in_one_place_are_one_mark_that_says_so():
    plane, _ = drawn(study(SETS["asymmetric"]))
    rows = plane.tables["points"].to_pylist()
    assert len(rows) == 11 and [r["count"] for r in rows if r["count"]] == ["×2"]
    assert sum(r["support"] for r in rows) == 3


def test_the_svm_is_drawn_beside_another_end_and_alone_otherwise():
    for optimiser, names in (("gradient_descent", 1), ("sign", 2)):
        run = study(DATA["one_support"](), optimiser=optimiser)
        plane, _ = drawn(run)
        assert len(plane.tables["theory"]) == names
    plane, _ = drawn(study(SETS["partly"]))
    assert len(plane.tables["theory"]) == 0 and len(plane.tables["street"]) == 0


def test_what_is_left_and_whose_margin():
    run = study(SETS["asymmetric"])
    valid(curves.residual(run.until(1e6), run.street.law.rate, WORDS, LIGHT))
    assert "0.25" in said.residual_told(run, WORDS)
    found = shares(DATA["one_support"]())
    picture = valid(margin_shares(found, WORDS, LIGHT))
    assert len(picture.tables["shares"]) == len(OPTIMISERS) * 3
    assert all(WORDS[f"optimiser.{name}"] in said.shares_told(found, WORDS) for name in OPTIMISERS)


def test_problems_are_told_with_row_and_column():
    for language, row in (("en", "Row 3, column “x”"), ("zh", "第 3 行“x”列")):
        words = text.words("max_margin", language)
        told = said.problems([Problem("not_a_number", 3, "x", "`a` *b*")], words)
        assert told.startswith(row) and "`a *b*`" in told
        many = said.problems([Problem("missing", i, "class") for i in range(1, 9)], words)
        assert "4" in many.split(words["points_problem.missing"])[-1]
        for code in ("not_finite", "too_large", "class", "columns", "too_many", "too_big", "not_text", "none"):
            assert said.problems([Problem(code, 1, "x", "7")], words).strip()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_thumbnail(name):
    picture = valid(charts.thumbnail(theme(name)))
    assert all(rows.num_rows for rows in picture.tables.values()), "no part of it is empty"
