"""What the pictures of signals draw, column by column, held against the network and the theory that they are of."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from charts import signal_propagation as charts
from charts.signal_propagation import entries as bars
from charts.signal_propagation import views
from charts.theme import DARK, LIGHT
from core.signal_propagation import (
    Setup,
    by_name,
    ensemble,
    named,
    pair,
    phase_map,
    propagate,
    rounding_map,
)
from tests.charts.reading import holds, pixels, reach, read
from tests.charts.validity import assert_valid
from ui.text import words

WORDS = words("signal_propagation", "en")
SETUP = Setup(depth=70, width=64)


@lru_cache
def ran(setup=SETUP):
    signal = propagate(setup)
    return signal, signal.expected


def drawn(setup=SETUP, theme=LIGHT):
    signal, _ = ran(setup)
    ends = charts.heights(signal)
    told = [f"at {k}" for k in range(setup.depth + 1)]
    return charts.decay(signal, ends, WORDS, theme, told), bars.entries(signal, ends, WORDS, theme)


def test_the_gradient_by_layer_is_the_networks():
    signal, expected = ran()
    picture, _ = drawn()
    place = np.arange(71)
    holds(picture, "theory", step=place, size=signal.theory.log_square / (2 * np.log(2)))
    holds(picture, "exact", step=place, size=np.log2(signal.rms))
    alive = signal.kept_rms > 0
    holds(picture, "kept", step=place[alive], size=np.log2(signal.kept_rms[alive]), last=70)
    assert 0 < alive.sum() < 71
    holds(picture, "dead", step=place[~alive], size=-40)
    holds(picture, "half", step=[expected.half], size=[-40], name=[WORDS["half_mark"]])
    holds(picture, "floors", size=[-14, -24], kind=["normal", "smallest"])
    assert read(picture, "floors")["name"].tolist() == ["normal 2⁻¹⁴", "smallest 2⁻²⁴"]
    holds(picture, "now", step=place, last=70)
    assert read(picture, "now")["readout"][3] == "at 3"
    assert reach(picture, "x", "y") == [[0, 70], [-40, 10]]


def test_the_scale_of_the_loss_lifts_all_three():
    plain, scaled = drawn()[0], drawn(replace(SETUP, scale=256.0))[0]
    for name in ("theory", "exact"):
        np.testing.assert_allclose(read(scaled, name)["size"], read(plain, name)["size"] + 8, atol=1e-4)
    assert reach(scaled, "y")[0] == [-40, 20]


@pytest.mark.parametrize(
    ("more", "ends", "floors"),
    [
        ({}, (-40, 10), ["normal", "smallest"]),
        ({"format": "fp64"}, (-40, 10), []),
        ({"format": "fp32"}, (-40, 10), []),  # its floor is out of sight
        ({"flushed": True}, (-40, 10), ["normal"]),
        ({"depth": 20}, (-30, 10), ["normal", "smallest"]),  # a floor that is near is shown
        ({"depth": 5}, (-10, 10), []),
        ({"scale": 2.0**15}, (-30, 20), ["largest", "normal", "smallest"]),
    ],
)
def test_the_axis_reaches_what_matters(more, ends, floors):
    signal, _ = ran(replace(SETUP, **more))
    assert charts.heights(signal) == ends
    picture, _ = drawn(replace(SETUP, **more))
    assert read(picture, "floors")["kind"].tolist() == floors
    assert_valid(picture, 2000)


def test_where_half_are_zero_is_marked_only_where_it_is_reached():
    for more in ({"depth": 20}, {"format": "fp64"}, {"weight_std": 2.5}):
        picture, _ = drawn(replace(SETUP, **more))
        assert np.isnan(read(picture, "half")["step"]).all() and read(picture, "half")["name"].tolist() == [""]


def test_while_the_question_waits_the_place_is_not_marked():
    signal, expected = ran()
    told = [""] * (SETUP.depth + 1)
    picture = charts.decay(signal, charts.heights(signal), WORDS, LIGHT, told, marked=False)
    assert np.isfinite(expected.half) and np.isnan(read(picture, "half")["step"]).all()


def test_the_entries_slide_into_the_grey():
    signal, expected = ran()
    _, picture = drawn()
    for place in (0, 30, 55, 70):
        exact, kept, zero = (read(picture, name, step=place) for name in ("exact", "kept", "zeros"))
        seen = np.log2(np.abs(signal.gradient[place]))
        inside = np.mean((seen >= -40) & (seen < 10))
        cut = (exact["share"] >= bars.HIGHEST - 1e-6).any()
        assert cut or exact["share"].sum() == pytest.approx(inside, abs=1e-5)
        if not (kept["share"] >= bars.HIGHEST - 1e-6).any():
            assert kept["share"].sum() + signal.zeros[place] == pytest.approx(1, abs=1e-5)
        assert zero["share"][0] == pytest.approx(min(signal.zeros[place], bars.HIGHEST))
        np.testing.assert_allclose(exact["end"] - exact["size"], 1.0)
        assert (exact["last"] == 70).all() and zero["name"][0] == f"exactly 0: {signal.zeros[place]:.0%}"
    holds(picture, "floor", low=[-40], high=[np.log2(expected.unit)])
    holds(picture, "zeros", size=-40, end=-38, last=70)
    assert reach(picture, "x") == [[-40, 10]]
    counted = np.histogram(np.log2(np.abs(signal.gradient[30])), np.arange(-40, 11))[0] / 64
    np.testing.assert_allclose(read(picture, "exact", step=30)["share"], counted[counted > 0], atol=1e-6)
    _, plain = drawn(replace(SETUP, format="fp64"))
    holds(plain, "floor", low=[-40], high=[-40])
    assert_valid(picture, 4000)


@pytest.mark.parametrize(("ends", "width"), [((-40, 10), 1), ((-10, 10), 1), ((-160, 10), 3)])
def test_bars_get_wider_with_the_axis(ends, width):
    assert bars.bar_width(ends) == width


def test_the_plane_is_shaded_by_the_logarithm_of_chi():
    plane = phase_map("tanh", resolution=30)
    picture = charts.pad(plane, (0.8, 0.3), 256, WORDS, LIGHT, name="here")
    holds(picture, "line", weight=plane.line.weight_std, bias=plane.line.bias_std, at=plane.line.length)
    assert picture.tables["dot"].num_rows == 0
    holds(picture, "here", weight=[0.8], bias=[0.3], name=["here"])
    marks = [named(which, 256) for which in ("he", "xavier", "torch", "small")]
    holds(picture, "named", weight=[m[0] for m in marks], bias=[m[1] for m in marks])
    assert read(picture, "named")["name"].tolist() == ["He", "Xavier", "PyTorch", "0.01"]
    holds(picture, "zones", name=["vanishes", "explodes"], weight=[0.42, 2.62], bias=[0.94, 0.06])
    assert reach(picture, "x", "y") == [[0.1, 3.0], [0.0, 1.0]]
    places = pixels(read(picture, "field")["image"][0], "P").astype(float)
    np.testing.assert_allclose(places, np.clip(254 * (0.5 + plane.log_factor / 3), 0, 254), atol=0.51)
    assert_valid(picture, 500)


def test_a_curve_that_is_a_point_is_a_dot_and_a_side_that_is_not_there_has_no_name():
    relu = charts.pad(phase_map("relu", resolution=20), (1.0, 0.0), 64, WORDS, DARK)
    holds(relu, "dot", weight=[np.sqrt(2)], bias=[0])
    sigmoid = charts.pad(phase_map("sigmoid", resolution=20), (1.0, 0.0), 64, WORDS, LIGHT)
    assert read(sigmoid, "zones")["name"].tolist() == ["vanishes"]


def test_the_maps_have_their_staircase_and_the_networks_pairs():
    found = pair(Setup(depth=30, width=64, weight_std=1.5))
    for picture, curve, path, measured, end in (
        (views.length_map(found, WORDS, LIGHT), (found.lengths, found.next_lengths), found.length_path,
         found.measured_length, found.lengths[-1]),
        (views.correlation_map(found, WORDS, LIGHT), (found.correlations, found.next_correlations),
         found.correlation_path, found.measured_correlation, 1.0),
    ):  # fmt: skip
        holds(picture, "curve", now=curve[0], next=curve[1])
        holds(picture, "diagonal", now=[0, end], next=[0, end])
        holds(picture, "measured", now=measured[:-1], next=measured[1:])
        stairs = read(picture, "stairs")
        np.testing.assert_allclose(stairs["now"][:4], [path[0], path[0], path[1], path[1]], rtol=1e-6)
        np.testing.assert_allclose(stairs["next"][:4], [path[0], path[1], path[1], path[2]], rtol=1e-6)
        assert stairs["step"].tolist() == list(range(59))
        assert reach(picture, "x", "y") == [[0, pytest.approx(end)]] * 2
        assert_valid(picture, 200)
    assert len(views.staircase(np.arange(99.0))[0]) == 2 * views.STEPS + 1


def test_the_rounding_map_is_drawn_with_the_place_where_it_would_touch():
    found = rounding_map(0.8)
    picture = views.rounding(found, WORDS, DARK)
    holds(picture, "curve", now=found.variance, next=found.following)
    holds(picture, "measured", now=[found.touching], next=[found.touching])
    holds(picture, "diagonal", now=[0, 1.5], next=[0, 1.5])
    assert found.variance[-1] == views.EDGE
    assert_valid(picture, 200)


def test_each_initialisation_has_its_tick_and_its_dot():
    found = by_name(Setup(width=64))
    picture = views.factors(found, WORDS, LIGHT)
    holds(picture, "rows", place=np.arange(5), predicted=[one.check.predicted for one in found],
          measured=[one.check.measured for one in found])  # fmt: skip
    assert read(picture, "rows")["name"].tolist() == ["He", "Xavier", "PyTorch", "0.01", "LSUV"]
    assert reach(picture, "x")[0] == [0, 1.25]
    assert_valid(picture, 10)


def test_the_scatter_of_many_networks_beside_five_l_over_n():
    found = ensemble(width=8, depth=4)
    picture = views.scatter(found, WORDS, LIGHT)
    holds(picture, "measured", step=np.arange(5), spread=found.spread)
    holds(picture, "theory", step=np.arange(5), spread=5 * np.arange(5) / 8)
    assert reach(picture, "x") == [[0, 4]]
    assert_valid(picture, 10)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_thumbnail_follows_the_theory_to_the_floor(theme):
    picture = charts.thumbnail(theme)
    holds(picture, "floor", size=[-24])
    assert reach(picture, "x", "y") == [[0, 64], [-32, 2]]
    kept = read(picture, "kept")
    assert 45 < len(kept["step"]) < 65 and len(read(picture, "theory")["step"]) == 65
    np.testing.assert_allclose(kept["size"][:30], read(picture, "theory")["size"][:30], atol=1.5)
    assert_valid(picture, 100)
