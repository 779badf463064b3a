"""The pictures of weight decay: valid, of bounded size, unmoved while λ and θ move, and true to the numbers."""

import json

import numpy as np
import pytest

from charts import weight_decay as charts
from charts.theme import theme
from charts.weight_decay import curves, views
from charts.weight_decay import words as said
from core.data.own_table import Table
from core.weight_decay import (
    GRID,
    OPTIMISERS,
    decay_dynamics,
    doors,
    forgetting,
    no_gradient,
    polynomial_fits,
    prepare,
    problem,
    study,
)
from tests import pace
from tests.charts.validity import assert_valid
from ui import text

MOST_ROWS = 1000
LIGHT, WORDS = theme("light"), text.words("weight_decay", "en")
WHOLE = problem("diabetes", n=60)
RNG = np.random.default_rng(0)


def own(x, y):
    names = (*(f"column {i}" for i in range(x.shape[1])), "y")
    return problem(own=Table(names, np.column_stack([x, y]).astype(float), x.shape[1], "test"), n=max(3, len(y) // 2))


PROBLEMS = {
    "two columns": (WHOLE.only((4, 5)), "diabetes", None),
    "one column twice": (WHOLE.only((4, 4)), "diabetes", None),
    "diabetes": (WHOLE, "diabetes", (1, 2)),
    "few rows": (problem("diabetes", n=4), "diabetes", (1, 4)),
    "polynomial": (problem("polynomial", n=100), "polynomial", (1, 2)),
    "high_dimensional": (problem("high_dimensional", n=20), "high_dimensional", (1, 20)),
    "one column": (own(RNG.standard_normal((20, 1)), RNG.standard_normal(20)), "own", (1, 2)),
    "nothing varies": (own(np.ones((20, 3)), np.ones(20)), "own", (1, 2)),
    "huge": (own(1e9 * RNG.standard_normal((20, 3)), RNG.standard_normal(20)), "own", (1, 2)),
}


CHECKED = {}  # specifications that have passed the schema, by identity: it looks at nothing else


def valid(picture):
    if id(picture.specification) not in CHECKED:
        assert_valid(picture, MOST_ROWS)
        CHECKED[id(picture.specification)] = picture.specification
    assert all(len(rows) <= MOST_ROWS for rows in picture.tables.values())
    json.dumps(picture.whole, allow_nan=False)
    for table in picture.tables.values():
        for column in table.columns:
            if str(column.type) == "float":
                assert np.isfinite(column.to_numpy()).all()
    return picture


def drawn(name, words=WORDS, look=LIGHT, **more):
    found, data, directions = PROBLEMS[name]
    run = study(prepare(found), directions=directions, **{"penalty": 0.1} | more)
    names = said.names_of(found, data, words)
    readout = said.readout(run, words)[: len(run.at)]
    picture = valid(charts.ball(run, readout, said.axes(run, data, directions, words), words, look))
    four = {panel: valid(curves.curve(run, panel, names, words, look)) for panel in curves.PANELS}
    valid(views.factors(run, words, look))
    assert all(said.curve_told(run, panel, names, words).strip() for panel in curves.PANELS)
    assert said.told(run, words) and said.facts(run, words) and said.factors_told(run, words)
    assert all(said.warnings(run, data, words))
    return run, picture, four


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("penalty", [0.0, 0.1, 4.0, 1000.0])
def test_every_problem_is_drawn_under_every_penalty(name, penalty):
    run, picture, _ = drawn(name, penalty=penalty)
    assert len(picture.tables["walk"]) == len(run.plane.path) >= 1


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimiser_is_drawn_in_both_languages_and_looks(optimiser):
    for language, look in (("en", LIGHT), ("zh", theme("dark", lecture=True))):
        words, more = text.words("weight_decay", language), {"optimiser": optimiser, "steps": 400, "step_size": 0.03}
        run, picture, four = drawn("two columns", words, look, **more)
        assert picture.tables["walk"]["step"].to_pylist() == list(range(len(run.at)))
        assert words[f"walk.{optimiser}"] in json.dumps(picture.specification, ensure_ascii=False), "it has its name"
        assert all(rows.tables["curves"].num_rows for rows in four.values())


@pytest.mark.parametrize("name", ["two columns", "diabetes", "high_dimensional"])
def test_the_penalty_changes_the_data_and_not_the_specification(name):
    _, picture, four = drawn(name)
    for penalty in (0.0, 0.5, 30.0, 1000.0):
        _, other, others = drawn(name, penalty=penalty)
        assert other.specification is picture.specification
        assert all(others[panel].specification is four[panel].specification for panel in curves.PANELS)
        assert other.tables["contours"].equals(picture.tables["contours"]), "only the disc moves"
        assert not other.tables["disc"].equals(picture.tables["disc"])


def test_the_disc_has_the_radius_that_is_the_root_of_theta():
    run, picture, _ = drawn("two columns", penalty=0.7)
    rows = picture.tables["disc"].to_pylist()
    assert all(np.hypot(row["x"], row["y"]) == pytest.approx(np.sqrt(run.radius_squared), rel=1e-5) for row in rows)
    ends = picture.tables["places"].to_pylist()
    assert np.hypot(ends[1]["x"], ends[1]["y"]) == pytest.approx(np.sqrt(run.radius_squared), rel=1e-5)


def test_the_two_parts_lead_from_step_to_step():
    run, picture, _ = drawn("two columns", steps=60)
    rows = picture.tables["parts"].to_pylist()
    pull, shrink = rows[:60], rows[60:]
    assert {row["name"] for row in pull} == {WORDS["line.pull"]}
    for one, two, there in zip(pull, shrink, run.plane.path[1:], strict=True):
        assert (one["x2"], one["y2"]) == pytest.approx((two["x"], two["y"]))
        assert (two["x2"], two["y2"]) == pytest.approx(tuple(there), abs=1e-6)
    assert len(drawn("two columns", steps=400)[1].tables["parts"]) == 0, "frames that skip steps have no parts"


def test_the_arrows_are_to_one_scale_and_cancel_at_the_end():
    run, picture, _ = drawn("two columns", steps=400)
    last = [row for row in picture.tables["arrows"].to_pylist() if row["step"] == row["last"]]
    first, second = ([row["x2"] - row["x"], row["y2"] - row["y"]] for row in last)
    np.testing.assert_allclose(first, np.negative(second), atol=1e-5)
    assert np.hypot(*first) == pytest.approx(charts.ARROW * charts.window(run.plane.half), rel=1e-4)


def test_adamws_box_is_drawn_where_it_is_near():
    assert len(drawn("two columns", optimiser="adamw", penalty=3.0)[1].tables["box"]) == 5
    assert len(drawn("two columns", optimiser="adamw", penalty=0.1)[1].tables["box"]) == 0  # ±10
    assert len(drawn("two columns", penalty=3.0)[1].tables["box"]) == 0


def test_the_marks_stand_on_the_curves():
    run, _, four = drawn("diabetes", penalty=float(GRID[30]))
    for panel in ("coefficients", "freedom", "budget", "error"):
        rows = [
            row for row in four[panel].tables["curves"].to_pylist() if row["x"] == pytest.approx(GRID[30], rel=1e-5)
        ]
        curve = {row["name"]: row["value"] for row in rows}
        for mark in four[panel].tables["now"].to_pylist():
            assert mark["value"] == pytest.approx(curve[mark["name"]], rel=1e-4)
    assert {row["name"] for row in four["error"].tables["curves"].to_pylist()} == {
        "training",
        "validation",
        "leave-one-out",
    }
    assert run.penalty == GRID[30]


def test_what_is_special_is_said():
    def warned(name, **more):
        found, data, directions = PROBLEMS[name]
        return " ".join(said.warnings(study(prepare(found), directions=directions, **more), data, WORDS))

    assert warned("two columns", penalty=0.1) == ""
    assert "ηλ = 1.2 > 1: it oscillates" in warned("two columns", penalty=4.0)
    assert "flies off" in warned("two columns", penalty=10.0)
    assert "flies off" in warned("two columns", penalty=100.0, optimiser="adamw")
    assert "λ = 0: no constraint" in warned("two columns", penalty=0.0)
    assert "numerical rank 1: in 1 direction" in warned("one column twice", penalty=0.1)
    assert "in 181 direction" in warned("high_dimensional", penalty=0.1)
    assert "3 constant column(s), `column 0`" in warned("nothing varies", penalty=0.1)
    assert "nothing to learn" in warned("nothing varies", penalty=0.1)


def test_both_normalisations_stand_under_the_picture():
    run, _, _ = drawn("two columns", penalty=0.1)
    assert "λ = 0.1" in said.facts(run, WORDS) and "α = nλ = 6" in said.facts(run, WORDS)


def test_the_closer_looks():
    for penalty in (0.0, 0.1, 1000.0):
        fits, free = polynomial_fits(20, penalty), polynomial_fits(20, 0.0)
        for fit, plain in zip(fits, free, strict=True):
            valid(views.polynomial(fit, plain, WORDS, LIGHT))
            assert said.fit_told(fit, plain, WORDS)
        runs = [forgetting(lam) for lam in sorted({0.0, 3.0, penalty})]
        valid(views.norms(runs, WORDS, LIGHT))
        valid(views.errors(runs, WORDS, LIGHT))
        assert said.forgetting_told(runs, WORDS).count("- **λ") == len(runs)
        for name in ("diabetes", "polynomial", "high_dimensional", "nothing varies"):
            found = doors(PROBLEMS[name][0], GRID)
            valid(views.four_errors(found, penalty, WORDS, LIGHT))
            valid(views.risk_ratio(found, penalty, WORDS, LIGHT))
            assert "1.6862" in said.doors_told(found, penalty, WORDS)


@pytest.mark.parametrize(("step_size", "penalty"), [(0.01, 0.1), (1.2, 1.0), (10.0, 1000.0), (0.01, 0.0)])
def test_nothing_to_learn_is_drawn_and_told(step_size, penalty):
    settings = {"step_size": step_size, "penalty": penalty, "steps": 20}
    w = {name: decay_dynamics(name, no_gradient, np.array([1.0, 10.0]), **settings).w for name in OPTIMISERS}
    valid(views.nothing_to_learn(w, WORDS, LIGHT))
    told = said.nothing_told(w, step_size, penalty, WORDS)
    assert all(WORDS[f"optimiser.{name}"] in told for name in OPTIMISERS)
    if penalty == 0.1:
        assert "0.8027, 9.8" in told and "0.9802, 9.802" in told


def test_a_persons_column_is_called_as_it_is_called():
    assert said.column("s1", "own", WORDS) == "s1" and said.column("s1", "diabetes", WORDS) == "total cholesterol"
    assert said.column("x^12", "polynomial", WORDS) == "x¹²" and said.column("x7", "high_dimensional", WORDS) == "x7"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_thumbnail(name):
    picture = charts.thumbnail(theme(name))
    valid(picture)
    with pace.within(3):
        again = charts.thumbnail(theme(name))
    assert len(again.tables["contours"]) == len(picture.tables["contours"]) > 0
