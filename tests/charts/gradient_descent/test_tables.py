"""What the pictures of the ball draw, column by column, held against the run and the surface that they are of."""

import dataclasses
import json
import re

import numpy as np
import pytest

from charts import gradient_descent as charts
from charts.common import DRAWING, rgb
from charts.gradient_descent import convergence as curves
from charts.gradient_descent import rolling_ball
from charts.gradient_descent import stability_and_basins as maps
from charts.gradient_descent.relief import relief
from charts.theme import LIGHT
from core.gradient_descent import LOST, Basins, Rate, Stability, basins, descend, race
from core.surfaces.landscape import landscape
from core.surfaces.named import SURFACES, from_expression, in_square, quadratic
from tests.charts.reading import holds, is_log, is_near, pixels, reach, read
from ui.text import words

WORDS = words("gradient_descent", "en")
LINE = np.array([[-2.0, 2.0]])


def raced(surface, *methods, **settings):
    return race(surface, tuple(surface.start), methods, **{"step_size": surface.step_size, "steps": 30} | settings)


def test_the_map_shows_each_run_up_to_its_last_number():
    surface = SURFACES["himmelblau"]
    run = raced(surface, "gradient_descent", "heavy_ball", step_size=0.05)
    picture = charts.landscape(surface, landscape(surface), run.runs, WORDS, LIGHT)
    assert reach(picture, "x", "y") == surface.domain.tolist()
    holds(picture, "minimizers", x=surface.minimizers[:, 0], y=surface.minimizers[:, 1])
    for method, one in run.runs.items():
        count = np.isfinite(one.value).sum()
        holds(picture, "balls", {"method": WORDS[f"methods.{method}"]}, step=np.arange(count), last=count - 1,
              x=one.path[:count, 0], y=one.path[:count, 1])  # fmt: skip
    assert charts.STILL * max(DRAWING) < 2.5, "pixels that a trail may be away from its ball"


def test_a_run_that_flew_off_ends_where_it_was_last_seen():
    surface = quadratic(10.0)
    run = raced(surface, "gradient_descent", step_size=1e3, steps=200).runs
    seen = int(np.isfinite(run["gradient_descent"].value).sum())
    assert seen < 200
    holds(
        charts.landscape(surface, landscape(surface), run, WORDS, LIGHT), "balls", step=np.arange(seen), last=seen - 1
    )


def test_minima_are_marked_small_where_there_are_many():
    def size(name):
        surface = SURFACES[name]
        made = charts.landscape(surface, landscape(surface), {}, WORDS, LIGHT).specification
        return next(layer["mark"]["size"] for layer in made["layer"] if layer["mark"].get("shape") == "cross")

    assert len(SURFACES["rastrigin"].minimizers) > 12 >= len(SURFACES["himmelblau"].minimizers)
    assert size("rastrigin") < size("himmelblau")


@pytest.mark.parametrize(("count", "is_small"), [(12, False), (13, True)])
def test_a_dozen_minima_are_not_many(count, is_small):
    surface = dataclasses.replace(SURFACES["himmelblau"], minimizers=np.zeros((count, 2)))
    made = charts.landscape(surface, landscape(surface), {}, WORDS, LIGHT).specification
    assert next(part["mark"]["size"] for part in made["layer"] if part["mark"].get("shape") == "cross") == (
        25 if is_small else 110)  # fmt: skip


@pytest.mark.parametrize(("formula", "scale"), [("x^2", 4), ("0*x", 1), ("5 + 0*x", 5), ("-x^2", 4)])
def test_the_curve_has_room_below_and_above(formula, scale):
    surface = from_expression(formula, LINE)
    land = landscape(surface)
    picture = charts.curve(surface, land, {}, WORDS, LIGHT)
    holds(picture, "curve", x=land.x, y=land.value[0])
    holds(picture, "minimizers", x=surface.minimizers[:, 0], y=surface.value(surface.minimizers))
    size = np.ptp(land.value) or scale
    assert size == pytest.approx(scale, rel=1e-3)
    across, up = reach(picture, "x", "y")
    assert across == [-2, 2]
    assert up == pytest.approx([land.value.min() - 0.04 * size, land.value.max() + 0.02 * size])


def test_a_curve_whose_heights_no_axis_holds_is_drawn_without_them():
    surface = from_expression("exp(exp(exp(2*x)))", LINE)
    land = landscape(surface)
    assert land.value.max() > charts.HIGHEST >= 1e300
    up = reach(charts.curve(surface, land, {}, WORDS, LIGHT), "y")[0]
    assert up[1] < 1.03e300
    beyond = dataclasses.replace(land, value=np.full_like(land.value, np.inf))
    assert reach(charts.curve(surface, beyond, {}, WORDS, LIGHT), "y")[0] == [-0.04, 0.02]


def test_the_axis_of_heights_has_room_for_who_climbs_first():
    assert curves._decades([np.array([30.0, 2e4, 1e-3])]) == pytest.approx((1e-9, 1e5))
    assert curves._decades([np.array([30.0, 2e6, np.nan])]) == pytest.approx((1e-11, 1e3)), "who flies off leaves it"


@pytest.mark.parametrize(("start", "top"), [(1.0, 10.0), (1.1, 100.0), (30.0, 1000.0), (0.0, 1e-5)])
def test_the_axis_of_heights_has_fourteen_decades_from_above_the_start(start, top):
    assert curves._decades([np.array([start / 2, 9e9]), np.array([start])]) == pytest.approx((top * 1e-14, top))
    assert curves._decades([]) == pytest.approx((1e-13, 10.0))


def test_what_is_at_the_floor_is_not_drawn_unless_the_run_comes_up_again():
    def shown(*gap):
        rows = curves._gap_rows(np.array(gap), 1e-14)
        return rows["step"].tolist(), rows["gap"].tolist(), rows["last"]

    assert shown(1.0, 0.1, 1e-14, 1e-20) == ([0, 1], [1.0, 0.1], 1)
    assert shown(1.0, 1e-14, 0.5) == ([0, 2], [1.0, 0.5], 2)
    assert shown(1.0, np.nan, 0.5, np.inf) == ([0, 2], [1.0, 0.5], 2)
    assert shown(np.nan, 0.0) == ([], [], 0)
    assert shown(2e-14, 1e-14) == ([0], [2e-14], 0)


def test_a_run_is_drawn_above_the_minimum_that_it_ends_at():
    """A fiftieth of the width away is not there: then it is drawn above the lowest one."""
    surface = SURFACES["quartic"]
    worse = surface.minimizers[-1]
    assert surface.value(worse) > surface.minimum
    run = descend(surface, np.array([-3.0]), "gradient_descent", step_size=0.002, momentum=0.0, steps=400)
    for away, lowest in ((0.0, surface.value(worse)), (0.019, surface.value(worse)), (0.021, surface.minimum)):
        path = run.path.copy()
        path[-1] = worse + away * surface.width
        moved = dataclasses.replace(run, path=path)
        np.testing.assert_allclose(curves._gap(surface, moved), np.maximum(run.value - lowest, 0))
    low = from_expression("x^3", LINE)
    run = descend(low, np.array([-1.0]), "gradient_descent", step_size=0.01, momentum=0.0, steps=9)
    np.testing.assert_allclose(curves._gap(low, run), np.abs(run.value))


@pytest.mark.parametrize("is_double", [False, True])
def test_the_predicted_decay_goes_through_the_run_four_fifths_of_its_way(is_double):
    gap = np.exp(-0.1 * np.arange(101)) * (2 + np.sin(np.arange(101)))
    rate = Rate(0.9, is_double)
    line = curves._rate_line(gap, rate, (1e-10, 10.0))
    step = np.unique(np.linspace(10, 100, 40).round())
    away = 0.9**step * (step if is_double else 1), 0.9**80 * (80 if is_double else 1)
    expected = gap[80] * (away[0] / away[1]) ** 2
    np.testing.assert_array_equal(line["step"], step[expected < 10])
    np.testing.assert_allclose(line["gap"], expected[expected < 10])
    low = curves._rate_line(gap, rate, (0.01, 10.0))
    alive = np.flatnonzero(gap > 0.01)
    assert low["step"][-1] <= alive[-1] and (low["gap"] > 0.01).all()
    for factor, seen in ((0.0, gap), (np.inf, gap), (0.9, gap[:2])):
        assert len(curves._rate_line(seen, Rate(factor, is_double), (1e-10, 10.0))["step"]) == 0
    assert len(curves._rate_line(gap[:3], rate, (1e-10, 10.0))["step"]) > 0


def test_the_picture_of_the_heights_is_as_wide_as_the_run():
    surface = quadratic(10.0)
    run = raced(surface, "gradient_descent", "newton", step_size=0.1, steps=40)
    picture = curves.convergence(surface, run.runs, run.rates, WORDS, LIGHT, 40)
    across, up = reach(picture, "x", "y")
    top = 10.0 ** (np.ceil(np.log10(run.entries[0].run.value[0])) + 1)
    assert across == [0, 40] and up == pytest.approx([top * 1e-14, top]) and is_log(picture, "y")
    assert set(read(picture, "rates")["method"]) == {"gradient_descent"}
    line, drawn = read(picture, "rates"), read(picture, "gaps", method=WORDS["methods.gradient_descent"])
    late = line["step"] > 20
    off = np.log(line["gap"][late] / drawn["gap"][line["step"][late].astype(int)])
    assert np.abs(off).max() < 0.01, "of a quadratic the prediction is exact once the slowest mode is left"


def test_the_surface_in_space_has_each_point_at_its_share_of_the_heights():
    surface = SURFACES["himmelblau"]
    land = landscape(surface)
    (low, right), (_, top) = surface.domain
    path = np.array([[0.0, 0.0], [low, top], [right + 0.1, 0.0], [np.nan, 0.0], [2.0, 1.0]])
    figure = relief(surface, land, {"one": path}, {"one": LIGHT.text}, LIGHT)
    ground, line = figure.data
    seen = path[[0, 1, 4]]
    np.testing.assert_allclose(np.column_stack([line.x, line.y]), seen)
    share = [(land.value < height).sum() / (land.value.size - 1) for height in surface.value(seen)]
    np.testing.assert_allclose(line.z, np.add(share, 0.015))
    np.testing.assert_array_equal(ground.z, land.rank)
    np.testing.assert_array_equal(ground.customdata, land.value)
    assert [stop for stop, _ in ground.colorscale] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    levels = ground.contours.z
    assert (levels.start, levels.end, levels.size) == pytest.approx((0, 1, 1 / 12)), "as many as the map has"
    assert (figure.layout.margin.l, figure.layout.margin.r, figure.layout.margin.t, figure.layout.margin.b) == (0,) * 4
    undefined = dataclasses.replace(land, value=np.full_like(land.value, np.nan))
    assert len(relief(surface, undefined, {"one": path}, {"one": LIGHT.text}, LIGHT).data) == 2


def rolled():
    return raced(SURFACES["quartic"], "physical_ball", steps=49).ball


def test_the_energy_is_parted_into_motion_and_height():
    """Motion is half the square of the speed along the curve, height by how hard it is pulled; both by the inertia. The
    ball starts at rest, high up."""
    surface, roll = SURFACES["quartic"], rolled()
    picture = rolling_ball.energy(roll, WORDS, LIGHT)
    climb = roll.height_scale * surface.gradient(roll.path)
    speed = (roll.velocity**2).sum(axis=1) + (climb * roll.velocity).sum(axis=1) ** 2
    motion, height = 0.5 * speed, 9.81 / 1.4 * roll.height_scale * (roll.value - surface.minimum)
    for part, energy in (("motion", motion), ("height", height), ("total", motion + height)):
        drawn = read(picture, "energy", part=WORDS[f"energy.{part}"])
        np.testing.assert_allclose(drawn["energy"], energy, rtol=1e-4, atol=1e-4 * height.max())
        assert is_near(drawn["time"], np.linspace(0, 12, 50)) and drawn["step"].tolist() == list(range(50))
    assert motion[0] == 0 < motion.max() and height[0] == height.max()
    assert reach(picture, "x") == [[0, 12.0]]


def test_the_forces_stand_at_the_ball_in_metres():
    surface, roll = SURFACES["quartic"], rolled()
    land = landscape(surface)
    picture = rolling_ball.forces(land, roll, WORDS, LIGHT)
    width, scale = np.ptp(land.x), roll.height_scale
    holds(picture, "curve", x=land.x, z=scale * land.value[0])
    unit = 0.05 * width / 9.81  # gravity is a twentieth of the picture long, so that the reaction has room above it
    for force in ("gravity", "normal", "tangential"):
        arrow = getattr(roll, force)
        holds(picture, "forces", {"force": WORDS[f"force.{force}"]}, x=roll.path[:, 0], z=scale * roll.value,
              x2=roll.path[:, 0] + unit * arrow[:, 0], z2=scale * roll.value + unit * arrow[:, 1],
              step=np.arange(50), last=49)  # fmt: skip
    layer = next(
        part for part in picture.specification["layer"] if "z:Q" in json.dumps(part) or "z" in json.dumps(part)
    )
    up = layer["encoding"]["y"]["scale"]
    bottom, rise = map(float, re.fullmatch(r"(\S+) \+ (\S+) \* height / width", up["domainMax"]["expr"]).groups())
    assert up["domainMin"] == pytest.approx(bottom) == pytest.approx(scale * land.value.min() - 0.06 * width)
    assert rise == pytest.approx(width), "as many metres a pixel upward as across"
    assert reach(picture, "x") == [[land.x[0], land.x[-1]]]


def test_a_ball_that_is_lost_stays_in_the_last_frame_it_was_seen_in():
    roll = rolled()
    value = np.where(np.arange(50) < 20, roll.value, np.nan)
    energy = np.where(np.arange(50) < 20, roll.energy, np.nan)
    lost = dataclasses.replace(roll, value=value, energy=energy)
    land = landscape(SURFACES["quartic"])
    assert set(read(rolling_ball.forces(land, lost, WORDS, LIGHT), "forces")["last"]) == {19}
    assert read(rolling_ball.energy(lost, WORDS, LIGHT), "energy")["step"].max() == 19


def test_the_stability_map_is_coloured_where_the_factor_is_below_one_and_nowhere_else():
    radii = np.array([[0.2, 0.6, 0.999], [1.0, 1.2, 1.49], [0.4, 1.6, np.inf]])
    found = Stability("heavy_ball", np.ones(2), np.array([0.01, 0.1, 1.0]), np.array([0.0, 0.5, 0.9]), radii)
    picture = maps.stability(found, (0.1, 0.5), WORDS, LIGHT)
    shade = pixels(read(picture, "field")["image"][0], "P")
    np.testing.assert_array_equal(shade == 255, radii >= 1)
    for place in np.argwhere(radii < 1):
        assert shade[tuple(place)] == round(254 * (1 - radii[tuple(place)]) / 0.8), "darkest where it is quickest"
    holds(picture, "here", step_size=[0.1], momentum=[0.5])
    assert reach(picture, "x", "y") == [[0.01, 1.0], [0, 0.9]] and is_log(picture, "x")
    unstable = dataclasses.replace(found, radii=np.full((3, 3), 2.0))
    assert (pixels(read(maps.stability(unstable, (0.1, 0.5), WORDS, LIGHT), "field")["image"][0], "P") == 255).all()
    same = dataclasses.replace(found, radii=np.full((3, 3), 1 - 1e-13))
    assert (pixels(read(maps.stability(same, (0.1, 0.5), WORDS, LIGHT), "field")["image"][0], "P") < 255).all()


@pytest.mark.parametrize("name", ["himmelblau", "quartic"])
def test_every_start_has_the_colour_of_the_minimum_it_reaches(name):
    surface = SURFACES[name]
    found = basins(surface, "gradient_descent", step_size=0.03, momentum=0.0, resolution=24, steps=60)
    label = found.label.copy()
    label[0, :2] = LOST, -1  # one that flies off, one that never arrives
    found = dataclasses.replace(found, label=label, steps_needed=np.ones_like(label), bound_for=np.full_like(label, -1))
    picture = maps.basins(surface, found, WORDS, LIGHT)
    drawn = pixels(read(picture, "field")["image"][0])
    for (row, column), which in np.ndenumerate(label):
        if which >= 0 or which == LOST:
            colour = LIGHT.bad if which == LOST else LIGHT.series[which % len(LIGHT.series)]
            assert tuple(drawn[row, column]) == (*rgb(colour), 255)
        else:
            assert drawn[row, column, 3] == 0
    flat = surface.dimension == 1
    middle = np.full(len(surface.minimizers), 0.5)
    holds(picture, "minimizers", x=surface.minimizers[:, 0], y=middle if flat else surface.minimizers[:, 1])
    assert reach(picture, "x", "y") == [surface.domain[0].tolist(), [0, 1] if flat else surface.domain[1].tolist()]


def test_the_colours_of_the_minima_begin_again_after_the_last():
    surface = SURFACES["rastrigin"]
    count = len(LIGHT.series)
    label = np.array([[0, count, count + 1]])
    found = Basins(np.arange(3.0), np.zeros(1), label, np.zeros_like(label), np.full_like(label, -1))
    drawn = pixels(read(maps.basins(surface, found, WORDS, LIGHT), "field")["image"][0])[0]
    assert [tuple(p[:3]) for p in drawn] == [rgb(LIGHT.series[i]) for i in (0, 0, 1)]


def test_a_start_is_the_paler_the_later_it_arrives_and_palest_on_its_way():
    label, steps, bound = (
        np.array([[0, 0, 0, -1, -1]]),
        np.array([[1, 50, 100, -1, -1]]),
        np.array([[-1, -1, -1, 0, -1]]),
    )
    found = Basins(np.arange(5.0), np.zeros(1), label, steps, bound)
    drawn = pixels(read(maps.basins(SURFACES["quartic"], found, WORDS, LIGHT), "field")["image"][0])[0]
    light = drawn[:4, :3].astype(int).sum(axis=1)
    assert tuple(drawn[0, :3]) == rgb(LIGHT.series[0]) and (np.diff(light) > 30).all()
    assert (drawn[:4, 3] == 255).all() and drawn[4, 3] == 0


def test_the_thumbnail_shows_both_runs_on_their_way_into_the_valley():
    picture = charts.thumbnail(LIGHT)
    assert reach(picture, "x", "y") == [[-2, 2], [-2, 2]]
    surface = quadratic(40.0)
    for method in ("gradient_descent", "heavy_ball"):
        trail = read(picture, "trail", method=method)
        assert (trail["x"][0], trail["y"][0]) == pytest.approx((-1.8, 0.7)) and trail["step"].max() <= 60
        place = np.array([trail["x"], trail["y"]])
        assert (np.abs(place) <= 2).all() and np.hypot(*place[:, -1]) < 0.1
    assert read(picture, "trail")["step"].max() > 45 and surface.minimizers.tolist() == [[0, 0]]


@pytest.mark.parametrize("formula", ["1/x", "tan(3*x)"])
def test_a_surface_with_poles_still_has_ends(formula):
    surface = in_square(formula, 3.0)
    up = reach(charts.curve(surface, landscape(surface), {}, WORDS, LIGHT), "y")[0]
    assert np.isfinite(up).all() and up[0] < up[1]
