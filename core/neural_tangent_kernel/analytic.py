"""The kernels of an infinitely wide network, layer by layer, in closed form.

    Σ¹ = σ_w² x x'ᵀ/d + σ_b²,   Σ^{l+1} = σ_w² E φφ + σ_b²,   Σ̇^{l+1} = σ_w² E φ'φ',   (u, v) ~ N(0, Σ^l)
    Θ¹ = Σ¹,                    Θ^{l+1} = Σ^{l+1} + Θ^l ⊙ Σ̇^{l+1}

Σ = Σ^{L+1} is the NNGP kernel: the covariance of the outputs of a network that is drawn at random. Θ = Θ^{L+1} is the
neural tangent kernel, ⟨∂f(x)/∂θ, ∂f(x')/∂θ⟩ in the limit. L = ``depth`` hidden layers; L = 0 is a linear model.
Jacot, Gabriel & Hongler 2018, arXiv:1806.07572, Theorem 1; d and σ_w, σ_b as in neural-tangents' W_std, b_std.

In the standard parametrisation Σ is the same, and Θ has no limit: a layer fed by n units counts n/σ_w² times as much,
and so it grows with n (Sohl-Dickstein et al. 2020, arXiv:2001.07301). ``width=n`` gives its leading part at that n.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, affordable, real, whole
from core.neural_tangent_kernel.activations import Activation, activation_named

MOST_DEPTH = 50
MOST_VARIANCE = 100.0
BLOCK = 1 << 14  # entries of a kernel worked on at a time: with all that is needed beside them, they stay in the cache


@dataclass(frozen=True)
class Kernels:
    """Both kernels between two sets of points."""

    ntk: Float[np.ndarray, "n1 n2"]  # Θ, squared units of f per unit of the parameters
    nngp: Float[np.ndarray, "n1 n2"]  # Σ, squared units of f


@dataclass(frozen=True)
class _Layers:
    """What the recursion needs beside the points: how the layers weigh."""

    activation: Activation
    weight_variance: float
    bias_variance: float
    widths: tuple[float, ...]  # units that feed each layer; none in the NTK parametrisation

    def gains(self, layer: int) -> tuple[float, float]:
        """How much of Σ − σ_b² a layer's weights add to Θ, and what its biases add."""
        if not self.widths or not self.weight_variance:
            return 1.0, self.bias_variance
        return self.widths[layer] / self.weight_variance, float(self.bias_variance > 0)


def analytic_kernels(
    x1: Float[np.ndarray, "n1 d"],
    x2: Float[np.ndarray, "n2 _"] | None = None,
    *,
    depth: int,
    activation: str,
    weight_variance: Real,
    bias_variance: Real,
    width: int | None = None,
) -> Kernels:
    """Θ and Σ between the rows of ``x1`` and those of ``x2`` (without it, of ``x1`` again, at half the work).

    ``width`` asks for the standard parametrisation with that many units in each hidden layer.
    """
    depth = whole("depth", depth, 0, MOST_DEPTH)
    x1, x2 = _points("x1", x1), None if x2 is None else _points("x2", x2)
    if x2 is not None and x2.shape[1] != x1.shape[1]:
        raise ValueError(f"x1 and x2 must have as many columns, got {x1.shape[1]} and {x2.shape[1]}")
    affordable("each kernel", len(x1), len(x1 if x2 is None else x2))
    widths = () if width is None else (x1.shape[1], *[whole("width", width, 1, 10**9)] * depth)
    layers = _Layers(
        activation_named(activation),
        real("weight_variance", weight_variance, 0, MOST_VARIANCE),
        real("bias_variance", bias_variance, 0, MOST_VARIANCE),
        tuple(map(float, widths)),
    )
    rows = _lengths(x1, depth, layers)
    columns = rows if x2 is None else _lengths(x2, depth, layers)
    return _blocks(x1, x1 if x2 is None else x2, rows, columns, layers, mirrored=x2 is None)


def _points(name: str, x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    if x.ndim != 2 or x.shape[1] == 0 or not np.isfinite(x).all():
        raise ValueError(f"{name} must be rows of finite numbers, got shape {x.shape}")
    return np.ascontiguousarray(x, dtype=np.float64)


def _lengths(x: Float[np.ndarray, "n d"], depth: int, layers: _Layers) -> list[Float[np.ndarray, " n"]]:
    """The points' scales in each layer, which need no other point: Σ(x, x) obeys a recursion of its own."""
    q, scales = layers.weight_variance * np.mean(x * x, axis=1) + layers.bias_variance, []
    for _ in range(depth):
        scales.append(layers.activation.scale(q))
        q = layers.weight_variance * layers.activation.length(q) + layers.bias_variance
    return scales


def _blocks(x1, x2, rows, columns, layers: _Layers, *, mirrored: bool) -> Kernels:
    """The kernels, some rows at a time; of a symmetric one only what is right of the diagonal block."""
    n1, n2 = len(x1), len(x2)
    ntk, nngp = np.empty((n1, n2)), np.empty((n1, n2))
    high = max(1, BLOCK // max(n2, 1))
    for top in range(0, n1, high):
        part, left = slice(top, top + high), top if mirrored else 0
        cov = x1[part] @ x2[left:].T
        cov *= layers.weight_variance / x1.shape[1]
        tangent = _climb(cov, [r[part] for r in rows], [c[left:] for c in columns], layers)
        ntk[part, left:], nngp[part, left:] = tangent, cov
        if mirrored:
            ntk[left:, part], nngp[left:, part] = tangent.T, cov.T
    return Kernels(ntk, nngp)


def _climb(cov, rows, columns, layers: _Layers) -> np.ndarray:
    """From Σ¹ − σ_b² up through the layers: ``cov`` becomes Σ, and Θ is returned."""
    gain, bias = layers.gains(0)
    tangent = gain * cov
    tangent += bias
    cov += layers.bias_variance
    slopes = np.empty_like(cov)
    for layer, (scale1, scale2) in enumerate(zip(rows, columns, strict=True), 1):
        layers.activation.average(cov, scale1, scale2, slopes)
        cov *= layers.weight_variance
        slopes *= layers.weight_variance
        gain, bias = layers.gains(layer)
        tangent *= slopes
        tangent += cov if gain == 1 else gain * cov
        tangent += bias
        cov += layers.bias_variance
    return tangent
