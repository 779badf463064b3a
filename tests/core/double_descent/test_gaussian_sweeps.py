import numpy as np
import pytest

from core.double_descent.gaussian_sweeps import linear_sweep, measured_risk_map, sample_sweep, weak_features_sweep
from core.double_descent.risk_formulas import (
    exact_bias,
    exact_risk,
    exact_variance,
    optimal_ridge,
    ridge_risk,
    weak_features_risk,
)

SIZES = np.array([20, 100, 190, 220, 300, 400, 1000, 2000])


@pytest.fixture(scope="module")
def reference():
    return linear_sweep(200, SIZES, best_ridge=True, seed=1)


def apart(measured, predicted, standard_error):
    """In standard errors, at the worst place."""
    return np.max(np.abs(measured - predicted) / standard_error)


def test_exact_risk_within_four_standard_errors(reference):
    predicted = exact_risk(200, SIZES, signal=1.0, noise=0.25)
    np.testing.assert_allclose(reference.theory, predicted)
    assert apart(reference.mean(), predicted, reference.standard_error()) < 4


def test_bias_and_variance_are_the_two_parts_of_the_formula(reference):
    assert (
        apart(reference.mean("variance"), exact_variance(200, SIZES, noise=0.25), reference.standard_error("variance"))
        < 4
    )
    wide = SIZES > 200
    assert (reference.bias[:, ~wide] == 0).all()
    predicted, error = exact_bias(200, SIZES, signal=1.0), reference.standard_error("bias")
    assert apart(reference.mean("bias")[wide], predicted[wide], error[wide]) < 4
    np.testing.assert_allclose(reference.test, reference.bias + reference.variance, rtol=1e-9)


def test_optimal_ridge_has_no_peak(reference):
    predicted = optimal_ridge(200, SIZES, signal=1.0, noise=0.25)[1]
    np.testing.assert_allclose(reference.best_ridge_theory, predicted)
    error = reference.standard_error("best_ridge") + 0.005 * predicted
    assert apart(reference.mean("best_ridge"), predicted, error) < 4
    assert (np.diff(reference.mean("best_ridge")) > 0).all()


def test_past_the_threshold_the_data_are_interpolated(reference):
    wide = SIZES > 200
    assert (reference.train[:, wide] == 0).all() and (reference.train[:, ~wide] > 0).all()


@pytest.mark.parametrize("penalty", [0.01, 0.2])
def test_ridge_risk_holds_up_to_its_finite_size(penalty):
    sizes = np.array([40, 100, 200, 400])
    curve = linear_sweep(100, sizes, penalty=penalty, seed=2)
    predicted = ridge_risk(100, sizes, penalty, signal=1.0, noise=0.25)
    assert apart(curve.mean(), predicted, curve.standard_error() + 0.0125 * predicted) < 4


def test_weak_features_as_in_the_reference():
    sizes = np.array([5, 20, 60, 80, 100])
    curve = weak_features_sweep(40, 100, sizes, repetitions=400, seed=3)
    assert apart(curve.mean(), weak_features_risk(40, sizes, 100, signal=1.0, noise=0.04), curve.standard_error()) < 4


def test_more_samples_hurt_below_the_threshold():
    sizes = np.array([50, 80, 90, 110, 130, 200])
    curve = sample_sweep(sizes, 100, repetitions=100, seed=4)
    assert apart(curve.mean(), exact_risk(sizes, 100, signal=1.0, noise=0.25), curve.standard_error()) < 4
    assert curve.median()[2] > curve.median()[0] + 0.5


@pytest.mark.parametrize("sweep", ["parameters", "samples"])
def test_a_size_does_not_depend_on_its_neighbours(sweep):
    run = (
        (lambda sizes: linear_sweep(30, sizes, repetitions=2))
        if sweep == "parameters"
        else (lambda sizes: sample_sweep(sizes, 30, repetitions=2))
    )
    alone, among = run([12, 60]), run([5, 12, 29, 30, 31, 45, 60])
    np.testing.assert_allclose(alone.train, among.train[:, [1, 6]], atol=1e-12)
    np.testing.assert_allclose(alone.test, among.test[:, [1, 6]], rtol=1e-9)


@pytest.mark.parametrize("settings", [{"noise": 0.0}, {"signal": 0.0}, {"noise": 0.0, "signal": 0.0}])
def test_degenerate_models_stay_finite(settings):
    for curve in (
        linear_sweep(20, [5, 20, 40], repetitions=2, best_ridge=True, **settings),
        sample_sweep([5, 20, 40], 20, repetitions=2, best_ridge=True, **settings),
        weak_features_sweep(20, 40, [5, 20, 40], repetitions=2, best_ridge=True, **settings),
    ):
        assert np.isfinite(curve.test).all() and np.isfinite(curve.best_ridge).all()


def test_the_measured_map_resembles_the_formula():
    ns, ps = np.array([20, 40]), np.array([10, 80, 160])
    picture = measured_risk_map(ns, ps, repetitions=40)
    expected = exact_risk(ns[:, None], ps, signal=1.0, noise=0.25)
    np.testing.assert_allclose(picture.risk, expected, rtol=0.3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 1}, "n must be a whole number from 2 to 500, got 1"),
        ({"sizes": [3, 2]}, "sizes must increase strictly"),
        ({"sizes": [10**6]}, "lie from 1 to 4000"),
        ({"noise": -0.1}, "noise must be a finite number from 0"),
        ({"penalty": np.inf}, "penalty must be a finite number"),
        ({"repetitions": 0}, "repetitions must be a whole number from 1 to 400, got 0"),
        ({"n": 500, "sizes": [4000], "repetitions": 400}, "repetitions must be a whole number from 1 to 20, got 400"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear_sweep(**({"n": 20, "sizes": [5, 10]} | arguments))
