"""Every landscape an optimiser can be set on: named ones, quadratics of any conditioning, a person's own.

SURFACES maps an id to a ``Surface``; ``quadratic(κ)`` and ``from_expression(text, domain)`` make further ones.
"""

import numpy as np
from jaxtyping import Float

from core.formulas.expressions import Expression, ExpressionError, parse
from core.surfaces import classic
from core.surfaces.classic import quadratic
from core.surfaces.critical_points import local_minimizers
from core.surfaces.surface import Surface

__all__ = ["SURFACES", "Surface", "from_expression", "in_square", "quadratic"]

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        classic.quartic(),
        quadratic(100.0),
        classic.rosenbrock(),
        classic.himmelblau(),
        classic.beale(),
        classic.saddle(),
        classic.rastrigin(),
        classic.styblinski_tang(),
    )
}


def from_expression(text: str, domain: Float[np.ndarray, "axes 2"]) -> Surface:
    """A person's formula in x, or in x and y, as a surface; its minimizers are searched for inside the domain.

    A formula without y is one-dimensional and uses the first row of ``domain``; one row given for x and y serves both.
    Raises ``ExpressionError``, also (code ``not_real``) where the formula is finite nowhere on the domain.
    """
    ends = np.asarray(domain, float)
    if not (np.isfinite(ends).all() and (ends[:, 0] < ends[:, 1]).all() and np.abs(ends).max() <= 1e6):
        raise ValueError(f"domain must be rows (lower, upper) with lower < upper within ±1e6; got {ends.tolist()}")
    variables = ("x", "y") if "y" in parse(text).variables_used else ("x",)
    expression = parse(text, variables)
    box = np.tile(ends, (2, 1))[: len(variables)] if len(ends) == 1 else ends[: len(variables)]
    samples = np.random.default_rng(0).uniform(*box.T, (4000, len(box)))
    values = expression.value(samples)
    if not np.isfinite(values).any():
        raise ExpressionError("not_real", None, text)
    found = local_minimizers(expression.value, expression.gradient, expression.hessian, box)
    minimizers = found[_is_finite_around(expression, found, 1e-6 * np.ptp(box, axis=1))]  # at a pole f is lower still
    start = samples[np.nanargmin(np.abs(values - np.nanquantile(np.where(np.isfinite(values), values, np.nan), 0.7)))]
    return Surface(
        name="expression",
        formula=expression.latex,
        domain=box,
        minimizers=minimizers,
        value=expression.value,
        gradient=expression.gradient,
        hessian=expression.hessian,
        start=start,
        step_size=_safe_step(expression.hessian(np.concatenate([minimizers, start[None]])), box),
        expression=expression,
    )


def _is_finite_around(expression: Expression, points: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Whether f is certified to be finite around each point."""
    return np.isfinite(expression.range_on(np.stack([points - reach, points + reach], axis=-1))).all(axis=0)


def in_square(text: str, half_width: float) -> Surface:
    """A person's formula on [−half_width, half_width] in each variable."""
    return from_expression(text, np.array([[-half_width, half_width]], float))


def _safe_step(hessians: np.ndarray, box: np.ndarray) -> float:
    """Half of the limit 2/L with the largest curvature given, or a hundredth of the domain where there is none."""
    largest = np.abs(np.linalg.eigvalsh(np.nan_to_num(hessians, posinf=0, neginf=0))).max()
    return float(np.clip(1 / largest, 1e-6, 10)) if largest > 0 else float(np.ptp(box) / 100)
