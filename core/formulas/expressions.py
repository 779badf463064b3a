"""A formula that a person types becomes a function with exact derivatives and certified ranges, and never runs as code.

    parse("x^2 + sin(3*y)")  ->  Expression: value f, gradient ∇f, Hessian ∇²f, LaTeX, and bounds of each on a box.

The grammar is in ``syntax``, its bounds in ``tokens``, the functions in ``elementary_functions``, the chain
rule in ``jets``, the rounding that makes a range a certificate in ``intervals``. What is typed, pi and
e mean their float64; a constant that is computed, like 1/3, is enclosed in a range and rounded in a value.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Real

from core.formulas.coordinates import coordinates
from core.formulas.elementary_functions import FUNCTIONS, REALS
from core.formulas.gaps import bridged
from core.formulas.interval_functions import INTERVALS
from core.formulas.intervals import Interval, interval
from core.formulas.jets import Jet, jet
from core.formulas.latex import latex
from core.formulas.meanings import meant
from core.formulas.syntax import Node, read
from core.formulas.tokens import ERROR_CODES, MAX_DEGREE, MAX_EXPONENT, ExpressionError

__all__ = ["CONSTANTS", "ERROR_CODES", "FUNCTION_NAMES", "Expression", "ExpressionError", "parse"]

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
_ARITIES = {name: (1, 1) for name in FUNCTIONS} | {"min": (2, 8), "max": (2, 8)}
FUNCTION_NAMES = tuple(_ARITIES)


def parse(text: str, variables: tuple[str, ...] = ("x", "y")) -> "Expression":
    """A formula in the given variables; those it does not use are fine. Raises ``ExpressionError`` and nothing else."""
    typed = read(text, tuple(variables), _ARITIES, CONSTANTS)
    expression = Expression(text, tuple(variables), latex(typed), _bounded(meant(typed))[0])
    if not np.isfinite(expression.value(_probes(len(variables)))).any():
        raise ExpressionError("not_real", None, text)
    return expression


@dataclass(frozen=True)
class Expression:
    """A function of d variables. Where it is undefined its numbers are nan or inf, without a warning."""

    text: str  # as typed
    variables: tuple[str, ...]  # d names: the order of the coordinates
    latex: str
    tree: Node

    @property
    def variables_used(self) -> tuple[str, ...]:
        """The variables that occur in the formula, in the order of ``variables``."""
        found = _names(self.tree)
        return tuple(name for name in self.variables if name in found)

    def value(self, x: Real[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch"]:
        """f at every point, also in a removable gap."""
        x = coordinates(x, len(self.variables))

        def at(x: np.ndarray) -> np.ndarray:
            return _filled(self._jet(x, 0).value, x.shape[:-1])

        return bridged(at, x, at(x))

    def gradient(self, x: Real[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch d"]:
        """∇f at every point."""
        x = coordinates(x, len(self.variables))
        return np.moveaxis(np.stack([_filled(s, x.shape[:-1]) for s in self._jet(x, 1).slopes]), 0, -1)

    def hessian(self, x: Real[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch d d"]:
        """∇²f at every point."""
        return self.derivatives(x)[1]

    def derivatives(
        self, x: Real[np.ndarray, "*batch d"]
    ) -> tuple[Float[np.ndarray, "*batch d"], Float[np.ndarray, "*batch d d"]]:
        """∇f and ∇²f at every point, in one walk."""
        x = coordinates(x, len(self.variables))
        jet_, d = self._jet(x, 2), len(self.variables)
        gradient = np.moveaxis(np.stack([_filled(s, x.shape[:-1]) for s in jet_.slopes]), 0, -1)
        hessian = np.empty((d, d, *x.shape[:-1]))
        for i in range(d):
            for j in range(i + 1):
                hessian[i, j] = hessian[j, i] = _or_zero(jet_.curvatures[i][j] if jet_.curvatures else None)
        return gradient, np.moveaxis(hessian, (0, 1), (-2, -1))

    def range_on(self, box: Real[np.ndarray, "*batch d 2"]) -> tuple:
        """Certified (lower, upper) of f on the box [lower, upper]^d, or on each of a batch of boxes: two floats, or two
        arrays of the batch's shape. (-inf, inf) where f is undefined on part of the box."""
        return _bounds(self._intervals(box, 0).value, box.shape[:-2])

    def gradient_range_on(self, box: Real[np.ndarray, "*batch d 2"]) -> Float[np.ndarray, "*batch d 2"]:
        """Certified bounds of every ∂ᵢf on the box, kinks included; unbounded where the box touches a jump."""
        ranges = [_bounds(slope, box.shape[:-2]) for slope in self._intervals(box, 1).slopes]
        return np.moveaxis(np.array(ranges, float), (0, 1), (-2, -1))

    def hessian_range_on(self, box: Real[np.ndarray, "*batch d 2"]) -> Float[np.ndarray, "*batch d d 2"]:
        """Certified bounds of every second derivative on the box; unbounded where the box touches a kink."""
        rows, d = self._intervals(box, 2).curvatures, range(len(self.variables))
        corner = [[rows[max(i, j)][min(i, j)] if rows else None for j in d] for i in d]
        ranges = [[_bounds(entry, box.shape[:-2]) for entry in row] for row in corner]
        return np.moveaxis(np.array(ranges, float), (0, 1, 2), (-3, -2, -1))

    def _jet(self, x: np.ndarray, order: int) -> Jet:
        places = {name: (i, x[..., i]) for i, name in enumerate(self.variables)}
        with np.errstate(all="ignore"):
            return jet(self.tree, places, REALS, order)

    def _intervals(self, box: np.ndarray, order: int) -> Jet:
        ends = np.moveaxis(coordinates(np.moveaxis(np.asarray(box), -1, 0), len(self.variables)), 0, -1)
        if ends.shape[-1] != 2 or not (ends[..., 0] <= ends[..., 1]).all():
            wrong = ends[~(ends[..., 0] <= ends[..., -1])][:3].tolist()
            raise ValueError(f"every lower end of a box must be at most its upper end; got {ends.shape}, {wrong}")
        sides = {name: (i, Interval(ends[..., i, 0], ends[..., i, 1])) for i, name in enumerate(self.variables)}
        with np.errstate(all="ignore"):
            return jet(self.tree, sides, INTERVALS, order)


def _or_zero(value):
    return 0.0 if value is None else value


def _filled(value, shape: tuple[int, ...]) -> np.ndarray:
    """A value, a constant or a structural zero, as an array of its own of the given shape."""
    filled = np.empty(shape)
    filled[...] = _or_zero(value)
    return filled


def _bounds(value, shape: tuple[int, ...]) -> tuple:
    lower, upper = interval(_or_zero(value)).bounds()
    return _filled(lower, shape)[()], _filled(upper, shape)[()]  # a single box: numbers rather than arrays of no axes


def _names(node: Node) -> set[str]:
    own = {node.text} if node.kind == "variable" else set()
    return own.union(*map(_names, node.parts))


def _bounded(node: Node) -> tuple[Node, float]:
    """The tree with its constant parts computed, and its degree; refuses what is not real and what grows too fast."""
    parts, degrees = zip(*map(_bounded, node.parts), strict=True) if node.parts else ((), ())
    node = replace(node, parts=parts)
    degree, exponent = _DEGREES.get(node.kind, _no_degree)(degrees), 0.0
    if node.kind == "power" and parts[1].constant is not None:
        exponent = abs(parts[1].constant)
        degree = degrees[0] * exponent
    if exponent > MAX_EXPONENT or degree > MAX_DEGREE:
        raise ExpressionError("exponent", node.column, node.text)
    if parts and all(part.constant is not None for part in parts):
        node = replace(node, constant=_constant(node), enclosure=_enclosure(node))
    elif node.constant is not None:
        node = replace(node, enclosure=(node.constant, node.constant))
    return node, degree


def _no_degree(degrees: tuple[float, ...]) -> float:
    return 0.0


_DEGREES: dict[str, Callable[[tuple[float, ...]], float]] = {
    "variable": lambda degrees: 1.0,
    "sum": max,
    "product": sum,
    "negative": max,
    "reciprocal": max,
}


def _constant(node: Node) -> float:
    with np.errstate(all="ignore"):
        value = float(jet(node, {}, REALS, 0).value)
    if not math.isfinite(value):
        raise ExpressionError("not_real", node.column, node.text)
    return value


def _enclosure(node: Node) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        lower, upper = jet(node, {}, INTERVALS, 0).value.bounds()
    return float(lower), float(upper)


def enclosed(value: float) -> Node:
    """A number as a part of a formula."""
    return Node("number", constant=value, enclosure=(value, value))


def _probes(d: int) -> np.ndarray:
    """Points near and far, at which a formula that is real anywhere is expected to be finite somewhere: (N, d)."""
    rng = np.random.default_rng(0)
    scales = np.repeat([1e-3, 0.1, 1.0, 10.0, 1e3], 400)[:, None]
    return np.concatenate([np.zeros((1, d)), scales * rng.uniform(-1, 1, (len(scales), d))])
