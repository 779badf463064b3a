"""One penalty, four doors: ridge, stopping early, dropout on the inputs, and smallest norm, on the same data.

    s = d²/n the curvature along a direction, ĉ the least-squares coefficient along it; each door keeps a share of ĉ:

    ridge             s/(s + λ)
    stopping early    1 − e^{−ts}                     gradient flow from w = 0, stopped at t = 1/λ
    dropout           (XᵀX + p/(1−p) diag(XᵀX))⁻¹Xᵀy   inputs dropped with probability p = λ/(1 + λ): a ridge for each
                                                      column's own size; with columns of variance 1, exactly ridge
    smallest norm     1 where s > 0, 0 elsewhere      where the first two end for λ → 0, from w = 0

Stopping at t = 1/λ: 1 − e^{−ts} against ts/(1 + ts). The flow's bias is never larger, and its variance at most
max_u ((1 − e^{−u})(1 + u)/u)² = 1.6862 times the ridge's, so its risk is at most 1.6862 times the ridge's for every
true w and every t: Ali, Kolter & Tibshirani 2019, arXiv:1810.10082. Dropout: Srivastava et al. 2014, section 9.1 (their
p keeps, ours drops); Wager, Wang & Liang 2013, arXiv:1307.1493.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, floats, real, whole
from core.weight_decay.problems import Problem
from core.weight_decay.ridge import Spectrum, penalties_of, spectrum

DOORS = ("ridge", "early_stopping", "dropout", "minimum_norm")
MOST_PENALTIES = 1000
RISK_RATIO = 1.6862  # the paper's bound, rounded up


@dataclass(frozen=True)
class Doors:
    """The four estimates at matched knobs: λ, t = 1/λ, p = λ/(1 + λ)."""

    penalty: Float[np.ndarray, " penalties"]
    coefficients: dict[str, Float[np.ndarray, "penalties d"]]
    error: dict[str, Float[np.ndarray, " penalties"]]  # mean square on the validation rows
    risk_ratio: Float[np.ndarray, " penalties"]  # of stopping early to ridge, at the fitted truth and noise
    largest_ratio: float  # over all penalties; the theorem says ≤ 1.6862
    apart: float  # largest relative distance between dropout and ridge; 0 with columns of variance 1

    @property
    def time(self) -> Float[np.ndarray, " penalties"]:
        return 1 / self.penalty

    @property
    def drop(self) -> Float[np.ndarray, " penalties"]:
        return drop_probability(self.penalty)


def drop_probability(penalty: Float[np.ndarray, " penalties"]) -> Float[np.ndarray, " penalties"]:
    """p with p/(1 − p) = λ."""
    return penalty / (1 + penalty)


def flow_kept(found: Spectrum, time: Float[np.ndarray, " times"]) -> Float[np.ndarray, "times r"]:
    """1 − e^{−ts}: the share of each direction that gradient flow from 0 has at time t."""
    return -np.expm1(-time[:, None] * found.curvature)


def gradient_flow(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], time: Float[np.ndarray, " times"]
) -> Float[np.ndarray, "times d"]:
    """Gradient flow on (1/2n)‖y − Xw‖² from 0: w(t) = (XᵀX)⁺(I − e^{−tXᵀX/n})Xᵀy."""
    found = spectrum(x, y)
    return (flow_kept(found, time) * (found.target / found.singular)) @ found.right


def adaptive_ridge(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], p: Real, before: Float[np.ndarray, " d"] | None = None
) -> Float[np.ndarray, " d"]:
    """The minimiser of the expected squared loss when each input is dropped with probability p and scaled by 1/(1 − p).

    (XᵀX + p/(1−p) diag(XᵀX))⁻¹Xᵀy, of several the shortest in the columns' own units: a ridge on columns of length 1.
    ``before`` as in ``spectrum``.
    """
    p = real("p", p, 0, 1 - 1e-12)
    x = floats("x", x)
    largest = np.abs(x).max(axis=0, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)  # so that no square overflows, and none is lost
    length = unit * np.linalg.norm(x / unit, axis=0) / np.sqrt(max(len(x), 1))
    scale = np.where(length > 0, length, 1.0)
    return spectrum(x / scale, y, None if before is None else before / scale).coefficients(p / (1 - p)) / scale


def flow_risk(
    found: Spectrum, penalty: Float[np.ndarray, " penalties"], truth: Float[np.ndarray, " r"], noise: float
) -> tuple[Float[np.ndarray, " penalties"], Float[np.ndarray, " penalties"]]:
    """E‖ŵ − w‖² of stopping at t = 1/λ and of ridge, for this truth along the directions and this noise variance."""
    risks = []
    for kept in (flow_kept(found, 1 / penalty), found.kept(penalty)):
        bias = ((1 - kept) ** 2) @ truth**2
        risks.append(bias + noise * (kept**2) @ (1 / found.curvature) / found.samples)
    return risks[0], risks[1]


def doors(problem: Problem, penalties: Float[np.ndarray, " penalties"]) -> Doors:
    """All doors on one problem, for penalties > 0. Truth and noise of the risk are those of least squares itself."""
    penalties = penalties_of(penalties)
    whole("the number of penalties", len(penalties), 0, MOST_PENALTIES)  # dropout decomposes X anew for each
    if (penalties <= 0).any():
        raise ValueError("penalties must be larger than 0: t = 1/λ")
    found = spectrum(problem.x, problem.y, problem.before)
    along = found.target / found.singular
    coefficients = {
        "ridge": found.coefficients(penalties),
        "early_stopping": (flow_kept(found, 1 / penalties) * along) @ found.right,
        "dropout": np.array(
            [adaptive_ridge(problem.x, problem.y, p, problem.before) for p in drop_probability(penalties)]
        ),
        "minimum_norm": np.broadcast_to(along @ found.right, (len(penalties), problem.x.shape[1])).copy(),
    }
    error = {door: ((w @ problem.x_test.T - problem.y_test) ** 2).mean(axis=1) for door, w in coefficients.items()}
    noise = found.unreached / max(1, found.samples - found.rank - 1)
    flow, ridge = flow_risk(found, penalties, along, noise)
    ratio = np.divide(flow, ridge, out=np.ones_like(flow), where=ridge > 0)
    size = np.linalg.norm(coefficients["ridge"], axis=1)
    distance = np.linalg.norm(coefficients["dropout"] - coefficients["ridge"], axis=1)
    apart = float(np.max(distance / np.where(size > 0, size, 1.0), initial=0.0))
    return Doors(penalties, coefficients, error, ratio, float(ratio.max(initial=0.0)), apart)


def matched_gap() -> tuple[float, float]:
    """The bound and where it is reached: max over u = ts of ((1 − e^{−u})(1 + u)/u)², computed."""
    from scipy.optimize import minimize_scalar

    best = minimize_scalar(lambda u: -(((1 - np.exp(-u)) * (1 + u) / u) ** 2), bounds=(0.5, 5), method="bounded",
                           options={"xatol": 1e-10})  # fmt: skip
    return float(-best.fun), float(best.x)
