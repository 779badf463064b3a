"""Minimum-norm least squares on every prefix of a growing set of features, for the price of two factorisations.

    A_N   the first N columns of the features A (n, P);   w_N  the shortest of the minimisers of ‖y − A_N w‖

    N ≤ n   A = QR once;             w_N = R_N⁻¹ Q_Nᵀ y,  R_N the leading N × N block of R
    N > n   A_Nᵀ = QR, so A_N A_Nᵀ = RᵀR;   w_N = A_Nᵀ (RᵀR)⁻¹ y,  and new features only add rows under R
    λ > 0   [R; √λ I] = QR̃, so that R̃ᵀR̃ = RᵀR + λI;   R̃ in the place of R, and (R̃ᵀR̃)⁻¹ A_Nᵀ y where N ≤ n

Nothing is squared before it is factored, so the error of w grows with the condition number κ of A_N and not with its
square; but y − A_N w is then off by κε‖A‖‖w‖, where a least-squares solver is off by ε‖A‖‖w‖ (Demmel & Higham 1993,
SIAM J. Matrix Anal. Appl. 14(1), on these "seminormal equations"). So κ is estimated (LAPACK's ``trcon``, n² steps):

    κ < ε^−¼   nothing to mend: the miss is below ε^¾‖A‖‖w‖
    κ < ε^−½   one step of refinement makes κε its square, which is below ε
    beyond     R is not divided by: the singular values of A_N itself decide, without those that are rounding (as in
               ``numpy.linalg.lstsq``). The estimate, in the 1-norm, may be off by n; ε^−½ leaves room for that before
               1/(nε), where rank begins to be in doubt

With λ > 0 and N > n, α = (R̃ᵀR̃)⁻¹y is as long as the residual over λ, and rounding A_Nᵀα costs κ²ε of it, which
nothing mends: there R̃ is divided by while κ < ε^−¼ only.

The update is LAPACK's ``tpqrt``: the QR of a triangle on top of new rows.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import lapack, qr

from core.bounds import increasing, whole

BLOCK = 32  # LAPACK's inner block size; 16 … 64 are equally fast for n ≤ 1000
UNREFINED, TRUSTED = (float(np.finfo(float).eps) ** power for power in (-0.25, -0.5))  # of κ; see above
MAX_ROWS = 10_000  # of a triangle, which holds their square: 800 MB
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
        triangle = self.triangle if shift == 0 else _under(self.triangle, shift)
        condition, is_wide = condition_number(triangle), self.basis is None
        if not condition < (UNREFINED if is_wide and shift > 0 else TRUSTED):
            return by_singular_values(self.features, y, shift)
        if is_wide:
            return self._by_rows(triangle, y, is_refined=condition > UNREFINED)
        if shift == 0:
            return solve_triangle(triangle, self.basis.T @ y)
        return self._by_columns(triangle, y, shift, is_refined=condition > UNREFINED)

    def _by_rows(self, triangle: np.ndarray, y: np.ndarray, *, is_refined: bool) -> np.ndarray:
        """w = A_Nᵀ (R̃ᵀR̃)⁻¹ y."""
        w = self.features.T @ solve_gram(triangle, y)
        if is_refined:
            w += self.features.T @ solve_gram(triangle, y - self.features @ w)
        return w

    def _by_columns(self, triangle: np.ndarray, y: np.ndarray, shift: float, *, is_refined: bool) -> np.ndarray:
        """(A_NᵀA_N + shift I) w = A_Nᵀ y."""
        w = solve_gram(triangle, self.features.T @ y)
        if is_refined:
            w += solve_gram(triangle, self.features.T @ (y - self.features @ w) - shift * w)
        return w


def _under(triangle: Float[np.ndarray, "rank rank"], shift: float) -> Float[np.ndarray, "rank rank"]:
    """R̃ with R̃ᵀR̃ = RᵀR + shift I."""
    diagonal = np.asfortranarray(np.sqrt(shift) * np.eye(len(triangle)))
    return lapack.dtpqrt(len(triangle), min(BLOCK, len(triangle)), triangle, diagonal)[0]


def condition_number(triangle: Float[np.ndarray, "rank rank"]) -> float:
    """‖R‖₁‖R⁻¹‖₁ as LAPACK estimates it; infinite where R cannot be divided by."""
    reciprocal = float(lapack.dtrcon(triangle)[0])
    return 1 / reciprocal if reciprocal > 0 else float("inf")


def by_singular_values(
    a: Float[np.ndarray, "n size"], y: Float[np.ndarray, "n outputs"], shift: float = 0.0
) -> Float[np.ndarray, "size outputs"]:
    """The minimisers of ‖y − Aw‖² + shift · ‖w‖² from A = U diag(d) Vᵀ, whatever its rank: V (d/(d² + shift)) Uᵀy."""
    left, d, right = np.linalg.svd(a, full_matrices=False)
    kept = d > max(a.shape) * np.finfo(float).eps * d.max(initial=0.0)
    left, d, right = left[:, kept], d[kept, None], right[kept]
    return right.T @ ((left.T @ y) / (d + shift / d))


def nested_prefixes(a: Float[np.ndarray, "n features"], sizes: Int[np.ndarray, " sizes"]) -> Iterator[Prefix]:
    """One ``Prefix`` for each of the strictly increasing ``sizes``, from 1 to the number of features."""
    n, sizes = whole("the number of samples", len(a), 1, MAX_ROWS), increasing("sizes", sizes, 1, a.shape[1])
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


def solve_gram(
    triangle: Float[np.ndarray, "rank rank"], right: Float[np.ndarray, "rank outputs"]
) -> Float[np.ndarray, "rank outputs"]:
    """(RᵀR)⁻¹ right."""
    return solve_triangle(triangle, solve_triangle(triangle, right, transposed=True))
