"""Dropout's noise and its averages: what torch.nn.Dropout does, and what the formulas of the page say of it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dropout.averages import MOST_UNITS, RATES, averages, log_softmax, softmax_network, test_time_predictions
from core.dropout.checks import test_time_checks
from core.dropout.linear_study import COPIES
from core.dropout.logistic import exact_penalty, logistic_penalty, quadratic_penalty
from core.dropout.masked_network import masked_network
from core.dropout.noise import NOISES, apply_dropout, noisy_copies, strength, unit
from tests.sampling import examples

NOT_PROBABILITIES = st.one_of(
    st.floats(max_value=0, exclude_max=True), st.floats(min_value=1, exclude_min=True), st.just(float("nan"))
)


# apply_dropout


def test_a_million_draws_have_the_predicted_mean_variance_and_zeros():
    count, x, p = 1_000_000, 2.0, 0.3
    noisy = apply_dropout(np.full(count, x), p, seed=0)
    variance = x**2 * p / (1 - p)
    assert abs(noisy.mean() - x) < 5 * np.sqrt(variance / count)
    fourth = np.mean((noisy - noisy.mean()) ** 4)
    assert abs(noisy.var() - variance) < 5 * np.sqrt((fourth - variance**2) / count)
    assert abs(np.mean(noisy == 0) - p) < 5 * np.sqrt(p * (1 - p) / count)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_it_has_the_law_of_torchs_dropout(p):
    x = np.linspace(-3, 3, 200_000).reshape(400, 500)
    torch.manual_seed(0)
    theirs = torch.nn.Dropout(p).train()(torch.tensor(x)).numpy()
    ours = apply_dropout(x, p, seed=1)
    for noisy in (ours, theirs):
        kept = noisy != 0
        np.testing.assert_allclose(noisy[kept], x[kept] / max(1 - p, 1e-300), rtol=1e-12)
        assert abs(np.mean(kept) - (1 - p)) <= 5 * np.sqrt(p * (1 - p) / x.size)
    if p in (0.0, 1.0):
        np.testing.assert_array_equal(ours, theirs)


def test_dropping_nothing_is_the_identity_and_dropping_all_is_zero():
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    np.testing.assert_array_equal(apply_dropout(x, 0.0, seed=3), x)
    np.testing.assert_array_equal(apply_dropout(x, 1.0, seed=3), np.zeros(x.shape))
    assert apply_dropout(np.zeros((0, 2)), 0.5, seed=0).shape == (0, 2)


def test_the_seed_decides():
    x = np.ones(64)
    np.testing.assert_array_equal(apply_dropout(x, 0.5, seed=1), apply_dropout(x, 0.5, seed=1))
    assert not np.array_equal(apply_dropout(x, 0.5, seed=1), apply_dropout(x, 0.5, seed=2))


@settings(deadline=None)
@given(NOT_PROBABILITIES)
def test_what_is_no_probability_is_refused(p):
    for refuse in (lambda: apply_dropout(np.ones(2), p, 0), lambda: strength(p), lambda: averages(NETWORK, p)):
        with pytest.raises(ValueError, match="p must be a finite number from 0 to 1"):
            refuse()


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_every_noise_leaves_the_mean_and_has_its_variance(noise, p):
    x, count = np.array([[1.5, -0.4], [0.0, 3.0]]), 200_000
    copies = noisy_copies(x, NOISES[noise](np.random.default_rng(0), (count, 2, 2)), p, noise)
    variance = strength(p) * unit(x, noise) ** 2
    error = np.sqrt(variance / count)
    assert np.all(np.abs(copies.mean(axis=0) - x) <= 5 * error)
    fourth = np.mean((copies - copies.mean(axis=0)) ** 4, axis=0)
    off = np.abs(copies.var(axis=0) - variance)
    assert np.all(off <= 5 * np.sqrt(np.maximum(fourth - copies.var(axis=0) ** 2, 0) / count) + 1e-12)
    apart = [np.corrcoef(copies[:, 0, 0], copies[:, 0, 1])[0, 1], np.corrcoef(copies[:, 0, 0], copies[:, 1, 1])[0, 1]]
    together = -1.0 if noise == "rows" else 0.0  # the two entries have opposite signs
    assert apart == pytest.approx([together, 0.0], abs=0.015)


# Averages at test time

NETWORK = softmax_network(8, seed=2)


@settings(deadline=None, max_examples=examples(30))
@given(st.integers(1, 8), st.floats(0, 0.95), st.floats(0, 5), st.integers(0, 10**6))
def test_with_one_dropped_layer_the_geometric_mean_is_the_scaled_network(units, p, size, seed):
    found = averages(softmax_network(units, size=size, seed=seed), p)
    np.testing.assert_allclose(found.geometric, found.scaled, atol=1e-12)
    for probabilities in (found.scaled, found.geometric, found.arithmetic):
        assert probabilities.sum() == pytest.approx(1, abs=1e-12)


def test_the_arithmetic_mean_is_another_number():
    found = averages(NETWORK, 0.5)
    assert np.abs(found.arithmetic - found.scaled).max() > 0.05


def test_with_two_dropped_layers_all_three_differ():
    found = averages(softmax_network(6, depth=2, seed=0), 0.5)
    pairs = ((found.scaled, found.geometric), (found.geometric, found.arithmetic), (found.scaled, found.arithmetic))
    assert all(np.abs(a - b).max() > 5e-3 for a, b in pairs)


@pytest.mark.parametrize(("depth", "units"), [(1, 6), (2, 4)])
def test_the_averages_are_those_of_networks_that_torch_has_masked(depth, units):
    """Independent of the enumeration: many draws of torch.nn.Dropout in a module with the same weights."""
    p, draws = 0.4, 200_000
    network = softmax_network(units, depth=depth, seed=3)
    torch.manual_seed(0)
    drop, a = torch.nn.Dropout(p).train(), torch.tensor(network.h).expand(draws, units)
    a = drop(a)
    if network.inner is not None:
        a = drop(torch.relu(a @ torch.tensor(network.inner)))
    z = a @ torch.tensor(network.v) + torch.tensor(network.b)
    found, logs = averages(network, p), torch.log_softmax(z, dim=1)
    for predicted, drawn in ((found.arithmetic, logs.exp()), (None, logs)):
        mean, error = drawn.mean(0).numpy(), drawn.std(0).numpy() / np.sqrt(draws)
        if predicted is None:
            np.testing.assert_allclose(np.exp(log_softmax(mean)), found.geometric, atol=8 * float(error.max()))
        else:
            assert np.all(np.abs(mean - predicted) < 5 * error)


def test_dropping_nothing_leaves_one_network_and_dropping_all_leaves_the_bias():
    none, every = averages(NETWORK, 0.0), averages(NETWORK, 1.0)
    np.testing.assert_allclose(none.arithmetic, none.scaled, atol=1e-14)
    bias = np.exp(log_softmax(NETWORK.b))
    for mean in (every.arithmetic, every.geometric):
        np.testing.assert_allclose(mean, bias, atol=1e-12)
    assert "geometric" not in held(test_time_checks(test_time_predictions(8, p=1.0)))


@pytest.mark.parametrize("p", [0.0, 0.05, 0.5, 0.95])
@pytest.mark.parametrize(("units", "depth"), [(1, 1), (10, 1), (MOST_UNITS[1], 1), (1, 2), (MOST_UNITS[2], 2)])
def test_what_the_theorem_says_of_test_time_holds(units, depth, p):
    found = test_time_predictions(units, p=p, depth=depth)
    expected = {"monte_carlo"} | ({"geometric"} if depth == 1 else set())
    assert held(test_time_checks(found)) == expected
    assert len(found.along) == len(RATES) and np.isfinite(found.sampled.mean).all()


def held(checks):
    assert not any(check.verdict == "fails" for check in checks)
    return {check.id for check in checks if check.verdict == "holds"}


def test_monte_carlo_errs_by_its_standard_error():
    """Over many seeds of the masks: the squared error is the squared standard error, on average."""
    ratio = []
    for seed in range(60):
        found = test_time_predictions(5, p=0.5, size=1.0, seed=seed)
        ratio.append((found.sampled.mean[-1] - found.here.arithmetic) ** 2 / found.sampled.standard_error[-1] ** 2)
    assert np.mean(ratio) == pytest.approx(1, abs=0.35)


def test_sizes_that_cannot_be_enumerated_are_refused():
    for units, depth in ((0, 1), (MOST_UNITS[1] + 1, 1), (MOST_UNITS[2] + 1, 2), (3, 3)):
        with pytest.raises(ValueError, match="must be a whole number"):
            softmax_network(units, depth=depth)


# Logistic regression


def test_the_quadratic_penalty_is_right_for_small_weights_and_not_for_much_noise():
    rng = np.random.default_rng(1)
    x, direction = rng.standard_normal((40, 8)), rng.standard_normal(8) / np.sqrt(8)
    for p, size, off in ((0.3, 0.2, 0.05), (0.9, 3.0, None)):
        exact, quadratic = (penalty(x, size * direction, p) for penalty in (exact_penalty, quadratic_penalty))
        assert abs(quadratic / exact - 1) < off if off else quadratic > 1.5 * exact


def test_the_quadratic_penalty_is_the_second_derivative():
    """R(εβ)/ε² from below, with A″(0) = 1/4 at ε → 0."""
    rng = np.random.default_rng(2)
    x, beta, p = rng.standard_normal((10, 6)), rng.standard_normal(6), 0.4
    limit = 0.5 * strength(p) * 0.25 * np.sum(x**2 @ beta**2)
    assert exact_penalty(x, 1e-3 * beta, p) / 1e-6 == pytest.approx(limit, rel=1e-4)
    assert quadratic_penalty(x, 1e-3 * beta, p) / 1e-6 == pytest.approx(limit, rel=1e-4)


def test_the_exact_penalty_is_a_mean_over_torchs_masks():
    rng = np.random.default_rng(3)
    x, beta, p, draws = rng.standard_normal((5, 4)), rng.standard_normal(4), 0.3, 100_000
    torch.manual_seed(0)
    noisy = torch.nn.Dropout(p).train()(torch.tensor(x).expand(draws, 5, 4)) @ torch.tensor(beta)
    each = torch.nn.functional.softplus(noisy).sum(dim=1).numpy() - np.logaddexp(0, x @ beta).sum()
    assert abs(each.mean() - exact_penalty(x, beta, p)) < 5 * each.std() / np.sqrt(draws)


@pytest.mark.parametrize("p", [0.0, 0.5, 0.95])
def test_the_penalties_are_finite_and_not_negative(p):
    found = logistic_penalty(p)
    assert np.isfinite(found.exact).all() and (found.exact >= -1e-9).all() and (found.quadratic >= 0).all()


# The network under masks


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 0.9])
def test_the_running_mean_of_a_unit_goes_to_its_activation(p):
    ratios = []
    for seed in range(40):
        found = masked_network(p, seed=seed)
        off = np.abs(found.mean - found.x)
        assert np.all(off[-1] <= 5 * found.standard_error[-1] + 1e-12)
        ratios.append(off[-1] ** 2 / np.maximum(found.standard_error[-1] ** 2, 1e-30))
    if p:
        assert np.mean(ratios) == pytest.approx(1, abs=0.45)
    assert found.mean.shape == (len(COPIES), len(found.x))


def test_with_p_one_every_hidden_unit_is_off():
    found = masked_network(1.0)
    assert not found.kept[1].any() and not found.mean.any() and found.kept[0].all() and found.kept[-1].all()
