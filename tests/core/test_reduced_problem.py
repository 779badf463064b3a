import numpy as np
import pytest

from core.minimum_norm import nested_prefixes
from core.reduced_problem import reduced_by_features, reduced_by_samples

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


def test_an_infinite_penalty_predicts_zero():
    rng = np.random.default_rng(0)
    x, beta, error = rng.standard_normal((10, 25)), rng.standard_normal(25), rng.standard_normal(10)
    (prefix,) = nested_prefixes(x, np.array([25]))
    fit = reduced_by_features(prefix, beta, x @ beta, error).fit(np.inf)
    assert fit.risk == pytest.approx(beta @ beta)
    assert fit.norm == fit.variance == 0
