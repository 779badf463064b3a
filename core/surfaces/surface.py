"""A landscape: a function f: ℝᵈ → ℝ with its gradient, its Hessian, and the box in which it is shown.

∇f and ∇²f are exact. Points are (..., d). Nothing stops a path from leaving the box.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

import numpy as np
from jaxtyping import Float

from core.formulas.coordinates import coordinates
from core.formulas.expressions import Expression

Number = float | int  # what a person may pass where a real number is meant


@dataclass(frozen=True, eq=False)
class Surface:
    """A function with its derivatives; non-finite values are part of the picture and raise nothing."""

    name: str  # id of its text; a person's own formula is "expression"
    formula: str  # LaTeX of the right-hand side
    domain: Float[np.ndarray, "d 2"]  # lower and upper end of each coordinate
    minimizers: Float[np.ndarray, "m d"]  # known local minimizers, the lowest first; none for a saddle
    value: Callable  # (..., d) -> (...)
    gradient: Callable  # (..., d) -> (..., d)
    hessian: Callable  # (..., d) -> (..., d, d)
    start: Float[np.ndarray, " d"]  # where a run begins by default
    step_size: float  # a default at which plain gradient descent behaves
    expression: Expression | None = None  # of a person's own formula: it may have kinks

    def __post_init__(self) -> None:
        for name in ("value", "gradient", "hessian"):
            object.__setattr__(self, name, _of_points(getattr(self, name), self.dimension))

    @property
    def dimension(self) -> int:
        return len(self.domain)

    @property
    def centre(self) -> Float[np.ndarray, " d"]:
        return self.domain.mean(axis=1)

    @property
    def width(self) -> float:
        """The longest side of the domain."""
        return float(np.ptp(self.domain, axis=1).max())

    def is_finite_at(self, point: tuple[float, ...]) -> bool:
        """Whether f is defined there."""
        return bool(np.isfinite(self.value(np.array(point, float))))

    @cached_property
    def minimum(self) -> float:
        """The lowest known value f*: at a known minimizer; -inf where none is known (saddle, or no minimum inside)."""
        return float(self.value(self.minimizers[0])) if len(self.minimizers) else -np.inf

    @cached_property
    def height(self) -> float:
        """How much f varies over the domain: the distance between its 5% and 95% quantiles there."""
        points = np.random.default_rng(0).uniform(*self.domain.T, (2000, self.dimension))
        values = self.value(points)
        finite = values[np.isfinite(values)]
        low, high = np.quantile(finite, [0.05, 0.95]) if len(finite) else (0.0, 1.0)
        return float(high - low) or 1.0

    @cached_property
    def is_quadratic(self) -> bool:
        """Whether the Hessian is the same everywhere, so that what holds at the minimum holds from any start."""
        points = np.random.default_rng(1).uniform(*self.domain.T, (20, self.dimension))
        hessians = self.hessian(points)
        with np.errstate(invalid="ignore"):  # where a Hessian is infinite it is not the same
            return bool(np.abs(hessians - hessians[0]).max() <= 1e-9 * np.abs(hessians).max())


def _of_points(function: Callable, d: int) -> Callable:
    """The function of points (..., d), whatever kind of numbers they come as."""

    @wraps(function)
    def of_points(x):
        return function(coordinates(x, d))

    return of_points
