"""What many features are expected to give, against Gaussian ones that are drawn."""

import numpy as np
import pytest

from core.double_descent.finite_features import expected_at

N, SIZE = 30, 240


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    x, x_test = rng.standard_normal((N, 3)), rng.standard_normal((25, 3))
    every = np.vstack([x, x_test])
    kernel = np.exp(-0.5 * np.sum((every[:, None] - every) ** 2, axis=2))
    target = np.sin(every @ np.array([[1.0, 0.5], [0.0, 1.0], [0.3, 0.0]]))
    return kernel, target[:N], target[N:]


@pytest.mark.parametrize("penalty", [0.0, 1e-3, 0.1])
def test_gaussian_features_meet_it_on_average(problem, penalty):
    kernel, y, y_test = problem
    (expected,) = expected_at(SIZE, kernel[:N, :N], kernel[N:, :N], y, y_test, np.array([penalty]))
    root, rng = np.linalg.cholesky(kernel + 1e-12 * np.eye(len(kernel))), np.random.default_rng(1)
    risks, squares = [], []
    for _ in range(150):
        features = root @ rng.standard_normal((len(kernel), SIZE)) / np.sqrt(SIZE)
        a, b = features[:N], features[N:]
        w = a.T @ np.linalg.solve(a @ a.T + N * penalty * np.eye(N), y)
        risks.append(np.sum((b @ w - y_test) ** 2) / len(y_test))
        squares.append(np.sum(w**2))
    for values, told in ((risks, expected.test), (squares, expected.norm**2)):
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(np.mean(values) - told) < 4 * error + told / SIZE


def test_without_a_penalty_the_squared_norm_is_the_limits_over_one_less_the_ratio(problem):
    kernel, y, y_test = problem
    k = kernel[:N, :N]
    (found,) = expected_at(SIZE, k, kernel[N:, :N], y, y_test, np.zeros(1))
    assert found.norm**2 == pytest.approx(np.sum(y * np.linalg.solve(k, y)) / (1 - N / SIZE), rel=1e-8)


def test_infinitely_many_features_are_the_kernel_machine(problem):
    kernel, y, y_test = problem
    k, cross = kernel[:N, :N], kernel[N:, :N]
    found = expected_at(10**9, k, cross, y, y_test, np.array([0.0, 0.01]))
    for penalty, limit in zip((0.0, 0.01), found, strict=True):
        dual = np.linalg.solve(k + N * penalty * np.eye(N), y)
        assert limit.test == pytest.approx(np.sum((cross @ dual - y_test) ** 2) / len(y_test), rel=1e-6)
        assert limit.norm == pytest.approx(np.sqrt(np.sum(dual * (k @ dual))), rel=1e-6)


def test_features_that_do_not_outnumber_the_samples_are_refused(problem):
    kernel, y, y_test = problem
    with pytest.raises(ValueError, match="size must be a whole number from 31"):
        expected_at(N, kernel[:N, :N], kernel[N:, :N], y, y_test, np.zeros(1))
