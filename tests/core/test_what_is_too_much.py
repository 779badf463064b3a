"""The inputs that asked for gigabytes, took minutes, or ended in an error of Python's; each has an answer in words."""

import numpy as np
import pytest

from core.double_descent import descent_path, digits_plane, gaussian_kernel, kernel_limit, penalty_sweep, risk_map
from core.dropout import enumerated_loss, ridge
from core.neural_tangent_kernel import analytic_kernels, linearised_predictions
from tests import pace

RNG = np.random.default_rng(0)


def kernels(n, other):
    settings = {"depth": 1, "activation": "relu", "weight_variance": 1.0, "bias_variance": 0.0}
    return analytic_kernels(np.ones((n, 1)), other, **settings)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: risk_map(np.arange(1, 100_001), np.arange(1, 100_001)), "the map must have at most"),
        (lambda: kernels(60_000, None), "each kernel must have at most"),
        (lambda: kernels(60_000, np.ones((60_000, 1))), "each kernel must have at most"),
        (
            lambda: enumerated_loss(np.ones((5000, 16)), np.ones(5000), np.ones(16), 0.5),
            "the predictions of all masks must have at most",
        ),
        (lambda: gaussian_kernel(np.ones((60_000, 1)), np.ones((60_000, 1)), 1.0), "the kernel must have at most"),
        (lambda: ridge(np.eye(2), np.ones(2), -1.0), "weight must be a finite number from 0"),
        (
            lambda: linearised_predictions(
                np.zeros((0, 0)), np.zeros((3, 0)), np.zeros(0), np.zeros(3), np.zeros(0), np.zeros(2)
            ),
            "the number of training points must be",
        ),
    ],
)
def test_it_is_refused_at_once_and_in_words(ask, message):
    with pace.within(10), pytest.raises(ValueError, match=message):  # nothing allocated, nothing to wait for
        ask()


@pytest.mark.parametrize("penalties", [(), (0.0,), (1.0, 2.0), (0.0, 1e-12), (0.0, 1.0, 1.0), (0.0, np.nan)])
def test_penalties_that_are_no_grid_are_refused(penalties):
    with pytest.raises(ValueError, match="penalties must be"):
        next(digits_plane(20, (5, 10), penalties=penalties))


def test_penalties_within_rounding_are_refused():
    with pytest.raises(ValueError, match="penalties must be finite and at least 1e-09"):
        penalty_sweep(np.eye(3), np.eye(3), np.ones((3, 1)), np.ones((3, 1)), [2], np.array([1e-30]))


@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_a_kernel_of_distances_does_not_depend_on_where_the_data_is(offset):
    x = np.round(RNG.uniform(-8, 8, (6, 3)))  # exact also beside 10⁸
    expected = np.exp(-0.5 * 0.09 * ((x[:, None] - x[None]) ** 2).sum(axis=2))
    np.testing.assert_allclose(gaussian_kernel(x + offset, x + offset, 0.3), expected, rtol=1e-13)


def test_the_kernel_machine_fits_points_that_nearly_coincide():
    """A Cholesky factor of K there is one or none by how sums round; the shortest fit is the same every time."""
    x = np.linspace(-1, 1, 40)[:, None]
    y = (x[:, 0] > 0).astype(np.int64)
    found = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(40)
        found.append(kernel_limit(x[order], y[order], x, y, classes=2, scale=1.0))
    assert all(0 <= limit.train < 0.2 and limit.test < 0.2 for limit in found)
    trains = [limit.train for limit in found]
    np.testing.assert_allclose(trains, trains[0], rtol=0.05)  # at the cut one mode of many may be in or out


def test_a_column_that_repeats_another_does_not_move_descent():
    """The eigenvalue 0 comes out as rounding of either sign, and 10⁹ steps on it went astray."""
    x, y = RNG.normal(size=(20, 3)), RNG.normal(size=20)
    twice = np.column_stack([x, x[:, 0]])
    times = np.array([0, 1, 1000, 10**9])
    path = descent_path(twice, y, times, 0.1)
    np.testing.assert_allclose(path[-1], np.linalg.pinv(twice) @ y, atol=1e-12)
    np.testing.assert_allclose(path[:, 0], path[:, 3], atol=1e-12)
    by_steps = np.zeros(4)
    for _ in range(1000):
        by_steps -= 0.1 * twice.T @ (twice @ by_steps - y) / 20
    np.testing.assert_allclose(path[2], by_steps, atol=1e-12)
