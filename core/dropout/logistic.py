"""Beyond least squares the penalty is only nearly quadratic: logistic regression with dropped inputs.

With A(u) = log(1 + eᵘ), the loss A(xᵀβ) − y xᵀβ is linear in y, so dropout adds exactly

    R(β) = Σ_i E A(x′_iᵀβ) − A(x_iᵀβ)  ≈  ½ c Σ_i A″(x_iᵀβ) Σ_j x_ij² β_j²,   A″ = π(1 − π), π = 1/(1 + e^−u)

whatever the labels are. c = p/(1 − p), p the probability to drop. Wager, Wang & Liang 2013, arXiv:1307.1493.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, affordable, floats, real, whole
from core.dropout.linear import masks, probabilities
from core.dropout.noise import strength

SIZES = np.round(np.geomspace(0.05, 10, 47), 4)  # |β| that the comparison is drawn for


@dataclass(frozen=True)
class LogisticPenalty:
    """What dropout adds to the logistic loss as β grows along one direction."""

    size: Float[np.ndarray, " sizes"]  # ‖β‖
    exact: Float[np.ndarray, " sizes"]  # nats, summed over the samples
    quadratic: Float[np.ndarray, " sizes"]


def exact_penalty(x: Float[np.ndarray, "n d"], beta: Float[np.ndarray, " d"], p: Real) -> float:
    """R(β) by enumerating the 2^d masks. At p = 1 every input is zero."""
    x, beta, p = floats("x", x), floats("beta", beta), real("p", p, 0, 1)
    kept = masks(x.shape[1])
    affordable("the outputs of all masks", len(x), len(kept))
    scaled = kept / (1 - p) if p < 1 else np.zeros(kept.shape)
    noisy = (x * beta) @ scaled.T  # (n, masks)
    return float(np.sum(np.logaddexp(0, noisy) @ probabilities(kept, p) - np.logaddexp(0, x @ beta)))


def quadratic_penalty(x: Float[np.ndarray, "n d"], beta: Float[np.ndarray, " d"], p: Real) -> float:
    """The second-order approximation of R(β). Infinite at p = 1 unless β is zero."""
    x, beta = floats("x", x), floats("beta", beta)
    u = x @ beta
    curvature = 1 / (2 + 2 * np.cosh(np.clip(u, -700, 700)))  # π(1 − π)
    weight = float(curvature @ (x**2 @ beta**2))
    return 0.5 * strength(p) * weight if weight else 0.0


def logistic_penalty(p: Real, *, n: int = 30, d: int = 8, seed: int = 0) -> LogisticPenalty:
    """Both, for n Gaussian samples of d inputs and β of every size along a random direction."""
    n, d = whole("n", n, 1, 500), whole("d", d, 1, 10)
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 11])
    x, direction = rng.standard_normal((n, d)), rng.standard_normal(d)
    direction /= np.linalg.norm(direction)
    p = real("p", p, 0, 0.95)
    exact = np.array([exact_penalty(x, size * direction, p) for size in SIZES])
    return LogisticPenalty(SIZES, exact, np.array([quadratic_penalty(x, s * direction, p) for s in SIZES]))
