"""One small network under fresh masks: what a layer sends on, mask by mask, and its running mean.

The units of both hidden layers are dropped with probability p, their activations divided by 1 − p. A unit of the first
hidden layer has E x′ = x and Var x′ = x²p/(1 − p), so after T masks its mean is x within ± x√(p/(1 − p)/T).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int

from core.bounds import Real, real, whole
from core.dropout.linear_study import COPIES
from core.dropout.noise import strength

LAYERS = (4, 6, 6, 2)
UNITS = 3  # of the first hidden layer whose running mean is kept


@dataclass(frozen=True)
class MaskedNetwork:
    """A network, a mask for each frame, and running means of its first hidden layer over all masks so far."""

    weights: tuple[Float[np.ndarray, "_ _"], ...]
    masks: Int[np.ndarray, " frames"]  # how many have been drawn at each frame, T
    kept: tuple[Bool[np.ndarray, "frames _"], ...]  # the last mask drawn, layer by layer; input and output stay
    x: Float[np.ndarray, " units"]  # activations with nothing dropped
    mean: Float[np.ndarray, "frames units"]  # of the T values of x′
    standard_error: Float[np.ndarray, "frames units"]  # predicted: x√(p/(1 − p)/T); infinite at p = 1
    p: float


def masked_network(p: Real = 0.5, *, seed: int = 0) -> MaskedNetwork:
    """Random weights and one random input; the same uniform numbers for every p."""
    p, seed = real("p", p, 0, 1), whole("seed", seed, 0, 2**63 - 1)
    rng = np.random.default_rng([seed, 19])
    weights = tuple(rng.standard_normal((a, b)) for a, b in pairwise(LAYERS))
    x = np.abs(rng.standard_normal(LAYERS[0]) @ weights[0])[:UNITS]
    uniform = [rng.random((int(COPIES[-1]), units)) for units in LAYERS[1:-1]]
    factor = (uniform[0][:, :UNITS] >= p) / (1 - p) if p < 1 else np.zeros((int(COPIES[-1]), UNITS))
    mean = x * np.cumsum(factor, axis=0)[COPIES - 1] / COPIES[:, None]
    hidden = [(u >= p)[COPIES - 1] for u in uniform]
    always = [np.ones((len(COPIES), units), bool) for units in (LAYERS[0], LAYERS[-1])]
    error = x * np.sqrt(strength(p) / COPIES[:, None]) if p < 1 else np.full(mean.shape, np.inf)
    return MaskedNetwork(weights, COPIES, (always[0], *hidden, always[1]), x, mean, error, p)
