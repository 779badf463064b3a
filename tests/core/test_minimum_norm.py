import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from core.minimum_norm import nested_predictions, nested_prefixes

pytestmark = pytest.mark.delicate


def problem(n, features, outputs=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, features)), rng.standard_normal((n, outputs))


@settings(deadline=None, max_examples=40)
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
