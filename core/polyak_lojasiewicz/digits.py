"""Real handwriting: a network that no certificate covers, and that learns at the very rate of its kernel."""

from collections.abc import Iterator

import numpy as np

from core.bounds import whole
from core.check import Check, approximate
from core.data.datasets import handwritten
from core.polyak_lojasiewicz.first_layer import Training, train, weights
from core.progress import Progress

PAIR, SAMPLES, WIDTH, SCALE = (3, 5), 30, 64, 1.5
STEPS, LOOKS = 1200, 41
SLACK = 0.01  # of 1 − (1 − ημ)²: by what λ_min still moves
LATE = 0.5  # of the walk: before that, other modes than the slowest are in the loss


def digits_network(seed: int, steps: int = STEPS) -> Iterator[Progress[Training]]:
    """3 (+1) against 5 (−1): images less their mean, as vectors of length 1."""
    seed, steps = whole("seed", seed, 0, 2**63 - 1), whole("steps", steps, 50, 50_000)
    images, labels = handwritten()
    kept = np.flatnonzero(np.isin(labels, PAIR))
    chosen = np.random.default_rng([seed, 13]).permutation(kept)[:SAMPLES]
    x = images[chosen] - images[kept].mean(axis=0)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y = np.where(labels[chosen] == PAIR[0], 1.0, -1.0)
    for run in train(x, y, *weights(WIDTH, x.shape[1], SCALE, seed), steps=steps, looks=LOOKS):
        yield Progress(float(run.looks[-1]) / steps, run)


def digits_checks(run: Training) -> tuple[Check, ...]:
    """The late factor per step: at most (1 − ημ)², μ = λ_min(K) at the end; less while other modes are left."""
    predicted = float((1 - run.step_size * run.least[-1]) ** 2)
    first, last = int(LATE * (len(run.loss) - 1)), len(run.loss) - 1
    floor = np.flatnonzero(run.loss <= 1e-24)
    last = int(floor[0]) - 1 if len(floor) else last
    if last - first < 10:
        first = last // 2
    measured = float((run.loss[last] / run.loss[first]) ** (1 / max(last - first, 1)))
    allowed = approximate(SLACK * (1 - predicted), "K_t")
    return (Check("digits_rate", predicted, measured, allowed, None, "at_most", scale=1 - predicted),)
