"""What the pictures of finite widths draw, column by column, held against the networks and the theory."""

from functools import lru_cache

import numpy as np
import pytest

from charts import finite_width as charts
from charts.finite_width import training, views
from charts.finite_width.density import WIDTH, outputs
from charts.finite_width.plane import DEPTHS, plane
from charts.theme import DARK, LIGHT
from core.finite_width import EDGES, GRID, POWERS, dots, regimes, study, taylor_orders, taylor_sweep
from core.progress import finish
from tests.charts.reading import holds, is_log, reach, read
from tests.charts.validity import assert_valid
from ui.text import words

WORDS = words("finite_width", "en")
FEW = 1000


@lru_cache
def ran(activation="linear", width=64, depth=16):
    return study(activation, (width,) * depth, networks=FEW), dots(activation, networks=FEW)


def collapse(activation="linear", width=64, depth=16, theme=LIGHT, **more):
    run, twelve = ran(activation, width, depth)
    told = [f"at {k}" for k in range(len(run.frames))]
    return charts.collapse(twelve, run, WORDS, theme, told, **more)


def test_the_dots_are_the_twelve_shapes_on_the_curve():
    _, twelve = ran()
    picture = collapse()
    assert_valid(picture, 400)
    holds(picture, "dots", r=twelve.ratio, moment=twelve.measured, seen=twelve.seen.astype(int))
    shown = read(picture, "dots")
    assert shown["width"].tolist() == [f"n = {n}" for n in twelve.width]
    seen = twelve.seen
    np.testing.assert_allclose((shown["high"] - shown["moment"])[seen], 2 * twelve.error[seen], rtol=1e-4)
    np.testing.assert_allclose((shown["moment"] - shown["low"])[seen], 2 * twelve.error[seen], rtol=1e-4)
    assert (shown["high"] == shown["low"])[~seen].all(), "no bar where nothing can be said"
    letters = {name: (d, w) for name, d, w in zip(shown["letter"], twelve.depth, twelve.width, strict=True) if name}
    assert letters == {"A": (4, 16), "B": (32, 128)}
    assert not any(read(collapse(named=False), "dots")["letter"]), "where they lie may be the answer"
    curve = read(picture, "curve")
    inside = curve["moment"] < np.exp(3.2)
    np.testing.assert_allclose(curve["moment"][inside], np.exp(2 * curve["r"][inside]), rtol=1e-5)
    own = read(picture, "finite", name="n = 4")
    inside = own["moment"] < np.exp(3.2)
    np.testing.assert_allclose(own["moment"][inside], 1.5 ** (4 * own["r"][inside]), rtol=1e-5)
    assert is_log(picture, "x") and is_log(picture, "y")


def test_the_chosen_networks_climb_layer_by_layer():
    run, _ = ran()
    picture = collapse()
    holds(picture, "path", step=np.arange(16), r=np.arange(1, 17) / 64, moment=run.fourth, last=15)
    assert read(picture, "path")["readout"][3] == "at 3"
    assert len(read(collapse(climbs=False), "path")["r"]) == 0, "it may be the answer"


def test_the_regimes_have_their_borders_and_wait_for_the_answer():
    picture = collapse("relu")
    holds(picture, "zones", low=[0.02, 4 / 15, np.log(FEW) / 10], high=[4 / 15, np.log(FEW) / 10, 4.0])
    assert read(picture, "zones")["kind"].tolist() == ["good", "negative", "blind"]
    assert len(read(collapse("relu", marked=False), "zones")["kind"]) == 0


@pytest.mark.parametrize(
    ("width", "depth", "x", "top"),
    [(64, 16, [0.02, 4.0], 3.2), (512, 2, [0.0015, 4.0], 3.2), (8, 64, [0.02, 64.0], 18.0), (16, 2, [0.02, 4.0], 3.2)],
)
def test_the_axes_move_seldom(width, depth, x, top):
    picture = collapse("linear", width, depth)
    across, up = reach(picture, "x", "y")
    assert across == pytest.approx(x) and up == pytest.approx([0.9, np.exp(top)], rel=1e-6)
    assert_valid(picture, 400)


def test_the_outputs_by_layer_are_counted_and_exact():
    run, _ = ran("relu")
    picture = outputs(run, WORDS, LIGHT)
    assert_valid(picture, 24 * 64)
    for place in (0, 7, 15):
        holds(picture, "bars", {"step": place}, z=EDGES[:-1], end=EDGES[1:], share=run.outputs[place] / WIDTH, last=15)
        holds(picture, "exact", {"step": place}, share=run.exact[place] / WIDTH)
        holds(picture, "order", {"step": place}, share=run.orders[place, 1] / WIDTH)
    z = read(picture, "plain")["z"]
    np.testing.assert_allclose(read(picture, "plain")["share"], np.exp(-z * z / 2) / np.sqrt(2 * np.pi), atol=1e-3)
    assert np.isnan(read(outputs(run, WORDS, LIGHT, marked=False), "order")["share"]).all()


def test_the_axis_of_outputs_goes_below_zero_only_with_a_line():
    assert reach(outputs(ran("linear")[0], WORDS, LIGHT), "y")[0][0] == 0
    negative = study("relu", (64,) * 24, networks=FEW)
    assert reach(outputs(negative, WORDS, LIGHT), "y")[0][0] < 0


def test_the_plane_has_the_line_on_which_nothing_changes():
    run, twelve = ran()
    picture = plane(twelve, run, WORDS, LIGHT)
    assert_valid(picture, 30)
    line = read(picture, "line")
    np.testing.assert_allclose(line["depth"] / line["width"], 1 / 4)
    holds(picture, "dots", depth=twelve.depth, width=twelve.width)
    holds(picture, "path", step=np.arange(16), depth=np.arange(1, 17), width=64.0)
    band = read(picture, "bands", kind="negative")
    np.testing.assert_allclose(band["high"], np.array(DEPTHS) * 1.5, rtol=1e-5)
    assert len(read(plane(twelve, run, WORDS, LIGHT, marked=False), "bands")["kind"]) == 0


def test_both_orders_by_r_and_where_they_cross():
    found = regimes("linear", width=64)
    picture = views.distances(found, WORDS, LIGHT)
    assert_valid(picture, 100)
    for place, name in enumerate(("Gaussian", "Gaussian + 1/n")):
        holds(picture, "rows", {"name": name}, r=found.ratio, distance=found.distance[:, place])
    holds(picture, "marks", r=[found.crossing, 2 / 3])


def test_log_s_and_its_marks():
    run, _ = ran()
    picture = views.log_variances(run, WORDS, LIGHT)
    assert_valid(picture, 1100)
    bars = read(picture, "bars")
    assert (bars["share"] * (bars["end"] - bars["x"])).sum() == pytest.approx(1, abs=0.01)
    holds(picture, "marks", x=[run.density.quantile(0.5)[0], 0.0], name=["median", "mean S = 1"])
    exact = read(picture, "exact")
    assert np.trapezoid(exact["share"], exact["x"]) == pytest.approx(1, abs=1e-3)
    dead = views.log_variances(study("relu", (2,) * 12, networks=FEW), WORDS, LIGHT)
    assert read(dead, "marks")["name"].tolist() == ["mean S = 1"], "the median is at −∞"


def test_medians_by_width_and_the_predicted_powers():
    found = finish(taylor_sweep(widths=(32, 64, 128), networks=4))
    rows = {f"apart.{name}": of for name, of in found.rows.items()}
    powers = {f"apart.{name}": power for name, power in POWERS.items()}
    picture = training.by_width(found.widths, rows, powers, WORDS, LIGHT)
    assert_valid(picture, 20)
    holds(
        picture, "dots", {"name": "order 3"}, width=[32, 64, 128], distance=np.median(found.distance[:, :, 2], axis=1)
    )
    line = read(picture, "lines", name="order 3")
    assert line["distance"][2] / line["distance"][0] == pytest.approx(1 / 16, rel=1e-5)
    assert len(read(training.by_width(found.widths, rows, {}, WORDS, LIGHT), "lines")["name"]) == 0


def test_each_order_and_when_it_leaves():
    found = taylor_orders(((-0.5, 0.4), (0.5, -0.6)), width=8, steps=60)
    picture = training.functions(found, WORDS, LIGHT)
    assert_valid(picture, 4 * 53)
    for place, name in enumerate(("network", "order 1", "order 2", "order 3")):
        holds(picture, "lines", {"name": name}, x=GRID, y=found.function[place])
    holds(picture, "points", x=[-0.5, 0.5], y=[0.4, -0.6])
    picture = training.losses(found, WORDS, LIGHT)
    assert_valid(picture, 400)
    holds(picture, "lines", {"name": "order 2"}, step=found.step, loss=np.maximum(found.loss[2], 1e-9))
    holds(picture, "left", step=[step for step in found.left if step >= 0])
    told = training.orders_told(found, WORDS)
    assert "2 points, 60 steps" in told and all(f"order {k}" in told for k in (1, 2, 3))


def test_in_the_dark_and_small():
    assert_valid(collapse(theme=DARK), 400)
    assert_valid(charts.thumbnail(DARK), 100)
    one = study("leaky", (2,), networks=FEW)
    assert_valid(outputs(one, WORDS, DARK), 64)
    assert_valid(views.log_variances(one, WORDS, DARK), 1100)
