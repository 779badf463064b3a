"""What the pictures of double descent draw and say, held against the sweep that they are of."""

from dataclasses import replace

import numpy as np
import pytest

from charts import double_descent as charts
from charts.common import POWERS
from charts.double_descent import risk_parts
from charts.double_descent import words as said
from charts.double_descent.fitted_functions import fits
from charts.double_descent.risk_map import risk_map
from charts.theme import theme
from core import double_descent as core
from core.double_descent import EpochCurve, LegendreFits, Limit, PenaltyProfile, RiskCurve, RiskMap
from tests.charts.reading import asked, holds, is_log, pixels, reach, read, says
from ui import text

LIGHT, WORDS = theme("light"), text.words("double_descent", "en")
SIZES = np.array([2, 5, 9, 10, 11, 40])
RNG = np.random.default_rng(3)
REACHED = {  # each preset's axes: sizes, risks, and whether the sizes are on a log axis
    "digits": ([5, 4000], [0.05, 100], True),
    "gaussian": ([2, 1000], [0.005, 100], True),
    "weak": ([0, 206], [0.3, 60], False),
    "legendre": ([2, 1500], [0.005, 2e4], True),
    "samples": ([2, 400], [0.02, 100], True),
    "map": ([2, 230], [0.005, 100], True),
}
NORMS = {"digits": [1, 2000], "gaussian": [0.1, 20], "weak": [0.1, 20], "samples": [0.1, 20], "map": [0.1, 20]}


def curve(repetitions=5, **more) -> RiskCurve:
    """A made-up sweep around the threshold 10, every number another."""
    names = ("test", "train", "norm", "bias", "variance", "best_ridge")
    measured = {name: RNG.uniform(0.5, 2, (repetitions, len(SIZES))) for name in names}
    theory = np.array([1.5, 2.5, 9.0, np.inf, 8.0, 0.5])
    fixed = {"threshold": 10, "penalty": 0.0, "noise": 0.25, "limit": Limit(0.7, 3.0)}
    best = {"best_ridge_theory": np.linspace(1.1, 0.6, 6)}
    return RiskCurve(kind="random_features", sizes=SIZES, theory=theory, **(measured | fixed | best | more))


def epoch_curve() -> EpochCurve:
    times = np.array([1, 3, 10, 30, 100])
    theory = np.array([3.0, 1.5, 2.0, 1.2, 1.3])
    bias, variance = np.array([2.0, 0.7, 0.5, 0.2, 0.1]), np.array([0.5, 0.3, 1.0, 0.5, 0.7])
    test = theory + RNG.uniform(-0.2, 0.2, (3, 5))
    return EpochCurve(times, test, test, theory, bias, variance, 0.5, "orthogonal")


@pytest.mark.parametrize("preset", REACHED)
def test_the_axes_of_a_preset_reach_what_its_sweeps_do(preset):
    sizes, risks, logarithmic = REACHED[preset]
    picture = charts.risk(curve(), preset, (), WORDS, LIGHT, total_features=200)
    assert reach(picture, "x", "y") == [pytest.approx(sizes), risks]
    assert is_log(picture, "x") == logarithmic and is_log(picture, "y")
    if preset in NORMS:
        shown = charts.norm(curve(), preset, WORDS, LIGHT, total_features=200)
        assert reach(shown, "x", "y") == [pytest.approx(sizes), NORMS[preset]] and is_log(shown, "y")
    if preset != "digits":
        sizes_swept = core.sizes_of(preset, core.PRESETS[preset].n[1], total_features=200)
        assert sizes[0] <= sizes_swept[0] and sizes_swept[-1] <= sizes[1]


@pytest.mark.parametrize("preset", REACHED)
def test_each_line_is_the_median_at_each_size(preset):
    run = curve()
    picture = charts.risk(run, preset, ["a", "b", "c"], WORDS, LIGHT)
    shown = ("test",) if preset == "map" else ("test", "train", "best_ridge")
    for name in ("test", "train", "best_ridge"):
        rows = read(picture, "lines", name=WORDS[f"series.{name}"])
        assert len(rows["size"]) == (len(SIZES) if name in shown else 0)
        if name in shown:
            holds(picture, "lines", {"name": WORDS[f"series.{name}"]}, size=SIZES, step=np.arange(6), last=5,
                  value=np.median(getattr(run, name), axis=0))  # fmt: skip
    holds(picture, "lines", {"name": WORDS["series.limit"]}, size=list(charts.axes_of(preset, 100).size),
          value=[0.7, 0.7], step=-1, last=-2)  # fmt: skip
    said_of_theory = read(picture, "lines", name=WORDS["series.predicted"])
    assert set(said_of_theory["step"]) == {-1} and set(said_of_theory["last"]) == {-2}, "no ball on a prediction"
    pieces = {"0": [1.5, 2.5, 9.0], "1": [8.0, 0.5]} | ({} if preset == "map" else {"best0": np.linspace(1.1, 0.6, 6)})
    assert set(said_of_theory["part"]) == set(pieces)
    for part, values in pieces.items():
        holds(picture, "lines", {"name": WORDS["series.predicted"], "part": part}, value=values)
    holds(picture, "threshold", size=[10], name=[WORDS["threshold"].replace("{{size}}", "10")])
    holds(picture, "readout", step=[0, 1, 2], last=2, words=["a", "b", "c"])
    low, high = (np.quantile(run.test, q, axis=0) for q in (0.1, 0.9))
    holds(picture, "band", size=SIZES, low=low, high=high)


def test_a_line_that_is_finite_is_in_one_piece_with_a_place_for_each_number():
    run = replace(curve(), theory=np.linspace(2, 1, 6), test=np.where(np.arange(6) == 3, np.nan, np.ones((5, 6))))
    picture = charts.risk(run, "gaussian", (), WORDS, LIGHT)
    holds(picture, "lines", {"name": WORDS["series.predicted"], "part": "0"}, size=SIZES)
    holds(picture, "lines", {"name": WORDS["series.test"]}, step=[0, 1, 2, 4, 5], last=5)
    assert read(picture, "band")["size"].tolist() == np.delete(SIZES, 3).tolist()


def test_a_hundred_features_are_all_there_are_unless_it_is_said():
    for draw in (charts.risk, lambda *args: risk_parts.parts(args[0], {}, args[1], *args[3:])):
        assert reach(draw(curve(), "weak", (), WORDS, LIGHT), "x") == [pytest.approx([0, 103])]
    assert reach(charts.norm(curve(), "weak", WORDS, LIGHT), "x") == [pytest.approx([0, 103])]


def test_the_norm_has_its_own_limit_and_band():
    run = curve()
    picture = charts.norm(run, "digits", WORDS, LIGHT)
    holds(picture, "lines", {"name": WORDS["series.norm"]}, value=run.median("norm"), size=SIZES)
    holds(picture, "lines", {"name": WORDS["series.limit"]}, value=[3.0, 3.0])
    holds(picture, "band", low=np.quantile(run.norm, 0.1, axis=0), high=np.quantile(run.norm, 0.9, axis=0))
    bare = charts.norm(replace(run, limit=Limit(0.7)), "digits", WORDS, LIGHT)
    assert not len(read(bare, "lines", name=WORDS["series.limit"])["size"])


@pytest.mark.parametrize("repetitions", [1, 2])
def test_two_repetitions_have_a_band_and_one_has_none(repetitions):
    run = curve(repetitions)
    assert charts.risk(run, "gaussian", (), WORDS, LIGHT).tables["band"].num_rows == (6 if repetitions > 1 else 0)


def test_what_leaves_an_axis_is_held_a_third_and_three_times_away():
    axes, flat = charts.Axes((1, 2), (0.1, 10)), charts.Axes((1, 2), (1, 3), value_scale="linear")
    assert axes.held(np.array([0, 0.2, 99])).tolist() == pytest.approx([0.1 / 3, 0.2, 30])
    assert flat.held(np.array([-99, 2, 99])).tolist() == [-1, 2, 9]


@pytest.mark.parametrize(("ends", "scale", "mantissas", "values"), [
    ((2, 1000), "log", (1, 2, 5), [2, 5, 10, 20, 50, 100, 200, 500, 1000]),
    ((0.05, 100), "log", (1,), [0.1, 1, 10, 100]),
    ((2, 1e7), "log", (1, 2, 5), [10.0**k for k in range(1, 8)]),
    ((1e-4, 1e-2), "log", (1, 2, 5), [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2]),
    ((1, 10**4.5), "log", (1, 2), [1, 10, 100, 1000, 10000]),
    ((10**-3.5, 0.01), "log", (1,), [1e-3, 1e-2]),
])  # fmt: skip
def test_a_log_axis_is_numbered_at_powers_of_ten(ends, scale, mantissas, values):
    made = charts._ticks(ends, scale, mantissas)
    assert made["values"] == pytest.approx(values) and made["labelExpr"] == POWERS
    assert charts._ticks((0, 1), "linear", (1,)).keys() == {"tickCount"}


def test_the_axis_of_sizes_has_more_numbers_than_that_of_risks():
    layer = charts.risk(curve(), "gaussian", (), WORDS, LIGHT).specification["layer"][-2]["encoding"]
    assert layer["x"]["axis"]["values"] == pytest.approx([2, 5, 10, 20, 50, 100, 200, 500, 1000])
    assert layer["y"]["axis"]["values"] == pytest.approx([0.01, 0.1, 1, 10, 100])


def test_the_parts_are_drawn_with_their_sum():
    run = curve()
    exact = {"bias": np.linspace(1, 0.2, 6), "variance": np.array([1, 2, 9, np.inf, 9, 1.0])}
    picture = risk_parts.parts(run, exact, "weak", WORDS, LIGHT, total_features=200)
    assert reach(picture, "x", "y") == [pytest.approx([0, 206]), [0, 3]] and not is_log(picture, "y")
    for name, values in (("bias", run.bias), ("variance", run.variance), ("sum", run.test)):
        holds(picture, "lines", {"name": WORDS[f"series.{name}"]}, value=np.median(values, axis=0))
    holds(picture, "lines", {"part": "bias0"}, value=exact["bias"])
    holds(picture, "lines", {"part": "variance1"}, value=[9, 1.0])
    assert picture.tables["band"].num_rows == 0 and picture.tables["threshold"].num_rows == 1


def test_the_epochs_are_drawn_above_the_noise():
    run = epoch_curve()
    picture = risk_parts.epochs(run, ["x"] * 5, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[1, pytest.approx(1.4 * core.LAST_EPOCH)], [0, 3]]
    assert is_log(picture, "x") and not is_log(picture, "y")
    holds(picture, "lines", {"name": WORDS["series.test"]}, value=np.median(run.test, axis=0) - 0.5, size=run.times)
    holds(picture, "lines", {"name": WORDS["series.predicted"]}, value=run.theory - 0.5, step=-1)
    holds(picture, "marks", size=[3, 10, 30], value=[1.0, 1.5, 0.7])
    holds(picture, "band", low=np.quantile(run.test, 0.1, axis=0) - 0.5, high=np.quantile(run.test, 0.9, axis=0) - 0.5)
    parts = risk_parts.epoch_parts(run, WORDS, LIGHT)
    holds(parts, "lines", {"name": WORDS["series.bias"]}, value=run.bias)
    holds(parts, "lines", {"name": WORDS["series.variance"]}, value=run.variance)
    assert parts.tables["band"].num_rows == 0


def profile(**more) -> PenaltyProfile:
    test = np.array([[5.0, 1.0, 3.0], [4.0, 2.0, 9.0], [6.0, 1.5, 1.0]])
    return PenaltyProfile(40, np.array([0.1, 0.2, 0.4]), test, np.array([4.5, 1.2, 2.0]), 7.5, **more)


def test_the_penalties_are_drawn_with_the_best_of_them():
    found = profile()
    picture = risk_parts.penalties(found, "gaussian", WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[0.1, 0.4], [0.005, 100]]
    holds(picture, "lines", {"name": WORDS["series.test"]}, size=found.penalty, value=[5.0, 1.5, 3.0], step=-1)
    holds(picture, "lines", {"name": WORDS["series.ridgeless"]}, size=[0.1, 0.4], value=[7.5, 7.5])
    holds(picture, "lines", {"name": WORDS["series.predicted"]}, value=[4.5, 1.2, 2.0])
    holds(picture, "marks", size=[0.2], value=[1.5])
    low, high = (np.quantile(found.test, q, axis=0) for q in (0.1, 0.9))
    holds(picture, "band", low=low, high=high)
    says(said.profile_told, found, "gaussian", id="ridge_told", letter="letter.gaussian", size=40, penalty=0.2,
         best=1.5, ridgeless=7.5)  # fmt: skip


def test_a_fit_is_drawn_where_it_is_known_and_held_beside_the_picture():
    grid = np.linspace(-1, 1, 7)
    fitted = np.stack([grid, np.where(grid > 0, np.nan, 50 * grid), 50 * grid**3])
    found = LegendreFits(np.array([2, 3, 4]), np.array([-0.5, 0.5]), np.array([0.1, 0.2]), grid, 0.3 * grid, fitted)
    picture = fits(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[-1.02, 1.02], [-4, 4]]
    holds(picture, "fitted", {"step": 0}, x=grid, y=grid, last=2)
    holds(picture, "fitted", {"step": 1}, x=grid[:4], y=np.clip(50 * grid[:4], -12, 12), last=2)
    holds(picture, "fitted", {"step": 2}, x=grid, y=np.clip(50 * grid**3, -12, 12), last=2)
    holds(picture, "truth", x=grid[::3], y=0.3 * grid[::3])
    holds(picture, "data", x=[-0.5, 0.5], y=[0.1, 0.2])
    one = fits(found, WORDS, LIGHT, only=-1)
    holds(one, "fitted", x=grid, y=np.clip(50 * grid**3, -12, 12), step=0, last=0)
    risk = float(np.mean((grid - 0.3 * grid) ** 2))
    says(said.fit_told, found, 0, id="alt_fit", size=2, n=2, risk=risk)


def test_the_map_is_dark_where_the_risk_is_thirty_and_clear_nowhere():
    risk = np.array([[0.03, 0.3, 3.0], [30.0, np.inf, 1e-3]])
    found = RiskMap(np.array([2, 230]), np.array([2, 50, 230]), risk)
    risks = np.array([0.01, 1.0, np.nan, 99.0])
    picture = risk_map(found, 60, np.array([2, 3, 4, 5]), risks, WORDS, LIGHT)
    shade = pixels(read(picture, "field")["image"][0], "P")
    np.testing.assert_array_equal(shade, np.round(254 * np.array([[0, 1 / 3, 2 / 3], [1, 1, 0]])))
    holds(picture, "walk", size=[2, 3, 5], n=60, value=[0.03, 1.0, 30.0], step=[0, 1, 3], last=3)
    holds(picture, "cut", size=[2, 230], n=[60, 60])
    assert reach(picture, "x", "y", "color") == [[2, 230], [2, 230], [0.03, 30.0]] and is_log(picture, "color")


def test_the_thumbnail_shows_the_peak_and_the_ridge_without_one():
    picture = charts.thumbnail(LIGHT)
    assert reach(picture, "x", "y") == [[0, 103], [0.5, 40]]
    sweep = core.sweep("weak", 40, noise=0.04)
    for name in ("test", "best_ridge"):
        holds(picture, "lines", {"name": name}, size=sweep.sizes, value=sweep.median(name), last=len(sweep.sizes) - 1)
    drawn = read(picture, "lines", name="test")
    assert drawn["value"].max() > 10 > read(picture, "lines", name="best_ridge")["value"].max()
    assert 38 <= drawn["size"][drawn["value"].argmax()] <= 42
    for name, end in (("size", [0, 103]), ("value", [0.5, 40])):
        assert (
            end[0] <= read(picture, "lines")[name].min()
            and read(picture, "lines", name="best_ridge")[name].max() <= end[1]
        )


def test_the_readout_has_the_numbers_of_each_size():
    run = curve(train=np.tile([1.0, 0.5, 1e-12, 2e-12, 0.0, 0.25], (5, 1)))
    found = asked(lambda words: said.readout(run, "gaussian", words))
    median, train = np.median(run.test, axis=0), [1.0, 0.5, 0.0, 2e-12, 0.0, 0.25]
    for (name, numbers), size, risk, fit in zip(found, SIZES, median, train, strict=True):
        assert (name, numbers["size"], numbers["test"], numbers["train"]) == ("readout", size, risk, fit)
        assert numbers["letter"] == "letter.gaussian"
    wrong = replace(run, test_error=np.full((5, 6), 0.125))
    digits = asked(lambda words: said.readout(wrong, "digits", words))
    assert {(name, numbers["wrong"]) for name, numbers in digits} == {("readout_digits", "12.5%")}
    epochs = epoch_curve()
    for (name, numbers), time, risk in zip(
        asked(lambda words: said.readout(epochs, "epochs", words)), epochs.times, np.median(epochs.test, axis=0),
        strict=True,
    ):  # fmt: skip
        assert (name, numbers) == ("readout_epochs", {"size": time, "test": pytest.approx(risk - 0.5)})


@pytest.mark.parametrize(("quantity", "limit"), [("test", 0.7), ("norm", 3.0)])
def test_first_highest_and_last_value_are_told(quantity, limit):
    run = curve()
    values = np.median(getattr(run, quantity), axis=0)
    peak = int(values.argmax())
    (one, numbers), (two, more) = asked(lambda words: said.told(run, "weak", words, quantity))
    assert (one, two, more) == ("alt_curve", "alt_limit", {"value": limit})
    assert numbers == {
        "letter": "letter.weak", "threshold": 10, "first_size": 2, "peak_size": SIZES[peak], "last_size": 40,
        "first_value": values[0], "peak_value": values[peak], "last_value": values[-1],
    }  # fmt: skip
    assert len(asked(lambda words: said.told(replace(run, limit=None), "weak", words, quantity))) == 1


def test_where_the_risk_begins_turns_and_ends_is_told():
    run = epoch_curve()
    found = asked(lambda words: said.told(run, "epochs", words))
    assert found[:3] == [("alt_turn", {"time": t, "value": v}) for t, v in ((3, 1.0), (10, 1.5), (30, 0.7))]
    name, numbers = found[3]
    assert name == "alt_epochs" and numbers["time"] == 100
    assert (numbers["first"], numbers["last"]) == pytest.approx((2.5, 0.8))
