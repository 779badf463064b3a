"""The exact law of the risk, and the chance that is taken off it."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, chi2, f, kstest

from core.double_descent.chance import MIN_DEGREES, RiskLaw, inverse_with_less_chance, variance_left

SETTINGS = [(30, 10), (30, 29), (30, 30), (10, 14), (10, 60)]


def fitted_risk(n, p, signal, noise, rng):
    """One minimum-norm fit by numpy."""
    x, direction = rng.standard_normal((n, p)), rng.standard_normal(p)
    true = np.sqrt(signal) * direction / np.linalg.norm(direction)
    off = np.linalg.pinv(x) @ (x @ true + np.sqrt(noise) * rng.standard_normal(n)) - true
    return off @ off


@pytest.mark.parametrize(("n", "p"), SETTINGS)
def test_fits_follow_the_law(n, p):
    rng, law = np.random.default_rng(n + p), RiskLaw(n, p, 1.0, 0.25)
    risks = np.array([fitted_risk(n, p, 1.0, 0.25, rng) for _ in range(600)])
    for q in (0.1, 0.5, 0.9):
        below = np.mean(risks < law.quantile(q))
        assert abs(below - q) < 4 * np.sqrt(q * (1 - q) / 600)


def test_its_quantiles_are_those_of_its_parts_where_there_is_one_part():
    q = np.array([1e-5, 0.3, 0.5, 0.999])
    below = [RiskLaw(40, 20, 1.0, 0.25).quantile(x) for x in q]
    np.testing.assert_allclose(below, 0.25 * 20 / 21 * f.ppf(q, 20, 21), rtol=1e-8)
    unseen = [RiskLaw(40, 90, 2.0, 0.0, floor=0.5).quantile(x) for x in q[1:3]]
    np.testing.assert_allclose(unseen, 0.5 + 2 * beta.ppf(q[1:3], 25, 20), rtol=1e-9)
    nearly = [RiskLaw(40, 90, 2.0, 1e-9).quantile(x) for x in q]
    np.testing.assert_allclose(nearly, 2 * beta.ppf(q, 25, 20), rtol=5e-3)


def test_the_mean_of_the_law_is_the_exact_formula():
    middle = (np.arange(400) + 0.5) / 400
    mean = np.mean([RiskLaw(40, 60, 1.0, 0.25).quantile(q) for q in middle])
    assert mean == pytest.approx(1 - 40 / 60 + 0.25 * 40 / 19, rel=5e-3)


@pytest.mark.parametrize("degrees", [MIN_DEGREES, 10, 39, 360])
def test_what_is_taken_off_has_no_mean_and_the_rest_the_variance_that_is_told(degrees):
    def mean(power, shift=0.0):
        def value(x):
            less = inverse_with_less_chance(np.array([[x]]), np.array([degrees]))[0, 0]
            return (less - shift) ** power * chi2.pdf(x, degrees)

        places = chi2.ppf([1e-3, 0.1, 0.5, 0.9, 0.999], degrees)
        ends = [0, *places, 20 * degrees]
        return sum(quad(value, a, b, limit=200)[0] for a, b in pairwise(ends))

    assert mean(1) == pytest.approx(1 / (degrees - 2), rel=1e-6)
    told = float(variance_left(np.array([degrees]))[0])
    assert mean(2, 1 / (degrees - 2)) == pytest.approx(told, rel=0.02 if degrees == MIN_DEGREES else 1e-3)
    assert told < 0.5 * 2 / ((degrees - 2) ** 2 * (degrees - 4))


def test_below_the_least_degrees_there_is_nothing():
    assert np.isnan(inverse_with_less_chance(np.ones((1, 2)), np.array([1, 4]))).all()


def test_what_is_known_of_a_fit_is_chi_square():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(500):
        x, error = rng.standard_normal((20, 12)), rng.standard_normal(20)
        off = np.linalg.lstsq(x, error, rcond=None)[0]
        followed = np.linalg.qr(x)[0].T @ error
        found.append(followed @ followed / (off @ off))
    assert kstest(found, chi2(9).cdf).pvalue > 1e-3
