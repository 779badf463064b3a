"""Noise on the inputs that leaves their mean alone: E x′ = x.

    entries    x′_ij = x_ij m_ij/(1 − p), m ~ Bernoulli(1 − p) for every entry: dropout      Var x′_ij = c x_ij²
    rows       one coin for a whole row: its entries go or stay together                     Var x′_ij = c x_ij²
    gaussian   x′_ij = x_ij (1 + √c ε_ij), ε ~ N(0, 1)                                       Var x′_ij = c x_ij²
    additive   x′_ij = x_ij + √c ε_ij                                                        Var x′_ij = c

p is the probability to *drop*, and c = p/(1 − p). Srivastava et al. 2014 (JMLR 15) write p for the probability to
keep: theirs is 1 − p here. At p = 1 nothing is left: x′ = 0, and c is infinite.

With f = x′/x − 1, additive f = x′ − x, every noise has E f = 0, E f² = c. Of a coin f is p/(1 − p) or −1, so
E f³ = p³/(1 − p)² − p and E f⁴ = p⁴/(1 − p)³ + p; of a Gaussian E f³ = 0 and E f⁴ = 3c².
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real, whole

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def apply_dropout(x: np.ndarray, p: Real, seed: int) -> np.ndarray:
    """x with every entry set to zero with probability p, and the others divided by 1 − p, as in ``torch.nn.Dropout``
    while it trains. Any shape; p = 1 gives zeros, p = 0 gives x."""
    x = np.asarray(x, dtype=np.float64)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    return x * mask(rng.random(x.shape), real("p", p, 0, 1))


def mask(uniform: np.ndarray, p: float) -> np.ndarray:
    """m/(1 − p) from uniform numbers in [0, 1): 0 where the number is below p."""
    return (uniform >= p) / (1 - p) if p < 1 else np.zeros_like(uniform)


def strength(p: Real) -> float:
    """c = p/(1 − p): the variance of m/(1 − p)."""
    p = real("p", p, 0, 1)
    return p / (1 - p) if p < 1 else math.inf


def _entries(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.random(shape)


def _rows(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.broadcast_to(rng.random((*shape[:-1], 1)), shape)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.standard_normal(shape)


# What is drawn before p is known: the same draws serve every p, so that a picture moves smoothly with p.
NOISES: dict[str, Draw] = {"entries": _entries, "rows": _rows, "gaussian": _normal, "additive": _normal}


def known(noise: str) -> str:
    if noise not in NOISES:
        raise ValueError(f"noise must be one of {', '.join(NOISES)}, got {noise!r}")
    return noise


def noisy_copies(
    x: Float[np.ndarray, "n d"], drawn: Float[np.ndarray, "copies n d"], p: float, noise: str
) -> Float[np.ndarray, "copies n d"]:
    """x′ for every draw of ``NOISES[noise]``. At p = 1, where additive noise has no meaning, x′ = 0 for all."""
    if p == 1:
        return np.zeros(drawn.shape)
    root = math.sqrt(strength(p))
    if noise == "additive":
        return x + root * drawn
    return x * (1 + root * drawn if noise == "gaussian" else mask(drawn, p))


def unit(x: Float[np.ndarray, "*shape"], noise: str) -> Float[np.ndarray, "*shape"]:
    """What f is multiplied by: x′ = x + unit · f."""
    return np.ones(x.shape) if known(noise) == "additive" else x


def moments(p: Real, noise: str) -> tuple[float, float, float]:
    """E f², E f³, E f⁴. ``ValueError`` at p = 1."""
    p = real("p", p, 0, np.nextafter(1, 0))
    c, kept = strength(p), 1 - p
    if known(noise) in ("gaussian", "additive"):
        return c, 0.0, 3 * c**2
    return c, p**3 / kept**2 - p, p**4 / kept**3 + p


def square_variance(p: Real, noise: str) -> float:
    """Var f² = E f⁴ − c²: 2c² of a Gaussian, of a coin p(2p − 1)²/(1 − p)³, which is 0 at p = ½, where f = ±1."""
    p = real("p", p, 0, np.nextafter(1, 0))
    return 2 * strength(p) ** 2 if known(noise) in ("gaussian", "additive") else p * (2 * p - 1) ** 2 / (1 - p) ** 3
