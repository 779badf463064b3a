"""Test time: one network in place of all the masked ones. Which average of them is it?

    scaled       softmax(z̄), nothing dropped: the weight-scaling rule
    geometric    ∝ exp E log softmax(z_m)         over all masks m
    arithmetic   E softmax(z_m)                   what Monte-Carlo dropout goes to

With one dropped layer z_m is linear in the mask, z̄ = E z_m, and *scaled* is *geometric* exactly (Baldi & Sadowski 2013;
Goodfellow, Bengio & Courville 2016, chapter 7). *arithmetic* is another number (Gal & Ghahramani 2016,
arXiv:1506.02142), and with a ReLU between two dropped layers all three differ. The mean over T random masks goes to it
with a standard error that is known, too, from going through them all: σ/√T, σ² = E softmax² − (E softmax)².

    z_m = (h ⊙ m/(1 − p)) V + b                       one dropped layer, h (units,) ≥ 0, V (units, classes)
    z_m = (max((h ⊙ m/(1 − p)) W, 0) ⊙ m′/(1 − p)) V + b                                two

p is the probability to drop. The weights are drawn, not trained: the identity holds for any.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.dropout.linear import masks, probabilities
from core.dropout.linear_study import running

CLASSES = 3
MOST_UNITS = {1: 12, 2: 6}  # by the number of dropped layers: 2^12 masks
RATES = np.round(np.linspace(0, 0.95, 20), 3)  # p that the three averages are compared at
DRAWS = np.unique(np.round(np.geomspace(1, 20_000, 40)).astype(int))  # Monte-Carlo masks at each frame


@dataclass(frozen=True)
class Averages:
    """The class probabilities of all masked networks, averaged in three ways, and of one network scaled."""

    scaled: Float[np.ndarray, " classes"]
    geometric: Float[np.ndarray, " classes"]
    arithmetic: Float[np.ndarray, " classes"]
    deviation: Float[np.ndarray, " classes"]  # σ, over the masks


@dataclass(frozen=True)
class Softmax:
    """A network whose every mask can be enumerated."""

    h: Float[np.ndarray, " units"]  # what enters the first dropped layer
    inner: Float[np.ndarray, "units units"] | None  # W, of a second dropped layer
    v: Float[np.ndarray, "units classes"]
    b: Float[np.ndarray, " classes"]

    @property
    def depth(self) -> int:
        return 1 if self.inner is None else 2

    def all_masks(self) -> np.ndarray:
        """(masks, depth · units)."""
        return masks(self.depth * len(self.h))

    def logits(self, kept: np.ndarray, p: float) -> Float[np.ndarray, "masks classes"]:
        """z_m of the given masks."""
        scale = 1 / (1 - p) if p < 1 else 0.0
        units = len(self.h)
        a = self.h * kept[:, :units] * scale
        if self.inner is not None:
            a = np.maximum(a @ self.inner, 0) * kept[:, units:] * scale
        return a @ self.v + self.b


def softmax_network(units: int, *, depth: int = 1, size: Real = 1.0, seed: int = 0) -> Softmax:
    """Random weights; ``size`` multiplies those of the last layer, and so how sure the network is."""
    depth = whole("depth", depth, 1, 2)
    units = whole("units", units, 1, MOST_UNITS[depth])
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 7])
    h = np.abs(rng.standard_normal(units))
    v = rng.standard_normal((units, CLASSES)) * real("size", size, 0, 20)
    inner = rng.standard_normal((units, units)) * np.sqrt(2 / units) if depth == 2 else None
    return Softmax(h, inner, v, 0.1 * rng.standard_normal(CLASSES))


def log_softmax(z: Float[np.ndarray, "*rows classes"]) -> Float[np.ndarray, "*rows classes"]:
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def averages(network: Softmax, p: Real) -> Averages:
    """All masks, each with its probability."""
    p, kept = real("p", p, 0, 1), network.all_masks()
    logs, weight = log_softmax(network.logits(kept, p)), probabilities(kept, p)
    each = np.exp(logs)
    arithmetic = weight @ each
    whole_network = network.logits(np.ones((1, kept.shape[1]), bool), 0.0)[0]
    return Averages(
        scaled=np.exp(log_softmax(whole_network)),
        geometric=np.exp(log_softmax(weight @ logs)),
        arithmetic=arithmetic,
        deviation=np.sqrt(weight @ (each - arithmetic) ** 2),
    )


@dataclass(frozen=True)
class MonteCarlo:
    """Test-time predictions from random masks: the mean of the first T, and its standard error."""

    draws: Int[np.ndarray, " frames"]  # T
    mean: Float[np.ndarray, "frames classes"]
    standard_error: Float[np.ndarray, "frames classes"]  # not known at T = 1


def monte_carlo(network: Softmax, p: Real, *, seed: int = 0) -> MonteCarlo:
    """Monte-Carlo dropout; the same uniform numbers at every p."""
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 9])
    uniform = rng.random((int(DRAWS[-1]), network.depth * len(network.h)))
    p = real("p", p, 0, 1)
    drawn = np.exp(log_softmax(network.logits(uniform >= p, p)))
    return MonteCarlo(DRAWS, *running(drawn, DRAWS))


@dataclass(frozen=True)
class TestTime:
    """The averages at the p that was asked for and along all p, and Monte-Carlo dropout."""

    __test__ = False  # not a test, whatever its name

    p: float
    depth: int
    here: Averages
    rates: Float[np.ndarray, " rates"]
    along: tuple[Averages, ...]
    sampled: MonteCarlo


def test_time_predictions(
    units: int = 10, *, p: Real = 0.5, depth: int = 1, size: Real = 1.0, seed: int = 0
) -> TestTime:
    """Everything that the page compares at test time."""
    network = softmax_network(units, depth=depth, size=size, seed=seed)
    along = tuple(averages(network, float(rate)) for rate in RATES)
    return TestTime(float(p), depth, averages(network, p), RATES, along, monte_carlo(network, p, seed=seed))


test_time_predictions.__test__ = False
