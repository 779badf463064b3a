"""The real network against torch: autograd in double precision, and genuine half-precision products."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.progress import finish
from core.signal_propagation import FORMATS, Setup, by_name, checks, ensemble, probes, propagate
from core.signal_propagation.draws import biases, cotangent, matrices, source
from core.signal_propagation.network import root_mean_square
from core.signal_propagation.spread import spread
from core.signal_propagation.underflow import crossing

DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}
SMALL = Setup(depth=12, width=64)


def in_torch(setup, seed, dtype):
    """The same network in torch: gradients by place, by autograd where it is double precision."""
    n, scale = setup.width, setup.weight_std / np.sqrt(setup.width)
    weights = [torch.tensor(w * scale, dtype=torch.float64).to(dtype) for w in matrices(setup, seed)]
    offsets = [torch.tensor(b * setup.bias_std).to(dtype) for b in biases(setup, seed)]
    h = torch.tensor(source(setup, seed)).to(dtype).requires_grad_(dtype == torch.float64)
    layers, slopes = [h], []
    for weight, offset in zip(weights, offsets, strict=True):
        z = weight @ layers[-1] + offset
        layers.append(torch.tanh(z))
        slopes.append((1 - torch.tanh(z.to(torch.float64)) ** 2).to(dtype))
    u = torch.tensor(cotangent(setup, seed) * setup.scale).to(dtype)
    if dtype == torch.float64:
        return [u, *torch.autograd.grad((u * layers[-1]).sum(), layers[:-1][::-1])]
    found = [u]
    for weight, slope in zip(weights[::-1], slopes[::-1], strict=True):
        found.append(weight.T @ (slope * found[-1]))
    assert found[-1].shape == (n,)
    return found


def test_the_gradient_is_autograds():
    signal = propagate(replace(SMALL, format="fp64"), seed=3)
    for ours, theirs in zip(signal.gradient, in_torch(SMALL, 3, torch.float64), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-5, atol=1e-12)  # weights travel in single precision


@pytest.mark.parametrize("name", DTYPES)
def test_the_gradient_in_a_format_is_that_of_torchs_own_products(name):
    """They may sum in another order, and so round a few entries to the neighbouring number."""
    setup = replace(SMALL, format=name)
    signal = propagate(setup, seed=1)
    for ours, theirs in zip(signal.kept, in_torch(setup, 1, DTYPES[name]), strict=True):
        far = np.abs(ours - theirs.to(torch.float64).numpy()).max()
        assert far <= 40 * 2.0 ** -FORMATS[name].digits * np.abs(ours).max()


def test_half_precision_dies_where_torchs_does():
    """Claim 8: χ = ½ in genuine fp16, half of the entries, within a layer of ours; and both within a tenth of 48.9."""
    setup = Setup(activation="relu", weight_std=1.0, bias_std=0.3, depth=64, width=128)
    signal = propagate(setup, seed=0)
    n, g = setup.width, torch.tensor(cotangent(setup, 0)).to(torch.float16)
    masks = np.random.default_rng(1).random((64, n)) < 0.5
    zeros = [0.0]
    for matrix, mask in zip(matrices(setup, 0), masks, strict=True):
        weight = torch.tensor(matrix / np.sqrt(n)).to(torch.float16)
        g = weight.T @ (g * torch.tensor(mask).to(torch.float16))
        zeros.append(float((g == 0).double().mean()))
    assert signal.expected.half == pytest.approx(48.9, rel=0.01)
    for found in (crossing(np.array(zeros)), crossing(signal.zeros)):
        assert found == pytest.approx(48.9, rel=0.1)


def test_a_deeper_network_begins_with_the_shallower_one():
    short, long = (propagate(replace(SMALL, depth=depth), seed=5) for depth in (12, 19))
    np.testing.assert_array_equal(short.length, long.length[:12])
    assert not np.array_equal(short.gradient[1], propagate(SMALL, seed=6).gradient[1])


def test_the_input_has_the_length_asked_for_or_is_a_digit():
    assert propagate(replace(SMALL, length=7.0)).input_length == pytest.approx(7.0)
    digit = source(replace(SMALL, source="digit", width=96), 2)
    assert digit.shape == (96,) and digit[:32].tolist() == digit[64:].tolist()
    assert (
        set(np.unique(digit * 16)) <= set(range(17))
        and 0.05 < propagate(replace(SMALL, source="digit")).input_length < 0.5
    )


def test_lsuv_is_exact_on_the_way_up_and_explodes_on_the_way_down():
    """Claim 15."""
    signal = propagate(Setup(initialisation="lsuv", depth=30, width=128, format="fp64"), seed=0)
    np.testing.assert_allclose(signal.length, 1, atol=1e-12)
    assert (signal.rms[-1] / signal.rms[0]) ** (2 / 29) == pytest.approx(1.17781, rel=0.06)
    assert np.mean(signal.weight_std[1:] ** 2) == pytest.approx(2.53618, rel=0.05)


def test_a_scaled_loss_is_a_scaled_gradient():
    plain, scaled = (propagate(replace(SMALL, scale=scale, format="fp64"), seed=0) for scale in (1.0, 64.0))
    np.testing.assert_allclose(scaled.kept, 64 * plain.kept)
    np.testing.assert_array_equal(scaled.gradient, plain.gradient)
    assert propagate(replace(SMALL, scale=2.0**15)).overflowed and not plain.overflowed


def test_the_size_of_what_is_beyond_the_range_of_squares():
    rows = np.array([[3e200, 4e200], [3e-200, 4e-200], [0, 0], [np.inf, 1]])
    np.testing.assert_allclose(root_mean_square(rows), [5e200 / np.sqrt(2), 5e-200 / np.sqrt(2), 0, np.nan])


@pytest.mark.parametrize("more", [{}, {"activation": "relu", "weight_std": np.sqrt(2), "bias_std": 0.0},
                                  {"weight_std": 1.33, "bias_std": 0.22}])  # fmt: skip
def test_finite_networks_scatter_as_is_said(more):
    """The standard errors of the checks, against sixty networks: a variance of so many is known to 4 × 18 %."""
    setup = replace(Setup(depth=20, width=64, format="fp64"), **more)
    runs = [propagate(setup, seed=seed) for seed in range(60)]
    said = spread(setup, runs[0].theory)
    gradient = np.array([2 * np.log(run.rms[-1]) for run in runs])
    lengths = np.array([np.log(run.length).mean() for run in runs])
    assert gradient.var() == pytest.approx(said.gradient, rel=0.7)
    assert lengths.var() == pytest.approx(said.mean_length, rel=0.7)
    missed = gradient.mean() - runs[0].theory.log_square[-1]
    assert abs(missed + said.gradient / 2) < 4 * np.sqrt(said.gradient / 60) + 0.2 * said.gradient


def test_the_spread_of_relu_is_hanins_and_nicas():
    setup = Setup(activation="relu", weight_std=1.2, bias_std=0.0, depth=30, width=128)
    said = spread(setup, propagate(replace(setup, depth=30)).theory)
    assert said.gradient == pytest.approx(5 * 30 / 128)
    later = np.arange(30.0)  # layers above, to each of which the miss of h² (5/n) is passed on; q itself misses by 2/n
    assert said.mean_length == pytest.approx((2 + 2 * 2 * later + 5 * later**2).sum() / 30**2 / 128)
    assert said.gradient_after(15.0, 30) == pytest.approx(said.gradient / 2) and said.gradient_after(0.1, 30) > 0


def test_many_small_networks():
    """Claims 4 and 5: a random gradient keeps its mean, a gradient of ones gets about ½ more per layer."""
    found = ensemble(width=8, depth=6, seed=1)
    assert abs(found.random - 1) < 4 * found.random_error
    assert found.ones == pytest.approx(2.78, abs=4 * found.ones_error) and found.ones > 1 + 5 * found.ones_error
    assert found.predicted[-1] == pytest.approx(17.41, abs=0.01)
    assert 0.9 < found.alive <= 1 and len(found.spread) == 7 and found.spread[0] == 0
    with pytest.raises(ValueError, match="width"):
        ensemble(width=33)


def test_initialisations_side_by_side():
    """Claim 7: the real networks' factors, four standard errors."""
    found = {one.name: one for one in by_name(Setup(activation="relu", width=128))}
    assert list(found) == ["he", "xavier", "torch", "small", "lsuv"]
    assert found["torch"].check.predicted == pytest.approx(np.sqrt(1 / 6))
    assert {one.check.verdict for one in found.values()} == {"holds"}
    assert found["he"].check.id == "factor_he" and found["he"].signal.setup.format == "fp64"
    assert found["lsuv"].weight_std == found["lsuv"].signal.weight_std[-1]


def test_this_machine_is_asked():
    told = finish(probes())
    assert [(one.format, one.size) for one in told] == [(f, n) for f in ("fp16", "bf16", "fp32") for n in (16, 64, 256)]


def test_the_digit_and_the_ones_go_through_the_checks():
    assert [check.verdict for check in checks(propagate(replace(SMALL, source="digit")))][:2] == ["holds", "holds"]
