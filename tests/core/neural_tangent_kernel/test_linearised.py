"""The linear equation: solved in closed form, its limits, its singular cases, and the process it makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.neural_tangent_kernel import analytic_kernels, linearised_predictions, posterior
from core.neural_tangent_kernel.linearised import modes, process_at
from tests.sampling import examples

pytestmark = pytest.mark.delicate

RNG = np.random.default_rng(7)
X, LINE = RNG.standard_normal((5, 2)), RNG.standard_normal((9, 2))
Y, START, START_LINE = RNG.standard_normal(5), RNG.standard_normal(5), RNG.standard_normal(9)
SETTINGS = {"depth": 1, "activation": "erf", "weight_variance": 2.0, "bias_variance": 0.5}
TRAIN, CROSS, TEST = (analytic_kernels(*x, **SETTINGS) for x in ((X,), (LINE, X), (LINE,)))


def predict(times, step_size=None, kernel=TRAIN.ntk, cross=CROSS.ntk, start=START, start_line=START_LINE, y=Y):
    return linearised_predictions(kernel, cross, start, start_line, y, np.asarray(times, float), step_size)


def test_the_flow_is_the_solution_of_its_equation():
    times = np.array([0.0, 0.3, 2.0, 20.0])

    def slope(_, f):
        pull = Y - f[:5]
        return np.concatenate([TRAIN.ntk @ pull, CROSS.ntk @ pull])

    begin = np.concatenate([START, START_LINE])
    solved = solve_ivp(slope, (0, 20), begin, "Radau", times, rtol=1e-9, atol=1e-11).y.T
    np.testing.assert_allclose(predict(times), solved[:, 5:], atol=1e-6)
    np.testing.assert_allclose(predict(times, cross=TRAIN.ntk, start_line=START), solved[:, :5], atol=1e-6)


def test_descent_is_the_recursion_step_by_step():
    eta = 0.7 / np.linalg.eigvalsh(TRAIN.ntk)[-1]
    f, line, found = START.copy(), START_LINE.copy(), predict(eta * np.arange(50.0), eta)
    for k in range(50):
        np.testing.assert_allclose(found[k], line, rtol=1e-10, atol=1e-10)
        f, line = f + eta * TRAIN.ntk @ (Y - f), line + eta * CROSS.ntk @ (Y - f)


def test_small_steps_are_the_flow_and_steps_beyond_two_over_lambda_fly_off():
    largest = np.linalg.eigvalsh(TRAIN.ntk)[-1]
    times = np.array([0.0, 1.0, 4.0])
    np.testing.assert_allclose(predict(times, 1e-4), predict(times), rtol=2e-3, atol=2e-3)
    far = np.array([400.0]) / largest
    assert np.abs(predict(1.9 * far, 1.9 / largest)).max() < 1e3
    assert np.abs(predict(2.1 * far, 2.1 / largest)).max() > 1e6
    assert np.isfinite(predict([0.0], 1e9)).all()


def test_each_mode_decays_on_its_own_at_its_eigenvalue():
    basis, times = modes(TRAIN.ntk), np.linspace(0, 5, 11)
    found = predict(times, cross=TRAIN.ntk, start_line=START)
    left = (found - Y) @ basis.vectors
    np.testing.assert_allclose(left, left[0] * np.exp(-np.outer(times, basis.values)), atol=1e-9)


def test_after_infinite_time_it_is_the_posterior():
    process, late = posterior(TRAIN, CROSS, TEST, Y), process_at(TRAIN, CROSS, TEST, Y, 1e9)
    np.testing.assert_allclose(process.mean, CROSS.ntk @ np.linalg.solve(TRAIN.ntk, Y), rtol=1e-8)
    np.testing.assert_allclose(late.mean, process.mean, rtol=1e-9)
    np.testing.assert_allclose(late.covariance, process.covariance, atol=1e-9)
    there = posterior(TRAIN, TRAIN, TRAIN, Y)
    np.testing.assert_allclose(there.mean, Y, atol=1e-9)
    assert there.deviation.max() < 1e-6, "what has been learned is certain"


def test_the_covariance_is_that_of_linear_models_drawn_at_random():
    """Push draws of f₀ from the NNGP through the equation, and look at the spread."""
    both = analytic_kernels(np.concatenate([X, LINE]), **SETTINGS).nngp
    draws = np.random.default_rng(0).multivariate_normal(np.zeros(14), both, 40_000, method="eigh")
    m = CROSS.ntk @ np.linalg.solve(TRAIN.ntk, np.eye(5))
    ends = draws[:, 5:] + (Y - draws[:, :5]) @ m.T
    process = posterior(TRAIN, CROSS, TEST, Y)
    error = process.deviation / 200
    assert (np.abs(ends.mean(axis=0) - process.mean) < 5 * error).all()
    np.testing.assert_allclose(ends.var(axis=0), process.deviation**2, rtol=0.05)


def test_with_no_time_it_is_the_prior():
    process = process_at(TRAIN, CROSS, TEST, Y, 0.0)
    np.testing.assert_allclose(process.covariance, TEST.nngp, atol=1e-12)
    assert (process.mean == 0).all()


def test_inputs_that_occur_twice_with_two_targets_learn_their_mean():
    x, y = np.array([[0.5], [0.5], [-1.0]]), np.array([1.0, -0.5, 0.3])
    train = analytic_kernels(x, **SETTINGS)
    process = posterior(train, train, train, y)
    np.testing.assert_allclose(process.mean, [0.25, 0.25, 0.3], atol=1e-9)
    assert modes(train.ntk).condition == np.inf
    found = predict([0.0, 1.0, 1e6], kernel=train.ntk, cross=train.ntk, start=np.zeros(3), start_line=np.zeros(3), y=y)
    np.testing.assert_allclose(found[-1], process.mean, atol=1e-9)


def test_one_point_and_a_kernel_of_zero():
    one = predict([0, 3.0], kernel=np.array([[2.0]]), cross=np.array([[1.0]]),
                  start=np.zeros(1), start_line=np.zeros(1), y=np.ones(1))  # fmt: skip
    np.testing.assert_allclose(one[:, 0], [0, 0.5 * (1 - np.exp(-6))], rtol=1e-12)
    none = predict([0, 5.0], kernel=np.zeros((5, 5)), cross=np.zeros((9, 5)))
    np.testing.assert_array_equal(none, np.broadcast_to(START_LINE, (2, 9)))
    with pytest.raises(ValueError, match="finite"):
        modes(np.array([[np.nan]]))


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(1, 6), st.integers(0, 10**6), st.floats(0, 50))
def test_on_the_samples_the_error_never_grows(n, seed, time):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((n, rng.integers(1, 7)))
    kernel, start, y = root @ root.T, rng.standard_normal(n), rng.standard_normal(n)
    found = linearised_predictions(kernel, kernel, start, start, y, np.array([time, 2 * time + 1]))
    errors = [np.linalg.norm(f - y) for f in (start, *found)]
    assert errors[0] >= errors[1] - 1e-9 and errors[1] >= errors[2] - 1e-9
