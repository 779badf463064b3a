"""An optimiser set loose on a landscape: where it goes, for one start or for a whole batch at once.

x₀ = start, x_k = the method's update of x_{k−1}; every start of a batch (..., d) runs on its own.
A run has diverged where a coordinate is not finite or is further from the domain than 10⁶ of its widths; from that
step on its path is nan. Leaving the domain that is shown is noted, not forbidden.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.gradient_descent.optimizers import DIVERGED, Setting, check_settings, iterative
from core.surfaces.surface import Number, Surface

MOST_NUMBERS = 20_000_000  # of a path: 160 MB


@dataclass(frozen=True, eq=False)
class Descent:
    """The run of one method from one start, or from a batch of them."""

    method: str
    step_size: Number
    momentum: Number | np.ndarray
    path: Float[np.ndarray, "time *batch d"]  # time = steps + 1, the start first; nan from the divergence on
    value: Float[np.ndarray, "time ..."]  # f along the path
    diverged: Bool[np.ndarray, "*batch"]
    diverged_at: Int[np.ndarray, "*batch"]  # the first step at which it had diverged; -1 where it never did
    left_domain_at: Int[np.ndarray, "*batch"]  # the first step outside the domain; -1 where it stayed inside

    @property
    def steps(self) -> int:
        return len(self.path) - 1


def descend(
    surface: Surface,
    start: Float[np.ndarray, "*batch d"],
    method: str,
    *,
    step_size: Number,
    momentum: Number | Float[np.ndarray, " steps"] = 0.9,
    steps: int = 200,
    seed: int = 0,
) -> Descent:
    """Run ``steps`` updates of a method (an id of ``METHODS``) from ``start``, which must lie in the domain.

    ``momentum`` is one number, or one for each step. The seed matters to the stochastic methods only.
    """
    rule = iterative(method)
    for extreme in (np.min(momentum), np.max(momentum)):
        check_settings(step_size, float(extreme), steps)
    momenta = np.broadcast_to(momentum, steps)
    start = inside(surface, start)
    if (steps + 1) * start.size > MOST_NUMBERS:
        raise ValueError(f"(steps + 1) · starts · d must be at most {MOST_NUMBERS}; got {(steps + 1) * start.size}")
    path = np.empty((steps + 1, *start.shape))
    path[0] = x = start
    memory = tuple(np.zeros_like(x) for _ in range(rule.memories))
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        for k in range(1, steps + 1):
            x, memory = rule.update(surface, x, memory, Setting(step_size, float(momenta[k - 1]), k, steps, rng))
            path[k] = x
        beyond = ~(np.abs(path - surface.centre) <= DIVERGED * surface.width).all(axis=-1)
        diverged_at = _first(beyond)
        over = (np.arange(steps + 1).reshape(-1, *[1] * diverged_at.ndim) >= diverged_at) & (diverged_at >= 0)
        left_domain_at = _first(~_in_domain(surface, path))
        path[over] = np.nan
        value = surface.value(path)
    return Descent(method, step_size, momentum, path, value, np.asarray(diverged_at >= 0), diverged_at, left_domain_at)


def inside(surface: Surface, start: np.ndarray) -> np.ndarray:
    """The start as float64, or a ValueError that names the domain it is outside of."""
    start = np.asarray(start, float)
    if start.shape[-1:] != (surface.dimension,):
        raise ValueError(f"start must have {surface.dimension} coordinates in its last axis; got shape {start.shape}")
    outside = start[~_in_domain(surface, start)]
    if len(outside):
        raise ValueError(f"start must lie in the domain {surface.domain.tolist()}; got {outside[0].tolist()}")
    return start


def _in_domain(surface: Surface, x: np.ndarray) -> np.ndarray:
    return np.asarray(((x >= surface.domain[:, 0]) & (x <= surface.domain[:, 1])).all(axis=-1))


def _first(happened: np.ndarray) -> np.ndarray:
    """The first index along axis 0 at which it happened, -1 where it never did."""
    return np.asarray(np.where(happened.any(axis=0), happened.argmax(axis=0), -1))
