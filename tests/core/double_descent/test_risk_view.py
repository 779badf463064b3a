"""What the page composes from the sweeps."""

import numpy as np
import pytest

from core.double_descent.legendre import legendre_fit
from core.double_descent.legendre_fits import legendre_fits, three_fits
from core.double_descent.risk_curve import RiskCurve
from core.double_descent.risk_view import (
    AGAINST,
    DATA,
    PRESETS,
    exact_parts,
    map_of,
    off_grid,
    preset_of,
    profile,
    sizes_of,
    sweep,
    turning_points,
    with_the_best_of,
)


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "epochs"])
def test_the_sizes_of_every_n_hold_the_threshold_and_reach_beyond_it(preset):
    low, high, step = PRESETS[preset].n
    for n in range(low, high + 1, step):
        sizes = sizes_of(preset, n)
        assert n in sizes and sizes[0] < n < sizes[-1]
        assert (np.diff(sizes) > 0).all() and len(sizes) <= 60


def test_every_choice_of_the_controls_has_a_preset_that_starts_inside_its_range():
    shown = {preset_of(against, data) for against in AGAINST for data in DATA}
    assert shown == set(PRESETS)
    for preset in PRESETS.values():
        assert preset.n[0] <= preset.default_n <= preset.n[1] and preset.default_noise in preset.noise
        assert preset.default_repetitions in preset.repetitions


@pytest.mark.parametrize("scaling", ["plain", "orthonormal"])
@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_the_fits_are_those_of_one_size_at_a_time(scaling, penalty):
    found = legendre_fits(12, noise=0.09, scaling=scaling, penalty=penalty, seed=2, sizes=(3, 12, 60))
    for size, fitted in zip(found.sizes, found.fitted, strict=True):
        alone = legendre_fit(int(size), n=12, noise=0.09, scaling=scaling, penalty=penalty, seed=2)
        np.testing.assert_array_equal(found.x, alone.x)
        np.testing.assert_array_equal(found.y, alone.y)
        at_ends = alone.fitted[[0, -1]]  # −1 and 1 are on both grids
        np.testing.assert_allclose(fitted[[0, -1]], at_ends, rtol=1e-6, atol=1e-8)


def test_beyond_the_threshold_the_fit_passes_through_the_data():
    found = three_fits(20, noise=0.09)
    places = np.abs(found.grid[:, None] - found.x).argmin(axis=0)
    np.testing.assert_allclose(found.fitted[2, places], found.y, atol=1e-3)
    assert list(found.sizes) == [5, 20, 600]


def test_the_profile_of_a_size_turns_where_theory_puts_the_best_penalty():
    found = profile("gaussian", 40, 40, noise=0.25, repetitions=40, seed=0)
    best = found.penalty[found.test.mean(axis=0).argmin()]
    assert 0.1 <= best <= 0.5, "σ²γ/r² = 0.25"
    assert found.test.mean(axis=0).min() < found.ridgeless
    assert found.theory.shape == found.penalty.shape


def test_the_best_ridge_is_taken_over_from_the_sweep_at_another_penalty():
    settings = {"noise": 0.25, "repetitions": 3}
    plain, ridge = (sweep("gaussian", 20, penalty=p, **settings) for p in (0.0, 0.1))
    borrowed = with_the_best_of(sweep("gaussian", 20, penalty=0.1, best_ridge=False, **settings), plain)
    np.testing.assert_array_equal(borrowed.best_ridge, ridge.best_ridge)
    np.testing.assert_array_equal(borrowed.test, ridge.test)


def test_the_exact_parts_add_up_to_the_theory_of_the_sweep():
    for preset in ("gaussian", "samples", "map"):
        curve: RiskCurve = sweep(preset, 30, noise=0.25, repetitions=1)
        np.testing.assert_allclose(exact_parts(preset, curve, 30)["sum"], curve.theory)
    assert exact_parts("weak", sweep("weak", 30, noise=0.04, repetitions=1), 30) == {}


def test_the_map_is_highest_along_its_diagonal():
    risk = map_of(0.25, 0.0).risk
    assert np.isinf(np.diag(risk)).all() and np.isfinite(map_of(0.25, 0.1).risk).all()


def test_turning_points_and_places_off_the_grid():
    assert list(turning_points(np.array([3.0, 1.0, 2.0, 0.0]))) == [1, 2]
    assert off_grid(0.001) == off_grid(0.0) == 0 and off_grid(0.0013) == 0.0013
    with pytest.raises(ValueError, match="preset must be one of"):
        sweep("epochs", 20, noise=0.1)
