"""Proofs in floating point: that a w separates, and that none does. Either is certain, or says that it is not.

w separates     every wᵀz_i is above d·ε Σ_j |w_j z_ij|, the most that rounding can have added to it
none does       λ_i > 0 whose r = Σ λ_i z_i is so small that another λ + δ > 0 has exactly none: the shortest δ with
                Σ δ_i z_i = −r has ‖δ‖ ≤ ‖r‖/σ_min(Z)

Higham 2002, *Accuracy and Stability of Numerical Algorithms*, §3.1, for the bound on a rounded sum.
"""

import numpy as np
from jaxtyping import Bool, Float

EPSILON = float(np.finfo(float).eps)
SLACK = 4.0  # for the sums and products that the bounds themselves are made of
TINY = 1e-290  # what products that are too small for floating point can have lost, in the unit of the largest entry


def of_size_one(z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Every row times the power of two that makes its largest entry lie in [1/2, 1): nothing is rounded by that, and
    no sign of wᵀz depends on it."""
    exponents = np.frexp(np.abs(z).max(axis=1))[1]
    return np.ldexp(z, -exponents[:, None])


def certain(z: Float[np.ndarray, "n d"], w: Float[np.ndarray, " d"]) -> Bool[np.ndarray, " n"]:
    """Whether wᵀz_i > 0 beyond all doubt."""
    rows, w = of_size_one(z), w / (np.abs(w).max() or 1.0)
    return rows @ w > SLACK * z.shape[1] * EPSILON * (np.abs(rows) @ np.abs(w)) + TINY


def cancels(z: Float[np.ndarray, "n d"], *, thorough: bool) -> bool:
    """Whether positive multiples of the rows certainly cancel; ``thorough``: search for them by a linear program."""
    rows = of_size_one(z[:, z.any(axis=0)])
    if len(rows) <= rows.shape[1]:
        return False
    u, sizes, across = np.linalg.svd(rows, full_matrices=False)
    n = len(rows)
    least = float(sizes[-1] - SLACK * n * EPSILON * sizes[0])  # no smaller than this, whatever was rounded
    if not least > 0:
        return False
    for make in (np.ones, _most_even(rows)) if thorough else (np.ones,):
        weights = make(n)
        for _ in range(2):  # the second time takes off what the first has rounded
            weights = weights - u @ ((across @ (weights @ rows)) / sizes)
        most = np.abs(weights @ rows) + SLACK * n * EPSILON * (np.abs(weights) @ np.abs(rows))
        if weights.min() > float(np.linalg.norm(most)) / least:
            return True
    return False


def _most_even(rows: np.ndarray):
    """The λ whose smallest entry is as large as can be, by linear programming."""

    def made(n: int) -> np.ndarray:
        from scipy.optimize import linprog

        total = np.vstack([rows.T, np.ones(n)])
        total = np.hstack([total, total.sum(axis=1, keepdims=True)])  # λ = what is left + the smallest entry
        target = np.r_[np.zeros(rows.shape[1]), float(n)]
        found = linprog(np.r_[np.zeros(n), -1.0], A_eq=total, b_eq=target, bounds=(0, None), method="highs")
        return np.zeros(n) if found.x is None else found.x[:-1] + found.x[-1]

    return made
