"""A linear model whose inputs are noisy: on average the noise is a penalty, and nothing else.

    E‖y − X′w‖² = ‖y − Xw‖² + wᵀΩw,   minimised by ŵ = (XᵀX + Ω)⁻¹Xᵀy        (Ω = Σ_i Cov x′_i)

    entries, gaussian   Ω = c diag(XᵀX)   each coefficient pays for the length of its own column: adaptive ridge
    rows                Ω = c XᵀX         ŵ = (1 − p) × least squares: one shrinking for all
    additive            Ω = c n I         the ordinary ridge with λ = nc

c = p/(1 − p), p the probability to drop, λ in ‖y − Xw‖² + λ‖w‖². With standardised columns (‖X_j‖² = n) the adaptive
ridge is the ordinary one with λ = nc. Srivastava et al. 2014, JMLR 15, on linear regression, where the inputs are not
divided by what is kept (``kept_form``); Bishop 1995 for the additive noise.
"""

import itertools

import numpy as np
from jaxtyping import Float

from core.bounds import Real, affordable, floats, real, whole
from core.dropout.noise import known, strength

MOST_ENUMERATED = 16  # columns whose 2^d masks are gone through


def penalty(x: Float[np.ndarray, "n d"], p: Real, noise: str = "entries") -> Float[np.ndarray, "d d"]:
    """Ω. ``ValueError`` at p = 1, where it is infinite."""
    c, x = strength(real("p", p, 0, np.nextafter(1, 0))), floats("x", x)
    affordable("the penalty", x.shape[1], x.shape[1])
    gram = x.T @ x
    if known(noise) == "additive":
        return c * len(x) * np.eye(x.shape[1])
    return c * (gram if noise == "rows" else np.diag(np.diag(gram)))


def expected_loss(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"], p: Real, noise: str = "entries"
) -> float:
    """E‖y − X′w‖² in closed form, a sum of squares over the samples. At p = 1, where x′ = 0, it is ‖y‖²."""
    x, y, w = floats("x", x), floats("y", y), floats("w", w)
    if real("p", p, 0, 1) == 1:
        return float(y @ y)
    return float(np.sum((y - x @ w) ** 2) + w @ penalty(x, p, noise) @ w)


def adaptive_ridge(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], p: Real, noise: str = "entries"
) -> Float[np.ndarray, " d"]:
    """The minimiser of ``expected_loss``; the shortest of them where there are several. At p → 1 it goes to zero."""
    x, y, c = floats("x", x), floats("y", y), strength(p)
    if p == 1:
        return np.zeros(x.shape[1])
    if known(noise) == "rows":
        return stretched(x, y, np.sqrt(c) * x)
    length = np.full(x.shape[1], np.sqrt(len(x))) if noise == "additive" else np.linalg.norm(x, axis=0)
    return stretched(x, y, _diagonal(np.sqrt(c) * length))


def ridge(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], weight: Real) -> Float[np.ndarray, " d"]:
    """The ordinary ridge: argmin ‖y − Xw‖² + weight · ‖w‖²."""
    x, y, weight = floats("x", x), floats("y", y), real("weight", weight, 0, 1e300)
    return stretched(x, y, _diagonal(np.full(x.shape[1], np.sqrt(weight))))


def stretched(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], below: Float[np.ndarray, "rows d"]
) -> Float[np.ndarray, " d"]:
    """argmin ‖y − Xw‖² + ‖Bw‖², the shortest: least squares on B's rows under X's, with nothing squared."""
    below = floats("the penalty", below)
    return np.linalg.lstsq(np.vstack([x, below]), np.concatenate([y, np.zeros(len(below))]), rcond=None)[0]


def _diagonal(entries: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d d"]:
    affordable("the penalty", len(entries), len(entries))
    return np.diag(entries)


def enumerated_loss(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"], p: Real, noise: str = "entries"
) -> float:
    """E‖y − X′w‖² by going through every mask with its probability. ``ValueError`` for noise that is no mask."""
    if known(noise) not in ("entries", "rows"):
        raise ValueError(f"only entries and rows can be enumerated, got {noise!r}")
    x, y, w = floats("x", x), floats("y", y), floats("w", w)
    kept = masks(x.shape[1]) if noise == "entries" else np.array([[False], [True]])
    affordable("the predictions of all masks", len(x), len(kept))
    p = real("p", p, 0, 1)
    scaled = kept / (1 - p) if p < 1 else np.zeros(kept.shape)
    predictions = (x * w) @ np.broadcast_to(scaled, (len(kept), x.shape[1])).T  # (n, masks)
    return float(np.sum(((y[:, None] - predictions) ** 2) @ probabilities(kept, p)))


def masks(units: int) -> np.ndarray:
    """All 2^units masks, (masks, units), True where a unit is kept."""
    units = whole("the number of units to enumerate", units, 1, MOST_ENUMERATED)
    return np.array(list(itertools.product((False, True), repeat=units)))


def probabilities(kept: np.ndarray, p: float) -> np.ndarray:
    """The probability of each mask of (masks, units)."""
    count = kept.sum(axis=1)
    return (1 - p) ** count * p ** (kept.shape[1] - count)


def kept_form(x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"], kept: Real) -> float:
    """Srivastava et al.'s own form, nothing divided: E‖y − (R ⊙ X)w‖² = ‖y − qXw‖² + q(1 − q)‖Γw‖², with q = ``kept``
    the probability to keep and Γ = diag(XᵀX)^½."""
    q, x, y, w = real("kept", kept, 0, 1), floats("x", x), floats("y", y), floats("w", w)
    return float(np.sum((y - q * x @ w) ** 2) + q * (1 - q) * np.sum(x**2 * w**2))
