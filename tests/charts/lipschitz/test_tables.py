"""What the pictures of the cone draw and say, column by column, held against the function that they are of."""

import dataclasses
import math
from functools import lru_cache

import numpy as np
import pytest

from charts import lipschitz as charts
from charts.lipschitz import bounds as bounds_of
from charts.lipschitz import network_bounds
from charts.lipschitz import words as said
from charts.lipschitz.cone_in_space import cone_in_space
from charts.lipschitz.smoothness_gallery import specimen
from charts.theme import LIGHT
from core.linear_algebra.spectral_norm import Products
from core.lipschitz import SIZES, Bracket, NetworkBounds, gallery, lifted, lipschitz_bracket
from core.lipschitz import study as studied
from tests.charts.reading import asked, holds, is_log, reach, read, says
from ui.text import words

WORDS = words("lipschitz", "en")
study = lru_cache(studied)


def sine():
    return study("sine", 0.0, 3.0)


def cone(found, slope=4.0, cells=20):
    bracket = lipschitz_bracket(found.function, found.interval, cells)
    return charts.cone(found, bracket, slope, found.slide.share(slope), WORDS, LIGHT)


@pytest.mark.parametrize(("formula", "size"), [("x^2", 4.0), ("7 + 0*x", 7.0), ("0*x", 1.0), ("x", 4.0)])
def test_the_graph_has_a_tenth_below_it_and_room_for_the_readout_above(formula, size):
    found = study("expression", -2.0, 2.0, formula=formula)
    bottom, top = found.slide.graph.limits
    assert (top - bottom or size) == pytest.approx(size, rel=1e-3)
    size = top - bottom or size
    ends = charts._extents(found)
    assert (ends["low"], ends["high"]) == (-2.0, 2.0)
    assert ends["bottom"] == pytest.approx(bottom - 0.1 * size, rel=1e-3, abs=1e-3 * size)
    assert ends["top"] == pytest.approx(top + 0.28 * size, rel=1e-3)
    picture = cone(found)
    assert reach(picture, "x")[0] == [-2.0, 2.0] and reach(picture, "y")[0] == [ends["bottom"], ends["top"]]
    for name, value in ends.items():
        holds(picture, "apex", **{name: value})


def test_the_pieces_of_the_graph_and_the_places_of_the_apex():
    for found in (sine(), study("step", -1.0, 1.0)):
        graph, picture = found.slide.graph, cone(found)
        start = np.flatnonzero(graph.joined)
        assert (len(start) < len(graph.x) - 1) == (found.function.name == "step"), "a jump is not drawn over"
        holds(picture, "graph", x=graph.x[start], y=graph.y[start], x2=graph.x[start + 1], y2=graph.y[start + 1],
              last=found.slide.last)  # fmt: skip
        apex = found.slide.apex
        holds(picture, "apex", step=np.arange(len(apex)), a=graph.x[apex], fa=graph.y[apex], secant=found.slide.secant,
              share=found.slide.share(4.0), slope=4.0, last=len(apex) - 1,
              slack=1e-6 * (np.nanmax(np.abs(graph.y)) + 4 * np.abs(graph.x).max()))  # fmt: skip


def test_the_steepest_pair_is_marked_where_there_is_one():
    found = sine()
    bracket = lipschitz_bracket(found.function, found.interval, 20)
    x = np.array([bracket.x, bracket.y])
    holds(cone(found), "pair", x=x, y=np.sin(5 * x), x2=x[[1, 1]], y2=np.sin(5 * x)[[1, 1]])
    for lower, rows in ((0.0, 0), (1e-300, 2)):
        assert len(charts._pair(found, dataclasses.replace(bracket, lower=lower))) == rows
    pole = study("expression", -1.0, 1.0, formula="1/x")
    assert len(charts._pair(pole, Bracket(1.0, math.inf, 0.0, 0.5))) == 0
    far = study("expression", -1.0, 1.0, formula="exp(700*x)")  # 1e304 at 1
    assert len(charts._pair(far, Bracket(1.0, 2.0, 0.5, 0.9))) == 2
    assert len(charts._pair(far, Bracket(1.0, 2.0, 0.5, 1.0))) == 0


def test_the_parabolas_touch_at_the_apex_and_a_step_lands_where_it_does():
    found = sine()
    graph, apex, smooth = found.slide.graph, found.slide.apex, found.licensed
    picture = charts.parabola(found, WORDS, LIGHT)
    a = graph.x[apex]
    slope, to = 5 * np.cos(5 * a), a - 5 * np.cos(5 * a) / smooth
    gain = np.sin(5 * a) - np.sin(5 * to)
    holds(
        picture,
        "apex",
        step=np.arange(len(a)),
        a=a,
        fa=np.sin(5 * a),
        smoothness=smooth,
        last=len(a) - 1,
        fto=np.sin(5 * to),
    )
    drawn = read(picture, "apex")
    np.testing.assert_allclose(drawn["slope"], slope, atol=1e-5)
    np.testing.assert_allclose(drawn["to"], to, atol=1e-6)
    outside = (to < 0) | (to > 3)
    np.testing.assert_array_equal(np.isnan(drawn["landing"]), outside)
    np.testing.assert_allclose(drawn["landing"][~outside], to[~outside], atol=1e-6)
    clear = np.abs(slope) > 1e-2
    np.testing.assert_allclose(drawn["ratio"][clear], (gain / (slope**2 / (2 * smooth)))[clear], rtol=1e-3)
    assert drawn["ratio"].min() > 1 - 1e-6, "the descent lemma"
    flat = study("expression", -1.0, 1.0, formula="3 + 0*x + x^2")
    rows = read(charts.parabola(flat, WORDS, LIGHT), "apex")
    np.testing.assert_allclose(rows["ratio"], 1.0, rtol=1e-3)
    holds(picture, "graph", x=graph.x[np.flatnonzero(graph.joined)])


def test_a_step_onto_the_end_of_the_interval_lands():
    found = study("expression", -1.0, 1.0, formula="x^2/2")  # L = 1: every step lands at 0
    inside = read(charts.parabola(found, WORDS, LIGHT), "apex")
    assert np.abs(inside["landing"]).max() < 1e-6
    edge = study("expression", 0.0, 2.0, formula="x^2/2")
    assert not np.isnan(read(charts.parabola(edge, WORDS, LIGHT), "apex")["landing"]).all()
    rows = read(charts.parabola(study("expression", -1.0, 0.0, formula="x^2/2"), WORDS, LIGHT), "apex")
    exact = rows["to"] <= 0
    np.testing.assert_array_equal(np.isnan(rows["landing"]), ~exact)


def bounded(found, slope=4.0, cells=20):
    bracket = lipschitz_bracket(found.function, found.interval, cells)
    return bounds_of.bounds(found, bracket, cells, slope, WORDS, LIGHT)


def test_k_is_not_told_while_it_is_asked_for():
    found = sine()
    bracket, share = lipschitz_bracket(found.function, found.interval, 20), found.slide.share(4.0)
    picture = bounds_of.bounds(found, bracket, 20, 4.0, WORDS, LIGHT, told=False)
    assert picture.tables["theory"].num_rows == 0 and read(picture, "here")["said"].tolist() == [""]
    assert np.isnan(read(charts.cone(found, bracket, 4.0, share, WORDS, LIGHT, told=False), "apex")["secant"]).all()
    assert asked(lambda words: said.told(found, 4.0, share, words, is_open=True))[0][0] == "alt_cone_open"
    says(lambda words: said.bounds_told(found, bracket, 20, words, is_open=True), id="alt_bounds_open", cells=20)


def test_the_bounds_are_drawn_for_each_number_of_cells():
    found = sine()
    picture, bracket = bounded(found), lipschitz_bracket(found.function, found.interval, 20)
    sweep = found.sweep
    holds(picture, "bounds", cells=SIZES, lower=sweep.lower, upper=sweep.upper, by_curvature=sweep.by_curvature)
    holds(picture, "here", cells=[20], lower=[bracket.lower], upper=[bracket.upper], slope=[4.0],
          said=[WORDS.say("bounds_readout", cells=20, lower=bracket.lower, upper=bracket.upper)])  # fmt: skip
    holds(picture, "theory", cells=[1, 512], value=[5.0, 5.0], said=[WORDS.say("exact", constant=5.0), ""])
    assert reach(picture, "x", "y") == [[1, 512], [0.0, 11.0]] and is_log(picture, "x") and not is_log(picture, "y")


@pytest.mark.parametrize(("slope", "is_drawn"), [(11.0, True), (11.1, False), (0.0, True), (4.0, True)])
def test_a_slope_outside_the_picture_is_not_named(slope, is_drawn):
    assert np.isfinite(read(bounded(sine(), slope), "here")["slope"][0]) == is_drawn


def test_where_nothing_is_certified_the_axis_is_a_log_axis_around_the_lower_bounds():
    found = study("root", -1.0, 1.0)
    picture, sweep = bounded(found), found.sweep
    low, high = sweep.lower[sweep.lower > 0].min(), sweep.lower.max()
    assert is_log(picture, "y")
    assert reach(picture, "y")[0] == pytest.approx(
        [10 ** math.floor(math.log10(low) - 0.3), 10 ** math.ceil(math.log10(high) + 0.3)]
    )
    growth = found.function.growth
    holds(picture, "theory", cells=[2, 512], value=sweep.lower[-1] * (np.array([2, 512]) / 512) ** growth,
          said=["", WORDS.say("growth_line", growth=float(f"{growth:.3g}"))])  # fmt: skip
    zero = dataclasses.replace(sweep, lower=np.where(np.arange(len(sweep.lower)) < 2, 0.0, sweep.lower))
    assert np.isnan(read(bounded(dataclasses.replace(found, sweep=zero)), "bounds")["lower"][:2].astype(float)).all()
    closed = dataclasses.replace(sine().sweep, lower=np.zeros(len(SIZES)))
    assert not np.isnan(read(bounded(dataclasses.replace(sine(), sweep=closed)), "bounds")["lower"].astype(float)).any()


def test_the_axis_of_the_bounds_where_there_is_nothing_to_see():
    found = study("root", -1.0, 1.0)
    for lower, ends in (
        (0.0, (0.1, 10.0)),
        (1e301, (0.1, 10.0)),
        (7.0, (1.0, 100.0)),
        (1.5, (0.1, 10.0)),
        (2.5, (1.0, 10.0)),
    ):
        sweep = dataclasses.replace(found.sweep, lower=np.full(len(SIZES), lower))
        assert bounds_of._heights(dataclasses.replace(found, sweep=sweep)) == pytest.approx(ends)
    flat = study("expression", -1.0, 1.0, formula="3")
    assert bounds_of._heights(flat) == (0.0, 1.0)
    assert bounds_of.drawable([1e300, 1.1e300]).tolist() == [1e300, math.inf]


def test_the_cone_in_space_rises_from_its_apex_with_its_slope_to_the_edges():
    found = lifted(sine().function, (0.0, 3.0), 1.2, 4.0)
    ground, below, above, point = cone_in_space(found, 4.0, LIGHT).data
    np.testing.assert_array_equal(ground.z, found.height)
    np.testing.assert_array_equal(ground.surfacecolor, found.outside * 1.0)
    assert (ground.cmin, ground.cmax) == (0, 1) and [stop for stop, _ in ground.colorscale] == [0, 1]
    low, high = found.height.min(), found.height.max()
    extent = (low - 0.15 * (high - low), high + 0.15 * (high - low))
    a, b, top = found.apex
    assert (point.x[0], point.y[0], point.z[0]) == found.apex
    for nappe, edge in ((below, extent[0]), (above, extent[1])):
        away = np.hypot(np.asarray(nappe.x) - a, np.asarray(nappe.y) - b)
        np.testing.assert_allclose(np.abs(np.asarray(nappe.z) - top), 4.0 * away, atol=1e-9)
        assert np.asarray(nappe.z)[-1] == pytest.approx(edge) and away[0] == pytest.approx(0)
        assert nappe.x[-1][0] > a and np.ptp(nappe.x[-1]) == pytest.approx(2 * away.max())
        assert nappe.y[-1][0] == pytest.approx(b) and nappe.x[-1][-1] == pytest.approx(nappe.x[-1][0])
    figure = cone_in_space(found, 4.0, LIGHT)
    assert figure.layout.scene.zaxis.range == pytest.approx(extent)
    flat = cone_in_space(lifted(sine().function, (0.0, 3.0), 1.2, 0.0), 0.0, LIGHT).data[1]
    assert np.hypot(np.asarray(flat.x) - a, np.asarray(flat.y) - b).max() == pytest.approx(3.0), (
        "as wide as the picture"
    )
    assert set(np.asarray(flat.z).ravel()) == {top}
    level = dataclasses.replace(found, height=np.zeros_like(found.height), apex=(a, b, 0.0))
    assert cone_in_space(level, 4.0, LIGHT).layout.scene.zaxis.range == pytest.approx((-0.15, 0.15))


def made_bounds():
    return [
        NetworkBounds(1.5, 2.0, 3.0, 4.0),
        NetworkBounds(5.0, 6.0, 70.0, 800.0),
        NetworkBounds(0.02, 6.0, math.nan, 9e3),
    ]


def test_the_bounds_of_a_network_are_drawn_for_every_depth():
    picture = network_bounds.by_depth(made_bounds(), 2, WORDS, LIGHT)
    holds(picture, "rows", depth=[1, 2, 3], sampled=[1.5, 5.0, 0.02], exact=[2.0, 6.0, 6.0])
    holds(picture, "rows", middle=[3.0, 70.0, math.nan], product=[4.0, 800.0, 9e3])
    holds(picture, "here", depth=[2])
    assert reach(picture, "x", "y") == [[0.8, 3.2], pytest.approx([0.01, 1e4])] and is_log(picture, "y")
    drawn = next(part["encoding"] for part in picture.specification["layer"] if "y" in part["encoding"])
    ticks = drawn["y"]["axis"]["values"]
    assert ticks == pytest.approx([0.01, 0.1, 1, 10, 100, 1000, 1e4])
    dead = [NetworkBounds(0.0, 0.0, 0.0, 0.0)]
    assert reach(network_bounds.by_depth(dead, 1, WORDS, LIGHT), "y") == [pytest.approx([1e-6, 1e-5])]
    text_id, numbers = asked(lambda words: said.network_told(made_bounds(), 2, words))[0]
    assert text_id == "alt_network" and numbers == {
        "depth": 2, "sampled": 5.0, "exact": 6.0, "middle": 70.0, "product": 800.0, "rounding": 0.0}  # fmt: skip
    assert asked(lambda words: said.network_told(made_bounds(), 3, words))[0][0] == "alt_network_deep"


def test_the_products_are_drawn_for_every_number_of_factors():
    found = Products(
        np.array([1, 2, 3]), np.array([2.0, 2.5, 3.1]), np.array([2.0, 2.6, 3.08]), np.array([2.0, 4.0, 8.0]), 30
    )
    picture = network_bounds.products(found, 3, WORDS, LIGHT)
    holds(picture, "rows", depth=[1, 2, 3], matrices=found.measured, edge=found.predicted, norms=found.bound)
    holds(picture, "here", depth=[3])
    assert reach(picture, "x", "y") == [[0.8, 3.2], [1, 1000]]
    says(
        lambda words: said.products_told(found, 2, words),
        id="alt_products",
        depth=2,
        measured=2.5,
        predicted=2.6,
        bound=4.0,
    )


def test_a_specimen_is_drawn_with_its_slope():
    for shown in gallery():
        graph, picture = shown.graph, specimen(shown, WORDS, LIGHT)
        start = np.flatnonzero(graph.joined)
        holds(picture, "value", x=graph.x[start], y=graph.y[start], x2=graph.x[start + 1], y2=graph.y[start + 1])
        slope = np.clip(shown.slope, -1e6, 1e6)
        leaps = np.abs(np.diff(slope)) > 0.5 * np.ptp(slope) if shown.breaks == 1 else np.zeros(len(slope) - 1, bool)
        flat = np.flatnonzero(~leaps)
        holds(picture, "slope", x=graph.x[flat], y=slope[flat], x2=graph.x[flat + 1], y2=slope[flat + 1])
        most = np.nanmax(np.abs(graph.y))
        across, up = reach(picture, "x", "y")
        assert across == list(shown.function.interval) and up == pytest.approx([-1.4 * most, 1.4 * most], rel=6e-3)
    kinked = next(shown for shown in gallery() if shown.breaks == 1)
    assert specimen(kinked, WORDS, LIGHT).tables["slope"].num_rows == len(kinked.slope) - 2, "no line across the jump"
    steep = dataclasses.replace(kinked, slope=np.full_like(kinked.slope, 1e9), breaks=None)
    assert set(read(specimen(steep, WORDS, LIGHT), "slope")["y"]) == {1e6}
    nothing = dataclasses.replace(kinked, graph=dataclasses.replace(kinked.graph, y=np.zeros_like(kinked.graph.y)))
    assert reach(specimen(nothing, WORDS, LIGHT), "y") == [pytest.approx([-1.4e-9, 1.4e-9])]


def test_the_thumbnail_lights_up_what_a_cone_of_slope_four_cuts():
    picture = charts.thumbnail(LIGHT)
    assert reach(picture, "x") == [[0, 3]]
    found = sine()
    graph, apex = found.slide.graph, found.slide.apex[-1]
    a, fa = graph.x[apex], graph.y[apex]
    cut = np.abs(graph.y - fa) > 4 * np.abs(graph.x - a)
    assert cut.any() and abs(fa) < 1e-3
    holds(picture, "graph", x=graph.x[::4], y=graph.y[::4])
    holds(picture, "cut", x=graph.x[cut], y=graph.y[cut])
    holds(picture, "cone", x=[a - 1, a, a + 1], up=[4, 0, 4], down=[-4, 0, -4])
    scales = {str(part["encoding"]["y"]["scale"]["domain"]) for part in picture.specification["layer"]}
    assert scales == {"[-1.2, 1.2]"}


def test_what_is_said_of_the_cone():
    found = sine()
    share, graph = found.slide.share(4.0), found.slide.graph
    says(lambda words: said.told(found, 4.0, share, words), id="alt_cone", formula="function.sine", slope=4.0,
         apex=f"{graph.x[found.slide.apex[-1]]:.3g}", secant=float(found.slide.secant[-1]),
         share=f"{share[-1]:.1%}")  # fmt: skip
    bracket = lipschitz_bracket(found.function, found.interval, 20)
    first, second = asked(lambda words: said.bounds_told(found, bracket, 20, words))
    assert first == ("alt_bounds", {"cells": 20, "lower": bracket.lower, "upper": bracket.upper})
    on = {"low": 0.0, "high": 3.0, "lower": 5.0, "upper": 5.0}
    assert second == ("has_constant", on | {"constant": 5.0})
    left = study("sine", -3.0, 0.0)
    assert dict(asked(lambda words: said.told(left, 4.0, share, words)))["alt_cone"]["apex"].startswith("−")


def test_what_is_known_of_the_constant_is_said():
    root = study("root", -1.0, 1.0)
    ((name, numbers),) = asked(lambda words: said.verdict(root, words))
    assert name == "no_constant" and numbers["growth"] == 0.5 and numbers["measured"] == root.sweep.growth
    own = study("expression", -2.0, 2.0, formula="x^4/9 - x^2")
    ((name, numbers),) = asked(lambda words: said.verdict(own, words))
    assert name == "bracketed"
    assert numbers == {"low": -2.0, "high": 2.0, "lower": own.tight.lower, "upper": own.tight.upper}
    opened = dataclasses.replace(own, tight=dataclasses.replace(own.tight, upper=math.inf))
    assert asked(lambda words: said.verdict(opened, words))[0][0] == "open_above"
    smooth = {
        "lower": own.smooth.lower,
        "upper": own.smooth.upper,
        "step": 1 / own.licensed,
        "smoothness": own.licensed,
    }
    kind = "smoothness_exact" if math.isfinite(own.smoothness) else "smoothness_bracketed"
    says(said.smoothness_told, own, id=kind, **smooth)


def test_six_gaps_are_named_with_digits_that_differ():
    found = sine()
    many = tuple((float(i), i + 0.5) for i in range(7))
    six = dataclasses.replace(found, gaps=many[:6])
    assert said.gaps(six) == "[0, 0.5], [1, 1.5], [2, 2.5], [3, 3.5], [4, 4.5], [5, 5.5]"
    assert said.gaps(dataclasses.replace(found, gaps=many)).endswith("[5, 5.5], …")
    near = dataclasses.replace(found, gaps=((-1.00001, -1.0), (0.123456, 0.2)))
    assert said.gaps(near) == "[−1.00001, −1], [0.12, 0.2]"
    assert said._apart(1.0, 1.0 + 2**-52) == ("1", "1.0000000000000002")


def test_the_ball_is_asked_for_where_its_page_can_show_it():
    found = sine()
    asked_for = said.ball_settings(found)
    assert asked_for["x0"] == f"{0.3:.6g}" and asked_for["extent"] == "3"
    far = study("expression", -2.0, 1.0, formula="x^2")
    assert said.ball_settings(far)["extent"] == "2" and said.ball_settings(far)["x0"] == "-1.7"
    assert said.ball_settings(study("expression", 0.0, 0.05, formula="x^2"))["extent"] == "0.1"
    assert said.ball_settings(study("expression", -100.0, 100.0, formula="x^2")) is not None
    assert said.ball_settings(study("expression", -101.0, 1.0, formula="x^2")) is None
    steep = study("expression", -1.0, 1.0, formula="4900*x^2")
    assert said.ball_settings(steep)["step_size"] == f"{1 / steep.licensed:.6g}" and steep.step > 1e-4
    assert said.ball_settings(study("expression", -1.0, 1.0, formula="5100*x^2")) is None
    assert said.ball_settings(study("expression", -1.0, 1.0, formula="x^2/30"))["step_size"] == "10"


def test_what_is_said_of_a_specimen():
    for shown in gallery():
        (one, numbers), (two, constant) = asked(lambda words, shown=shown: said.specimen_told(shown, words))
        assert one == ("gallery_yes" if shown.has_derivative else "gallery_no")
        assert (numbers["left"], numbers["right"]) == shown.quotients
        assert two == ("gallery_constant" if math.isfinite(shown.constant.upper) else "gallery_none")
        assert constant == {"constant": shown.constant.upper, "lower": shown.constant.lower}
