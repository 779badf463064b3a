"""A walk straight through the valley: the smallest curvature of L is 0 on it, and on one side negative at any distance.

At w* + sn, n across the valley and t along it: ∇²L = JᵀJ + r∇²F, and JᵀJ says nothing along t. To the first order
λ_min = r·tᵀ∇²F t, which for xy = c is −2cr/(x² + y²): below zero just outside, where r > 0.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.polyak_lojasiewicz.systems import System

REACH, POINTS = 0.3, 121  # how far the section goes on either side, and its points, of which the middle one is on it


@dataclass(frozen=True, eq=False)
class Section:
    """The curvatures of L across the valley."""

    away: Float[np.ndarray, " points"]  # s, towards larger F
    smallest: Float[np.ndarray, " points"]  # λ_min of ∇²L
    predicted: Float[np.ndarray, " points"]  # r·tᵀ∇²F t, with t at the valley


def section(system: System, solution: tuple[float, float], reach: float = REACH) -> Section | None:
    """Across the valley at a solution; None where ∇F = 0 there, and it has no direction."""
    if not 0 < reach <= 1:
        raise ValueError(f"reach must be in (0, 1], got {reach}")
    w = np.array(solution, dtype=float)
    slope = system.slope(w)
    size = float(np.hypot(*slope))
    if not 0 < size < np.inf:
        return None
    across = slope / size
    along = np.array([-across[1], across[0]])
    away = np.linspace(-reach, reach, POINTS)
    line = w + away[:, None] * across
    residual, curvatures = system.residual(line), system.loss_curvature(line)
    known = np.isfinite(curvatures).all(axis=(1, 2))
    smallest = np.where(known, np.linalg.eigvalsh(np.where(known[:, None, None], curvatures, 0.0))[:, 0], np.nan)
    bend = float(along @ system.curvature(w) @ along)
    return Section(away, smallest, residual * bend)
