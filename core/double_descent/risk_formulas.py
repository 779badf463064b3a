"""What theory says about the risk of least squares on Gaussian features: exact, asymptotic, with a ridge, misspecified.

    n, p    samples, parameters;  γ = p/n
    r²      ``signal`` = ‖β‖²          σ²   ``noise``, the variance of ε;  both squared
    λ       ``penalty``: β̂ minimises (1/n)‖y − Xβ‖² + λ‖β‖²;  λ = 0 is the least-squares fit of minimum norm

    x ~ N(0, I_p),  y = xᵀβ + ε,  excess risk ‖β̂ − β‖²:
    exact        σ²p/(n − p − 1)  for p ≤ n − 2;    r²(1 − n/p) + σ²n/(p − n − 1)  for p ≥ n + 2;    ∞ between
    asymptotic   σ²γ/(1 − γ)  for γ < 1;            r²(1 − 1/γ) + σ²/(γ − 1)       for γ > 1
    ridge        r²λ²m′ + σ²γ(m − λm′),  m = m(−λ) the Stieltjes transform of the Marchenko–Pastur law

    its 1/n      −r²λ²μ′/p + σ²(μ + λμ′)/n,  μ = (A − s)/2s², A = 1 + γ + λ, s² = A² − 4γ

Exact: Belkin, Hsu & Xu 2020, arXiv:1903.07571.
Asymptotic: Hastie, Montanari, Rosset & Tibshirani 2022, arXiv:1903.08560.
Ridge: Dobriban & Wager 2018, arXiv:1507.03003; optimal λ = σ²γ/r².
The term of order 1/n: E tr(XᵀX/n + λ)⁻¹ = pm + μ + O(1/n) for real Gaussians, from the mean in Bai & Silverstein 2004,
Ann. Probab. 32(1), thm 1.1. Without a penalty it is that of the exact formula: σ²γ/(n(1 − γ)²) for γ < 1.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Numbers, Real, affordable, increasing

Risk = Float[np.ndarray, "..."]  # in squared units of y, the shape its arguments broadcast to

MAX_MAP_SIZE = 100_000


@dataclass(frozen=True)
class RiskMap:
    """Excess risk over the plane of samples and parameters."""

    n: Int[np.ndarray, " ns"]
    p: Int[np.ndarray, " ps"]
    risk: Float[np.ndarray, "ns ps"]  # squared units of y; infinite at the threshold


def _at_least(name: str, value: Numbers, low: Real) -> Float[np.ndarray, "..."]:
    array = np.asarray(value, dtype=np.float64)
    if array.size and not np.all((array >= low) & np.isfinite(array)):
        raise ValueError(f"{name} must be finite and at least {low:g}, got {value!r}")
    return array


def exact_bias(n: Numbers, p: Numbers, *, signal: Numbers) -> Risk:
    """The part of the excess risk that stays without noise: what of β the n samples cannot see."""
    n, p, signal = _at_least("n", n, 1), _at_least("p", p, 1), _at_least("signal", signal, 0)
    return np.asarray(signal * np.maximum(0, 1 - n / p))


def exact_variance(n: Numbers, p: Numbers, *, noise: Numbers) -> Risk:
    """The part of the excess risk that the noise adds; infinite for |n − p| ≤ 1 unless there is no noise."""
    n, p, noise = _at_least("n", n, 1), _at_least("p", p, 1), _at_least("noise", noise, 0)
    gap = np.abs(n - p) - 1
    blow_up = np.where(gap > 0, np.minimum(n, p) / np.where(gap > 0, gap, 1), np.inf)
    return np.asarray(np.where(noise > 0, noise, 0) * np.where(noise > 0, blow_up, 0))


def exact_risk(n: Numbers, p: Numbers, *, signal: Numbers, noise: Numbers) -> Risk:
    """Expected excess risk of minimum-norm least squares at finite n and p; arguments broadcast."""
    return np.asarray(exact_bias(n, p, signal=signal) + exact_variance(n, p, noise=noise))


def asymptotic_risk(aspect_ratio: Numbers, *, signal: Numbers, noise: Numbers) -> Risk:
    """The limit of the exact risk as n and p grow with γ = p/n = ``aspect_ratio`` > 0; infinite at γ = 1."""
    gamma = _at_least("aspect_ratio", aspect_ratio, np.finfo(float).tiny)
    return _ridge_risk(gamma, np.asarray(0.0), _at_least("signal", signal, 0), _at_least("noise", noise, 0))


def ridge_risk(n: Numbers, p: Numbers, penalty: Numbers, *, signal: Numbers, noise: Numbers) -> Risk:
    """The limit of the excess risk of ridge regression at γ = p/n; penalty 0 gives ``asymptotic_risk``."""
    gamma = np.asarray(_at_least("p", p, 1) / _at_least("n", n, 1))
    penalty = _at_least("penalty", penalty, 0)
    return _ridge_risk(gamma, penalty, _at_least("signal", signal, 0), _at_least("noise", noise, 0))


def ridge_correction(n: Numbers, p: Numbers, penalty: Numbers, *, signal: Numbers, noise: Numbers) -> Risk:
    """What ``ridge_risk`` leaves out at finite n and p, to the order 1/n; infinite at γ = 1 without a penalty."""
    n, p, penalty = _at_least("n", n, 1), _at_least("p", p, 1), _at_least("penalty", penalty, 0)
    signal, noise = _at_least("signal", signal, 0), _at_least("noise", noise, 0)
    a = 1 + p / n + penalty
    s = np.sqrt(np.maximum(0, a**2 - 4 * p / n))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, slope = (a - s) / (2 * s**2), -(a - s) * (s + 2 * a) / (2 * s**4)  # μ and μ′
        correction = -signal * penalty**2 * slope / p + noise * (mean + penalty * slope) / n
    return np.where(s > 0, correction, np.inf)


def _ridge_risk(gamma: Risk, penalty: Risk, signal: Risk, noise: Risk) -> Risk:
    """The formula above with m eliminated, so that nothing cancels as λ → 0.

    With b = 1 − γ + λ, c = 1 − γ − λ and s² = b² + 4γλ = c² + 4λ:  λm = (s − b)/2γ  and  m′ = m(1 + γm)/s.
    """
    b, c = 1 - gamma + penalty, 1 - gamma - penalty
    s = np.sqrt(b**2 + 4 * gamma * penalty)
    at_threshold = s == 0  # γ = 1 without a penalty
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = np.where(at_threshold, 0, (s - b) * (s - c) / (4 * gamma * s))
        wide = (s - b) / (s * (s - c))
        tall = gamma * (s + c) / (s * (s + b))
    variance = np.where(at_threshold, np.inf, np.where(gamma < 1, tall, wide))
    return np.asarray(signal * bias + np.where(noise > 0, noise, 0) * np.where(noise > 0, variance, 0))


def optimal_ridge(n: Numbers, p: Numbers, *, signal: Numbers, noise: Numbers) -> tuple[Risk, Risk]:
    """The best penalty λ = σ²γ/r² and the risk σ²γ·m(−λ) it reaches; without signal λ = ∞ and the risk is 0."""
    n, p = _at_least("n", n, 1), _at_least("p", p, 1)
    signal, noise = _at_least("signal", signal, 0), _at_least("noise", noise, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        penalty = np.where(signal > 0, noise * p / n / signal, np.inf)
    reached = ridge_risk(n, p, np.where(signal > 0, penalty, 0), signal=signal, noise=np.where(signal > 0, noise, 0))
    return np.asarray(penalty), np.where(signal > 0, reached, 0)


def expected_risk(n: Numbers, p: Numbers, penalty: Real, *, signal: Numbers, noise: Numbers) -> Risk:
    """The best that theory says about one fit: ``exact_risk`` without a penalty, ``ridge_risk`` with one."""
    if penalty > 0:
        return ridge_risk(n, p, penalty, signal=signal, noise=noise)
    return exact_risk(n, p, signal=signal, noise=noise)


def weak_features_risk(n: Numbers, p: Numbers, total_features: Numbers, *, signal: Numbers, noise: Numbers) -> Risk:
    """Expected *total* risk (σ² included) when only p of the D features, chosen at random, are fitted.

    The features left out act as noise of variance r²(1 − p/D); p = 0 predicts nothing and costs r² + σ².
    """
    p, total = _at_least("p", p, 0), _at_least("total_features", total_features, 1)
    signal, noise = _at_least("signal", signal, 0), _at_least("noise", noise, 0)
    if np.any(p > total):
        raise ValueError(f"p must be at most total_features = {total.min():g}, got {p.max():g}")
    left_out = signal * (1 - p / total) + noise
    excess = exact_risk(n, np.maximum(p, 1), signal=signal * p / total, noise=left_out)
    return np.asarray(left_out + np.where(p > 0, excess, 0))


def risk_map(
    ns: Int[np.ndarray, " ns"],
    ps: Int[np.ndarray, " ps"],
    *,
    signal: Real = 1.0,
    noise: Real = 0.25,
    penalty: Real = 0.0,
) -> RiskMap:
    """The expected excess risk for every pair of n and p."""
    ns, ps = increasing("ns", ns, 1, MAX_MAP_SIZE), increasing("ps", ps, 1, MAX_MAP_SIZE)
    affordable("the map", len(ns), len(ps))
    return RiskMap(ns, ps, expected_risk(ns[:, None], ps, penalty, signal=signal, noise=noise))
