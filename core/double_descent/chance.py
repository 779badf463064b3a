"""How the risk of one fit without a ridge scatters, exactly, and the measured risk with known chance taken off it.

    n, p, r² = ``signal``, σ² = ``noise`` as in ``risk_formulas``;  k = min(n, p), ν = |n − p| + 1
    risk = r²B + ‖e‖²/x      B ~ Beta((p − n)/2, n/2) for p > n, else 0;  ‖e‖² ~ σ²χ²_k,  x ~ χ²_ν;  all independent

β̂ − β has a part off the rows of X, whose share of ‖β‖² is a Beta because those rows point anywhere. The rest is
W^(−½)e for a Wishart matrix W and noise e, and eᵀe/(eᵀW⁻¹e) ~ χ²_ν (Muirhead 1982, thm 3.2.12). E[1/x] = 1/(ν − 2)
makes it the exact formula of ``risk_formulas``.

x is known for each fit. Its logarithm and itself have known means, and what is left of 1/x after the best line in both,

    1/x − b(log x − E log x) − c(x − ν),

has the mean of 1/x and of its variance 5 % at ν = 10 and 0.2 % at ν = 39: control variates (Glasserman 2003, § 4.1).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import brentq
from scipy.special import betaincinv, fdtr, ndtr, polygamma, psi

from core.bounds import Real, real

MIN_DEGREES = 5  # of freedom: from here on 1/x has a variance
NODES = np.linspace(-6, 6, 201)  # normal values whose quantiles of B stand for all of them
WEIGHTS = np.exp(-(NODES**2) / 2) / np.sum(np.exp(-(NODES**2) / 2))


@dataclass(frozen=True)
class RiskLaw:
    """The law of the risk at one n and p."""

    n: int
    p: int
    signal: float  # r²
    noise: float  # σ²
    floor: float = 0.0  # the risk that no fit removes

    def quantile(self, q: Real) -> float:
        """The risk that one fit stays below with probability 0 < q < 1."""
        q = real("q", q, 0, 1)
        k, degrees = min(self.n, self.p), abs(self.n - self.p) + 1
        if self.noise == 0:
            return self.floor + float(self._unseen(np.array(q)))
        unseen, scale = self._unseen(ndtr(NODES)), self.noise * k / degrees  # (nodes,)

        def below(log: float) -> float:
            return float(WEIGHTS @ fdtr(k, degrees, np.maximum(0, np.exp(log) - unseen) / scale)) - q

        low, high = np.log(scale) - 60, np.log(scale + self.signal) + 60  # e⁻³⁰ of x ~ χ²_1 lies beyond
        return self.floor + float(np.exp(brentq(below, low, high, xtol=1e-10)))

    def _unseen(self, q: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Quantiles of r²B."""
        if self.p <= self.n:
            return np.zeros(np.shape(q))
        return np.asarray(self.signal * betaincinv((self.p - self.n) / 2, self.n / 2, q))


def inverse_with_less_chance(
    x: Float[np.ndarray, "repetitions sizes"], degrees: Int[np.ndarray, " sizes"]
) -> Float[np.ndarray, "repetitions sizes"]:
    """1/x less what its logarithm and itself foretell; NaN below ``MIN_DEGREES``."""
    b, c, _ = _lines(degrees)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 / x - b * (np.log(x) - psi(degrees / 2) - np.log(2)) - c * (x - degrees)


def variance_left(degrees: Int[np.ndarray, " sizes"]) -> Float[np.ndarray, " sizes"]:
    """Of ``inverse_with_less_chance``."""
    return _lines(degrees)[2]


def _lines(degrees: Int[np.ndarray, " sizes"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """b, c and the variance that they leave: Var(log x) = ψ′(ν/2), Cov(log x, x) = 2, Var(x) = 2ν,
    Cov(1/x, log x) = −2/(ν − 2)², Cov(1/x, x) = −2/(ν − 2), Var(1/x) = 2/((ν − 2)²(ν − 4))."""
    v = np.where(degrees < MIN_DEGREES, np.nan, degrees)
    logs, with_log, with_x = polygamma(1, v / 2), -2 / (v - 2) ** 2, -2 / (v - 2)
    determinant = logs * 2 * v - 4
    b, c = (2 * v * with_log - 2 * with_x) / determinant, (logs * with_x - 2 * with_log) / determinant
    return b, c, 2 / ((v - 2) ** 2 * (v - 4)) - b * with_log - c * with_x
