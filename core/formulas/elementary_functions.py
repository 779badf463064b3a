"""The functions a formula may use, each with its first and second derivative, written once for every arithmetic.

    An arithmetic is a namespace of the primitive operations: ``REALS`` here, ``INTERVALS`` in ``interval_functions``.
    sigmoid σ(u) = 1/(1 + e^-u), softplus = log(1 + e^u), gelu = u Φ(u) with Φ the normal distribution function.

At a kink the derivative of |u| and relu(u) is 0; the slope of a jump and of a kink (``impulse``) is 0 for numbers and
unbounded for an interval that touches it.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np


class Function(NamedTuple):
    """One function of one argument: value g(u), slope g'(u), curvature g''(u), in terms of u and g = g(u)."""

    value: Callable  # (arithmetic, u) -> g
    slope: Callable  # (arithmetic, u, g) -> g'
    curvature: Callable  # (arithmetic, u, g) -> g''


def _erf(x):
    from scipy.special import erf  # only a formula that uses it pays for the import

    return erf(x)


def _integer_power(u, n: int):
    """u^n by squaring: several times faster than np.power."""
    if n < 0:
        return np.float64(1) / _integer_power(u, -n)
    if n < 2:
        return u if n else 1.0
    half = _integer_power(u, n // 2)
    return half * half * u if n % 2 else half * half


def _sigmoid(u):
    """e^min(u, 0)/(1 + e^-|u|): each part keeps all its digits, however far out."""
    e = np.exp(-np.abs(u))
    return np.where(np.asarray(u) < 0, e, 1.0) / (1 + e)


REALS = SimpleNamespace(
    constant=lambda node: node.constant, number=float,
    root_half=np.sqrt(0.5), two_over_root_pi=2 / np.sqrt(np.pi), density=1 / np.sqrt(2 * np.pi),
    sin=np.sin, cos=np.cos, tan=np.tan, abs=np.abs, sign=np.sign, cosh=np.cosh, sinh=np.sinh, exp=np.exp, log=np.log,
    sqrt=np.sqrt, cbrt=np.cbrt, log10=np.log10, log2=np.log2, asin=np.arcsin, acos=np.arccos,
    per_ten=1 / np.log(10), per_two=1 / np.log(2), tanh=np.tanh, atan=np.arctan, erf=_erf, maximum=np.maximum,
    sigmoid=_sigmoid,
    softplus=lambda u: np.logaddexp(0, u),
    relu=lambda u: np.maximum(u, 0.0),
    step=lambda u: np.where(np.isnan(u), np.nan, np.asarray(u) > 0),
    impulse=lambda u: 0.0 * np.sign(u),
    select=lambda chooses, first, second: np.where(chooses == 1, first, second),
    reciprocal=lambda u: np.float64(1) / u,
    integer_power=_integer_power,
    real_power=lambda u, exponent: np.power(u, float(exponent)),
)  # fmt: skip


def _normal_density(A, u):
    return A.exp(A.integer_power(u, 2) * -0.5) * A.density


def _normal_distribution(A, u):
    return 0.5 + 0.5 * A.erf(u * A.root_half)


def _squared(A, u):
    return A.integer_power(u, 2)


def _half_chord(A, u):
    """√(1 − u²), without the loss near ±1."""
    return A.sqrt((1 - u) * (1 + u))


FUNCTIONS: dict[str, Function] = {
    "sin": Function(lambda A, u: A.sin(u), lambda A, u, g: A.cos(u), lambda A, u, g: -g),
    "cos": Function(lambda A, u: A.cos(u), lambda A, u, g: -A.sin(u), lambda A, u, g: -g),
    "tan": Function(
        lambda A, u: A.tan(u), lambda A, u, g: 1 + _squared(A, g), lambda A, u, g: 2 * g * (1 + _squared(A, g))
    ),
    "exp": Function(lambda A, u: A.exp(u), lambda A, u, g: g, lambda A, u, g: g),
    "log": Function(lambda A, u: A.log(u), lambda A, u, g: A.reciprocal(u), lambda A, u, g: -A.integer_power(u, -2)),
    "sqrt": Function(
        lambda A, u: A.sqrt(u), lambda A, u, g: 0.5 * A.reciprocal(g), lambda A, u, g: -0.25 * A.reciprocal(g * u)
    ),
    "cbrt": Function(
        lambda A, u: A.cbrt(u),
        lambda A, u, g: A.reciprocal(3 * _squared(A, g)),
        lambda A, u, g: -2 * A.reciprocal(9 * (u * _squared(A, g))),
    ),
    "log10": Function(
        lambda A, u: A.log10(u),
        lambda A, u, g: A.per_ten * A.reciprocal(u),
        lambda A, u, g: -(A.per_ten * A.integer_power(u, -2)),
    ),
    "log2": Function(
        lambda A, u: A.log2(u),
        lambda A, u, g: A.per_two * A.reciprocal(u),
        lambda A, u, g: -(A.per_two * A.integer_power(u, -2)),
    ),
    "asin": Function(
        lambda A, u: A.asin(u),
        lambda A, u, g: A.reciprocal(_half_chord(A, u)),
        lambda A, u, g: u * A.integer_power(_half_chord(A, u), -3),
    ),
    "acos": Function(
        lambda A, u: A.acos(u),
        lambda A, u, g: -A.reciprocal(_half_chord(A, u)),
        lambda A, u, g: -(u * A.integer_power(_half_chord(A, u), -3)),
    ),
    "abs": Function(lambda A, u: A.abs(u), lambda A, u, g: A.sign(u), lambda A, u, g: 2 * A.impulse(u)),
    "sign": Function(lambda A, u: A.sign(u), lambda A, u, g: 2 * A.impulse(u), lambda A, u, g: A.impulse(u)),
    "tanh": Function(
        lambda A, u: A.tanh(u), lambda A, u, g: 1 - _squared(A, g), lambda A, u, g: -2 * g * (1 - _squared(A, g))
    ),
    "sinh": Function(lambda A, u: A.sinh(u), lambda A, u, g: A.cosh(u), lambda A, u, g: g),
    "cosh": Function(lambda A, u: A.cosh(u), lambda A, u, g: A.sinh(u), lambda A, u, g: g),
    "atan": Function(
        lambda A, u: A.atan(u),
        lambda A, u, g: A.reciprocal(1 + _squared(A, u)),
        lambda A, u, g: -2 * u * A.integer_power(1 + _squared(A, u), -2),
    ),
    "relu": Function(lambda A, u: A.relu(u), lambda A, u, g: A.step(u), lambda A, u, g: A.impulse(u)),
    "sigmoid": Function(
        lambda A, u: A.sigmoid(u),
        lambda A, u, g: g * A.sigmoid(-u),
        lambda A, u, g: g * A.sigmoid(-u) * -A.tanh(0.5 * u),
    ),
    "softplus": Function(
        lambda A, u: A.softplus(u), lambda A, u, g: A.sigmoid(u), lambda A, u, g: A.sigmoid(u) * A.sigmoid(-u)
    ),
    "erf": Function(
        lambda A, u: A.erf(u),
        lambda A, u, g: A.two_over_root_pi * A.exp(-_squared(A, u)),
        lambda A, u, g: -2 * A.two_over_root_pi * u * A.exp(-_squared(A, u)),
    ),
    "gelu": Function(
        lambda A, u: u * _normal_distribution(A, u),
        lambda A, u, g: _normal_distribution(A, u) + u * _normal_density(A, u),
        lambda A, u, g: (2 - _squared(A, u)) * _normal_density(A, u),
    ),
}
FUNCTIONS |= {"ln": FUNCTIONS["log"]} | {f"arc{name}": FUNCTIONS[f"a{name}"] for name in ("sin", "cos", "tan")}
