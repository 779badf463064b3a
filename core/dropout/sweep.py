"""Overfitted networks on noisy digits, one for each p and seed, all trained at once: what dropout buys.

Networks 64 → width → width → 10 (ReLU) learn n handwritten digits, some of them with a wrong label, by full-batch AdamW
without decay; both hidden layers are dropped with probability p. The test digits have their true labels. Every curve,
the training curves too, is evaluated with nothing dropped: a training loss with masks on would be another quantity.

After the figures of Srivastava et al. 2014 (JMLR 15), where p is the probability to keep; on scikit-learn's digits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.data.datasets import digits, noisy_labels
from core.networks.replicas import Replicas
from core.progress import Progress

RATE_SETS = {"four": (0.0, 0.2, 0.5, 0.7), "pair": (0.0, 0.5), "far": (0.0, 0.5, 0.7, 0.9), "ends": (0.0, 0.5, 1.0)}
SAMPLES = (20, 400)
MOST_WIDTH, MOST_NETWORKS, MOST_EPOCHS, MOST_RATES = 256, 5, 1000, 8
STEP_SIZE = 2e-3
TEST_SAMPLES = 1000
FRAMES, SHOWN = 25, 3  # times that the curves are measured after the start; one in so many is shown at once
PIECE = 15 * 10**8  # multiplications between two looks at whether anybody still waits: well below 0.1 s


@dataclass(frozen=True)
class DropoutSweep:
    """The curves up to the last of ``epochs``; cross-entropies in nats, errors as shares of wrong answers."""

    rates: Float[np.ndarray, " rates"]  # p
    epochs: Int[np.ndarray, " frames"]
    last_epoch: int  # that the training goes to
    train: Float[np.ndarray, "rates networks frames"]  # cross-entropy on the labels as they are, wrong ones included
    test: Float[np.ndarray, "rates networks frames"]
    train_error: Float[np.ndarray, "rates networks frames"]
    test_error: Float[np.ndarray, "rates networks frames"]
    label_noise: float
    width: int
    n: int


def dropout_sweep(
    n: int = 200,
    *,
    width: int = 128,
    label_noise: Real = 0.2,
    rates: tuple[float, ...] = RATE_SETS["four"],
    networks: int = 3,
    epochs: int = 250,
    seed: int = 0,
) -> Iterator[Progress[DropoutSweep]]:
    """Long work: the curves fill in as they are measured. Networks of one seed begin alike at every p."""
    n, width = whole("n", n, *SAMPLES), whole("width", width, 1, MOST_WIDTH)
    networks, epochs = whole("networks", networks, 1, MOST_NETWORKS), whole("epochs", epochs, 1, MOST_EPOCHS)
    p = _checked(rates)
    return _train(n, width, real("label_noise", label_noise, 0, 1), p, networks, epochs, whole("seed", seed, 0, 2**31))


def _checked(rates: tuple[float, ...]) -> Float[np.ndarray, " rates"]:
    if not 1 <= len(rates) <= MOST_RATES or list(rates) != sorted(set(rates)):
        raise ValueError(f"rates must be from 1 to {MOST_RATES} numbers that increase, got {rates!r}")
    return np.array([real("each rate", rate, 0, 1) for rate in rates])


def _train(
    n: int, width: int, label_noise: float, p: np.ndarray, networks: int, epochs: int, seed: int
) -> Iterator[Progress[DropoutSweep]]:
    from core.networks.training import Trainer  # here, so that a picture of the result needs no torch

    split = digits(n, seed=seed)
    labels = noisy_labels(split.y, label_noise, split.classes, seed=seed)
    each = np.repeat(p, networks)
    replicas = Replicas(
        widths=(split.x.shape[1], width, width, split.classes),
        rates=np.column_stack([np.zeros(len(each)), each, each]),
        seeds=np.tile(seed * MOST_NETWORKS + np.arange(networks), len(p)),
        decay=np.zeros(len(each)),
    )
    trainer = Trainer(split.x, labels, replicas, step_size=STEP_SIZE)
    at = np.unique(np.round(np.linspace(0, epochs, FRAMES + 1)).astype(int))
    x_test, y_test = split.x_test[:TEST_SAMPLES], split.y_test[:TEST_SAMPLES]
    scores, curves = [], None
    for epoch in at.tolist():
        for _ in _pieces(trainer, epoch - trainer.steps, n):
            yield Progress(trainer.steps / epochs * 0.999, curves)
        scores.append([*trainer.score(split.x, labels), *trainer.score(x_test, y_test)])
        if len(scores) % SHOWN != 1 and epoch < epochs:
            continue
        seen = np.array(scores).transpose(1, 2, 0).reshape(4, len(p), networks, len(scores))
        curves = DropoutSweep(
            p, at[: len(scores)], epochs, train=seen[0], train_error=seen[1], test=seen[2], test_error=seen[3],
            label_noise=label_noise, width=width, n=n,
        )  # fmt: skip
        yield Progress(epoch / epochs, curves)


def _pieces(trainer, steps: int, n: int) -> Iterator[None]:
    """The steps, a few at a time."""
    widths = trainer.replicas.widths
    work = 3 * n * len(trainer.replicas.seeds) * sum(a * b for a, b in pairwise(widths))
    piece = max(1, PIECE // work)
    while steps > 0:
        trainer.run(min(piece, steps))
        steps -= piece
        yield


def mean_and_error(values: Float[np.ndarray, "rates networks"]) -> tuple[np.ndarray, np.ndarray]:
    """The mean over the networks and its standard error, zero where there is one network."""
    count = values.shape[1]
    spread = values.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.zeros(len(values))
    return values.mean(axis=1), spread
