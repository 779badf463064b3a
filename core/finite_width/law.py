"""What one layer does to the variance: S ← s S, with s of one law that hangs on the width n alone.

    s = Σ a(z_i)² z_i²/(A₂ n), z_i normal        a = a₊ where z > 0, else a₋; A_k = (a₊ᵏ + a₋ᵏ)/2; E s = 1
    E s² = 1 + c/n, c = 3 A₄/A₂² − 1               2 of a linear network, 5 of ReLU

In law, log s = log χ²_k + shift, with (k, shift) drawn from a short list: linear (n, −log n); ReLU (K, log 2/n), where
K ~ Bin(n, ½) counts the units that are on and K = 0 is a dead layer; leaky (n, …) by the share of χ² on the upper side,
sin²θ, whose law in θ is smooth. Hanin & Nica 2018, arXiv:1812.05994; the lists are derived here.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb

import numpy as np
from jaxtyping import Float
from scipy.special import gammaln, loggamma, polygamma
from scipy.stats import binom

from core.bounds import Real, real, whole

ACTIVATIONS = ("linear", "relu", "leaky")
MOST_WIDTH, LEAST_WIDTH = 512, 2
SLOPES = 0.01, 1.0  # of the leaky one below 0
MOMENTS = 6  # of s: the fourth power of S and its scatter need no more
ANGLES = 400  # of the leaky one
LEAST_SHARE = 1e-18  # of a list: what is rarer is left out


@dataclass(frozen=True)
class Law:
    """The law of one layer's factor s, at any width."""

    up: float  # a₊
    down: float  # a₋

    @property
    def c(self) -> float:
        """Of E s² = 1 + c/n."""
        return 3 * self.mean_power(4) / self.mean_power(2) ** 2 - 1

    @property
    def may_die(self) -> bool:
        return self.down == 0

    def mean_power(self, power: int) -> float:
        """A_k."""
        return (self.up**power + self.down**power) / 2

    def dead(self, width: int) -> float:
        """The chance that all units of a layer are off."""
        return 2.0**-width if self.may_die else 0.0

    def scaled(self, total: np.ndarray, width: int) -> np.ndarray:
        """s from Σ a² z²."""
        return total / (self.mean_power(2) * width)

    def moments(self, width: int) -> Float[np.ndarray, " 7"]:
        """E sᵏ, k = 0 … 6."""
        return _moments(self, whole("width", width, LEAST_WIDTH, MOST_WIDTH))


@dataclass(frozen=True)
class Logs:
    """log s as a mixture of log χ²_k + shift, of layers that are not dead."""

    share: Float[np.ndarray, " parts"]  # sums to 1
    freedom: Float[np.ndarray, " parts"]  # k
    shift: Float[np.ndarray, " parts"]

    @cached_property
    def cumulants(self) -> tuple[float, float, float]:
        """The mean and the variance of log s, and the fourth cumulant."""
        half = self.freedom / 2
        means = polygamma(0, half) + np.log(2) + self.shift
        mean = float(self.share @ means)
        off, two = means - mean, polygamma(1, half)
        second = float(self.share @ (two + off**2))
        fourth = float(self.share @ (polygamma(3, half) + 3 * two**2 + 4 * polygamma(2, half) * off
                                     + 6 * two * off**2 + off**4))  # fmt: skip
        return mean, second, fourth - 3 * second**2

    def waves(self, s: Float[np.ndarray, " frequencies"]) -> np.ndarray:
        """E e^{is log s}, by E e^{is log χ²_k} = 2^{is} Γ(k/2 + is)/Γ(k/2)."""
        found = np.zeros(len(s), dtype=complex)
        for freedom in np.unique(self.freedom):
            of = self.freedom == freedom
            turned = np.exp(1j * np.outer(s, self.shift[of])) @ self.share[of]
            found += turned * np.exp(1j * s * np.log(2) + loggamma(freedom / 2 + 1j * s) - gammaln(freedom / 2))
        return found


def layer_law(activation: str, slope: Real = 0.1) -> Law:
    """Of an activation that is scale-free. ``slope``: of the leaky one below 0."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {str(activation)[:40]!r}")
    down = {"linear": 1.0, "relu": 0.0, "leaky": real("slope", slope, *SLOPES)}[activation]
    return Law(1.0, down)


@lru_cache(maxsize=128)
def logs(law: Law, width: int) -> Logs:
    """log s at a width."""
    n = whole("width", width, LEAST_WIDTH, MOST_WIDTH)
    if law.down == law.up:
        return Logs(np.ones(1), np.array([float(n)]), np.array([-np.log(n)]))
    on = np.arange(n + 1)
    share = binom.pmf(on, n, 0.5)
    if law.may_die:
        kept = (share > LEAST_SHARE) & (on > 0)
        return Logs(share[kept] / share[on > 0].sum(), on[kept].astype(float), np.full(kept.sum(), np.log(2 / n)))
    angle, weight = _angles(n, share)
    total = law.down**2 + (law.up**2 - law.down**2) * np.sin(angle) ** 2
    return Logs(weight, np.full(len(angle), float(n)), np.log(total) - np.log((law.up**2 + law.down**2) / 2 * n))


def _angles(n: int, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """θ of sin²θ ~ Beta(K/2, (n − K)/2) over K, by Gauss and Legendre, and the two ends, where K is 0 or n."""
    at, weight = _gauss()
    angle = np.pi / 4 * (at + 1)
    inside = np.arange(1, n)
    inside = inside[share[1:n] > LEAST_SHARE][:, None]
    with np.errstate(divide="ignore"):
        log = np.log(2) + gammaln(n / 2) - gammaln(inside / 2) - gammaln((n - inside) / 2)
        log = log + (inside - 1) * np.log(np.sin(angle)) + (n - inside - 1) * np.log(np.cos(angle))
    density = share[inside[:, 0]] @ np.exp(log) * np.pi / 4 * weight
    return np.append(angle, [0.0, np.pi / 2]), np.append(density, [share[0], share[n]])


@lru_cache(maxsize=256)
def _moments(law: Law, width: int) -> np.ndarray:
    """The moments of one unit's share, made into those of a sum of n, by cumulants."""
    odd = np.array([1.0, 1, 3, 15, 105, 945, 10395])  # E z²ᵏ
    one = odd * [law.mean_power(2 * k) / law.mean_power(2) ** k for k in range(MOMENTS + 1)]
    own = np.zeros(MOMENTS + 1)  # cumulants
    for k in range(1, MOMENTS + 1):
        own[k] = one[k] - sum(comb(k - 1, j - 1) * own[j] * one[k - j] for j in range(1, k))
    own = own * float(width) ** (1.0 - np.arange(MOMENTS + 1))
    found = np.ones(MOMENTS + 1)
    for k in range(1, MOMENTS + 1):
        found[k] = sum(comb(k - 1, j - 1) * own[j] * found[k - j] for j in range(1, k + 1))
    return found


@lru_cache(maxsize=1)
def _gauss() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(ANGLES)
