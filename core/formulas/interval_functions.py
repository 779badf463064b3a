"""The functions of a formula on intervals: each encloses the true value, and whatever numpy computes for it.

    A function that rises is bounded by its values at the two ends, widened by what numpy may lose there.
    numpy's kernels for one function (a loop for each kind of processor, and for what is left over at the end of an
    array) promise 4 units in the last place each: the true value is within 4 of the end's, another kernel's within 8.

``INTERVALS`` is the arithmetic that ``elementary_functions`` describes, for ``intervals``.
"""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from core.formulas.elementary_functions import REALS
from core.formulas.intervals import Interval, above, below, defined_where, interval, product

_ULPS = 8


def _increasing(
    function, ulps: int = _ULPS, floor: float = -np.inf, ceiling: float = np.inf, root: float | None = None
):
    """The extension of an increasing function with values in [floor, ceiling], which is exactly 0 at ``root``."""

    def extended(u: Interval) -> Interval:
        lower, upper = below(function(u.lower), ulps), above(function(u.upper), ulps)
        if root is not None:  # wherever else 0 is computed, the true value is only near it
            lower, upper = np.where(u.lower == root, 0.0, lower), np.where(u.upper == root, 0.0, upper)
        return Interval(np.maximum(lower, floor), np.minimum(upper, ceiling))

    return extended


def _reciprocal(u: Interval) -> Interval:
    u = defined_where((u.lower > 0) | (u.upper < 0), u)
    return Interval(np.nextafter(1 / u.upper, -np.inf), np.nextafter(1 / u.lower, np.inf))


def _periodic(function, peak: float):
    """sin or cos: maxima 2π apart, one at ``peak``. Near an extremum the bound is ±1: wide rather than narrow."""

    def contains(u: Interval, at: float):
        slack = 1e-9 * (1 + np.maximum(np.abs(u.lower), np.abs(u.upper)))
        first, last = (u.lower - slack - at) / (2 * np.pi), (u.upper + slack - at) / (2 * np.pi)
        return (np.floor(last) >= np.ceil(first)) | np.isinf(u.lower) | np.isinf(u.upper)

    def extended(u: Interval) -> Interval:
        ends = function(u.lower), function(u.upper)
        least, most, touches_zero = np.fmin(*ends), np.fmax(*ends), (u.lower == 0) | (u.upper == 0)
        low = np.where(touches_zero & (least == 0), 0.0, np.maximum(below(least, _ULPS), -1))
        high = np.where(touches_zero & (most == 0), 0.0, np.minimum(above(most, _ULPS), 1))
        bounds = Interval(
            np.where(contains(u, peak + np.pi), -1.0, low), np.where(contains(u, peak), 1.0, high)
        )  # fmt: skip
        return defined_where(~(np.isnan(u.lower) | np.isnan(u.upper)), bounds)

    return extended


def _tan(u: Interval) -> Interval:
    """Undefined where a pole π/2 + kπ is inside, or nearer than a relative 1e-9."""
    slack = 1e-9 * (1 + np.maximum(np.abs(u.lower), np.abs(u.upper)))
    first, last = (u.lower - slack) / np.pi - 0.5, (u.upper + slack) / np.pi - 0.5
    return _increasing(np.tan, root=0.0)(defined_where(np.floor(last) < np.ceil(first), u))


def _abs(u: Interval) -> Interval:
    ends = np.abs(u.lower), np.abs(u.upper)
    return Interval(np.where((u.lower <= 0) & (u.upper >= 0), 0.0, np.minimum(*ends)), np.maximum(*ends))


def _acos(u: Interval) -> Interval:
    """π/2 − asin falls: its bounds are the other ends' values."""
    u = defined_where((u.lower >= -1) & (u.upper <= 1), u)
    lower, upper = below(np.arccos(u.upper), _ULPS), above(np.arccos(u.lower), _ULPS)
    return Interval(np.maximum(lower, 0.0), np.where(u.lower == 1, 0.0, upper))


def _cosh(u: Interval) -> Interval:
    return _increasing(np.cosh, floor=1.0)(_abs(u))


def _raised(size, n: int, toward):
    """size^n for size ≥ 0, n ≥ 1, by the products that numbers take too, each of them rounded toward ``toward``."""
    if n == 1:
        return size
    half = _raised(size, n // 2, toward)
    square = np.maximum(product(half, half, toward), 0.0)
    return np.maximum(product(square, size, toward), 0.0) if n % 2 else square


def _integer_power(u: Interval, n: int) -> Interval:
    if n < 0:
        return _reciprocal(_integer_power(u, -n))
    if n < 2:
        return u if n else Interval(np.ones_like(u.lower), np.ones_like(u.upper))
    if n % 2 == 0:
        size = _abs(u)
        return Interval(_raised(size.lower, n, -np.inf), _raised(size.upper, n, np.inf))
    lower = _raised(np.abs(u.lower), n, -np.copysign(np.inf, u.lower))  # of a negative number, the size is rounded up
    upper = _raised(np.abs(u.upper), n, np.copysign(np.inf, u.upper))
    return Interval(np.copysign(lower, u.lower), np.copysign(upper, u.upper))


def _real_power(u: Interval, exponent: Fraction) -> Interval:
    """u^r for a fraction r: defined for u ≥ 0, and for u > 0 where r < 0."""
    size, r = defined_where(u.lower >= 0, u), interval(abs(exponent))
    each = [_increasing(lambda x, r=r: np.power(x, r), floor=0.0, root=0.0)(size) for r in {*(r.lower, r.upper)}]
    hull = Interval(np.minimum.reduce([p.lower for p in each]), np.maximum.reduce([p.upper for p in each]))
    return hull if exponent > 0 else _reciprocal(hull)


def _sign(u: Interval) -> Interval:
    return Interval(np.sign(u.lower), np.sign(u.upper))


def _step(u: Interval) -> Interval:
    """The slope of relu: 1 above 0, 0 below, and both where the box touches 0."""
    return defined_where(~(np.isnan(u.lower) | np.isnan(u.upper)), Interval((u.lower > 0) * 1.0, (u.upper >= 0) * 1.0))


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


def _near(value: float) -> Interval:
    """An irrational constant from its float, which two roundings have made."""
    return Interval(below(value, 2), above(value, 2))


INTERVALS = SimpleNamespace(
    constant=lambda node: Interval(*map(np.float64, node.enclosure)), number=interval,
    root_half=_near(REALS.root_half), two_over_root_pi=_near(REALS.two_over_root_pi), density=_near(REALS.density),
    sin=_periodic(np.sin, np.pi / 2), cos=_periodic(np.cos, 0.0),
    tan=_tan, abs=_abs, sign=_sign, step=_step, impulse=_impulse, cosh=_cosh,
    exp=_increasing(np.exp, floor=0.0),
    log=lambda u: _increasing(np.log, root=1.0)(defined_where(u.lower > 0, u)),
    sqrt=lambda u: _increasing(np.sqrt, 1, floor=0.0, root=0.0)(defined_where(u.lower >= 0, u)),  # IEEE: to the nearest
    cbrt=_increasing(np.cbrt, root=0.0), acos=_acos,
    asin=lambda u: _increasing(np.arcsin, root=0.0)(defined_where((u.lower >= -1) & (u.upper <= 1), u)),
    log10=lambda u: _increasing(np.log10, root=1.0)(defined_where(u.lower > 0, u)),
    log2=lambda u: _increasing(np.log2, root=1.0)(defined_where(u.lower > 0, u)),
    per_ten=_near(REALS.per_ten), per_two=_near(REALS.per_two),
    tanh=_increasing(np.tanh, floor=-1.0, ceiling=1.0, root=0.0),
    sinh=_increasing(np.sinh, root=0.0),
    atan=_increasing(np.arctan, root=0.0),
    erf=_increasing(REALS.erf, floor=-1.0, ceiling=1.0, root=0.0),
    sigmoid=_increasing(REALS.sigmoid, 2 * _ULPS, floor=0.0, ceiling=1.0),  # an exponential, a sum and a quotient
    softplus=_increasing(REALS.softplus, 2 * _ULPS, floor=0.0),  # an exponential, a logarithm and a sum
    relu=lambda u: _maximum(u, interval(0.0)),
    maximum=_maximum, select=_select, reciprocal=_reciprocal, integer_power=_integer_power, real_power=_real_power,
)  # fmt: skip
