"""f is K-Lipschitz exactly when the cone of slope K, slid along its graph, never cuts it.

    |f(x) − f(y)| ≤ K|x − y| for all x, y;    L is the same for f′, and then
    f(y) ≤ f(x) + f′(x)(y − x) + L/2 (y − x)²,    f(x − f′(x)/L) ≤ f(x) − f′(x)²/(2L)        (Nesterov 2004, §1.2)

This module is the concept's front door. The parts: ``curves`` and ``lipschitz_functions`` (what is measured),
``lipschitz_bracket`` and ``branch_and_bound`` (K from both sides), ``cone`` (what is cut), ``relu_network``,
``network_bounds`` and ``spectral_norm`` (networks), ``cone_in_space``, ``smoothness_gallery``.

Checks, by id
    lower            the largest secant between neighbours of a grid            ≤ K
    upper            |f′| bounded on every cell by interval arithmetic          ≥ K
    cone             the largest secant found, against the cone's slope         ≥ if the slope is below K, else ≤
    descent_step     what a step 1/L gains, in units of f′²/(2L), at worst      ≥ 1
    growth           where there is no K: s, of a secant that grows as h^(−s)   = as fitted to the lower bounds
    network_sampled, network_middle, network_product    sampled ≤ exact ≤ middle ≤ product, of a ReLU network
    gaussian_product ‖W_L ⋯ W_1‖ of Gaussian matrices                           = √((L+1)^{L+1}/L^L)
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.bounds import Real, whole
from core.check import Check
from core.formulas.curves import Curve
from core.formulas.expressions import ExpressionError
from core.linear_algebra.spectral_norm import Products
from core.lipschitz.bracket import (
    SIZES,
    Bracket,
    Sweep,
    bracket_sweep,
    curvature_bound,
    lipschitz_bracket,
    smoothness_bracket,
)
from core.lipschitz.branch_and_bound import tight_bracket
from core.lipschitz.cone import Slide, cone_violations, slide
from core.lipschitz.descent_lemma import GAIN_TOLERANCE, Gains, gains
from core.lipschitz.functions import FUNCTIONS, Function, build, interval_of
from core.lipschitz.network_bounds import NetworkBounds, network_bounds

__all__ = [
    "BROKEN_ASSUMPTIONS", "CHECKS", "FUNCTIONS", "SIZES", "Bracket", "Function",
    "NetworkBounds", "Slide", "Study", "Sweep", "checks", "cone_violations", "curvature_bound", "lipschitz_bracket",
    "network_bounds", "network_checks", "slide", "smoothness_bracket", "study",
]  # fmt: skip

CHECKS = (
    *("lower", "upper", "cone", "descent_step", "growth"),
    *("network_sampled", "network_middle", "network_product", "gaussian_product"),
)
BROKEN_ASSUMPTIONS = (
    "no_constant",  # no K: every bracket is open above
    "unknown_constant",  # a person's own formula, and no upper bound is certified
    "undecided",  # the slope lies inside the bracket of an unknown K
    "undefined",  # f is not finite on part of the interval
    "not_smooth",  # no finite L, or none that is certified
    "straight",  # f is a straight line, and L = 0: the step 1/L is infinite
    "leaves_interval",  # no step of 1/L ends inside the interval on which L holds
    "lost_in_rounding",  # what a step of 1/L gains is less than what the values of f have lost
    "too_large",  # f, f′ or f″ is beyond all floats somewhere, which is all that is wrong
    "several_layers",  # the middle bound is for one hidden layer
)
SMOOTHNESS_CELLS = 256
KNOWN = 1e-4  # relative: K from both sides, closer than this, is known
ROUNDING = 1e-9  # relative: what the numbers of a check may lose
GROWTH_TOLERANCE = 0.1  # of the exponent: a grid that misses the singular point is off by a factor


@dataclass(frozen=True, eq=False)
class Study:
    """A function on an interval, and all that does not depend on the cone's slope and the number of cells."""

    function: Function
    interval: tuple[float, float]
    slide: Slide
    sweep: Sweep
    constant: float  # K: inf where there is none, nan where it is not known
    smoothness: float  # L, likewise
    tight: Bracket  # K from both sides, as tight as is certified
    smooth: Bracket  # L from both sides
    gaps: tuple[tuple[float, float], ...]  # the stretches on which f is not certified to be finite
    too_large: bool = False  # whether that, or an open bracket, is only because numbers run out

    @property
    def undefined(self) -> bool:
        """Whether f is not certified to be finite everywhere on the interval."""
        return bool(self.gaps)

    @property
    def is_known(self) -> bool:
        """Whether there is a K and it is known, exactly or to four digits at least."""
        return self.tight.upper <= self.tight.lower * (1 + KNOWN) < math.inf

    @property
    def licensed(self) -> float:
        """The smallest L that is known to hold; inf where none is."""
        return self.smoothness if math.isfinite(self.smoothness) else self.smooth.upper

    @property
    def has_step(self) -> bool:
        """Whether the descent lemma allows a step, and it is finite."""
        return 0 < self.licensed < math.inf and not self.undefined

    @property
    def step(self) -> float:
        """1/L, the step that the descent lemma allows."""
        return 1 / self.licensed

    @cached_property
    def gains(self) -> Gains:
        """What steps 1/L from the points of the graph gain."""
        return gains(self.function.curve, self.slide.graph.x, self.licensed) if self.has_step else Gains.none()


def study(
    name: str, low: Real, high: Real, *, formula: str = "", frequency: Real = 5.0,
    width: int = 50, depth: int = 1, seed: int = 0,
) -> Study:  # fmt: skip
    """The function of that id (``build``) on [low, high]. ``ExpressionError`` where it is finite nowhere there."""
    function = build(name, formula=formula, frequency=frequency, width=width, depth=depth, seed=seed)
    interval = interval_of((low, high))
    gaps = _gaps(function, interval)
    constant = math.nan if gaps else function.constant(*interval)
    slid = slide(function, interval, slope=function.slope if math.isinf(constant) else None)
    if not len(slid.apex):
        raise ExpressionError("not_real", None, function.text or name)
    exact = Bracket(constant, constant, slid.worst.x, slid.worst.y)
    tight = exact if math.isfinite(constant) else tight_bracket(function, interval)
    smooth = smoothness_bracket(function, interval, SMOOTHNESS_CELLS)
    return Study(
        function=function,
        interval=interval,
        slide=slid if math.isfinite(constant) else slid.at_least(tight.lower),
        sweep=bracket_sweep(function, interval),
        constant=constant,
        smoothness=math.nan if gaps else function.smoothness(*interval),
        tight=tight,
        smooth=smooth,
        gaps=gaps,
        too_large=math.isnan(constant) and math.isinf(smooth.upper) and _is_too_large(function.curve, interval),
    )


def _is_too_large(curve: Curve, interval: tuple[float, float]) -> bool:
    """Whether the first of f, f′, f″ that is not bounded is open to one side only: it overflows there. Where a function
    is undefined, or jumps, nothing is claimed on either side."""
    cells = _cells(interval)
    for bound in (curve.value_range, curve.slope_range, curve.curvature_range):
        open_ = np.isinf(bound(cells))
        if open_.any():
            return not open_.all(axis=1).any()
    return False


def _cells(interval: tuple[float, float]) -> np.ndarray:
    edges = np.linspace(*interval, 513)
    return np.stack([edges[:-1], edges[1:]], axis=1)


def _gaps(function: Function, interval: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    cells = _cells(interval)
    open_ = np.isinf(function.curve.value_range(cells)).any(axis=1)
    turns = np.flatnonzero(np.diff(np.pad(open_, 1).astype(int)))  # where a gap begins, and one past its end
    return tuple((float(cells[i, 0]), float(cells[j - 1, 1])) for i, j in turns.reshape(-1, 2))


def checks(found: Study, bracket: Bracket, slope: Real) -> tuple[Check, ...]:
    """What the theory says of a function, its bracket for some number of cells, and a cone of this slope."""
    unknown = None if found.is_known else _unknown(found)
    low, high = (found.tight.lower, found.tight.upper) if found.is_known else (found.constant, found.constant)
    lower = Check("lower", high, bracket.lower, ROUNDING * abs(low), unknown, "at_most")
    upper = Check("upper", low, bracket.upper, ROUNDING * abs(low), unknown, "at_least")
    growth = Check("growth", found.function.growth, found.sweep.growth, GROWTH_TOLERANCE)
    first = (upper, growth) if math.isinf(found.constant) else (lower, upper)
    return (*first, _cone(found, slope), _descent_step(found))


def network_checks(bounds: NetworkBounds, products: Products, factors: int) -> tuple[Check, ...]:
    """The order of the bounds of one network, and the product of ``factors`` Gaussian matrices."""
    factors = whole("factors", factors, 1, len(products.predicted))
    several = "several_layers" if math.isnan(bounds.middle) else None
    size = 2 * bounds.rounding  # what is compared has lost as much as that on either side
    edge, norm = float(products.predicted[factors - 1]), float(products.measured[factors - 1])
    return (
        Check("network_sampled", bounds.exact, bounds.sampled, size, None, "at_most"),
        Check("network_middle", bounds.exact, bounds.middle, size, several, "at_least"),
        Check("network_product", bounds.exact, bounds.product, size, None, "at_least"),
        Check("gaussian_product", edge, norm, products.tolerance(factors) * edge),
    )


def _unknown(found: Study) -> str:
    if math.isinf(found.constant):
        return "no_constant"
    return "too_large" if found.too_large else "undefined" if found.undefined else "unknown_constant"


def _cone(found: Study, slope: Real) -> Check:
    """Cut, with a secant steeper than the cone, exactly where the slope is below K."""
    low, high = found.tight.lower, found.tight.upper
    largest = float(found.slide.secant[-1])
    if slope < low or math.isinf(found.constant):
        return Check("cone", slope, largest, ROUNDING * slope, None, "at_least")
    broken = "undecided" if slope < high * (1 - ROUNDING) else None
    return Check("cone", slope, largest, ROUNDING * slope, broken, "at_most")


def _descent_step(found: Study) -> Check:
    return Check("descent_step", 1.0, found.gains.least, GAIN_TOLERANCE, _no_step(found), "at_least")


def _no_step(found: Study) -> str | None:
    if math.isinf(found.licensed) or found.undefined:
        return "too_large" if found.too_large else "not_smooth"
    if found.licensed == 0:
        return "straight"
    if not len(found.gains.gain):
        return "leaves_interval"
    return "lost_in_rounding" if math.isnan(found.gains.least) else None
