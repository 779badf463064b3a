"""The flat directions of a network at a solution, counted: ∇²L = JᵀJ there, of rank n, so that P − n are zero.

It is solved by Levenberg and Marquardt's method to the last digit: at r ≠ 0 the zero modes are not zero.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.polyak_lojasiewicz.tanh_network import curvature, jacobian, outputs

MOST_SAMPLES, MOST_HIDDEN, INPUTS = 40, 40, 2
DRAWS, ROUNDS = 4, 120  # of first weights, until one leads to a solution; steps from each
CUT = 1e-12  # of the largest eigenvalue: what is below is zero
SOLVED = 1e-12  # ‖r‖


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The eigenvalues of ∇²L where the network was left."""

    eigenvalues: Float[np.ndarray, " P"]  # the largest first
    samples: int  # n
    residual: float  # ‖r‖

    @property
    def parameters(self) -> int:
        """P."""
        return len(self.eigenvalues)

    @property
    def zero_modes(self) -> int:
        """How many eigenvalues are zero to rounding."""
        return int(np.sum(np.abs(self.eigenvalues) <= CUT * self.eigenvalues[0]))

    @property
    def solved(self) -> bool:
        """Whether the data are fitted, so that ∇²L is JᵀJ."""
        return self.residual <= SOLVED


def solution_spectrum(samples: int, hidden: int, seed: int) -> Spectrum:
    """A tanh network of ``hidden`` units fitted to so many random points of the plane."""
    samples, hidden = whole("samples", samples, 1, MOST_SAMPLES), whole("hidden", hidden, 1, MOST_HIDDEN)
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 6])
    x, y = rng.normal(size=(samples, INPUTS)), rng.normal(size=samples)
    for _ in range(DRAWS if samples <= hidden * (INPUTS + 1) else 1):
        p = _fitted(rng.normal(size=hidden * (INPUTS + 1)), x, y)
        r = outputs(p, x) - y
        if np.linalg.norm(r) <= SOLVED:
            break
    slopes = jacobian(p, x)
    hessian = slopes.T @ slopes + curvature(p, x, r)
    return Spectrum(np.linalg.eigvalsh(hessian)[::-1], samples, float(np.linalg.norm(r)))


def _fitted(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Damped Gauss–Newton steps, as far as they help."""
    damping, r = 1e-3, outputs(p, x) - y
    for _ in range(ROUNDS):
        if np.linalg.norm(r) < 3e-15 or damping > 1e12:
            break
        slopes = jacobian(p, x)
        left, size, right = np.linalg.svd(slopes, full_matrices=False)
        step = right.T @ (size / (size**2 + damping * size[0] ** 2) * (left.T @ r))
        there = outputs(p - step, x) - y
        if r @ r > there @ there:
            p, r, damping = p - step, there, damping / 6
        else:
            damping *= 4
    return p
