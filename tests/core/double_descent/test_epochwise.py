import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core.double_descent.epochwise import COEFFICIENTS, SINGULAR_VALUES, descent_path, epochwise_risk, epochwise_run

SETTINGS = {"n": 400, "noise": 3.0, "step_size": 0.1}
TIMES = np.unique(np.round(np.geomspace(1, 1e6, 150)).astype(int))


def risk(time):
    return float(epochwise_risk(np.array([time]), SINGULAR_VALUES, COEFFICIENTS, **SETTINGS)[0])


@pytest.mark.parametrize(
    ("bracket", "sign", "time", "value"),
    [((2.0, 30.0), 1, 13.4, 4.577), ((25.0, 200.0), -1, 48.0, 4.613), ((1e3, 1e6), 1, 2.4e4, 3.353)],
)
def test_two_descents_where_the_reference_has_them(bracket, sign, time, value):
    found = minimize_scalar(lambda log: sign * risk(np.exp(log)), bounds=np.log(bracket), method="bounded")
    assert np.exp(found.x) == pytest.approx(time, rel=0.03)
    assert sign * found.fun == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("design", ["orthogonal", "gaussian"])
def test_the_path_is_gradient_descent_step_by_step(design):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 6)), rng.standard_normal(40)
    theta, path = np.zeros(6), []
    for _ in range(31):
        path.append(theta)
        theta = theta - 0.2 * x.T @ (x @ theta - y) / 40
    np.testing.assert_allclose(descent_path(x, y, np.arange(31), 0.2), path, atol=1e-12)


def test_orthogonal_columns_obey_the_formula():
    curve = epochwise_run(TIMES, repetitions=40, seed=1)
    error = curve.test.std(axis=0, ddof=1) / np.sqrt(40)
    assert (np.abs(curve.test.mean(axis=0) - curve.theory) < 4 * error).all()
    np.testing.assert_allclose(curve.theory, 3.0 + curve.bias + curve.variance)


def test_gaussian_samples_obey_it_roughly():
    curve = epochwise_run(TIMES, repetitions=20, design="gaussian")
    np.testing.assert_allclose(curve.test.mean(axis=0), curve.theory, rtol=0.1)
    assert (np.diff(curve.train, axis=1) <= 1e-9).all()


def test_a_diverging_run_is_infinite_not_an_error():
    path = descent_path(np.eye(3), np.ones(3), np.array([1, 10**6]), 100.0)
    assert np.isfinite(path[0]).all() and not np.isfinite(path[1]).any()


@settings(deadline=None)
@given(st.floats(0.01, 2), st.floats(0.0, 5), st.integers(1, 500))
def test_the_formula_starts_at_the_signal_and_ends_at_the_noise(theta, noise, n):
    values, coefficients = np.array([1.0, 0.5]), np.array([theta, -theta])
    start, end = epochwise_risk(np.array([0, 10**6]), values, coefficients, n=n, noise=noise, step_size=0.5)
    assert start == pytest.approx(noise + 1.25 * theta**2)
    assert end == pytest.approx(noise + 2 * noise / n)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"step_size": 1.5}, "step_size must be a finite number from 0 to 1, got 1.5"),
        ({"n": 40}, "there must be at most n = 40 modes, got 50"),
        ({"repetitions": 0}, "repetitions must be a whole number from 1"),
        ({"times": np.array([3, 2])}, "times must increase strictly"),
    ],
)
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        epochwise_run(**({"times": TIMES} | arguments))


def test_an_unknown_design_is_refused():
    with pytest.raises(ValueError, match="design must be one of orthogonal, gaussian, got 'x'"):
        epochwise_run(TIMES, design="x")
