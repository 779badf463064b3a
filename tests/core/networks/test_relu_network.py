"""The exact K of a network of one input, the order of its bounds, and torch's opinion."""

import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp

from core.linear_algebra.spectral_norm import norm_bound
from core.lipschitz import bounds_by_depth, bounds_of, network_bounds
from core.networks.relu_network import linear_pieces, network, random_network
from tests.sampling import examples


def torch_network(net):
    layers = []
    for weight, bias in zip(net.weights, net.biases, strict=True):
        layer = torch.nn.Linear(*weight.shape[::-1], dtype=torch.float64)
        layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@settings(max_examples=examples(30), deadline=None)
@given(width=st.integers(1, 30), depth=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_the_pieces_are_the_network(width, depth, seed):
    net = random_network(width, depth, seed)
    pieces = linear_pieces(net)
    x = np.random.default_rng(seed).uniform(-20, 20, 400)
    theirs = torch_network(net)(torch.tensor(x[:, None])).detach().numpy()[:, 0]
    scale = 1 + np.abs(theirs).max()
    np.testing.assert_allclose(pieces.value(x), theirs, atol=1e-9 * scale)
    np.testing.assert_allclose(net.value(x[:, None])[:, 0], theirs, atol=1e-12 * scale)
    secants = np.abs(np.diff(np.sort(x)[::2]))
    assert np.abs(pieces.slopes).max() >= bounds_of(net).sampled * (1 - 1e-12) and secants.min() > 0


@pytest.mark.parametrize("depth", [1, 3])
def test_the_steepest_piece_is_what_a_very_fine_grid_nearly_finds(depth):
    net = random_network(12, depth, 3)
    x = np.linspace(-60, 60, 2_000_001)
    y = net.value(x[:, None])[:, 0]
    steepest = (np.abs(np.diff(y)) / np.diff(x)).max()
    assert steepest == pytest.approx(bounds_of(net).exact, rel=1e-4)


def test_one_hidden_layer_bends_at_minus_b_over_w_only():
    net = random_network(50, 1, 0)
    known = np.sort(-net.biases[0] / net.weights[0][:, 0])
    knots = linear_pieces(net).knots
    assert len(knots) <= 51
    assert all(np.abs(knots - k).min() < 1e-9 * (1 + abs(k)) for k in known)


@settings(max_examples=examples(40), deadline=None)
@given(width=st.integers(1, 60), seed=st.integers(0, 10**6))
def test_sampled_exact_middle_product_are_in_this_order(width, seed):
    bounds = bounds_of(random_network(width, 1, seed))
    assert bounds.sampled <= bounds.exact + 2 * bounds.rounding <= bounds.middle + 4 * bounds.rounding
    assert bounds.middle <= bounds.product and bounds.rounding < 1e-12 * bounds.product
    net = random_network(width, 1, seed)
    assert bounds.product == pytest.approx(np.linalg.norm(net.weights[0]) * np.linalg.norm(net.weights[1]), rel=1e-9)


def test_the_product_loses_more_with_every_layer():
    by_depth = bounds_by_depth(50, 0)
    loss = [bounds.product / bounds.exact for bounds in by_depth]
    assert len(by_depth) == 8 and loss[0] < 10 and loss[-1] > 1000
    assert all(b.sampled <= b.exact + 2 * b.rounding and b.exact <= b.product for b in by_depth)
    assert np.isnan([b.middle for b in by_depth[1:]]).all()


def test_a_network_as_torch_makes_it():
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 64), torch.nn.Linear(64, 64), torch.nn.Linear(64, 1)]
    weights = [layer.weight.detach().double().numpy() for layer in layers]
    biases = [layer.bias.detach().double().numpy() for layer in layers]
    bounds = network_bounds(weights, biases, samples=2000)
    assert bounds.product > 4 * bounds.sampled > 0 and np.isnan(bounds.exact)
    product = np.prod([float(torch.linalg.matrix_norm(torch.tensor(w), 2)) for w in weights])
    assert bounds.product == pytest.approx(product, rel=1e-8)
    theirs = torch_network(network(weights, biases))
    x = torch.tensor(np.random.default_rng(0).standard_normal((50, 2)), requires_grad=True)
    slopes = torch.autograd.grad(theirs(x).sum(), x)[0].numpy()
    np.testing.assert_allclose(network(weights, biases).jacobian(x.detach().numpy())[:, 0], slopes, atol=1e-12)


@pytest.mark.parametrize(
    ("weights", "biases"),
    [
        ([], []),
        ([np.ones((2, 1))], [np.ones(3)]),
        ([np.ones((2, 1)), np.ones((1, 3))], [np.ones(2), np.ones(1)]),
        ([np.ones((2, 1)), np.ones((1, 2))], [np.ones(2)]),
        ([np.full((2, 1), np.nan), np.ones((1, 2))], [np.ones(2), np.ones(1)]),
    ],
)
def test_matrices_that_make_no_network_are_refused(weights, biases):
    with pytest.raises(ValueError, match="got"):
        network_bounds(weights, biases)


def test_sizes_out_of_range_are_refused():
    for width, depth, said in ((0, 1, "width.*from 1 to 100, got 0"), (5, 9, "depth.*from 1 to 8, got 9")):
        with pytest.raises(ValueError, match=said):
            random_network(width, depth, 0)
    with pytest.raises(ValueError, match="one input and one output"):
        linear_pieces(network([np.ones((3, 2)), np.ones((1, 3))], [np.ones(3), np.ones(1)]))


def exactly(net):
    """K of a network with one hidden layer, in fractions: the largest sum of the slopes that are on together."""
    hidden, bias, out = net.weights[0][:, 0], net.biases[0], net.weights[1][0]
    w, b, a = ([Fraction(float(v)) for v in values] for values in (hidden, bias, out))
    knots = sorted({-bj / wj for wj, bj in zip(w, b, strict=True) if wj})
    ends = [knots[0] - 1, *[(p + q) / 2 for p, q in pairwise(knots)], knots[-1] + 1] if knots else [Fraction(0)]
    slopes = [sum((aj * wj for wj, bj, aj in zip(w, b, a, strict=True) if wj * x + bj > 0), Fraction(0)) for x in ends]
    return max(abs(slope) for slope in slopes)


@settings(max_examples=examples(60), deadline=None)
@given(
    weights=st.lists(
        st.tuples(*[st.one_of(st.floats(-1e3, 1e3), st.sampled_from([1.0, -1.0, 1e-160, 1e150]))] * 3),
        min_size=1, max_size=12,
    ),
    scale=st.sampled_from([1.0, 1e-200, 1e120]), order=st.randoms(use_true_random=False),
)  # fmt: skip
@example(weights=[(5.0, 0.0, 1e-160)], scale=1.0, order=random.Random(0))  # the square of its slope has few digits
def test_the_bounds_are_bounds_of_the_constant_in_fractions(weights, scale, order):
    order.shuffle(weights)
    hidden, bias, out = np.array(weights).T
    net = network([scale * hidden[:, None], out[None]], [scale * bias, np.zeros(1)])
    bounds, constant = bounds_of(net), exactly(net)
    assert Fraction(bounds.sampled) <= constant
    for above in (bounds.middle, bounds.product):
        assert np.isinf(above) or constant <= Fraction(above)
    assert bounds.middle <= bounds.product + 1e-321  # each neuron of the sum is rounded up, to a denormal at least


def aligned(smallest):
    """e₁, a diagonal and e₁ᵀ: K = 1 = the product of the norms, and σ₂/σ₁ = 0.999, so that power iteration is slow."""
    n = 20
    return [np.eye(n)[:, :1], np.diag(np.geomspace(1, smallest, n)), np.eye(n)[:1]]


@pytest.mark.parametrize("smallest", [0.999**19, 0.5, 1 - 1e-12, 1.0])
@pytest.mark.parametrize("turned", [False, True])
def test_the_product_is_no_less_than_the_constant_where_it_is_the_constant(smallest, turned):
    weights = aligned(smallest)
    if turned:  # the same network in other coordinates, inside which every sum rounds differently
        turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
        weights = [turn @ weights[0], turn @ weights[1] @ turn.T, weights[2] @ turn.T]
    bounds = network_bounds(weights, [np.full(20, 100.0), np.full(20, 1e6), np.zeros(1)])  # all neurons on near 0
    assert 1 - 1e-13 < bounds.product < 1 + 1e-11 and bounds.product >= bounds.exact - bounds.rounding
    assert turned or bounds.product >= 1 == bounds.exact


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(-300, 300), st.integers(1, 12), st.integers(0, 10**6))
def test_the_norm_is_bounded_by_little_more_than_itself(rows, inputs, power, rank, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((rows, rank)) @ rng.standard_normal((rank, inputs)) * 10.0**power
    with mp.workdps(40):
        true = mp.svd_r(mp.matrix(matrix.tolist()), compute_uv=False)[0]
        assert true <= norm_bound(matrix) <= true * (1 + mp.mpf(10) ** -12)


def test_a_norm_at_the_ends_of_what_floats_hold():
    assert norm_bound(np.zeros((3, 2))) == 0 and norm_bound(np.full((3, 3), 1.7e308)) == np.inf
    assert 1e-320 * np.sqrt(6) <= norm_bound(np.full((3, 2), 1e-320)) < 1e-319
    huge = network_bounds([np.full((3, 1), 1e300), np.full((1, 3), 1e300)], [np.zeros(3), np.zeros(1)])
    assert huge.product == huge.middle == np.inf and np.isnan(huge.exact) and huge.sampled == 0
