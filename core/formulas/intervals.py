"""An interval computed with outward rounding contains every value of the formula on the box: that is the certificate.

    [a, b] + [c, d] = [a + c rounded down, b + d rounded up], and so on for each operation.
    (Moore 1966, *Interval Analysis*.)

The natural extension may be wider than the true range, never narrower. Bounds are arrays, so that thousands of boxes
are bounded at once. Where a formula is undefined on part of a box both bounds are nan; ``bounds`` turns that into ±inf.
An infinite bound stands for ever larger real numbers. The functions are in ``interval_functions``.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

EPSILON = 2.0**-52  # from 1 to the next float
LEAST = 5e-324
MOST = float(np.finfo(float).max)


def down(x):
    """The next float below; zero is exact for every operation that uses this, so it stays."""
    return np.where(x == 0, 0.0, np.nextafter(x, -np.inf))


def up(x):
    return -down(-x)


def below(x, ulps: int):
    """At least ``ulps`` floats below: what a function can lose that is not rounded to the nearest float."""
    x = np.minimum(x, MOST)
    return x - (np.abs(x) * (ulps * EPSILON) + ulps * LEAST)


def above(x, ulps: int):
    return -below(-x, ulps)


def product(a, b, toward):
    """a·b rounded toward ``toward``; 0·∞ is 0, for an infinite bound stands for ever larger real numbers."""
    exact_zero = ((a == 0) | (b == 0)) & ~(np.isnan(a) | np.isnan(b))
    return np.where(exact_zero, 0.0, np.nextafter(a * b, toward))


@dataclass(frozen=True, eq=False)
class Interval:
    """Closed intervals [lower, upper], one per entry of the two arrays of equal shape."""

    lower: np.ndarray | float
    upper: np.ndarray | float
    __array_ufunc__ = None  # so that an array or a numpy number on the left leaves the operation to us

    def __neg__(self) -> "Interval":
        return Interval(-self.upper, -self.lower)

    def __add__(self, other) -> "Interval":
        other = interval(other)
        return Interval(down(self.lower + other.lower), up(self.upper + other.upper))

    def __mul__(self, other) -> "Interval":
        other = interval(other)
        pairs = [(a, b) for a in (self.lower, self.upper) for b in (other.lower, other.upper)]
        lowers, uppers = ([product(a, b, toward) for a, b in pairs] for toward in (-np.inf, np.inf))
        return Interval(np.minimum.reduce(lowers), np.maximum.reduce(uppers))

    def __sub__(self, other) -> "Interval":
        return self + -interval(other)

    def __rsub__(self, other) -> "Interval":
        return interval(other) - self

    __radd__ = __add__
    __rmul__ = __mul__

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds; -inf and inf where the formula is undefined somewhere on the box."""
        undefined = np.isnan(self.lower) | np.isnan(self.upper)
        return np.where(undefined, -np.inf, self.lower), np.where(undefined, np.inf, self.upper)


def interval(value) -> Interval:
    """An interval as it is, a number as the interval that holds it alone, a fraction as the tightest that holds it."""
    if isinstance(value, Interval):
        return value
    if isinstance(value, Fraction):
        nearest = float(value)
        low, high = (nearest, nearest) if Fraction(nearest) == value else np.nextafter(nearest, [-np.inf, np.inf])
        return Interval(np.float64(low), np.float64(high))
    return Interval(np.asarray(value, float), np.asarray(value, float))


def defined_where(holds, u: Interval) -> Interval:
    return Interval(np.where(holds, u.lower, np.nan), np.where(holds, u.upper, np.nan))
