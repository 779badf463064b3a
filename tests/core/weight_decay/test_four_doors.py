"""Ridge, stopping early, dropout and smallest norm: four doors to one estimate, each against its own run."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.weight_decay import GRID, RISK_RATIO, doors, problem, ridge_path
from core.weight_decay.four_doors import (
    adaptive_ridge,
    drop_probability,
    flow_kept,
    flow_risk,
    gradient_flow,
    matched_gap,
)
from core.weight_decay.ridge import spectrum
from tests.sampling import examples

pytestmark = pytest.mark.delicate

DIABETES = problem("diabetes", n=60)


def drawn(n=20, d=4, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d)) * np.linspace(0.5, 3, d)
    return x, x @ rng.standard_normal(d) + rng.standard_normal(n)


@pytest.mark.parametrize(("n", "d"), [(20, 4), (4, 9)])
def test_the_flow_solves_its_differential_equation(n, d):
    x, y = drawn(n, d)
    times = np.array([0.1, 1.0, 7.0])
    solved = solve_ivp(lambda _, w: x.T @ (y - x @ w) / n, (0, 7), np.zeros(d), t_eval=times, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gradient_flow(x, y, times), solved.y.T, atol=1e-7)


def test_small_steps_of_gradient_descent_follow_the_flow():
    """Theory 11: 1 − (1 − ηs)ᵏ against 1 − e^{−ts}, t = ηk."""
    x, y = drawn()
    w, eta, steps = np.zeros(4), 1e-4, 20_000
    for _ in range(steps):
        w += eta * x.T @ (y - x @ w) / len(y)
    np.testing.assert_allclose(w, gradient_flow(x, y, np.array([eta * steps]))[0], atol=1e-3)


def test_the_constant_of_early_stopping():
    value, where = matched_gap()
    assert value == pytest.approx(1.685909, abs=1e-6) and where == pytest.approx(1.79328, abs=1e-5)
    assert RISK_RATIO - 1e-3 < value < RISK_RATIO


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(3, 12), st.integers(1, 12), st.integers(0, 10**6), st.floats(0, 10))
def test_stopping_early_risks_at_most_the_constant_times_the_ridge(n, d, seed, noise):
    found = spectrum(*drawn(n, d, seed))
    truth = np.random.default_rng(seed + 1).standard_normal(found.rank)
    flow, ridge = flow_risk(found, GRID, truth, noise)
    assert (flow <= RISK_RATIO * ridge * (1 + 1e-9)).all()
    kept, other = flow_kept(found, 1 / GRID), found.kept(GRID)
    assert (kept >= other - 1e-12).all(), "the flow's bias is never the larger one"


def test_the_constant_can_be_reached():
    """One direction, no truth, all noise, t·s where the maximum is: with the bound missing this would show it."""
    x = np.ones((4, 1))
    flow, ridge = flow_risk(spectrum(x, np.ones(4)), np.array([1 / matched_gap()[1]]), np.zeros(1), 1.0)
    assert flow[0] / ridge[0] == pytest.approx(matched_gap()[0], rel=1e-9)


def test_dropout_is_a_ridge_for_each_columns_own_size_by_trying_every_mask():
    x, y = drawn(3, 3)
    p = 0.3
    masks = np.array(list(itertools.product([0, 1], repeat=9))).reshape(-1, 3, 3)
    weight = (p ** (9 - masks.sum(axis=(1, 2)))) * (1 - p) ** masks.sum(axis=(1, 2))
    dropped = x * masks / (1 - p)
    gram = np.einsum("m,mij,mik->jk", weight, dropped, dropped)  # E X'ᵀX'
    best = np.linalg.solve(gram, np.einsum("m,mij,i->j", weight, dropped, y))
    np.testing.assert_allclose(adaptive_ridge(x, y, p), best, atol=1e-10)
    closed = np.linalg.solve(x.T @ x + p / (1 - p) * np.diag(np.diag(x.T @ x)), x.T @ y)
    np.testing.assert_allclose(adaptive_ridge(x, y, p), closed, atol=1e-10)


def test_with_columns_of_variance_one_dropout_is_the_ridge_and_otherwise_it_is_not():
    assert doors(DIABETES, GRID).apart < 1e-10
    assert doors(problem("polynomial", n=60, degree=4), GRID).apart > 0.01


def test_all_doors_lead_to_smallest_norm_when_the_penalty_goes_away():
    found = doors(DIABETES, np.array([1e-9]))
    for door in ("ridge", "early_stopping", "dropout"):
        np.testing.assert_allclose(found.coefficients[door], found.coefficients["minimum_norm"], atol=1e-5)
    np.testing.assert_allclose(
        found.coefficients["minimum_norm"][0], np.linalg.pinv(DIABETES.x) @ DIABETES.y, atol=1e-9
    )


def test_the_doors_are_matched_and_the_bound_holds_on_real_data():
    found = doors(DIABETES, GRID)
    np.testing.assert_allclose(found.time * found.penalty, 1)
    np.testing.assert_allclose(found.drop / (1 - found.drop), found.penalty)
    assert 1 < found.largest_ratio <= RISK_RATIO
    ridge = ridge_path(DIABETES.x, DIABETES.y, GRID)
    np.testing.assert_array_equal(found.coefficients["ridge"], ridge.coefficients)
    assert drop_probability(np.array([1.0]))[0] == 0.5


def test_a_penalty_of_zero_has_no_time():
    with pytest.raises(ValueError, match="larger than 0"):
        doors(DIABETES, np.array([0.0, 1.0]))
