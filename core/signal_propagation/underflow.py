"""Where a gradient ends in a format: what rounding makes of one that shrinks by χ at each layer.

In units of the smallest number that the format keeps, an entry of the gradient is √v z before it is rounded, z normal.
Rounded to whole numbers its mean square is

    R(v) = E round(√v z)² = Σ_k (2k + 1) P(|√v z| > k + ½)

and with a slope that is 0 or 1 the next layer's v is χ R(v). Below χ_c = min v/R(v) = 0.75048 only v = 0 is at rest:
the gradient dies, half of its entries where √v · 0.67449 = ½. Above χ_c rounding up keeps as much alive as rounding
down takes away, and the gradient freezes at a level that is noise. A smooth φ rounds twice, g and then φ′g, which
rounds 1 up to 1 as soon as φ′ > ½: its threshold is lower. Derived here, and tested against torch's half precision.

Where subnormal numbers are flushed nothing is rounded up: what falls below the smallest normal number is 0.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import erf, erfc

from core.bounds import Real, floats, real
from core.signal_propagation.activations import activation_named
from core.signal_propagation.formats import format_named
from core.signal_propagation.means import LARGEST, nodes
from core.signal_propagation.recursion import Recursion
from core.signal_propagation.setup import Setup

FAR = 100.0  # v: an entry of ten units is rounded by too little to matter
GONE = 1e-3  # v: hardly one entry in 10⁵⁵ is not 0
SLOPES, WEIGHTS = nodes(100)
MOST_ROUNDS, SETTLED, NUDGE, HALVINGS = 2000, 1e-7, 1e-3, 30


@dataclass(frozen=True)
class Rest:
    """Where a gradient that rounding keeps alive comes to rest, after ever more layers like the deepest one."""

    variance: float  # v, in units squared; 0 where it dies, infinite where it never comes near
    level: float  # the root mean square of the rounded entries, in units
    scatter: float  # √n times the standard deviation of ln v about it
    memory: float  # over how many layers a miss is felt
    margin: float  # √n times this is by how many of those standard deviations v would have to miss to die


DEAD, UNTOUCHED = Rest(0.0, 0.0, np.inf, np.inf, 0.0), Rest(np.inf, np.inf, np.inf, np.inf, 0.0)


@dataclass(frozen=True)
class Chain:
    """The gradient in the format as the theory has it, by place: 0 is the output."""

    unit: float  # the smallest number kept
    variance: Float[np.ndarray, " places"]  # v, of an entry before it is rounded, in units squared
    zeros: Float[np.ndarray, " places"]  # the share of entries that are 0
    rest: Rest

    @property
    def half(self) -> float:
        """The place where half of the entries are 0, between two layers; infinite where it is not reached."""
        return crossing(self.zeros)

    @property
    def fall(self) -> float:
        """By how much ln v falls per layer on its way to that place; 0 where it is not reached."""
        k = int(np.ceil(self.half)) if 0 < self.half < np.inf else 0
        return float(np.log(self.variance[0] / self.variance[k]) / k) if k and self.variance[k] > 0 else 0.0


def crossing(zeros: Float[np.ndarray, " places"], share: Real = 0.5) -> float:
    """Where a share that grows first reaches ``share``, on straight lines between the places."""
    there = np.flatnonzero(floats("zeros", zeros) >= real("share", share, 0.0, 1.0))
    if not len(there):
        return np.inf
    if (k := int(there[0])) == 0:
        return 0.0
    return float(k - 1 + (share - zeros[k - 1]) / (zeros[k] - zeros[k - 1]))


def rounded_square(variance: Real) -> float:
    """R(v), in units squared."""
    v = real("variance", variance, 0.0, 1e6)
    if v == 0:
        return 0.0
    k = np.arange(int(10 * np.sqrt(v)) + 2)
    return float(((2 * k + 1) * erfc((k + 0.5) / np.sqrt(2 * v))).sum())


def rounding_threshold() -> tuple[float, float]:
    """χ_c, the largest χ with which every gradient dies where one number is rounded per layer, and the v where it is
    taken: the lowest point of v/R(v)."""
    found = np.geomspace(0.05, 5.0, 4001)
    share = np.array([v / rounded_square(v) for v in found])
    return float(share.min()), float(found[share.argmin()])


def chain(setup: Setup, theory: Recursion) -> Chain:
    """What becomes of the gradient of a setup, place by place. The theory is taken on trust."""
    unit = format_named(setup.format).floor(flushed=setup.flushed)
    v, known = [min((setup.scale / unit) ** 2, LARGEST)], (np.nan,) * 2
    for q, weight, factor in zip(theory.length[::-1], theory.weight_variance[::-1], theory.factor[::-1], strict=True):
        if known != (q, v[-1]):  # at rest nothing is computed anew
            known = q, v[-1]
            following = weight * _kept(setup, q, v[-1])[0] if v[-1] < FAR else factor * v[-1]
        v.append(min(following, LARGEST))
    variance = np.array(v)
    with np.errstate(divide="ignore"):
        zeros = erf((1.0 if setup.flushed else 0.5) / np.sqrt(2 * variance))
    return Chain(unit, variance, zeros, _rest(setup, theory))


def _rest(setup: Setup, theory: Recursion) -> Rest:
    q, weight, v = float(theory.length[-1]), float(theory.weight_variance[-1]), FAR
    if theory.factor[-1] >= 1:
        return UNTOUCHED

    def following(v: float) -> float:
        return weight * _kept(setup, q, v)[0]

    for _ in range(MOST_ROUNDS):
        v, before = following(v), v
        if v < GONE:
            return DEAD
        if abs(v - before) < SETTLED * v:
            break
    low, high = np.log(GONE), np.log(v)  # between them is the v below which it dies
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if following(np.exp(middle)) < np.exp(middle) else (low, middle)
    passed = np.log(following(v * (1 + NUDGE)) / following(v * (1 - NUDGE))) / (2 * NUDGE)
    square, fourth = _kept(setup, q, v)
    scatter = float(np.sqrt((fourth / square**2 - 1) / max(1 - passed**2, NUDGE)))
    memory = float((1 + passed) / max(1 - passed, NUDGE))
    return Rest(v, float(np.sqrt(rounded_square(v))), scatter, memory, float(np.log(v) - low) / scatter)


def _kept(setup: Setup, q: float, v: float) -> tuple[float, float]:
    """E δ² and E δ⁴ of δ = φ′(√q z) g after rounding, g of variance v, in units."""
    slope = np.abs(activation_named(setup.activation).slope(np.sqrt(q) * SLOPES))
    return _flushed(slope, v) if setup.flushed else _rounded(slope, v)


def _rounded(slope: np.ndarray, v: float) -> tuple[float, float]:
    if v < GONE:
        return 0.0, 0.0
    k = np.arange(1, int(10 * np.sqrt(v)) + 2)
    share = -np.diff(erfc((np.append(k, k[-1] + 1) - 0.5) / np.sqrt(2 * v)))  # P(round(√v z) = ±k)
    square = np.rint(slope[:, None] * k) ** 2
    return float(WEIGHTS @ square @ share), float(WEIGHTS @ square**2 @ share)


def _flushed(slope: np.ndarray, v: float) -> tuple[float, float]:
    """Of what is at least 1: with t = 1/(φ′√v) the mean of z² beyond t is P(|z| > t) + 2 t times the bell at t."""
    size = np.maximum(slope * np.sqrt(v), 1e-100)
    t = np.minimum(1 / size, 40.0)
    beyond, bell = erfc(t / np.sqrt(2)), np.sqrt(2 / np.pi) * np.exp(-t * t / 2)
    square, fourth = beyond + t * bell, 3 * beyond + (t**3 + 3 * t) * bell
    return float(WEIGHTS @ (size**2 * square)), float(WEIGHTS @ (size**4 * fourth))
