"""One real network of finite width: the signal on its way up, and the gradient on its way down, in two arithmetics.

g is the gradient with respect to the output h = φ(z) of each layer: δ = φ′(z) g, and one layer further down g = Wᵀδ.
Once in double precision, and once in the format chosen: weights, biases, z, h, φ′, δ and g are rounded to it, each
once, and the sums of a product are not, which is how processors and graphics cards multiply in half precision.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.signal_propagation import draws
from core.signal_propagation.activations import activation_named
from core.signal_propagation.formats import rounder
from core.signal_propagation.recursion import Recursion, recursion
from core.signal_propagation.setup import Setup
from core.signal_propagation.underflow import Chain, chain
from core.signal_propagation.weights import ROOM, Scaler, in_double, turned

MOST_SEED = 2**31


@dataclass(frozen=True)
class Signal:
    """What went up and what came down. Gradients are told by place: 0 is the output, ``depth`` the input."""

    setup: Setup
    input_length: float  # mean square of the input
    weight_std: Float[np.ndarray, " layers"]  # √n times the standard deviation of each W
    length: Float[np.ndarray, " layers"]  # mean square of z, in double precision
    gradient: Float[np.ndarray, "places n"]  # in double precision, with the loss not scaled
    kept: Float[np.ndarray, "places n"]  # in the format, of the scaled loss
    theory: Recursion

    @cached_property
    def rms(self) -> Float[np.ndarray, " places"]:
        return root_mean_square(self.gradient)

    @cached_property
    def kept_rms(self) -> Float[np.ndarray, " places"]:
        """Of the scaled loss; infinite or not a number once the format has overflowed."""
        return root_mean_square(self.kept)

    @cached_property
    def zeros(self) -> Float[np.ndarray, " places"]:
        """The share of the gradient's entries that are exactly 0 in the format."""
        return np.mean(self.kept == 0, axis=1)

    @cached_property
    def expected(self) -> Chain:
        """What the theory makes of it in the format."""
        return chain(self.setup, self.theory)

    @property
    def overflowed(self) -> bool:
        return not np.isfinite(self.kept).all()


def root_mean_square(rows: Float[np.ndarray, "rows n"]) -> Float[np.ndarray, " rows"]:
    """Of each row, without its squares leaving the range of floats."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        shares = np.where(largest > 0, rows / largest, 0.0)
        return largest[:, 0] * np.sqrt(np.mean(shares**2, axis=1))


def propagate(setup: Setup, *, seed: int = 0) -> Signal:
    """Send the input of that seed up through its network, and its gradient down."""
    seed = whole("seed", seed, 0, MOST_SEED)
    x, normal = draws.source(setup, seed), draws.stacks(setup, seed)
    exact, scales, length = _sent(setup, seed, normal, x)
    kept = exact
    if setup.format != "fp64":
        kept = _sent_in_format(setup, seed, normal, x, scales)
    elif setup.scale != 1:
        kept = exact * setup.scale
    at_input = float(np.mean(x**2))
    return Signal(setup, at_input, scales, length, exact, kept, recursion(setup, at_input))


def _sent(setup: Setup, seed: int, normal: list, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradient at every place, each layer's σ_w and the mean square of its z."""
    phi, fan, bias = activation_named(setup.activation), np.sqrt(setup.width), _biases(setup, seed)
    h, scales, z = x, np.full(setup.depth, setup.weight_std), np.empty(bias.shape)
    for layer, matrix in enumerate(in_double(normal)):
        z[layer] = matrix.dot(h) / fan
        if setup.is_lsuv:
            scales[layer] = 1 / np.sqrt(np.mean(z[layer] ** 2) or 1.0)
        z[layer] = scales[layer] * z[layer] + bias[layer]
        h = phi.value(z[layer])
    gradient, slopes = [draws.cotangent(setup, seed)], phi.slope(z)
    for matrix, slope, scale in zip(in_double(turned(normal)), slopes[::-1], scales[::-1], strict=True):
        gradient.append((gradient[-1] * slope).dot(matrix) * (scale / fan))
    return np.array(gradient), scales, np.mean(z**2, axis=1)


def _sent_in_format(setup: Setup, seed: int, normal: list, x: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The gradient at every place, all of it in the format."""
    phi, kept = activation_named(setup.activation), rounder(setup.format, flushed=setup.flushed)
    bias, factors = kept(_biases(setup, seed)), scales / np.sqrt(setup.width)
    h, z = kept(x), np.empty(bias.shape)
    with np.errstate(all="ignore"), ROOM.lent(normal) as weights:
        scaled = Scaler(setup.format, normal[0].shape, flushed=setup.flushed)
        for layer, matrix in enumerate(in_double(scaled.all(normal, factors, weights))):
            z[layer] = kept(matrix.dot(h) + bias[layer])
            h = kept(phi.value(z[layer]))
        gradient, slopes = [kept(setup.scale * draws.cotangent(setup, seed))], kept(phi.slope(z))
        for matrix, slope in zip(in_double(turned(weights)), slopes[::-1], strict=True):
            gradient.append(kept(kept(gradient[-1] * slope).dot(matrix)))
    return np.array(gradient)


def _biases(setup: Setup, seed: int) -> np.ndarray:
    return (0.0 if setup.is_lsuv else setup.bias_std) * draws.biases(setup, seed)
