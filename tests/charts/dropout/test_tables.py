"""What the pictures of dropout draw and say, column by column, held against the results that they are of."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from charts import dropout as charts
from charts.dropout import averages, masks, networks
from charts.dropout import band as bands
from charts.dropout import words as said
from charts.theme import theme
from core.dropout import (
    Band,
    DropoutSweep,
    LogisticPenalty,
    linear_data,
    logistic_penalty,
    masked_network,
    path,
    study,
    test_time_predictions,
)
from tests.charts.reading import asked, holds, is_log, level_lines, reach, read, says
from ui import text

LIGHT, WORDS = theme("light"), text.words("dropout", "en")
DATA, EPOCHS = linear_data(), np.array([0, 60])


def vector(w):
    return "(" + ", ".join(f"{c:.2f}".replace("-", "−") for c in w) + ")"


def test_the_losses_are_drawn_with_the_copies_their_mean_and_both_lowest_points():
    found = study(DATA, 0.5)
    picture = charts.losses(found, ["a", "b"], WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[0, 1.5], [0, 2]]
    s, frames = found.shares, len(found.copies)
    holds(picture, "lines", share=s, plain=found.plain, expected=found.expected)
    for copy, row in enumerate(found.single):
        holds(picture, "single", {"copy": copy}, share=s, value=row)
    for step, row in enumerate(found.averaged):
        holds(picture, "averaged", {"step": step}, share=s[::2], value=row[::2], last=frames - 1)
    low, high = s[found.plain.argmin()], s[found.expected.argmin()]
    holds(
        picture, "best", share=[low, high], value=[found.plain.min(), found.expected.min()], kind=["plain", "expected"]
    )
    holds(picture, "readout", step=[0, 1], last=1, words=["a", "b"])


@pytest.mark.parametrize(("top", "height", "is_named"), [(1.5, 1.0, True), (9.0, 1.25, True), (0.74, 0.62, False)])
def test_the_gap_is_named_in_its_middle_where_it_is_wide(top, height, is_named):
    """At the sixth share from the right, inside the picture; a quarter is not wide."""
    found = study(DATA, 0.5)
    assert len(charts.losses(found, [], WORDS, LIGHT).tables["label"]) == 1
    unnamed = read(charts.losses(found, [], WORDS, LIGHT, named=False), "label")
    assert unnamed["words"].tolist() == [""], "while that is the question"
    wide = replace(found, plain=np.full(len(found.shares), 0.5), expected=np.full(len(found.shares), top))
    label = read(charts.losses(wide, [], WORDS, LIGHT), "label")
    assert label["share"] == pytest.approx(found.shares[-6]) and label["value"] == pytest.approx(height)
    assert (label["words"][0] == WORDS["penalty"]) == is_named


def test_the_coefficients_are_drawn_against_p_with_the_dots_of_each_frame():
    found, along = study(DATA, 0.3), path(DATA)
    picture = charts.coefficients(found, along, WORDS, LIGHT)
    d = along.predicted.shape[1]
    for j in range(d):
        holds(picture, "predicted", {"j": j}, p=along.rates, value=along.predicted[:, j])
    frames = along.measured.shape[1]
    for step in (0, 1, frames - 1):
        holds(picture, "measured", {"step": step}, p=np.repeat(along.dots[1:], d), last=frames - 1,
              value=along.measured[1:, step].ravel())  # fmt: skip
        holds(picture, "here", {"step": step}, p=0.3, value=found.fitted[step], last=len(found.fitted) - 1)
    holds(picture, "now", p=[0.3])
    most = np.abs(along.predicted).max()
    across, up = reach(picture, "x", "y")
    assert across == [0, 1] and up[0] == -up[1] and 1.1 * most < up[1] < 1.1 * most + 0.52 and (2 * up[1]) % 1 == 0
    assert level_lines(picture) == [0]


@pytest.mark.parametrize(("most", "end"), [(0.45, 0.5), (0.46, 1.0), (1.9, 2.5), (0.0, 0.5)])
def test_the_axis_of_coefficients_ends_at_halves(most, end):
    found, along = study(DATA, 0.3), path(DATA)
    along = replace(along, predicted=np.full(along.predicted.shape, -most))
    assert reach(charts.coefficients(found, along, WORDS, LIGHT), "y") == [[-end, end]]


def test_the_averages_are_drawn_for_each_class_with_its_name_at_its_end():
    found = test_time_predictions(p=0.4)
    picture = averages.against_rate(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[0, 1], [0, 1]]
    for kind in ("scaled", "geometric", "arithmetic"):
        for k, name in enumerate("ABC"):
            holds(picture, "lines", {"kind": WORDS[f"average.{kind}"], "of": name}, p=found.rates,
                  value=[getattr(one, kind)[k] for one in found.along])  # fmt: skip
    holds(picture, "now", p=[0.4])
    assert read(picture, "ends")["of"].tolist() == ["A", "B", "C"]
    apart = averages._apart(np.array([0.5, 0.1, 0.12]))
    assert apart == pytest.approx([0.5, 0.1, 0.19]), "the lowest stays, the next is a line of text above it"
    assert averages.LINE_OF_TEXT == 0.09


def test_the_mean_over_masks_is_drawn_within_two_standard_errors():
    found = test_time_predictions(p=0.5)
    run = found.sampled
    picture = averages.sampled(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[1, int(run.draws[-1])], [0, 1]] and is_log(picture, "x")
    error = np.nan_to_num(run.standard_error)
    for k, name in enumerate("ABC"):
        low, high = (np.clip(run.mean[:, k] + side * error[:, k], 0, 1) for side in (-2, 2))
        holds(picture, "sampled", {"of": name}, draws=run.draws, value=run.mean[:, k], low=low, high=high,
              step=np.arange(len(run.draws)), last=len(run.draws) - 1)  # fmt: skip
    holds(picture, "levels", {"kind": WORDS["average.scaled"]}, value=found.here.scaled)
    holds(picture, "levels", {"kind": WORDS["average.arithmetic"]}, value=found.here.arithmetic)
    wide = replace(found, sampled=replace(run, standard_error=np.ones(run.mean.shape)))
    assert set(read(averages.sampled(wide, WORDS, LIGHT), "sampled")["low"]) == {0}
    assert set(read(averages.sampled(wide, WORDS, LIGHT), "sampled")["high"]) == {1}


def made_band(spread=0.2, offset=0.3) -> Band:
    grid = np.linspace(-1.6, 1.6, 49)
    mean = np.stack([0 * grid, np.sin(3 * grid) + 0.3 * grid + offset])
    spreads = np.stack([0.1 + 0 * grid, spread + 0.1 * grid**2])
    return Band(np.array([-0.5, 0.5]), np.array([-1.0, 1.0]), grid, np.sin(3 * grid) + 0.3 * grid, EPOCHS, 60,
                mean, mean, spreads, 0.5 * spreads, 0.04, 0.001, 400, 0.3, "last")  # fmt: skip


def test_the_band_is_two_standard_deviations_to_either_side():
    found = made_band()
    picture = bands.fit(found, WORDS, LIGHT)
    assert reach(picture, "x", "y") == [[-1.6, 1.6], [-2.5, 2.5]]
    for step in (0, 1):
        mean, spread = found.mean[step], found.spread[step]
        holds(picture, "band", {"step": step}, x=found.grid, value=mean, low=mean - 2 * spread, high=mean + 2 * spread,
              last=1)  # fmt: skip
    holds(picture, "truth", x=found.grid, value=found.truth)
    holds(picture, "samples", x=found.x, value=found.y)
    far = bands.fit(replace(found, mean=99 * np.sign(found.mean) + 0 * found.mean), WORDS, LIGHT)
    assert set(np.abs(read(far, "band", step=1)["value"])) <= {0.0, 5.0}
    drawn = read(bands.fit(replace(found, mean=0 * found.mean + 4.9), WORDS, LIGHT), "band", step=1)
    assert (drawn["value"] == np.float32(4.9)).all() and (drawn["high"] == 5).all(), (
        "beside the picture, and no further"
    )


def test_the_spread_is_drawn_measured_and_predicted():
    found = made_band()
    picture = bands.spread(found, WORDS, LIGHT)
    assert reach(picture, "x") == [[-1.6, 1.6]]
    scales = [part["encoding"]["y"]["scale"]["domain"] for part in picture.specification["layer"] if "scale" in
              part["encoding"]["y"]]  # fmt: skip
    assert scales == [[0, 0.6]] * 2
    for step in (0, 1):
        holds(picture, "spread", {"step": step}, x=found.grid, measured=found.spread[step], last=1,
              predicted=found.predicted[step], place=np.arange(49))  # fmt: skip
    holds(picture, "samples", x=found.x)
    far = bands.spread(replace(found, spread=9 + 0 * found.spread, predicted=8 + 0 * found.spread), WORDS, LIGHT)
    assert set(read(far, "spread")["measured"]) == set(read(far, "spread")["predicted"]) == {2}
    assert sum("datum.place % 3 == 0" in str(layer) for layer in picture.specification["layer"]) == 1


def test_the_network_shows_the_units_of_each_mask_and_what_flows_between_them():
    found = masked_network(0.5)
    picture = masks.network(found, WORDS, LIGHT)
    heights = [(np.arange(units) - (units - 1) / 2) / 6 for units in (4, 6, 6, 2)]
    last = len(found.masks) - 1
    for step in (0, 3, last):
        for layer, y in enumerate(heights):
            holds(picture, "units", {"step": step, "layer": layer}, y=y, on=found.kept[layer][step], last=last)
        for layer, (a, b) in enumerate(pairwise(heights)):
            pairs = [(y, z) for y, on in zip(a, found.kept[layer][step], strict=True) if on
                     for z, too in zip(b, found.kept[layer + 1][step], strict=True) if too]  # fmt: skip
            ends = np.array(pairs).reshape(-1, 2)
            holds(
                picture, "edges", {"step": step, "layer": layer}, y=ends[:, 0], y2=ends[:, 1], next=layer + 1, last=last
            )
    holds(picture, "names", layer=[0, 1, 2, 3], words=[WORDS[f"layer.{i}"] for i in range(4)])
    (left, right), (bottom, top) = reach(picture, "x", "y")
    assert (left, right, bottom, top) == (-0.3, 3.3, -0.6, 0.5), "all of it, and names below"


def test_the_running_means_are_in_units_of_x():
    found = masked_network(0.5)
    picture = masks.running_mean(found, WORDS, LIGHT)
    last = len(found.masks) - 1
    assert reach(picture, "x", "y") == [[1, int(found.masks[-1])], [0, 2.5]] and is_log(picture, "x")
    for k, x in enumerate(found.x):
        holds(picture, "means", {"unit": k}, masks=found.masks, value=np.clip(found.mean[:, k] / x, -1, 4),
              step=np.arange(last + 1), last=last)  # fmt: skip
    error = 1 / np.sqrt(found.masks)  # at p = 1/2, in units of x
    holds(picture, "within", masks=found.masks, low=np.maximum(1 - 2 * error, -1), high=np.minimum(1 + 2 * error, 4))
    assert level_lines(picture) == [1]
    for changed in ({"mean": 99 + found.mean}, {"mean": found.mean - 99}):
        assert set(read(masks.running_mean(replace(found, **changed), WORDS, LIGHT), "means")["value"]) <= {4, -1}
    gone = masks.running_mean(masked_network(1.0), WORDS, LIGHT)
    assert set(read(gone, "within")["low"]) == {-1} and set(read(gone, "within")["high"]) == {4}
    nothing = replace(found, x=0 * found.x)
    assert np.isfinite(read(masks.running_mean(nothing, WORDS, LIGHT), "means")["value"]).all()


def test_a_unit_without_an_activation_is_in_its_own_units():
    found = masked_network(0.5)
    none = replace(found, x=0 * found.x, mean=0.5 + 0 * found.mean, standard_error=0.5 + 0 * found.mean)
    picture = masks.running_mean(none, WORDS, LIGHT)
    assert set(read(picture, "means")["value"]) == {0.5} and set(read(picture, "within")["high"]) == {2}
    says(said.running_told, none, id="alt_running", masks=int(found.masks[-1]), shares=vector([0.5] * 3))


def test_the_penalty_is_drawn_twice_above_a_floor():
    found = logistic_penalty(0.5)
    picture = masks.logistic(found, WORDS, LIGHT)
    scales = {str(part["encoding"][c]["scale"]["domain"]) for part in picture.specification["layer"] for c in "xy"}
    assert scales == {"[0.05, 10]", "[0.001, 1000.0]"}
    holds(picture, "penalty", size=found.size, exact=found.exact, quadratic=found.quadratic)
    none = LogisticPenalty(found.size, 0 * found.exact, 0 * found.exact)
    holds(masks.logistic(none, WORDS, LIGHT), "penalty", exact=1e-5, quadratic=1e-5)
    says(said.logistic_told, none, id="alt_logistic", small=0.0, large=0.0, size=10.0)
    ratio = found.quadratic / found.exact
    says(said.logistic_told, found, id="alt_logistic", small=float(ratio[0]), large=float(ratio[-1]), size=10.0)


def sweep(**more) -> DropoutSweep:
    rng = np.random.default_rng(1)
    shape = (3, 2, 4)
    values = {name: rng.uniform(0.1, 2.0, shape) for name in ("train", "test", "train_error", "test_error")}
    fixed = {"rates": np.array([0.0, 0.25, 0.5]), "epochs": np.array([0, 5, 10, 30]), "last_epoch": 60}
    return DropoutSweep(label_noise=0.2, width=16, n=40, **(values | fixed | more))


@pytest.mark.parametrize("quantity", networks.QUANTITIES)
def test_the_curves_of_a_sweep_are_the_means_of_its_networks(quantity):
    found = sweep()
    of = {"cross_entropy": ("train", "test"), "error": ("train_error", "test_error")}[quantity]
    picture, final = (draw(found, quantity, WORDS, LIGHT) for draw in (networks.curves, networks.against_rate))
    assert reach(picture, "x", "y") == [[0, 60], [0, {"error": 1.0, "cross_entropy": 2.5}[quantity]]]
    assert reach(final, "x")[0] == [0, 1]
    for side, name in zip(("train", "test"), of, strict=True):
        values, label = getattr(found, name), {"side": WORDS[f"side.{side}"]}
        for i, rate in enumerate(("p = 0", "p = 0.25", "p = 0.5")):
            holds(picture, "curves", label | {"rate": rate}, epoch=found.epochs, value=values[i].mean(axis=0),
                  step=[0, 1, 2, 3], last=3)  # fmt: skip
        for step in range(4):
            mean = values[:, :, step].mean(axis=1)
            error = np.abs(values[:, 0, step] - values[:, 1, step])  # two standard errors of two values
            holds(final, "final", label | {"step": step}, p=found.rates, value=mean, low=mean - error, last=3,
                  high=mean + error)  # fmt: skip
    values = getattr(found, of[1])[:, :, -1].mean(axis=1)
    pairs = zip(("p = 0", "p = 0.25", "p = 0.5"), values, strict=True)
    told = ", ".join(f"{p}: {v:.1%}" if quantity == "error" else f"{p}: {v:.3g}" for p, v in pairs)
    says(lambda words: said.curves_told(found, quantity, words), id="alt_curves", quantity=f"quantity.{quantity}",
         epoch=30, pairs=told)  # fmt: skip
    says(said.sweep_facts, found, id="facts.digits", networks=6, width=16, n=40)


@pytest.mark.parametrize(
    ("highest", "end"), [(2.5, 2.5), (2.6, 5.0), (9.9, 10.0), (19.0, 20.0), (999.0, 20.0), (np.nan, 20.0)]
)
def test_the_axis_of_cross_entropies_ends_at_one_of_four(highest, end):
    assert networks.top(sweep(test=np.full((3, 2, 4), highest)), "cross_entropy") == end
    assert networks.TOPS == (2.5, 5.0, 10.0, 20.0)


def test_the_thumbnail_shows_the_coefficients_and_nothing_else():
    picture = charts.thumbnail(LIGHT)
    assert reach(picture, "x", "y") == [[0, 1], [-1.4, 1.7]]
    along = path(DATA)
    holds(picture, "predicted", value=along.predicted.ravel())
    assert along.predicted.min() > -1.4 and along.predicted.max() < 1.7


def test_what_is_said_of_the_linear_model():
    found, along = study(DATA, 0.25), path(DATA)
    best = found.expected.argmin()
    says(said.losses_told, found, id="alt_losses", p=0.25, count=2048, share=float(found.shares[best]),
         loss=float(found.expected[best]), plain=float(found.plain.min()),
         off=float(np.abs(found.averaged[-1] - found.expected).max()))  # fmt: skip
    says(said.coefficients_told, found, along, id="alt_coefficients", p=0.25, ols=vector(DATA.least_squares),
         ridge=vector(found.ridge), measured=vector(found.fitted[-1]), dots=len(along.dots) - 1)  # fmt: skip
    says(said.facts, found, id="facts.entries", n=30, d=6, c=1 / 3, weight=10.0, kept=0.75)
    assert said.facts(study(DATA, 1.0), WORDS) == WORDS["all_dropped"]
    counts = [(name, numbers["count"]) for name, numbers in asked(said.readout, found)]
    assert counts[:3] == [("readout.copy", 1), ("readout.copies", 2), ("readout.copies", 4)] or counts[0] == (
        "readout.copy",
        1,
    )
    assert all((name == "readout.copy") == (count == 1) for name, count in counts)


def test_what_is_said_of_test_time():
    found = test_time_predictions(p=0.4)
    best = int(found.here.scaled.argmax())
    at = {kind: float(getattr(found.here, kind)[best]) for kind in ("scaled", "geometric", "arithmetic")}
    assert at["geometric"] == pytest.approx(at["scaled"]), "the theorem"
    assert at["arithmetic"] < 0.9 * at["scaled"]
    says(said.averages_told, found, id="alt_averages", p=0.4, name="ABC"[best], **at)
    run = found.sampled
    says(said.sampled_told, found, id="alt_sampled", name="ABC"[best], draws=int(run.draws[-1]),
         arithmetic=at["arithmetic"], mean=float(run.mean[-1, best]),
         error=2 * float(run.standard_error[-1, best]))  # fmt: skip


def test_what_is_said_of_the_band_and_of_the_masks():
    found = made_band(spread=0.1, offset=0.3)
    inside = np.mean(2 * found.spread[-1] >= 0.3)
    assert 0.2 < inside < 0.8
    says(said.band_told, found, id="alt_band", p=0.3, n=2, epoch=60, coverage=f"{inside:.0%}",
         spread=float(found.spread[-1].mean()))  # fmt: skip
    says(said.spread_told, found, id="alt_spread", measured=float(found.spread[-1].mean()),
         predicted=float(found.predicted[-1].mean()), gap=float(found.spread[-1, 24]))  # fmt: skip
    seen = masked_network(0.4)
    says(said.network_told, seen, id="alt_network", p=0.4, first=int(seen.kept[1][-1].sum()),
         second=int(seen.kept[2][-1].sum()), units=6)  # fmt: skip
    says(said.running_told, seen, id="alt_running", masks=int(seen.masks[-1]), shares=vector(seen.mean[-1] / seen.x))
