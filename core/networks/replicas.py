"""Networks that are trained together: what they have in common, and in what each of them is different.

Replicas of one seed begin with the same weights and share the uniform numbers that their masks are cut from, so that
they differ in their drop probabilities p alone.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import whole

MOST_REPLICAS, MOST_WIDTH, MOST_LAYERS = 64, 1024, 8


@dataclass(frozen=True)
class Replicas:
    """What the networks have in common, their widths, and in what each of them is different."""

    widths: tuple[int, ...]  # inputs, hidden layers, outputs
    rates: Float[np.ndarray, "replicas layers"]  # p of what enters each layer of weights, 0 … 1
    seeds: Int[np.ndarray, " replicas"]
    decay: Float[np.ndarray, " replicas"]  # λ

    def __post_init__(self) -> None:
        if not 1 <= len(self.widths) - 1 <= MOST_LAYERS:
            raise ValueError(f"there must be from 1 to {MOST_LAYERS} layers of weights, got widths {self.widths!r}")
        for width in self.widths:
            whole("each width", width, 1, MOST_WIDTH)
        count = whole("the number of replicas", len(self.seeds), 1, MOST_REPLICAS)
        if self.rates.shape != (count, len(self.widths) - 1) or self.decay.shape != (count,):
            raise ValueError(f"rates must be (replicas, layers) and decay (replicas,), got {self.rates.shape}")
        for name, values, most in (("each rate", self.rates, 1), ("each decay", self.decay, math.inf)):
            if not np.all((values >= 0) & (values <= most)):
                raise ValueError(f"{name} must be a number from 0 to {most:g}, got {values.tolist()!r}")
        for seed in self.seeds:
            whole("each seed", seed, 0, 2**63 - 1)


def initial_weights(widths: tuple[int, ...], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """W (d_l, d_{l+1}) and b (d_{l+1},) of every layer, uniform within ±1/√d_l: the law of ``torch.nn.Linear``."""
    rng = np.random.default_rng([seed, 0])
    reach = [1 / math.sqrt(width) for width in widths]
    shapes = zip(reach, widths, widths[1:], strict=False)
    return [(rng.uniform(-r, r, (inside, out)), rng.uniform(-r, r, out)) for r, inside, out in shapes]


def mask_stream(seed: int, layer: int) -> np.random.Generator:
    """Where the uniform numbers come from, step after step: an entry is dropped where its number is below p."""
    return np.random.Generator(np.random.SFC64([seed, 1 + layer]))
