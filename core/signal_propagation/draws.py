"""The normal numbers that a network is made of: drawn once for a seed, scaled by whoever needs them.

A layer's numbers depend on the seed, the width and the layer alone: a deeper network begins with the layers of a
shallower one, and only what it has more is drawn. They are kept in single precision, which all formats that are
compared can tell apart no further.
"""

from functools import lru_cache
from threading import Lock

import numpy as np
from jaxtyping import Float, Float32

from core.data.datasets import handwritten
from core.signal_propagation.setup import Setup

DRAWING = Lock()
KEPT = 3  # of the seeds and widths, the last used: a depth that moves over its whole range goes through as many widths
STACK = 2**18  # numbers that are worked on at once: to begin and end costs more than little layers themselves


def matrices(setup: Setup, seed: int) -> list[Float32[np.ndarray, "n n"]]:
    """Standard normal numbers, one matrix for each layer."""
    return [matrix for stack in stacks(setup, seed) for matrix in stack]


def stacks(setup: Setup, seed: int) -> list[Float32[np.ndarray, "_ n n"]]:
    """The same matrices, several layers at a time."""
    at_once = max(1, STACK // setup.width**2)
    with DRAWING:
        drawn = _stacks(seed, setup.width)
        for first in range(at_once * len(drawn), setup.depth, at_once):
            drawn.append(_drawn(seed, setup.width, range(first, first + at_once)))
        whole, rest = divmod(setup.depth, at_once)
        return drawn[:whole] + ([drawn[whole][:rest]] if rest else [])


def _drawn(seed: int, width: int, layers: range) -> np.ndarray:
    stack = np.empty((len(layers), width, width), np.float32)
    for matrix, layer in zip(stack, layers, strict=True):
        np.random.default_rng([seed, width, layer]).standard_normal(dtype=np.float32, out=matrix)
    stack.flags.writeable = False
    return stack


@lru_cache(maxsize=KEPT)
def _stacks(seed: int, width: int) -> list[np.ndarray]:
    """Those that have been drawn: it grows."""
    return []


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
