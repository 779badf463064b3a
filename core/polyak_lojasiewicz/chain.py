"""Two equations in three unknowns: xy = c₁, yz = c₂. The solutions are a curve in space, y = t, x = c₁/t, z = c₂/t.

J = [[y, x, 0], [0, z, y]],   H = 1,   gradient flow keeps x² + z² − y²
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real, whole

TARGET = (1.0, 2.0)
START = (1.5, 1.0, 1.2)
STEP, STEPS = 0.01, 1500
NEAR = (1e-6, 1e-16)  # losses between which the rate is measured


@dataclass(frozen=True, eq=False)
class Chain:
    """Gradient descent on ½‖r‖² in space."""

    path: Float[np.ndarray, "moments 3"]
    loss: Float[np.ndarray, " moments"]
    eigenvalues: Float[np.ndarray, "3"]  # of ∇²L = JᵀJ at the end, the smallest first
    curve: Float[np.ndarray, "points 3"]  # solutions
    predicted: float  # (1 − ημ*)², μ* = λ_min(JJᵀ) at the end
    measured: float  # the factor per step, late


def chain(start: tuple[float, float, float] = START, step_size: Real = STEP, steps: int = STEPS) -> Chain:
    """From the start, with that step."""
    eta, steps = real("step_size", step_size, 1e-4, 0.2), whole("steps", steps, 1, 20_000)
    w = np.array([real("each coordinate of the start", v, -3, 3) for v in start])
    path, residuals = [w], [_residual(w)]
    for _ in range(steps):
        w = w - eta * _jacobian(w).T @ residuals[-1]
        if not np.abs(w).max() < 1e6:
            break
        path.append(w)
        residuals.append(_residual(w))
    places, loss = np.array(path), 0.5 * np.sum(np.array(residuals) ** 2, axis=1)
    slopes = _jacobian(places[-1])
    inside = np.flatnonzero((loss < NEAR[0]) & (loss > NEAR[1]))
    measured = np.nan
    if len(inside) > 2:
        first, last = inside[len(inside) // 2], inside[-1]
        measured = float((loss[last] / loss[first]) ** (1 / (last - first)))
    t = np.geomspace(0.45, 4.0, 80)
    return Chain(
        path=places,
        loss=loss,
        eigenvalues=np.linalg.eigvalsh(slopes.T @ slopes),
        curve=np.stack([TARGET[0] / t, t, TARGET[1] / t], axis=-1),
        predicted=float((1 - eta * np.linalg.eigvalsh(slopes @ slopes.T)[0]) ** 2),
        measured=measured,
    )


def _residual(w: np.ndarray) -> np.ndarray:
    x, y, z = w
    return np.array([x * y - TARGET[0], y * z - TARGET[1]])


def _jacobian(w: np.ndarray) -> np.ndarray:
    x, y, z = w
    return np.array([[y, x, 0.0], [0.0, z, y]])
