import numpy as np
import pytest

from core.double_descent.reduced_problem import reduced_by_features, reduced_by_samples
from core.linear_algebra.minimum_norm import nested_prefixes

pytestmark = pytest.mark.delicate


def direct(x, beta, error, penalty):
    """Risk, training error, norm, bias and variance of one fit, computed without any reduction."""
    n, p = x.shape
    ridge = x.T @ x + n * penalty * np.eye(p)
    inverse = np.linalg.pinv(x) if penalty == 0 else np.linalg.solve(ridge, x.T)
    estimate = inverse @ (x @ beta + error)
    residual = x @ (beta - estimate) + error
    bias, variance = inverse @ x @ beta - beta, inverse @ error
    off = estimate - beta
    return off @ off, residual @ residual / n, np.sqrt(estimate @ estimate), bias @ bias, variance @ variance


@pytest.mark.parametrize("penalty", [0.0, 0.03, 5.0])
@pytest.mark.parametrize(("n", "p"), [(30, 8), (30, 20), (20, 30), (8, 30)])
def test_the_reduction_changes_nothing(n, p, penalty):
    rng = np.random.default_rng(n * p)
    x, beta, error = rng.standard_normal((n, p)), rng.standard_normal(p), rng.standard_normal(n)
    expected = direct(x, beta, error, penalty)
    (by_features,) = nested_prefixes(x, np.array([p]))
    (by_samples,) = nested_prefixes(np.ascontiguousarray(x.T), np.array([n]))
    for problem in (
        reduced_by_features(by_features, beta, x @ beta, error),
        reduced_by_samples(by_samples, beta, x.T @ error, error),
    ):
        fit = problem.fit(penalty)
        found = (fit.risk, fit.train, np.hypot(fit.norm, 0), fit.bias, fit.variance)
        np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.parametrize("penalty", [1e-3, 0.1])
@pytest.mark.parametrize(("n", "p"), [(30, 8), (8, 30)])
def test_the_gain_is_what_the_noise_adds_on_average(n, p, penalty):
    x = np.random.default_rng(0).standard_normal((n, p))
    (prefix,) = nested_prefixes(x, np.array([p]))
    problem = reduced_by_features(prefix, np.ones(p), x @ np.ones(p), np.zeros(n), floor=0.5)
    inverse = np.linalg.solve(x.T @ x + n * penalty * np.eye(p), x.T)
    assert problem.gain(penalty) == pytest.approx(np.sum(inverse**2))
    assert problem.floor == 0.5 and problem.strength == p


def test_an_infinite_penalty_predicts_zero():
    rng = np.random.default_rng(0)
    x, beta, error = rng.standard_normal((10, 25)), rng.standard_normal(25), rng.standard_normal(10)
    (prefix,) = nested_prefixes(x, np.array([25]))
    fit = reduced_by_features(prefix, beta, x @ beta, error).fit(np.inf)
    assert fit.risk == pytest.approx(beta @ beta)
    assert fit.norm == fit.variance == 0


@pytest.mark.parametrize("penalty", [0.0, 1e-14, 1e-3])
@pytest.mark.parametrize(("n", "p"), [(30, 8), (12, 12), (8, 30)])
def test_samples_and_parameters_that_repeat_are_no_exception(n, p, penalty):
    """Two rows and two columns are the same, so that the square design is singular: what M⁻¹ divides by is rounding."""
    rng = np.random.default_rng(n * p)
    x, beta, error = rng.standard_normal((n, p)), rng.standard_normal(p), rng.standard_normal(n)
    x[3], x[:, 2] = x[5], x[:, 1]
    left, d, right = np.linalg.svd(x, full_matrices=False)
    d = np.where(d > 1e-12 * d[0], d, np.inf)  # what is left out
    share = np.where(np.isinf(d), 0, 1 / (1 + n * penalty / d**2))
    bias, variance = ((right.T * share) @ right - np.eye(p)) @ beta, (right.T * (share / d)) @ (left.T @ error)
    off = bias + variance
    residual = error - x @ off
    expected = (off @ off, residual @ residual / n, np.linalg.norm(beta + off), bias @ bias, variance @ variance)
    (by_features,) = nested_prefixes(x, np.array([p]))
    (by_samples,) = nested_prefixes(np.ascontiguousarray(x.T), np.array([n]))
    for problem in (
        reduced_by_features(by_features, beta, x @ beta, error),
        reduced_by_samples(by_samples, beta, x.T @ error, error),
    ):
        fit = problem.fit(penalty)
        found = (fit.risk, fit.train, fit.norm, fit.bias, fit.variance)
        np.testing.assert_allclose(found, expected, atol=1e-9)  # condition numbers of 10² … 10³, squared


def test_what_nothing_is_left_of_is_not_negative():
    """‖β‖² − ‖Qᵀβ‖² at n = p is rounding of either sign, and a risk below 0 cannot be drawn on a log axis."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x, beta = rng.standard_normal((9, 9)), rng.standard_normal(9)
        (prefix,) = nested_prefixes(x, np.array([9]))
        for reduced in (reduced_by_samples, reduced_by_features):
            problem = reduced(prefix, beta, x @ beta, np.zeros(9))
            assert problem.unseen >= 0 and problem.unfitted >= 0 and problem.fit().risk >= 0
