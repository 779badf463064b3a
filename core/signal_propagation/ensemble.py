"""Many networks instead of one: how far ln q scatters from one to the next, and what a gradient of ones gets.

ReLU networks without biases, of which the finite width is known exactly (Hanin & Nica 2018):

    E q_L = (σ_w²/2)^L q_0        E q_L²/(E q_L)² = (1 + 5/n)^L        E‖Jᵀu‖² = (σ_w²/2)^L ‖u‖²  of random u

The networks are drawn layer by layer, as many at once; nothing of them is kept but the sizes.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole

NETWORKS, BATCH = 1500, 250
MOST_DEPTH, MOST_WIDTH = 12, 32


@dataclass(frozen=True)
class Ensemble:
    """Layer by layer from 0, of ReLU networks with σ_w² = 2: the input has mean square 1."""

    width: int
    networks: int
    spread: Float[np.ndarray, " places"]  # variance of ln q over the networks that are not all zero
    predicted: Float[np.ndarray, " places"]  # (1 + 5/n)^L − 1, to first order 5L/n
    alive: float  # the share of networks with a signal left at the end
    random: float  # mean of ‖Jᵀu‖²/‖u‖² over the networks, u random
    random_error: float  # its standard error
    ones: float  # the same with u = (1, …, 1)
    ones_error: float


def ensemble(*, width: int = 32, depth: int = 12, seed: int = 0) -> Ensemble:
    """Fifteen hundred networks. ``ValueError`` outside of 2 … 32 units and 1 … 12 layers."""
    n, depth = whole("width", width, 2, MOST_WIDTH), whole("depth", depth, 1, MOST_DEPTH)
    rng = np.random.default_rng([whole("seed", seed, 0, 2**31), n, depth])
    parts = [_some(rng, n, depth) for _ in range(NETWORKS // BATCH)]
    q, random, ones = (np.concatenate(part) for part in zip(*parts, strict=True))
    with np.errstate(divide="ignore"):
        logs = np.log(q)
    living = np.isfinite(logs[:, -1])
    errors = [float(of.std(ddof=1) / np.sqrt(NETWORKS)) for of in (random, ones)]
    return Ensemble(
        n, NETWORKS, logs[living].var(axis=0), (1 + 5 / n) ** np.arange(depth + 1) - 1, float(living.mean()),
        float(random.mean()), errors[0], float(ones.mean()), errors[1],
    )  # fmt: skip


def _some(rng: np.random.Generator, n: int, depth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """q at each layer, as twice the mean square of h, and the squared gradients at the input."""
    h = rng.standard_normal((BATCH, n, 1))
    h *= np.sqrt(n / np.sum(h**2, axis=1, keepdims=True))
    layers, q = [], [np.ones(BATCH)]
    for _ in range(depth):
        weight = rng.standard_normal((BATCH, n, n), dtype=np.float32) * np.sqrt(2 / n)
        z = weight @ h
        h = np.maximum(z, 0)
        layers.append(weight * (z > 0))
        q.append(2 * np.mean(h[:, :, 0] ** 2, axis=1))
    found = [np.array(q).T]
    for u in (rng.standard_normal((BATCH, 1, n)), np.ones((BATCH, 1, n))):
        start = np.sum(u**2, axis=(1, 2))
        for layer in reversed(layers):
            u = u @ layer
        found.append(np.sum(u**2, axis=(1, 2)) / start)
    return tuple(found)
