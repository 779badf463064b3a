"""What many random networks make of n points, with their kernels, without their n_l × n_l matrices.

Of a matrix V with independent N(0, v) entries a network only ever asks what it makes of its inputs, z = hV, and what it
sends back, gVᵀ. With S = hhᵀ (n, n) and Q = hᵀS^{−½} (units, n), which is orthonormal on what h spans,

    V = QA + (I − QQᵀ)B,   A (n, units) and B independent of one another, with entries N(0, v)
    z = S^{½}A,            gVᵀ = (gAᵀ)Qᵀ + (gBᵀ)(I − QQᵀ),   gBᵀ = (ggᵀ)^{½}E,  E (n, units) with entries N(0, v)

because g is made of z and of later layers, and they of nothing of B. So n rows are drawn instead of a matrix, and the
law is the same at every width: Bolthausen 2014, Commun. Math. Phys. 325, as Yang 2019, arXiv:1902.04760 uses it. A
direction of h that is rounding is not asked about: it is left to B.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, whole
from core.neural_tangent_kernel.activations import activation_named
from core.neural_tangent_kernel.network import layer_sizes, rates, tangent_kernel

if TYPE_CHECKING:
    from core.neural_tangent_kernel.settings import Settings

NOTHING = 1e-13  # of the largest eigenvalue of hhᵀ: its rounding


@dataclass(frozen=True)
class Untrained:
    """The kernels of R networks on n points. What they say there need not be drawn."""

    ntk: Float[np.ndarray, "R n n"]  # Θ̂₀
    nngp: Float[np.ndarray, "R n n"]  # Σ̂


def untrained(settings: "Settings", x: Float[np.ndarray, "n d"], width: int, count: int) -> Untrained:
    """``count`` networks of that width, drawn at random."""
    sizes, count = layer_sizes(x.shape[1], width, settings.depth), whole("count", count, 1, 10_000)
    affordable("what all networks have at the points", count, len(x), width)
    draws = _Draws(settings, width, count)
    fed, slopes, asked = _forwards(draws, x, sizes)
    back = _backwards(draws, slopes, asked)
    w, b = settings.weight_std**2, settings.bias_std**2
    ntk = tangent_kernel((fed, back), (fed, back), *rates(sizes, w, b, settings.parametrisation))
    nngp = w / fed[-1].shape[2] * np.matmul(fed[-1], fed[-1].swapaxes(1, 2)) + b
    return Untrained(*(np.broadcast_to(kernels, (count, len(x), len(x))) for kernels in (ntk, nngp)))


class _Draws:
    """What all networks of a width draw from, as arrays of shape (R, rows, columns)."""

    def __init__(self, settings: "Settings", width: int, count: int) -> None:
        self.settings, self.count = settings, count
        self.rng = np.random.default_rng([settings.seed, width, 0, 1])
        self.activation = activation_named(settings.activation)

    def weights(self, rows: int, inputs: int, outputs: int) -> np.ndarray:
        """Rows with entries N(0, σ_w²/inputs)."""
        return self.settings.weight_std / np.sqrt(inputs) * self.rng.standard_normal((self.count, rows, outputs))

    def biases(self, outputs: int) -> np.ndarray:
        """c of a layer."""
        return self.settings.bias_std * self.rng.standard_normal((self.count, 1, outputs))


@dataclass(frozen=True)
class _Asked:
    """What is known of V after it was asked about h."""

    basis: Float[np.ndarray, "R n inputs"]  # Qᵀ
    made: Float[np.ndarray, "R n outputs"]  # A

    def back(self, g: Float[np.ndarray, "R n outputs"], fresh: Float[np.ndarray, "R n inputs"]) -> np.ndarray:
        """gVᵀ; ``fresh`` is E."""
        unknown = _roots(g)[0] @ fresh
        known = g @ self.made.swapaxes(1, 2) - unknown @ self.basis.swapaxes(1, 2)  # (R, n, n)
        return known @ self.basis + unknown


def _forwards(draws: _Draws, x: Float[np.ndarray, "n d"], sizes: list[int]) -> tuple[list, list, list[_Asked]]:
    """What each layer is fed, the slopes of the hidden units, and what is known of the hidden layers' matrices."""
    fed, slopes, asked = [x[None]], [], []
    for inputs, outputs in pairwise(sizes[:-1]):
        if not slopes:
            z = x @ draws.weights(inputs, inputs, outputs)
        else:
            root, inverse = _roots(fed[-1])
            asked.append(_Asked(inverse @ fed[-1], draws.weights(len(x), inputs, outputs)))
            z = root @ asked[-1].made
        z += draws.biases(outputs)
        fed.append(draws.activation.value(z))
        slopes.append(draws.activation.slope(z, fed[-1]))
    return fed, slopes, asked


def _backwards(draws: _Draws, slopes: list[np.ndarray], asked: list[_Asked]) -> list[np.ndarray]:
    """∂f/∂z of the hidden layers."""
    if not slopes:
        return []
    _, points, width = slopes[-1].shape
    back = [slopes[-1] * draws.weights(1, width, width)]
    for slope, layer in zip(slopes[-2::-1], asked[::-1], strict=True):
        back.append(slope * layer.back(back[-1], draws.weights(points, width, width)))
    return back[::-1]


def _roots(rows: Float[np.ndarray, "R n units"]) -> tuple[Float[np.ndarray, "R n n"], Float[np.ndarray, "R n n"]]:
    """S^{½} and S^{−½} of S = rows · rowsᵀ; the latter is zero on what is rounding."""
    values, vectors = np.linalg.eigh(rows @ rows.swapaxes(1, 2))
    seen = values > NOTHING * values[:, -1:]
    size = np.sqrt(np.where(seen, values, 0.0))
    inverse = np.divide(1.0, size, out=np.zeros_like(size), where=seen)
    back = vectors.swapaxes(1, 2)
    return (vectors * size[:, None]) @ back, (vectors * inverse[:, None]) @ back
