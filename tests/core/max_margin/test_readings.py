"""What the checks of a run say at many settings: the table ``checks.txt`` beside this file."""

from functools import lru_cache

import numpy as np
import pytest

from core.data.separable_data import DATA, points
from core.max_margin import LOSSES, OPTIMISERS, checks, study
from tests.core.readings import course, same

OTHERS = {
    "crossed": points([(1, 0, 1), (2, 0, -1), (0, 1, 1), (0, 2, -1)]),
    "partly": points([(1, 0, 1), (1, 0, -1), (0, 1, 1)]),
    "symmetric": points([(1, 1, 1), (-1, -1, -1)]),
    "near": points([(1, 0.3, 1), (-1, 0.3, -1), (0.2, 1, 1)]),
    "balanced": points([(1, 0, 1), (1, 0, -1)]),
}
VALIDATION = {"far": np.array([-3.0, 0.2]), "near": np.array([0.4, -0.3]), "right": np.array([2.0, 2.0])}


@lru_cache
def run(data="asymmetric", **more):
    return study(DATA[data](), **more)


@pytest.mark.parametrize("until", [0.0125, 1.0, 30.0, 1e3, 1e5, 1e8, 1e12])
def test_every_check_says_what_it_said_on_the_way(until):
    same("max_margin", f"the flow up to {until:g}", checks(run().until(until), VALIDATION["near"]))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("data", ["asymmetric", "one_support"])
def test_so_do_those_of_every_optimiser(optimiser, data):
    same("max_margin", f"{data}, {optimiser}", checks(run(data, optimiser=optimiser)))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("until", [1e4, 1e12])
def test_so_do_those_of_every_loss(loss, until):
    same("max_margin", f"{loss} up to {until:g}", checks(run(loss=loss).until(until), VALIDATION["far"]))


@pytest.mark.parametrize("step_size", [0.9, 1.1, 3.0])
def test_so_do_those_of_long_steps(step_size):
    for optimiser in ("gradient_descent", "normalised"):
        same(
            "max_margin", f"{optimiser}, steps of {step_size:g}", checks(run(optimiser=optimiser, step_size=step_size))
        )


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("until", [10.0, 100.0, 1e3, 1e10])
def test_so_do_those_of_other_points(name, until):
    if name != "symmetric" or until < 1e10:  # where its laws are nothing but rounding
        same("max_margin", f"{name} up to {until:g}", checks(study(OTHERS[name]).until(until), VALIDATION["right"]))


@pytest.mark.parametrize("point", VALIDATION)
@pytest.mark.parametrize("until", [5.0, 300.0, 1e12])
def test_so_does_that_of_a_point_that_was_not_trained_on(point, until):
    same("max_margin", f"validation {point} up to {until:g}", checks(run().until(until), VALIDATION[point])[-1:])


COURSES = {
    "the flow": (lambda: run(), VALIDATION["far"]),
    "the heavy ball": (lambda: run(optimiser="heavy_ball"), None),
    "a polynomial loss": (lambda: run(loss="polynomial"), None),
    "another set": (lambda: study(OTHERS["near"]), VALIDATION["right"]),
    "a set that no plane parts": (lambda: study(OTHERS["crossed"]), None),
    "normalised steps": (lambda: run(optimiser="normalised"), None),
    "adam": (lambda: run("one_support", optimiser="adam"), None),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    """At every frame of a run: the limits of what is too early, still moving or lost in rounding."""
    made, point = COURSES[name]
    found = made()
    course("max_margin", f"in the course of {name}", ((at, checks(found.until(at), point)) for at in found.at[1:]))
