"""What the pictures of weight decay draw and say, column by column, held against the study that they are of."""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from charts import weight_decay as charts
from charts.common import nice
from charts.theme import theme
from charts.weight_decay import curves, views
from charts.weight_decay import words as said
from core.data.own_table import Table
from core.weight_decay import (
    DOORS,
    GRID,
    OPTIMISERS,
    Doors,
    Forgetting,
    PolynomialFit,
    contours,
    decay_dynamics,
    disc,
    no_gradient,
    prepare,
    problem,
    study,
    touching,
)
from tests.charts.reading import asked, holds, is_log, reach, read, says
from ui import text

LIGHT, WORDS = theme("light"), text.words("weight_decay", "en")
WHOLE = problem("diabetes", n=60)
TWO = WHOLE.only((4, 5))


@lru_cache
def run(**more):
    return study(prepare(TWO), **{"penalty": 0.3} | more)


@lru_cache
def many(**more):
    return study(prepare(WHOLE), **{"penalty": 0.3, "directions": (1, 2)} | more)


def ball(found):
    return charts.ball(found, ["said"] * len(found.plane.path), ("a", "b"), WORDS, LIGHT)


@pytest.mark.parametrize(
    ("half", "window"), [(1.0, 1.0), (1.01, 10 ** (1 / 32)), (9.9, 10.0), (0.1001, 0.1 * 10 ** (1 / 32))]
)
def test_the_window_is_the_next_of_thirty_two_to_a_decade(half, window):
    assert charts.window(half) == pytest.approx(window)
    found = run()
    picture = ball(found)
    half = charts.window(found.plane.half)
    unit = f"{half} / min(width / 2.1, height / 2.1)"
    domains = [picture.specification["layer"][0]["encoding"][axis]["scale"]["domain"] for axis in "xy"]
    assert [[end["expr"] for end in domain] for domain in domains] == [
        [f"-width / 2 * {unit}", f"width / 2 * {unit}"],
        [f"-height * 1.02 / 2 * {unit}", f"height * 0.98 / 2 * {unit}"],
    ]  # fmt: skip


def test_the_ball_and_the_walk_are_those_of_the_run():
    found = run()
    seen, picture = found.plane, ball(found)
    for place, line in enumerate(contours(seen)):
        holds(picture, "contours", {"line": place}, x=line[:, 0], y=line[:, 1], order=np.arange(len(line)))
    for table, line in (("touching", touching(seen)), ("disc", disc(seen))):
        holds(picture, table, x=line[:, 0], y=line[:, 1], order=np.arange(len(line)))
    ridge = found.prepared.path.coefficients @ seen.axes
    holds(picture, "ridge", x=ridge[:, 0], y=ridge[:, 1], name=[WORDS["line.ridge"]] * len(GRID))
    frames = len(seen.path)
    holds(picture, "walk", x=seen.path[:, 0], y=seen.path[:, 1], step=np.arange(frames), last=frames - 1,
          readout=["said"] * frames)  # fmt: skip
    places = np.stack([seen.centre, seen.solution])
    holds(picture, "places", x=places[:, 0], y=places[:, 1], kind=["free", "ridge"],
          text=[WORDS["place.free"], WORDS["place.ridge"]])  # fmt: skip
    assert read(picture, "names")["name"].tolist() == [
        WORDS[f"line.{n}"] for n in ("walk", "pull", "shrink", "ball", "ridge")
    ]


def test_each_step_is_parted_into_pull_and_shrink():
    found = run()
    seen, picture = found.plane, ball(found)
    middle, steps = seen.path[:-1] + seen.pull[:-1], np.arange(1, len(seen.path))
    for name, a, b in (("pull", seen.path[:-1], middle), ("shrink", middle, seen.path[1:])):
        holds(
            picture, "parts", {"name": WORDS[f"line.{name}"]}, x=a[:, 0], y=a[:, 1], x2=b[:, 0], y2=b[:, 1], step=steps
        )
    one = replace(
        found, plane=replace(seen, path=seen.path[:1], pull=seen.pull[:1], shrink=seen.shrink[:1]), at=found.at[:1]
    )
    assert charts.ball(one, ["a"], ("a", "b"), WORDS, LIGHT).tables["parts"].num_rows == 0
    two = replace(
        found, plane=replace(seen, path=seen.path[:2], pull=seen.pull[:2], shrink=seen.shrink[:2]), at=found.at[:2]
    )
    assert charts.ball(two, ["a"] * 2, ("a", "b"), WORDS, LIGHT).tables["parts"].num_rows == 2


def test_the_longer_arrow_has_four_tenths_of_half_the_window():
    found = run()
    seen, picture = found.plane, ball(found)
    half = charts.window(seen.half)
    for step in range(len(seen.path)):
        longest = max(np.hypot(*seen.pull[step]), np.hypot(*seen.shrink[step]))
        for name, part in (("pull", seen.pull[step]), ("shrink", seen.shrink[step])):
            tip = seen.path[step] + 0.4 * half * part / longest
            holds(picture, "arrows", {"name": WORDS[f"line.{name}"], "step": step}, x=[seen.path[step, 0]],
                  y=[seen.path[step, 1]], x2=[tip[0]], y2=[tip[1]], last=len(seen.path) - 1,
                  angle=[math.degrees(math.atan2(part[0], part[1]))])  # fmt: skip
    still = replace(seen, pull=np.zeros_like(seen.pull), shrink=np.zeros_like(seen.shrink))
    holds(ball(replace(found, plane=still)), "arrows", {"step": 0}, x2=[seen.path[0, 0]] * 2, y2=[seen.path[0, 1]] * 2)


@pytest.mark.parametrize(("nearer", "is_drawn"), [(0.99, True), (1.01, False)])
def test_adamws_box_is_drawn_up_to_four_windows_away(nearer, is_drawn):
    plane = run(optimiser="adamw").plane
    side = 4 * charts.window(plane.half) * nearer
    found = replace(run(optimiser="adamw"), penalty=1 / side)
    box = read(ball(found), "box")
    assert len(box["x"]) == (5 if is_drawn else 0)
    if is_drawn:
        assert box["x"] == pytest.approx(side * np.array([-1, 1, 1, -1, -1]), rel=1e-5)
        assert box["y"] == pytest.approx(side * np.array([-1, -1, 1, 1, -1]), rel=1e-5)
    none = replace(found, penalty=0.0)
    assert not len(read(ball(none), "box")["x"])
    cut = replace(found, plane=replace(plane, is_cut=True), penalty=1 / plane.half)
    assert not len(read(ball(cut), "box")["x"]), "a cut has no columns"


def test_the_thumbnail_walks_to_where_the_disc_touches():
    picture = charts.thumbnail(LIGHT)
    solution = read(picture, "places", kind="ridge")
    walk, round_ = read(picture, "walk"), read(picture, "disc")
    end = walk["x"][-1] - solution["x"][0], walk["y"][-1] - solution["y"][0]
    assert np.hypot(*end) < 0.02 and len(walk["x"]) == 26
    np.testing.assert_allclose(
        np.hypot(round_["x"], round_["y"]), np.hypot(solution["x"][0], solution["y"][0]), rtol=1e-4
    )
    assert max(np.abs(walk["x"]).max(), np.abs(walk["y"]).max()) < 1.5
    centre = read(picture, "places", kind="free")
    assert (centre["x"][0], centre["y"][0]) == pytest.approx((1.1, 0.25), abs=1e-6), "what the points were made of"
    touch = read(picture, "touching")
    off = np.column_stack([touch["x"], touch["y"]]) - [1.1, 0.25]
    lengths = np.hypot(*off.T)
    assert lengths.max() / lengths.min() == pytest.approx(4 / 3, rel=1e-3), (
        "tilted ellipses: 1 and 0.75 are their sides"
    )
    domain = [end["expr"] for end in picture.specification["layer"][0]["encoding"]["x"]["scale"]["domain"]]
    assert domain == [
        "-width / 2 * 1.5 / min(width / 2.1, height / 2.1)",
        "width / 2 * 1.5 / min(width / 2.1, height / 2.1)",
    ]
    assert float(np.hypot(*(off - off.mean(axis=0)).T).max()) < 2.5


NAMES = [f"c{i}" for i in range(10)]


def test_the_twelve_largest_coefficients_are_drawn_and_six_named():
    wide = problem("high_dimensional", n=20)
    found = study(prepare(wide), penalty=0.5, directions=(1, 2))
    names = [f"c{i}" for i in range(wide.x.shape[1])]
    picture = curves.curve(found, "coefficients", names, WORDS, LIGHT)
    paths = found.prepared.path.coefficients
    largest = np.argsort(-np.abs(paths[0]), kind="stable")[:12]
    assert set(read(picture, "curves")["name"]) == {names[j] for j in largest}
    for j in largest:
        holds(picture, "curves", {"name": names[j]}, x=GRID, value=paths[:, j])
        holds(picture, "now", {"name": names[j]}, x=[0.5], value=[found.w[j]])
    assert picture.tables["labels"].num_rows == 0, "no names where there are many columns"
    few = many()
    labelled = read(curves.curve(few, "coefficients", NAMES, WORDS, LIGHT), "labels")
    order = np.argsort(-np.abs(few.prepared.path.coefficients[0]), kind="stable")[:6]
    assert labelled["name"].tolist() == [NAMES[j] for j in order] and set(labelled["x"]) == {np.float32(GRID[0])}
    assert labelled["value"] == pytest.approx(few.prepared.path.coefficients[0, order], rel=1e-5)
    for panel in ("error", "freedom", "budget"):
        assert curves.curve(few, panel, NAMES, WORDS, LIGHT).tables["labels"].num_rows == 0


@pytest.mark.parametrize(("columns", "labels"), [(20, 6), (21, 0)])
def test_twenty_columns_have_their_names_at_their_lines(columns, labels):
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.standard_normal((40, columns)), rng.standard_normal(40)])
    names = (*(f"c{i}" for i in range(columns)), "y")
    found = study(prepare(problem(own=Table(names, table, columns, "test"), n=30)), penalty=0.1, directions=(1, 2))
    assert curves.curve(found, "coefficients", names[:-1], WORDS, LIGHT).tables["labels"].num_rows == labels


def test_the_other_panels_are_those_of_the_path():
    found = many()
    kept = found.prepared
    spoken = {
        "training": kept.path.training_error,
        "validation": kept.validation_error,
        "left_out": kept.left_out_error,
    }
    picture = curves.curve(found, "error", NAMES, WORDS, LIGHT)
    for name, values in spoken.items():
        known = np.isfinite(values)
        holds(picture, "curves", {"name": WORDS[f"curve.{name}"]}, x=GRID[known], value=values[known])
        at = np.interp(np.log(0.3), np.log(GRID), values)
        now = read(picture, "now", name=WORDS[f"curve.{name}"])
        assert now["value"] == pytest.approx([found.validation_error if name == "validation" else at], rel=1e-5)
        assert now["x"] == pytest.approx([0.3])
    holds(curves.curve(found, "freedom", NAMES, WORDS, LIGHT), "curves", x=GRID, value=kept.path.degrees_of_freedom)
    holds(curves.curve(found, "freedom", NAMES, WORDS, LIGHT), "now", value=[found.degrees_of_freedom])
    holds(curves.curve(found, "budget", NAMES, WORDS, LIGHT), "curves", x=GRID, value=kept.path.norm_squared)
    holds(curves.curve(found, "budget", NAMES, WORDS, LIGHT), "now", value=[found.radius_squared], x=[0.3])
    for panel in curves.PANELS:
        none = curves.curve(study(prepare(WHOLE), penalty=0.0, directions=(1, 2)), panel, NAMES, WORDS, LIGHT)
        holds(none, "here", x=[GRID[0]])
        assert set(read(none, "now")["x"]) == {np.float32(GRID[0])}
        assert reach(none, "x") == [[1e-4, 1e3]] and is_log(none, "x")


def test_a_dot_at_or_below_the_smallest_penalty_stands_at_the_curves_beginning():
    for penalty in (0.0, GRID[0]):
        assert curves._between(penalty, np.arange(GRID.size)) == 0.0
    assert curves._between(GRID[1], np.arange(GRID.size)) == pytest.approx(1.0)


def test_an_error_that_is_not_known_has_no_dot():
    found = replace(many(), validation_error=math.nan)
    picture = curves.curve(found, "error", NAMES, WORDS, LIGHT)
    values = found.prepared.validation_error
    at = np.interp(np.log(0.3), np.log(GRID), values)
    assert read(picture, "now", name=WORDS["curve.validation"])["value"] == pytest.approx([at], rel=1e-5)


def domain(panel, *lines):
    return curves._domain({str(i): np.array(v, float) for i, v in enumerate(lines)}, panel, many())


def test_the_axes_of_the_panels_are_made_for_all_penalties():
    assert domain("coefficients", [-1.0, 2.0]) == (-nice(1.1), nice(2.3), False)
    assert domain("coefficients", [1.0, 2.0])[0] == 0.0 and domain("coefficients", [-1.0])[1] == nice(0.0)
    assert domain("coefficients", [-1.0, np.nan, np.inf]) == (-nice(1.1), nice(0.0), False)
    assert domain("error", [0.1, 4.0], [0.2, 5.0], [9.0, np.nan]) == (0.0, nice(5.6), False)
    assert domain("error", [np.nan]) == (0.0, nice(1.12), False)
    assert domain("freedom", [3.0]) == (0.0, float(many().prepared.spectrum.rank), False)
    assert domain("budget", [0.02, 3.0]) == (pytest.approx(0.01), pytest.approx(10.0), True)
    assert domain("budget", [0.02, 10.0]) == (pytest.approx(0.01), pytest.approx(100.0), True)
    assert domain("budget", [1e-12, 5.0]) == (pytest.approx(1e-9), pytest.approx(10.0), True)
    assert domain("budget", [0.0]) == (pytest.approx(1e-21), pytest.approx(1e-11), True)
    flat = prepare(problem(own=Table(("a", "y"), np.ones((6, 2)), 1, "test"), n=4))
    assert curves._domain({"a": np.zeros(3)}, "freedom", study(flat, penalty=1.0, directions=(1, 2))) == (
        0.0,
        1.0,
        False,
    )
    assert curves._domain({}, "budget", many())[2] is True


def test_what_lies_below_the_log_axis_of_the_budget_is_held_below_it():
    found = replace(many(), radius_squared=0.0)
    picture = curves.curve(found, "budget", NAMES, WORDS, LIGHT)
    low = reach(picture, "y")[0][0]
    holds(picture, "now", value=[low / 3])


def test_each_directions_share_is_a_bar():
    found = many()
    picture = views.factors(found, WORDS, LIGHT)
    kept, curvature = found.prepared.spectrum.kept(0.3), found.prepared.spectrum.curvature
    place = np.arange(1, len(kept) + 1)
    holds(picture, "kept", x=place, value=curvature / (curvature + 0.3), low=0.0)
    holds(picture, "curvature", x=place, value=curvature / curvature.max())
    assert reach(picture, "x", "y") == [pytest.approx([0.4, len(kept) + 0.6]), [0, 1]]
    wide = study(prepare(problem("high_dimensional", n=80)), penalty=0.5, directions=(1, 2))
    assert views.factors(wide, WORDS, LIGHT).tables["kept"].num_rows == 60 == views.MOST_BARS
    assert read(views.factors(wide, WORDS, LIGHT), "curvature")["value"].max() == 1
    none = study(
        prepare(problem(own=Table(("a", "y"), np.ones((6, 2)), 1, "test"), n=4)), penalty=1.0, directions=(1, 2)
    )
    assert reach(views.factors(none, WORDS, LIGHT), "x") == [pytest.approx([0.4, 1.6])]
    bar = str(picture.specification["layer"][0]["mark"]["width"])
    assert f"0.7 * width / {len(kept) + 0.2}" in bar


def fit(**more):
    at, errors = np.linspace(-1, 1, 5), {"training_error": 0.5, "validation_error": 0.7, "degrees_of_freedom": 2.0}
    lines = {"x": np.array([-1.0, 1.0]), "y": np.array([-2.0, 3.0]), "at": at, "value": at**3, "truth": 4 * at}
    return PolynomialFit(3, **(lines | errors | more))


def test_the_fits_of_a_polynomial_stand_over_its_points():
    found, free = fit(), fit(value=np.array([-9e9, -1.0, 0.0, 1.0, 9e9]), validation_error=99.0)
    picture = views.polynomial(found, free, WORDS, LIGHT)
    for name, values in (("truth", found.truth), ("fit", found.value), ("free", np.clip(free.value, -1e6, 1e6))):
        holds(picture, "curves", {"name": WORDS[f"fit.{name}"]}, x=found.at, value=values)
    holds(picture, "points", x=found.x, value=found.y)
    assert reach(picture, "y") == [[-nice(4.2), nice(4.2)]]
    high = views.polynomial(fit(y=np.array([1.0, 9.0]), truth=np.full(5, 2.0)), free, WORDS, LIGHT)
    assert reach(high, "y") == [[0, nice(9.45)]]
    low = views.polynomial(fit(y=np.array([-9.0, -1.0]), truth=np.full(5, -2.0)), free, WORDS, LIGHT)
    assert reach(low, "y") == [[-nice(9.45), 0]]
    says(
        said.fit_told, found, free, id="fit_told", kind="degree_is.3", degree=3, training=0.5, validation=0.7, free=99.0
    )


def nothing(step_size, penalty, steps=300):
    settings = {"step_size": step_size, "penalty": penalty, "steps": steps}
    return {name: decay_dynamics(name, no_gradient, np.array([1.0, 10.0]), **settings).w for name in OPTIMISERS}


def test_what_is_left_of_a_small_and_a_large_weight():
    w = nothing(0.1, 0.5)
    picture = views.nothing_to_learn(w, WORDS, LIGHT)
    steps = np.unique(np.round(np.linspace(0, 300, 120)).astype(int))
    for optimiser, path in w.items():
        for place, size in enumerate(("small", "large")):
            name = WORDS.say("left_of", optimiser=WORDS[f"optimiser.{optimiser}"], size=WORDS[f"size.{size}"])
            share = path[steps, place] / path[0, place]
            holds(picture, "left", {"name": name}, x=steps, value=share)
    assert reach(picture, "y") == [[0 if min(path.min() for path in w.values()) > -0.02 else -1, 1.05]]
    found = asked(lambda words: said.nothing_told(w, 0.1, 0.5, words))
    assert found[-1] == ("nothing_told", {"steps": 300, "law": pytest.approx(0.95**300), "rate": 0.1})
    for (name, numbers), (optimiser, path) in zip(found[:-1], w.items(), strict=True):
        assert (name, numbers["optimiser"]) == ("nothing_line", f"optimiser.{optimiser}")
        assert (numbers["small"], numbers["large"]) == tuple(path[-1])


@pytest.mark.parametrize(("least", "low"), [(-0.03, -1), (-0.01, 0), (0.0, 0)])
def test_the_axis_of_what_is_left_reaches_below_zero_where_it_swings(least, low):
    path = np.array([[1.0, 10.0], [0.5, 5.0], [least, 10 * least]])
    assert reach(views.nothing_to_learn(dict.fromkeys(OPTIMISERS, path), WORDS, LIGHT), "y") == [[low, 1.05]]


def test_what_grows_beyond_a_thousand_times_is_not_drawn():
    path = np.array([[1.0, 10.0], [999.0, 0.0], [1001.0, np.inf]])
    rows = read(views.nothing_to_learn({"sgd": path}, WORDS, LIGHT), "left")
    assert rows["x"].tolist() == [0, 1, 0, 1] and rows["value"].tolist() == [1, 999, 1, 0]


def forgot(penalty=3.0, **more):
    marks = np.arange(6)
    numbers = {"norm": 5.0 / (1 + marks), "error": 2.0 / (1 + marks), "training_error": 1.0 / (1 + marks)}
    numbers |= {"predicted_norm": 4.0 / (1 + marks), "from_zero": 0.25, "untrained": 0.75}
    return Forgetting(penalty, null_norm=0.1, predicted_null_norm=0.1, start_null_norm=1.0, **(numbers | more))


def test_forgetting_is_drawn_with_its_law():
    runs = [forgot(0.0), forgot(3.0, error=np.array([2.0, np.nan, 0.0, 1e-9, 5.0, 1e12]))]
    norms, errors = (draw(runs, WORDS, LIGHT) for draw in (views.norms, views.errors))
    assert reach(norms, "x", "y") == [[0, 100], [1e-2, 1e2]] and is_log(norms, "y")
    assert reach(errors, "y") == [[1e-3, 1e3]]
    for found in runs:
        name = {"name": WORDS.say("demo_penalty", penalty=found.penalty)}
        holds(norms, "measured", name, x=np.arange(6), value=found.norm)
        holds(norms, "law", name, x=np.arange(6), value=found.predicted_norm)
        holds(errors, "law", name, x=np.arange(6), value=0.25)
    drawn = {"name": WORDS.say("demo_penalty", penalty=3.0)}
    holds(errors, "measured", drawn, x=[0, 3, 4, 5], value=[2.0, 1e-3 / 3, 5.0, 1e9])
    first, second, caption = asked(lambda words: said.forgetting_told(runs, words))
    assert first == ("forgetting_line", {"penalty": 0.0, "norm": 5 / 6, "law": 4 / 6, "error": 2 / 6, "zero": 0.25})
    assert second[1]["error"] == 1e12 and caption == ("forgetting_caption", {"untrained": 0.75})


def doors(apart=0.0):
    error = {door: np.geomspace(1, 3, 4) * (k + 1) for k, door in enumerate(DOORS)}
    error[DOORS[1]][0] = 1e9
    penalty = np.array([0.01, 0.1, 1.0, 10.0])
    return Doors(penalty, {}, error, np.array([1.0, 1.2, 1.1, 0.9]), 1.25, apart)


def test_the_four_doors_and_their_bound():
    found = doors()
    picture, ratio = views.four_errors(found, 0.0, WORDS, LIGHT), views.risk_ratio(found, 0.5, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[1e-4, 1e3], [0, nice(1.12 * 3)]]
    for door, values in found.error.items():
        holds(picture, "doors", {"name": WORDS[f"door.{door}"]}, x=found.penalty, value=np.minimum(values, 1e6))
    holds(picture, "here", x=[1e-4])
    holds(ratio, "ratio", x=found.penalty, value=found.risk_ratio)
    holds(ratio, "bound", value=[1.6862], text=[WORDS["bound"]])
    holds(ratio, "here", x=[0.5])
    assert reach(ratio, "y") == [[0, 2]]
    holds(views.risk_ratio(found, 0.0, WORDS, LIGHT), "here", x=[1e-4])
    holds(views.four_errors(found, 7.0, WORDS, LIGHT), "here", x=[7.0])


@pytest.mark.parametrize(("apart", "same"), [(0.9e-6, "doors_same"), (1.1e-6, "doors_apart")])
def test_matched_knobs_are_told(apart, same):
    found = asked(lambda words: said.doors_told(doors(apart), 0.25, words))
    assert found == [
        ("doors_told", {"largest": 1.25, "penalty": 0.25, "time": 4.0, "drop": 0.2}), (same, {"apart": apart}),
    ]  # fmt: skip
    assert asked(lambda words: said.doors_told(doors(), 0.0, words)) == [("doors_at_zero", {"largest": 1.25})]


def test_what_is_said_of_the_ball():
    found = run()
    away = float(np.hypot(*(found.plane.path[-1] - found.plane.solution)))
    says(said.told, found, id="alt_ball", distance=away, optimiser="optimiser.sgd", penalty=0.3, steps=found.steps,
         radius=float(np.hypot(*found.plane.solution)), theta=found.radius_squared)  # fmt: skip
    told = asked(lambda words: said.readout(found, words))
    for (name, numbers), at, (pull, shrink) in zip(told, found.at, found.sizes, strict=True):
        assert (name, numbers["step"], numbers["pull"], numbers["shrink"]) == (
            "readout", at, said._short(pull), said._short(shrink))  # fmt: skip
    for value, written in ((0.0, "0.000"), (0.0005, "0.001"), (0.00049, "4.9e-04"), (1.2346, "1.235"), (np.inf, "∞")):
        assert said._short(value) == written


@pytest.mark.parametrize("panel", ["freedom", "budget", "error"])
def test_a_panels_value_is_told(panel):
    found = many()
    value = {"freedom": found.degrees_of_freedom, "budget": found.radius_squared, "error": found.validation_error}[
        panel
    ]
    says(lambda words: said.curve_told(found, panel, NAMES, words), id="alt_curve", curve=f"panel.{panel}", penalty=0.3,
         value=float(value))  # fmt: skip


def test_six_coefficients_are_told():
    found = many()
    order = np.argsort(-np.abs(found.prepared.path.coefficients[0]), kind="stable")[:6]
    values = ", ".join(f"{NAMES[j]} {found.w[j]:.3f}".replace("-", "−") for j in order)
    says(
        lambda words: said.curve_told(found, "coefficients", NAMES, words),
        id="alt_coefficients",
        penalty=0.3,
        values=values,
    )


def test_the_knob_in_its_three_spellings():
    found = many()
    numbers = {"penalty": 0.3, "alpha": 18.0, "n": 60, "theta": found.radius_squared,
               "radius": math.sqrt(found.radius_squared), "freedom": found.degrees_of_freedom,
               "rank": found.prepared.spectrum.rank, "best": found.prepared.best_penalty}  # fmt: skip
    says(said.facts, found, id="facts", **numbers)
    box = asked(lambda words: said.facts(run(optimiser="adamw"), words))
    assert box[1] == ("box", {"side": pytest.approx(1 / 0.3)})
    assert len(asked(lambda words: said.facts(study(prepare(TWO), penalty=0.0, optimiser="adamw"), words))) == 1
    kept = found.prepared.spectrum.kept(0.3)
    says(said.factors_told, found, id="factors_told", first=float(kept[0]), last=float(kept[-1]),
         freedom=found.degrees_of_freedom, penalty=0.3)  # fmt: skip


def test_where_nothing_varies_no_direction_keeps_anything():
    none = study(
        prepare(problem(own=Table(("a", "y"), np.ones((6, 2)), 1, "test"), n=4)), penalty=1.0, directions=(1, 2)
    )
    says(said.factors_told, none, id="factors_told", first=0.0, last=0.0, freedom=0.0, penalty=1.0)


def test_five_constant_columns_are_named_and_all_counted():
    table = np.ones((8, 8))
    table[:, 7] = np.arange(8)
    names = (*(f"c{i}" for i in range(7)), "y")
    found = study(prepare(problem(own=Table(names, table, 7, "test"), n=6)), penalty=0.1, directions=(1, 2))
    told = dict(asked(lambda words: said.warnings(found, "own", words)))
    assert told["constant"] == {"names": "`c0`, `c1`, `c2`, `c3`, `c4`", "count": 7} and "idle" not in told
    wide = study(prepare(problem("high_dimensional", n=20)), penalty=0.1, directions=(1, 2))
    idle = dict(asked(lambda words: said.warnings(wide, "high_dimensional", words)))["idle"]
    rank, columns = wide.prepared.spectrum.rank, wide.prepared.problem.x.shape[1]
    assert idle == {"rank": rank, "idle": columns - rank, "columns": columns}
    swings = dict(asked(lambda words: said.warnings(run(penalty=4.0), "diabetes", words)))
    assert swings["overshoots"] == {"product": pytest.approx(1.2)}
    flies = dict(asked(lambda words: said.warnings(run(penalty=10.0), "diabetes", words)))["flies_off.sgd"]
    assert flies == {"limit": run(penalty=10.0).limit, "product": 3.0}


def test_the_axes_are_called_by_column_or_direction():
    found = run()
    told = asked(lambda words: said.axes(found, "own", None, words))
    assert told == [
        ("axis.column", {"place": place, "name": name}) for place, name in zip("₁₂", TWO.columns, strict=True)
    ]
    rank = many().prepared.spectrum.rank
    assert asked(lambda words: said.axes(many(), "own", (1, rank), words)) == [
        ("axis.direction", {"number": n}) for n in (1, rank)
    ]
    assert said.axes(many(), "own", (1, rank + 1), WORDS)[1] == WORDS["axis.idle"]
    twice = WHOLE.only((4, 4))
    first, second = said.names_of(twice, "own", WORDS)
    assert second == f"{first} (2)"


def test_lines_may_end_where_a_question_begins():
    """What a larger λ does is not drawn before it is asked for."""
    found, until = run(), 0.1
    ends = curves.curve(found, "coefficients", NAMES, WORDS, LIGHT, until=until)
    whole = curves.curve(found, "coefficients", NAMES, WORDS, LIGHT)
    assert read(ends, "curves")["x"].max() <= until * (1 + 1e-6) < read(whole, "curves")["x"].max()
    assert ends.specification == whole.specification, "the axes stay"
    ball = charts.ball(found, ["a"] * len(found.plane.path), ("x", "y"), WORDS, LIGHT, until=until)
    assert ball.tables["ridge"].num_rows == (until >= GRID).sum() < len(GRID)
