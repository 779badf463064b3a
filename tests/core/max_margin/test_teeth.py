"""What the checks of a run would notice: a theory that is off by their resolution, either way, and not the true one."""

import dataclasses

import numpy as np
import pytest

from core.data.separable_data import DATA
from core.max_margin import checks, study

ASYMMETRIC = DATA["asymmetric"]()
SHARP = {"loss_law": 3e-4, "discrete": 0.025, "offset": 0.21, "distance_law": 0.2, "gap_law": 0.2}


def of(run):
    return {check.id: check for check in checks(run)}


@pytest.fixture(scope="module")
def run():
    return study(ASYMMETRIC)


def with_law(run, **factors):
    """The run before a law of which some numbers are multiplied."""
    law = run.street.law
    law = dataclasses.replace(law, **{name: factor * getattr(law, name) for name, factor in factors.items()})
    return dataclasses.replace(run, street=dataclasses.replace(run.street, law=law))


def test_each_holds_and_notices_what_it_should(run):
    found = of(run)
    assert list(found) == list(SHARP), "the sharpest come first"
    for name, sharp in SHARP.items():
        assert found[name].verdict == "holds" and found[name].resolution < sharp, (name, found[name].resolution)


@pytest.mark.parametrize(("name", "number"), [("distance_law", "distance"), ("gap_law", "gap")])
@pytest.mark.parametrize("way", [-1, 1])
def test_a_constant_of_the_limit_law(run, name, number, way):
    """What is still missing of it is known as a share of the constant: a wrong one has a wrong share, too."""
    resolution = of(run)[name].resolution
    assert of(with_law(run, **{number: 1 + way * 1.5 * resolution}))[name].verdict == "fails"
    assert of(with_law(run, **{number: 1 + way * 0.02}))[name].verdict == "holds", "just inside"


@pytest.mark.parametrize("way", [-1, 1])
def test_the_exponent_of_what_is_left(run, way):
    resolution = of(run)["offset"].resolution
    assert of(with_law(run, rate=1 + way * 1.01 * resolution))["offset"].verdict == "fails"
    assert of(with_law(run, rate=1 + way * 0.9 * resolution))["offset"].verdict == "holds"


@pytest.mark.parametrize("way", [-1, 1])
def test_the_loss_law(run, way):
    """t L → ‖ŵ‖²: a street wider or narrower by two in ten thousand, and steps that are off by three in a hundred."""
    margin = run.street.margin
    for share, verdict in ((1.5e-4, "fails"), (1e-6, "holds")):
        other = dataclasses.replace(margin, w=margin.w * (1 + way * share))
        law = dataclasses.replace(run.street.law, margin=other)
        wrong = dataclasses.replace(run, street=dataclasses.replace(run.street, margin=other, law=law))
        assert of(wrong)["loss_law"].verdict == verdict
    shifted = dataclasses.replace(run.steps, w=run.steps.w * (1 + 0.03 * way))
    assert of(dataclasses.replace(run, steps=shifted))["discrete"].verdict == "fails"


@pytest.mark.parametrize("tail", [1, 2, 4])
def test_a_polynomial_tail(tail):
    """The power 1/(k + 2), and the direction, which is not the street's."""
    run = study(DATA["figure_1"](), loss="polynomial", tail=tail)
    found = of(run)
    assert found["growth_exponent"].verdict == "holds" and found["growth_exponent"].resolution < 0.05
    for wrong in (1 / (tail + 1), 1 / (tail + 3)):
        assert abs(wrong - found["growth_exponent"].measured) > 2 * found["growth_exponent"].tolerance.size
    turned = run.tail @ np.array([[np.cos(0.02), np.sin(0.02)], [-np.sin(0.02), np.cos(0.02)]])
    assert of(dataclasses.replace(run, tail=turned))["tail_direction"].verdict == "fails"


@pytest.mark.parametrize("optimiser", ["normalised", "sign", "coordinate"])
def test_a_margin_in_another_norm(optimiser):
    run = study(ASYMMETRIC, optimiser=optimiser)
    check = of(run)["margin_reached"]
    assert check.verdict == "holds" and check.resolution < 0.05
    for way in (-1, 1):
        goal = dataclasses.replace(run.goal, margin=run.goal.margin * (1 + way * 1.1 * check.resolution))
        assert of(dataclasses.replace(run, goal=goal))["margin_reached"].verdict == "fails"


def test_the_angles_of_a_polynomial_tail_are_angles():
    run = study(DATA["figure_1"](), loss="polynomial", tail=2)
    check, street = of(run)["tail_direction"], run.street.margin.w
    for angle, w in ((check.predicted, run.tail), (check.measured, run.w[-1])):
        assert angle == pytest.approx(np.arccos(w @ street / np.linalg.norm(w) / np.linalg.norm(street)), abs=1e-7)
