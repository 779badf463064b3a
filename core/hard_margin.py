"""The support-vector machine through the origin: the widest street between z = y·x and zero, and who holds it up.

    ŵ = argmin ‖w‖²  subject to  wᵀz_i ≥ 1        α_i ≥ 0,  ŵ = Σ α_i z_i,  α_i > 0 only where ŵᵀz_i = 1
    γ = 1/‖ŵ‖ = max over ‖w‖ ≤ 1 of min wᵀz_i      Σ α_i = ‖ŵ‖²

Solved exactly, as least-distance programming by non-negative least squares (Lawson & Hanson 1974), which gives α too.
With another norm of w the street is another one: a linear program. Whether there is any is a linear program as well,
and its answer is checked: either a w with every wᵀz_i > 0, or none.

No intercept: a column of ones would be penalised with the rest, and the theory of gradient descent has none.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

MOST_POINTS, MOST_DIMENSIONS = 5000, 1000
NORMS = ("l2", "linf", "l1")
Separability = Literal["separable", "partly", "not"]
ON_THE_MARGIN = 1e-7  # ŵᵀz − 1 up to which a point is a support vector
AT_THE_ORIGIN = 1e-10  # distance of the convex hull of unit vectors at which it contains the origin
ROUNDING = 1e-13  # relative to ‖w‖‖z‖: a margin above it is certain


@dataclass(frozen=True)
class Margin:
    """The support-vector machine through the origin."""

    w: Float[np.ndarray, " d"]  # ŵ, with min wᵀz = 1
    alpha: Float[np.ndarray, " n"]  # dual variables, ŵ = Σ α z
    margin: float  # γ = 1/‖ŵ‖, in the unit of z
    support: Bool[np.ndarray, " n"]  # whether ŵᵀz = 1

    @property
    def unit(self) -> Float[np.ndarray, " d"]:
        return self.w / np.linalg.norm(self.w)


@dataclass(frozen=True)
class NormMargin:
    """The widest street when the length of w is measured in another norm."""

    norm: str
    w: Float[np.ndarray, " d"]  # of norm one; where several are equally good, one of them
    margin: float


def checked(z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """``z`` itself, or ``ValueError`` if it is too large to work with or not finite."""
    n, d = z.shape
    if not 1 <= n <= MOST_POINTS or not 1 <= d <= MOST_DIMENSIONS:
        raise ValueError(
            f"z must have from 1 to {MOST_POINTS} rows and from 1 to {MOST_DIMENSIONS} columns, got {n} × {d}"
        )
    if not np.isfinite(z).all():
        raise ValueError(f"z must be finite, got {z[~np.isfinite(z)][0]} in row {np.argwhere(~np.isfinite(z))[0][0]}")
    return z


def separability(z: Float[np.ndarray, "n d"]) -> Separability:
    """ "separable": some w has every wᵀz > 0. "partly": some w has wᵀz ≥ 0, not all 0. "not": there is neither."""
    lengths = np.linalg.norm(checked(z), axis=1)
    if not lengths.any():
        return "not"
    rows = z[lengths > 0] / lengths[lengths > 0, None]  # no sign of wᵀz depends on the length of z
    if len(rows) == len(z):
        for candidate in (_street(rows)[0], _nearest_to_origin(rows)):
            if (rows @ candidate).min() > ROUNDING * np.linalg.norm(candidate):
                return "separable"
    gain = rows.sum(axis=0)
    found = _program(-gain, -rows, np.zeros(len(rows)), [(-1, 1)] * z.shape[1])
    return "partly" if gain @ found > 1e-6 else "not"


def hard_margin(z: Float[np.ndarray, "n d"]) -> Margin:
    """The support-vector machine through the origin of the rows z_i = y_i x_i; ``ValueError`` if there is none."""
    scale = np.linalg.norm(checked(z), axis=1).max()
    rows = z / (scale or 1.0)
    _, guess = _street(rows)  # γ lies from guess/√d to guess: with it both parts of the problem are of one size
    street = guess / np.sqrt(z.shape[1]) if guess > 0 else 1.0
    for _ in range(3):
        w, alpha = _least_distance(rows, street)
        if w is None:
            raise ValueError("z must be separable by a plane through the origin, got rows that are not")
        street = 1 / np.linalg.norm(w)
    w, alpha = _polished(rows, w, alpha)
    reach = rows @ w
    if not reach.min() > 0.5:
        raise ValueError("z must be separable by a plane through the origin, got rows that are not")
    support = reach <= 1 + ON_THE_MARGIN
    return Margin(w / scale, alpha / scale**2, float(scale / np.linalg.norm(w)), support)


def norm_margin(z: Float[np.ndarray, "n d"], norm: str) -> NormMargin:
    """max over ‖w‖ ≤ 1 of min wᵀz for the norm "l2", "linf" or "l1" of w. Not positive: there is no street."""
    if norm not in NORMS:
        raise ValueError(f"norm must be one of {', '.join(NORMS)}; got {norm!r}")
    if norm == "l2":
        found = hard_margin(z)
        return NormMargin(norm, found.unit, found.margin)
    scale = float(np.abs(checked(z)).max()) or 1.0
    w, _ = _street(z / scale, norm)
    length = norm_of(w, norm)
    w = w / length if length > 0 else w
    return NormMargin(norm, w, float((z @ w).min()))


def norm_of(w: Float[np.ndarray, "... d"], norm: str) -> Float[np.ndarray, "..."] | float:
    """The length of w in a norm of ``NORMS``."""
    orders = {"l2": 2, "linf": np.inf, "l1": 1}
    if norm not in orders:
        raise ValueError(f"norm must be one of {', '.join(orders)}, got {norm!r}")
    return np.linalg.norm(w, ord=orders[norm], axis=-1)


def _program(cost: np.ndarray, upper: np.ndarray, bound: np.ndarray, limits: list) -> np.ndarray:
    """argmin costᵀv subject to upper·v ≤ bound and the limits of each coordinate."""
    from scipy.optimize import linprog

    found = linprog(cost, A_ub=upper, b_ub=bound, bounds=limits, method="highs")
    return np.zeros(len(cost)) if found.x is None else found.x


def _street(rows: np.ndarray, norm: str = "linf") -> tuple[np.ndarray, float]:
    """The best w and its margin in ℓ∞ or ℓ1, by linear programming."""
    n, d = rows.shape
    ones = np.ones((n, 1))
    if norm == "linf":
        found = _program(np.r_[np.zeros(d), -1.0], np.hstack([-rows, ones]), np.zeros(n), [(-1, 1)] * d + [(0, None)])
        return found[:d], float(found[-1])
    both = np.hstack([-rows, rows, ones])  # w = positive part − negative part, their sum at most one
    both = np.vstack([both, np.r_[np.ones(2 * d), 0.0]])
    found = _program(np.r_[np.zeros(2 * d), -1.0], both, np.r_[np.zeros(n), 1.0], [(0, None)] * (2 * d + 1))
    return found[:d] - found[d : 2 * d], float(found[-1])


def _nearest_to_origin(rows: np.ndarray) -> np.ndarray:
    """The point of the rows' convex hull nearest to the origin, roughly: where it is not the origin, it separates."""
    w, _ = _least_distance(rows, 1.0)
    return np.zeros(rows.shape[1]) if w is None else w


def _least_distance(rows: np.ndarray, street: float) -> tuple[np.ndarray | None, np.ndarray]:
    """argmin ‖w‖ subject to rows·w ≥ 1, and its dual; ``street`` is a guess of 1/‖w‖. None: there is no such w."""
    from scipy.optimize import nnls

    matrix = np.vstack([rows.T, np.full(len(rows), street)])  # (d + 1, n)
    target = np.r_[np.zeros(rows.shape[1]), 1.0]
    u, distance = nnls(matrix, target, maxiter=30 * len(rows) + 1000)
    residual = matrix @ u - target
    if distance <= AT_THE_ORIGIN or not residual[-1] < 0:
        return None, u
    return -residual[:-1] / residual[-1] / street, -u / residual[-1] / street**2


def _polished(rows: np.ndarray, w: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same solution to the last digits, from the equations that hold on its support."""
    held = alpha > 1e-12 * alpha.max()
    exact = np.linalg.lstsq(rows[held], np.ones(held.sum()), rcond=None)[0]
    dual = np.linalg.lstsq(rows[held].T, exact, rcond=None)[0]
    is_better = (rows @ exact).min() >= min((rows @ w).min(), 1 - 1e-12) and dual.min() >= 0
    if not is_better:
        return w, alpha
    full = np.zeros(len(rows))
    full[held] = dual
    return exact, full
