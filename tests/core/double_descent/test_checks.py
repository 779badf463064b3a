from dataclasses import replace

import numpy as np
import pytest

from core.data.datasets import digits
from core.double_descent import sizes_across
from core.double_descent.checks import ASSUMPTION_IDS, CHECK_IDS, allowed_errors, checks
from core.double_descent.epochwise import epochwise_run
from core.double_descent.gaussian_sweeps import linear_sweep, sample_sweep, weak_features_sweep
from core.double_descent.legendre import legendre_sweep
from core.double_descent.random_features import random_features_sweep

LOG_TIMES = np.unique(np.round(np.geomspace(1, 1e6, 100)).astype(int))


def verdicts(curve):
    found = checks(curve)
    assert {check.id for check in found} <= set(CHECK_IDS)
    assert {check.broken_assumption for check in found} <= {None, *ASSUMPTION_IDS}
    return {check.id: check.broken_assumption or check.verdict for check in found}


@pytest.fixture(scope="module")
def linear():
    return linear_sweep(50, sizes_across(50, 500, 30), best_ridge=True)


def test_linear(linear):
    assert verdicts(linear) == {
        "exact_variance": "holds",
        "peak_at_threshold": "holds",
        "optimal_ridge_monotone": "holds",
        "exact_bias": "holds",
        "median_risk": "holds",
        "second_descent": "each_size_its_own_model",
    }


def test_samples():
    assert verdicts(sample_sweep(sizes_across(100, 600, 30), 100, best_ridge=True)) == {
        "exact_variance": "holds",
        "peak_at_threshold": "holds",
        "optimal_ridge_monotone": "holds",
        "exact_bias": "holds",
        "median_risk": "holds",
        "sample_rise": "holds",
    }


def test_weak_features():
    found = verdicts(weak_features_sweep(40, 100, np.arange(2, 101, 2), best_ridge=True))
    assert set(found.values()) == {"holds"} and {"second_descent", "median_risk", "exact_variance"} <= set(found)
    loud = verdicts(weak_features_sweep(40, 100, np.arange(2, 101, 2), noise=2.0))
    assert loud["second_descent"] == "single_descent"
    assert "median_risk" not in verdicts(weak_features_sweep(40, 100, np.arange(2, 91, 2)))


def test_digits():
    split = digits(100)
    sides = (split.x, split.y, split.x_test[:500], split.y_test[:500])
    found = verdicts(random_features_sweep(*sides, sizes_across(100, 1500, 30), best_ridge=True))
    assert found.pop("optimal_ridge_monotone") == "not_gaussian"
    assert set(found.values()) == {"holds"} and len(found) == 4
    few = verdicts(random_features_sweep(*sides, sizes_across(100, 300, 20)))
    assert few["kernel_limit_norm"] == few["kernel_limit_risk"] == "too_few_features"


def test_legendre():
    plain = verdicts(legendre_sweep(sizes_across(20, 1000)))
    orthonormal = verdicts(legendre_sweep(sizes_across(20, 1000), scaling="orthonormal"))
    assert plain == {"peak_at_threshold": "holds", "second_descent": "fails"}
    assert verdicts(legendre_sweep(sizes_across(10, 500), n=10))["peak_at_threshold"] == "little_noise"
    assert orthonormal == plain | {"spike_limit": "holds"}


def test_epochs():
    assert set(verdicts(epochwise_run(LOG_TIMES)).values()) == {"holds"}
    assert verdicts(epochwise_run(LOG_TIMES, design="gaussian"))["epochwise_risk"] == "random_design"
    one_group = epochwise_run(LOG_TIMES, np.full(10, 0.5), np.full(10, 1.0))
    assert verdicts(one_group)["epochwise_peak_time"] == "single_descent"


def test_broken_assumptions_are_named():
    sizes = sizes_across(50, 500, 30)
    assert verdicts(linear_sweep(50, sizes, penalty=0.1))["peak_at_threshold"] == "ridge_on"
    assert verdicts(linear_sweep(50, sizes, penalty=0.1))["ridge_risk"] == "holds"
    assert verdicts(linear_sweep(50, sizes, noise=0.0))["peak_at_threshold"] == "little_noise"
    few = verdicts(linear_sweep(50, sizes, repetitions=4, best_ridge=True))
    assert [few.pop(name) for name in ("median_risk", "second_descent")] == ["holds", "each_size_its_own_model"]
    assert set(few.values()) == {"few_repetitions"}
    assert verdicts(linear_sweep(50, [48, 52]))["exact_variance"] == "too_few_sizes"
    assert verdicts(linear_sweep(50, sizes, noise=0.0))["exact_variance"] == "too_few_sizes"
    assert verdicts(linear_sweep(50, [10, 400]))["peak_at_threshold"] == "too_few_sizes"
    assert verdicts(sample_sweep([10, 30, 100], 50, noise=0.0))["sample_rise"] == "little_noise"
    assert verdicts(sample_sweep([30, 100], 50, penalty=1.0))["sample_rise"] == "ridge_on"


def test_a_ridge_that_leaves_the_peak_fails(linear):
    assert verdicts(replace(linear, best_ridge=linear.test))["optimal_ridge_monotone"] == "fails"


def test_a_peak_elsewhere_fails(linear):
    elsewhere = replace(linear, threshold=int(linear.sizes[-10]), theory=linear.mean())
    assert verdicts(elsewhere)["peak_at_threshold"] == "fails"


def test_one_mean_of_many_values_may_be_off_by_four_standard_errors():
    assert allowed_errors(10**6) == pytest.approx(4, abs=1e-3)
    assert allowed_errors(40, 50) > allowed_errors(40) > 4
    assert np.isnan(allowed_errors(1))


def test_sizes_across_hold_the_threshold():
    sizes = sizes_across(300, 3000)
    assert 300 in sizes and sizes[0] == 15 and sizes[-1] == 3000 and len(sizes) == 60
    with pytest.raises(ValueError, match="largest must be a whole number from 300"):
        sizes_across(300, 200)
