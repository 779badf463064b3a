"""The normal numbers that a network is made of: drawn once for a seed, scaled by whoever needs them.

A layer's numbers depend on the seed, the width and the layer alone: a deeper network begins with the layers of a
shallower one. They are kept in single precision, which all formats that are compared can tell apart no further.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from core.data.datasets import handwritten
from core.signal_propagation.setup import MOST_DEPTH, MOST_WEIGHTS, Setup

RUNGS = (10, 20, 40, 80, 160, 240, 320, MOST_DEPTH)  # depths that are kept: a slider that moves draws seldom


def matrices(setup: Setup, seed: int) -> Float[np.ndarray, "layers n n"]:
    """Standard normal numbers, one matrix for each layer."""
    rung = next(depth for depth in RUNGS if depth >= setup.depth)
    fits = MOST_WEIGHTS // setup.width**2
    return _block(seed, setup.width, min(rung, fits))[: setup.depth]


@lru_cache(maxsize=2)
def _block(seed: int, width: int, depth: int) -> np.ndarray:
    block = np.empty((depth, width, width), dtype=np.float32)
    for layer in range(depth):
        np.random.default_rng([seed, width, layer]).standard_normal(dtype=np.float32, out=block[layer])
    block.flags.writeable = False
    return block


def biases(setup: Setup, seed: int) -> Float[np.ndarray, "layers n"]:
    """Standard normal numbers, one for each unit."""
    return np.random.default_rng([seed, setup.width, 1, 1]).standard_normal((setup.depth, setup.width))


def source(setup: Setup, seed: int) -> Float[np.ndarray, " n"]:
    """The input: normal numbers whose mean square is the length asked for, or a handwritten digit, whose 64 pixels are
    repeated until they fill the layer."""
    rng = np.random.default_rng([seed, setup.width, 2, 2])
    if setup.source == "digit":
        images, _ = handwritten()
        return np.resize(images[rng.integers(len(images))] / 16, setup.width)
    drawn = rng.standard_normal(setup.width)
    return drawn * np.sqrt(setup.length / np.mean(drawn**2))


def cotangent(setup: Setup, seed: int) -> Float[np.ndarray, " n"]:
    """The gradient at the top, of mean square 1."""
    if setup.cotangent == "ones":
        return np.ones(setup.width)
    drawn = np.random.default_rng([seed, setup.width, 3, 3]).standard_normal(setup.width)
    return drawn / np.sqrt(np.mean(drawn**2))
