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

import numpy as np

from core.bounds import Real, whole
from core.branch_and_bound import tight_bracket
from core.check import Check
from core.cone import Slide, cone_violations, slide
from core.expressions import ExpressionError
from core.lipschitz_bracket import (
    SIZES,
    Bracket,
    Sweep,
    bracket_sweep,
    curvature_bound,
    lipschitz_bracket,
    smoothness_bracket,
)
from core.lipschitz_functions import FUNCTIONS, Function, build, interval_of
from core.network_bounds import NetworkBounds, network_bounds
from core.spectral_norm import Products

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
    undefined: tuple[float, float] | None  # the first stretch on which f is not certified to be finite

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
        return 0 < self.licensed < math.inf and self.undefined is None

    @property
    def step(self) -> float:
        """1/L, the step that the descent lemma allows."""
        return 1 / self.licensed

    @property
    def least_gain(self) -> float:
        """The smallest gain of a step 1/L in units of f′²/(2L), over starts whose step stays inside; nan if none."""
        if not self.has_step:
            return math.nan
        curve, x = self.function.curve, self.slide.graph.x
        slope = curve.slope(x)
        to = x - slope / self.licensed
        stays = (to >= x[0]) & (to <= x[-1]) & (np.abs(slope) > 1e-3 * np.abs(slope).max())
        gain = (curve.value(x[stays]) - curve.value(to[stays])) / (slope[stays] ** 2 / (2 * self.licensed))
        return float(gain.min()) if stays.any() else math.nan


def study(
    name: str, low: Real, high: Real, *, formula: str = "", frequency: Real = 5.0,
    width: int = 50, depth: int = 1, seed: int = 0,
) -> Study:  # fmt: skip
    """The function of that id (``build``) on [low, high]. ``ExpressionError`` where it is finite nowhere there."""
    function = build(name, formula=formula, frequency=frequency, width=width, depth=depth, seed=seed)
    interval = interval_of((low, high))
    undefined = _undefined(function, interval)
    constant = math.nan if undefined else function.constant(*interval)
    slid = slide(function, interval, slope=function.slope if math.isinf(constant) else None)
    if not len(slid.apex):
        raise ExpressionError("not_real", None, function.text or name)
    exact = Bracket(constant, constant, slid.worst.x, slid.worst.y)
    return Study(
        function=function,
        interval=interval,
        slide=slid,
        sweep=bracket_sweep(function, interval),
        constant=constant,
        smoothness=math.nan if undefined else function.smoothness(*interval),
        tight=exact if math.isfinite(constant) else tight_bracket(function, interval),
        smooth=smoothness_bracket(function, interval, SMOOTHNESS_CELLS),
        undefined=undefined,
    )


def _undefined(function: Function, interval: tuple[float, float]) -> tuple[float, float] | None:
    edges = np.linspace(*interval, 513)
    open_ = np.isinf(function.curve.value_range(np.stack([edges[:-1], edges[1:]], axis=1))).any(axis=1)
    if not open_.any():
        return None
    first = int(open_.argmax())
    length = int((~open_[first:]).argmax()) or len(open_) - first
    return float(edges[first]), float(edges[first + length])


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
    return "undefined" if found.undefined else "no_constant" if math.isinf(found.constant) else "unknown_constant"


def _cone(found: Study, slope: Real) -> Check:
    """Cut, with a secant steeper than the cone, exactly where the slope is below K."""
    low, high = found.tight.lower, found.tight.upper
    largest = max(found.slide.worst.lower, float(found.slide.secant[-1]))
    if not math.isfinite(found.constant):  # zooming in on one place may miss what halving everywhere has found
        largest = max(largest, low)
    if slope < low or math.isinf(found.constant):
        return Check("cone", slope, largest, ROUNDING * slope, None, "at_least")
    broken = "undecided" if slope < high * (1 - ROUNDING) else None
    return Check("cone", slope, largest, ROUNDING * slope, broken, "at_most")


def _descent_step(found: Study) -> Check:
    gain, smoothness = found.least_gain, found.licensed
    broken = "not_smooth" if math.isinf(smoothness) or found.undefined else None
    broken = broken or ("straight" if smoothness == 0 else "leaves_interval" if math.isnan(gain) else None)
    return Check("descent_step", 1.0, gain, 1e-6, broken, "at_least")
