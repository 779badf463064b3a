"""The infinitely wide network: how long the signal is at each layer, and by what the gradient is multiplied there.

    q ← σ_w² E φ(√q z)² + σ_b²        χ(q) = σ_w² E φ′(√q z)²        E‖g‖² ← χ(q) E‖g‖², from the output down

Asymptotic, n → ∞ (Poole et al. 2016, Schoenholz et al. 2017). The product of χ(q) is taken along the lengths that there
are: where the input is longer than the fixed point, the transient counts. LSUV has every length 1, and a σ_w² of
1/E φ(z)² with which it gets there.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, floats, real, whole
from core.signal_propagation.activations import activation_named
from core.signal_propagation.means import LARGEST, NODES, SMALLEST, WEIGHTS, slope_mean, square_mean
from core.signal_propagation.setup import MOST_BIAS, MOST_STD, Setup

SWEEPS = 400  # of the length map on its way to a fixed point


@dataclass(frozen=True)
class Recursion:
    """Layer by layer, from the input up."""

    weight_variance: Float[np.ndarray, " layers"]  # σ_w², of LSUV the one that it finds
    length: Float[np.ndarray, " layers"]  # q, of z at each layer
    factor: Float[np.ndarray, " layers"]  # χ, by which the squared gradient is multiplied on its way down through it

    @property
    def log_square(self) -> Float[np.ndarray, " places"]:
        """ln of the mean squared gradient 0, 1, … layers below the output, where it is 1."""
        return np.concatenate([[0.0], np.cumsum(np.log(self.factor[::-1]))])


def length_map(
    activation: str, lengths: Float[np.ndarray, " lengths"], *, weight_std: Real, bias_std: Real
) -> Float[np.ndarray, " lengths"]:
    """The next layer's q for each q, within ``SMALLEST`` … ``LARGEST``."""
    weight, bias = real("weight_std", weight_std, 0.0, MOST_STD), real("bias_std", bias_std, 0.0, MOST_BIAS)
    return np.clip(weight**2 * square_mean(activation, lengths) + bias**2, SMALLEST, LARGEST)


def recursion(setup: Setup, input_length: Real) -> Recursion:
    """What the theory says of each layer, where the input has that mean square."""
    first = real("input_length", input_length, 0.0, LARGEST)
    weight = np.full(setup.depth, setup.weight_std**2)
    if setup.is_lsuv:
        length = np.ones(setup.depth)
        weight[:] = 1 / square_mean(setup.activation, np.ones(1))
        weight[0] = 1 / max(first, SMALLEST)
    else:
        length = np.array(_lengths(setup, first))
    return Recursion(weight, length, weight * slope_mean(setup.activation, length))


def _lengths(setup: Setup, first: float) -> list[float]:
    found = [min(max(setup.weight_std**2 * first + setup.bias_std**2, SMALLEST), LARGEST)]
    following = _map(setup.activation, setup.weight_std, setup.bias_std)
    while len(found) < setup.depth:
        found.append(following(found[-1]))
        if found[-1] == found[-2]:
            return found + found[-1:] * (setup.depth - len(found))
    return found


def _map(activation: str, weight_std: float, bias_std: float) -> Callable[[float], float]:
    """``length_map`` of one length at a time, which it is left to the caller to have looked at."""
    value, weight, bias = activation_named(activation).value, weight_std**2, bias_std**2

    def following(q: float) -> float:
        h = value(math.sqrt(q) * NODES)
        return min(max(weight * float((h * h) @ WEIGHTS) + bias, SMALLEST), LARGEST)

    return following


def resting(activation: str, *, weight_std: Real, bias_std: Real, sweeps: int = SWEEPS) -> float:
    """The fixed point q* that the length map leads to from q = 1."""
    weight, bias = real("weight_std", weight_std, 0.0, MOST_STD), real("bias_std", bias_std, 0.0, MOST_BIAS)
    following, q = _map(activation, weight, bias), 1.0
    for _ in range(whole("sweeps", sweeps, 1, 10_000)):
        q, before = following(q), q
        if q == before:
            break
    return q


def chi(activation: str, *, weight_std: Real, bias_std: Real) -> float:
    """χ₁ = χ(q*)."""
    q = resting(activation, weight_std=weight_std, bias_std=bias_std)
    return float(weight_std) ** 2 * float(slope_mean(activation, floats("q", [q]))[0])
