"""What the pictures of the valley draw, column by column, held against the walk that they are of."""

import numpy as np
import pytest

from charts import polyak_lojasiewicz as charts
from charts.common import DRAWING
from charts.polyak_lojasiewicz import networks, views
from charts.polyak_lojasiewicz.descent import _line, descent
from charts.polyak_lojasiewicz.space import space
from charts.theme import DARK, LIGHT
from core.polyak_lojasiewicz import (
    WINDOW,
    Training,
    WidthSweep,
    chain,
    plane_of,
    section,
    sine,
    solution_spectrum,
    study,
    system,
)
from tests.charts.reading import holds, is_log, pixels, reach, read
from ui.text import words

WORDS = words("polyak_lojasiewicz", "en")


def run(target=2.0, start=(3.0, 0.0), step_size=0.02, steps=300, **more):
    return study("product", target, start, step_size=step_size, steps=steps, **more)


def picture(found, theme=LIGHT):
    return charts.plane(found, plane_of(found.system), WORDS, theme)


def test_the_plane_has_a_row_for_each_frame():
    found = run()
    walk, drawn = found.walk, picture(found)
    steps = np.arange(walk.last + 1)
    holds(drawn, "walk", step=steps, at=steps, last=walk.last, x=walk.path[:, 0], y=walk.path[:, 1], way=walk.length,
          kernel=walk.kernel, radius=1.0, mu=4.0)  # fmt: skip
    holds(drawn, "saddles", x=[0.0], y=[0.0])
    holds(drawn, "start", x=[3.0], y=[0.0])
    assert reach(drawn, "x", "y") == [[-4.4, 4.4], [-3.2, 3.2]] == [[-half, half] for half in WINDOW]


def test_a_long_walk_shows_some_of_its_steps_by_their_own_numbers():
    found = run(target=1.0, start=(1.0, -1.0), steps=2000)
    rows = read(picture(found), "walk")
    assert rows["at"].tolist() == found.frames.tolist() and rows["step"].tolist() == list(range(301))
    np.testing.assert_allclose(rows["x"], found.walk.path[found.frames, 0], rtol=1e-6, atol=1e-12)
    assert np.isnan(rows["radius"]).all() and np.isnan(rows["mu"]).all()


def test_the_disc_is_round_and_there_only_where_it_is_promised():
    disc = read(picture(run()), "disc")
    np.testing.assert_allclose(np.hypot(disc["x"] - 3, disc["y"]), 1, rtol=1e-6)
    assert disc["corner"].tolist() == list(range(73)) and disc["y"].max() == pytest.approx(1)
    assert disc["x"][0] == pytest.approx(4) and disc["x"][-1] == pytest.approx(4)
    assert not len(read(picture(run(1.0, (2.5, -0.3))), "disc")["x"])


def test_the_shade_is_deepest_at_the_saddle_and_the_rest_is_as_it_was_computed():
    found = run(target=4.0)
    level = pixels(read(picture(found), "field")["image"][0], "RGB").astype(int)
    assert level.shape[:2] == DRAWING[::-1]
    middle, away = level[DRAWING[1] // 2 + 3, DRAWING[0] // 2 - 3], level[5, 5]
    assert middle.sum() < away.sum(), "in the light, dark is where K is small"
    dark = pixels(read(picture(found, DARK), "field")["image"][0], "RGB").astype(int)
    assert dark[DRAWING[1] // 2 + 3, DRAWING[0] // 2 - 3].sum() < dark[5, 5].sum() + 60


def test_hatches_cover_what_is_not_certified_and_nothing_else():
    land = plane_of(system("product", 1.0))
    lines = charts._hatches(land)
    points = np.concatenate(lines)
    x, y = points.T
    wrong = x**2 + y**2 > 1.2 * 4 * np.abs(x * y - 1)
    assert len(points) > 2000 and not wrong.any(), "a fifth of h is more than a grid's cell"
    assert np.abs(x).max() <= WINDOW[0] and np.abs(y).max() <= WINDOW[1] + 1e-9
    for line in lines:
        np.testing.assert_allclose(np.diff(line[:, 1]), np.diff(line[:, 0]), atol=1e-9)
    offsets = np.unique(np.round(y - x, 6))
    assert np.diff(offsets).min() == pytest.approx(0.3)


def test_the_loss_is_drawn_down_to_rounding_under_what_was_promised():
    found = run()
    drawn = descent(found, WORDS, LIGHT)
    assert is_log(drawn, "y")
    across, up = reach(drawn, "x", "y")
    assert across == [0, 300] and up == pytest.approx([1e-25, 10])
    rows = read(drawn, "loss")
    count = int(np.sum(found.walk.loss > up[0]))
    holds(drawn, "loss", step=np.arange(count), at=np.arange(count), last=count - 1, loss=found.walk.loss[:count])
    line = read(drawn, "promised")
    np.testing.assert_allclose(line["loss"], 2 * 0.92 ** line["at"], rtol=1e-5)
    assert line["at"][0] == 0 and line["at"][-1] == found.walk.last and len(rows["at"]) < found.walk.last
    local = read(drawn, "local")
    through = int(0.75 * np.sum(found.walk.loss > max(up[0], found.floor)))
    expected = np.log(found.walk.loss[through]) + (local["at"] - through) * np.log(found.slope)
    np.testing.assert_allclose(np.log(local["loss"]), expected, atol=0.01)
    assert local["loss"].min() > up[0]


def test_of_a_step_longer_than_one_over_beta_no_more_is_drawn_than_is_promised():
    found = run(1.0, (3.0, 0.4), step_size=0.11)
    promise, line = found.certificate, read(descent(found, WORDS, LIGHT), "promised")
    assert 1 - 0.11 * promise.mu < promise.rate < 1, "1 − ημ is too good to be true"
    np.testing.assert_allclose(line["loss"], found.walk.loss[0] * promise.rate ** line["at"], rtol=1e-5)


def test_without_a_promise_or_an_arrival_there_is_no_line():
    drawn = descent(run(1.0, (1.0, -1.0), steps=2000), WORDS, LIGHT)
    assert not drawn.tables["promised"].num_rows and not drawn.tables["local"].num_rows
    assert reach(drawn, "x", "y") == [[0, 2000], pytest.approx([1e-25, 10.0])]
    still = descent(run(start=(2.0, 1.0)), WORDS, LIGHT)
    assert not any(still.tables[name].num_rows for name in ("loss", "promised", "local"))
    for factor, rows in ((1.0, 0), (0.0, 0), (np.nan, 0), (0.999, 60)):
        assert _line(run(), factor, 0, 1e-25).num_rows == rows
    short = run(steps=3)
    assert not descent(short, WORDS, LIGHT).tables["local"].num_rows


def test_a_bar_for_each_eigenvalue_by_what_it_is():
    found = solution_spectrum(5, 10, 0)
    rows = read(views.spectrum(found, WORDS, LIGHT), "bars")
    assert rows["rank"].tolist() == list(range(1, 31)) and (rows["floor"] == np.float32(1e-18)).all()
    np.testing.assert_allclose(rows["size"][:5], found.eigenvalues[:5] / found.eigenvalues[0], rtol=1e-6)
    assert (rows["kind"][:5] == WORDS["legend.curved"]).all() and (rows["kind"][5:] == WORDS["legend.zero"]).all()
    assert (rows["size"][5:] <= 1e-12).all() and (rows["size"] >= 0.99e-18).all() and rows["size"][0] == 1
    drawn = views.spectrum(found, WORDS, LIGHT)
    assert is_log(drawn, "y") and reach(drawn, "y") == [[1e-18, 1]]


def test_the_section_has_room_for_both_signs():
    found = run()
    cut = section(found.system, found.end)
    drawn = views.section(cut, WORDS, LIGHT)
    holds(drawn, "line", away=cut.away, smallest=cut.smallest, predicted=cut.predicted, zero=0.0)
    top = 1.05 * max(np.abs(cut.smallest).max(), np.abs(cut.predicted).max())
    assert reach(drawn, "x", "y") == [pytest.approx([-0.3, 0.3]), pytest.approx([-top, top])]


def test_the_sine_has_every_tenth_point_and_three_factors():
    found = sine()
    drawn = views.sine(found, WORDS, LIGHT)
    holds(drawn, "step", x=found.x[9::10], factor=found.factor[9::10])
    holds(drawn, "factors", height=[found.textbook, found.tight, found.quadratic])
    assert reach(drawn, "x", "y") == [[0, 8], [0, 1]]
    names = [WORDS[f"legend.{name}"] for name in ("textbook", "tight", "quadratic")]
    assert read(drawn, "factors")["name"].tolist() == names


def test_h_by_width_has_its_law_through_the_middle():
    sweep = WidthSweep(*np.array([[64.0, 16.0, 0.13, 0.1, 8.0, 10.0, 0.0], [1024.0, 4.0, 0.13, *4 * [np.nan]]]).T)
    drawn = networks.widths(sweep, WORDS, LIGHT)
    holds(drawn, "widths", width=[64, 1024], h=[16, 4], law=[16, 4], one=1.0, share=[0.8, np.nan])
    assert is_log(drawn, "x") and is_log(drawn, "y") and reach(drawn, "x", "y") == [[48, 24000], [0.3, 40]]


def test_the_digits_loss_has_its_slope_through_its_middle():
    loss = 15 * 0.9 ** np.arange(801.0)
    learned = Training(114.0, 0.5, loss, 9.0, np.full(5, 0.1), np.linspace(0, 800, 5))
    drawn = networks.digits(learned, WORDS, LIGHT)
    at = np.unique(np.linspace(0, 800, 201).round().astype(int))
    seen = at[loss[at] > 1e-24]
    holds(drawn, "loss", at=seen, loss=loss[seen])
    law = read(drawn, "law")
    anchor = int(seen[len(seen) // 2])
    np.testing.assert_allclose(
        np.log(law["loss"]), np.log(loss[anchor]) + (law["at"] - anchor) * np.log(0.9025), rtol=1e-5, atol=1e-4
    )
    assert reach(drawn, "x", "y") == [[0, 800], pytest.approx([1e-24, 100])] and law["loss"].min() > 1e-24


def test_the_curve_in_space_and_the_walk_to_it():
    found = chain()
    figure = space(found, WORDS, LIGHT)
    curve, walk, begin = figure.data
    np.testing.assert_array_equal(curve.x, found.curve[:, 0])
    assert (walk.x[0], walk.y[0], walk.z[0]) == (1.5, 1.0, 1.2) == (begin.x[0], begin.y[0], begin.z[0])
    assert len(walk.x) <= 220 and curve.name == WORDS["legend.valley"] and walk.name == WORDS["legend.walk"]


def test_the_thumbnail_is_the_page_as_it_begins():
    drawn = charts.thumbnail(LIGHT)
    found = run(steps=200)
    holds(drawn, "walk", x=found.walk.path[::8, 0], y=found.walk.path[::8, 1])
    assert read(drawn, "disc")["x"].max() == pytest.approx(4)
