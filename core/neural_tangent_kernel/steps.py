"""Steps of gradient descent on many networks at once, one after another.

    L(θ) = ½ Σ_i (f(x_i) − y_i)²,   θ ← θ − η ∂L/∂θ,   ∂L/∂θ = Jᵀr,  J = ∂f/∂θ on the samples,  r = f − y

All samples in every step, all layers trained. The gradient is written out by hand: the same products that a general
differentiator would find, with nothing kept that is not needed.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from core.neural_tangent_kernel.network import Factors, Networks

BLOCK = 1 << 15  # numbers of a product that is added to the weights
LOST = 1e6  # times the size of the targets: from there a run has diverged, and is left where it is


def descend(
    networks: Networks, x: Float[np.ndarray, "n d"], y: Float[np.ndarray, "*R n"], step_size: float, steps: int
) -> None:
    """``steps`` steps, in place."""
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            factors = Factors(networks, x)
            move(networks, (factors, step_size * (factors.outputs - y)))


def move(networks: Networks, *pushes: tuple[Factors, Float[np.ndarray, "R n"]]) -> None:
    """θ − Σ Jᵀ push, in place, with the gradients J of the samples that the factors are of."""
    for place, (weight, bias) in enumerate(zip(networks.weights, networks.biases, strict=True)):
        fed, along, along_bias = _along(place, pushes)
        for rows in _blocks(weight):
            weight[:, rows] -= np.matmul(fed[:, rows], along)
        if along_bias is not None:
            bias -= along_bias


def gradient_square(factors: Factors, residual: Float[np.ndarray, "R n"]) -> Float[np.ndarray, " R"]:
    """‖∂L/∂θ‖² in the parameters that are drawn: what a step of length one would move, by the code that trains."""
    networks = factors.networks
    total = np.zeros(networks.count)
    for place, weight in enumerate(networks.weights):
        fed, along, along_bias = _along(place, ((factors, residual),))
        rate, bias_rate = networks.weight_rates[place], networks.bias_rates[place]
        if rate:
            for rows in _blocks(weight):
                total += _square(np.matmul(fed[:, rows], along)) / rate
        if along_bias is not None:
            total += _square(along_bias) / bias_rate
    return total


def _along(place: int, pushes) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Of Σ Jᵀ push in a layer: its two factors, (R, inputs, n) and (R, n, outputs), and what is of the biases."""
    networks, fed, along = pushes[0][0].networks, [], []
    for factors, push in pushes:
        fed.append(factors.fed[place])
        along.append(factors.back[place] * push[..., None] if place < len(factors.back) else push[..., None])
    h, part = (a[0] if len(a) == 1 else np.concatenate(a, axis=1) for a in (fed, along))
    bias_rate = networks.bias_rates[place]
    along_bias = bias_rate * part.sum(axis=1, keepdims=True) if bias_rate else None
    return h.swapaxes(1, 2), networks.weight_rates[place] * part, along_bias


def _blocks(weight: Float[np.ndarray, "R inputs outputs"]) -> Iterator[slice]:
    """Rows whose products stay in the cache."""
    high = max(8, BLOCK // (len(weight) * weight.shape[2]))
    return (slice(top, top + high) for top in range(0, weight.shape[1], high))


def _square(parts: np.ndarray) -> Float[np.ndarray, " R"]:
    flat = parts.reshape(len(parts), -1)
    return np.einsum("ri,ri->r", flat, flat)


def held(outputs: Float[np.ndarray, "R points"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, "R points"]:
    """The outputs, nan for a network that is lost."""
    most = LOST * max(1.0, float(np.abs(y).max(initial=0)))
    with np.errstate(invalid="ignore"):
        lost = ~(np.abs(outputs).max(axis=1, initial=0) < most)
    return np.where(lost[:, None], np.nan, outputs)
