"""f is K-Lipschitz exactly when the cone of slope K, slid along its graph, never cuts it.

    |f(x) − f(y)| ≤ K|x − y| for all x, y;    L is the same for f′, and then
    f(y) ≤ f(x) + f′(x)(y − x) + L/2 (y − x)²,    f(x − f′(x)/L) ≤ f(x) − f′(x)²/(2L)        (Nesterov 2004, §1.2)

    functions       what is measured, each with its own K and L where they are known; a person's own formula
    bracket         K and L from both sides, on a grid: ``lipschitz_bracket`` gives the strip's *lower* and *upper*,
                    ``bracket_sweep`` the same for every grid of the picture of the bounds
    branch_and_bound   the narrowest certified bracket, for a formula whose K nobody knows
    cone            what a cone of some slope cuts · cone_in_space   the same over a plane
    network_bounds  K of a ReLU network between its bounds
    smoothness_gallery   discontinuous, C⁰, C¹, C², each computed
    study           one function on one interval · checks   the inequalities against it

Curves are in ``core.formulas``, ReLU networks in ``core.networks``, products of matrices in ``core.linear_algebra``.

Checks, by id
    lower            the largest secant between neighbours of a grid            ≤ K
    upper            |f′| bounded on every cell by interval arithmetic          ≥ K
    cone             the largest secant found, against the cone's slope         ≥ if the slope is below K, else ≤
    descent_step     what a step 1/L gains, in units of f′²/(2L), at worst      ≥ 1
    growth           where there is no K: s, of a secant that grows as h^(−s)   = as fitted to the lower bounds
    network_sampled, network_middle, network_product    sampled ≤ exact ≤ middle ≤ product, of a ReLU network
    gaussian_product ‖W_L ⋯ W_1‖ of Gaussian matrices                           = √((L+1)^{L+1}/L^L)
"""

from core.lipschitz.bracket import SIZES, Bracket, lipschitz_bracket
from core.lipschitz.checks import checks, network_checks
from core.lipschitz.cone import LARGEST
from core.lipschitz.cone_in_space import Lifted, lifted
from core.lipschitz.functions import FUNCTIONS, MOST_FREQUENCY, NARROWEST, OWN_INTERVAL, OWN_SLOPE, REACH
from core.lipschitz.network_bounds import NetworkBounds, bounds_by_depth, bounds_of, network_bounds
from core.lipschitz.smoothness_gallery import Specimen, gallery
from core.lipschitz.study import Study, study

__all__ = [
    "FUNCTIONS",
    "LARGEST",
    "MOST_FREQUENCY",
    "NARROWEST",
    "OWN_INTERVAL",
    "OWN_SLOPE",
    "REACH",
    "SIZES",
    "Bracket",
    "Lifted",
    "NetworkBounds",
    "Specimen",
    "Study",
    "bounds_by_depth",
    "bounds_of",
    "checks",
    "gallery",
    "lifted",
    "lipschitz_bracket",
    "network_bounds",
    "network_checks",
    "study",
]
