"""Four numbers for the K of a network: what sampling finds, K itself, a bound that looks inside, and the usual bound.

    sampled  max ‖∂f/∂x‖ at random points ≤ K
    exact    the steepest piece: one input and one output only
    middle   max(Σ_j (a_j w_j)₊, Σ_j (a_j w_j)₋) ≥ K for f = Σ_j a_j relu(w_j x + b_j): all risers on, or all fallers
    product  ∏ ‖W_l‖₂ ≥ K, as relu is 1-Lipschitz;  for one hidden layer it is ‖a‖‖w‖ ≥ middle

The product is what spectral normalisation makes 1 (Miyato et al. 2018, arXiv:1802.05957). Between it and K lie the SDP
bounds (Fazlyab et al. 2019, arXiv:1906.04893).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.bounds import whole
from core.relu_network import MOST_DEPTH, Network, linear_pieces, network, random_network
from core.spectral_norm import spectral_norm

SAMPLES = 50
MOST_SAMPLES = 100_000


@dataclass(frozen=True)
class NetworkBounds:
    """sampled ≤ exact ≤ middle ≤ product; nan where a number is not to be had."""

    sampled: float
    exact: float
    middle: float
    product: float


def network_bounds(
    weights: Sequence[np.ndarray], biases: Sequence[np.ndarray], *, samples: int = SAMPLES, seed: int = 0
) -> NetworkBounds:
    """Bounds of K for the ReLU network with these matrices, (outputs, inputs) each; samples are N(0, I)."""
    return bounds_of(network(weights, biases), samples=samples, seed=seed)


def bounds_of(net: Network, *, samples: int = SAMPLES, seed: int = 0) -> NetworkBounds:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((whole("samples", samples, 1, MOST_SAMPLES), net.weights[0].shape[1]))
    sampled = float(np.linalg.norm(net.jacobian(x), ord=2, axis=(1, 2)).max())
    on_a_line = net.weights[0].shape[1] == net.weights[-1].shape[0] == 1
    exact = float(np.abs(linear_pieces(net).slopes).max()) if on_a_line else float("nan")
    middle = _middle(*net.weights) if on_a_line and net.depth == 1 else float("nan")
    product = float(np.prod([spectral_norm(weight).norm for weight in net.weights]))
    return NetworkBounds(sampled, exact, middle, product)


def bounds_by_depth(width: int, seed: int, *, most: int = MOST_DEPTH) -> tuple[NetworkBounds, ...]:
    """The bounds of random networks of one input with 1, 2, … ``most`` hidden layers."""
    return tuple(bounds_of(random_network(width, depth, seed)) for depth in range(1, most + 1))


def _middle(hidden: np.ndarray, out: np.ndarray) -> float:
    steps = out[0] * hidden[:, 0]
    return float(max(steps[steps > 0].sum(), -steps[steps < 0].sum()))
