"""What the pictures of max margin draw and say, column by column, held against the run that they are of."""

import math
from dataclasses import replace

import numpy as np
import pytest

from charts import max_margin as charts
from charts.common import nice
from charts.max_margin import curves
from charts.max_margin import words as said
from charts.max_margin.shares import margin_shares
from charts.theme import theme
from core.data.own_points import Problem
from core.data.separable_data import DATA, points
from core.max_margin import (
    CURVES,
    LOSSES,
    Shares,
    angle,
    law_residual,
    measured,
    of_steps,
    plane_of,
    predicted,
    shares,
    study,
)
from tests.charts.reading import asked, holds, is_log, reach, read, says
from ui import text

LIGHT, WORDS = theme("light"), text.words("max_margin", "en")
SET = DATA["asymmetric"]()
RUN = study(SET)
SIGN = study(DATA["one_support"](), optimiser="sign")


def plane(run, seen=None, validation=None):
    seen = seen or plane_of(run)
    return charts.plane(run, seen, charts.reach(seen), ["said"] * len(run.at), validation, WORDS, LIGHT)


def half_of(picture):
    """The half-length that the domains are made of."""
    layer = next(part for part in picture.specification["layer"] if "scale" in part["encoding"].get("x", {}))
    ends = [layer["encoding"][axis]["scale"]["domain"] for axis in "xy"]
    half = float(ends[0][1]["expr"].split("*")[1].split("/")[0])
    unit = f"{half} / min(width / 2.8, height / 2.2)"
    assert [end["expr"] for axis in ends for end in axis] == [
        f"-width / 2 * {unit}", f"width / 2 * {unit}", f"-height * 1.2 / 2.2 * {unit}", f"height / 2.2 * {unit}",
    ]  # fmt: skip
    return half


@pytest.mark.parametrize(("x", "y"), [(2.8, 0.5), (1.4, 1.2), (0.1, 3.0), (-7.0, 0.1)])
def test_the_plane_is_wide_enough_for_the_points_and_little_wider(x, y):
    """2.8 : 2.2 is its shape: what is across counts 1/1.4, with a tenth of room."""
    run = study(points([(x, y, 1), (-x, -y, -1)]))
    seen = plane_of(run)
    most = max(np.abs(seen.x[:, 1]).max(), np.abs(seen.x[:, 0]).max() / 1.4)
    assert half_of(plane(run)) == nice(1.1 * most) >= 1.1 * most


def test_points_and_support_are_those_of_the_run():
    picture, seen = plane(RUN), plane_of(RUN)
    rows = read(picture, "points")
    drawn = {(round(float(x), 5), round(float(y), 5)) for x, y in zip(rows["x"], rows["y"], strict=True)}
    assert drawn == {(round(float(x), 5), round(float(y), 5)) for x, y in seen.x}
    for x, y, label, support, count in zip(*rows.values(), strict=True):
        same = np.flatnonzero((np.abs(SET.x - [x, y]) < 1e-5).all(axis=1))
        assert label == WORDS["label.plus" if SET.y[same[0]] > 0 else "label.minus"]
        assert support == seen.support[same[0]] and count == (f"×{len(same)}" if len(same) > 1 else "")
    holds(plane(RUN, validation=np.array([-1.0, 0.2])), "validation", x=[-1.0], y=[0.2])


def test_lines_go_through_the_points_that_theory_says_they_do():
    """The predicted separator through 0, at right angles to its normal, far beyond the edges; the street beside it."""
    for run, names in ((RUN, ["svm"]), (SIGN, ["limit", "other"])):
        seen, picture = plane_of(run), plane(run)
        half, rows = half_of(picture), read(picture, "theory")
        assert rows["name"].tolist() == [WORDS[f"line.{name}"] for name in names]
        for place, normal in enumerate([seen.limit, seen.svm][: len(names)]):
            a, b = (np.array([rows[x][place], rows[y][place]]) for x, y in (("x", "y"), ("x2", "y2")))
            np.testing.assert_allclose(a, -b, rtol=1e-5)
            assert abs(a @ normal) < 1e-4 * half and np.hypot(*a) == pytest.approx(40 * half, rel=1e-5)
        street = read(picture, "street")
        assert street["order"].tolist() == [0, 1, 2, 3]
        corners = np.column_stack([street["x"], street["y"]])
        np.testing.assert_allclose(corners @ seen.street, seen.half_width * np.array([-1, -1, 1, 1]), atol=1e-4 * half)
        sides = np.roll(corners, -1, axis=0) - corners
        np.testing.assert_allclose(np.hypot(*sides.T)[[0, 2]], 80 * half, rtol=1e-4)
        assert (sides[0] @ sides[2]) < 0, "it goes round"


def test_an_end_that_is_the_svms_but_for_rounding_is_one_line():
    seen = plane_of(RUN)
    turned = {
        away: np.array([[np.cos(away), -np.sin(away)], [np.sin(away), np.cos(away)]]) @ seen.svm
        for away in (2e-5, 8e-5)
    }
    for away, count in ((2e-5, 1), (8e-5, 2)):  # 1 − cos is 2·10⁻¹⁰ and 3·10⁻⁹
        assert len(plane(RUN, replace(seen, limit=turned[away])).tables["theory"]) == count
    assert len(plane(RUN, replace(seen, limit=-seen.svm)).tables["theory"]) == 1, "whichever way it points"
    assert len(plane(RUN, replace(seen, limit=seen.svm, svm=None)).tables["theory"]) == 1


def test_the_separator_of_each_frame_and_the_ones_that_stay():
    picture, seen = plane(RUN), plane_of(RUN)
    half, rows = half_of(picture), read(picture, "separator")
    ends = np.column_stack([rows["x2"], rows["y2"]])
    np.testing.assert_allclose(np.column_stack([rows["x"], rows["y"]]), -ends, rtol=1e-5)
    moving = np.linalg.norm(seen.w, axis=1) > 0
    np.testing.assert_allclose(np.hypot(*ends.T)[moving], 40 * half, rtol=1e-5)
    off = (ends * seen.w).sum(axis=1) / np.linalg.norm(seen.w, axis=1)
    assert np.abs(off[moving]).max() < 1e-4 * half
    turned = seen.w[:, 0] * ends[:, 1] - seen.w[:, 1] * ends[:, 0]
    assert (turned[moving] > 0).all(), "all drawn the same way round"
    assert rows["step"].tolist() == list(range(len(RUN.at))) and set(rows["last"]) == {len(RUN.at) - 1}
    assert set(rows["name"]) == {WORDS["line.now"]} and set(rows["readout"]) == {"said"}
    kept = np.log10(RUN.at[rows["decade"] == 1])
    np.testing.assert_allclose(kept, np.arange(13), atol=0.06)
    still = plane(RUN, replace(seen, w=np.zeros_like(seen.w)))
    assert set(read(still, "separator")["x"]) == {0.0}


@pytest.mark.parametrize("run", [RUN, SIGN], ids=["gradient descent", "sign"])
@pytest.mark.parametrize("name", CURVES)
def test_a_curve_its_law_and_its_steps_are_those_of_the_run(run, name):
    picture = curves.curve(run, run, name, None, WORDS, LIGHT)
    (low, high), values, law = reach(picture, "y")[0], measured(run)[name], predicted(run)[name]

    def held(values):
        return np.maximum(values, low / 3) if is_log(picture, "y") else values

    for table, numbers in (("curve", values), ("law", law)):
        known = np.isfinite(numbers)
        holds(picture, table, x=np.log10(run.at)[known], value=held(numbers[known]))
    frames = np.flatnonzero(np.isfinite(values))
    holds(picture, "curve", step=frames, last=len(run.at) - 1)
    count = np.isfinite(law).sum()
    assert (count > 0) == (run is RUN), "there is no law of the margins of sign descent"
    holds(picture, "law", step=[0] * count, last=[0] * count)
    if run.steps is not None:
        times = run.step_size * run.steps.step
        seen = np.flatnonzero((times >= run.at[0]) & (times <= run.at[-1]))[::4]
        seen = seen[np.isfinite(of_steps(run)[name][seen])]
        frames = [int(np.flatnonzero(run.at >= time)[0]) for time in times[seen]]
        holds(picture, "steps", x=np.log10(times[seen]), value=held(of_steps(run)[name][seen]), step=frames, last=0)
    assert reach(picture, "x") == [{"time": [-2, 12], "step": [0, 4]}[run.clock]]
    known = values[np.isfinite(values)]
    if name == "loss":
        assert not is_log(picture, "y") and low <= known.min() and high == max(2, math.ceil(known.max()))
        assert -low == nice(-known.min())
    elif is_log(picture, "y") and not (known > 1e-9).any():
        assert (low, high) == (1e-3, 1.0)
    elif is_log(picture, "y"):
        seen = known[known > 1e-9]
        assert high / 10 < seen.max() <= high * (1 + 1e-9) and math.log10(high) % 1 == 0
        assert low == max(10.0 ** math.floor(math.log10(seen.min())), high * 1e-6)
    else:
        assert low == 0 and high == nice(1.02 * known.max())


def test_where_no_plane_separates_the_distance_is_to_where_the_loss_is_least():
    apart = study(points([(1, 0, 1), (2, 0, -1), (0, 1, 1), (0, 2, -1)]))
    for run in (RUN, apart):
        for name in CURVES:
            layers = curves.curve(run, run, name, None, WORDS, LIGHT).specification["layer"]
            rest = run is apart and name == "distance"
            assert {part["encoding"]["y"]["title"] for part in layers} == {
                WORDS["panel_axis.rest" if rest else f"panel_axis.{name}"]
            }


def test_axes_where_there_is_little_to_see():
    """The ends that an axis has by itself: no loss, a loss above one, a loss that never falls, no distance left."""

    def domain(name, values, tail=None):
        run = replace(RUN, loss=RUN.loss if tail is None else tail)
        kept = curves.measured
        curves.measured = lambda run: {name: np.array(values)}
        try:
            return curves._domain(run, name)
        finally:
            curves.measured = kept

    assert domain("loss", [np.nan]) == ((-1.0, 2.0), False)
    assert domain("loss", [0.5, 2.3]) == ((0.0, 3), False)
    assert domain("loss", [0.0]) == ((0.0, 2.0), False)
    assert domain("loss", [-0.3, 0.1]) == ((pytest.approx(-0.3), 2.0), False)
    assert domain("norm", [np.nan]) == ((0.0, 1.0), False)
    assert domain("norm", [0.0, 4.9]) == ((0.0, 5.0), False) and domain("norm", [4.95]) == ((0.0, 6.0), False)
    assert domain("distance", [np.nan, 0.0, 1e-9]) == ((1e-3, 1.0), True)
    assert domain("distance", [1.1e-9, 2e-9]) == ((pytest.approx(1e-9), pytest.approx(1e-8)), True)
    assert domain("distance", [1e-8, 1.0]) == ((1e-6, 1.0), True)
    assert domain("distance", [0.02, 3.0, 10.0]) == ((0.01, 10.0), True)


def test_a_polynomial_tails_norm_is_on_a_log_axis():
    for name in LOSSES:
        run = study(SET, loss=name)
        assert is_log(curves.curve(run, run, "norm", None, WORDS, LIGHT), "y") == bool(run.loss.tail)
    assert any(study(SET, loss=name).loss.tail for name in LOSSES)


def test_what_lies_below_a_log_axis_is_held_below_it_and_on_a_plain_one_it_is_not():
    rows = {"x": np.arange(4.0), "value": np.array([1e-9, 0.5, np.inf, -1.0]), "step": 0}
    assert curves._held(rows, (0.3, 1.0), True)["value"].to_pylist() == pytest.approx([0.1, 0.5, 0.1])
    assert curves._held(rows, (0.3, 1.0), False)["value"].to_pylist() == pytest.approx([1e-9, 0.5, -1.0])


def test_the_loss_of_a_point_that_was_not_trained_on():
    """log₁₀ log(1 + e^(−wᵀz)), and −wᵀz/ln 10 where that is beyond all digits."""
    for point in (np.array([0.3, 0.4]), np.array([30.0, 30.0]), np.array([-1.0, 0.2])):
        u = RUN.w @ point
        expected = [math.log10(math.log1p(math.exp(-v))) if v < 600 else -v / math.log(10) for v in u]
        found = curves._validation(RUN, "loss", point)
        np.testing.assert_allclose(found, expected, atol=1e-9)
    for u in (29.0, 31.0, 40.0):
        one = replace(RUN, w=np.full_like(RUN.w, u), at=RUN.at)
        exact = math.log10(math.log1p(math.exp(-u)))
        np.testing.assert_allclose(curves._validation(one, "loss", np.array([1.0, 0.0])), exact, rtol=1e-12)
    assert np.isnan(curves._validation(RUN, "norm", np.ones(2))).all()
    assert np.isnan(curves._validation(RUN, "loss", None)).all()


def test_no_steps_are_drawn_where_none_were_taken():
    picture = curves.curve(replace(RUN, steps=None), RUN, "angle" if "angle" in CURVES else "norm", None, WORDS, LIGHT)
    assert picture.tables["steps"].num_rows == 0


def test_what_is_left_is_drawn_with_the_power_of_t_through_its_end():
    run = RUN.until(1e6)
    left, rate = law_residual(run), 0.5
    picture = curves.residual(run, rate, WORDS, LIGHT)
    (low, high), known = reach(picture, "y")[0], np.flatnonzero(np.isfinite(left) & (left > 0))
    assert low <= max(left[known].min(), 1e-9) < 10 * low and high / 10 < left[known].max() <= high
    assert reach(picture, "x") == [[-2, 12]] and is_log(picture, "y")
    holds(
        picture,
        "curve",
        x=np.log10(run.at)[known],
        value=np.maximum(left[known], low / 3),
        step=known,
        last=len(run.at) - 1,
    )
    line = left[-1] * (run.at / run.at[-1]) ** -0.5
    seen = (run.at >= 1) & (line < high)
    holds(picture, "law", x=np.log10(run.at)[seen], value=line[seen])
    assert run.at.min() < 1 and picture.tables["law"].num_rows < len(run.at)


def test_nothing_left_but_rounding_is_a_billionth():
    kept = curves.law_residual
    curves.law_residual = lambda run: np.where(
        np.arange(len(run.at)) == 3, 0.5, np.where(np.arange(len(run.at)) == 4, 0.0, 1e-12)
    )
    try:
        assert reach(curves.residual(RUN, 1.0, WORDS, LIGHT), "y") == [[1e-9, 1.0]]
    finally:
        curves.law_residual = kept


def test_the_shares_of_the_margins():
    found = shares(DATA["one_support"]())
    picture = margin_shares(found, WORDS, LIGHT)
    for i, optimiser in enumerate(found.optimisers):
        for j, norm in enumerate(found.norms):
            holds(picture, "shares", {"optimiser": WORDS[f"optimiser.{optimiser}"], "norm": WORDS[f"norm.{norm}"]},
                  share=[found.share[i, j]], text=[f"{found.share[i, j]:.3f}".replace("-", "−")],
                  own=[int(found.own[i] == norm)])  # fmt: skip
    assert said.geometry(found, WORDS) == WORDS["geometry_caption"]
    alike = said.geometry(replace(found, apart=0.0), WORDS)
    assert alike.startswith(WORDS["geometry_alike"]), "where nothing tells the norms apart, that is said first"
    assert reach(picture, "color") == [[0.6, 1]]
    told = asked(said.shares_told, found)
    for (name, numbers), i in zip(told, range(len(found.optimisers)), strict=True):
        own = found.norms.index(found.own[i])
        assert (name, numbers["share"]) == ("alt_share", found.share[i, own]) and isinstance(found, Shares)


def test_the_thumbnail_shows_the_traces_and_the_street():
    picture = charts.thumbnail(LIGHT)
    assert half_of(picture) == 3.5
    inside = read(picture, "points")
    assert np.abs(inside["x"]).max() < 3.5 * 1.4 and np.abs(inside["y"]).max() < 3.5
    assert read(picture, "separator")["decade"].sum() == 13


def test_what_is_said_of_the_plane():
    seen, last = plane_of(RUN), float(angle(RUN)[-1])
    names = asked(said.told, RUN, seen)
    assert names[0] == ("at.time", {"at": "12.0"})
    assert names[1] == (
        "alt_plane",
        {"count": 12, "support": int(seen.support.sum()), "at": "at.time", "angle": f"{last:.2f}"},
    )
    for degrees, written in ((9.999, "10.00"), (10.0, "10.0"), (123.456, "123.5"), (2.1267, "2.13")):
        assert said._degrees(degrees) == written
    still = replace(RUN, w=np.zeros_like(RUN.w), street=study(points([(1, 0, 1), (1, 0, -1)])).street)
    assert [name for name, _ in asked(said.told, still, seen)][-1] == "alt_plane_still"
    moving = study(points([(1, 0, 1), (1, 0, -1), (0, 1, 1)]))
    assert [name for name, _ in asked(said.told, moving, plane_of(moving))][-1] == "alt_plane_plain"


def test_the_readout_has_the_clock_and_the_angle_of_each_frame():
    found = asked(lambda words: said.readout(RUN, words))
    for (name, numbers), at, degrees in zip(found, RUN.at, angle(RUN), strict=True):
        assert name == "readout.time" and numbers["at"] == f"{math.log10(at):.1f}".replace("-", "−")
        assert numbers["angle"] == (f"{degrees:.2f}" if degrees < 10 else f"{degrees:.1f}")
    steps = asked(lambda words: said.readout(SIGN, words))
    assert [numbers["at"] for _, numbers in steps] == [f"{at:.0f}" for at in SIGN.at]


@pytest.mark.parametrize("name", CURVES)
def test_first_and_last_value_of_a_curve_are_told_with_the_laws(name):
    values, law = measured(RUN)[name], predicted(RUN)[name]
    found = dict(asked(lambda words: said.curve_told(RUN, name, words)))
    assert found["alt_curve"] == {"curve": f"panel.{name}", "at": "at.time", "first": values[0], "last": values[-1]}
    assert ("alt_law" in found) == np.isfinite(law[-1])
    assert "alt_law" not in found or found["alt_law"] == {"value": law[-1]}


def test_what_the_data_allow_and_what_is_left_is_said():
    margin = RUN.street.margin
    says(lambda words: said.facts(RUN, "own", words), id="facts.separable", dimension=2, count=12,
         support=int(margin.support.sum()), margin=float(margin.margin))  # fmt: skip
    (_, at), (name, numbers) = asked(lambda words: said.residual_told(RUN, words))
    law = RUN.street.law
    assert name == "residual_caption" and at == {"at": "12.0"}
    assert (numbers["rate"], numbers["next_rate"], numbers["left"]) == (law.rate, law.next_rate, law_residual(RUN)[-1])
    assert said._vector(np.array([-1.0, 2.34567])) == "(−1, 2.346)"
    assert said._vector(np.arange(5.0)) == "(0, 1, 2, 3, …)" and said._vector(np.arange(4.0)) == "(0, 1, 2, 3)"
    assert numbers["offset"] == said._vector(law.offset) and numbers["limit"] == said._vector(margin.w)


def test_four_problems_are_named_and_the_others_counted():
    for count, more in ((4, None), (5, 1), (9, 5)):
        found = asked(said.problems, [Problem("missing", i, "x") for i in range(1, count + 1)])
        assert sum(name == "points_problem.missing" for name, _ in found) == 4
        assert [numbers["count"] for name, numbers in found if name == "points_problem.more"] == (
            [more] if more else []
        )
