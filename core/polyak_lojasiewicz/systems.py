"""One equation F(x, y) = c in two unknowns: what is solved, its Jacobian, and how fast that can turn.

r = F − c,   L = ½r²,   J = ∇Fᵀ,   K = JJᵀ = ‖∇F‖²,   H ≥ ‖∇²F‖, the Lipschitz constant of J

product   F = xy         K = x² + y²      H = 1   the solutions are a hyperbola, the saddle is at 0
circle    F = x² + y²    K = 4(x² + y²)   H = 2
own       a person's formula; H is certified on a box by interval arithmetic, and infinite where it cannot be
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real
from core.formulas.expressions import Expression, ExpressionError, parse

MOST_TARGET, MOST_PLACE = 4.0, 3.5  # of c, of a start's coordinates


@dataclass(frozen=True, eq=False)
class System:
    """F, its slopes and its target c; all arrays have the points along their first axes."""

    name: str
    target: float
    formula: str  # F in LaTeX
    bend: float  # H everywhere; nan where it has to be certified on a box
    expression: Expression | None = None

    def value(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch"]:
        """F."""
        if self.expression is not None:
            return self.expression.value(w)
        x, y = w[..., 0], w[..., 1]
        return np.asarray(x * y if self.name == "product" else x * x + y * y)  # also of a single point

    def slope(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
        """∇F."""
        if self.expression is not None:
            return self.expression.gradient(w)
        return w[..., ::-1] if self.name == "product" else 2 * w

    def curvature(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2 2"]:
        """∇²F."""
        if self.expression is not None:
            return self.expression.hessian(w)
        one = np.array([[0.0, 1.0], [1.0, 0.0]]) if self.name == "product" else 2 * np.eye(2)
        return np.broadcast_to(one, (*w.shape, 2))

    def residual(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch"]:
        """r = F − c."""
        return np.asarray(self.value(w) - self.target)

    def kernel(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch"]:
        """K = ‖∇F‖²."""
        slope = self.slope(w)
        return np.asarray(np.sum(slope * slope, axis=-1))

    def loss_curvature(self, w: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2 2"]:
        """∇²L = JᵀJ + r∇²F."""
        slope = self.slope(w)
        return slope[..., :, None] * slope[..., None, :] + self.residual(w)[..., None, None] * self.curvature(w)

    def bend_on(
        self, w: Float[np.ndarray, "*batch 2"], reach: Float[np.ndarray, "*batch"]
    ) -> Float[np.ndarray, "*batch"]:
        """H on the disc of that radius around each point, certified: the norm of no ∇²F on its box is larger."""
        if not np.isnan(self.bend):
            return np.full(np.shape(reach), self.bend)
        with np.errstate(all="ignore"):
            box = np.stack([w - reach[..., None], w + reach[..., None]], axis=-1)
        known = np.isfinite(box).all(axis=(-2, -1))
        ends = np.abs(self.expression.hessian_range_on(np.where(known[..., None, None], box, 0.0))).max(axis=-1)
        found = np.where(known & np.isfinite(ends).all(axis=(-2, -1)), _norm(ends), np.inf)
        return np.asarray(np.where(np.isnan(found), np.inf, found))


def _norm(a: Float[np.ndarray, "*batch 2 2"]) -> Float[np.ndarray, "*batch"]:
    """The norm of a symmetric matrix without negative entries: no matrix with smaller ones has a larger norm."""
    with np.errstate(all="ignore"):
        middle, half = 0.5 * (a[..., 0, 0] + a[..., 1, 1]), 0.5 * (a[..., 0, 0] - a[..., 1, 1])
        return np.asarray((middle + np.hypot(half, a[..., 0, 1])) * (1 + 1e-15))


def system(equation: str, target: Real, formula: str = "") -> System:
    """The equation of that name, or of a person's ``formula`` in x and y, with F = ``target`` to be solved.

    Raises ``ExpressionError`` for a formula that can't be read.
    """
    target = real("target", target, -MOST_TARGET, MOST_TARGET)
    if equation == "product":
        return System(equation, target, "xy", 1.0)
    if equation == "circle":
        return System(equation, target, "x^2 + y^2", 2.0)
    if equation != "own":
        raise ValueError(f"equation must be one of {', '.join(EQUATIONS)}, got {equation[:40]!r}")
    expression = parse(formula)
    corners = np.random.default_rng(0).uniform(-MOST_PLACE, MOST_PLACE, (500, 2))
    if not (np.isfinite(expression.value(corners)) & np.isfinite(expression.gradient(corners)).all(axis=-1)).any():
        raise ExpressionError("not_real", None, formula)

    return System(equation, target, expression.latex, np.nan, expression)


EQUATIONS = ("product", "circle", "own")
