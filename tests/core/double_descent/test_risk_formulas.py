import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from core.double_descent.risk_formulas import (
    asymptotic_risk,
    exact_bias,
    exact_risk,
    exact_variance,
    optimal_ridge,
    ridge_correction,
    ridge_risk,
    risk_map,
    weak_features_risk,
)

sizes = st.integers(1, 1000)
strengths = st.floats(0.01, 10)


def test_exact_risk_by_samples_as_in_the_reference():
    risk = exact_risk([50, 80, 90, 110, 130, 200], 100, signal=1.0, noise=0.25)
    np.testing.assert_allclose(risk, [0.755, 1.253, 2.6, 2.778, 0.862, 0.2525], atol=1e-3)


def test_exact_risk_is_infinite_at_the_threshold_only_with_noise():
    assert np.isinf(exact_risk(100, [99, 100, 101], signal=1.0, noise=0.25)).all()
    np.testing.assert_allclose(exact_risk(100, [99, 100, 101], signal=1.0, noise=0.0), [0, 0, 1 - 100 / 101])


@given(sizes, sizes, strengths, strengths)
def test_exact_risk_is_the_sum_of_its_parts_and_grows_with_noise(n, p, signal, noise):
    risk = exact_risk(n, p, signal=signal, noise=noise)
    assert risk == exact_bias(n, p, signal=signal) + exact_variance(n, p, noise=noise)
    assert exact_risk(n, p, signal=signal, noise=2 * noise) >= risk >= 0


@given(st.floats(0.01, 0.99) | st.floats(1.01, 50), strengths, strengths)
def test_exact_risk_tends_to_the_asymptotic_one(aspect_ratio, signal, noise):
    n = 10**7
    limit = asymptotic_risk(aspect_ratio, signal=signal, noise=noise)
    assert exact_risk(n, round(aspect_ratio * n), signal=signal, noise=noise) == pytest.approx(limit, rel=1e-4)


def test_asymptotic_risk_past_the_threshold_is_lowest_where_the_theorem_says():
    gamma = np.linspace(1.05, 5, 3951)
    risk = asymptotic_risk(gamma, signal=1.0, noise=0.25)
    assert gamma[risk.argmin()] == pytest.approx(2.0, abs=2e-3)
    assert risk.min() == pytest.approx(0.75, rel=1e-6)


@given(sizes, sizes, strengths, strengths)
def test_a_vanishing_ridge_is_no_ridge(n, p, signal, noise):
    plain = asymptotic_risk(p / n, signal=signal, noise=noise)
    assert ridge_risk(n, p, 0.0, signal=signal, noise=noise) == plain
    if n != p:
        assert ridge_risk(n, p, 1e-12, signal=signal, noise=noise) == pytest.approx(plain, rel=1e-4)


@given(sizes, sizes, strengths, strengths)
def test_an_infinite_ridge_costs_the_signal(n, p, signal, noise):
    assert ridge_risk(n, p, 1e7, signal=signal, noise=noise) == pytest.approx(signal, rel=0.05)


@pytest.mark.parametrize("gamma", [0.3, 0.9, 2.5])
@pytest.mark.parametrize("penalty", [1e-3, 0.1, 2.0])
def test_ridge_risk_is_the_integral_over_the_marchenko_pastur_law(gamma, penalty):
    low, high = (1 - gamma**0.5) ** 2, (1 + gamma**0.5) ** 2

    def mean(f):
        density = quad(lambda s: f(s) * np.sqrt((high - s) * (s - low)) / (2 * np.pi * gamma * s), low, high, limit=400)
        return density[0] + max(0, 1 - 1 / gamma) * f(0.0)

    signal, noise = 1.7, 0.4
    expected = mean(lambda s: (signal * penalty**2 + noise * gamma * s) / (s + penalty) ** 2)
    assert ridge_risk(1000, round(1000 * gamma), penalty, signal=signal, noise=noise) == pytest.approx(
        expected, rel=1e-7
    )


def test_optimal_ridge_as_in_the_reference():
    p = [20, 100, 190, 220, 300, 400, 1000, 2000]
    penalty, risk = optimal_ridge(200, p, signal=1.0, noise=0.25)
    np.testing.assert_allclose(risk, [0.0269, 0.1754, 0.3711, 0.4267, 0.5434, 0.6404, 0.8456, 0.9213], atol=6e-5)
    np.testing.assert_allclose(penalty, 0.25 * np.array(p) / 200)


@given(sizes, sizes, strengths, strengths, st.floats(-6, 6))
def test_no_penalty_beats_the_optimal_one(n, p, signal, noise, log_factor):
    penalty, risk = optimal_ridge(n, p, signal=signal, noise=noise)
    assert risk <= ridge_risk(n, p, penalty * np.exp(log_factor), signal=signal, noise=noise) * (1 + 1e-9)


@given(strengths, strengths)
def test_optimal_ridge_is_monotone_in_samples_and_in_parameters(signal, noise):
    grid = np.arange(1, 400)
    assert (np.diff(optimal_ridge(grid, 100, signal=signal, noise=noise)[1]) <= 1e-9).all()
    assert (np.diff(optimal_ridge(100, grid, signal=signal, noise=noise)[1]) >= -1e-9).all()


def test_without_signal_the_best_estimate_is_zero():
    penalty, risk = optimal_ridge(10, 20, signal=0.0, noise=1.0)
    assert np.isinf(penalty) and risk == 0


def test_weak_features_as_in_the_reference():
    risk = weak_features_risk(40, [0, 5, 20, 60, 80, 100], 100, signal=1.0, noise=0.04)
    np.testing.assert_allclose(risk, [1.04, 1.1356, 1.724, 1.566, 0.886, 0.667], atol=5e-4)
    under = weak_features_risk(40, np.arange(39), 100, signal=1.0, noise=0.04)
    assert under.argmin() == 0 and risk[-1] < under.min()


def test_the_map_holds_the_formula():
    ns, ps = np.array([10, 20, 40]), np.array([5, 10, 20, 80])
    picture = risk_map(ns, ps, signal=2.0, noise=0.5)
    assert picture.risk[2, 1] == exact_risk(40, 10, signal=2.0, noise=0.5)
    assert np.isinf(picture.risk[0, 1])
    assert np.isfinite(risk_map(ns, ps, penalty=0.1).risk).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n must be finite and at least 1, got 0"),
        ({"p": -3}, "p must be finite and at least 1, got -3"),
        ({"signal": -1.0}, "signal must be finite and at least 0"),
        ({"noise": np.nan}, "noise must be finite and at least 0"),
    ],
)
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        exact_risk(**({"n": 10, "p": 5, "signal": 1.0, "noise": 1.0} | arguments))


def test_more_weak_features_than_there_are_is_refused():
    with pytest.raises(ValueError, match="p must be at most total_features = 100, got 101"):
        weak_features_risk(40, 101, 100, signal=1.0, noise=1.0)


@pytest.mark.parametrize(("n", "p"), [(1000, 300), (1000, 900), (1000, 1200), (1000, 5000)])
def test_without_a_penalty_the_correction_is_that_of_the_exact_formula(n, p):
    settings = {"signal": 1.0, "noise": 0.25}
    left_out = exact_risk(n, p, **settings) - asymptotic_risk(p / n, **settings)
    assert ridge_correction(n, p, 0.0, **settings) == pytest.approx(left_out, rel=2 / abs(n - p))


@pytest.mark.parametrize(("n", "p"), [(12, 5), (12, 12), (10, 30)])
@pytest.mark.parametrize("penalty", [0.1, 1.0])
def test_with_the_correction_the_ridge_formula_is_right_at_a_dozen_samples(n, p, penalty):
    rng, draws = np.random.default_rng(n * p), 4000
    x = rng.standard_normal((draws, n, p))
    spectrum = np.maximum(0, np.linalg.eigvalsh(np.swapaxes(x, 1, 2) @ x / n))  # (draws, p)
    risks = penalty**2 * np.mean((spectrum + penalty) ** -2, axis=1)
    risks += 0.25 / n * np.sum(spectrum / (spectrum + penalty) ** 2, axis=1)
    plain = ridge_risk(n, p, penalty, signal=1.0, noise=0.25)
    term = ridge_correction(n, p, penalty, signal=1.0, noise=0.25)
    error = 4 * risks.std() / np.sqrt(draws)
    assert abs(risks.mean() - plain - term) < error + 2 * term**2 / plain
    assert abs(risks.mean() - plain) > error, "and without it, it is not"
