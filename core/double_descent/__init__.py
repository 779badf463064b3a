"""Past the interpolation threshold the test error comes down again, and the right ridge removes the peak.

This module is the page's door: it re-exports the formulas and the sweeps, and holds each sweep against the theory.

    risk_formulas     exact, asymptotic and ridge risk of Gaussian models
    gaussian_sweeps   the same, measured
    random_features   real digits, random Fourier features, the kernel limit
    penalty_sweep     the best ridge for each size
    legendre          the scaling of the features decides
    epochwise         descent in training time
    risk_checks       all of them held against the theory

Belkin, Hsu, Ma & Mandal 2019, arXiv:1812.11118; sources of each statement in its module.
"""

import numpy as np
from jaxtyping import Int

from core.bounds import whole
from core.double_descent.checks import ASSUMPTION_IDS, CHECK_IDS, checks
from core.double_descent.epochwise import EpochCurve, epochwise_risk, epochwise_run
from core.double_descent.gaussian_sweeps import linear_sweep, measured_risk_map, sample_sweep, weak_features_sweep
from core.double_descent.legendre import legendre_fit, legendre_sweep
from core.double_descent.penalty_sweep import penalty_sweep
from core.double_descent.random_features import features_sweep, kernel_limit, random_features, random_features_sweep
from core.double_descent.risk_curve import RiskCurve
from core.double_descent.risk_formulas import (
    asymptotic_risk,
    exact_bias,
    exact_risk,
    exact_variance,
    optimal_ridge,
    ridge_risk,
    risk_map,
    weak_features_risk,
)

__all__ = [
    "ASSUMPTION_IDS",
    "CHECK_IDS",
    "EpochCurve",
    "RiskCurve",
    "asymptotic_risk",
    "checks",
    "epochwise_risk",
    "epochwise_run",
    "exact_bias",
    "exact_risk",
    "exact_variance",
    "features_sweep",
    "kernel_limit",
    "legendre_fit",
    "legendre_sweep",
    "linear_sweep",
    "measured_risk_map",
    "optimal_ridge",
    "penalty_sweep",
    "random_features",
    "random_features_sweep",
    "ridge_risk",
    "risk_map",
    "sample_sweep",
    "sizes_across",
    "weak_features_risk",
    "weak_features_sweep",
]


def sizes_across(threshold: int, largest: int, count: int = 60) -> Int[np.ndarray, " sizes"]:
    """At most ``count`` sizes from threshold/20 to ``largest``, evenly on a log axis, the threshold among them."""
    whole("count", count, 2, 1000)
    whole("threshold", threshold, 2, 10**6)
    whole("largest", largest, threshold, 10**6)
    spaced = np.round(np.geomspace(max(2, threshold // 20), largest, count)).astype(np.int64)
    spaced[np.abs(spaced - threshold).argmin()] = threshold
    return np.unique(spaced)
