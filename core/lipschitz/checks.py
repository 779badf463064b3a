"""Each prediction about K held against what was found: the ids and the inequalities are in the package's docstring."""

import math

from core.bounds import Real, whole
from core.check import Check, approximate, rounding
from core.linear_algebra.spectral_norm import Products
from core.lipschitz.bracket import Bracket
from core.lipschitz.descent_lemma import GAIN_TOLERANCE
from core.lipschitz.network_bounds import NetworkBounds
from core.lipschitz.study import Study, _no_step

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
ROUNDING = 1e-9  # relative: what the numbers of a check may lose
GROWTH_TOLERANCE = 0.1  # of the exponent: a grid that misses the singular point is off by a factor


def checks(found: Study, bracket: Bracket, slope: Real) -> tuple[Check, ...]:
    """What the theory says of a function, its bracket for some number of cells, and a cone of this slope."""
    unknown = None if found.is_known else _unknown(found)
    low, high = (found.tight.lower, found.tight.upper) if found.is_known else (found.constant, found.constant)
    lower = Check("lower", high, bracket.lower, rounding(ROUNDING * abs(low)), unknown, "at_most")
    upper = Check("upper", low, bracket.upper, rounding(ROUNDING * abs(low)), unknown, "at_least")
    growth = Check(
        "growth", found.function.growth, found.sweep.growth, approximate(GROWTH_TOLERANCE, "1/log n"), scale=1.0
    )
    first = (upper, growth) if math.isinf(found.constant) else (lower, upper)
    return (*first, _cone(found, slope), _descent_step(found))


def network_checks(bounds: NetworkBounds, products: Products, factors: int) -> tuple[Check, ...]:
    """The order of the bounds of one network, and the product of ``factors`` Gaussian matrices."""
    factors = whole("factors", factors, 1, len(products.predicted))
    several = "several_layers" if math.isnan(bounds.middle) else None
    size = rounding(2 * bounds.rounding)  # what is compared has lost as much as that on either side
    edge, norm = float(products.predicted[factors - 1]), float(products.measured[factors - 1])
    return (
        Check("network_sampled", bounds.exact, bounds.sampled, size, None, "at_most"),
        Check("network_middle", bounds.exact, bounds.middle, size, several, "at_least"),
        Check("network_product", bounds.exact, bounds.product, size, None, "at_least"),
        Check("gaussian_product", edge, norm, approximate(products.tolerance(factors) * edge, "n^(−2/3)")),
    )


def _unknown(found: Study) -> str:
    if math.isinf(found.constant):
        return "no_constant"
    return "too_large" if found.too_large else "undefined" if found.undefined else "unknown_constant"


def _cone(found: Study, slope: Real) -> Check:
    """Cut, with a secant steeper than the cone, exactly where the slope is below K. Taken at the worst apex; where
    there is no K, that is wherever the cone cuts most, and no one place."""
    low, high = found.tight.lower, found.tight.upper
    largest = float(found.slide.secant[-1])
    at = math.nan if math.isinf(found.constant) else float(found.slide.graph.x[found.slide.apex[-1]])
    if slope < low or math.isinf(found.constant):
        return Check("cone", slope, largest, rounding(ROUNDING * slope), None, "at_least", at=at)
    broken = "undecided" if slope < high * (1 - ROUNDING) else None
    return Check("cone", slope, largest, rounding(ROUNDING * slope), broken, "at_most", at=at)


def _descent_step(found: Study) -> Check:
    return Check("descent_step", 1.0, found.gains.least, rounding(GAIN_TOLERANCE), _no_step(found), "at_least")
