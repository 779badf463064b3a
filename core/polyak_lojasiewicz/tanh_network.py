"""A layer of tanh units, all of whose numbers are trained, with its exact slopes and curvatures.

f(x) = Σ_j a_j tanh(w_j·x)/√m,   m hidden units, x of d numbers,   P = m(d + 1) parameters: all w, then all a
"""

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, floats


def outputs(p: Float[np.ndarray, " P"], x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """f."""
    w, a = _parts(p, x)
    return np.tanh(x @ w.T) @ a / np.sqrt(len(a))


def jacobian(p: Float[np.ndarray, " P"], x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n P"]:
    """J = ∂f/∂p."""
    w, a = _parts(p, x)
    affordable("the Jacobian", len(x), len(p))
    level = np.tanh(x @ w.T)  # (n, m)
    by_w = ((1 - level**2) * a)[:, :, None] * x[:, None, :]
    return np.concatenate([by_w.reshape(len(x), -1), level], axis=1) / np.sqrt(len(a))


def curvature(
    p: Float[np.ndarray, " P"], x: Float[np.ndarray, "n d"], r: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "P P"]:
    """Σᵢ rᵢ ∇²fᵢ: a unit's numbers bend only with one another."""
    w, a = _parts(p, x)
    m, d = w.shape
    affordable("the curvatures", len(p), len(p))
    level = np.tanh(x @ w.T)
    steep = 1 - level**2
    found = np.zeros((m * (d + 1), m * (d + 1)))
    for j in range(m):
        own = slice(j * d, (j + 1) * d)
        found[own, own] = (x.T * (r * a[j] * -2 * level[:, j] * steep[:, j])) @ x
        found[own, m * d + j] = found[m * d + j, own] = x.T @ (r * steep[:, j])
    return found / np.sqrt(m)


def _parts(p: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    d = x.shape[1]
    m, over = divmod(len(p), d + 1)
    if over or not m:
        raise ValueError(f"p must be a multiple of {d + 1} numbers, at least one, got {len(p)}")
    affordable("what the units say", len(x), m)
    p = floats("p", p)
    return p[: m * d].reshape(m, d), p[m * d :]
