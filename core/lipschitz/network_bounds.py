"""Four numbers for the K of a network: what sampling finds, K itself, a bound that looks inside, and the usual bound.

    sampled  max ‖∂f/∂x‖ at random points ≤ K, rounded down
    exact    the steepest piece: one input and one output only; to within ``rounding``
    middle   max(Σ_j (a_j w_j)₊, Σ_j (a_j w_j)₋) ≥ K for f = Σ_j a_j relu(w_j x + b_j): all risers on, or all fallers
    product  ∏ ‖W_l‖₂ ≥ K, as relu is 1-Lipschitz;  for one hidden layer it is ‖a‖‖w‖ ≥ middle; both rounded up

A slope is a product of matrices: ‖fl(W_L ⋯ W_1) − W_L ⋯ W_1‖ ≤ Σ_l γ_{n_l + 1}√(r_l r) ∏‖W‖, as ‖|W|‖ ≤ √rank ‖W‖
(Higham 2002, *Accuracy and Stability of Numerical Algorithms*, §3.5); n_l inputs, r_l the smaller side of W_l, r inputs
of the network.

The product is what spectral normalisation makes 1 (Miyato et al. 2018, arXiv:1802.05957). Between it and K lie the SDP
bounds (Fazlyab et al. 2019, arXiv:1906.04893).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.formulas.intervals import EPSILON, LEAST
from core.linear_algebra.spectral_norm import norm_bound, product_of
from core.networks.relu_network import MOST_DEPTH, Network, linear_pieces, network, random_network

SAMPLES = 50
MOST_SAMPLES = 100_000


@dataclass(frozen=True)
class NetworkBounds:
    """sampled ≤ K ≤ middle ≤ product, rounding included; nan where a number is not to be had, inf beyond all floats."""

    sampled: float
    exact: float
    middle: float
    product: float
    rounding: float = 0.0  # absolute: how far ``exact`` may be from K


def network_bounds(
    weights: Sequence[np.ndarray], biases: Sequence[np.ndarray], *, samples: int = SAMPLES, seed: int = 0
) -> NetworkBounds:
    """Bounds of K for the ReLU network with these matrices, (outputs, inputs) each; samples are N(0, I)."""
    return bounds_of(network(weights, biases), samples=samples, seed=seed)


@np.errstate(over="ignore", invalid="ignore")  # a slope beyond all floats is left out, and the product is infinite
def bounds_of(net: Network, *, samples: int = SAMPLES, seed: int = 0) -> NetworkBounds:
    rng, inputs = np.random.default_rng(seed), net.weights[0].shape[1]
    x = rng.standard_normal((whole("samples", samples, 1, MOST_SAMPLES), inputs))
    norms = np.array([norm_bound(weight) for weight in net.weights])
    product = float(product_of(norms)[-1])
    sizes = sum((w.shape[1] + 1) * math.sqrt(min(w.shape) * inputs) for w in net.weights)
    rounding = float(2 * EPSILON * sizes * product + LEAST * sizes * np.maximum(norms, 1).prod())  # with underflow
    sampled = max(_steepest(net.jacobian(x)) - rounding, 0.0)
    on_a_line = inputs == net.weights[-1].shape[0] == 1
    exact = float(np.abs(linear_pieces(net).slopes).max()) if on_a_line else math.nan
    middle = _middle(*net.weights) if on_a_line and net.depth == 1 else math.nan
    return NetworkBounds(sampled, exact if math.isfinite(exact) else math.nan, middle, product, rounding)


def _steepest(jacobians: Float[np.ndarray, "n outputs inputs"]) -> float:
    """max ‖J‖ from below: by ‖Jv‖/‖v‖ for one v each, of which any would do."""
    known = jacobians[np.isfinite(jacobians).all(axis=(1, 2))]
    powers = np.frexp(np.abs(known).max(axis=(1, 2), initial=0.0))[1]  # scaled by powers of 2, squares don't underflow
    known = np.ldexp(known, -powers[:, None, None])
    v = np.linalg.svd(known)[2][:, 0]
    steepest = np.linalg.norm(np.einsum("noi,ni->no", known, v), axis=1) / np.linalg.norm(v, axis=1)
    steepest = np.ldexp(steepest, powers)
    return float(steepest[np.isfinite(steepest)].max(initial=0.0))


def bounds_by_depth(width: int, seed: int, *, most: int = MOST_DEPTH) -> tuple[NetworkBounds, ...]:
    """The bounds of random networks of one input with 1, 2, … ``most`` hidden layers."""
    return tuple(bounds_of(random_network(width, depth, seed)) for depth in range(1, most + 1))


def _middle(hidden: np.ndarray, out: np.ndarray) -> float:
    sizes = np.nextafter(np.abs(out[0] * hidden[:, 0]), np.inf)
    signs = np.sign(out[0]) * np.sign(hidden[:, 0])
    return max(_sum_above(sizes[signs == side]) for side in (1, -1))


def _sum_above(numbers: np.ndarray) -> float:
    """Their sum, rounded up: ``fsum`` is the nearest float."""
    try:
        return float(np.nextafter(math.fsum(numbers), np.inf)) if len(numbers) else 0.0
    except OverflowError:
        return math.inf
