"""Many networks of one shape, fresh, layer by layer: how their variance S moves, and what they put out.

The output after l layers is √S_l g, g one normal number of each network: only its law matters, and so it moves little
from one layer to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, whole
from core.finite_width.collapse import Moment, fourth_moment
from core.finite_width.density import Density, log_density
from core.finite_width.draws import MOST_DEPTH, NETWORKS, factors, valid
from core.finite_width.edgeworth import EDGES, distances, edgeworth_bins, exact_bins, negative_from
from core.finite_width.law import Law, layer_law

MOST_FRAMES = 24
TOP = 0.01  # the share of networks that carry most of E S


@dataclass(frozen=True)
class Study:
    """Networks of one shape. Their first axis is the layer, 1 … L, or the frame, which is one of the layers."""

    law: Law
    widths: tuple[int, ...]
    networks: int
    fourth: Float[np.ndarray, " layers"]  # mean of S²
    expected: Float[np.ndarray, " layers"]  # E S²
    factor_square: float  # mean over networks and layers of s²
    variances: Float[np.ndarray, " networks"]  # S after the last layer
    frames: tuple[int, ...]  # layers
    outputs: Float[np.ndarray, "frames bins"]  # the share of outputs in each bin
    orders: Float[np.ndarray, "frames 2 bins"]  # what Gaussian, and Gaussian + 1/n, put there
    exact: Float[np.ndarray, "frames bins"]
    density: Density  # of log S, after the frames' layers
    distance: Float[np.ndarray, " 2"]  # of each order to the exact output, after the last layer

    @property
    def ratios(self) -> Float[np.ndarray, " layers"]:
        """Σ 1/n over the layers so far: l/n."""
        return np.cumsum(1 / np.array(self.widths))

    @property
    def ratio(self) -> float:
        return float(self.ratios[-1])

    @property
    def moment(self) -> Moment:
        return fourth_moment(self.law, self.widths, self.networks)

    @property
    def is_negative(self) -> bool:
        return self.ratio > negative_from(self.law)

    @property
    def dead(self) -> float:
        """The share of networks that put out 0."""
        return float(np.mean(self.variances == 0))

    @property
    def expected_dead(self) -> float:
        return 1 - float(np.prod([1 - self.law.dead(width) for width in self.widths]))

    @property
    def median(self) -> float:
        return float(np.median(self.variances))

    @property
    def mean(self) -> float:
        """Of S: its expectation is 1 at every depth."""
        return float(np.mean(self.variances))

    @property
    def top_share(self) -> float:
        """What the top hundredth of networks have of all S."""
        ordered = np.sort(self.variances)[::-1]
        return float(ordered[: max(1, round(TOP * len(ordered)))].sum() / max(ordered.sum(), 1e-300))


def layers_shown(depth: int) -> tuple[int, ...]:
    """All layers, or so many of them, evenly, the first and the last among them."""
    count = min(whole("depth", depth, 1, MOST_DEPTH), MOST_FRAMES)
    return tuple(int(layer) for layer in np.linspace(1, depth, count).round())


def study(activation: str, widths: Sequence[int], slope: Real = 0.1, networks: int = 10_000, seed: int = 0) -> Study:
    """Draw that many networks with these hidden widths."""
    law, widths = layer_law(activation, slope), valid(widths)
    count, frames = whole("networks", networks, *NETWORKS), layers_shown(len(widths))
    rng = np.random.default_rng(whole("seed", seed, 0, 2**31))
    normal, variance = rng.standard_normal(count), np.ones(count)
    fourth, outputs, square = np.zeros(len(widths)), [], 0.0
    for layer, s in enumerate(factors(law, widths, count, rng), 1):
        variance = variance * s
        fourth[layer - 1] = np.mean(variance**2)
        square += float(np.mean(s**2)) / len(widths)
        if layer in frames:
            outputs.append(_counted(normal * np.sqrt(variance)))
    density = log_density(law, widths, frames)
    strengths = law.c * np.cumsum(1 / np.array(widths))
    orders = np.array([edgeworth_bins(float(strengths[layer - 1]), EDGES) for layer in frames])
    expected = np.exp(np.cumsum([np.log1p(law.c / width) for width in widths]))
    last = Density(density.layers[-1:], density.x, density.alive[-1:], density.density[-1:])
    return Study(
        law, widths, count, fourth, expected, square, variance, frames, np.array(outputs), orders,
        exact_bins(density, EDGES), density, distances(last, strengths[-1:])[0],
    )  # fmt: skip


def _counted(z: np.ndarray) -> Float[np.ndarray, " bins"]:
    """The share of z in each of the bins of the same width."""
    place = np.floor((z - EDGES[0]) / (EDGES[1] - EDGES[0])).astype(np.int64)
    inside = place[(place >= 0) & (place < len(EDGES) - 1)]
    return np.bincount(inside, minlength=len(EDGES) - 1) / len(z)
