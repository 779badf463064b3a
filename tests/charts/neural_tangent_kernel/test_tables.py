"""What the pictures of the tangent kernel draw and say, held against the study that they are of."""

import json
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from charts import neural_tangent_kernel as charts
from charts.common import nice
from charts.neural_tangent_kernel import lines, sweeps, views
from charts.neural_tangent_kernel import words as said
from charts.theme import theme
from core.neural_tangent_kernel import (
    MEASURES,
    TASKS,
    EnsembleStudy,
    Growth,
    Laziness,
    ModeCurves,
    Settings,
    growth,
    own,
    study,
    width_sweep,
)
from core.progress import finish
from tests.charts.reading import asked, holds, is_log, level_lines, pixels, reach, read, says
from ui import text

LIGHT, WORDS = theme("light"), text.words("neural_tangent_kernel", "en")
TASK = TASKS["circle"]()


@lru_cache
def run(steps=20, **more):
    return finish(study(TASK, Settings(**more), steps=steps))


def unrolled(picture, line):
    """The numbers of a line in each frame, as the browser cuts them out of the texts."""
    rows = read(picture, "frames")
    texts = zip(rows[line], rows["unit"], strict=True)
    return np.array([[np.nan if v == "x" else int(v) * unit for v in row.split()] for row, unit in texts])


def ends(picture):
    """The ends of the vertical axis, which these pictures give one by one."""
    scale = next(part["encoding"]["y"]["scale"] for part in picture.specification["layer"] if "scale" in
                 part["encoding"].get("y", {}))  # fmt: skip
    return scale["domainMin"], scale["domainMax"]


def test_a_network_is_drawn_beside_its_linearisation_in_the_band_of_two_deviations():
    found = run()
    half = charts.half_height(found)
    for place, (trace, limit) in enumerate(zip(found.traces, found.limits, strict=True)):
        picture = charts.function(found, place, ["said"] * len(found.step), WORDS, LIGHT)
        assert ends(picture) == (-half, half)
        expected = {"network": trace.function, "linear": trace.linear, "mean": limit.mean,
                    "low": limit.mean - 2 * limit.deviation, "high": limit.mean + 2 * limit.deviation}  # fmt: skip
        for name, values in expected.items():
            np.testing.assert_allclose(unrolled(picture, name), values, atol=2 * half / 1500)
        holds(picture, "samples", at=TASK.place, y=TASK.y)
        holds(
            picture,
            "frames",
            step=np.arange(len(found.step)),
            last=len(found.step) - 1,
            readout=["said"] * len(found.step),
        )
        assert reach(picture, "x") == [[TASK.grid_place[0], TASK.grid_place[-1]]]
        titled = [part["encoding"]["y"]["title"] for part in picture.specification["layer"] if "y" in part["encoding"]
                  and "title" in part["encoding"]["y"]]  # fmt: skip
        assert set(titled) == {WORDS["f_axis"] if place == 0 else None}


@pytest.mark.parametrize(
    ("y", "deviation"), [((1, -1), 0.1), ((0.3, 0.2), 0.0), ((1, -1), 1.2), ((1, -1), 9.0), ((0, 0), 9.0)]
)
def test_the_axis_has_room_for_the_targets_and_for_what_is_said_at_the_start(y, deviation):
    """1.7 times the targets, or 1.8 deviations of the limit at the start, up to 2.5 times the targets."""
    found = run()
    task = replace(TASK, y=np.resize(np.array(y, float), len(TASK.y)))
    limits = tuple(replace(limit, deviation=np.full_like(limit.deviation, deviation)) for limit in found.limits)
    most = max(np.abs(y).max(), (np.sqrt(np.mean(task.y**2)) or 1) / 2, 0.1)
    expected = nice(max(1.7 * most, min(1.8 * deviation, 2.5 * most)))
    assert charts.half_height(replace(found, task=task, limits=limits)) == expected
    small = replace(TASK, y=np.full(len(TASK.y), 1e-3))
    assert charts.half_height(replace(found, task=small, limits=tuple(
        replace(limit, deviation=np.zeros_like(limit.deviation)) for limit in found.limits))) == nice(0.17)  # fmt: skip


def test_a_kernel_is_drawn_in_units_of_the_infinitely_wide_one():
    found = run()
    for place, (trace, limit) in enumerate(zip(found.traces, found.limits, strict=True)):
        unit = limit.kernel[TASK.middle, TASK.middle]
        picture = charts.kernel(found, place, "circle", WORDS, LIGHT)
        marks = read(picture, "middle")
        low, high = float(marks["low"][0]), float(marks["high"][0])
        assert marks["at"] == pytest.approx([TASK.place[TASK.middle]])
        for name, values in (("now", trace.middle), ("start", trace.middle[:1]), ("limit", limit.middle[None])):
            drawn = unrolled(picture, name)
            np.testing.assert_allclose(drawn, np.broadcast_to(values / unit, drawn.shape), atol=(high - low) / 1500)
        assert [end["expr"] for end in ends(picture)] == [
            f"length(data('middle')) ? data('middle')[0].{end} : {otherwise}"
            for end, otherwise in (("low", 0), ("high", 1))
        ]  # fmt: skip
        assert len(read(picture, "frames")["step"]) == len(found.step)


REACHED = [(0.0, 0.9, 0, 1), (-0.01, 1.0, -0.5, 1), (-0.5, 1.6, -0.5, 2), (-4.0, 21.0, -5, 25), (-33.0, 5.1, -35, 10)]


@pytest.mark.parametrize(("low", "high", "bottom", "top"), [*REACHED, (0.1, 3.0, 0, 3)])
def test_the_axis_of_the_kernels_ends_at_few_places(low, high, bottom, top):
    found = run()
    unit = found.limits[0].kernel[TASK.middle, TASK.middle]
    limits = tuple(replace(one, middle=np.linspace(low, high, len(one.middle)) * unit) for one in found.limits)
    traces = tuple(replace(one, middle=np.full_like(one.middle, low * unit)) for one in found.traces)
    assert charts._reach(replace(found, limits=limits, traces=traces)) == (bottom, top)


def test_a_kernel_of_zero_is_drawn_in_its_own_units():
    found = finish(study(own("0 0"), Settings(bias_std=0.0), steps=5))
    assert charts._kernel_unit(found, 0) == 1.0


def test_numbers_travel_as_multiples_of_a_fifteen_hundredth_of_the_axis():
    rows = lines.frame_table({"a": np.array([[0.5, -1.0, 9.0, np.nan]]), "b": np.zeros((1, 4))}, 3.0).to_pylist()
    assert rows[0]["unit"] == pytest.approx(3 / 1500)
    assert rows[0]["a"] == "250 -500 4500 x" and rows[0]["b"] == "0 0 0 0"
    far = lines.frame_table({"a": np.array([[99.0, -99.0]])}, 3.0).to_pylist()
    assert far[0]["a"] == "6000 -6000", "four axes away is out of the picture"


def test_the_places_along_the_line_are_counted_out_evenly():
    made = lines.unrolled("frames", ("a",), (-1.0, 2.0, 7)).to_dict(validate=False, context={"top_level": False})
    first, last = made["transform"][1], made["transform"][-1]
    counted = {step["as"]: step["calculate"] for step in made["transform"] if "calculate" in step}
    assert "sequence(7)" in str(made["transform"]) and "-1.0 + 0.5 * datum.at" in str(counted) and first != last


def test_the_heat_maps_stand_one_below_the_other_on_one_scale_for_each_width():
    found = run()
    picture = views.heat_maps(found, "circle", WORDS, LIGHT)
    shade, points = pixels(read(picture, "image")["image"][0], "P"), len(TASK.grid_place)
    step = points + 3
    assert shade.shape == (3 * points + 6,) * 2
    for place, trace in enumerate(found.traces):
        most = np.abs(trace.start_line).max()
        for row, values in enumerate((np.abs(trace.line - trace.start_line), trace.line, trace.start_line)):
            drawn = shade[row * step : row * step + points, place * step : place * step + points]
            expected = np.round(254 * np.clip(values / most, 0, 1))
            assert np.abs(drawn.astype(int) - expected).max() <= 1
    assert (shade[points : points + 3] == 255).all() and (shade[:, points : points + 3] == 255).all()
    thirds = [1 / 6, 1 / 2, 5 / 6]
    holds(picture, "labels", {"kind": "row"}, x=[0, 0, 0], y=thirds,
          text=[WORDS[f"map_row.{row}"] for row in ("start", "now", "moved")])  # fmt: skip
    holds(picture, "labels", {"kind": "head"}, x=thirds, y=[0, 0, 0],
          text=[WORDS.say("width_readout", width=int(width)) for width in found.widths])  # fmt: skip
    assert reach(picture, "x", "y") == [[0, 1], [1, 0]]
    nothing = replace(found, traces=tuple(
        replace(t, line=0 * t.line, start_line=0 * t.start_line) for t in found.traces))  # fmt: skip
    assert set(np.unique(pixels(read(views.heat_maps(nothing, "line", WORDS, LIGHT), "image")["image"][0], "P"))) == {
        0,
        255,
    }


def test_the_axes_of_the_heat_maps_say_where_a_cell_is():
    """Drawn from the last row up, as its numbers are stored: to the right and upwards on each map, the place grows."""
    picture, first, last = views.heat_maps(run(), "circle", WORDS, LIGHT), TASK.grid_place[0], TASK.grid_place[-1]
    drawn = (layer.get("encoding", {}) for layer in picture.specification["layer"])
    axes = next(encoding for encoding in drawn if "axis" in encoding.get("x", {}))
    for channel, shares in (("x", (0.25, 0.5, 0.75)), ("y", (0.75, 0.5, 0.25))):
        axis = axes[channel]["axis"]
        said = json.loads(axis["labelExpr"].rpartition(")[")[0].removeprefix("("))
        told = [float(said[f"{at:.3f}"].replace("−", "-")) for at in axis["values"]]
        assert told == pytest.approx([first + share * (last - first) for share in shares] * 3, abs=0.06)
        assert axis["values"] == sorted(axis["values"]) and 0 < axis["values"][0] < 1 / 3 < axis["values"][3]


def modes(count=9, frames=80, last=4.0):
    time = np.linspace(0, last, frames)
    values = np.geomspace(10, 0.1, count)
    predicted = 3 * np.exp(-time[:, None] * values)
    return ModeCurves(time, values, 1.5 * predicted, predicted)


def test_six_modes_are_drawn_from_the_fastest_to_the_slowest():
    found = modes()
    picture = views.mode_decay(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[0, 4.0], [1e-4, 10]] and is_log(picture, "y")
    at = np.unique(np.searchsorted(found.time, np.linspace(0, 4, 60)))
    for place, mode in enumerate((0, 1, 3, 4, 6, 8)):
        for kind, values in (("measured", found.measured), ("predicted", found.predicted)):
            seen = at[values[at, mode] > 1e-5]
            holds(
                picture, "modes", {"mode": place, "kind": kind}, t=found.time[seen], value=values[seen, mode], step=seen
            )
    assert set(read(picture, "modes")["mode"]) == set(range(6))
    far = replace(found, measured=np.full_like(found.measured, 1e9), predicted=np.full_like(found.predicted, 1.1e-5))
    drawn = views.mode_decay(far, WORDS, LIGHT)
    assert set(read(drawn, "modes", kind="measured")["value"]) == {1e4}
    assert len(read(drawn, "modes", kind="predicted")["value"]) == 6 * len(at)
    few = views.mode_decay(modes(count=2, last=0.0), WORDS, LIGHT)
    assert set(read(few, "modes")["mode"]) == {0, 1} and reach(few, "x") == [[0, 1e-9]]
    assert reach(views.mode_decay(modes(last=1.2345), WORDS, LIGHT), "x") == [[0, 1.2]]


def test_what_is_left_of_the_fastest_and_the_slowest_mode_is_said():
    found = modes()
    left = [found.measured[-1, i] / found.measured[0, i] for i in (0, -1)]
    says(lambda words: said.modes_told(found, 64, words), id="alt_modes", width=64, first=10.0, last=pytest.approx(0.1),
         fast=said._percent(left[0]), slow=said._percent(left[1]))  # fmt: skip
    none = replace(found, measured=np.zeros_like(found.measured))
    assert dict(asked(lambda words: said.modes_told(none, 64, words)))["alt_modes"]["fast"] == "0 %"


WRITTEN = {
    0.01234: "1.2 %",
    0.994: "99 %",
    0.996: "100 %",
    1.0: "100 %",
    2.346: "235 %",
    9999.0: "999900 %",
    1e4: "∞",
    0.0: "0 %",
    1e-5: "0.001 %",
    2.2e-9: "< 0.001 %",
}


@pytest.mark.parametrize(("share", "written"), [*WRITTEN.items(), (np.inf, "∞"), (np.nan, "–")])
def test_shares_are_written_in_percent(share, written):
    assert said._percent(share) == written


def test_the_growth_of_the_kernel_is_drawn_in_both_parametrisations():
    found = Growth(np.array([8, 64]), np.array([[2.0, 2.1], [16.0, 130.0]]))
    picture = views.growth(found, WORDS, LIGHT)
    for name, values in zip(("ntk", "standard"), found.largest, strict=True):
        holds(picture, "growth", {"name": WORDS[f"parametrisation.{name}"]}, width=[8, 64], value=values)
    none = views.growth(replace(found, largest=np.array([[0.0, 1.0], [1.0, 2.0]])), WORDS, LIGHT)
    assert set(read(none, "growth")["name"]) == {WORDS["parametrisation.standard"]}
    says(said.growth_told, found, id="alt_growth", low=8, high=64, ntk=2.1, standard_low=16.0, standard_high=130.0)
    assert growth(TASK, Settings()).largest.shape[0] == 2


def swept(**more):
    found = finish(width_sweep(TASK, Settings(), widths=np.array([8, 16, 32]), replicas=2, steps=4))
    return replace(found, **more)


def test_everything_measured_is_drawn_as_a_share_of_its_value_at_the_narrowest_width():
    found = swept()
    picture = sweeps.exponents(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[7, 290], [0.02, 2]] and is_log(picture, "x") and is_log(picture, "y")
    for measure in MEASURES:
        values = found.measured(measure)
        name = {"name": WORDS[f"measure.{measure}"]}
        if np.isfinite(values[0]) and values[0] > 0:
            known = np.isfinite(values) & (values > 0)
            holds(picture, "measured", name, width=found.widths[known], value=values[known] / values[0])
        else:
            assert not len(read(picture, "measured", **name)["width"])
    for power in set(MEASURES.values()):
        holds(picture, "laws", {"power": power}, width=[8, 32], value=[1.0, 4.0**power])
    told = asked(lambda words: said.sweep_told(found, words))
    assert told[-1] == ("alt_sweep", {"count": 3}) or told[0] == ("alt_sweep", {"count": 3})
    powers = {numbers["name"]: numbers["power"] for name, numbers in told if name == "alt_power"}
    assert powers == {f"measure.{m}": found.exponent(m) for m in MEASURES if np.isfinite(found.exponent(m))}


def ensemble(count=3, y=None):
    rng, points = np.random.default_rng(0), len(TASK.grid_place)
    outputs = rng.normal(size=(count, 4, points))
    mean, deviation = np.zeros((4, points)) + 0.1, np.full((4, points), 0.5)
    ends_ = rng.normal(size=(count, points))
    return EnsembleStudy(
        16, np.array([0, 1, 3, 9]), 0.25, outputs, mean, deviation, np.eye(points), ends_, ends_, ends_[0]
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_ensemble_is_drawn_with_two_of_its_own_deviations(count):
    found = ensemble(count)
    readout = said.ensemble_readout(found, WORDS)
    picture = sweeps.ensemble(found, TASK, "circle", readout, WORDS, LIGHT)
    half = float(f"{1.7 * np.abs(TASK.y).max():.2g}")
    assert ends(picture) == (-half, half)
    mean = found.outputs.mean(axis=0)
    spread = found.outputs.std(axis=0, ddof=1) if count > 1 else np.zeros(mean.shape)
    for name, values in (("found", mean), ("below", mean - 2 * spread), ("above", mean + 2 * spread),
                         ("mean", found.mean), ("low", found.mean - 1.0), ("high", found.mean + 1.0)):  # fmt: skip
        far = 8 * half
        np.testing.assert_allclose(unrolled(picture, name), np.clip(values, -far, far), atol=2 * half / 1500)
    holds(picture, "samples", at=TASK.place, y=TASK.y)
    for (name, numbers), time in zip(asked(said.ensemble_readout, found), (0, 0.25, 0.75, 2.25), strict=True):
        assert (name, numbers) == ("readout_ensemble", {"count": count, "width": 16, "t": f"{time:.3g}"})
    says(said.ensemble_told, found, id="alt_ensemble", count=count, width=16, lost=0, predicted=0.5,
         spread=float(found.outputs[:, -1].std(axis=0).mean()))  # fmt: skip


@pytest.mark.parametrize(("y", "half"), [(0.0, 1.7), (0.01, 0.34), (3.0, 5.1)])
def test_the_axis_of_the_ensemble_has_room_for_the_targets(y, half):
    task = replace(TASK, y=np.full(len(TASK.y), y))
    picture = sweeps.ensemble(ensemble(), task, "circle", ["x"] * 4, WORDS, LIGHT)
    assert ends(picture) == (-half, half)


def lazy(last=0.004):
    drift = np.array([[3.0, 2.0, 1.0, 0.4, 0.05, 0.02, 0.01], [1.0, np.nan, 0.5, 0.2, 0.04, 0.012, last]])
    return Laziness(np.array([0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]), np.array([8, 64]), drift)


def test_the_drift_is_drawn_for_each_width_with_the_power_law_through_its_last_value():
    found = lazy()
    picture = sweeps.lazy_or_rich(found, 0.7, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[0.025, 36], [1e-4, 10]] and is_log(picture, "x") and is_log(picture, "y")
    for width, row in zip(found.widths, found.drift, strict=True):
        known = np.isfinite(row)
        holds(picture, "drift", {"name": WORDS.say("width_readout", width=int(width))}, scale=found.scales[known],
              value=row[known])  # fmt: skip
    holds(picture, "law", scale=[1.0, 30.0], value=[0.12, 0.004])
    holds(picture, "here", scale=[0.7])
    assert level_lines(picture) == [0.1], "our convention of what is lazy"
    for last in (np.nan, 0.0):
        assert sweeps.lazy_or_rich(lazy(last), 0.7, WORDS, LIGHT).tables["law"].num_rows == 0
    unmoved = replace(found, drift=np.zeros((2, 7)))
    assert sweeps.lazy_or_rich(unmoved, 0.7, WORDS, LIGHT).tables["drift"].num_rows == 0
    borders = [found.border(0), found.border(1)]
    told = asked(lambda words: said.lazy_told(found, words))
    assert told == [("alt_border", {"width": w, "border": b}) for w, b in zip((8, 64), borders, strict=True)]
    says(said.lazy_caption, found, id="lazy_caption", borders=", ".join(f"{b:.2g}" for b in borders), widths="8, 64")


def test_the_thumbnail_is_the_band_of_two_deviations_with_six_networks_in_it():
    picture = charts.thumbnail(LIGHT)
    rows = read(picture, "lines")
    assert set(rows["which"]) == set(range(6)) and len(rows["at"]) == 6 * len(TASK.grid_place)
    band, settings = read(picture, "band"), Settings()
    kernels = (settings.kernels(*x) for x in ((TASK.x,), (TASK.grid, TASK.x), (TASK.grid,)))
    from core.neural_tangent_kernel import posterior

    process = posterior(*kernels, TASK.y)
    np.testing.assert_allclose(band["low"], process.mean - 2 * process.deviation, atol=1e-6)
    np.testing.assert_allclose(band["high"], process.mean + 2 * process.deviation, atol=1e-6)
    assert len(read(picture, "lines", which=0)["network"]) == len(TASK.grid_place)
    near = [np.interp(TASK.place, TASK.grid_place, read(picture, "lines", which=k)["network"]) for k in range(6)]
    assert np.abs(np.array(near) - TASK.y).max() < 0.7, "they have learned"


def test_the_readout_says_when_a_network_was_lost():
    found = run()
    trace = found.traces[1]
    gone = trace.function.copy()
    gone[7:] = np.nan
    lost = replace(found, traces=(found.traces[0], replace(trace, function=gone), found.traces[2]))
    told = asked(lambda words: said.readout(lost, 1, words))
    assert told[6] == ("readout", {"width": 64, "t": f"{found.time[6]:.3g}"})
    assert told[7] == ("readout_lost", {"width": 64, "step": int(found.step[7])}) == told[-1]
    says(lambda words: said.function_told(lost, 1, words), id="alt_lost", width=64, step=int(found.step[7]))
    says(lambda words: said.function_told(found, 1, words), id="alt_function", width=64, t=float(found.time[-1]),
         away=said._percent(float(trace.departure[0, -1])))  # fmt: skip
    assert asked(lambda words: said.facts(lost, words))[1] == ("facts_lost", {"widths": "64"})


def test_what_is_said_of_all_three():
    found = run()
    moved = [said._percent(float(t.drift[0, -1])) for t in found.traces]
    away = [said._percent(float(t.departure[0, -1])) for t in found.traces]
    assert len(set(moved)) == 3
    says(said.heat_told, found, id="alt_heat", narrow=moved[0], middle=moved[1], wide=moved[2])
    says(said.facts, found, id="facts", eta=float(found.step_size), stability=found.settings.stability,
         moved=" · ".join(moved), away=" · ".join(away))  # fmt: skip
    catapult = run(steps=3, stability=8.0)
    assert WORDS["facts_catapult"] in said.facts(catapult, WORDS) and WORDS["facts_catapult"] not in said.facts(
        found, WORDS
    )


def test_the_legend_shows_each_line_as_it_is_drawn():
    shown = said.legend(WORDS, LIGHT)
    assert shown.count("repeating-linear-gradient") == 1 and shown.count("opacity:0.35") == 1
    assert f"repeating-linear-gradient(90deg, {LIGHT.theory} 0 6px" in shown
