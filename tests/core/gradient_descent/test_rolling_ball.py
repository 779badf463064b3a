"""The physical ball: energy, forces, its limits, and how it leaves."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core.gradient_descent.rolling_ball import INERTIA, natural_height_scale, roll
from core.surfaces.classic import quadratic
from core.surfaces.named import SURFACES, from_expression


def test_a_frictionless_bead_keeps_its_energy():
    ball = roll(
        SURFACES["himmelblau"], np.array([0.0, 0.5]), duration=60, frames=2000, kind="bead",
        height_scale=1 / 50, tolerance=1e-10,
    )  # fmt: skip
    assert ball.energy_drift < 1e-7 and not ball.diverged


@pytest.mark.parametrize("kind", INERTIA)
@pytest.mark.parametrize("name", ["quartic", "rosenbrock", "styblinski_tang", "rastrigin"])
def test_energy_and_dissipation_everywhere(name, kind):
    surface = SURFACES[name]
    assert roll(surface, surface.start, kind=kind, duration=5).energy_drift < 1e-6
    rough = roll(surface, surface.start, kind=kind, duration=5, friction=0.5)
    assert (np.diff(rough.energy) <= 1e-7).all() and rough.energy[-1] < rough.energy[0]


def test_forces_at_rest_and_in_motion():
    surface = SURFACES["himmelblau"]
    ball = roll(surface, np.array([0.0, 0.5]), duration=4, kind="bead", frames=4001)
    slope = surface.gradient(ball.path) * ball.height_scale
    normal = np.concatenate([-slope, np.ones((4001, 1))], axis=1)
    np.testing.assert_allclose(ball.gravity, np.tile([0, 0, -9.81], (4001, 1)))
    np.testing.assert_allclose(np.sum(ball.tangential * normal, axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(np.cross(ball.normal, normal), 0, atol=1e-12)
    assert not ball.centripetal[0].any() and ball.centripetal[2000].any()
    position = np.concatenate([ball.path, (ball.value * ball.height_scale)[:, None]], axis=1)
    acceleration = np.gradient(np.gradient(position, ball.time, axis=0), ball.time, axis=0)
    np.testing.assert_allclose(acceleration[5:-5], (ball.tangential + ball.centripetal)[5:-5], atol=1e-3)


def test_small_slopes_are_the_heavy_balls_equation():
    surface, start, scale, friction = SURFACES["quadratic"], np.array([1.0, 0.5]), 1e-5, 0.02
    ball = roll(surface, start, duration=100, friction=friction, kind="bead", height_scale=scale)
    flow = solve_ivp(
        lambda t, s: np.concatenate([s[2:], -9.81 * scale * surface.gradient(s[:2]) - friction * s[2:]]),
        (0, 100), [*start, 0, 0], "DOP853", ball.time, rtol=1e-9, atol=1e-12,
    )  # fmt: skip
    assert np.abs(ball.path - flow.y[:2].T).max() < 1e-4


def test_a_sphere_is_slower_than_a_bead_and_one_dimension_works():
    surface = quadratic(1.0, 1)
    periods = []
    for kind in INERTIA:
        ball = roll(surface, np.array([0.01]), duration=20, frames=4000, kind=kind, height_scale=1.0)
        crossings = ball.time[1:][np.diff(np.sign(ball.path[:, 0])) != 0]
        periods.append(2 * np.mean(np.diff(crossings)))
        assert ball.gravity.shape == (4000, 2)
    assert periods[0] == pytest.approx(2 * np.pi / np.sqrt(9.81), rel=1e-3)
    assert periods[1] / periods[0] == pytest.approx(np.sqrt(1.4), rel=1e-3)


def test_a_ball_that_leaves_is_reported():
    ball = roll(SURFACES["saddle"], np.array([0.5, 0.1]), duration=60)
    assert ball.diverged and 0 < ball.left_at < 60
    gone = ball.time >= ball.left_at
    assert np.isnan(ball.path[gone]).all() and np.isfinite(ball.path[~gone]).all()
    edge = from_expression("log(x)", np.array([[0.1, 3.0]]))
    assert roll(edge, np.array([0.2]), duration=60).time.shape == (300,)  # falls off the edge of the world


def test_at_rest_on_a_critical_point_it_stays():
    ball = roll(SURFACES["himmelblau"], np.array([3.0, 2.0]), duration=2)
    assert np.abs(ball.path - [3, 2]).max() < 1e-12 and ball.energy_drift < 1e-12
    assert natural_height_scale(SURFACES["himmelblau"]) > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"friction": -1}, r"friction must be in \[0, 100\]; got -1"),
        ({"duration": 0}, "duration"),
        ({"frames": 1}, "frames"),
        ({"frames": 10**6}, "frames"),
        ({"gravity": np.nan}, "gravity .* got nan"),
        ({"kind": "cube"}, "bead, sphere; got 'cube'"),
        ({"height_scale": 0.0}, "height_scale"),
    ],
)
def test_bad_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        roll(SURFACES["himmelblau"], np.zeros(2), **change)
