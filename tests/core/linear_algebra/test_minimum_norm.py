import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from core.double_descent import random_features
from core.linear_algebra.minimum_norm import TRUSTED, by_singular_values, nested_predictions, nested_prefixes
from tests.sampling import examples

pytestmark = pytest.mark.delicate


def problem(n, features, outputs=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, features)), rng.standard_normal((n, outputs))


@settings(deadline=None, max_examples=examples(40))
@given(st.integers(1, 25), st.integers(1, 60), st.integers(0, 1000), st.data())
def test_every_prefix_is_a_plain_minimum_norm_fit(n, features, seed, data):
    a, y = problem(n, features, seed=seed)
    sizes = np.array(sorted(data.draw(st.sets(st.integers(1, features), min_size=1))))
    for size, prefix in zip(sizes, nested_prefixes(a, sizes), strict=True):
        assert prefix.size == size
        condition = np.linalg.cond(a[:, :size])
        plain = np.linalg.pinv(a[:, :size], rcond=1e-15) @ y
        np.testing.assert_allclose(prefix.coefficients(y), plain, atol=1e-13 * condition**2 * (1 + np.abs(plain).max()))


def test_coefficients_are_the_shortest_interpolation():
    a, y = problem(20, 90)
    (prefix,) = nested_prefixes(a, np.array([90]))
    w = prefix.coefficients(y)
    np.testing.assert_allclose(a @ w, y, atol=1e-12)
    kernel = np.linalg.svd(a)[2][20:]  # directions that the samples cannot see
    np.testing.assert_allclose(kernel @ w, 0, atol=1e-12)


@pytest.mark.parametrize("size", [5, 30, 80])
def test_a_shift_is_scikit_learns_ridge(size):
    a, y = problem(30, 80)
    (prefix,) = nested_prefixes(a, np.array([size]))
    expected = Ridge(alpha=0.7, fit_intercept=False, solver="svd").fit(a[:, :size], y).coef_.T
    np.testing.assert_allclose(prefix.coefficients(y, shift=0.7), expected, atol=1e-10)


@pytest.mark.parametrize("size", [4, 12, 40])
def test_repeated_samples_and_features_fall_back_to_the_pseudo_inverse(size):
    a, y = problem(12, 40)
    a[3], a[:, 2] = a[7], a[:, 1]
    (prefix,) = nested_prefixes(a, np.array([size]))
    expected = np.linalg.pinv(a[:, :size], rcond=1e-12) @ y
    np.testing.assert_allclose(prefix.coefficients(y), expected, atol=1e-10)


def test_predictions_in_one_pass_are_those_size_by_size():
    features = np.random.default_rng(0).standard_normal((7, 900))
    weights = [np.random.default_rng(size).standard_normal((size, 2)) for size in (1, 255, 256, 257, 900)]
    predictions = nested_predictions(features, weights)
    for j, w in enumerate(weights):
        np.testing.assert_allclose(predictions[:, j], features[:, : len(w)] @ w, atol=1e-11)


EPS = np.finfo(float).eps


def assert_as_good_as_least_squares(a, y, w):
    """Misses the data by no more than LAPACK's solver, up to what the entries of A and w themselves leave open, and is
    no longer than its w. Where a singular value is within 10 of the cut, two cuts are both right: no norm then."""
    theirs, _, _, d = np.linalg.lstsq(a, y, rcond=None)
    cut = max(a.shape) * EPS * d[0]
    unsure = ((d > cut / 10) & (d < 10 * cut)).any()
    size = max(np.linalg.norm(w), np.linalg.norm(theirs))
    open_ = max(max(a.shape) * EPS, EPS**0.75) * d[0] * size  # a backward error of n ulps, or ε^¾: see the module
    if not unsure:
        assert np.linalg.norm(a @ w - y) <= np.linalg.norm(a @ theirs - y) + open_
        smallest = d[d > cut].min(initial=d[0])
        reach = 10 * max(a.shape) * EPS * d[0] / smallest * (1 + np.linalg.norm(y) / (smallest * size or 1))
        assert abs(np.linalg.norm(w) - np.linalg.norm(theirs)) <= reach * size
    else:
        assert np.linalg.norm(a @ w - y) <= 10 * np.linalg.norm(a @ theirs - y) + 10 * open_


def tanh_features():
    """36 points of a line, 60 tanh units: the singular values fall below rounding long before the threshold."""
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 36)[:, None]
    return np.tanh(x @ rng.normal(0, 2, (1, 60)) + rng.normal(size=60)), np.sin(3 * x)


def fourier_features():
    """60 points of a plane, Fourier features of scale 1."""
    x = np.random.default_rng(0).standard_normal((60, 2))
    return random_features(x, x, 90, scale=1.0).train, np.sign(x[:, :1])


@pytest.mark.parametrize("data", [tanh_features, fourier_features])
def test_smooth_features_are_fitted_as_well_as_they_can_be_at_every_size(data):
    a, y = data()
    sizes = np.arange(1, a.shape[1] + 1)
    for size, prefix in zip(sizes, nested_prefixes(a, sizes), strict=True):
        assert_as_good_as_least_squares(a[:, :size], y, prefix.coefficients(y))


@pytest.mark.parametrize(("data", "size"), [(tanh_features, 38), (fourier_features, 65)])
def test_the_fits_that_missed_their_data(data, size):
    """Training errors that were 3.5 · 10¹⁷ and 4.4 · 10⁹ where a least-squares solver had next to nothing."""
    a, _ = data()
    y = a[:, :size] @ np.random.default_rng(3).standard_normal((size, 1))  # can be fitted
    (prefix,) = nested_prefixes(a, np.array([size]))
    best = np.linalg.lstsq(a[:, :size], y, rcond=None)[0]
    missed, at_best = (np.linalg.norm(a[:, :size] @ w - y) / np.linalg.norm(y) for w in (prefix.coefficients(y), best))
    assert missed < 2 * at_best + 1e-12 and at_best < 1e-12  # ε · n · ‖A‖‖w‖/‖y‖


@settings(deadline=None, max_examples=examples(80))
@given(st.integers(2, 24), st.integers(1, 60), st.floats(0, 18), st.integers(0, 10), st.integers(0, 10**6))
def test_whatever_the_singular_values_the_data_is_not_missed(n, size, decades, dependent, seed):
    """Singular values spread over up to 18 decades, the last few of them exactly 0."""
    rng = np.random.default_rng(seed)
    rank = min(n, size)
    left, right = (np.linalg.qr(rng.standard_normal((side, rank)))[0] for side in (n, size))
    d = 10 ** -np.sort(rng.uniform(0, decades, rank))
    d[max(1, rank - dependent) :] = 0
    a, y = (left * d) @ right.T, rng.standard_normal((n, 2))
    (prefix,) = nested_prefixes(a, np.array([size]))
    assert_as_good_as_least_squares(a, y, prefix.coefficients(y))


@settings(deadline=None, max_examples=examples(60))
@given(st.integers(2, 20), st.integers(1, 50), st.floats(0, 18), st.floats(-20, 3), st.integers(0, 10**6))
def test_with_a_shift_it_is_the_fit_of_the_stretched_problem(n, size, decades, exponent, seed):
    """[A; √shift I] has the same minimiser, and whatever the shift its gradient is zero to rounding."""
    rng, shift = np.random.default_rng(seed), 10.0**exponent
    rank = min(n, size)
    left, right = (np.linalg.qr(rng.standard_normal((side, rank)))[0] for side in (n, size))
    a, y = (left * 10 ** -np.sort(rng.uniform(0, decades, rank))) @ right.T, rng.standard_normal((n, 2))
    (prefix,) = nested_prefixes(a, np.array([size]))
    w = prefix.coefficients(y, shift=shift)
    gradient = a.T @ (a @ w - y) + shift * w
    largest, given = np.linalg.norm(a, 2), np.linalg.norm(y)
    squared = min(largest**2 / shift, EPS**-0.5)  # κ², for what the dual costs: it is not used beyond ε^−¼
    unit = 100 * (n + size) * EPS * largest
    assert np.linalg.norm(gradient) <= unit * (largest * np.linalg.norm(w) + (1 + squared) * given)
    dropped = (n + size) * EPS * largest  # a direction left out as rounding may still count in the objective, by d²
    value = np.linalg.norm(a @ w - y) ** 2 + shift * np.linalg.norm(w) ** 2
    best = np.linalg.lstsq(np.vstack([a, np.sqrt(shift) * np.eye(size)]), np.vstack([y, np.zeros((size, 2))]))[0]
    best_value = np.linalg.norm(a @ best - y) ** 2 + shift * np.linalg.norm(best) ** 2
    summed = (n + size) * EPS * largest * np.linalg.norm(w) * given  # what rounding Aw does to the value itself
    assert value <= best_value + summed + (dropped**2 / shift + 1e-11) * given**2  # (κ²ε)² < ε, times n


def test_the_triangle_and_the_singular_values_agree_where_either_may_be_used():
    """On both sides of the place where one takes over from the other, by the order κε that both are good for."""
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((side, 20)))[0] for side in (20, 50))
    y = rng.standard_normal((20, 1))
    for condition in (TRUSTED / 100, 100 * TRUSTED):
        a = (left * np.geomspace(1, 1 / condition, 20)) @ right.T
        (prefix,) = nested_prefixes(a, np.array([50]))
        one, other = prefix.coefficients(y), by_singular_values(a, y)
        assert np.linalg.norm(one - other) <= 100 * condition * EPS * np.linalg.norm(other)
