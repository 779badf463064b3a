"""Finite networks: the tangent kernel is the product of Jacobians, descent is PyTorch's, a batch is its members."""

import itertools

import numpy as np
import pytest
import torch
from torch.func import functional_call, jacrev, vmap

from core.neural_tangent_kernel import ACTIVATIONS, draw, train_ensemble
from core.neural_tangent_kernel.network import Factors, backward, empirical_ntk, forward
from core.neural_tangent_kernel.steps import descend
from core.neural_tangent_kernel.training import log_steps
from core.progress import finish

X = np.random.default_rng(3).standard_normal((5, 3))
Y = np.random.default_rng(4).standard_normal(5)
SHAPES = [(0, 4), (1, 1), (1, 7), (2, 6), (4, 5)]


class Plain(torch.nn.Module):
    """One network as a person would write it in the NTK parametrisation: all parameters from N(0, 1)."""

    def __init__(self, networks, place, weight_std, bias_std, parametrisation="ntk"):
        super().__init__()
        self.activation = {"relu": torch.relu, "erf": torch.erf}[networks.activation.name]
        ntk = parametrisation == "ntk"
        self.gains = [weight_std / w.shape[1] ** 0.5 if ntk else 1.0 for w in networks.weights]
        self.shift = bias_std if ntk else float(bias_std > 0)
        self.weights = torch.nn.ParameterList(
            [torch.tensor(w[place] / g) for w, g in zip(networks.weights, self.gains, strict=True)]
        )
        self.biases = torch.nn.ParameterList([torch.tensor(b[place] / (self.shift or 1.0)) for b in networks.biases])

    def forward(self, x):
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = (self.activation(x) if layer else x) @ weight * self.gains[layer] + self.shift * bias
        return x[..., 0]


def torch_kernel(model, x1, x2):
    """The recipe of PyTorch's own tutorial: one Jacobian per sample, contracted over all parameters."""
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def one(parameters, x):
        return functional_call(model, parameters, (x[None],))[0]

    jacobians = [vmap(jacrev(one), (None, 0))(parameters, torch.tensor(x)) for x in (x1, x2)]
    return sum(a.flatten(1) @ b.flatten(1).T for a, b in zip(*(j.values() for j in jacobians), strict=True)).numpy()


def drawn(depth, width, count=3, **more):
    more = {"weight_variance": 1.7, "bias_variance": 0.2, "activation": "erf", "seed": 5} | more
    return draw(3, width, depth, count, **more)


@pytest.mark.parametrize("parametrisation", ["ntk", "standard"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_kernel_is_the_one_of_torch_func(depth, width, activation, parametrisation):
    networks = drawn(depth, width, activation=activation, parametrisation=parametrisation)
    other = np.random.default_rng(8).standard_normal((4, 3))
    found = empirical_ntk(networks, X, other)
    assert found.shape == (3, 5, 4)
    for place in range(3):
        model = Plain(networks, place, 1.7**0.5, 0.2**0.5, parametrisation)
        expected = torch_kernel(model, X, other)
        np.testing.assert_allclose(found[place], expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max())


def test_the_kernel_with_itself_and_to_some_of_its_own_points():
    networks = drawn(2, 9)
    whole = empirical_ntk(networks, X)
    np.testing.assert_allclose(whole, empirical_ntk(networks, X, X), rtol=1e-12)
    some = Factors(networks, X).kernel(slice(1, 3))  # other shapes are other sums to some processors
    np.testing.assert_allclose(some, whole[:, :, 1:3], rtol=1e-13)


@pytest.mark.parametrize("parametrisation", ["ntk", "standard"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_descent_is_that_of_torch_optim(depth, width, activation, parametrisation):
    networks = drawn(depth, width, activation=activation, parametrisation=parametrisation)
    step = np.array([0, 1, 40])
    run = finish(train_ensemble(networks, X, Y, X, step_size=0.01, step=step, tolerance=0))
    for place in range(3):
        model = Plain(networks, place, 1.7**0.5, 0.2**0.5, parametrisation)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
        for k in range(41):
            outputs = model(torch.tensor(X))
            if k in step:
                found = run.outputs[place, list(step).index(k)]
                np.testing.assert_allclose(found, outputs.detach().numpy(), rtol=1e-10, atol=1e-11)
            loss = 0.5 * torch.sum((outputs - torch.tensor(Y)) ** 2)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()


@pytest.mark.parametrize("depth", [1, 3])
def test_a_batch_is_its_members_one_at_a_time(depth, monkeypatch):
    step = log_steps(60, 7)
    together = finish(train_ensemble(drawn(depth, 12, 7), X, Y, X, step_size=0.02, step=step, tolerance=0))
    alone = [
        finish(train_ensemble(drawn(depth, 12, 7).at(slice(r, r + 1)), X, Y, X, step_size=0.02, step=step, tolerance=0))
        for r in range(7)
    ]
    np.testing.assert_allclose(together.outputs, np.concatenate([a.outputs for a in alone]), rtol=1e-12, atol=1e-13)
    monkeypatch.setattr("core.neural_tangent_kernel.training.CACHE", 1)
    blocked = finish(train_ensemble(drawn(depth, 12, 7), X, Y, X, step_size=0.02, step=step, tolerance=0))
    np.testing.assert_allclose(blocked.outputs, together.outputs, rtol=1e-12, atol=1e-13)


def test_a_network_is_the_same_however_many_are_drawn():
    few, many = drawn(2, 5, 2), drawn(2, 5, 9)
    assert all((a == b[:2]).all() for a, b in zip(few.weights, many.weights, strict=True))
    assert not (few.weights[0][0] == few.weights[0][1]).all()
    assert not (drawn(2, 5, 2, seed=6).weights[0] == few.weights[0]).any()


def test_training_leaves_the_networks_it_was_given_alone():
    networks = drawn(2, 5)
    before = networks.copy()
    run = finish(train_ensemble(networks, X, Y, X, step_size=0.05, step=np.array([0, 10])))
    for old, now, new in zip(before.weights, networks.weights, run.networks.weights, strict=True):
        assert (old == now).all() and (old != new).any()


def test_half_the_squared_gradient_is_what_the_kernel_says():
    """½‖∇L‖² = ½ rᵀΘ̂r, the left side from the steps that descent takes."""
    networks, eta = drawn(2, 6, 4), 1e-3
    moved = networks.copy()
    descend(moved, X, Y, eta, 1)
    square = np.zeros(4)
    for now, before, rates in (
        (moved.weights, networks.weights, networks.weight_rates),
        (moved.biases, networks.biases, networks.bias_rates),
    ):
        for a, b, rate in zip(now, before, rates, strict=True):
            square += np.sum((a - b) ** 2, axis=(1, 2)) / rate / eta**2
    residual = forward(networks, X)[0] - Y
    expected = np.einsum("ri,rij,rj->r", residual, empirical_ntk(networks, X), residual)
    np.testing.assert_allclose(square, expected, rtol=1e-9)


def test_a_network_that_flies_off_says_so_and_the_others_go_on():
    networks = drawn(0, 1, 4)
    step = np.array([0, 200])
    run = finish(train_ensemble(networks, X, Y, X, step_size=5.0, step=step))
    assert np.isfinite(run.outputs[:, 0]).all() and np.isnan(run.outputs[:, -1]).all()
    networks.weights[0][0] = np.nan
    run = finish(train_ensemble(networks, X, Y, X, step_size=0.01, step=step))
    assert np.isnan(run.outputs[0]).all() and np.isfinite(run.outputs[1:]).all()


def test_partial_results_have_the_replicas_that_are_ready(monkeypatch):
    monkeypatch.setattr("core.neural_tangent_kernel.training.CACHE", 1)
    steps = list(train_ensemble(drawn(1, 4, 3), X, Y, X, step_size=0.01, step=log_steps(20, 5)))
    counts = [len(s.result.outputs) for s in steps if s.result is not None]
    assert counts == [1, 2, 3] and steps[-1].done == 1
    assert all(a.done <= b.done for a, b in itertools.pairwise(steps))


def test_log_steps_begin_at_the_start_and_end_at_the_end():
    for steps in (1, 2, 10, 1000):
        found = log_steps(steps, 30)
        assert found[0] == 0 and found[-1] == steps and (np.diff(found) > 0).all()


def test_without_hidden_layers_there_is_nothing_to_go_back_through():
    assert backward(drawn(0, 1), []) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"width": 0}, {"width": 5000}, {"depth": -1}, {"depth": 51}, {"count": 0}, {"weight_variance": -1.0},
        {"activation": "swish"}, {"parametrisation": "mup"}, {"width": 4096, "depth": 3, "count": 10}, {"seed": -1},
    ],
)  # fmt: skip
def test_networks_that_cannot_be_are_refused(bad):
    arguments = {"inputs": 2, "width": 4, "depth": 1, "count": 2} | bad
    with pytest.raises(ValueError, match=r"must be|may have"):
        draw(**arguments)
