"""A ReLU network of one input is piecewise linear: find every breakpoint, layer by layer, and its steepest piece is K.

    h₀ = x,  h_l = relu(W_l h_{l−1} + b_l) for l ≤ L,  f(x) = W_{L+1} h_L + b_{L+1}

One hidden layer bends where x = −b_j/w_j; a deeper one also wherever one of its preactivations passes 0, and there are
about as many of these as there are neurons. In more dimensions the same search is NP-hard (Virmaux & Scaman 2018,
arXiv:1805.10965).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.formulas.curves import PiecewiseLinear

MOST_WIDTH = 100
MOST_DEPTH = 8


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer ReLU network: ``weights[l]`` is (outputs, inputs), ``biases[l]`` is (outputs,)."""

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    @property
    def depth(self) -> int:
        """The number of hidden layers, L."""
        return len(self.weights) - 1

    def value(self, x: Float[np.ndarray, "n inputs"]) -> Float[np.ndarray, "n outputs"]:
        h = x
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = np.maximum(h @ weight.T + bias, 0.0)
        return h @ self.weights[-1].T + self.biases[-1]

    def jacobian(self, x: Float[np.ndarray, "n inputs"]) -> Float[np.ndarray, "n outputs inputs"]:
        """∂f/∂x; at a kink, the derivative of the side where the neuron is off."""
        h, jacobian = x, np.broadcast_to(np.eye(x.shape[1]), (len(x), x.shape[1], x.shape[1]))
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = h @ weight.T + bias
            h, jacobian = np.maximum(z, 0.0), (z > 0)[..., None] * (weight @ jacobian)
        return self.weights[-1] @ jacobian


def network(weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> Network:
    """The network of these matrices, or ``ValueError`` where they do not fit together or are not finite."""
    weights = tuple(np.asarray(w, float) for w in weights)
    biases = tuple(np.asarray(b, float) for b in biases)
    shapes = [w.shape for w in weights], [b.shape for b in biases]
    chained = bool(weights) and len(weights) == len(biases) and all(w.ndim == 2 for w in weights)
    chained = chained and all(b.shape == w.shape[:1] for w, b in zip(weights, biases, strict=True))
    if not chained or any(a.shape[0] != b.shape[1] for a, b in pairwise(weights)):
        raise ValueError(f"weights must be (outputs, inputs) each, one bias per output, in a chain; got {shapes}")
    if not all(np.isfinite(part).all() for part in (*weights, *biases)):
        raise ValueError(f"weights and biases must be finite; got shapes {shapes} with nan or inf")
    return Network(weights, biases)


def random_network(width: int, depth: int, seed: int) -> Network:
    """One input, ``depth`` hidden layers of ``width``, one output. Weights of the first layer and all biases are
    N(0, 1), of further hidden layers N(0, 2/width) (which keeps the scale), of the output N(0, 1/width)."""
    width, depth = whole("width", width, 1, MOST_WIDTH), whole("depth", depth, 1, MOST_DEPTH)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    sizes = [1, *[width] * depth, 1]
    spread = [1.0, *[2 / width] * (depth - 1), 1 / width]
    weights = [np.sqrt(s) * rng.standard_normal((n, m)) for s, m, n in zip(spread, sizes[:-1], sizes[1:], strict=True)]
    return Network(tuple(weights), tuple(rng.standard_normal(n) for n in sizes[1:]))


def linear_pieces(net: Network) -> PiecewiseLinear:
    """The network of one input and one output, piece by piece."""
    if net.weights[0].shape[1] != 1 or net.weights[-1].shape[0] != 1:
        raise ValueError(f"the network must have one input and one output; got {[w.shape for w in net.weights]}")
    knots = _breakpoints(net)
    inside = np.concatenate([[knots[0] - 1], 0.5 * (knots[1:] + knots[:-1]), [knots[-1] + 1]])
    return PiecewiseLinear(knots, net.value(knots[:, None])[:, 0], net.jacobian(inside[:, None])[:, 0, 0])


def _breakpoints(net: Network) -> Float[np.ndarray, " knots"]:
    """Where some neuron of some layer switches, increasing; 0 where none ever does."""
    knots = np.zeros(1)
    for layer in range(net.depth):
        part = Network(net.weights[: layer + 1], net.biases[: layer + 1])  # its outputs are the layer's preactivations
        z = part.value(knots[:, None])  # (knots, width)
        crossings = [_between(knots, z)]
        for end, step in ((knots[0], -1.0), (knots[-1], 1.0)):
            here, further = part.value(np.array([[end], [end + step]]))
            slope = further - here
            with np.errstate(all="ignore"):
                beyond = -here / slope  # steps from the end to where the neuron is 0
            crossings.append(end + step * beyond[np.isfinite(beyond) & (beyond > 0)])
        knots = np.unique(np.concatenate([knots, *crossings]))
    return knots


def _between(knots: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The zeros of functions that are straight between the knots and have the values ``z`` (knots, functions) there."""
    piece, which = np.nonzero(z[:-1] * z[1:] < 0)
    share = z[piece, which] / (z[piece, which] - z[piece + 1, which])
    return knots[piece] + share * (knots[piece + 1] - knots[piece])
