import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression, Ridge

from core.data.datasets import digits, noisy_labels, one_hot
from core.double_descent.penalty_sweep import penalty_sweep
from core.double_descent.random_features import (
    features_sweep,
    gaussian_kernel,
    kernel_limit,
    random_features,
    random_features_sweep,
)

SIZES = np.array([20, 50, 100, 200, 280, 300, 320, 500, 1000, 4000])


@pytest.fixture(scope="module")
def split():
    return digits(300, seed=0)


@pytest.fixture(scope="module")
def features(split):
    return random_features(split.x, split.x_test, 4000, seed=0)


@pytest.fixture(scope="module")
def curve(split, features):
    limit = kernel_limit(split.x, split.y, split.x_test, split.y_test)
    return features_sweep(features, split.y, split.y_test, SIZES, limit=limit)


def risk(predictions, target):
    return np.sum((predictions - target) ** 2) / len(target)


def test_digits_descend_twice(curve):
    """Risks, errors and norms of the reference; its split and features were others, hence 15 %."""
    test = curve.test[0]
    away = np.abs(SIZES - 300) > 30
    np.testing.assert_allclose(test[away], [0.549, 0.425, 0.344, 0.489, 0.327, 0.2, 0.153], rtol=0.15)
    assert abs(SIZES[test.argmax()] - 300) <= 15 and test.max() > 10
    assert test[-1] < test[SIZES < 300].min()
    assert curve.test_error[0, -1] < 0.04 < 0.2 < curve.test_error[0, 0]
    assert curve.norm[0].argmax() == 5
    assert (curve.train[0, SIZES >= 300] < 1e-15).all()


def test_the_kernel_machine_is_the_limit(curve):
    assert curve.limit.norm == pytest.approx(39.8, rel=0.05)
    assert curve.limit.test == pytest.approx(0.143, rel=0.1)
    assert curve.norm[0, -1] == pytest.approx(curve.limit.norm, rel=0.1)
    assert curve.norm[0, -1] == pytest.approx(curve.limit.norm / np.sqrt(1 - 300 / 4000), rel=0.03)


def test_every_size_is_a_plain_least_squares_fit(split, features):
    sizes = np.array([1, 15, 90, 200, 270, 330, 400, 900, 2500])
    ours = features_sweep(features, split.y, split.y_test, sizes)
    y, target = one_hot(split.y, 10), one_hot(split.y_test, 10)
    for j, size in enumerate(sizes):
        fit = LinearRegression(fit_intercept=False).fit(features.train[:, :size], y)
        predictions = fit.predict(features.test[:, :size])
        assert ours.test[0, j] == pytest.approx(risk(predictions, target), abs=1e-8)
        assert ours.train[0, j] == pytest.approx(risk(fit.predict(features.train[:, :size]), y), abs=1e-8)
        assert ours.norm[0, j] == pytest.approx(np.sqrt(size) * np.linalg.norm(fit.coef_), rel=1e-8)
        assert ours.test_error[0, j] == np.mean(predictions.argmax(axis=1) != split.y_test)


@pytest.mark.parametrize("penalty", [1e-5, 0.01])
def test_a_penalty_is_scikit_learns_ridge(split, features, penalty):
    sizes = np.array([50, 300, 700])
    ours = features_sweep(features, split.y, split.y_test, sizes, penalty=penalty)
    swept = penalty_sweep(
        features.train, features.test, one_hot(split.y, 10), one_hot(split.y_test, 10), sizes, np.array([penalty])
    )
    for j, size in enumerate(sizes):
        a, b = (side[:, :size] / np.sqrt(size) for side in (features.train, features.test))
        fit = Ridge(alpha=300 * penalty, fit_intercept=False, solver="svd").fit(a, one_hot(split.y, 10))
        expected = risk(fit.predict(b), one_hot(split.y_test, 10))
        assert ours.test[0, j] == pytest.approx(expected, rel=1e-7)
        assert swept.test[0, j] == pytest.approx(expected, rel=1e-7)
        assert ours.norm[0, j] == pytest.approx(np.linalg.norm(fit.coef_), rel=1e-7)


@pytest.mark.parametrize("penalty", [0.0, 1e-3])
def test_the_limit_is_scikit_learns_kernel_ridge(split, penalty):
    oracle = KernelRidge(kernel="rbf", gamma=0.045, alpha=max(300 * penalty, 1e-14)).fit(split.x, one_hot(split.y, 10))
    ours = kernel_limit(split.x, split.y, split.x_test, split.y_test, penalty=penalty)
    predictions = oracle.predict(split.x_test)
    assert ours.test == pytest.approx(risk(predictions, one_hot(split.y_test, 10)), rel=1e-8)
    kernel = gaussian_kernel(split.x, split.x, 0.3)
    assert ours.norm**2 == pytest.approx(np.trace(oracle.dual_coef_.T @ kernel @ oracle.dual_coef_), rel=1e-8)


def test_features_multiply_to_the_kernel_on_average(split, features):
    estimate = features.train[:50] @ features.train[50:100].T / 4000
    deviation = estimate - gaussian_kernel(split.x[:50], split.x[50:100], 0.3)
    assert np.abs(deviation).max() < 5 * np.sqrt(1 / 4000)
    assert abs(deviation.mean()) < 4 * np.sqrt(1 / 4000)


def test_the_features_reach_the_square_root_of_two_and_no_further(features):
    assert np.abs(features.train).max() == pytest.approx(np.sqrt(2), rel=1e-6)


def test_fewer_features_are_the_first_of_more(split, features):
    fewer = random_features(split.x, split.x_test, 70, seed=0)
    np.testing.assert_allclose(fewer.train, features.train[:, :70], atol=1e-12)


def test_with_wrong_labels_the_peak_widens_and_the_best_ridge_has_none(split, features, curve):
    labels = noisy_labels(split.y, 0.2, 10, seed=0)
    noisy = features_sweep(features, labels, split.y_test, SIZES, best_ridge=True, label_noise=0.2)
    assert (noisy.test > curve.test).all()
    assert noisy.test[0, 5] > 60 and noisy.test[0, 4] > 3 * curve.test[0, 4]
    assert (np.diff(noisy.best_ridge[0]) < 0.002).all()
    assert noisy.best_ridge[0, 1] == pytest.approx(0.437, abs=0.03)
    assert noisy.best_ridge[0, -1] == pytest.approx(0.268, abs=0.03)
    assert (noisy.best_ridge <= noisy.test).all()


def test_repetitions_share_labels_and_differ_in_features(split):
    arguments = (split.x, split.y, split.x_test[:200], split.y_test[:200], [20, 40])
    twice = random_features_sweep(*arguments, repetitions=2, seed=5, label_noise=0.1, best_ridge=True)
    assert twice.test.shape == twice.best_ridge.shape == (2, 2)
    second = random_features(split.x, split.x_test[:200], 40, seed=6)
    labels = noisy_labels(split.y, 0.1, 10, seed=5)
    np.testing.assert_allclose(features_sweep(second, labels, split.y_test[:200], [20, 40]).test[0], twice.test[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 0.0}, "scale must be a finite number from 0.05 to 3, got 0.0"),
        ({"penalty": -1.0}, "penalty, unless it is 0, must be a finite number from 1e-09 to 1000, got -1.0"),
        ({"label_noise": 1.5}, "fraction must be a finite number from 0 to 1, got 1.5"),
        ({"sizes": [10, 5000]}, "sizes must increase strictly and lie from 1 to 4000"),
        ({"sizes": list(range(1, 200))}, "the number of sizes must be a whole number from 1 to 120, got 199"),
        ({"repetitions": 0}, "repetitions must be a whole number from 1 to 20, got 0"),
    ],
)
def test_impossible_arguments_are_refused(split, arguments, message):
    usual = {"x": split.x, "y": split.y, "x_test": split.x_test, "y_test": split.y_test, "sizes": [5, 10]}
    with pytest.raises(ValueError, match=message):
        random_features_sweep(**(usual | arguments))


def test_a_sweep_without_positive_penalties_is_refused(split, features):
    with pytest.raises(ValueError, match="penalties must be finite and at least 1e-09"):
        penalty_sweep(features.train, features.test, one_hot(split.y, 10), one_hot(split.y_test, 10), [5], np.zeros(1))
