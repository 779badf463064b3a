"""Where gradient flow on separable data goes, and how fast: the limits, with their sharp constants.

Tail e⁻ᵘ   w(t) → ŵ log t + w̃       w̃: Σ_SV exp(−zᵀw̃) z = ŵ, unique where the support vectors span the data
           t L(t) → ‖ŵ‖²            (Soudry et al. 2018, arXiv:1710.10345; the constants are worked out here)
           dist · log t → ‖(I − P)w̃‖/‖ŵ‖             dist = ‖w/‖w‖ − ŵ/‖ŵ‖‖, P the projection on ŵ
           gap · log t → (γ ŵᵀw̃/‖ŵ‖ − min_SV zᵀw̃)/‖ŵ‖    gap = γ − min zᵀw/‖w‖
           w − (ŵ log t + w̃) ~ t^−λ  λ = min(eigenvalues of Σ_SV α z zᵀ, θ − 1), θ the next ŵᵀz after the margin
Tail u⁻ᵏ   w(t) ≈ a t^{1/(k+2)}     a = argmin Σ (zᵀa)⁻ᵏ + ‖a‖²/(2(k+2)): the direction of the regularisation path,
           not the max margin       (Ji, Dudík, Schapire & Telgarsky 2020, arXiv:2006.11226)
No street  w(t) → argmin L          finite
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import floats, whole
from core.max_margin.hard_margin import Margin, checked
from core.max_margin.losses import MOST_TAIL, Loss
from core.max_margin.principal_rows import is_balanced, principal_rows

WEIGHTLESS = 1e-11  # share of the heaviest support vector: towards it a Newton iteration without an end runs off
NEWTON_STEPS = 200


@dataclass(frozen=True)
class Law:
    """The limit law of an exponential tail. nan where the support vectors do not determine a constant."""

    margin: Margin
    offset: Float[np.ndarray, " d"]  # w̃
    distance: float  # of dist · log t
    gap: float  # of gap · log t
    rate: float  # λ
    next_rate: float  # of the next faster part of what is left
    why_not: str | None  # "support_does_not_span", "degenerate_support": why there is no w̃

    @property
    def is_symmetric(self) -> bool:
        """w̃ is parallel to ŵ: nothing of size 1/log t is left of the distance."""
        return self.distance < 1e-6 * (1 + float(np.linalg.norm(self.offset) / np.linalg.norm(self.margin.w)))

    def w(self, times: Float[np.ndarray, " times"]) -> Float[np.ndarray, "times d"]:
        """ŵ log t + w̃."""
        return self.margin.w * np.log(times)[:, None] + self.offset


def limit_offset(margin: Margin, z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " d"]:
    """w̃, as a vector of nan where the support vectors do not span the data or one of them carries no weight."""
    held = z[margin.support]
    rows = held * np.linalg.norm(margin.w)  # the margin is one
    basis = _span(held)
    if np.linalg.matrix_rank(held) < np.linalg.matrix_rank(z):
        return np.full(z.shape[1], np.nan)
    rows, unit = rows @ basis, margin.unit @ basis

    def of(v: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        weight = np.exp(np.minimum(-rows @ v, 300.0))
        return weight.sum() + unit @ v, unit - weight @ rows, (rows.T * weight) @ rows

    v = _newton(of, np.log(len(rows)) * unit)
    weights = np.exp(-rows @ v)
    if weights.min() < WEIGHTLESS * weights.max():
        return np.full(z.shape[1], np.nan)
    size = np.linalg.norm(margin.w)
    return size * (basis @ (v - 2 * np.log(size) * unit))


def law(margin: Margin, z: Float[np.ndarray, "n d"]) -> Law:
    """Limit, constants and rate for the rows z."""
    offset = limit_offset(margin, z)
    size = float(np.linalg.norm(margin.w))
    if np.isnan(offset).any():
        spans = np.linalg.matrix_rank(z[margin.support]) == np.linalg.matrix_rank(z)
        why = "degenerate_support" if spans else "support_does_not_span"
        nan = float("nan")
        return Law(margin, offset, nan, nan, nan, nan, why)
    along = float(margin.unit @ offset)
    held = z[margin.support]
    distance = float(np.linalg.norm(offset - along * margin.unit)) / size
    gap = (margin.margin * along - float((held @ offset).min())) / size
    weights = np.exp(-held @ offset)
    curvatures = np.linalg.eigvalsh(_span(held).T @ ((held.T * weights) @ held) @ _span(held))
    beyond = (z @ margin.w)[~margin.support]
    rates = np.unique(np.round(np.concatenate([[1.0, 2.0], curvatures, beyond - 1]), 9))
    return Law(margin, offset, distance, gap, float(rates[0]), float(rates[1]), None)


def tail_limit(z: Float[np.ndarray, "n d"], tail: int, start: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
    """a in w(t) ≈ a t^{1/(k+2)} for ℓ = u⁻ᵏ; ``start`` is any w with every zᵀw > 0."""
    k, z, start = whole("tail", tail, 1, MOST_TAIL), floats("z", z), floats("start", start)
    reach = checked(z) @ start
    if not reach.min() > 0:
        raise ValueError(f"start must have every zᵀw > 0, got {reach.min():g}")
    size = float(np.linalg.norm(start))
    unit = reach.min() / size  # in these units the margin of the start is one
    rows, shift = z / unit, k * (k + 2)

    def of(v: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        u = rows @ v
        if not u.min() > 0:
            return np.inf, v, np.eye(len(v))
        weight = shift * u ** (-k - 1.0)
        return (
            (k + 2) * (u**-k).sum() + v @ v / 2,
            v - weight @ rows,
            ((k + 1) * (rows.T * (weight / u)) @ rows + np.eye(len(v))),
        )

    first = (shift * (reach / reach.min()) ** (-k - 1.0)).sum() ** (1 / (k + 2)) * start / size
    return _newton(of, first) * unit ** (-k / (k + 2))


def minimiser(z: Float[np.ndarray, "n d"], loss: Loss) -> Float[np.ndarray, " d"]:
    """argmin Σ ℓ(z_iᵀw) in the span of the rows; only where neither a street nor a part of one exists."""
    if is_balanced(checked(z)):
        return np.zeros(z.shape[1])
    seen = principal_rows(z)
    rows = seen.rows / seen.size  # how far a unit along each axis moves the margins is now of order one for all

    def of(w: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        u = rows @ w
        slope = np.exp(np.minimum(loss.log_slope(u), 300.0))
        return loss.value(u).sum(), -slope @ rows, (rows.T * (slope * loss.bend(u))) @ rows

    return seen.axes @ (_newton(of, np.zeros(rows.shape[1])) / seen.size) / seen.scale


def _span(rows: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the rows' span, as columns."""
    _, sizes, across = np.linalg.svd(rows, full_matrices=False)
    return across[sizes > 1e-10 * sizes[0]].T if sizes[0] > 0 else across[:0].T


def _newton(of, v: np.ndarray) -> np.ndarray:
    """The minimizer of a convex function given as value, gradient and Hessian, by steps that never climb."""
    value, gradient, hessian = of(v)
    for _ in range(NEWTON_STEPS):
        lift = 1e-13 * (np.trace(hessian) + 1e-300) + 1e-3 * np.linalg.norm(gradient) ** 2
        step = np.linalg.solve(hessian + lift * np.eye(len(v)), gradient)
        decrease, length = float(gradient @ step), 1.0
        if decrease <= 1e-26 * (1 + abs(value)):
            break
        while (new := of(v - length * step))[0] > value - 1e-4 * length * decrease and length > 1e-12:
            length /= 2
        if length <= 1e-12 or np.linalg.norm(v) > 1e9:
            break
        v = v - length * step
        value, gradient, hessian = new
    return v
