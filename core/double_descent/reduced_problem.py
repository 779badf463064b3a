"""A linear regression turned, without loss, into a square one of min(n, p) unknowns whose true answer is known.

y = Xβ + ε, X (n, p).  Rotations change neither ‖β̂ − β‖ nor a residual, so with the triangle R of a factored prefix
everything about the fit follows from a square design M, its true coefficients b and its noise e:

more samples    X  = QR    M = R,   b = β,          e = Qᵀε,   and the rest of ε stays in the residual (``unfitted``)
more parameters X  = RᵀQᵀ  M = Rᵀ,  b = Qᵀβ,        e = ε,     and the rest of β stays unseen          (``unseen``)

β̂ − β is then δ = M⁻¹e in the square problem, or (MᵀM + nλ)⁻¹(Mᵀe − nλ b) with a ridge. Where M (or MᵀM + nλ, which
squares its condition number) cannot be divided by, δ is taken from M = U diag(d) Vᵀ instead, without the d that are
rounding: V (d Uᵀe − nλ Vᵀb)/(d² + nλ), less what of b is off V.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy.linalg import lapack

from core.linear_algebra.minimum_norm import TRUSTED, Prefix, by_singular_values, condition_number, solve_triangle


@dataclass(frozen=True)
class Fit:
    """One fit, measured exactly against the truth: no test samples are needed."""

    risk: float  # ‖β̂ − β‖² and what else is unseen, squared units of y
    train: float  # ‖y − Xβ̂‖²/n
    norm: float  # ‖β̂‖
    bias: float  # the same risk without noise in y
    variance: float  # ‖β̂ − β‖² with nothing but noise in y


@dataclass(frozen=True)
class ReducedProblem:
    """The square problem; see above."""

    triangle: Float[np.ndarray, "rank rank"]  # R
    transposed: bool  # M = Rᵀ rather than R
    coefficients: Float[np.ndarray, " rank"]  # b
    noise: Float[np.ndarray, " rank"]  # e
    unseen: float  # ‖β‖² − ‖b‖²
    unfitted: float  # ‖ε‖² − ‖e‖²
    samples: int
    strength: float  # ‖β‖²
    floor: float = 0.0  # the risk that no fit removes

    def fit(self, penalty: float = 0.0) -> Fit:
        """Least squares with ``penalty`` λ on ‖β‖²: 0 the minimum-norm fit, ∞ the fit β̂ = 0."""
        bias, variance = self._errors(penalty * self.samples)  # (rank,) each
        error = bias + variance  # δ
        is_solved = penalty == 0 and self._is_regular  # Mδ = e, and nothing of it stays
        residual = np.zeros(1) if is_solved else self.noise - self._design @ error
        estimate = self.coefficients + error
        return Fit(
            risk=self.floor + self.unseen + float(error @ error),
            train=(self.unfitted + float(residual @ residual)) / self.samples,
            norm=math.sqrt(estimate @ estimate),
            bias=self.floor + self.unseen + float(bias @ bias),
            variance=float(variance @ variance),
        )

    def gain(self, penalty: float) -> float:
        """``variance`` for noise of variance 1, on average over the noise: tr(MᵀM (MᵀM + nλ)⁻²)."""
        shift = penalty * self.samples
        gram = self.triangle @ self.triangle.T
        gram[np.diag_indices_from(gram)] += shift
        inverse, failed = lapack.dpotri(lapack.dpotrf(gram, overwrite_a=True)[0])  # its upper triangle
        if not failed and np.isfinite(inverse).all():
            diagonal = inverse.diagonal()
            return float(diagonal.sum() - shift * (2 * np.sum(inverse**2) - np.sum(diagonal**2)))
        squares = np.linalg.svd(self.triangle, compute_uv=False) ** 2
        return float(np.sum(squares / (squares + shift) ** 2))

    @property
    def _design(self) -> Float[np.ndarray, "rank rank"]:
        """M."""
        return self.triangle.T if self.transposed else self.triangle

    @cached_property
    def _is_regular(self) -> bool:
        """Whether M can be divided by."""
        return condition_number(self.triangle) < TRUSTED

    def _errors(self, shift: float) -> tuple[Float[np.ndarray, " rank"], Float[np.ndarray, " rank"]]:
        """δ as a sum: its part from β and its part from ε."""
        if math.isinf(shift):
            return -self.coefficients, np.zeros(len(self.noise))
        if shift == 0 and self._is_regular:
            solution = solve_triangle(self.triangle, self.noise[:, None], transposed=self.transposed)
            return np.zeros(len(self.noise)), solution[:, 0]
        solution = self._factored(shift) if shift > 0 else None
        if solution is None:
            solution = self._decomposed(shift)
        return solution[:, 0], solution[:, 1]

    def _factored(self, shift: float) -> Float[np.ndarray, "rank 2"] | None:
        """Both parts of δ from MᵀM + shift I; ``None`` where that is singular to rounding."""
        design = self._design
        gram = design.T @ design
        gram[np.diag_indices_from(gram)] += shift
        size = np.abs(gram).sum(axis=0).max()
        right = np.column_stack([-shift * self.coefficients, design.T @ self.noise])
        factor, solution, failed = lapack.dposv(gram, right, overwrite_a=True)
        is_trusted = not failed and lapack.dpocon(factor, size)[0] * TRUSTED > 1
        return solution if is_trusted else None

    def _decomposed(self, shift: float) -> Float[np.ndarray, "rank 2"]:
        left, d, right = np.linalg.svd(self._design)
        kept = d > len(d) * np.finfo(float).eps * d[0]
        left, d, right = left[:, kept], d[kept], right[kept]
        pull = (right @ self.coefficients) * (d / (d + shift / d))  # the share of b that is found again
        return np.column_stack([pull @ right - self.coefficients, ((left.T @ self.noise) / (d + shift / d)) @ right])


def reduced_by_features(
    prefix: Prefix,
    beta: Float[np.ndarray, " p"],
    response: Float[np.ndarray, " n"],
    error: Float[np.ndarray, " n"],
    floor: float = 0.0,
) -> ReducedProblem:
    """The problem whose design is the prefix, with ``response`` = Xβ and noise ``error``; ``floor`` adds to risk."""
    triangle, n = prefix.triangle, len(error)
    if prefix.basis is not None:
        noise = prefix.basis.T @ error
        return ReducedProblem(triangle, False, beta, noise, 0.0, _rest(error, noise), n, _square(beta), floor)
    seen = _turned(triangle, response)
    return ReducedProblem(triangle, True, seen, error, _rest(beta, seen), 0.0, n, _square(beta), floor)


def reduced_by_samples(
    prefix: Prefix,
    beta: Float[np.ndarray, " p"],
    pulled: Float[np.ndarray, " p"],
    error: Float[np.ndarray, " n"],
) -> ReducedProblem:
    """The problem whose *samples* are the columns of the prefix, with ``pulled`` = Xᵀε for noise ε = ``error``."""
    triangle, n = prefix.triangle, len(error)
    if prefix.basis is not None:
        seen = prefix.basis.T @ beta
        return ReducedProblem(triangle, True, seen, error, _rest(beta, seen), 0.0, n, _square(beta))
    noise = _turned(triangle, pulled)
    return ReducedProblem(triangle, False, beta, noise, 0.0, _rest(error, noise), n, _square(beta))


def _turned(triangle: Float[np.ndarray, "rank rank"], seen: Float[np.ndarray, " rank"]) -> Float[np.ndarray, " rank"]:
    """Qᵀv from Xv = RᵀQᵀv: the part of it that X can see, where R is singular to rounding."""
    if condition_number(triangle) < TRUSTED:
        return solve_triangle(triangle, seen[:, None], transposed=True)[:, 0]
    return by_singular_values(triangle.T, seen[:, None])[:, 0]


def _square(v: Float[np.ndarray, " _"]) -> float:
    """‖v‖², also of whole numbers, whose squares would wrap around."""
    return float(np.sum(np.square(v, dtype=np.float64)))


def _rest(whole: Float[np.ndarray, " _"], part: Float[np.ndarray, " rank"]) -> float:
    """‖v‖² − ‖Qᵀv‖², which rounding would make negative where Q holds all of v."""
    return max(0.0, float(whole @ whole - part @ part))
