"""What the pictures of the ball say aloud: each number is the one of the result that it names."""

import dataclasses

import numpy as np
import pytest

from charts.gradient_descent import words as said
from core.gradient_descent import LOST, Basins, race
from core.surfaces.named import SURFACES, quadratic
from tests.charts.reading import asked, says

METHODS = ("gradient_descent", "heavy_ball", "physical_ball")


def point(x):
    return "(" + ", ".join(f"{c:.3g}" for c in x) + ")"


def test_where_each_run_began_and_ended():
    surface = quadratic(10.0)
    run = race(surface, (1.6, -1.2), METHODS, step_size=0.05, steps=20)
    found = asked(said.told, run)
    assert [name for name, _ in found] == ["alt_run"] * 3
    for (_, numbers), entry in zip(found, run.entries, strict=True):
        path, value = entry.run.path, entry.run.value
        assert numbers == {
            "method": f"methods.{entry.method}",
            "start": point(path[0]),
            "end": point(path[20]),
            "steps": 20,
            "value": value[20],
        }


def test_a_run_that_flew_off_ends_at_its_last_number():
    run = race(quadratic(10.0), (1.0, 1.0), ("gradient_descent",), step_size=1e3, steps=200)
    seen = int(np.isfinite(run.entries[0].run.value).sum()) - 1
    ((_, numbers),) = asked(said.told, run)
    assert numbers["steps"] == seen < 200 and numbers["value"] == run.entries[0].run.value[seen]


def test_each_declares_its_own_settings():
    run = race(quadratic(10.0), (1.0, 1.0), METHODS, step_size=0.05, momentum=0.7, steps=5)
    assert asked(said.declared, run) == [
        ("declared", {"method": "methods.gradient_descent", "step_size": 0.05, "momentum": 0.0}),
        ("declared_momentum", {"method": "methods.heavy_ball", "step_size": 0.05, "momentum": 0.7}),
        ("declared_ball", {"method": "methods.physical_ball"}),
    ]


@pytest.mark.parametrize(("share", "text_id"), [(1.01, "diverged"), (0.99, None)])
def test_a_run_beyond_its_limit_is_told_with_the_limit(share, text_id):
    run = race(quadratic(10.0), (1.0, 1.0), ("gradient_descent",), step_size=share * 0.2, steps=2000)
    entry = run.entries[0]
    found = asked(said.departures, run)
    if text_id is None:
        return pytest.fail("it came") if found else None
    assert found[0] == (text_id, pytest.approx({
        "method": "methods.gradient_descent", "step": entry.diverged_at, "step_size": 0.202, "limit": 0.2,
        "curvature": 10.0,
    }))  # fmt: skip


def test_other_ends_of_a_run_are_told_with_the_step():
    run = race(SURFACES["himmelblau"], (0.0, 0.0), METHODS, step_size=0.01, steps=5)
    first, _, ball = run.entries

    def told(entry, **changed):
        run_ = dataclasses.replace(entry.run, **{k: v for k, v in changed.items() if k != "step_size"})
        other = dataclasses.replace(entry, run=run_, step_size=changed.get("step_size", entry.step_size))
        return asked(lambda words: said._departure(run, other, words))

    name = {"method": "methods.gradient_descent"}
    assert told(first, diverged_at=np.array(3)) == [("diverged_plain", name | {"step": 3})], "below its limit"
    assert told(first, diverged_at=np.array(0)) == [("diverged_plain", name | {"step": 0})]
    assert told(first, diverged_at=np.array(0), step_size=9.0)[0][0] == "diverged"
    assert told(first, left_domain_at=np.array(0)) == [("left", name | {"step": 0})]
    assert told(first, left_domain_at=np.array(2)) == [("left", name | {"step": 2})]
    assert told(first) == []
    value = np.where(np.arange(6) < 4, ball.run.value, np.nan)
    assert told(ball, value=value, is_lost=True) == [("ball_lost", {"method": "methods.physical_ball", "step": 4})]
    assert told(ball, value=value) == [("diverged_plain", {"method": "methods.physical_ball", "step": 4})]
    value = np.where(np.arange(6) < 0, ball.run.value, np.nan)
    assert told(ball, value=value) == [("diverged_plain", {"method": "methods.physical_ball", "step": 0})]


def test_the_shares_of_the_basins():
    label = np.array([[0, 0, 1, LOST], [1, 0, 0, -1]])
    bound = np.array([[-1, -1, -1, -1], [-1, -1, -1, 2]])
    found = Basins(np.arange(4.0), np.arange(2.0), label, np.zeros_like(label), bound)
    assert found.label.size == 8 and (found.label == LOST).sum() == 1, "one eighth"
    says(said.basins_told, found, 3, id="alt_basins", shares="50%, 25%, 12%", late="12%", lost="12%")
