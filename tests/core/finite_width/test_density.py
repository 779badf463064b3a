"""The exact density against closed forms and samples, and the two orders against it."""

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import kstest

from core.finite_width import EDGES, negative_from, regimes
from core.finite_width.density import Density, log_density, output_density, output_distribution
from core.finite_width.draws import sample_variances
from core.finite_width.edgeworth import distances, edgeworth, edgeworth_bins, exact_bins, ratio, remainder
from core.finite_width.law import layer_law

LINEAR, RELU, LEAKY = layer_law("linear"), layer_law("relu"), layer_law("leaky", 0.1)


@pytest.mark.parametrize("width", [16, 64, 256])
def test_claim_7_e_s_squared_of_one_linear_layer(width):
    found = log_density(LINEAR, (width,))
    assert (np.exp(2 * found.x) * found.density[0]).sum() * found.step == pytest.approx(1 + 2 / width, abs=1e-6)


@pytest.mark.parametrize(("law", "widths"), [(LINEAR, (16,) * 8), (RELU, (64,) * 16), (LEAKY, (8, 32, 8))])
def test_the_density_is_one_and_has_the_mean_and_variance_of_its_layers(law, widths):
    from core.finite_width.law import logs

    found = log_density(law, widths, tuple(range(1, len(widths) + 1)))
    np.testing.assert_allclose(found.density.sum(axis=1) * found.step, 1, atol=1e-9)
    mean = (found.density * found.x).sum(axis=1) * found.step
    spread = (found.density * found.x**2).sum(axis=1) * found.step - mean**2
    own = np.array([logs(law, width).cumulants[:2] for width in widths])
    np.testing.assert_allclose(mean, np.cumsum(own[:, 0]), atol=1e-6)
    np.testing.assert_allclose(spread, np.cumsum(own[:, 1]), rtol=1e-6)


def test_one_linear_layer_has_the_density_of_log_chi_square():
    n, found = 10, log_density(LINEAR, (10,))
    exact = np.exp(n / 2 * (found.x + np.log(n)) - n * np.exp(found.x) / 2 - n / 2 * np.log(2) - gammaln(n / 2))
    np.testing.assert_allclose(found.density[0], exact, atol=1e-9 * exact.max())


def test_the_output_s_density_is_the_slope_of_its_distribution():
    found = log_density(RELU, (16,) * 4)
    z = np.array([-2.0, -0.3, 0.5, 1.7])
    slope = (output_distribution(found, z + 1e-4) - output_distribution(found, z - 1e-4)) / 2e-4
    np.testing.assert_allclose(output_density(found, z), slope, rtol=1e-5)
    assert output_distribution(found, np.array([40.0]))[0, 0] == pytest.approx(1, abs=1e-9)
    edge = output_distribution(found, np.array([-1e-12, 0.0]))[0]
    assert edge[1] - edge[0] == pytest.approx(1 - (1 - 2.0**-16) ** 4, rel=1e-3), "the dead ones stand at 0"


@pytest.mark.parametrize("law", [LINEAR, RELU])
def test_claim_8_drawn_outputs_have_the_exact_law_and_not_the_gaussian(law):
    variance = sample_variances(law, (16,) * 8, 8000, 0)[:, -1]
    z = np.sqrt(variance) * np.random.default_rng(1).standard_normal(8000)
    t = np.linspace(-15, 15, 4001)
    below = output_distribution(log_density(law, (16,) * 8), t)[0]
    off = kstest(z, lambda at: np.interp(at, t, below)).statistic
    assert off < 1.95 / np.sqrt(8000), "one in a thousand"
    away = kstest(z, "norm").statistic
    assert away == pytest.approx({2.0: 0.062, 5.0: 0.138}[law.c], abs=0.015)


@pytest.mark.parametrize(
    ("law", "limit", "off"), [(LINEAR, (0.3996, 0.3978, 0.3962, 0.3956), 0.003), (RELU, (3.24, 2.98, 2.92, 2.89), 0.01)]
)
def test_claim_9_what_order_1_leaves_out_falls_as_one_over_n_squared(law, limit, off):
    z = np.linspace(-5, 5, 1000)  # 0 is not among them
    for width, expected in zip((32, 64, 128, 256), limit, strict=True):
        left = output_density(log_density(law, (width,)), z)[0] - edgeworth(z, law, (width,))[1]
        assert np.abs(left).max() * width**2 == pytest.approx(expected, rel=off)


@pytest.mark.parametrize(("law", "at", "lowest"), [(LINEAR, 2 / 3, -0.050), (RELU, 4 / 15, -0.313)])
def test_claim_10_order_1_turns_negative(law, at, lowest):
    assert negative_from(law) == pytest.approx(at)
    z = np.linspace(-4, 4, 8001)
    assert edgeworth(z, law, (64,) * 64)[1].min() == pytest.approx(lowest, abs=1e-3)
    assert z[edgeworth(z, law, (64,) * 64)[1].argmin()] ** 2 == pytest.approx(3, abs=0.9)
    assert edgeworth(z, law, (64,) * 16)[1].min() >= 0, "r = 1/4"
    for more, sign in ((-1, 1), (1, -1)):
        value = edgeworth(np.array([np.sqrt(3)]), law, (120,) * (round(at * 120) + more))
        assert np.sign(value[1, 0]) == sign


def test_the_bins_of_both_orders_are_integrals():
    edges = np.array([-1.0, 0.2, 3.0])
    z = np.linspace(-1, 3, 400_001)
    both = edgeworth(z, RELU, (64,) * 8)
    found = edgeworth_bins(RELU.c / 8, edges)
    for row, values in zip(found, both, strict=True):
        for low, high, share in zip(edges, edges[1:], row, strict=False):
            inside = (z >= low) & (z <= high)
            assert share == pytest.approx(np.trapezoid(values[inside], z[inside]), abs=1e-5)
    assert ratio((64,) * 8) == 1 / 8


def test_bins_and_sample_agree():
    variance = sample_variances(RELU, (32,) * 8, 20_000, 4)[:, -1]
    z = np.sqrt(variance) * np.random.default_rng(5).standard_normal(20_000)
    counted = np.histogram(z, EDGES)[0] / 20_000
    exact = exact_bins(log_density(RELU, (32,) * 8), EDGES)[0]
    error = np.sqrt(exact * (1 - exact) / 20_000)
    assert (np.abs(counted - exact) < 4.5 * error).all()


@pytest.mark.parametrize("law", [LINEAR, RELU, LEAKY])
def test_what_order_1_leaves_out_is_at_most_the_leading_term(law):
    """And near it where r is small: so it is the right one."""
    for width, depth in ((64, 1), (64, 4), (16, 2), (4, 1), (512, 32)):
        widths = (width,) * depth
        left = distances(log_density(law, widths), np.array([law.c * ratio(widths)]))[0, 1]
        assert left < remainder(law, widths)
    left = distances(log_density(law, (256,)), np.array([law.c / 256]))[0, 1]
    assert left == pytest.approx(remainder(law, (256,)), rel=0.03)


@pytest.mark.parametrize(("activation", "crossing"), [("linear", 1.2), ("relu", 0.48)])
def test_from_where_the_correction_makes_it_worse(activation, crossing):
    found = regimes(activation, width=64)
    assert found.crossing == pytest.approx(crossing, rel=0.02)
    small = found.ratio < found.negative / 2
    assert (found.distance[small, 1] < found.distance[small, 0]).all()
    assert regimes(activation, width=512).crossing == np.inf


def test_a_quantile_is_that_of_the_sample_and_of_the_dead():
    variance = sample_variances(RELU, (8,) * 16, 20_000, 6)[:, -1]
    found = log_density(RELU, (8,) * 16)
    for share in (0.2, 0.5, 0.8):
        place, height = found.quantile(share)
        error = np.sqrt(share * (1 - share) / 20_000) / height
        assert abs(np.log(np.quantile(variance, share)) - place) < 4 * error
    assert log_density(RELU, (2,) * 16).quantile(0.5)[0] == -np.inf
    assert isinstance(found, Density) and found.layers == (16,)


def test_a_layer_that_is_not_there():
    with pytest.raises(ValueError, match="layers must be from 1 to 3"):
        log_density(LINEAR, (4, 4, 4), (4,))
