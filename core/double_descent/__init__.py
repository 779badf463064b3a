"""Past the interpolation threshold the test error comes down again, and the right ridge removes the peak.

    n samples, p or N features; signal ‖β‖², noise σ²; the threshold is where the features are as many as the samples

    risk_formulas    exact, asymptotic and ridge risk of Gaussian models
    gaussian_sweeps  the same, measured · gaussian_chance, chance   what of their chance is known beforehand
    reduced_problem  each fit as a small square problem
    random_features  real digits, random Fourier features, the kernel limit
    penalty_sweep    the best ridge for each size
    digits_plane     the error of those over features × penalties; the page's digits with their peak are its row λ = 0:
                     risk_view.digits_everywhere → digits_plane → random_features.features_sweep
    legendre         the scaling of the features decides · legendre_fits   the functions fitted
    epochwise        descent in training time
    risk_curve       what every sweep gives · sizes   where one looks · risk_view   what the page asks for
    checks           all of them held against the theory (along the training: epochwise_checks) · allowances   how near

Belkin, Hsu, Ma & Mandal 2019, arXiv:1812.11118; sources of each statement in its module.
"""

from core.double_descent.checks import checks
from core.double_descent.digits_plane import digits_plane
from core.double_descent.epochwise import EpochCurve, descent_path
from core.double_descent.gaussian_sweeps import measured_risk_map
from core.double_descent.legendre_fits import LegendreFits, legendre_fits, three_fits
from core.double_descent.penalty_sweep import penalty_sweep
from core.double_descent.random_features import features_sweep, gaussian_kernel, kernel_limit, random_features
from core.double_descent.risk_curve import Limit, RiskCurve
from core.double_descent.risk_formulas import RiskMap, risk_map
from core.double_descent.risk_view import (
    AGAINST,
    DATA,
    LAST_EPOCH,
    POSITIONS,
    PRESETS,
    PenaltyProfile,
    digits_everywhere,
    epochs,
    exact_parts,
    map_of,
    off_grid,
    preset_of,
    profile,
    profile_of,
    sizes_of,
    sweep,
    turning_points,
    with_the_best_of,
)
from core.double_descent.sizes import sizes_across

__all__ = [
    "AGAINST",
    "DATA",
    "LAST_EPOCH",
    "POSITIONS",
    "PRESETS",
    "EpochCurve",
    "LegendreFits",
    "Limit",
    "PenaltyProfile",
    "RiskCurve",
    "RiskMap",
    "checks",
    "descent_path",
    "digits_everywhere",
    "digits_plane",
    "epochs",
    "exact_parts",
    "features_sweep",
    "gaussian_kernel",
    "kernel_limit",
    "legendre_fits",
    "map_of",
    "measured_risk_map",
    "off_grid",
    "penalty_sweep",
    "preset_of",
    "profile",
    "profile_of",
    "random_features",
    "risk_map",
    "sizes_across",
    "sizes_of",
    "sweep",
    "three_fits",
    "turning_points",
    "with_the_best_of",
]
