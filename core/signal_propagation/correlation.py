"""Two inputs on their way up: the correlation map, and the two of a real network.

    c ← (σ_w² E φ(u₁)φ(u₂) + σ_b²)/q*        u₁, u₂ normal of variance q*, correlation c

With a_k = E φ(√q z) h_k(z) and h_k Hermite's polynomials of norm 1 the mean is Σ a_k² cᵏ (Mehler): one list of numbers
for all c. What more than ``TERMS`` of them would add is put on the last. The map's slope at c = 1 is χ₁.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import floats, real
from core.signal_propagation import draws
from core.signal_propagation.activations import activation_named
from core.signal_propagation.means import LARGEST, NODES, WEIGHTS, square_mean
from core.signal_propagation.recursion import length_map, resting
from core.signal_propagation.setup import MOST_BIAS, MOST_STD, Setup

TERMS = 120
LONG = 1e6  # a length from which on the pair is not drawn


@dataclass(frozen=True)
class Pair:
    """The maps of length and correlation, the staircases on them and a real network's two inputs."""

    lengths: Float[np.ndarray, " points"]
    next_lengths: Float[np.ndarray, " points"]
    correlations: Float[np.ndarray, " marks"]
    next_correlations: Float[np.ndarray, " marks"]
    rest: float  # q*
    length_path: Float[np.ndarray, " layers"]  # of theory, from the first layer up
    correlation_path: Float[np.ndarray, " layers"]
    measured_length: Float[np.ndarray, " layers"]  # of the first of the two inputs
    measured_correlation: Float[np.ndarray, " layers"]


def coefficients(activation: str, length: float) -> Float[np.ndarray, " terms"]:
    """a_k² for k = 0, 1, …, the last with all that follow."""
    values = activation_named(activation).value(np.sqrt(real("length", length, 0.0, LARGEST)) * NODES) * WEIGHTS
    before, now, found = np.zeros_like(NODES), np.ones_like(NODES), []
    for k in range(TERMS):
        found.append(float(values @ now) ** 2)
        before, now = now, (NODES * now - np.sqrt(k) * before) / np.sqrt(k + 1)
    found[-1] = max(float(square_mean(activation, np.array([length]))[0]) - sum(found[:-1]), 0.0)
    return np.array(found)


def correlation_map(
    activation: str, correlations: Float[np.ndarray, " marks"], *, length: float, weight_std: float, bias_std: float
) -> Float[np.ndarray, " marks"]:
    """The next layer's c for each c, both inputs of that length. ``ValueError`` where one is not in 0 … 1."""
    c = floats("correlations", correlations)
    if c.size and not 0 <= c.min() <= c.max() <= 1:
        raise ValueError(f"correlations must lie from 0 to 1, got {c.min():g} to {c.max():g}")
    weight, bias = real("weight_std", weight_std, 0.0, MOST_STD), real("bias_std", bias_std, 0.0, MOST_BIAS)
    squares = coefficients(activation, length)
    product = np.polynomial.polynomial.polyval(c, squares)
    total = weight**2 * squares.sum() + bias**2
    return np.clip((weight**2 * product + bias**2) / (total or 1.0), 0.0, 1.0)


def pair(setup: Setup, *, correlation: float = 0.5, seed: int = 0) -> Pair:
    """Two random inputs of that correlation through the network of ``setup``, and what the theory says of them."""
    c = real("correlation", correlation, 0.0, 1.0)
    settings = {"weight_std": setup.weight_std, "bias_std": setup.bias_std}
    rest = min(resting(setup.activation, **settings), LONG)
    q, marks = np.linspace(0, 1.6 * max(rest, setup.length, 0.1), 81), np.linspace(0, 1, 101)
    lengths, turned = [min(setup.weight_std**2 * setup.length + setup.bias_std**2, LARGEST)], []
    turned.append((setup.weight_std**2 * setup.length * c + setup.bias_std**2) / max(lengths[0], 1e-300))
    while len(lengths) < setup.depth:
        now = np.array(turned[-1:])
        turned.append(float(correlation_map(setup.activation, now, length=lengths[-1], **settings)[0]))
        lengths.append(float(length_map(setup.activation, np.array(lengths[-1:]), **settings)[0]))
    at_rest = correlation_map(setup.activation, marks, length=rest, **settings)
    measured = _two(setup, c, seed)
    return Pair(
        q, length_map(setup.activation, q, **settings), marks, at_rest, rest,
        np.array(lengths), np.array(turned), *measured,
    )  # fmt: skip


def _two(setup: Setup, correlation: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Length of the first and correlation of both, layer by layer, in one real network."""
    phi, n = activation_named(setup.activation), setup.width
    basis, _ = np.linalg.qr(np.random.default_rng([seed, n, 4, 4]).standard_normal((n, 2)))
    mixed = np.array([[1.0, correlation], [0.0, np.sqrt(1 - correlation**2)]])
    h, lengths, turned = np.sqrt(n * setup.length) * basis @ mixed, [], []
    for matrix, offset in zip(draws.matrices(setup, seed), draws.biases(setup, seed), strict=True):
        z = matrix @ h * (setup.weight_std / np.sqrt(n)) + setup.bias_std * offset[:, None]
        square = np.mean(z**2, axis=0)
        lengths.append(square[0])
        turned.append(np.mean(z[:, 0] * z[:, 1]) / max(np.sqrt(square[0] * square[1]), 1e-300))
        h = phi.value(z)
    return np.array(lengths), np.array(turned)
