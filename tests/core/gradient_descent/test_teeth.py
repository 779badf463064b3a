"""What the checks of a race would notice: a theory that is off by their resolution, and not the true one."""

import numpy as np
import pytest

from core.gradient_descent import checks as made
from core.gradient_descent import descend, rolling_ball
from core.gradient_descent.convergence import LINEAR, stability_limit, tuning
from core.surfaces.named import SURFACES, quadratic

START = np.array([1.6, 1.2])


def strip(surface, *runs, ball=None):
    return {check.id: check for check in made.checks(surface, {run.method: run for run in runs}, ball)}


def at_its_best(surface, method, share=1.0, steps=2000):
    best = tuning(surface, method)
    return descend(surface, START, method, step_size=share * best.step_size, momentum=best.momentum, steps=steps)


def off(monkeypatch, name, factor):
    """The theory with one of its numbers multiplied."""
    true = getattr(made, name)
    monkeypatch.setattr(made, name, lambda *args, **settings: factor * true(*args, **settings))


@pytest.mark.parametrize("share", [0.5, 1.0, 1.003])
@pytest.mark.parametrize("condition_number", [1.5, 10, 100, 400, 1000])
@pytest.mark.parametrize("method", [method for method in LINEAR if method != "newton"])
def test_a_rate_is_as_sharp_where_it_is_near_one(monkeypatch, method, condition_number, share):
    """ρ = 1 and half the distance to it are seen at every condition number, and so are two hundred-thousandths."""
    surface = quadratic(condition_number)
    run, name = at_its_best(surface, method, share), f"rate_{method}"
    check = strip(surface, run)[name]
    assert check.verdict == "holds" and check.resolution < 2e-5
    log = np.log(check.predicted)
    for wrong in (1.0, 0.5 * (1 + check.predicted), np.exp(1.00002 * log), np.exp(0.99998 * log)):
        with monkeypatch.context() as patch:
            off(patch, "convergence_rate", wrong / check.predicted)
            assert strip(surface, run)[name].verdict == "fails", wrong
    with monkeypatch.context() as patch:  # just inside
        off(patch, "convergence_rate", np.exp(0.000005 * log))
        assert strip(surface, run)[name].verdict == "holds"


@pytest.mark.parametrize("method", LINEAR)
@pytest.mark.parametrize("beyond", [0.99, 0.999, 1.001, 1.01])
def test_the_limit_separates_one_in_a_thousand(monkeypatch, method, beyond):
    """On either side of it: a run just inside comes, one just outside leaves, and a theory that has them change places
    fails."""
    surface, momentum = quadratic(10), 0.0 if method in ("gradient_descent", "newton") else 0.5
    limit = stability_limit(10.0, method, momentum=momentum)
    run = descend(surface, START, method, step_size=beyond * limit, momentum=momentum, steps=5000)
    check = strip(surface, run)["stability_limit"]
    assert check.verdict == "holds" and check.resolution < 1.1 * abs(beyond - 1)
    off(monkeypatch, "stability_limit", beyond + 0.1 * (beyond - 1))
    assert strip(surface, run)["stability_limit"].verdict == "fails"


@pytest.mark.parametrize(("method", "sharp"), [("gradient_descent", 1e-7), ("heavy_ball", 2e-3), ("nesterov", 2e-3)])
def test_the_time_of_an_escape_is_told_between_two_steps(monkeypatch, method, sharp):
    surface = SURFACES["saddle"]
    run = descend(surface, np.array([1.5, 1e-6]), method, step_size=0.1, momentum=0.9, steps=300)
    check = strip(surface, run)["saddle_escape"]
    assert check.verdict == "holds" and check.resolution < sharp
    for factor in (1 - 2 * sharp, 1 + 2 * sharp):
        with monkeypatch.context() as patch:
            off(patch, "escape_steps", factor)
            assert strip(surface, run)["saddle_escape"].verdict == "fails"


@pytest.mark.parametrize("method", ["adam", "rmsprop"])
def test_a_first_step_notices_one_in_a_hundred_million(monkeypatch, method):
    surface = SURFACES["himmelblau"]
    run = descend(surface, np.array([1.0, 1.0]), method, step_size=0.01, steps=3)
    name = f"{method}_first_step"
    assert strip(surface, run)[name].verdict == "holds" and strip(surface, run)[name].resolution < 1e-8
    for constant, wrong in (("EPSILON", 1e-2), ("RMSPROP_DECAY", 0.90000005)):
        with monkeypatch.context() as patch:
            patch.setattr(made, constant, wrong)
            turned = strip(surface, run)[name].verdict == "fails"
        assert turned == (constant == "EPSILON" or method == "rmsprop")


def test_a_ball_that_loses_a_millionth_of_its_energy_is_seen(monkeypatch):
    surface = SURFACES["himmelblau"]
    roll = rolling_ball.roll(surface, np.array([1.0, 1.0]), duration=5.0, friction=0.0)
    assert strip(surface, ball=roll)["ball_energy"].verdict == "holds"
    for lost, verdict in ((0.9e-6, "holds"), (1.1e-6, "fails")):
        monkeypatch.setattr(type(roll), "energy_drift", property(lambda roll, lost=lost: lost))
        assert strip(surface, ball=roll)["ball_energy"].verdict == verdict


def test_the_rate_and_the_limit_of_the_page_at_its_defaults():
    surface = SURFACES["quadratic"]
    found = strip(surface, at_its_best(surface, "gradient_descent", steps=200))
    assert found["rate_gradient_descent"].resolution < 2e-5 and found["stability_limit"].resolution < 0.011


@pytest.mark.parametrize("name", ["quartic", "himmelblau", "styblinski_tang"])
def test_off_a_quadratic_a_rate_is_seen_to_three_in_a_hundred(monkeypatch, name):
    surface = SURFACES[name]
    run = descend(
        surface, surface.start, "gradient_descent", step_size=0.5 * surface.step_size, momentum=0.0, steps=2000
    )
    check = strip(surface, run)["rate_gradient_descent"]
    assert check.verdict == "holds" and check.resolution < 0.03
    for share in (0.97, 1.03):
        with monkeypatch.context() as patch:
            off(patch, "convergence_rate", check.predicted ** (share - 1))
            assert strip(surface, run)["rate_gradient_descent"].verdict == "fails"
