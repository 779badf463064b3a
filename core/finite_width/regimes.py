"""How far Gaussian and Gaussian + 1/n are from the exact output, by depth: where the correction stops to help."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, whole
from core.finite_width.density import log_density
from core.finite_width.draws import MOST_DEPTH, NETWORKS
from core.finite_width.edgeworth import distances, negative_from
from core.finite_width.law import LEAST_WIDTH, MOST_WIDTH, Law, layer_law

PLACES = 40


@dataclass(frozen=True)
class Regimes:
    """Total variation to the exact output, at one width."""

    width: int
    negative: float  # the r from which on order 1 is negative
    ratio: Float[np.ndarray, " places"]  # L/n
    distance: Float[np.ndarray, "places 2"]  # of order 0 and of order 1

    @property
    def crossing(self) -> float:
        """The r from which on the correction makes it worse; infinite where it does not."""
        gain = self.distance[:, 0] - self.distance[:, 1]
        worse = np.flatnonzero(gain < 0)
        if not len(worse):
            return np.inf
        if (at := int(worse[0])) == 0:
            return float(self.ratio[0])
        share = gain[at - 1] / (gain[at - 1] - gain[at])
        return float(self.ratio[at - 1] + share * (self.ratio[at] - self.ratio[at - 1]))


def regimes(activation: str, slope: Real = 0.1, width: int = 64) -> Regimes:
    """At depths 1 … 128 of that width, or those of them that are told apart."""
    law, width = layer_law(activation, slope), whole("width", width, LEAST_WIDTH, MOST_WIDTH)
    layers = np.unique(np.geomspace(1, MOST_DEPTH, PLACES).round().astype(int))
    density = log_density(law, (width,) * MOST_DEPTH, tuple(int(layer) for layer in layers))
    ratio = layers / width
    return Regimes(width, negative_from(law), ratio, distances(density, law.c * ratio))


def blind_from(law: Law, networks: int) -> float:
    """About the r from which on so many networks cannot see E S²: Var log S ≈ cr is half of log R."""
    return float(np.log(whole("networks", networks, *NETWORKS)) / (2 * law.c))
