"""One layer's factor: its constants, its moments, its logarithm; and networks drawn by it, beside real matrices."""

import numpy as np
import pytest
from scipy.special import polygamma
from scipy.stats import binom, chi2, kstest

from core.finite_width import widths_typed
from core.finite_width.density import log_density, output_distribution
from core.finite_width.draws import _on, sample_variances
from core.finite_width.law import ACTIVATIONS, layer_law, logs
from tests.sampling import WHOLE

LINEAR, RELU, LEAKY = layer_law("linear"), layer_law("relu"), layer_law("leaky", 0.1)
MANY = 40_000 if WHOLE else 8000


def within(sample, expected, errors=4.0):
    """The mean of the sample is that many of its standard errors from what is expected, or nearer."""
    assert abs(np.mean(sample) - expected) < errors * np.std(sample) / np.sqrt(len(sample)), np.mean(sample)


def test_c_is_2_5_and_between():
    assert (LINEAR.c, RELU.c) == (2.0, 5.0)
    assert layer_law("leaky", 1.0).c == pytest.approx(2) and 2 < LEAKY.c < 5
    assert LEAKY.c == pytest.approx(3 * (1 + 0.1**4) / 2 / ((1 + 0.01) / 2) ** 2 - 1)


@pytest.mark.parametrize("law", [LINEAR, RELU, LEAKY])
@pytest.mark.parametrize("width", [4, 64])
def test_the_moments_of_a_factor(law, width):
    """To the sixth: of χ²_n/n they are a product; of the others a mixture's, taken from its own parts."""
    moments = law.moments(width)
    assert moments[1] == pytest.approx(1) and moments[2] == pytest.approx(1 + law.c / width, rel=1e-12)
    parts = logs(law, width)
    alive = 1 - law.dead(width)
    for k in range(1, 7):
        rising = np.prod([parts.freedom + 2 * j for j in range(k)], axis=0)  # E (χ²_m)ᵏ
        assert moments[k] == pytest.approx(alive * parts.share @ (rising * np.exp(k * parts.shift)), rel=1e-9)


@pytest.mark.parametrize("width", [2, 16, 512])
def test_the_log_of_a_factor_by_polygamma(width):
    mean, variance, fourth = logs(LINEAR, width).cumulants
    assert mean == pytest.approx(float(polygamma(0, width / 2)) - np.log(width / 2), rel=1e-9)
    assert (variance, fourth) == pytest.approx((float(polygamma(1, width / 2)), float(polygamma(3, width / 2))))
    on = np.arange(1, width + 1)
    share = binom.pmf(on, width, 0.5) / (1 - 2.0**-width)
    means = polygamma(0, on / 2) + np.log(4 / width)
    mean, variance, _ = logs(RELU, width).cumulants
    assert mean == pytest.approx(share @ means, abs=1e-12)
    assert variance == pytest.approx(share @ (polygamma(1, on / 2) + (means - share @ means) ** 2))


def test_claim_5_relu_of_64_layers():
    mean, variance, _ = np.array(logs(RELU, 64).cumulants) * 64
    assert (mean, variance) == pytest.approx((-2.5670, 5.3118), abs=1e-4)


def test_a_leaky_network_without_a_leak_is_linear_and_its_angles_are_a_law():
    almost = layer_law("leaky", 0.999999)
    assert logs(almost, 32).cumulants == pytest.approx(logs(LINEAR, 32).cumulants, rel=1e-4)
    for width in (2, 8, 512):
        assert logs(LEAKY, width).share.sum() == pytest.approx(1, abs=1e-9)
    nearly = layer_law("leaky", 0.01)
    assert logs(nearly, 32).cumulants[:2] == pytest.approx(logs(RELU, 32).cumulants[:2], rel=5e-3)


@pytest.mark.parametrize("law", [LINEAR, RELU, LEAKY])
def test_the_waves_are_those_of_the_sample(law):
    s = np.array([0.0, 0.5, 2.0])
    sample = np.log(sample_variances(law, (16,), MANY, 0)[:, 0])
    expected = logs(law, 16).waves(s)
    assert expected[0] == pytest.approx(1)
    for frequency, value in zip(s[1:], expected[1:], strict=True):
        turned = np.exp(1j * frequency * sample)
        within(turned.real, value.real)
        within(turned.imag, value.imag)


@pytest.mark.parametrize(("width", "depth", "moment"), [(64, 8, 1.2791), (128, 32, 1.6424)])
def test_claim_1_the_fourth_moment_of_linear_networks(width, depth, moment):
    assert (1 + 2 / width) ** depth == pytest.approx(moment, abs=5e-5)
    within(sample_variances(LINEAR, (width,) * depth, MANY, 0)[:, -1] ** 2, moment)


@pytest.mark.parametrize(("width", "depth", "moment"), [(16, 1, 1.3125), (64, 8, 1.8254), (64, 16, 3.3320)])
def test_claim_2_the_fourth_moment_of_relu_networks(width, depth, moment):
    assert (1 + 5 / width) ** depth == pytest.approx(moment, abs=5e-5)
    within(sample_variances(RELU, (width,) * depth, MANY, 0)[:, -1] ** 2, moment)


@pytest.mark.parametrize(("depth", "mean", "variance"), [(16, -1.0208, 2.1302), (64, -4.0832, 8.5208)])
def test_claim_4_log_s_of_linear_networks(depth, mean, variance):
    sample = np.log(sample_variances(LINEAR, (16,) * depth, MANY, 0)[:, -1])
    within(sample, mean)
    within((sample - mean) ** 2, variance)


@pytest.mark.parametrize(("width", "depth", "share"), [(4, 8, 0.40328), (4, 16, 0.64393), (6, 32, 0.39586)])
def test_claim_6_dead_networks(width, depth, share):
    assert 1 - (1 - RELU.dead(width)) ** depth == pytest.approx(share, abs=5e-6)
    within((sample_variances(RELU, (width,) * depth, MANY, 0)[:, -1] == 0) * 1.0, share)
    assert (sample_variances(LEAKY, (width,) * depth, 1000, 0) > 0).all()


def multiplied(activation, widths, networks, seed):
    """Outputs of networks with real matrices, for one input of mean square 1."""
    rng = np.random.default_rng(seed)
    slope, gain = {"linear": (1.0, 1.0), "relu": (0.0, 2.0), "leaky": (0.1, 2 / 1.01)}[activation]
    x = np.tile(rng.standard_normal(8), (networks, 1))
    h, gained = x / np.sqrt(np.mean(x**2, axis=1, keepdims=True)), 1.0
    for width in (*widths, 1):
        w = rng.standard_normal((networks, width, h.shape[1])) * np.sqrt(gained / h.shape[1])
        z = np.matmul(w, h[:, :, None])[:, :, 0]
        h, gained = np.where(z > 0, z, slope * z), gain
    return z[:, 0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_claims_3_and_8_real_matrices_follow_the_exact_law(activation):
    """Kolmogorov and Smirnov, at one alarm in a thousand, against the density by Fourier; not against the Gaussian."""
    law, widths, count = layer_law(activation), (16,) * 6, 10_000 if WHOLE else 3000
    z = multiplied(activation, widths, count, 0)
    t = np.linspace(-12, 12, 4001)
    below = output_distribution(log_density(law, widths), t)[0]
    assert kstest(z, lambda at: np.interp(at, t, below)).pvalue > 1e-3
    assert kstest(z, "norm").pvalue < 1e-3
    within(z**2, 1.0)


def test_unequal_widths_multiply():
    widths = (32, 12, 64)
    sample = sample_variances(RELU, widths, MANY, 1)[:, -1] ** 2
    within(sample, np.prod([1 + 5 / n for n in widths]))
    z = multiplied("relu", widths, 3000, 2)
    t = np.linspace(-12, 12, 4001)
    below = output_distribution(log_density(RELU, widths), t)[0]
    assert kstest(z, lambda at: np.interp(at, t, below)).pvalue > 1e-3


@pytest.mark.parametrize("width", [5, 64, 100])
def test_the_ones_among_random_bits_are_binomial(width):
    on = _on(width, MANY, np.random.default_rng(0))
    assert 0 <= on.min() <= on.max() <= width
    within(on, width / 2)
    within((on - width / 2) ** 2, width / 4)


def test_one_layer_is_chi_square():
    sample = sample_variances(LINEAR, (12,), 3000, 3)[:, 0] * 12
    assert kstest(sample, chi2(12).cdf).pvalue > 1e-3


def test_widths_as_people_write_them():
    assert widths_typed(" 64, 4;64 8，2") == (64, 4, 64, 8, 2)
    for wrong in ("", "64, x", "1", "513", "3.5", "-4", "8 " * 129, "9" * 500, "²"):
        with pytest.raises(ValueError):
            widths_typed(wrong)
    with pytest.raises(ValueError, match="linear, relu, leaky"):
        layer_law("tanh")
    with pytest.raises(ValueError, match="networks"):
        sample_variances(LINEAR, (4,), 10**9, 0)
