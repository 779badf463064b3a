"""What the checks of dropout say at many settings: the table ``checks.txt`` beside this file."""

from dataclasses import replace

import numpy as np
import pytest

from core.dropout import (
    NOISES,
    Band,
    DropoutSweep,
    band_checks,
    linear_checks,
    linear_data,
    study,
    sweep_checks,
    test_time_checks,
    test_time_predictions,
)
from tests.core.readings import same

RATES = (0.0, 0.25, 0.5)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(("p", "standardised"), [(0.0, False), (0.3, True), (0.5, False), (1.0, False)])
def test_every_check_of_the_linear_model_says_what_it_said(noise, p, standardised):
    data = linear_data(12, d=3, standardised=standardised)
    same("dropout", f"{noise}, p = {p}{', standardised' * standardised}", linear_checks(study(data, p, noise=noise)))


def test_so_do_those_of_few_samples():
    for n in (1, 2):
        same("dropout", f"{n} sample(s)", linear_checks(study(linear_data(n, d=2), 0.4)))


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("depth", [1, 2])
def test_so_do_those_at_test_time(p, depth):
    found = test_time_predictions(6, p=p, depth=depth)
    same("dropout", f"test time, {depth} layer(s), p = {p}", test_time_checks(found))


def band(**more):
    grid = np.linspace(-1, 1, 5)
    rows = np.stack([grid, 0.1 + grid**2])
    numbers = {"variance": 0.31, "variance_se": 0.01, "masks": 400, "p": 0.3, "dropped": "last"}
    return Band(grid, grid, grid, grid, np.array([0, 9]), 9, rows, rows, rows, rows, **(numbers | more))


@pytest.mark.parametrize(
    "more", [{}, {"variance": 0.53}, {"p": 1.0}, {"dropped": "both"}, {"dropped": "both", "p": 1.0}]
)
def test_so_does_that_of_the_band(more):
    same("dropout", f"band {more}", band_checks(band(**more)))


def sweep(rates=RATES, networks=3, seed=0, learned=0.0, **more):
    rng = np.random.default_rng(seed)
    shape = (len(rates), networks, 2)
    test, wrong = rng.uniform(1.0, 1.3, shape), rng.uniform(0.1, 0.2, shape)
    test *= np.linspace(2.0, 1.0, len(rates))[:, None, None]
    wrong += np.linspace(0.1, 0.0, len(rates))[:, None, None]
    error = np.full(shape, learned)
    numbers = {"label_noise": 0.2, "width": 8, "n": 20}
    return DropoutSweep(np.array(rates), np.array([0, 9]), 9, test, test, error, wrong, **(numbers | more))


SWEEPS = {
    "three rates": sweep(),
    "five rates": sweep((0.0, 0.2, 0.4, 0.5, 0.8), 5, seed=1),
    "a rise": replace(sweep(), test=sweep().test[::-1]),
    "a loss": replace(sweep(), test_error=sweep().test_error[::-1]),
    "one network": sweep(networks=1),
    "without zero": sweep((0.25, 0.5)),
    "without a half": sweep((0.0, 0.25)),
    "one rate": sweep((0.0,)),
    "one other rate": sweep((0.5,)),
    "nearly memorised": sweep(learned=0.011),
    "just memorised": sweep(learned=0.0099),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_so_do_those_of_networks(name):
    same("dropout", name, sweep_checks(SWEEPS[name]))
