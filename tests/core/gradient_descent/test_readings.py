"""What the checks of a race say at many settings: the table ``checks.txt`` beside this file."""

import numpy as np
import pytest

from core.gradient_descent import LINEAR, Rate, race, stability
from core.gradient_descent.race import has_double_root
from core.surfaces.named import SURFACES, from_expression, quadratic
from tests.core.readings import course, same

FIRST = ("gradient_descent", "heavy_ball", "adam", "rmsprop", "physical_ball")
SQUARE = np.array([[-3.0, 3.0], [-3.0, 3.0]])
SETTINGS = {
    "a quadratic": lambda: race(quadratic(10), (1.6, 1.2), (*LINEAR, "adam", "rmsprop"), step_size=0.1, momentum=0.5),
    "a quadratic, each at its best": lambda: race(quadratic(100), (1.6, 1.2), LINEAR, policy="own"),
    "a quadratic beyond its limit": lambda: race(quadratic(10), (1.6, 1.2), LINEAR, step_size=0.21, momentum=0.0),
    "a quadratic, far beyond": lambda: race(quadratic(10), (1.6, 1.2), LINEAR, step_size=0.5, momentum=0.9),
    "a quadratic from its axis": lambda: race(quadratic(10), (0.0, 1.2), LINEAR[:2], step_size=0.05),
    "a quadratic, few steps": lambda: race(quadratic(10), (1.6, 1.2), LINEAR, step_size=0.1, steps=4),
    "from the minimum": lambda: race(quadratic(10), (0.0, 0.0), FIRST, step_size=0.1, steps=20),
    "a ball on a quadratic": lambda: race(quadratic(10), (1.6, 1.2), FIRST, step_size=0.05, steps=60),
    "a ball with friction": lambda: race(quadratic(10), (1.6, 1.2), FIRST[-1:], friction=0.3, steps=60),
    "a round bowl, quick": lambda: race(quadratic(1), (1.6, 1.2), LINEAR[:1], step_size=0.94),
    "a round bowl, at once": lambda: race(quadratic(1), (1.6, 1.2), LINEAR[:1], step_size=0.96),
    "a saddle": lambda: race(SURFACES["saddle"], (1.5, 1e-6), ("gradient_descent",), step_size=0.1),
    "a saddle with momentum": lambda: race(
        SURFACES["saddle"], (1.5, 1e-6), ("heavy_ball",), step_size=0.1, momentum=0.6
    ),
    "a saddle, few steps": lambda: race(
        SURFACES["saddle"], (1.5, 1e-6), ("gradient_descent",), step_size=0.1, steps=20
    ),
    "a saddle from afar": lambda: race(SURFACES["saddle"], (0.1, 1.9), ("gradient_descent",), step_size=0.1, steps=20),
    "the quartic": lambda: race(SURFACES["quartic"], (3.0,), FIRST, step_size=0.009),
    "the quartic beyond its limit": lambda: race(SURFACES["quartic"], (3.0,), FIRST[:1], step_size=0.0125),
    "himmelblau": lambda: race(SURFACES["himmelblau"], (0.0, 0.0), LINEAR, step_size=0.01, momentum=0.5),
    "himmelblau, few steps": lambda: race(SURFACES["himmelblau"], (0.0, 0.0), LINEAR, step_size=0.002, steps=10),
    "rosenbrock": lambda: race(SURFACES["rosenbrock"], tuple(SURFACES["rosenbrock"].start), FIRST[:2], step_size=1e-3),
}


def test_a_run_that_arrives_at_once_along_one_axis_says_nothing_of_the_other():
    """η = 1/L from (0, y): one step, and the slow mode that the prediction is about was never there."""
    found = {check.id: check for check in race(quadratic(10), (0.0, 1.2), LINEAR[:1], step_size=0.1).checks}
    assert found["rate_gradient_descent"].broken_assumption == "mixed_modes"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_check_says_what_it_said(name):
    same("gradient_descent", name, SETTINGS[name]().checks)


def test_a_race_knows_its_rates_and_limits():
    run = race(quadratic(10), (1.6, 1.2), (*LINEAR, "adam", "physical_ball"), step_size=0.05, momentum=0.9, steps=80)
    assert run.rates["gradient_descent"].factor == pytest.approx(0.95) and not run.rates["gradient_descent"].is_double
    assert set(run.rates) == {"gradient_descent", "heavy_ball", "nesterov"}, "newton comes in one step"
    assert run.rates["heavy_ball"].factor == pytest.approx(np.sqrt(0.9)), "complex roots: √β"
    limits = {entry.method: run.limit(entry) for entry in run.entries}
    assert limits["gradient_descent"] == pytest.approx((10.0, 0.2))
    assert limits["heavy_ball"] == pytest.approx((10.0, 0.38)), "2(1 + β)/L"
    assert limits["newton"] is limits["adam"] is limits["physical_ball"] is None
    assert {entry.diverged_at for entry in run.entries} == {-1}
    assert len(run.ball.time) == 81 and run.ball.time[-1] == 12.0
    flat = race(from_expression("x^4 + y^4", SQUARE), (1.0, 1.0), ("gradient_descent",), step_size=0.01, steps=5)
    assert flat.limit(flat.entries[0]) is None, "no curvature at the minimum"


def test_the_predicted_distance_with_a_double_root_grows_before_it_shrinks():
    assert Rate(0.9, False).distance(np.array([0, 1, 5])) == pytest.approx([1, 0.9, 0.9**5])
    assert Rate(0.9, True).distance(np.array([0, 1, 5])) == pytest.approx([1, 0.9, 5 * 0.9**5])


def test_a_double_root_is_told_from_two():
    kappa = np.array([1.0, 100.0])
    root = (np.sqrt(100) - 1) / (np.sqrt(100) + 1)
    best = {"step_size": 4 / (1 + 10) ** 2, "momentum": root**2}  # Polyak's
    assert has_double_root(kappa, "heavy_ball", **best)
    assert not has_double_root(kappa, "heavy_ball", **(best | {"momentum": root**2 + 1e-4}))
    assert not has_double_root(kappa, "gradient_descent", **best)
    assert not has_double_root(kappa, "heavy_ball", step_size=0.01, momentum=0.0)
    nesterov = {"step_size": 0.01, "momentum": (1 - np.sqrt(0.01)) / (1 + np.sqrt(0.01))}
    assert has_double_root(kappa, "nesterov", **nesterov)
    assert not has_double_root(kappa, "nesterov", **(nesterov | {"step_size": 0.0101}))
    assert not has_double_root(kappa, "nesterov", **(nesterov | {"momentum": 0.8}))


def test_the_map_of_stability_spans_three_decades_around_the_limit():
    found = stability(quadratic(10), "heavy_ball", resolution=7)
    np.testing.assert_allclose(found.step_sizes, 0.2 * np.geomspace(0.01, 10, 7))
    np.testing.assert_allclose(found.momenta, np.linspace(0, 0.99, 7))
    assert found.radii.shape == (7, 7) and found.radii[3, 2] == pytest.approx(
        found.at(found.step_sizes[2], found.momenta[3])
    )
    assert found.eigenvalues == pytest.approx([1, 10])
    assert stability(quadratic(10), "heavy_ball", resolution=2).radii.shape == (2, 2)
    for wrong in (1, 1001):
        with pytest.raises(ValueError, match="resolution"):
            stability(quadratic(10), "heavy_ball", resolution=wrong)
    flat = from_expression("x^4 + y^4", SQUARE)
    assert stability(flat, "gradient_descent", resolution=2).step_sizes[0] == pytest.approx(2e12 * 0.01)


PLACES = np.geomspace(1e-3, 0.5, 50).tolist()
COURSES = {
    "himmelblau by step size": lambda at: race(SURFACES["himmelblau"], (1.0, 1.0), LINEAR[:1], step_size=at, steps=80),
    "a saddle by step size": lambda at: race(SURFACES["saddle"], (1.5, 1e-4), LINEAR[:1], step_size=at, steps=80),
    "a saddle by its start": lambda at: race(SURFACES["saddle"], (0.1, 4 * at), LINEAR[:1], step_size=0.05, steps=80),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    course("gradient_descent", name, ((at, COURSES[name](at).checks) for at in PLACES))
