"""Gaussian means, recursions and the critical curve against closed forms, and the rounding against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.signal_propagation import ACTIVATIONS, FORMATS, Setup, chi, named, pair, phase_map, widest
from core.signal_propagation.activations import activation_named
from core.signal_propagation.correlation import coefficients, correlation_map
from core.signal_propagation.formats import format_named, rounded
from core.signal_propagation.means import moments, slope_mean, square_mean
from core.signal_propagation.phases import critical_line
from core.signal_propagation.recursion import length_map, recursion, resting
from tests.sampling import examples

DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32, "fp64": torch.float64}
LENGTHS = np.array([0.1, 1.0, 4.0, 20.0, 100.0])


def test_the_means_of_erf_are_the_closed_forms():
    """Claim 1: to rounding, also at q = 20, where 101 points of Gauss and Hermite miss by 6e-3."""
    exact = 2 / np.pi * np.arcsin(2 * LENGTHS / (1 + 2 * LENGTHS))
    np.testing.assert_allclose(square_mean("erf", LENGTHS), exact, rtol=1e-13)
    np.testing.assert_allclose(slope_mean("erf", LENGTHS), 4 / np.pi / np.sqrt(1 + 4 * LENGTHS), rtol=1e-13)
    z, weight = np.polynomial.hermite_e.hermegauss(101)
    hermite = (activation_named("erf").value(np.sqrt(20) * z) ** 2 @ weight) / weight.sum()
    assert abs(hermite - exact[3]) > 3e-3


def test_the_means_of_relu_are_exact_by_symmetry():
    seen, q = moments("relu", LENGTHS), LENGTHS
    expected = (q / 2, 3 * q**2 / 2, 3 * q / 2, 0.5 + 0 * q, 0.5 + 0 * q, 0.5 + 0 * q, q / 2)
    for found, value in zip(vars(seen).values(), expected, strict=True):
        np.testing.assert_allclose(found, value, rtol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_are_torchs(name):
    theirs = {"gelu": torch.nn.functional.gelu, "erf": torch.erf, "relu": torch.relu, "tanh": torch.tanh}
    z = torch.linspace(-5, 5, 41, dtype=torch.float64, requires_grad=True)
    value = theirs.get(name, torch.sigmoid)(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    np.testing.assert_allclose(ACTIVATIONS[name].value(z.detach().numpy()), value.detach(), atol=1e-14)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(z.detach().numpy()), slope, atol=1e-14)


def test_the_critical_curve_of_tanh():
    line = critical_line("tanh", np.array([0.1, 0.5, 1.0, 2.0]))
    np.testing.assert_allclose(line.weight_std**2, [1.17757, 1.68798, 2.15330, 2.86116], atol=5e-6)
    np.testing.assert_allclose(line.bias_std**2, [0.000832, 0.038041, 0.150965, 0.512267], atol=5e-6)
    dense = critical_line("tanh", np.linspace(0.1, 1.0, 1501))
    for bias, weight in ((0.05, 1.7609546), (0.01, 1.4242053)):
        assert np.interp(bias, dense.bias_std**2, dense.weight_std**2) == pytest.approx(weight, abs=2e-6)
    assert chi("tanh", weight_std=np.sqrt(1.7609546), bias_std=np.sqrt(0.05)) == pytest.approx(1, abs=1e-6)


def test_the_critical_points_of_relu_are_one_and_gelus_rest():
    line = critical_line("relu", LENGTHS)
    np.testing.assert_allclose(line.weight_std, np.sqrt(2))
    np.testing.assert_allclose(line.bias_std, 0, atol=1e-6)
    settled = critical_line("gelu", np.geomspace(1e-3, 1e3, 50))
    for q, weight, bias in zip(settled.length, settled.weight_std, settled.bias_std, strict=True):
        if weight <= 3 and bias <= 1:
            near = length_map("gelu", q * np.array([0.999, 1.001]), weight_std=weight, bias_std=bias)
            assert (near[1] - near[0]) / (0.002 * q) <= 1 + 1e-6


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_plane_agrees_with_its_points(name):
    plane = phase_map(name, resolution=12)
    for across, up in ((0, 0), (3, 4), (7, 11), (11, 1)):
        exact = chi(name, weight_std=plane.weight_std[across], bias_std=plane.bias_std[up])
        assert plane.log_factor[up, across] == pytest.approx(np.log(exact), abs=0.01)
    assert (plane.weight_std[[0, -1]].tolist(), plane.bias_std[[0, -1]].tolist()) == ([0.1, 3.0], [0.0, 1.0])


def test_factors_that_have_a_closed_form():
    """Claim 7, predicted: PyTorch's default, uniform in ±1/√n."""
    weight, bias = named("torch", 256)
    assert (weight**2, bias**2) == (pytest.approx(1 / 3), pytest.approx(1 / 768))
    assert chi("relu", weight_std=weight, bias_std=bias) == pytest.approx(1 / 6)
    assert chi("tanh", weight_std=weight, bias_std=bias) == pytest.approx(0.332, abs=2e-3)
    assert chi("sigmoid", weight_std=weight, bias_std=bias) == pytest.approx(0.0200, abs=1e-4)
    assert named("he", 9) == (np.sqrt(2), 0) and named("xavier", 9) == (1, 0)
    assert named("small", 256) == (pytest.approx(np.sqrt(2.56) / 10), 0)
    drawn = torch.nn.Linear(400, 400).weight.detach().numpy()
    assert 400 * drawn.var() == pytest.approx(1 / 3, rel=0.02)
    q = np.ones(1)
    assert slope_mean("tanh", q) / square_mean("tanh", q) == pytest.approx(1.17781, abs=5e-6)
    assert 1 / square_mean("tanh", q) == pytest.approx(2.53618, abs=5e-6)


def test_the_transient_counts():
    """Claims 2 and 3, predicted: from q* and from q₁ = 2."""
    for weight, rest, moved in ((1.3, 0.88016, 0.84579), (1.7609546, 1.0, 0.97221), (2.5, 1.13352, 1.11771)):
        setup = Setup(weight_std=np.sqrt(weight), bias_std=np.sqrt(0.05), depth=31)
        for first, expected in ((resting("tanh", weight_std=setup.weight_std, bias_std=setup.bias_std), rest),
                                (2.0, moved)):  # fmt: skip
            found = recursion(setup, (first - 0.05) / weight)
            assert found.length[0] == pytest.approx(first)
            typical = np.exp(np.mean(np.log(found.factor[:30])))
            assert typical == pytest.approx(expected, abs=3e-5)
            assert found.log_square[-1] == pytest.approx(np.log(found.factor).sum())
            assert found.log_square[1] == pytest.approx(np.log(found.factor[-1])), "the output's layer first"


def test_lsuv_gives_every_layer_length_one():
    found = recursion(Setup(initialisation="lsuv", depth=5), 4.0)
    assert found.length.tolist() == [1] * 5 and found.weight_variance[0] == 0.25
    np.testing.assert_allclose(found.factor[1:], 1.17781, atol=5e-6)
    assert found.factor[0] == pytest.approx(0.25 * float(slope_mean("tanh", np.ones(1))[0]))


def test_the_correlation_map_is_the_arc_cosine_of_relu_and_the_arc_sine_of_erf():
    c = np.linspace(0, 1, 21)
    angle = np.arccos(c)
    exact = (np.sin(angle) + (np.pi - angle) * c) / np.pi
    found = correlation_map("relu", c, length=0.7, weight_std=np.sqrt(2), bias_std=0.0)
    np.testing.assert_allclose(found, exact, atol=1e-3)
    q, weight, bias = 0.7, 1.2, 0.4
    mean = 2 / np.pi * np.arcsin(2 * q * c / (1 + 2 * q))
    total = weight**2 * mean[-1] + bias**2
    found = correlation_map("erf", c, length=q, weight_std=weight, bias_std=bias)
    np.testing.assert_allclose(found, (weight**2 * mean + bias**2) / total, atol=1e-10)
    assert coefficients("erf", q).sum() == pytest.approx(mean[-1])
    rest = resting("tanh", weight_std=1.5, bias_std=0.2)
    near = correlation_map("tanh", np.array([0.9999, 1.0]), length=rest, weight_std=1.5, bias_std=0.2)
    assert (near[1] - near[0]) / 1e-4 == pytest.approx(chi("tanh", weight_std=1.5, bias_std=0.2), abs=1e-3)


def test_two_inputs_after_forty_layers():
    """Claim 16."""
    for weight, expected in ((1.3, 0.9976), (1.7609546, 0.8695), (2.5, 0.4487), (4.0, 0.166)):
        settings = {"weight_std": np.sqrt(weight), "bias_std": np.sqrt(0.05)}
        rest, c = resting("tanh", **settings), np.full(1, 0.5)
        for _ in range(40):
            c = correlation_map("tanh", c, length=rest, **settings)
        assert c[0] == pytest.approx(expected, abs=1e-3)
        found = pair(Setup(**settings, depth=40, width=64))
        assert found.correlation_path[-1] == pytest.approx(expected, abs=1e-2)
    assert len(found.measured_correlation) == len(found.measured_length) == 40
    rest = found.next_lengths - np.interp(found.lengths, found.lengths, found.lengths)
    assert np.interp(found.rest, found.lengths, rest) == pytest.approx(0, abs=1e-2)


def test_formats_are_torchs():
    for name, dtype in DTYPES.items():
        info, kind = torch.finfo(dtype), FORMATS[name]
        assert (kind.normal, kind.largest) == (info.tiny, info.max)
        assert kind.smallest == info.tiny * info.eps and kind.bits == info.bits
        assert kind.floor(flushed=True) == kind.normal and kind.floor(flushed=False) == kind.smallest


@given(st.floats(allow_nan=False, width=32))
@settings(max_examples=examples(60), deadline=None)
def test_rounding_is_torchs(x):
    single = torch.tensor([x], dtype=torch.float32)
    for name, dtype in DTYPES.items():
        assert rounded(np.array([x]), name)[0] == float(single.to(dtype).to(torch.float64)[0]), name


def test_bfloat_is_torchs_for_every_half_that_is_cut_off():
    single = (np.arange(2**17, dtype=np.uint32) + np.uint32(0x3F7F0000)).view(np.float32)
    theirs = torch.tensor(single).to(torch.bfloat16).to(torch.float64).numpy()
    np.testing.assert_array_equal(rounded(single.astype(np.float64), "bf16"), theirs)


def test_flushing_takes_what_is_below_the_normal_numbers():
    x = 2.0 ** np.array([-13, -14, -15, -24]) * 1.0
    assert rounded(x, "fp16").tolist() == x.tolist()
    assert rounded(x, "fp16", flushed=True).tolist() == [*x[:2].tolist(), 0, 0]
    assert rounded(np.array([70000.0, -1e300, np.nan]), "bf16")[1:].tolist()[0] == -np.inf


def test_what_is_no_setting_is_refused():
    wrong = ({"activation": "swish"}, {"weight_std": np.inf}, {"bias_std": 1.1}, {"depth": 401}, {"width": 1},
             {"format": "fp8"}, {"scale": 1e-9}, {"cotangent": "none"}, {"initialisation": "he"}, {"source": "cat"},
             {"length": 0.0}, {"depth": 400, "width": 256})  # fmt: skip
    for one in wrong:
        with pytest.raises(ValueError, match=next(iter(one)) if len(one) == 1 else "10,000,000"):
            Setup(**one)
    for call in (lambda: format_named("x"), lambda: named("x", 9), lambda: phase_map("tanh", resolution=121),
                 lambda: square_mean("tanh", np.array([-1.0])), lambda: pair(Setup(depth=5), correlation=1.5),
                 lambda: correlation_map("tanh", np.array([2.0]), length=1.0, weight_std=1.0, bias_std=0.0),
                 lambda: widest(401, 64)):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            call()
    assert (widest(400, 512), widest(80, 256), widest(152, 512)) == (128, 256, 256)
