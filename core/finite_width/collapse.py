"""Twelve pairs (L, n), each measured over networks of its own: their E S² lie on one curve of r = L/n, e^{cr}.

Pairs of one width are the same networks, read at several depths. The scatter of a mean of S² is known: E S⁴ is.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.bounds import Real, whole
from core.finite_width.draws import NETWORKS, factors, valid
from core.finite_width.law import Law, layer_law

LARGEST_ERROR, LARGEST_SKEW = 0.15, 0.5  # of a mean of S²: relative to it, and of its law
WIDE = 64  # the shapes of which (1 + c/n)ᴸ is near e^{cr}
PAIRS = {4: (1, 2, 3), 16: (1, 4, 7, 12), 64: (2, 12, 40), 128: (12, 32)}  # depths by width


@dataclass(frozen=True)
class Moment:
    """What is known of the mean of S² over so many networks."""

    mean: float  # E S²
    error: float  # its standard error
    skew: float  # of the mean

    @property
    def is_seen(self) -> bool:
        return self.error <= LARGEST_ERROR * self.mean and self.skew <= LARGEST_SKEW


def fourth_moment(law: Law, widths: tuple[int, ...], networks: int) -> Moment:
    """E S² and how a mean of it scatters, from E sᵏ alone, multiplied through the layers."""
    networks = whole("networks", networks, *NETWORKS)
    log = sum(np.log(law.moments(width)) for width in valid(widths))
    two, four, six = (float(min(log[k], 600.0)) for k in (2, 4, 6))
    spread, third = np.exp(min(four - 2 * two, 600.0)), np.exp(min(six - 3 * two, 600.0))
    variance = max(spread - 1, 1e-300)
    skew = (third - 3 * spread + 2) / variance**1.5
    mean = np.exp(two)
    return Moment(float(mean), float(mean * np.sqrt(variance / networks)), float(skew / np.sqrt(networks)))


@dataclass(frozen=True)
class Dots:
    """E S² of the pairs."""

    c: float
    networks: int
    width: Int[np.ndarray, " dots"]
    depth: Int[np.ndarray, " dots"]
    measured: Float[np.ndarray, " dots"]
    exact: Float[np.ndarray, " dots"]  # (1 + c/n)ᴸ
    error: Float[np.ndarray, " dots"]  # standard error of the measured one
    skew: Float[np.ndarray, " dots"]

    @property
    def ratio(self) -> Float[np.ndarray, " dots"]:
        return self.depth / self.width

    @property
    def limit(self) -> Float[np.ndarray, " dots"]:
        """e^{cr}."""
        return np.exp(self.c * self.ratio)

    @property
    def seen(self) -> Bool[np.ndarray, " dots"]:
        """Those whose mean so many networks can see: where its scatter is small, and nearly normal."""
        return (self.error <= LARGEST_ERROR * self.exact) & (self.skew <= LARGEST_SKEW)

    @property
    def slope(self) -> tuple[float, float, int]:
        """log E S² by r over the wide shapes that are seen, weighted as their scatter says; its standard error, and
        how many shapes. Depths of one width share their networks, and so the scatter of the shallower."""
        of = self.seen & (self.width >= WIDE)
        if not of.any():
            return np.nan, np.nan, 0
        r, width, square = self.ratio[of], self.width[of], (self.error / self.exact)[of] ** 2
        shared = np.where(width[:, None] == width, np.minimum(square[:, None], square), 0.0) / np.outer(r, r)
        weight = np.linalg.solve(shared, np.ones(len(r)))
        weight /= weight.sum()
        return float(weight @ (np.log(self.measured[of]) / r)), float(np.sqrt(weight @ shared @ weight)), len(r)


def dots(activation: str, slope: Real = 0.1, networks: int = 10_000, seed: int = 0) -> Dots:
    """The twelve, of an activation."""
    law, count = layer_law(activation, slope), whole("networks", networks, *NETWORKS)
    whole("seed", seed, 0, 2**31)
    rows = []
    for width, depths in PAIRS.items():
        rng = np.random.default_rng([seed, width])
        variance = np.ones(count)
        for depth, s in enumerate(factors(law, (width,) * max(depths), count, rng), 1):
            variance = variance * s
            if depth in depths:
                known = fourth_moment(law, (width,) * depth, count)
                rows.append((width, depth, np.mean(variance**2), known.mean, known.error, known.skew))
    width, depth, *found = (np.array(column) for column in zip(*rows, strict=True))
    return Dots(law.c, count, width, depth, *found)
