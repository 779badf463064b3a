"""A function of one number whose values and slopes can be bounded on whole intervals: what a certificate is made from.

    f(cell) ⊆ value_range,   {(f(x) − f(y))/(x − y): x ≠ y in the cell} ⊆ slope_range,   the same of f′: curvature_range

A range is unbounded where f jumps or is undefined on the cell (f′, where f has a kink). Beyond formulas there are four
curves here that no formula of elementary functions gives; what they are for is in ``core.lipschitz.functions``.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from core.formulas.expressions import Expression

Points = Float[np.ndarray, " points"]
Cells = Float[np.ndarray, "cells 2"]  # lower and upper end of each
TINY = 1e-100  # its square is nothing, and one over its square is too large to wave
ROUNDING = 1e-12  # relative: more than the arithmetic of a curve that is not a formula can lose


@runtime_checkable
class Curve(Protocol):
    """What a bracket, a cone and a parabola need to know of a function."""

    def value(self, x: Points) -> Points: ...
    def slope(self, x: Points) -> Points: ...
    def curvature(self, x: Points) -> Points: ...
    def value_range(self, cells: Cells) -> Cells: ...
    def slope_range(self, cells: Cells) -> Cells: ...
    def curvature_range(self, cells: Cells) -> Cells: ...


@dataclass(frozen=True)
class Formula:
    """An expression in one variable."""

    expression: Expression

    def value(self, x: Points) -> Points:
        return self.expression.value(x[:, None])

    def slope(self, x: Points) -> Points:
        return self.expression.gradient(x[:, None])[:, 0]

    def curvature(self, x: Points) -> Points:
        return self.expression.hessian(x[:, None])[:, 0, 0]

    def value_range(self, cells: Cells) -> Cells:
        return np.stack(self.expression.range_on(cells[:, None]), axis=-1)

    def slope_range(self, cells: Cells) -> Cells:
        return self.expression.gradient_range_on(cells[:, None])[:, 0]

    def curvature_range(self, cells: Cells) -> Cells:
        return self.expression.hessian_range_on(cells[:, None])[:, 0, 0]


@dataclass(frozen=True)
class Oscillation(Formula):
    """A formula times x² that is continued by f(0) = 0 = f′(0); ``expression`` is undefined at 0 alone, |f| ≤ x²."""

    def value(self, x: Points) -> Points:
        return np.where(np.abs(x) < TINY, 0.0, super().value(x))

    def slope(self, x: Points) -> Points:
        return np.where(x == 0, 0.0, super().slope(x))

    def value_range(self, cells: Cells) -> Cells:
        most = np.nextafter(np.square(cells).max(axis=1), np.inf)
        inside = (cells[:, :1] <= 0) & (cells[:, 1:] >= 0)
        return np.where(inside, np.stack([-most, most], axis=1), super().value_range(cells))


@dataclass(frozen=True)
class Step:
    """0 below 0, and 1 from there on."""

    def value(self, x: Points) -> Points:
        return np.where(x >= 0, 1.0, 0.0)

    def slope(self, x: Points) -> Points:
        return np.zeros(np.shape(x))

    curvature = slope

    def value_range(self, cells: Cells) -> Cells:
        return np.where(cells >= 0, 1.0, 0.0)

    def slope_range(self, cells: Cells) -> Cells:
        return _unbounded_where((cells[:, 0] < 0) & (cells[:, 1] >= 0))

    def curvature_range(self, cells: Cells) -> Cells:
        return _unbounded_where((cells[:, 0] <= 0) & (cells[:, 1] >= 0))


@dataclass(frozen=True)
class Cantor:
    """The devil's staircase: continuous, flat almost everywhere, and yet it climbs from 0 to 1."""

    digits: int = 32  # ternary digits, and so binary digits of the value: as many as a float64 has

    def value(self, x: Points) -> Points:
        rest, value, climbing = np.clip(x, 0.0, 1.0), np.zeros(np.shape(x)), np.ones(np.shape(x), bool)
        for place in range(1, self.digits + 1):
            digit = np.minimum(np.floor(3 * rest), 2)
            value += climbing * np.where(digit >= 1, 0.5**place, 0.0)
            climbing &= digit != 1
            rest = 3 * rest - digit
        return np.where(np.asarray(x) >= 1, 1.0, value)

    def slope(self, x: Points) -> Points:
        """0, which it is almost everywhere."""
        return np.zeros(np.shape(x))

    curvature = slope

    def value_range(self, cells: Cells) -> Cells:
        rounding = 0.5 ** (self.digits - 2) * np.array([-1.0, 1.0])
        return self.value(cells.reshape(-1)).reshape(cells.shape) + rounding

    def slope_range(self, cells: Cells) -> Cells:
        """0 inside a gap; it is a rising function, without bound, on a cell that it climbs in."""
        low, high = self.value(cells[:, 0]), self.value(cells[:, 1])
        return np.stack([np.zeros_like(low), np.where(low == high, 0.0, np.inf)], axis=1)

    def curvature_range(self, cells: Cells) -> Cells:
        return _unbounded_where(self.slope_range(cells)[:, 1] > 0)


@dataclass(frozen=True, eq=False)
class PiecewiseLinear:
    """Straight between its knots and beyond them: a ReLU network of one input and one output."""

    knots: Float[np.ndarray, " knots"]  # increasing
    heights: Float[np.ndarray, " knots"]
    slopes: Float[np.ndarray, " pieces"]  # knots + 1 of them: the first and the last reach to infinity

    def value(self, x: Points) -> Points:
        piece = np.searchsorted(self.knots, x)
        anchor = np.minimum(piece, len(self.knots) - 1)
        return self.heights[anchor] + self.slopes[piece] * (x - self.knots[anchor])

    def slope(self, x: Points) -> Points:
        return self.slopes[np.searchsorted(self.knots, x)]

    def curvature(self, x: Points) -> Points:
        return np.zeros(np.shape(x))

    def value_range(self, cells: Cells) -> Cells:
        """From the value at the lower end and the slopes: as wide as they allow."""
        start, reach = self.value(cells[:, 0]), np.ptp(cells, axis=1)
        slopes = self.slope_range(cells)
        bounds = start[:, None] + reach[:, None] * np.stack(
            [np.minimum(slopes[:, 0], 0), np.maximum(slopes[:, 1], 0)], 1
        )
        return _widened(bounds, 1 + np.abs(start) + np.abs(self.heights).max(initial=0))

    def slope_range(self, cells: Cells) -> Cells:
        first, last = self._pieces(cells)
        ends = np.stack([first, last + 1], axis=1).reshape(-1)
        extended = np.append(self.slopes, self.slopes[-1])  # reduceat wants an end that exists
        both = [extreme.reduceat(extended, ends)[::2] for extreme in (np.minimum, np.maximum)]
        return _widened(np.stack(both, axis=1), np.full(len(cells), np.abs(self.slopes).max()))

    def curvature_range(self, cells: Cells) -> Cells:
        bends = np.append(0, np.cumsum(np.diff(self.slopes) != 0))  # bends passed before each piece
        first, last = self._pieces(cells)
        return _unbounded_where(bends[first] < bends[last])

    def _pieces(self, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
        """The first and the last piece that a cell touches."""
        return np.searchsorted(self.knots, cells[:, 0]), np.searchsorted(self.knots, cells[:, 1], side="right")


def _unbounded_where(touched: np.ndarray) -> np.ndarray:
    """(cells, 2): from -∞ to ∞ where ``touched``, 0 elsewhere."""
    most = np.where(touched, np.inf, 0.0)
    return np.stack([-most, most], axis=1)


def _widened(bounds: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return bounds + ROUNDING * scale[:, None] * np.array([-1.0, 1.0])
