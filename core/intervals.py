"""An interval computed with outward rounding contains every value of the formula on the box: that is the certificate.

    [a, b] + [c, d] = [a + c rounded down, b + d rounded up], and so on for each operation.
    Four rounding errors are allowed for every transcendental function (numpy's stated worst case).
    (Moore 1966, *Interval Analysis*.)

The natural extension may be wider than the true range, never narrower. Bounds are arrays, so that thousands of boxes
are bounded at once. Where a formula is undefined on part of a box both bounds are nan; ``bounds`` turns that into ±inf.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

_ULPS = 4


def _down(x, ulps: int = 1):
    """The next floats below; zero is exact for every operation that uses this, so it stays."""
    below = x
    for _ in range(ulps):
        below = np.nextafter(below, -np.inf)
    return np.where(x == 0, 0.0, below)


def _up(x, ulps: int = 1):
    return -_down(-x, ulps)


def _product(a, b, toward: float):
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
        return Interval(_down(self.lower + other.lower), _up(self.upper + other.upper))

    def __mul__(self, other) -> "Interval":
        other = interval(other)
        pairs = [(a, b) for a in (self.lower, self.upper) for b in (other.lower, other.upper)]
        lowers, uppers = ([_product(a, b, toward) for a, b in pairs] for toward in (-np.inf, np.inf))
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
    """An interval as it is, a number as the interval that holds it alone."""
    return value if isinstance(value, Interval) else Interval(np.asarray(value, float), np.asarray(value, float))


def _defined_where(holds, u: Interval) -> Interval:
    return Interval(np.where(holds, u.lower, np.nan), np.where(holds, u.upper, np.nan))


def _increasing(function, ulps: int = _ULPS, floor: float = -np.inf, ceiling: float = np.inf):
    """The extension of an increasing function with values in [floor, ceiling]."""

    def extended(u: Interval) -> Interval:
        lower, upper = _down(function(u.lower), ulps), _up(function(u.upper), ulps)
        upper = np.where(upper <= floor, np.nextafter(floor, np.inf), upper)  # e.g. exp(-1000) is not zero
        return Interval(np.maximum(lower, floor), np.minimum(upper, ceiling))

    return extended


def _reciprocal(u: Interval) -> Interval:
    u = _defined_where((u.lower > 0) | (u.upper < 0), u)
    return Interval(np.nextafter(1 / u.upper, -np.inf), np.nextafter(1 / u.lower, np.inf))


def _periodic(function, peak: float):
    """sin or cos: maxima 2π apart, one at ``peak``. Near an extremum the bound is ±1: wide rather than narrow."""

    def contains(u: Interval, at: float):
        slack = 1e-9 * (1 + np.maximum(np.abs(u.lower), np.abs(u.upper)))
        first, last = (u.lower - slack - at) / (2 * np.pi), (u.upper + slack - at) / (2 * np.pi)
        return (np.floor(last) >= np.ceil(first)) | np.isinf(u.lower) | np.isinf(u.upper)

    def extended(u: Interval) -> Interval:
        ends = function(u.lower), function(u.upper)
        undefined = np.isnan(u.lower) | np.isnan(u.upper)
        upper = np.where(contains(u, peak), 1.0, np.minimum(_up(np.fmax(*ends), _ULPS), 1))
        lower = np.where(contains(u, peak + np.pi), -1.0, np.maximum(_down(np.fmin(*ends), _ULPS), -1))
        return _defined_where(~undefined, Interval(lower, upper))

    return extended


_sin, _cos = _periodic(np.sin, np.pi / 2), _periodic(np.cos, 0.0)


def _tan(u: Interval) -> Interval:
    """Undefined where a pole π/2 + kπ is inside, or nearer than a relative 1e-9."""
    slack = 1e-9 * (1 + np.maximum(np.abs(u.lower), np.abs(u.upper)))
    first, last = (u.lower - slack) / np.pi - 0.5, (u.upper + slack) / np.pi - 0.5
    return _increasing(np.tan)(_defined_where(np.floor(last) < np.ceil(first), u))


def _abs(u: Interval) -> Interval:
    ends = np.abs(u.lower), np.abs(u.upper)
    return Interval(np.where((u.lower <= 0) & (u.upper >= 0), 0.0, np.minimum(*ends)), np.maximum(*ends))


def _cosh(u: Interval) -> Interval:
    return _increasing(np.cosh, floor=1.0)(_abs(u))


def _positive_power(u: Interval, n: int) -> Interval:
    """u^n for u ≥ 0, n ≥ 1, each of the n - 1 products rounded outward."""
    lower, upper = u.lower, u.upper
    for _ in range(n - 1):
        lower, upper = np.maximum(_product(lower, u.lower, -np.inf), 0), _product(upper, u.upper, np.inf)
    return Interval(lower, upper)


def _integer_power(u: Interval, n: int) -> Interval:
    if n < 0:
        return _reciprocal(_integer_power(u, -n))
    if n == 0:
        return Interval(np.ones_like(u.lower), np.ones_like(u.upper))
    if n % 2 == 0:
        return _positive_power(_abs(u), n)
    size = _positive_power(Interval(np.abs(u.lower), np.abs(u.lower)), n)
    upper = _positive_power(Interval(np.abs(u.upper), np.abs(u.upper)), n)
    return Interval(
        np.where(u.lower < 0, -size.upper, size.lower),
        np.where(u.upper < 0, -upper.lower, upper.upper),
    )


def _real_power(u: Interval, r: float) -> Interval:
    """u^r for a fraction r: defined for u ≥ 0, and for u > 0 where r < 0."""
    size = _increasing(lambda x: np.power(x, abs(r)), floor=0.0)(_defined_where(u.lower >= 0, u))
    return size if r > 0 else _reciprocal(size)


def _sign(u: Interval) -> Interval:
    return Interval(np.sign(u.lower), np.sign(u.upper))


def _step(u: Interval) -> Interval:
    """The slope of relu: 1 above 0, 0 below, and both where the box touches 0."""
    return _defined_where(~(np.isnan(u.lower) | np.isnan(u.upper)), Interval((u.lower > 0) * 1.0, (u.upper >= 0) * 1.0))


def _impulse(u: Interval) -> Interval:
    """The slope of a jump: 0 away from it, and without bound on a box that touches it."""
    touches = (u.lower <= 0) & (u.upper >= 0)
    flat = np.where(np.isnan(u.lower) | np.isnan(u.upper), np.nan, 0.0)
    return Interval(np.where(touches, -np.inf, flat), np.where(touches, np.inf, flat))


def _maximum(u: Interval, v: Interval) -> Interval:
    u, v = interval(u), interval(v)
    return Interval(np.maximum(u.lower, v.lower), np.maximum(u.upper, v.upper))


def _select(chooses: Interval, first, second) -> Interval:
    """``first`` where the choice is 1, ``second`` where it is 0, and what holds both where it is open."""
    p, q = interval(first), interval(second)
    lower = np.where(chooses.lower == 1, p.lower, np.where(chooses.upper == 0, q.lower, np.minimum(p.lower, q.lower)))
    upper = np.where(chooses.lower == 1, p.upper, np.where(chooses.upper == 0, q.upper, np.maximum(p.upper, q.upper)))
    return Interval(lower, upper)


def _erf(x):
    from scipy.special import erf  # only a formula that uses it pays for the import

    return erf(x)


INTERVALS = SimpleNamespace(
    sin=_sin, cos=_cos, tan=_tan, abs=_abs, sign=_sign, step=_step, impulse=_impulse, cosh=_cosh,
    exp=_increasing(np.exp, floor=0.0),
    log=lambda u: _increasing(np.log)(_defined_where(u.lower > 0, u)),
    sqrt=lambda u: _increasing(np.sqrt, floor=0.0)(_defined_where(u.lower >= 0, u)),
    tanh=_increasing(np.tanh, floor=-1.0, ceiling=1.0),
    sinh=_increasing(np.sinh),
    atan=_increasing(np.arctan),
    erf=_increasing(_erf, floor=-1.0, ceiling=1.0),
    sigmoid=_increasing(lambda x: np.exp(-np.logaddexp(0, -x)), 2 * _ULPS, floor=0.0, ceiling=1.0),
    softplus=_increasing(lambda x: np.logaddexp(0, x), 2 * _ULPS, floor=0.0),
    relu=lambda u: _maximum(u, interval(0.0)),
    maximum=_maximum, select=_select, reciprocal=_reciprocal, integer_power=_integer_power, real_power=_real_power,
)  # fmt: skip
