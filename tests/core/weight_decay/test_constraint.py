"""The ball and the penalty: the same solution, found from either side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.weight_decay import problem, ridge_path
from core.weight_decay.constraint import constrained_fit, inside, multiplier
from core.weight_decay.ridge import spectrum
from tests.sampling import examples

pytestmark = pytest.mark.delicate


def drawn(n, d, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, x @ rng.standard_normal(d) + rng.standard_normal(n)


def projected_gradient(x, y, theta, steps=5000):
    """Gradient descent on the plain loss, put back on the ball after each step: it knows θ and no λ."""
    n, w = len(y), np.zeros(x.shape[1])
    eta = n / np.linalg.norm(x, 2) ** 2
    for _ in range(steps):
        w = w + eta * x.T @ (y - x @ w) / n
        w = w * min(1.0, np.sqrt(theta) / np.linalg.norm(w))
    return w


@pytest.mark.parametrize("penalty", [0.05, 0.7, 12.0])
@pytest.mark.parametrize(("n", "d"), [(40, 6), (6, 20)])
def test_the_ball_and_the_penalty_have_one_solution(n, d, penalty):
    """Theory 4.2 claim 2."""
    x, y = drawn(n, d)
    soft = ridge_path(x, y, np.array([penalty]))
    hard = constrained_fit(x, y, soft.norm_squared[0])
    walked = projected_gradient(x, y, soft.norm_squared[0])
    np.testing.assert_allclose(hard.w, soft.coefficients[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(walked, soft.coefficients[0], rtol=0, atol=1e-9)
    assert hard.is_active and hard.penalty == pytest.approx(penalty, rel=1e-10)
    assert multiplier(x, y, walked) == pytest.approx(penalty, rel=1e-6)
    assert multiplier(x, y, hard.w) == pytest.approx(penalty, rel=1e-12)


def test_a_general_optimiser_finds_it_too():
    x, y = drawn(30, 4)
    theta = 0.4 * float(np.sum((np.linalg.pinv(x) @ y) ** 2))
    ball = {"type": "ineq", "fun": lambda w: theta - w @ w}
    theirs = minimize(lambda w: np.mean((y - x @ w) ** 2), np.zeros(4), constraints=[ball], tol=1e-12).x
    np.testing.assert_allclose(constrained_fit(x, y, theta).w, theirs, atol=1e-5)


def test_it_is_the_squared_norm_that_is_bounded():
    """Erratum of note 001: ‖w‖² ≤ θ, so ‖w‖ ≤ √θ; with θ = 0.25 the norm is 0.5, not 0.25."""
    x, y = drawn(30, 4)
    assert np.linalg.norm(constrained_fit(x, y, 0.25).w) == pytest.approx(0.5, rel=1e-12)


def test_a_ball_that_holds_least_squares_constrains_nothing():
    x, y = drawn(30, 4)
    free = np.linalg.pinv(x) @ y
    for theta in (float(free @ free), 2 * float(free @ free), 1e9):
        found = constrained_fit(x, y, theta)
        assert not found.is_active and found.penalty == 0
        np.testing.assert_allclose(found.w, free, atol=1e-12)
        assert multiplier(x, y, found.w) == pytest.approx(0, abs=1e-12)
    assert constrained_fit(x, y, 0.99 * float(free @ free)).is_active


def test_a_ball_of_no_size_leaves_nothing():
    x, y = drawn(30, 4)
    assert not constrained_fit(x, y, 0.0).w.any()
    assert np.isnan(multiplier(x, y, np.zeros(4)))


@pytest.mark.parametrize("theta", [-1.0, float("nan"), float("inf")])
def test_a_radius_that_is_none_is_refused(theta):
    with pytest.raises(ValueError, match="radius_squared must be a finite number from 0"):
        constrained_fit(*drawn(5, 2), theta)


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(2, 12), st.integers(1, 12), st.integers(0, 10**6), st.floats(1e-6, 0.999999))
def test_every_radius_is_reached_exactly(n, d, seed, share):
    x, y = drawn(n, d, seed)
    found = spectrum(x, y)
    theta = share * float(found.norm_squared(0.0))
    fit = inside(found, theta)
    assert float(fit.w @ fit.w) == pytest.approx(theta, rel=1e-9)
    pull = x.T @ (y - x @ fit.w) / n
    np.testing.assert_allclose(pull, fit.penalty * fit.w, atol=1e-8 * np.abs(pull).max() + 1e-11)


def test_the_way_back_and_forth_is_the_same_number_also_where_columns_are_nearly_the_same():
    found = spectrum(*(lambda p: (p.x, p.y))(problem("polynomial", n=100)))
    for penalty in (1e-4, 1e-2, 1.0, 1e3):
        assert inside(found, float(found.norm_squared(penalty))).penalty == pytest.approx(penalty, rel=1e-6)
