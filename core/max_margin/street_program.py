"""A street as a linear program: max m subject to z_iᵀw ≥ m and ‖w‖ ≤ 1, in ℓ∞ or ℓ1, for rows of entries up to one."""

import numpy as np
from jaxtyping import Float

# A solver keeps to constraints within 10⁻⁷ and takes entries below 10⁻⁹ for zero: a street narrower than this it may
# not see, or see where there is none.
NARROWEST = 1e-5


def widest(rows: Float[np.ndarray, "n d"], norm: str = "linf") -> tuple[Float[np.ndarray, " d"], float]:
    """The best w in ℓ∞ or ℓ1, and its margin as the solver has it."""
    n, d = rows.shape
    ones = np.ones((n, 1))
    if norm == "linf":
        found = _program(np.r_[np.zeros(d), -1.0], np.hstack([-rows, ones]), np.zeros(n), [(-1, 1)] * d + [(0, None)])
        return found[:d], float(found[-1])
    both = np.hstack([-rows, rows, ones])  # w = positive part − negative part, their sum at most one
    both = np.vstack([both, np.r_[np.ones(2 * d), 0.0]])
    found = _program(np.r_[np.zeros(2 * d), -1.0], both, np.r_[np.zeros(n), 1.0], [(0, None)] * (2 * d + 1))
    return found[:d] - found[d : 2 * d], float(found[-1])


def _program(cost: np.ndarray, upper: np.ndarray, bound: np.ndarray, limits: list) -> np.ndarray:
    """argmin costᵀv subject to upper·v ≤ bound and the limits of each coordinate."""
    from scipy.optimize import linprog

    found = linprog(cost, A_ub=upper, b_ub=bound, bounds=limits, method="highs")
    return np.zeros(len(cost)) if found.x is None else found.x
