"""Dropout on a linear model is a ridge: enumeration, simulation and gradient descent say so independently."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import Ridge

from core.dropout.checks import BROKEN_ASSUMPTIONS, linear_checks
from core.dropout.linear import (
    adaptive_ridge,
    enumerated_loss,
    expected_loss,
    kept_form,
    masks,
    penalty,
    probabilities,
    ridge,
)
from core.dropout.linear_study import COPIES, DOTS, PATH_COPIES, linear_data, path, study
from core.dropout.noise import NOISES, apply_dropout
from tests.sampling import examples

RNG = np.random.default_rng(0)
X, Y, W = RNG.standard_normal((30, 8)) * np.linspace(0.5, 2, 8), RNG.standard_normal(30), RNG.standard_normal(8)
RATES = (0.0, 0.1, 0.5, 0.9)
NUMBERS = st.floats(-10, 10, allow_subnormal=False)


# The closed form


@pytest.mark.parametrize("p", [*RATES, 1.0])
@pytest.mark.parametrize("noise", ["entries", "rows"])
def test_going_through_every_mask_gives_the_closed_form(p, noise):
    assert enumerated_loss(X, Y, W, p, noise) == pytest.approx(expected_loss(X, Y, W, p, noise), rel=1e-12)


@settings(deadline=None, max_examples=examples(60))
@given(arrays(float, (3, 4), elements=NUMBERS), arrays(float, 3, elements=NUMBERS), arrays(float, 4, elements=NUMBERS),
       st.floats(0, 0.99))  # fmt: skip
def test_they_agree_for_any_numbers(x, y, w, p):
    closed = expected_loss(x, y, w, p)
    assert enumerated_loss(x, y, w, p) == pytest.approx(closed, rel=1e-9, abs=1e-9)
    assert closed >= np.sum((y - x @ w) ** 2) * (1 - 1e-12), "noise that leaves the mean alone never helps the fit"


def test_the_enumeration_is_one_mask_after_another():
    """Written as plainly as possible, for two samples with masks of their own."""
    x, y, w, p = X[:2, :3], Y[:2], W[:3], 0.3
    total = 0.0
    for kept in itertools.product((0, 1), repeat=6):
        m = np.array(kept).reshape(2, 3)
        total += p ** (6 - m.sum()) * (1 - p) ** m.sum() * np.sum((y - (x * m / (1 - p)) @ w) ** 2)
    assert enumerated_loss(x, y, w, p) == pytest.approx(total, rel=1e-12)
    assert expected_loss(x, y, w, p) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.5, 1.0])
def test_srivastavas_form_keeps_with_q_and_is_ours_at_w_over_q(kept):
    q, all_masks = kept, masks(8)
    outputs = (X * W) @ all_masks.T  # (n, masks), nothing divided
    enumerated = np.sum(((Y[:, None] - outputs) ** 2) @ probabilities(all_masks, 1 - q))
    assert kept_form(X, Y, W, q) == pytest.approx(enumerated, rel=1e-12)
    if q:
        assert kept_form(X, Y, W, q) == pytest.approx(expected_loss(X, Y, q * W, 1 - q), rel=1e-12)


@pytest.mark.parametrize("noise", NOISES)
def test_the_mean_of_many_noisy_copies_is_the_closed_form(noise):
    p, count = 0.4, 20_000
    drawn = NOISES[noise](np.random.default_rng(5), (count, *X.shape))
    root = np.sqrt(p / (1 - p))
    copies = {
        "entries": lambda: X * (drawn >= p) / (1 - p),
        "rows": lambda: X * (drawn >= p) / (1 - p),
        "gaussian": lambda: X * (1 + root * drawn),
        "additive": lambda: X + root * drawn,
    }[noise]()
    losses = np.sum((Y - copies @ W) ** 2, axis=1)
    assert abs(losses.mean() - expected_loss(X, Y, W, p, noise)) < 5 * losses.std() / np.sqrt(count)


def test_one_mask_for_a_whole_row_is_not_the_diagonal_penalty():
    per_entry, per_row = (expected_loss(X, Y, W, 0.5, noise) for noise in ("entries", "rows"))
    assert abs(per_entry - per_row) > 0.05 * per_entry
    np.testing.assert_allclose(penalty(X, 0.5, "rows"), X.T @ X)
    assert np.count_nonzero(penalty(X, 0.5)) == 8


# The minimiser


@pytest.mark.parametrize("p", RATES)
@pytest.mark.parametrize("noise", NOISES)
def test_no_other_coefficients_have_a_smaller_expected_loss(p, noise):
    best = adaptive_ridge(X, Y, p, noise)
    least = expected_loss(X, Y, best, p, noise)
    for step in np.eye(8):
        for size in (1e-3, -1e-3, 0.5):
            assert expected_loss(X, Y, best + size * step, p, noise) > least


def test_with_standardised_columns_it_is_scikit_learns_ridge():
    x, p = X * np.sqrt(30 / np.sum(X**2, axis=0)), 0.3
    oracle = Ridge(alpha=30 * p / (1 - p), fit_intercept=False, solver="svd").fit(x, Y).coef_
    np.testing.assert_allclose(adaptive_ridge(x, Y, p), oracle, rtol=1e-10)
    np.testing.assert_allclose(ridge(x, Y, 30 * p / (1 - p)), oracle, rtol=1e-10)
    assert np.abs(adaptive_ridge(X, Y, p) - ridge(X, Y, 30 * p / (1 - p))).max() > 0.01, "and only then"


def test_the_adaptive_ridge_does_not_care_about_the_columns_units():
    units = np.array([1, 10, 0.1, 3, 100, 1, 0.5, 2])
    np.testing.assert_allclose(adaptive_ridge(X * units, Y, 0.4) * units, adaptive_ridge(X, Y, 0.4), rtol=1e-9)


def test_a_coin_for_each_row_shrinks_everything_by_the_share_kept():
    ols = np.linalg.lstsq(X, Y, rcond=None)[0]
    np.testing.assert_allclose(adaptive_ridge(X, Y, 0.3, "rows"), 0.7 * ols, rtol=1e-10)


def test_stochastic_gradient_descent_with_dropout_ends_at_the_closed_form():
    """40,000 steps with a fresh mask each; the iterates after the first tenth are averaged."""
    rng, (n, d), p, eta, steps = np.random.default_rng(1), (30, 8), 0.5, 0.002, 40_000
    x = rng.standard_normal((n, d))
    y = x @ rng.standard_normal(d) + 0.5 * rng.standard_normal(n)
    w, total, first = np.zeros(d), np.zeros(d), steps // 10
    for step in range(steps):
        noisy = x * (rng.random((n, d)) >= p) / (1 - p)
        w = w - eta * noisy.T @ (noisy @ w - y)
        if step >= first:
            total += w
    average, predicted = total / (steps - first), adaptive_ridge(x, y, p)
    assert np.linalg.norm(average - predicted) < 2e-2 * np.linalg.norm(predicted)
    ols = np.linalg.lstsq(x, y, rcond=None)[0]
    assert np.linalg.norm(average - ols) > 0.2 * np.linalg.norm(predicted), "least squares is somewhere else"


def test_at_p_one_nothing_is_left_and_towards_it_everything_shrinks():
    assert not adaptive_ridge(X, Y, 1.0).any()
    assert expected_loss(X, Y, W, 1.0) == pytest.approx(Y @ Y)
    lengths = [np.linalg.norm(adaptive_ridge(X, Y, p)) for p in (0.5, 0.9, 0.99, 0.999)]
    assert lengths == sorted(lengths, reverse=True) and lengths[-1] < 0.01
    with pytest.raises(ValueError, match="p must be"):
        penalty(X, 1.0)


def test_more_columns_than_samples_and_columns_of_zeros_are_fine():
    wide = RNG.standard_normal((3, 8))
    assert np.isfinite(adaptive_ridge(wide, Y[:3], 0.5)).all()
    holes = X.copy()
    holes[:, 2] = 0
    assert adaptive_ridge(holes, Y, 0.5)[2] == pytest.approx(0, abs=1e-12)


def test_bad_noise_and_too_many_columns_are_refused():
    for refuse in (lambda: penalty(X, 0.5, "salt"), lambda: enumerated_loss(X, Y, W, 0.5, "gaussian")):
        with pytest.raises(ValueError, match="got"):
            refuse()
    with pytest.raises(ValueError, match="the number of units to enumerate must be"):
        masks(40)


# The study that the page shows


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("standardised", [False, True])
def test_what_the_theorem_says_of_the_linear_model_holds(noise, p, standardised):
    found = linear_checks(study(linear_data(standardised=standardised), p, noise=noise))
    verdicts = {check.id: check.verdict for check in found}
    ordinary = noise == "additive" or (standardised and noise != "rows")
    assert verdicts == {
        **dict.fromkeys(("variance", "slope", "mean", "minimiser"), "holds"),
        "enumeration": "holds" if noise in ("entries", "rows") else "does not apply",
        "ordinary_ridge": "holds" if ordinary else "does not apply",
    }


def test_a_wrong_formula_would_be_seen(monkeypatch):
    """The strip can fail: with half the penalty the enumeration and the fit say so."""
    monkeypatch.setattr("core.dropout.linear.strength", lambda p: 0.5 * p / (1 - p))
    failed = {check.id for check in linear_checks(study(linear_data(), 0.5)) if check.verdict == "fails"}
    assert failed == {"enumeration", "slope", "minimiser"}


@pytest.mark.parametrize("noise", ["entries", "rows"])
@pytest.mark.parametrize("standardised", [False, True])
def test_a_coin_of_one_half_has_its_variance_in_every_copy(noise, standardised):
    """m/(1 − p) − 1 is then 1 or −1, its square no random number. With the sample's variance and its own estimated
    error seed 21 failed, and 4 of 100 (10 standardised, 16 by rows)."""
    for seed in (21, *range(5)):
        found = linear_checks(study(linear_data(standardised=standardised, seed=seed), 0.5, noise=noise, seed=seed))
        variance = next(check for check in found if check.id == "variance")
        assert variance.verdict == "holds" and variance.resolution < 3e-9


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("n", [1, 2, 30])
@pytest.mark.parametrize("d", [1, 6])
@pytest.mark.parametrize("p", [0.0, 0.5, 0.98, 1.0])
def test_tiny_data_and_extreme_rates_are_right_or_said(noise, n, d, p):
    found = study(linear_data(n, d=d), p, noise=noise)
    for values in (found.expected, found.averaged, found.fitted, found.single):
        assert np.isfinite(values).all()
    for check in linear_checks(found):
        assert check.verdict != "fails" and check.broken_assumption in (None, *BROKEN_ASSUMPTIONS)


def test_at_p_zero_every_copy_is_the_data():
    found = study(linear_data(), 0.0)
    np.testing.assert_allclose(found.averaged, np.tile(found.plain, (len(COPIES), 1)), atol=1e-12)
    np.testing.assert_allclose(found.fitted[0], found.data.least_squares, rtol=1e-9)
    np.testing.assert_array_equal(found.expected, found.plain)


def test_the_copies_close_in_on_the_closed_form():
    found = study(linear_data(), 0.5)
    assert found.averaged.shape == (len(COPIES), len(found.shares))
    off = np.abs(found.averaged[-1] - found.expected)
    assert np.all(off <= 5 * found.averaged_se[-1] + 1e-12)
    assert np.nanmax(np.abs(found.averaged[0] - found.expected)) > 10 * off.max()


def test_the_path_is_measured_where_the_dots_are():
    data = linear_data()
    found = path(data)
    np.testing.assert_allclose(found.measured[0, 0], data.least_squares, rtol=1e-9)
    for place, p in enumerate(DOTS):
        exact = adaptive_ridge(data.x, data.y, p)
        assert np.abs(found.measured[place, -1] - exact).max() < 0.05
    last = np.flatnonzero(np.diff(np.minimum(COPIES, PATH_COPIES)) == 0)
    assert len(last) <= 3, "the dots stand still for the last frames only"


def test_standardised_columns_have_length_n():
    data = linear_data(standardised=True, seed=4)
    np.testing.assert_allclose(np.sum(data.x**2, axis=0), 30)


def test_the_data_is_the_seeds():
    np.testing.assert_array_equal(linear_data(seed=7).x, linear_data(seed=7).x)
    assert not np.array_equal(linear_data(seed=7).x, linear_data(seed=8).x)
    for bad in ({"n": 0}, {"n": 101}, {"d": 0}, {"d": 11}, {"seed": -1}):
        with pytest.raises(ValueError, match="must be a whole number"):
            linear_data(**bad)
    assert apply_dropout(np.ones(3), 0.5, 0).shape == (3,)
