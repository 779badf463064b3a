"""A linear regression turned, without loss, into a square one of min(n, p) unknowns whose true answer is known.

y = Xβ + ε, X (n, p).  Rotations change neither ‖β̂ − β‖ nor a residual, so with the triangle R of a factored prefix
everything about the fit follows from a square design M, its true coefficients b and its noise e:

more samples    X  = QR    M = R,   b = β,          e = Qᵀε,   and the rest of ε stays in the residual (``unfitted``)
more parameters X  = RᵀQᵀ  M = Rᵀ,  b = Qᵀβ,        e = ε,     and the rest of β stays unseen          (``unseen``)

β̂ − β is then δ = M⁻¹e in the square problem, or (MᵀM + nλ)⁻¹(Mᵀe − nλ b) with a ridge.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.linalg import lapack

from core.minimum_norm import Prefix, solve_triangle


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
    unseen: float  # ‖β‖² − ‖b‖², and any other risk that no fit removes
    unfitted: float  # ‖ε‖² − ‖e‖²
    samples: int

    def fit(self, penalty: float = 0.0) -> Fit:
        """Least squares with ``penalty`` λ on ‖β‖²: 0 the minimum-norm fit, ∞ the fit β̂ = 0."""
        bias, variance = self._errors(penalty * self.samples)  # (rank,) each
        error = bias + variance  # δ
        design = self.triangle.T if self.transposed else self.triangle
        residual = self.noise - design @ error if penalty > 0 else np.zeros(1)
        estimate = self.coefficients + error
        return Fit(
            risk=self.unseen + float(error @ error),
            train=(self.unfitted + float(residual @ residual)) / self.samples,
            norm=math.sqrt(estimate @ estimate),
            bias=self.unseen + float(bias @ bias),
            variance=float(variance @ variance),
        )

    def _errors(self, shift: float) -> tuple[Float[np.ndarray, " rank"], Float[np.ndarray, " rank"]]:
        """δ as a sum: its part from β and its part from ε."""
        if shift == 0:
            solution = solve_triangle(self.triangle, self.noise[:, None], transposed=self.transposed)
            return np.zeros(len(self.noise)), solution[:, 0]
        if math.isinf(shift):
            return -self.coefficients, np.zeros(len(self.noise))
        design = self.triangle.T if self.transposed else self.triangle
        gram = design.T @ design
        gram[np.diag_indices_from(gram)] += shift
        right = np.column_stack([-shift * self.coefficients, design.T @ self.noise])
        solution = lapack.dposv(gram, right, overwrite_a=True)[1]
        return solution[:, 0], solution[:, 1]


def reduced_by_features(
    prefix: Prefix,
    beta: Float[np.ndarray, " p"],
    response: Float[np.ndarray, " n"],
    error: Float[np.ndarray, " n"],
    floor: float = 0.0,
) -> ReducedProblem:
    """The problem whose design is the prefix, with ``response`` = Xβ and noise ``error``; ``floor`` adds to risk."""
    triangle, n, length = prefix.triangle, len(error), float(beta @ beta)
    if prefix.basis is not None:
        noise = prefix.basis.T @ error
        return ReducedProblem(triangle, False, beta, noise, floor, float(error @ error - noise @ noise), n)
    seen = solve_triangle(triangle, response[:, None], transposed=True)[:, 0]
    return ReducedProblem(triangle, True, seen, error, floor + length - float(seen @ seen), 0.0, n)


def reduced_by_samples(
    prefix: Prefix,
    beta: Float[np.ndarray, " p"],
    pulled: Float[np.ndarray, " p"],
    error: Float[np.ndarray, " n"],
) -> ReducedProblem:
    """The problem whose *samples* are the columns of the prefix, with ``pulled`` = Xᵀε for noise ε = ``error``."""
    triangle, n, length = prefix.triangle, len(error), float(beta @ beta)
    if prefix.basis is not None:
        seen = prefix.basis.T @ beta
        return ReducedProblem(triangle, True, seen, error, length - float(seen @ seen), 0.0, n)
    noise = solve_triangle(triangle, pulled[:, None], transposed=True)[:, 0]
    return ReducedProblem(triangle, False, beta, noise, 0.0, float(error @ error - noise @ noise), n)
