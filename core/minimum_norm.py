"""Minimum-norm least squares on every prefix of a growing set of features, for the price of two factorisations.

    A_N   the first N columns of the features A (n, P);   w_N  the shortest of the minimisers of ‖y − A_N w‖

    N ≤ n   A = QR once;             w_N = R_N⁻¹ Q_Nᵀ y,  R_N the leading N × N block of R
    N > n   A_Nᵀ = QR, so A_N A_Nᵀ = RᵀR;   w_N = A_Nᵀ (RᵀR)⁻¹ y,  and new features only add rows under R

Nothing is squared before it is factored, so the error grows with the condition number of A_N and not with its square
(Demmel & Higham 1993, SIAM J. Matrix Anal. Appl. 14(1), on these "seminormal equations").
The update is LAPACK's ``tpqrt``: the QR of a triangle on top of new rows.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import cho_factor, cho_solve, lapack, qr

BLOCK = 32  # LAPACK's inner block size; 16 … 64 are equally fast for n ≤ 1000
COLUMNS = 256  # of the features read at once for predictions; 64 … 384 are equally fast


@dataclass(frozen=True)
class Prefix:
    """The first N features, factored: A_N = QR where N ≤ n, and A_N A_Nᵀ = RᵀR where N > n."""

    features: Float[np.ndarray, "n size"]  # A_N
    basis: Float[np.ndarray, "n size"] | None  # Q where N ≤ n
    triangle: Float[np.ndarray, "rank rank"]  # R, rank = min(n, N); what lies below its diagonal is zero

    @property
    def size(self) -> int:
        return self.features.shape[1]

    def coefficients(self, y: Float[np.ndarray, "n outputs"], shift: float = 0.0) -> Float[np.ndarray, "size outputs"]:
        """The minimisers of ‖y − A_N w‖² + shift · ‖w‖², one column per output; the shortest ones where shift = 0."""
        target = y if self.basis is None else self.basis.T @ y  # (rank, outputs)
        if shift > 0:
            gram = self.triangle.T @ self.triangle
            gram[np.diag_indices_from(gram)] += shift
            right = target if self.basis is None else self.triangle.T @ target
            inner = cho_solve(cho_factor(gram, overwrite_a=True, check_finite=False), right, check_finite=False)
        elif self._singular():
            return np.linalg.lstsq(self.features, y, rcond=None)[0]
        elif self.basis is None:
            inner = solve_triangle(self.triangle, solve_triangle(self.triangle, target, transposed=True))
        else:
            inner = solve_triangle(self.triangle, target)
        return self.features.T @ inner if self.basis is None else inner

    def _singular(self) -> bool:
        """Whether two samples or features are the same to rounding, and R cannot be divided by."""
        pivots = np.abs(np.diagonal(self.triangle))
        return bool(pivots.min() <= len(pivots) * np.finfo(float).eps * pivots.max())


def nested_prefixes(a: Float[np.ndarray, "n features"], sizes: Int[np.ndarray, " sizes"]) -> Iterator[Prefix]:
    """One ``Prefix`` for each of the strictly increasing ``sizes``, from 1 to the number of features."""
    n = len(a)
    tall = [int(size) for size in sizes if size <= n]
    if tall:
        basis, triangle = qr(a[:, : tall[-1]], mode="economic", check_finite=False)
        for size in tall:
            yield Prefix(a[:, :size], basis[:, :size], np.asfortranarray(triangle[:size, :size]))
    wide = [int(size) for size in sizes if size > n]
    if wide:
        triangle = np.asfortranarray(qr(a[:, :n].T, mode="r", check_finite=False)[0])
        for before, size in zip([n, *wide], wide, strict=False):
            triangle = lapack.dtpqrt(0, min(BLOCK, n), triangle, a[:, before:size].T)[0]
            yield Prefix(a[:, :size], None, triangle)


def nested_predictions(
    features: Float[np.ndarray, "samples features"], coefficients: Sequence[Float[np.ndarray, "_ outputs"]]
) -> Float[np.ndarray, "samples sizes outputs"]:
    """A_N w_N for coefficients of increasing size N, in one pass over the features: a third faster than N by N."""
    if not coefficients:
        raise ValueError("there must be coefficients of at least one size")
    sizes, outputs = [len(w) for w in coefficients], coefficients[0].shape[1]
    padded = np.zeros((sizes[-1], len(sizes) * outputs))
    for j, w in enumerate(coefficients):
        padded[: len(w), j * outputs : (j + 1) * outputs] = w
    predictions = np.zeros((len(features), len(sizes) * outputs))
    for start in range(0, sizes[-1], COLUMNS):
        columns, reached = slice(start, min(start + COLUMNS, sizes[-1])), bisect_right(sizes, start) * outputs
        predictions[:, reached:] += features[:, columns] @ padded[columns, reached:]
    return predictions.reshape(len(features), len(sizes), outputs)


def solve_triangle(
    triangle: Float[np.ndarray, "rank rank"], right: Float[np.ndarray, "rank outputs"], *, transposed: bool = False
) -> Float[np.ndarray, "rank outputs"]:
    """R⁻¹ right, or R⁻ᵀ right: LAPACK's triangular solve without the checks that cost more than it on small systems."""
    return lapack.dtrtrs(triangle, right, trans=int(transposed))[0]
