import numpy as np
import pytest
from numpy.polynomial.legendre import legvander

from core.double_descent.legendre import legendre_features, legendre_fit, legendre_sweep

pytestmark = pytest.mark.delicate

SIZES = [5, 20, 30, 50, 1000]


def test_the_recurrence_is_numpys_up_to_high_degree():
    x = np.linspace(-1, 1, 41)
    np.testing.assert_allclose(legendre_features(x, 1001), legvander(x, 1000), atol=1e-11)


def test_orthonormal_features_are_orthonormal():
    nodes, weights = np.polynomial.legendre.leggauss(60)
    features = legendre_features(nodes, 40, "orthonormal")
    np.testing.assert_allclose(features.T @ (features * weights[:, None] / 2), np.eye(40), atol=1e-12)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [("plain", [0.018, 1.2e4, 0.081, 0.086, 0.217]), ("orthonormal", [0.018, 1.2e4, 0.61, 1.68, 3.2])],
)
def test_the_second_descent_is_made_by_the_scaling(scaling, expected):
    curve = legendre_sweep(SIZES, scaling=scaling)
    mean, error = curve.mean(), curve.standard_error()
    assert mean[1] > 1e3
    for j in (0, 2, 3, 4):
        assert abs(mean[j] - expected[j]) < 4 * np.sqrt(2) * error[j] + 0.005 * expected[j]


def test_orthonormal_interpolation_ends_at_zero_between_the_samples():
    curve = legendre_sweep([1000], scaling="orthonormal")
    assert curve.median()[0] == pytest.approx(curve.limit.test, rel=0.1)


@pytest.mark.parametrize("n", [10, 20])
def test_the_peak_of_the_noise_is_that_of_interpolation(n):
    """By Lagrange's polynomials, which do not know Legendre's."""
    x, grid = np.linspace(-1, 1, n), np.linspace(-1, 1, 600)
    apart = np.where(np.eye(n, dtype=bool), 1.0, x[:, None] - x)
    lagrange = [np.prod(np.delete((grid[:, None] - x) / apart[i], i, axis=1), axis=1) for i in range(n)]
    height = 0.09 * np.mean(np.sum(np.square(lagrange), axis=0)) / np.mean((2 * grid + np.sin(3 * grid)) ** 2)
    assert legendre_sweep([5, n, 50], n=n, repetitions=2).peak == pytest.approx(height, rel=1e-6)
    assert legendre_sweep([5, 50], n=n, repetitions=2).peak is None


@pytest.mark.parametrize("scaling", ["plain", "orthonormal"])
@pytest.mark.parametrize("size", [5, 12, 30, 300])
def test_each_fit_is_a_plain_least_squares_fit(size, scaling):
    fit = legendre_fit(size, scaling=scaling, seed=3)
    weight = np.sqrt(2 * np.arange(size) + 1) if scaling == "orthonormal" else 1.0
    coefficients = np.linalg.lstsq(legvander(fit.x, size - 1) * weight, fit.y, rcond=1e-15)[0]
    np.testing.assert_allclose(fit.fitted, legvander(fit.grid, size - 1) * weight @ coefficients, atol=1e-8)
    assert fit.norm == pytest.approx(np.linalg.norm(coefficients), rel=1e-8)


def test_the_fit_shown_is_the_one_counted():
    curve = legendre_sweep([5, 40], repetitions=3, seed=2)
    assert legendre_fit(40, repetition=1, seed=2).risk == pytest.approx(curve.test[1, 1], rel=1e-9)


def test_a_ridge_removes_the_peak():
    assert legendre_sweep(SIZES, penalty=1e-3).median().max() < 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "size must be a whole number from 1 to 1500, got 0"),
        ({"n": 1}, "n must be a whole number from 2 to 100, got 1"),
        ({"noise": -1.0}, "noise must be a finite number from 0 to 100"),
        ({"penalty": -1.0}, "penalty must be a finite number from 0"),
    ],
)
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        legendre_fit(**({"size": 5} | arguments))


def test_an_unknown_scaling_is_refused():
    with pytest.raises(ValueError, match="scaling must be one of plain, orthonormal, got 'x'"):
        legendre_sweep([5], scaling="x")
