"""Losses of a margin u = zᵀw that fall to zero as u grows, and how fast they do: that is all the theory asks of them.

    logistic     log(1 + e⁻ᵘ)                     falls as e⁻ᵘ
    exponential  e⁻ᵘ                              falls as e⁻ᵘ
    polynomial   u⁻ᵏ for u ≥ 1, else 1 + k(1 − u)  falls as u⁻ᵏ, and is linear where u⁻ᵏ would explode

Everything is kept as logarithms: at t = 10¹² the slopes are 10⁻¹², and for normalised methods far below what floating
point can hold.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole

Array = Float[np.ndarray, "..."]
LOSSES = ("logistic", "exponential", "polynomial")
MOST_TAIL = 6
CERTAIN = 30.0  # margin beyond which log(1 + e⁻ᵘ) is e⁻ᵘ to the last digit


@dataclass(frozen=True)
class Loss:
    """ℓ(u), elementwise."""

    name: str
    tail: int | None  # k where ℓ falls as u⁻ᵏ, None where it falls as e⁻ᵘ
    value: Callable[[Array], Array]  # ℓ
    log_value: Callable[[Array], Array]  # log ℓ
    log_slope: Callable[[Array], Array]  # log(−ℓ′)
    bend: Callable[[Array], Array]  # −ℓ″/ℓ′


def _logistic_log_value(u: Array) -> Array:
    return np.where(u > CERTAIN, -u, np.log(np.logaddexp(0.0, -np.minimum(u, CERTAIN))))


LOGISTIC = Loss(
    "logistic",
    None,
    value=lambda u: np.logaddexp(0.0, -u),
    log_value=_logistic_log_value,
    log_slope=lambda u: -np.logaddexp(0.0, u),
    bend=lambda u: np.exp(-np.logaddexp(0.0, -u)),
)
EXPONENTIAL = Loss(
    "exponential",
    None,
    value=lambda u: np.exp(-np.maximum(u, -700.0)),
    log_value=lambda u: -u,
    log_slope=lambda u: -u,
    bend=np.ones_like,
)


def polynomial(tail: int) -> Loss:
    """The loss that falls as u⁻ᵏ, k = ``tail``."""
    k = whole("tail", tail, 1, MOST_TAIL)

    steepest = math.log(k)  # log of the slope before the tail begins, at 1

    def log_value(u: Array) -> Array:
        return np.log1p(k * (1 - np.minimum(u, 1))) - k * np.log(np.maximum(u, 1))  # one of them is 0

    return Loss(
        "polynomial",
        k,
        value=lambda u: np.maximum(u, 1) ** -float(k) + k * (1 - np.minimum(u, 1)),
        log_value=log_value,
        log_slope=lambda u: steepest - (k + 1) * np.log(np.maximum(u, 1)),
        bend=lambda u: np.where(u >= 1, (k + 1) / np.maximum(u, 1), 0.0),
    )


def loss_named(name: str, tail: int = 1) -> Loss:
    """The loss of that name; ``tail`` is k of the polynomial one."""
    if name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {name!r}")
    return polynomial(tail) if name == "polynomial" else LOGISTIC if name == "logistic" else EXPONENTIAL
