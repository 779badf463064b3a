"""A formula's value, gradient and Hessian come from one walk over its tree, exactly, by the chain rule.

    A jet is (u, ∂ᵢu, ∂ᵢⱼu).    Product: ∂ᵢⱼ(uv) = u ∂ᵢⱼv + ∂ᵢu ∂ⱼv + ∂ⱼu ∂ᵢv + v ∂ᵢⱼu.
    Chain:  ∂ᵢg(u) = g'(u) ∂ᵢu,    ∂ᵢⱼg(u) = g''(u) ∂ᵢu ∂ⱼu + g'(u) ∂ᵢⱼu.
    (Griewank & Walther 2008, *Evaluating Derivatives*, ch. 13: forward mode of second order.)

The same walk serves numbers (``REALS``) and certified ranges (``INTERVALS``): only the arithmetic differs.
A derivative that is zero whatever the point is None, which is cheaper and keeps 0·∞ out of the result.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from core.formulas.elementary_functions import FUNCTIONS, Function
from core.formulas.syntax import Node


class Jet(NamedTuple):
    """A value with its first and second derivatives; ``curvatures[i][j]`` is filled for j ≤ i only."""

    value: Any
    slopes: tuple = ()
    curvatures: tuple = ()


def jet(node: Node, variables: Mapping[str, tuple[int, Any]], arithmetic, order: int) -> Jet:
    """The jet of a tree up to ``order`` (0, 1 or 2). ``variables`` maps a name to its index and its value."""
    if node.constant is not None:
        return Jet(arithmetic.constant(node), (None,) * len(variables))
    if node.kind == "variable":
        index, value = variables[node.text]
        return Jet(value, tuple(1.0 if i == index else None for i in range(len(variables))))
    parts = [jet(part, variables, arithmetic, order) for part in node.parts]
    if node.kind == "power":
        return _power(node.parts[1], *parts, arithmetic, order)
    return _combined(node.kind, parts, arithmetic, order)


def _combined(kind: str, parts: Sequence[Jet], arithmetic, order: int) -> Jet:
    first, *others = parts
    if kind == "negative":
        return _negative(first, order)
    if kind == "reciprocal":
        return _integer(first, -1, arithmetic, order)
    if kind == "min":
        return _negative(_combined("max", [_negative(part, order) for part in parts], arithmetic, order), order)
    if kind in FUNCTIONS:
        return _through(FUNCTIONS[kind], first, arithmetic, order)
    binary = {"sum": _sum, "product": _product, "max": _maximum}[kind]
    for other in others:
        first = binary(first, other, arithmetic, order)
    return first


def _plus(p, q):
    return q if p is None else p if q is None else p + q


def _times(p, q):
    if p is None or q is None:
        return None
    return p if isinstance(q, float) and q == 1 else p * q


def _curvature(u: Jet, i: int, j: int):
    return u.curvatures[i][j] if u.curvatures else None


def _filled(value, slope: Callable, curvature: Callable, d: int, order: int) -> Jet:
    """A jet from its value, ``slope(i)`` and ``curvature(i, j)``, computed only as far as the order asks."""
    slopes = tuple(slope(i) for i in range(d)) if order else (None,) * d
    triangle = tuple(tuple(curvature(i, j) for j in range(i + 1)) for i in range(d)) if order > 1 else ()
    return Jet(value, slopes, triangle)


def _negative(u: Jet, order: int) -> Jet:
    return _filled(
        -u.value, lambda i: _minus(u.slopes[i]), lambda i, j: _minus(_curvature(u, i, j)), len(u.slopes), order
    )


def _sum(u: Jet, v: Jet, arithmetic, order: int) -> Jet:
    return _filled(
        u.value + v.value,
        lambda i: _plus(u.slopes[i], v.slopes[i]),
        lambda i, j: _plus(_curvature(u, i, j), _curvature(v, i, j)),
        len(u.slopes),
        order,
    )


def _product(u: Jet, v: Jet, arithmetic, order: int) -> Jet:
    def curvature(i: int, j: int):
        mixed = _plus(_times(u.slopes[i], v.slopes[j]), _times(u.slopes[j], v.slopes[i]))
        ends = _plus(_times(u.value, _curvature(v, i, j)), _times(v.value, _curvature(u, i, j)))
        return _plus(mixed, ends)

    return _filled(
        u.value * v.value,
        lambda i: _plus(_times(u.value, v.slopes[i]), _times(v.value, u.slopes[i])),
        curvature,
        len(u.slopes),
        order,
    )


def _chain(u: Jet, value, slope: Callable, curvature: Callable, order: int) -> Jet:
    """g(u) from g(u), and g'(u), g''(u) as functions that are called only if the order needs them."""
    first = slope() if order else None
    second = curvature() if order > 1 else None
    return _filled(
        value,
        lambda i: _times(first, u.slopes[i]),
        lambda i, j: _plus(
            _times(second, _times(u.slopes[i], u.slopes[j])), _times(first, _curvature(u, i, j))
        ),
        len(u.slopes),
        order,
    )  # fmt: skip


def _through(function: Function, u: Jet, arithmetic, order: int) -> Jet:
    g = function.value(arithmetic, u.value)
    return _chain(
        u,
        g,
        lambda: function.slope(arithmetic, u.value, g),
        lambda: function.curvature(arithmetic, u.value, g),
        order,
    )


def _integer(u: Jet, n: int, arithmetic, order: int) -> Jet:
    def falling(coefficient: int, exponent: int):
        return coefficient * arithmetic.integer_power(u.value, exponent) if coefficient else None

    value = arithmetic.integer_power(u.value, n)
    return _chain(u, value, lambda: falling(n, n - 1), lambda: falling(n * (n - 1), n - 2), order)


def _power(exponent_node: Node, base: Jet, exponent: Jet, arithmetic, order: int) -> Jet:
    """u^n, u^r with a constant r, or u^v = exp(v log u), which is defined for u > 0."""
    r = exponent_node.constant
    if r is None:
        logarithm = _through(FUNCTIONS["log"], base, arithmetic, order)
        return _through(FUNCTIONS["exp"], _product(exponent, logarithm, arithmetic, order), arithmetic, order)
    if r.is_integer():
        return _integer(base, int(r), arithmetic, order)

    def falling(*factors: Fraction):
        coefficient = arithmetic.number(math.prod(factors))  # in full: r - 1 and r(r - 1) need more digits than r
        return coefficient * arithmetic.real_power(base.value, Fraction(r) - len(factors))

    value = arithmetic.real_power(base.value, Fraction(r))
    return _chain(base, value, lambda: falling(Fraction(r)), lambda: falling(Fraction(r), Fraction(r) - 1), order)


def _maximum(u: Jet, v: Jet, arithmetic, order: int) -> Jet:
    """max(u, v): the derivatives of the larger one, of v where they are equal."""
    difference = u.value - v.value
    chooses = arithmetic.step(difference)

    def chosen(p, q):
        if p is None and q is None:
            return None
        return arithmetic.select(chooses, 0.0 if p is None else p, 0.0 if q is None else q)

    def curvature(i: int, j: int):
        jump_i, jump_j = (_plus(u.slopes[k], _minus(v.slopes[k])) for k in (i, j))
        kink = _times(arithmetic.impulse(difference), _times(jump_i, jump_j))
        return _plus(kink, chosen(_curvature(u, i, j), _curvature(v, i, j)))

    larger = arithmetic.maximum(u.value, v.value)
    return _filled(larger, lambda i: chosen(u.slopes[i], v.slopes[i]), curvature, len(u.slopes), order)


def _minus(p):
    return None if p is None else -p
