"""Momentum is as fast as a method of first order can be: Nesterov's bound, the function that attains it, and its limit.

f convex and L-smooth, R = ‖x₀ − x*‖, k steps:
gradient descent, η = 1/L   f_k − f* ≤ LR²/(4k + 2)              tight (Drori & Teboulle 2014, arXiv:1206.3209)
Nesterov, β_k = (t_{k−1} − 1)/t_k, t_k = (1 + √(1 + 4t²_{k−1}))/2, t₁ = 1     f_k − f* ≤ 2LR²/(k + 1)²
any first-order method      f_k − f* ≥ 3LR²/(32(k + 1)²) on ``worst_case(k)``  (Nesterov 2004, Theorem 2.1.7)
Small steps become ẍ + (3/t)ẋ + ∇f = 0; on ½λx²: x(t) = x₀·2J₁(√λ t)/(√λ t)    (Su, Boyd & Candès, arXiv:1503.01243)
"""

import numpy as np
from jaxtyping import Float

from core.bounds import real, whole
from core.surfaces.surface import Number, Surface


def nesterov_momenta(steps: int) -> Float[np.ndarray, " steps"]:
    """β₁ … β_steps of Nesterov's method for convex functions that are not strongly convex, to give to ``descend``."""
    t = [1.0]
    for _ in range(whole("steps", steps, 1, 1_000_000)):
        t.append(0.5 * (1 + np.sqrt(1 + 4 * t[-1] ** 2)))
    return np.array([0.0] + [(t[k - 1] - 1) / t[k] for k in range(1, steps)])


def worst_case(k: int, smoothness: Number = 1.0) -> Surface:
    """The function in 2k + 1 dimensions on which no first-order method from 0 gets below the lower bound in k steps.

    f = (L/4)·[½(x₁² + Σ(xᵢ − xᵢ₊₁)² + xₙ²) − x₁], minimizer x*ᵢ = 1 − i/(n + 1).
    """
    if not 1 <= k <= 200:
        raise ValueError(f"k must be in [1, 200]; got {k}")
    smoothness = real("smoothness", smoothness, 1e-100, 1e100)
    n = 2 * k + 1
    matrix = 0.25 * smoothness * (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1))
    pull = np.eye(n)[0] * 0.25 * smoothness
    return Surface(
        name="worst_case",
        formula=r"\tfrac{L}{4}\left[\tfrac12\left(x_1^2+\sum(x_i-x_{i+1})^2+x_n^2\right)-x_1\right]",
        domain=np.tile([-1.0, 2.0], (n, 1)),
        minimizers=(1 - np.arange(1, n + 1) / (n + 1))[None],
        value=lambda x: 0.5 * np.einsum("...i,ij,...j->...", x, matrix, x) - x @ pull,
        gradient=lambda x: x @ matrix - pull,
        hessian=lambda x: np.broadcast_to(matrix, (*x.shape, n)),
        start=np.zeros(n),
        step_size=1 / smoothness,
    )


def _allowed(steps: int, smoothness: Number, distance: Number) -> tuple[int, float, float]:
    """What the bounds are about, each in its range."""
    size = real("distance", distance, -1e100, 1e100)
    return whole("steps", steps, 0, 2**31), real("smoothness", smoothness, 0, 1e100), size


def lower_bound(steps: int, smoothness: Number, distance: Number) -> float:
    """No first-order method has a smaller gap on the worst-case function after this many steps."""
    steps, smoothness, distance = _allowed(steps, smoothness, distance)
    return 3 * smoothness * distance**2 / (32 * (steps + 1) ** 2)


def nesterov_bound(steps: int, smoothness: Number, distance: Number) -> float:
    """The gap that Nesterov's method never exceeds on any convex function of this smoothness."""
    steps, smoothness, distance = _allowed(steps, smoothness, distance)
    return 2 * smoothness * distance**2 / (steps + 1) ** 2


def gradient_descent_bound(steps: int, smoothness: Number, distance: Number) -> float:
    """The gap that gradient descent with η = 1/L never exceeds."""
    steps, smoothness, distance = _allowed(steps, smoothness, distance)
    return smoothness * distance**2 / (4 * steps + 2)


def nesterov_flow(curvature: Number, start: Number, time: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
    """x(t) of ẍ + (3/t)ẋ + λx = 0 from rest."""
    from scipy.special import j1

    s = np.sqrt(curvature) * time
    return start * np.where(s == 0, 1.0, 2 * j1(s) / np.where(s == 0, 1.0, s))
