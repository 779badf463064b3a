"""What the checks of the cone say at many settings: the table ``checks.txt`` beside this file."""

import math
from functools import lru_cache

import numpy as np
import pytest

from core.linear_algebra.spectral_norm import Products
from core.lipschitz import FUNCTIONS, NetworkBounds, checks, lipschitz_bracket, network_checks, study
from tests.core.readings import same

FORMULAS = {"1/x": (-1.0, 1.0), "x^4/9 - x^2": (-2.0, 2.0), "3": (-1.0, 1.0), "2*x": (-1.0, 1.0), "x^2": (0.0, 1.0)}
study = lru_cache(study)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_check_says_what_it_said(name):
    found = study(name, *FUNCTIONS[name].interval)
    bracket = lipschitz_bracket(found.function, found.interval, 20)
    for slope in (0.5 * FUNCTIONS[name].slope, FUNCTIONS[name].slope, 1000.0):
        same("lipschitz", f"{name}, slope {slope:g}", checks(found, bracket, slope))


@pytest.mark.parametrize("formula", FORMULAS)
def test_so_do_those_of_a_formula(formula):
    found = study("expression", *FORMULAS[formula], formula=formula)
    bracket = lipschitz_bracket(found.function, found.interval, 20)
    known = [found.tight.upper] if math.isfinite(found.tight.upper) else []
    for slope in (0.0, 1.5, *(share * k for k in known for share in (1 - 2e-9, 1 - 0.5e-9, 1.0))):
        same("lipschitz", f"{formula}, slope {slope:.12g}", checks(found, bracket, slope))


BOUNDS = {
    "of one layer": NetworkBounds(1.5, 2.0, 3.0, 4.0, 1e-6),
    "of several": NetworkBounds(1.5, 2.0, math.nan, 4.0),
    "in no order": NetworkBounds(2.0 + 1.5e-6, 2.0, 2.0 - 1.5e-6, 2.0 - 2.5e-6, 1e-6),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_so_do_those_of_a_network(name):
    products = Products(np.array([1, 2, 3]), np.array([2.0, 2.5, 3.1]), np.array([2.0, 2.6, 3.08]), np.ones(3), 30)
    for factors in (1, 3):
        same("lipschitz", f"bounds {name}, {factors} factors", network_checks(BOUNDS[name], products, factors))
    for wrong in (0, 4):
        with pytest.raises(ValueError, match="factors"):
            network_checks(BOUNDS[name], products, wrong)
