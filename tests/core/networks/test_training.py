"""The batched trainer: each replica is the network that PyTorch would train alone, masks included."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.networks.replicas import MOST_REPLICAS, Replicas, initial_weights, mask_stream
from core.networks.training import Trainer
from tests.sampling import examples

WIDTHS, N, STEPS = (5, 7, 6, 3), 12, 25
RNG = np.random.default_rng(0)
X, LABELS, VALUES = RNG.standard_normal((N, 5)), RNG.integers(0, 3, N), RNG.standard_normal((N, 3))
RATES = np.array([[0, 0, 0], [0, 0.3, 0.5], [0.2, 0.5, 0.5], [0, 0, 1], [0.9, 0, 0]], float)
SEEDS = np.array([0, 3, 3, 4, 0])
DECAY = np.array([0.0, 0.1, 0.0, 0.5, 0.02])
OPTIMISERS = {
    "sgd": (torch.optim.SGD, {"momentum": 0.9}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
}


def replicas(chosen=slice(None), widths=WIDTHS):
    return Replicas(widths, RATES[chosen], SEEDS[chosen], DECAY[chosen])


def trainer(chosen=slice(None), loss="cross_entropy", optimiser="adamw", **more):
    y = LABELS if loss == "cross_entropy" else VALUES
    options = {"step_size": 0.02, "momentum": 0.9 if optimiser == "sgd" else 0.0} | more
    return Trainer(X, y, replicas(chosen), loss=loss, optimiser=optimiser, **options)


class Alone(torch.nn.Module):
    """One replica as a module, with ``torch.nn.Dropout``'s law and the trainer's masks."""

    def __init__(self, r):
        super().__init__()
        self.p, seed = RATES[r], int(SEEDS[r])
        self.layers = torch.nn.ModuleList(torch.nn.Linear(a, b, dtype=torch.float64) for a, b in pairwise(WIDTHS))
        self.streams = [mask_stream(seed, layer) for layer in range(len(self.layers))]
        for linear, (w, b) in zip(self.layers, initial_weights(WIDTHS, seed), strict=True):
            linear.weight.data, linear.bias.data = torch.tensor(w.T.copy()), torch.tensor(b)

    def forward(self, x):
        for layer, linear in enumerate(self.layers):
            if self.training and self.p[layer] > 0:
                uniform = torch.from_numpy(self.streams[layer].random(tuple(x.shape), dtype=np.float32))
                kept = uniform >= torch.tensor(self.p[layer], dtype=torch.float32)
                x = x * kept / (1 - self.p[layer] if self.p[layer] < 1 else 1.0)
            x = linear(x)
            x = torch.relu(x) if layer < len(self.layers) - 1 else x
        return x


def by_torch(r, loss, optimiser, steps=STEPS):
    torch.manual_seed(1)
    net, (kind, more) = Alone(r), OPTIMISERS[optimiser]
    moves = kind(net.parameters(), lr=0.02, weight_decay=float(DECAY[r]), **more)
    x, labels, values = torch.tensor(X), torch.tensor(LABELS), torch.tensor(VALUES)
    for _ in range(steps):
        moves.zero_grad()
        out = net(x)
        lost = (
            torch.nn.functional.cross_entropy(out, labels) if loss == "cross_entropy" else ((out - values) ** 2).mean()
        )
        lost.backward()
        moves.step()
    return net.eval()


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_replica_is_the_module_that_torch_trains_with_the_same_masks(loss, optimiser):
    batch = trainer(loss=loss, optimiser=optimiser, double=True)
    batch.run(STEPS)
    for r in range(len(SEEDS)):
        net = by_torch(r, loss, optimiser)
        for linear, (w, b) in zip(net.layers, batch.parameters, strict=True):
            np.testing.assert_allclose(w[r], linear.weight.detach().numpy().T, atol=1e-9)
            np.testing.assert_allclose(b[r], linear.bias.detach().numpy(), atol=1e-9)
        np.testing.assert_allclose(batch.outputs(X)[r], net(torch.tensor(X)).detach().numpy(), atol=1e-9)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_batch_is_one_network_at_a_time(optimiser):
    batch = trainer(optimiser=optimiser)
    batch.run(STEPS)
    for r in range(len(SEEDS)):
        alone = trainer(slice(r, r + 1), optimiser=optimiser)
        alone.run(STEPS)
        np.testing.assert_allclose(alone.outputs(X)[0], batch.outputs(X)[r], atol=1e-5)


def test_the_gradient_is_autograds():
    batch = trainer(double=True, optimiser="sgd", momentum=0.0, step_size=1.0)
    before = batch.parameters
    before = [(w.copy(), b.copy()) for w, b in before]
    batch.run(1)
    net = Alone(2)
    torch.nn.functional.cross_entropy(net(torch.tensor(X)), torch.tensor(LABELS)).backward()
    for linear, (w_0, b_0), (w, b) in zip(net.layers, before, batch.parameters, strict=True):
        np.testing.assert_allclose(w_0[2] - w[2], linear.weight.grad.numpy().T, atol=1e-12)
        np.testing.assert_allclose(b_0[2] - b[2], linear.bias.grad.numpy(), atol=1e-12)


def test_steps_in_pieces_are_the_same_steps():
    whole, pieces = trainer(), trainer()
    whole.run(9)
    for count in (1, 0, 5, 3):
        pieces.run(count)
    assert whole.steps == pieces.steps == 9
    np.testing.assert_array_equal(whole.outputs(X), pieces.outputs(X))


def test_scores_are_those_of_the_outputs():
    batch = trainer(double=True)
    batch.run(5)
    entropy, wrong = batch.score(X, LABELS)
    outputs = torch.from_numpy(batch.outputs(X).copy())
    for r, out in enumerate(outputs):
        assert entropy[r] == pytest.approx(
            float(torch.nn.functional.cross_entropy(out, torch.tensor(LABELS))), abs=1e-12
        )
        assert wrong[r] == np.mean(out.argmax(dim=1).numpy() != LABELS)
    v, b = batch.parameters[-1]
    np.testing.assert_allclose(batch.entering(X) @ v + b[:, None], batch.outputs(X), atol=1e-12)


def test_what_is_always_dropped_never_learns_and_the_bias_alone_fits():
    dropped = Replicas(WIDTHS, np.array([[0.0, 0.0, 1.0]]), np.array([2]), np.zeros(1))
    batch = Trainer(X, VALUES, dropped, loss="squared", optimiser="adam", step_size=0.05, double=True)
    before = [w.copy() for w, _ in batch.parameters]
    batch.run(2000)
    for w_0, (w, _) in zip(before, batch.parameters, strict=True):
        np.testing.assert_array_equal(w_0, w)
    np.testing.assert_allclose(batch.parameters[-1][1][0], VALUES.mean(axis=0), atol=1e-6)


def test_masks_drop_the_share_p_and_networks_of_one_seed_share_them():
    draws = mask_stream(5, 1).random(200_000, dtype=np.float32)
    assert abs(np.mean(draws < 0.3) - 0.3) < 5 * np.sqrt(0.21 / len(draws))
    np.testing.assert_array_equal(draws[:10], mask_stream(5, 1).random(10, dtype=np.float32))
    assert not np.array_equal(draws[:10], mask_stream(5, 2).random(10, dtype=np.float32))
    assert not np.array_equal(draws[:10], mask_stream(6, 1).random(10, dtype=np.float32))


def test_weights_begin_as_in_torch():
    w, b = initial_weights((400, 300), 0)[0]
    reach = 1 / np.sqrt(400)
    assert np.abs(w).max() <= reach and np.abs(b).max() <= reach
    assert w.var() == pytest.approx(reach**2 / 3, rel=0.02)


def test_a_single_unit_and_a_single_sample_train():
    one = Replicas((1, 1, 1), np.array([[0.0, 0.5]]), np.array([0]), np.zeros(1))
    batch = Trainer(np.ones((1, 1)), np.ones((1, 1)), one, loss="squared", double=True)
    batch.run(50)
    assert np.isfinite(batch.outputs(np.zeros((1, 1)))).all()


def test_a_step_that_is_too_large_gives_what_it_gives():
    batch = trainer(loss="squared", optimiser="sgd", step_size=1e3)
    batch.run(60)
    assert not np.isfinite(batch.outputs(X)).all()


def test_the_threads_are_given_back():
    before = torch.get_num_threads()
    trainer().run(2)
    assert torch.get_num_threads() == before and torch.get_default_dtype() == torch.float32


@settings(deadline=None, max_examples=examples(40))
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_rate_is_a_probability_or_refused(rate):
    def make():
        return Replicas((2, 3, 1), np.array([[0.0, rate]]), np.array([0]), np.zeros(1))

    if 0 <= rate <= 1:
        make()
    else:
        with pytest.raises(ValueError, match="rate must be a number from 0 to 1"):
            make()


def too_many():
    count = MOST_REPLICAS + 1
    return np.zeros((count, 3)), np.arange(count), np.zeros(count)


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("each width", {"widths": (5, 0, 3), "rates": np.zeros((1, 2))}),
        ("layers", {"widths": (5,), "rates": np.zeros((1, 0))}),
        ("rates must be", {"rates": np.zeros((1, 2))}),
        ("each decay", {"decay": np.array([-1.0])}),
        ("each seed", {"seeds": np.array([-1])}),
        ("number of replicas", dict(zip(("rates", "seeds", "decay"), too_many(), strict=True))),
    ],
)
def test_bad_replicas_are_refused(what, changed):
    good = {"widths": WIDTHS, "rates": np.zeros((1, 3)), "seeds": np.array([0]), "decay": np.zeros(1)}
    with pytest.raises(ValueError, match=what):
        Replicas(**(good | changed))


def test_bad_data_is_refused():
    one = replicas(slice(0, 1))
    for x, y, more in (
        (X[:, :3], LABELS, {}),
        (X[:0], LABELS[:0], {}),
        (X, LABELS + 1, {}),
        (X, VALUES[:, :1].copy(), {"loss": "squared"}),
        (X, LABELS, {"step_size": -1.0}),
    ):
        with pytest.raises(ValueError, match=r"must|from"):
            Trainer(x, y, one, **more)
