"""The support-vector machine through the origin, and whether there is one: one answer, with a proof of it.

    ŵ = argmin ‖w‖²  subject to  wᵀz_i ≥ 1        α_i ≥ 0,  ŵ = Σ α_i z_i,  α_i > 0 only where ŵᵀz_i = 1
    γ = 1/‖ŵ‖ = max over ‖w‖ ≤ 1 of min wᵀz_i      Σ α_i = ‖ŵ‖²

"separable"  ŵ itself is the proof: every wᵀz_i is above what rounding can make of it
"not"        λ_i > 0 with Σ λ_i z_i = 0: what one point gains another loses. Then a loss has a finite minimiser
"partly"     some w has wᵀz ≥ 0, not all 0, but none has them all positive
"unclear"    none of these could be proved, or no ŵ of sixteen digits separates: too close to call

Found as least-distance programming by non-negative least squares (Lawson & Hanson 1974), which gives α too. What that
leaves open is settled by exact arithmetic, as long as it has few dimensions.

No intercept: a column of ones would be penalised with the rest, and the theory of gradient descent has none.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from core.max_margin.exact_algebra import Vector, dot, whole_rows
from core.max_margin.exact_hull import nearest_to_origin, tied
from core.max_margin.overlap import cancels, certain, of_size_one
from core.max_margin.street_program import widest

MOST_POINTS, MOST_DIMENSIONS = 5000, 1000
MOST_EXACT = 8  # dimensions up to which exact arithmetic answers two thousand points within a second
Separability = Literal["separable", "partly", "not", "unclear"]
ON_THE_MARGIN = 1e-7  # ŵᵀz − 1 up to which a point is a support vector
AT_THE_ORIGIN = 1e-10  # distance of the convex hull of unit vectors at which it contains the origin
NARROW = 1e-6  # γ in the length of the longest z, below which least squares begin to lose digits of ŵ


@dataclass(frozen=True)
class Margin:
    """The support-vector machine through the origin."""

    w: Float[np.ndarray, " d"]  # ŵ, with min wᵀz = 1
    alpha: Float[np.ndarray, " n"]  # dual variables, ŵ = Σ α z; inf where they are beyond floating point
    margin: float  # γ = 1/‖ŵ‖, in the unit of z
    support: Bool[np.ndarray, " n"]  # whether ŵᵀz = 1

    @property
    def unit(self) -> Float[np.ndarray, " d"]:
        return self.w / _length(self.w)


@dataclass(frozen=True)
class Separation:
    """Whether a plane through the origin has all points on one side, and the middle one of those that do."""

    kind: Separability
    margin: Margin | None = None  # exactly where the kind is "separable"
    tied: Bool[np.ndarray, " n"] | None = None  # where it is "partly": the points that every such w has on the line


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


def longest(z: Float[np.ndarray, "n d"]) -> float:
    """The length of the longest row, also where its square is beyond floating point; 1 where all are zero."""
    largest = float(np.abs(z).max()) or 1.0
    return largest * (float(np.linalg.norm(z / largest, axis=1).max()) or 1.0)


def separation(z: Float[np.ndarray, "n d"]) -> Separation:
    """What kind of set the rows z_i = y_i x_i are, and their support-vector machine if they have one."""
    has_zero = not checked(z).any(axis=1).all()
    rough = None if has_zero else _by_least_squares(z)
    if rough is not None and rough.margin > NARROW * longest(z):
        return Separation("separable", rough)
    few = z.shape[1] <= MOST_EXACT
    if not has_zero and cancels(z, thorough=not few):
        return Separation("not")
    if few:
        return _exactly(z)
    return Separation("separable", rough) if rough is not None else Separation("unclear")


def separability(z: Float[np.ndarray, "n d"]) -> Separability:
    """The kind of ``separation``."""
    return separation(z).kind


def hard_margin(z: Float[np.ndarray, "n d"]) -> Margin:
    """The support-vector machine through the origin of the rows z_i = y_i x_i; ``ValueError`` if there is none."""
    found = separation(z)
    if found.margin is None:
        raise ValueError(f"z must be separable by a plane through the origin, got rows that are not: {found.kind!r}")
    return found.margin


def _exactly(z: np.ndarray) -> Separation:
    rows, unit = whole_rows(z)
    found = nearest_to_origin(rows)
    squared = sum(value * value for value in found.x)
    if not squared:
        held = np.isin(np.arange(len(rows)), tied(rows))
        return Separation("not") if held.all() else Separation("partly", tied=held)
    w = _in_floats(z, rows, [value / squared / unit for value in found.x], unit)
    if w is None:
        return Separation("unclear")
    alpha = np.zeros(len(rows))
    for row, weight in found.weights.items():
        alpha[row] = _rounded(weight / squared / unit**2)
    support = np.array([dot(row, found.x) <= squared * (1 + Fraction(ON_THE_MARGIN)) for row in rows])
    margin = _length(np.array([float(value * unit) for value in found.x]))
    return Separation("separable", Margin(w, alpha, margin, support))


def _in_floats(z: np.ndarray, rows: list[Vector], exact: list[Fraction], unit: Fraction) -> np.ndarray | None:
    """The nearest ŵ in floating point that separates, which is proved; None where there is none. A far point may need
    more digits of ŵ than there are to stay on its side: then it is turned, in the last of them, towards the middle."""
    w = np.array([_rounded(value) for value in exact])
    if not np.isfinite(w).all():
        return None
    middle = np.array([float(value) for value in nearest_to_origin(whole_rows(of_size_one(z))[0]).x])
    for turn in (0.0, 1e-15, 1e-14, 1e-13):
        tried = w + turn * _length(w) / _length(middle) * middle
        if all(dot(row, [Fraction(v) * unit for v in tried]) > 0.5 for row in rows):
            return tried
    return None


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def _by_least_squares(z: np.ndarray) -> Margin | None:
    """The support-vector machine in floating point; None where it is not certain to separate."""
    scale = longest(z)
    rows = z / scale
    _, guess = widest(rows)  # γ lies from guess/√d to guess: with it both parts of the problem are of one size
    street = guess / np.sqrt(z.shape[1]) if guess > 0 else 1.0
    for _ in range(3):
        w, alpha = _least_distance(rows, street)
        if w is None:
            return None
        street = 1 / np.linalg.norm(w)
    w, alpha = _polished(rows, w, alpha)
    reach = rows @ w
    if not reach.min() > 0.5 or not certain(z, w).all():
        return None
    support = reach <= 1 + ON_THE_MARGIN
    with np.errstate(over="ignore"):
        found = Margin(w / scale, alpha / scale / scale, float(scale / np.linalg.norm(w)), support)
    return found if np.isfinite(found.w).all() else None


def _least_distance(rows: np.ndarray, street: float) -> tuple[np.ndarray | None, np.ndarray]:
    """argmin ‖w‖ subject to rows·w ≥ 1, and its dual; ``street`` is a guess of 1/‖w‖. None: there is no such w."""
    from scipy.optimize import nnls

    matrix = np.vstack([rows.T, np.full(len(rows), street)])  # (d + 1, n)
    target = np.r_[np.zeros(rows.shape[1]), 1.0]
    try:
        u, distance = nnls(matrix, target, maxiter=30 * len(rows) + 1000)
    except RuntimeError:  # it goes round in circles, which is for exact arithmetic to settle
        return None, np.zeros(len(rows))
    residual = matrix @ u - target
    if distance <= AT_THE_ORIGIN or not residual[-1] < 0:
        return None, u
    w = -residual[:-1] / residual[-1] / street
    return (w if 0 < np.linalg.norm(w) < np.inf else None), -u / residual[-1] / street**2


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


def _length(w: np.ndarray) -> float:
    """‖w‖, also where its square is beyond floating point."""
    largest = float(np.abs(w).max()) or 1.0
    return largest * float(np.linalg.norm(w / largest))
