"""∇L, measured, against what the kernel makes of it: ‖∇L‖² = rᵀΘ̂r, and from it the inequality that makes training end.

The gradient is what a step moves, by the code that trains; the kernel is computed from the layers.
"""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float

from core.check import Check, rounding, silent
from core.neural_tangent_kernel.learner import Trace
from core.neural_tangent_kernel.study import Study

SMALLEST = 1e-30  # of a kernel's trace: below it the squares of single numbers are lost
VAGUE = 1e-6  # share that rounding may be of what is compared
EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Slopes:
    """Every network at every frame at which there is something left to learn, one after another."""

    gradient: Float[np.ndarray, " f"]  # ‖∇L‖², measured
    form: Float[np.ndarray, " f"]  # rᵀΘ̂r
    square: Float[np.ndarray, " f"]  # rᵀr = 2L
    eigenvalues: Float[np.ndarray, "f n"]  # of Θ̂
    rounding: Float[np.ndarray, " f"]  # what the arithmetic may have done to ``gradient`` and ``form``


def slopes(run: Study) -> Slopes:
    """In units of f: the residual is that of f, not of αf."""
    parts = [part for trace in run.traces if len((part := _slopes(trace)).square)]
    if not parts:
        return Slopes(*[np.zeros(0)] * 3, np.zeros((0, run.task.y.size)), np.zeros(0))
    return Slopes(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Slopes)))


def _slopes(trace: Trace) -> Slopes:
    """A sum of n products is good to nε times the sum of their sizes: ‖∇L‖² = Σ_θ (Σ_i r_i ∂f_i)² and rᵀΘ̂r both to
    nε tr Θ̂ |r|², where n is the longest sum of any layer."""
    residual, square = trace.residual, np.sum(trace.residual**2, axis=2)
    with np.errstate(over="ignore"):
        known = np.isfinite(trace.kernel).all(axis=(2, 3)) & np.isfinite(trace.gradient * square) & (square > 0)
        known &= np.trace(trace.kernel, axis1=2, axis2=3) > SMALLEST
    residual, square, kernel = residual[known], square[known], trace.kernel[known]
    longest = max(trace.width, kernel.shape[1])
    allowed = longest * EPSILON * np.trace(kernel, axis1=1, axis2=2) * square
    form = np.einsum("fi,fij,fj->f", residual, kernel, residual)
    return Slopes(trace.gradient[known], form, square, np.linalg.eigvalsh(kernel), allowed)


def gradient(found: Slopes) -> Check:
    """Where the two are farthest apart, of all networks and frames, in units of what rounding allows."""
    clear = found.rounding < VAGUE * found.form
    if not clear.any():
        return silent("gradient", "nothing_learned", 1.0)
    apart = np.where(clear, np.abs(found.gradient - found.form) / found.rounding, -1.0)
    at = int(np.argmax(apart))
    ratio, allowed = (float(part[at] / found.form[at]) for part in (found.gradient, found.rounding))
    return Check("gradient", 1.0, ratio, rounding(allowed))


def pl_ratio(found: Slopes) -> Check:
    """Where they are nearest, relative to the eigenvalue."""
    if not len(found.square):
        return silent("pl_ratio", "nothing_learned")
    ratio, allowed = found.gradient / found.square, found.rounding / found.square
    smallest = np.where(found.eigenvalues[:, 0] > allowed, found.eigenvalues[:, 0], 0.0)  # what is smaller is zero
    above = ratio - smallest + allowed
    share = np.divide(above, smallest, out=np.full_like(above, np.inf), where=smallest > 0)
    at = int(np.argmin(share if np.isfinite(share).any() else above))
    scale = float(smallest[at]) or float(found.eigenvalues[at, -1])
    return Check("pl_ratio", float(smallest[at]), float(ratio[at]), rounding(allowed[at]), None, "at_least", scale)
