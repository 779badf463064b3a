"""Networks with dropout: what the sweep on noisy digits measures, and what the band of a curve is made of."""

import time

import numpy as np
import pytest

from core.dropout.band import GRID, MASKS, Band, curve, predictive_band, samples
from core.dropout.checks import band_checks, sweep_checks
from core.dropout.sweep import RATE_SETS, dropout_sweep, mean_and_error
from core.progress import finish


@pytest.fixture(scope="module")
def sweep():
    """As the page has it, untouched."""
    return finish(dropout_sweep())


def verdicts(checks):
    return {check.id: check.verdict for check in checks}


# The sweep


def test_overfitted_networks_do_better_the_more_is_dropped(sweep):
    final = sweep.test[:, :, -1].mean(axis=1)
    assert list(final) == sorted(final, reverse=True), "test cross-entropy falls with p"
    right = 1 - sweep.test_error[:, :, -1].mean(axis=1)
    assert right[2] - right[0] > 0.03 and sweep.rates[2] == 0.5
    assert sweep.train_error[0, :, -1].max() == 0, "without dropout the noisy labels are learned by heart"
    assert verdicts(sweep_checks(sweep)) == {"cross_entropy": "holds", "gain": "holds"}


def test_too_much_is_too_much():
    far = finish(dropout_sweep(rates=RATE_SETS["far"], networks=2))
    assert verdicts(sweep_checks(far)) == {"cross_entropy": "fails", "gain": "holds"}


def test_the_training_curves_have_nothing_dropped(sweep):
    """Where p is large and the labels are learned, a loss with masks on could not be that small."""
    assert sweep.train[:2, :, -1].max() < 0.15
    assert sweep.train.shape == sweep.test.shape == (4, 3, len(sweep.epochs))
    assert sweep.epochs[0] == 0 and sweep.epochs[-1] == sweep.last_epoch == 250


def test_networks_of_one_seed_begin_alike_and_do_not_know_their_company(sweep):
    assert np.ptp(sweep.test[:, :, 0], axis=0).max() < 1e-6
    together, alone = (
        finish(dropout_sweep(40, width=16, rates=rates, networks=count, epochs=20))
        for rates, count in (((0.0, 0.2, 0.5), 3), ((0.5,), 2))
    )
    np.testing.assert_allclose(together.test[2, :2, -1], alone.test[0, :, -1], atol=1e-5)


def test_the_curves_fill_in_as_they_are_measured():
    seen = list(dropout_sweep(30, width=8, networks=2, epochs=40))
    shares = [step.done for step in seen]
    assert shares == sorted(shares) and shares[-1] == 1
    parts = [step.result for step in seen if step.result is not None]
    lengths = [len(part.epochs) for part in parts]
    assert lengths[0] == 1 and lengths == sorted(lengths) and len(set(lengths)) > 6
    for part in parts:
        np.testing.assert_array_equal(part.test, parts[-1].test[:, :, : len(part.epochs)])


def test_it_can_be_left_between_any_two_steps():
    """The default work hands over at least every tenth of a second, on a machine that does other things as well."""
    steps, gaps = dropout_sweep(epochs=60), []
    next(steps)
    for _ in range(20):
        begun = time.process_time()
        next(steps)
        gaps.append(time.process_time() - begun)
    steps.close()
    assert np.median(gaps) < 0.2, "processor time of two threads"
    with pytest.raises(StopIteration):
        next(steps)


def test_at_p_one_the_network_guesses_and_with_one_unit_it_still_trains():
    ends = finish(dropout_sweep(60, width=8, rates=(0.0, 0.5, 1.0), networks=2, epochs=30))
    assert np.isfinite(ends.test).all()
    assert abs(ends.test[2, :, -1] - np.log(10)).max() < 0.4
    narrow = finish(dropout_sweep(20, width=1, networks=1, epochs=10))
    assert np.isfinite(narrow.test).all()
    assert set(verdicts(sweep_checks(narrow)).values()) == {"does not apply"}


def test_checks_say_which_assumption_is_broken():
    few = finish(dropout_sweep(30, width=32, networks=2, epochs=2))
    assert {c.broken_assumption for c in sweep_checks(few)} == {"nothing_memorised"}
    single = finish(dropout_sweep(30, width=64, networks=1, epochs=150))
    assert {c.broken_assumption for c in sweep_checks(single)} == {"one_network"}
    without = finish(dropout_sweep(30, width=8, rates=(0.2, 0.7), networks=2, epochs=2))
    assert {c.broken_assumption for c in sweep_checks(without)} == {"without_zero"}


def test_the_mean_over_networks_comes_with_its_error():
    mean, error = mean_and_error(np.array([[1.0, 3.0], [2.0, 2.0]]))
    np.testing.assert_allclose(mean, [2, 2])
    np.testing.assert_allclose(error, [1, 0])
    assert not mean_and_error(np.ones((3, 1)))[1].any()


@pytest.mark.parametrize(
    "bad",
    [{"n": 19}, {"n": 401}, {"width": 0}, {"width": 257}, {"networks": 6}, {"epochs": 0}, {"label_noise": 1.1},
     {"rates": ()}, {"rates": (0.5, 0.2)}, {"rates": (0.0, 1.2)}, {"seed": -1}],
)  # fmt: skip
def test_bad_sweeps_are_refused_before_anything_is_trained(bad):
    with pytest.raises(ValueError, match=r"must|from"):
        dropout_sweep(**bad)


# The band


def test_the_band_of_one_dropped_layer_is_the_formula():
    band = finish(predictive_band(epochs=300))
    assert verdicts(band_checks(band)) == {"spread": "holds"} and band.masks > 50 * MASKS
    ratio = band.spread[-1] ** 2 / band.predicted[-1] ** 2
    assert np.median(ratio) == pytest.approx(1, abs=6 * np.sqrt(2 / MASKS))
    np.testing.assert_allclose(band.mean[-1], band.scaled[-1], atol=5 * band.spread[-1].max() / np.sqrt(MASKS))


def test_with_both_layers_dropped_the_formula_is_too_small():
    band = finish(predictive_band(dropped="both", epochs=300))
    check = band_checks(band)[0]
    assert check.broken_assumption == "both_layers" and check.measured > 1.2 * check.predicted


def test_the_network_learns_the_curve_where_it_has_data():
    band = finish(predictive_band(200, p=0.05))
    near = (np.abs(GRID) > 0.4) & (np.abs(GRID) < 1.15)
    assert np.sqrt(np.mean((band.scaled[-1] - band.truth)[near] ** 2)) < 0.1


def test_the_band_does_not_know_how_much_data_there_was():
    """Ten times the samples: a posterior would be about three times narrower."""
    few, many = (finish(predictive_band(n, p=0.2)).spread[-1].mean() for n in (40, 400))
    assert many > 0.6 * few


def test_coverage_is_counted():
    band = finish(predictive_band(10, epochs=100))
    inside = np.abs(band.truth - band.mean[-1]) <= 2 * band.spread[-1]
    assert band.coverage == inside.mean()


@pytest.mark.parametrize("p", [0.0, 1.0])
@pytest.mark.parametrize("width", [1, 8])
@pytest.mark.parametrize("dropped", ["last", "both"])
def test_the_ends_of_p_give_no_band_and_no_error(p, width, dropped):
    band = finish(predictive_band(2, p=p, width=width, dropped=dropped, epochs=20))
    assert isinstance(band, Band)
    np.testing.assert_allclose(band.spread, 0, atol=1e-9)
    assert np.isfinite(band.scaled).all()
    assert verdicts(band_checks(band))["spread"] != "fails"


def test_the_samples_leave_a_gap():
    x, y = samples(100, seed=3)
    assert np.abs(x).min() > 0.3 and np.abs(x).max() < 1.25 and abs((y - curve(x)).std() - 0.1) < 0.03


@pytest.mark.parametrize(
    "bad", [{"n": 1}, {"n": 401}, {"p": -0.1}, {"p": 2.0}, {"width": 0}, {"dropped": "first"}, {"epochs": 0}]
)
def test_bad_bands_are_refused(bad):
    with pytest.raises(ValueError, match=r"must|from"):
        predictive_band(**bad)
