"""What each verdict would notice: the theory, wrong by a little more than is stated, turns it; the true one holds."""

from dataclasses import replace

import numpy as np
import pytest

from core.dropout import averages, band, linear_study, noise
from core.dropout import checks as verdicts
from core.dropout.averages import test_time_predictions
from core.dropout.band import predictive_band, square_deviation
from core.dropout.checks import ERRORS, ONE_SIDED, band_checks, length_quantile, linear_checks, test_time_checks
from core.dropout.linear_study import drawn, linear_data, noisy_copies, pull_covariance, study
from core.dropout.noise import NOISES, moments, square_variance
from core.progress import finish
from tests.core.dropout.test_false_alarms import made

NOTICED = {  # relative errors of the theory that turn the verdict at the page's defaults; none is far below
    "enumeration": 3e-9,
    "ordinary_ridge": 3e-9,
    "variance": 3e-9,
    "slope": 0.012,
    "mean": 0.009,
    "minimiser": 0.036,
    "geometric": 2e-9,
    "monte_carlo": 0.02,
    "spread": 0.026,
}


def linear(**more):
    return {check.id: check for check in linear_checks(study(linear_data(standardised=True), 0.5, **more))}


def test_time(**more):
    return {check.id: check for check in test_time_checks(test_time_predictions(10, size=0.6, **more))}


def of_band():
    return {check.id: check for check in band_checks(finish(predictive_band()))}


test_time.__test__ = False
SHOWN = {
    **dict.fromkeys(("enumeration", "ordinary_ridge", "variance", "slope", "mean", "minimiser"), linear),
    **dict.fromkeys(("geometric", "monte_carlo"), test_time),
    "spread": of_band,
}


def times(patch, where, name, factor):
    """The function there gives that many times what it gave."""
    before = getattr(where, name)
    patch.setattr(where, name, lambda *args, **more: factor * before(*args, **more))


def aside(patch, where, name, factor):
    """The coefficients are off by a share of the least squares' length, across ŵ."""
    before = getattr(where, name)

    def moved(x, y, p, noise="entries"):
        w = before(x, y, p, noise)
        across = np.roll(w, 1) - w * (w @ np.roll(w, 1)) / (w @ w)
        size = np.linalg.norm(np.linalg.lstsq(x, y, rcond=None)[0]) / np.linalg.norm(across)
        return w + (factor - 1) * size * across

    patch.setattr(where, name, moved)


def averaged_times(patch, field, factor):
    before = averages.averages

    def wrong(*args):
        found = before(*args)
        return replace(found, **{field: factor * getattr(found, field)})

    patch.setattr(averages, "averages", wrong)


def ridge_times(patch, factor):
    """Relative to least squares, as the check is."""
    data = linear_data(standardised=True)
    share = np.linalg.norm(data.least_squares) / np.linalg.norm(verdicts.ridge(data.x, data.y, 30.0))
    times(patch, verdicts, "ridge", 1 + (factor - 1) * share)


WRONG = {
    "enumeration": lambda patch, factor: times(patch, verdicts, "expected_loss", factor),
    "ordinary_ridge": ridge_times,
    "variance": lambda patch, factor: times(patch, verdicts, "strength", factor),
    "slope": lambda patch, factor: times(patch, linear_study, "adaptive_ridge", 1 / factor),
    "mean": lambda patch, factor: times(patch, linear_study, "noisy_copies", factor),
    "minimiser": lambda patch, factor: aside(patch, linear_study, "adaptive_ridge", factor),
    "geometric": lambda patch, factor: averaged_times(patch, "scaled", factor),
    "monte_carlo": lambda patch, factor: averaged_times(patch, "arithmetic", factor),
    "spread": lambda patch, factor: times(patch, band, "strength", factor),
}


@pytest.mark.parametrize("name", NOTICED)
def test_a_theory_that_is_wrong_by_so_much_fails_and_the_true_one_holds(name, monkeypatch):
    assert SHOWN[name]()[name].verdict == "holds"
    assert SHOWN[name]()[name].resolution <= NOTICED[name]
    for factor in (1 - 1.01 * NOTICED[name], 1 + 1.01 * NOTICED[name]):
        with monkeypatch.context() as patch:
            WRONG[name](patch, factor)
            assert SHOWN[name]()[name].verdict == "fails", factor


@pytest.mark.parametrize("name", NOTICED)
def test_just_inside_and_just_outside(name):
    found = SHOWN[name]()[name]
    for way in (-1, 1):
        inside, outside = (
            replace(found, measured=found.predicted + way * share * found.tolerance.size) for share in (0.99, 1.01)
        )
        assert inside.verdict == "holds" and outside.verdict == "fails"


def test_other_noises_have_tolerances_of_their_own(monkeypatch):
    """Gaussian noise: the variance's own scatter is c√2, and the fit's is larger. Each still sees a few percent."""
    for kind in ("gaussian", "additive", "rows"):
        found = linear(noise=kind)
        assert {check.verdict for check in found.values()} <= {"holds", "does not apply"}
        for name, most in {"variance": 0.018, "slope": 0.02, "mean": 0.03, "minimiser": 0.04}.items():
            assert found[name].resolution < most, (kind, name)


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_the_moments_of_the_noise_are_those_of_its_draws(kind, p):
    x, count = np.array([[2.0]]), 400_000
    copies = noisy_copies(x, NOISES[kind](np.random.default_rng(0), (count, 1, 1)), p, kind)
    f = ((copies - x) / noise.unit(x, kind)).ravel()
    for power, expected in zip((2, 3, 4), moments(p, kind), strict=True):
        error = np.std(f**power) / np.sqrt(count)
        assert abs(np.mean(f**power) - expected) <= 5 * error + 1e-9
    second, _, fourth = moments(p, kind)
    assert square_variance(p, kind) == pytest.approx(fourth - second**2, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("p", [0.3, 0.5, 0.8])
def test_the_pull_of_a_copy_scatters_as_predicted(kind, p):
    """Also away from ŵ, and where a moment of third order counts."""
    data, count = linear_data(6, d=3, seed=2), 10_000
    w = np.array([1.0, 0.5, -1.0])
    copies = noisy_copies(data.x, drawn(kind, data.x.shape, count, 1), p, kind)
    pull = np.einsum("knd,kn->kd", copies, data.y - copies @ w)
    off = pull - pull.mean(axis=0)
    products = off[:, :, None] * off[:, None, :]
    error = products.std(axis=0) / np.sqrt(count)
    assert np.all(np.abs(products.mean(axis=0) - pull_covariance(data.x, data.y, w, p, kind)) <= 5 * error)


def test_the_lengths_quantile_is_that_of_a_length():
    """As rarely as ±4 standard errors, here 1 in 16,000; with one direction it is about 4, with many about 1."""
    assert ONE_SIDED < length_quantile(np.eye(1)) <= ERRORS
    assert length_quantile(np.eye(400)) == pytest.approx(1 + ERRORS / np.sqrt(2 * 400), rel=0.02)
    rng, covariance = np.random.default_rng(0), np.diag([1.0, 0.5, 0.2, 0.1, 0.05, 0.01])
    v = rng.standard_normal((2_000_000, 6)) * np.sqrt(np.diag(covariance))
    beyond = np.mean(np.einsum("ij,ij->i", v, v) > length_quantile(covariance) ** 2 * np.trace(covariance))
    assert 1e-5 < beyond < 3e-4


def test_a_fit_that_does_not_scatter_has_no_strange_quantile():
    """By rows n < d samples give the same fit from any copies; its covariance is rounding, of either sign."""
    for covariance in (np.zeros((2, 2)), np.diag([1e-20, -1e-20]), np.diag([1e-20, -3e-20])):
        assert length_quantile(covariance) <= ERRORS
    found = linear_checks(study(linear_data(2, standardised=True, seed=30), 0.95, noise="rows", seed=30))
    assert {check.verdict for check in found} <= {"holds", "does not apply"}


@pytest.mark.parametrize("p", [0.1, 0.2, 0.5, 0.9])
def test_the_mean_square_of_the_masked_outputs_scatters_as_predicted(p):
    rng = np.random.default_rng(0)
    terms = rng.standard_normal((7, 5))
    off = (noise.mask(rng.random((200_000, 5)), p) - 1) @ terms.T
    square = np.mean(off**2, axis=1)
    assert square.std() == pytest.approx(square_deviation(terms, p), rel=0.02)
    assert square.mean() == pytest.approx(noise.strength(p) * np.mean(np.sum(terms**2, axis=1)), rel=0.02)


def test_every_mask_knows_the_error_of_a_mean_over_masks():
    """The spread over all masks is that of drawn ones, with two layers as well."""
    for depth in (1, 2):
        found = test_time_predictions(6, depth=depth, seed=4)
        assert found.here.deviation == pytest.approx(found.sampled.standard_error[-1] * np.sqrt(20_000), rel=0.03)


# The networks


def sweep(*, rise=-0.2, gain=0.06, scatter=0.03):
    """Final test cross-entropies that change by the share ``rise`` from each p to the next."""
    pattern = scatter * np.array([-1.0, 0.0, 1.0])
    test = np.exp(np.log1p(rise) * np.arange(4)[:, None] + pattern)
    wrong = 0.3 - gain * np.array([0.0, 0.5, 1.0, 1.2])[:, None] + 0.25 * pattern
    return {check.id: check for check in verdicts.sweep_checks(made(test=test, wrong=wrong))}


def test_a_rise_of_the_cross_entropy_fails_beyond_students_t_of_it():
    """t of 8 degrees of freedom at 1 − 0.0005/3 is 5.973; the scatter of three networks is 0.03, of a difference √(2/3)
    of it."""
    slack = np.expm1(5.9729 * 0.03 * np.sqrt(2 / 3))
    assert sweep(rise=0.0)["cross_entropy"].tolerance.size == pytest.approx(slack, rel=1e-4)
    assert sweep(rise=-0.2)["cross_entropy"].verdict == "holds"
    assert sweep(rise=0.98 * slack)["cross_entropy"].verdict == "holds"
    assert sweep(rise=1.02 * slack)["cross_entropy"].verdict == "fails"


def test_a_gain_fails_short_of_three_percent_by_more_than_students_t_of_it():
    """t of 8 degrees of freedom at 1 − 0.0005 is 5.041."""
    slack = 5.0413 * 0.0075 * np.sqrt(2 / 3)
    assert sweep()["gain"].tolerance.size == pytest.approx(slack, rel=1e-4)
    assert sweep(gain=0.03 - 0.98 * slack)["gain"].verdict == "holds"
    assert sweep(gain=0.03 - 1.02 * slack)["gain"].verdict == "fails"
    assert sweep(gain=-0.01)["gain"].verdict == "fails", "dropout that does harm"
