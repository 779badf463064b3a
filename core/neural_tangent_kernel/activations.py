"""Activations with the two Gaussian averages that make an infinitely wide layer.

For (u, v) Gaussian with variances p, q and covariance s, and φ the activation, φ' its slope:

    relu  c = s/√(pq), θ = arccos c:  E φφ = √(pq)(sin θ + (π − θ) cos θ)/2π,   E φ'φ' = (π − θ)/2π
    erf   w = 2s/√((1 + 2p)(1 + 2q)): E φφ = (2/π) arcsin w,   E φ'φ' = (4/π)/√((1 + 2p)(1 + 2q)(1 − w²))

ReLU: Cho & Saul 2009, the arc-cosine kernels. erf: Williams 1997.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import erf

TWO_OVER_ROOT_PI = 2 / np.sqrt(np.pi)
ALIGNED = 1 - 2e-15  # above this a cosine is one, up to rounding; arccos would turn that rounding into 10⁻⁸


@dataclass(frozen=True)
class Activation:
    """φ, its slope from z and φ(z), and the averages, written into the arrays that they are given."""

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]
    length: Callable[[np.ndarray], np.ndarray]  # E φ(u)² from the variance of u
    scale: Callable[[np.ndarray], np.ndarray]  # a factor of each point, from the variance of u
    average: Callable[..., None]  # (cov, scale1, scale2, slopes): cov becomes E φφ, slopes E φ'φ'


def _relu_average(
    cov: Float[np.ndarray, "n1 n2"],
    scale1: Float[np.ndarray, " n1"],
    scale2: Float[np.ndarray, " n2"],
    slopes: Float[np.ndarray, "n1 n2"],
) -> None:
    """The scales are √p and √q; a point of no length has covariance 0 with all, and keeps it."""
    inverse1, inverse2 = (np.divide(1, s, out=np.zeros_like(s), where=s > 0) for s in (scale1, scale2))
    cov *= inverse1[:, None]
    cov *= inverse2
    np.clip(cov, -1, 1, out=cov)
    np.copyto(cov, 1.0, where=cov > ALIGNED)
    np.arccos(cov, out=slopes)
    np.subtract(np.pi, slopes, out=slopes)
    sine = cov * cov
    np.subtract(1, sine, out=sine)
    np.sqrt(sine, out=sine)
    cov *= slopes
    cov += sine
    cov *= scale1[:, None] / (2 * np.pi)
    cov *= scale2
    slopes *= 1 / (2 * np.pi)


def _erf_average(
    cov: Float[np.ndarray, "n1 n2"],
    scale1: Float[np.ndarray, " n1"],
    scale2: Float[np.ndarray, " n2"],
    slopes: Float[np.ndarray, "n1 n2"],
) -> None:
    """The scales are 1/√(1 + 2p) and 1/√(1 + 2q)."""
    cov *= 2 * scale1[:, None]
    cov *= scale2
    np.multiply(cov, cov, out=slopes)
    np.subtract(1, slopes, out=slopes)
    np.sqrt(slopes, out=slopes)
    np.divide(4 / np.pi * scale1[:, None], slopes, out=slopes)
    slopes *= scale2
    np.arcsin(cov, out=cov)
    cov *= 2 / np.pi


def _erf_slope(z: np.ndarray, _: np.ndarray) -> np.ndarray:
    slope = z * z
    np.negative(slope, out=slope)
    np.exp(slope, out=slope)
    slope *= TWO_OVER_ROOT_PI
    return slope


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        "relu",
        value=lambda z: np.maximum(z, 0.0),
        slope=lambda z, h: (h > 0).astype(z.dtype),
        length=lambda q: q / 2,
        scale=np.sqrt,
        average=_relu_average,
    ),
    "erf": Activation(
        "erf",
        value=erf,
        slope=_erf_slope,
        length=lambda q: 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q)),
        scale=lambda q: 1 / np.sqrt(1 + 2 * q),
        average=_erf_average,
    ),
}


def activation_named(name: str) -> Activation:
    """The activation of that name, or ``ValueError`` with those there are."""
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]
