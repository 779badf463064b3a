"""Finite networks, many at a time, and their tangent kernels without a Jacobian.

    z¹ = σ_w W¹x/√d + σ_b b¹,   z^{l+1} = σ_w W^{l+1} φ(z^l)/√n_l + σ_b b^{l+1},   f = z^{L+1};   all W, b ~ N(0, 1)
    Θ̂(x, x') = Σ_l (σ_w²/n_{l−1} ⟨h_{l−1}, h'_{l−1}⟩ + σ_b²) ⟨g_l, g'_l⟩,   h_l = φ(z^l), h_0 = x, g_l = ∂f/∂z^l

That is the NTK parametrisation. Kept are the matrices that multiply, V = σ_w W/√n and c = σ_b b: a step on W is a step
on V that is σ_w²/n as long, on b one on c that is σ_b² as long. These lengths, ``rates``, are all that distinguishes it
from the standard parametrisation, in which they are one; what is drawn at the start is the same. σ_b = 0: no biases.
"""

import copy
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, affordable, real, whole
from core.neural_tangent_kernel.activations import Activation, activation_named
from core.neural_tangent_kernel.analytic import MOST_DEPTH, MOST_VARIANCE

MOST_WIDTH = 4096
MOST_PARAMETERS = 20_000_000  # of all networks together: 160 MB
PARAMETRISATIONS = ("ntk", "standard")


@dataclass(frozen=True)
class Networks:
    """R networks of one shape, as stacks. Not to be written into while somebody reads them."""

    weights: tuple[np.ndarray, ...]  # V of each layer, (R, inputs, outputs)
    biases: tuple[np.ndarray, ...]  # c of each layer, (R, 1, outputs)
    weight_rates: tuple[float, ...]  # how long a step on V is per unit of step size: σ_w²/n, or 1
    bias_rates: tuple[float, ...]
    activation: Activation

    @property
    def count(self) -> int:
        """R."""
        return len(self.weights[0])

    def at(self, part: slice) -> "Networks":
        """Some of them; the parameters are shared."""
        weights, biases = (tuple(p[part] for p in stacks) for stacks in (self.weights, self.biases))
        return Networks(weights, biases, self.weight_rates, self.bias_rates, self.activation)

    def copy(self) -> "Networks":
        """The same, with parameters of their own."""
        weights, biases = (tuple(p.copy() for p in stacks) for stacks in (self.weights, self.biases))
        return Networks(weights, biases, self.weight_rates, self.bias_rates, self.activation)

    def zeros(self) -> "Networks":
        """As many of the same shape, with nothing in them."""
        weights, biases = (tuple(np.zeros_like(p) for p in stacks) for stacks in (self.weights, self.biases))
        return Networks(weights, biases, self.weight_rates, self.bias_rates, self.activation)

    def outputs(self, x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "R n"]:
        """f(x) of each."""
        z = x[None]
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = np.matmul(self.activation.value(z) if layer else z, weight)
            z += bias
        return z[..., 0]


def draw(
    inputs: int,
    width: int,
    depth: int,
    count: int,
    *,
    activation: str = "erf",
    weight_variance: Real = 1.0,
    bias_variance: Real = 0.0,
    parametrisation: str = "ntk",
    seed: int = 0,
) -> Networks:
    """``count`` random networks with ``depth`` hidden layers of ``width`` units each.

    Each network has a random stream of its own: the i-th is the same however many are drawn.
    """
    sizes = layer_sizes(inputs, width, depth)
    whole("count", count, 1, 10_000)
    total = count * sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    if total > MOST_PARAMETERS:
        raise ValueError(f"all networks together may have {MOST_PARAMETERS} parameters, got {total}")
    if parametrisation not in PARAMETRISATIONS:
        raise ValueError(f"parametrisation must be one of {', '.join(PARAMETRISATIONS)}, got {parametrisation!r}")
    w = real("weight_variance", weight_variance, 0, MOST_VARIANCE)
    b = real("bias_variance", bias_variance, 0, MOST_VARIANCE)
    streams = [np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), width, i]) for i in range(count)]
    weights, biases = [], []
    for fan_in, fan_out in itertools.pairwise(sizes):
        drawn = np.stack([rng.standard_normal((fan_in + 1, fan_out)) for rng in streams])
        weights.append(np.sqrt(w / fan_in) * drawn[:, 1:])
        biases.append(np.sqrt(b) * drawn[:, :1])
    return Networks(tuple(weights), tuple(biases), *rates(sizes, w, b, parametrisation), activation_named(activation))


def rates(
    sizes: Sequence[int], w: float, b: float, parametrisation: str
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How long a step on V and on c is in each layer, from σ_w² and σ_b²."""
    is_ntk = parametrisation == "ntk"
    weight_rates = tuple(w / n if is_ntk else 1.0 for n in sizes[:-1])
    return weight_rates, (b if is_ntk else float(b > 0),) * len(weight_rates)


def layer_sizes(inputs: int, width: int, depth: int) -> list[int]:
    """Units from the input to the output, or ``ValueError``."""
    hidden = [whole("width", width, 1, MOST_WIDTH)] * whole("depth", depth, 0, MOST_DEPTH)
    return [whole("inputs", inputs, 1, 100_000), *hidden, 1]


def forward(networks: Networks, x: Float[np.ndarray, "n d"]) -> tuple[Float[np.ndarray, "R n"], list[np.ndarray], list]:
    """f(x), what each layer is fed, (R, n, inputs), and the slopes of the hidden units, (R, n, outputs)."""
    z = np.matmul(x[None], networks.weights[0])
    z += networks.biases[0]
    fed, slopes = [x[None]], []
    for weight, bias in zip(networks.weights[1:], networks.biases[1:], strict=True):
        h = networks.activation.value(z)
        slopes.append(networks.activation.slope(z, h))
        fed.append(h)
        z = np.matmul(h, weight)
        z += bias
    return z[..., 0], fed, slopes


def backward(networks: Networks, slopes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """∂f/∂z of the hidden layers, (R, n, outputs) each; of the output itself it is one."""
    if not slopes:
        return []
    g = slopes[-1] * networks.weights[-1].swapaxes(1, 2)
    back = [g]
    for weight, slope in zip(networks.weights[-2:0:-1], slopes[-2::-1], strict=True):
        g = np.matmul(g, weight.swapaxes(1, 2))
        g *= slope
        back.append(g)
    return back[::-1]


def empirical_ntk(
    networks: Networks, x1: Float[np.ndarray, "n1 d"], x2: Float[np.ndarray, "n2 d"] | None = None
) -> Float[np.ndarray, "R n1 n2"]:
    """Θ̂ of each network between the rows of ``x1`` and of ``x2`` (without it, of ``x1`` again)."""
    affordable("the kernels", networks.count, len(x1), len(x1 if x2 is None else x2))
    return Factors(networks, x1).kernel(slice(None) if x2 is None else Factors(networks, x2))


class Factors:
    """The outputs at some points, and what any tangent kernel between them is made of."""

    def __init__(self, networks: Networks, x: Float[np.ndarray, "n d"]) -> None:
        self.networks = networks
        self.outputs, self.fed, slopes = forward(networks, x)
        self.back = backward(networks, slopes)

    def at(self, part: slice) -> "Factors":
        """Those of some of the networks."""
        some = copy.copy(self)
        some.networks, some.outputs = self.networks.at(part), self.outputs[part]
        some.fed, some.back = [self.fed[0], *(h[part] for h in self.fed[1:])], [g[part] for g in self.back]
        return some

    def kernel(self, other: "Factors | slice") -> Float[np.ndarray, "R n1 n2"]:
        """Θ̂ to the points of another, or to some of its own."""
        fed, back = (self.fed, self.back) if isinstance(other, slice) else (other.fed, other.back)
        if isinstance(other, slice):
            fed, back = [h[:, other] for h in fed], [g[:, other] for g in back]
        total = tangent_kernel((self.fed, self.back), (fed, back), self.networks.weight_rates, self.networks.bias_rates)
        return np.repeat(total, self.networks.count, axis=0) if len(total) < self.networks.count else total


def tangent_kernel(
    one: tuple[list, list], other: tuple[list, list], weight_rates: Sequence[float], bias_rates: Sequence[float]
) -> Float[np.ndarray, "R n1 n2"]:
    """Θ̂ from what each layer is fed and what comes back to it, at the points of the one and of the other; without
    hidden layers a single one for all networks."""
    total = 0.0
    for layer, (rate, bias_rate) in enumerate(zip(weight_rates, bias_rates, strict=True)):
        (h, g), (h_other, g_other) = ((fed[layer], back[layer : layer + 1]) for fed, back in (one, other))
        term = np.matmul(rate * h, h_other.swapaxes(1, 2))
        term += bias_rate
        total = total + (term * np.matmul(g[0], g_other[0].swapaxes(1, 2)) if g else term)
    return total
