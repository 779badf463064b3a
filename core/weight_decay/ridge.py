"""Ridge regression for every penalty at once: one singular value decomposition serves them all.

    X = U diag(d₁ … d_r) Vᵀ (n rows, rank r),  z = Uᵀy,  λ the weight decay
    (M)  (1/2n)‖y − Xw‖² + (λ/2)‖w‖²      this module, PyTorch's weight_decay with a mean loss
    (S)  ‖y − Xw‖² + α‖w‖²                scikit-learn's Ridge(alpha): the same minimiser for α = nλ

    ŵ(λ) = V diag(dᵢ / (dᵢ² + nλ)) z          dᵢ²/(dᵢ² + nλ): the share that direction i keeps
    df(λ) = Σ dᵢ²/(dᵢ² + nλ) = tr H            effective degrees of freedom, H the hat matrix
    ‖ŵ(λ)‖²                                    strictly falls from ‖X⁺y‖² to 0
    leave-one-out error = (1/n) Σ ((yᵢ − ŷᵢ)/(1 − Hᵢᵢ))², exactly; GCV puts df/n in the place of Hᵢᵢ

λ = 0 is the least squares of smallest norm, X⁺y, also where X has not full rank or n < d. Rank is judged against the
numbers that X was made from: taking a mean of 2000 off a column leaves roundings of 2000ε, however short the column is
then. With bⱼ the length of column j before (``before``), direction vᵢ is rounding where dᵢ ≤ max(n, d) ε Σⱼ |vᵢⱼ| bⱼ,
which is more than roundings of every entry can add up to along vᵢ; or where dᵢ ≤ max(n, d) ε d₁, as always.
Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", 3.4.1; Golub, Heath & Wahba 1979, Technometrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from core.bounds import Numbers, affordable, floats, whole

MOST_PENALTY, MOST_ROWS = 1e12, 10_000_000
INTERPOLATES = 1e-9  # 1 − Hᵢᵢ below this: leaving row i out tells nothing


@dataclass(frozen=True)
class Spectrum:
    """A problem in the coordinates in which ridge regression acts on each direction alone."""

    left: Float[np.ndarray, "n r"]  # U
    singular: Float[np.ndarray, " r"]  # dᵢ, decreasing, all positive
    right: Float[np.ndarray, "r d"]  # Vᵀ
    target: Float[np.ndarray, " r"]  # z = Uᵀy
    unreached: float  # ‖y‖² − ‖z‖²: what no w explains

    @property
    def samples(self) -> int:
        return self.left.shape[0]

    @property
    def rank(self) -> int:
        return len(self.singular)

    @cached_property
    def curvature(self) -> Float[np.ndarray, " r"]:
        """sᵢ = dᵢ²/n: the loss's second derivative along direction i."""
        return self.singular**2 / self.samples

    def kept(self, penalty: Numbers) -> Float[np.ndarray, "*penalties r"]:
        """dᵢ²/(dᵢ² + nλ) for each penalty and direction."""
        lam = penalties_of(penalty)[..., None]
        affordable("the coefficients of all penalties", lam.size, max(self.right.shape))
        with np.errstate(over="ignore"):  # d² might overflow, or be lost; λ/d² may do either
            return 1 / (1 + (np.sqrt(lam * self.samples) / self.singular) ** 2)

    def along(self, penalty: Numbers) -> Float[np.ndarray, "*penalties r"]:
        """Vᵀŵ(λ): the coefficients along the principal directions."""
        return self.kept(penalty) * (self.target / self.singular)

    def coefficients(self, penalty: Numbers) -> Float[np.ndarray, "*penalties d"]:
        """ŵ(λ)"""
        return self.along(penalty) @ self.right

    def norm_squared(self, penalty: Numbers) -> Float[np.ndarray, "*penalties"]:
        """θ(λ) = ‖ŵ(λ)‖²"""
        with np.errstate(over="ignore"):
            return np.asarray((self.along(penalty) ** 2).sum(axis=-1))

    def null_part(self, w: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        """The part of w that the data never sees: what is left without the row space of X."""
        return w - (self.right @ w) @ self.right


def spectrum(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], before: Float[np.ndarray, " d"] | None = None
) -> Spectrum:
    """Decompose once. Directions whose singular value is rounding are left out; ``before`` holds the columns' lengths
    before their means were taken off, in the units of ``x``, where there is more to know than ``x`` tells."""
    x, y = floats("x", x), floats("y", y)
    if not len(x) == len(y) > 0:
        raise ValueError(f"x and y must have the same number of rows, at least 1; got {len(x)} and {len(y)}")
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    taken_from = d[:1].sum() if before is None else np.maximum(d[:1].sum(), np.abs(vt) @ floats("before", before))
    kept = d > max(x.shape) * np.finfo(np.float64).eps * taken_from
    z = u[:, kept].T @ y
    z[np.abs(z) <= max(x.shape) * np.finfo(np.float64).eps * np.linalg.norm(y)] = 0.0  # nothing to learn but rounding
    unreached = y @ y - z @ z  # NaN where the squares overflow
    if not np.isfinite([*d, unreached]).all():
        raise ValueError("x and y must be smaller: a singular value of x, or the square of y, is beyond floating point")
    return Spectrum(u[:, kept], d[kept], vt[kept], z, max(float(unreached), 0.0))


def penalties_of(penalty: Numbers) -> Float[np.ndarray, "*penalties"]:
    """Penalties as an array; ``ValueError`` for what is negative or not finite."""
    found = np.asarray(penalty, dtype=np.float64)
    if not np.isfinite(found).all() or (found < 0).any() or (found > MOST_PENALTY).any():
        raise ValueError(f"penalty must be a finite number from 0 to {MOST_PENALTY:g}, got {penalty!r}")
    return found


@dataclass(frozen=True)
class RidgePath:
    """ŵ(λ) and what follows from it, for many penalties."""

    penalty: Float[np.ndarray, " penalties"]  # λ of (M)
    alpha: Float[np.ndarray, " penalties"]  # α = nλ of (S), scikit-learn's
    coefficients: Float[np.ndarray, "penalties d"]
    norm_squared: Float[np.ndarray, " penalties"]  # θ(λ) = ‖ŵ(λ)‖²
    degrees_of_freedom: Float[np.ndarray, " penalties"]
    training_error: Float[np.ndarray, " penalties"]  # (1/n)‖y − Xŵ‖²


def ridge_path(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], penalties: Float[np.ndarray, " penalties"]
) -> RidgePath:
    """The ridge estimates of all penalties (λ of (M)) from one decomposition. No intercept: centre the data first."""
    return path_of(spectrum(x, y), penalties)


def path_of(found: Spectrum, penalties: Float[np.ndarray, " penalties"]) -> RidgePath:
    """The same from a decomposition that is there already."""
    kept, along = found.kept(penalties), found.along(penalties)
    missed = (((1 - kept) * found.target) ** 2).sum(axis=1) + found.unreached
    return RidgePath(
        penalty=penalties_of(penalties),
        alpha=penalties_of(penalties) * found.samples,
        coefficients=along @ found.right,
        norm_squared=found.norm_squared(penalties),
        degrees_of_freedom=kept.sum(axis=1),
        training_error=missed / found.samples,
    )


@dataclass(frozen=True)
class LeaveOneOut:
    """The error of predicting each row from all the others, by the shortcut; NaN where the fit interpolates."""

    penalty: Float[np.ndarray, " penalties"]
    error: Float[np.ndarray, " penalties"]  # mean square, exact
    generalised: Float[np.ndarray, " penalties"]  # GCV, an approximation
    residual: Float[np.ndarray, "n penalties"]  # yᵢ − ŷᵢ without row i


def leave_one_out(
    x: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    penalties: Float[np.ndarray, " penalties"],
    *,
    intercept: bool = False,
) -> LeaveOneOut:
    """Every row left out once, from one fit. With ``intercept`` x and y have been centred, and each of the n fits
    chooses its own unpenalised intercept: the hat matrix then holds 1/n as well."""
    return left_out_of(spectrum(x, y), y, penalties, intercept=intercept)


def left_out_of(
    found: Spectrum,
    y: Float[np.ndarray, " n"],
    penalties: Float[np.ndarray, " penalties"],
    *,
    intercept: bool = False,
) -> LeaveOneOut:
    """The same from a decomposition that is there already."""
    kept, n = found.kept(penalties), found.samples
    constant = 1 / n if intercept else 0.0
    leverage = found.left**2 @ kept.T + constant  # (n, penalties)
    residual = y[:, None] - found.left @ (kept * found.target).T
    room = np.where(1 - leverage > INTERPOLATES, 1 - leverage, np.nan)
    room_on_average = 1 - kept.sum(axis=1) / n - constant
    room_on_average = np.where(room_on_average > INTERPOLATES, room_on_average, np.nan)
    left_out = residual / room
    generalised = (residual**2).mean(axis=0) / room_on_average**2
    return LeaveOneOut(penalties_of(penalties), (left_out**2).mean(axis=0), generalised, left_out)


def left_out_by_force(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], penalty: float, rows: Sequence[int]
) -> Float[np.ndarray, " some"]:
    """yᵢ − ŷᵢ for these rows, by fitting again without each: what the shortcut saves. With its own intercept."""
    x, y, errors = floats("x", x), floats("y", y), []
    last, penalty = whole("the number of rows of x", len(x), 2, MOST_ROWS) - 1, float(penalties_of(penalty))
    affordable("XᵀX or XXᵀ", min(x.shape), min(x.shape))
    for row in [whole("row", row, 0, last) for row in rows]:
        rest_x, rest_y = np.delete(x, row, axis=0), np.delete(y, row)
        middle, y_middle, alpha = rest_x.mean(axis=0), rest_y.mean(), len(y) * penalty  # as it was on all n rows
        rest_x -= middle
        if x.shape[1] <= len(rest_y):
            gram = rest_x.T @ rest_x + alpha * np.eye(x.shape[1])
            w = np.linalg.lstsq(gram, rest_x.T @ (rest_y - y_middle), rcond=None)[0]
        else:
            gram = rest_x @ rest_x.T + alpha * np.eye(len(rest_y))
            w = rest_x.T @ np.linalg.lstsq(gram, rest_y - y_middle, rcond=None)[0]
        errors.append(float(y[row] - y_middle - (x[row] - middle) @ w))
    return np.array(errors)
