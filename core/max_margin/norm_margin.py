"""The widest street when the length of w is measured in another norm: max over ‖w‖ ≤ 1 of min wᵀz_i."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.max_margin.exact_algebra import whole_rows
from core.max_margin.exact_program import widest_exactly
from core.max_margin.hard_margin import MOST_EXACT, checked, hard_margin
from core.max_margin.street_program import NARROWEST, widest

NORMS = ("l2", "linf", "l1")


@dataclass(frozen=True)
class NormMargin:
    """The widest street when the length of w is measured in another norm."""

    norm: str
    w: Float[np.ndarray, " d"]  # of norm one; where several are equally good, one of them
    margin: float


def norm_margin(z: Float[np.ndarray, "n d"], norm: str) -> NormMargin:
    """max over ‖w‖ ≤ 1 of min wᵀz for the norm "l2", "linf" or "l1" of w. Not positive: there is no street."""
    if norm not in NORMS:
        raise ValueError(f"norm must be one of {', '.join(NORMS)}; got {norm!r}")
    if norm == "l2":
        found = hard_margin(z)
        return NormMargin(norm, found.unit, found.margin)
    scale = float(np.abs(checked(z)).max()) or 1.0
    w, _ = widest(z / scale, norm)
    if (z @ w).min() < NARROWEST * scale and z.shape[1] <= MOST_EXACT:
        w = np.array([float(value) for value in widest_exactly(whole_rows(z)[0], norm)])
    length = norm_of(w, norm)
    w = w / length if length > 0 else w
    return NormMargin(norm, w, float((z @ w).min()))


def norm_of(w: Float[np.ndarray, "... d"], norm: str) -> Float[np.ndarray, "..."] | float:
    """The length of w in a norm of ``NORMS``."""
    orders = {"l2": 2, "linf": np.inf, "l1": 1}
    if norm not in orders:
        raise ValueError(f"norm must be one of {', '.join(orders)}, got {norm!r}")
    return np.linalg.norm(w, ord=orders[norm], axis=-1)
