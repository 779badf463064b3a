"""The exact K of a network of one input, the order of its bounds, and torch's opinion."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network_bounds import bounds_by_depth, bounds_of, network_bounds
from core.relu_network import linear_pieces, network, random_network


def torch_network(net):
    layers = []
    for weight, bias in zip(net.weights, net.biases, strict=True):
        layer = torch.nn.Linear(*weight.shape[::-1], dtype=torch.float64)
        layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@settings(max_examples=30, deadline=None)
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


@settings(max_examples=40, deadline=None)
@given(width=st.integers(1, 60), seed=st.integers(0, 10**6))
def test_sampled_exact_middle_product_are_in_this_order(width, seed):
    bounds = bounds_of(random_network(width, 1, seed))
    assert bounds.sampled <= bounds.exact * (1 + 1e-9) <= bounds.middle * (1 + 2e-9) <= bounds.product * (1 + 3e-9)
    net = random_network(width, 1, seed)
    assert bounds.product == pytest.approx(np.linalg.norm(net.weights[0]) * np.linalg.norm(net.weights[1]), rel=1e-9)


def test_the_product_loses_more_with_every_layer():
    by_depth = bounds_by_depth(50, 0)
    loss = [bounds.product / bounds.exact for bounds in by_depth]
    assert len(by_depth) == 8 and loss[0] < 10 and loss[-1] > 1000
    assert all(b.sampled <= b.exact * (1 + 1e-9) and b.exact <= b.product for b in by_depth)
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
