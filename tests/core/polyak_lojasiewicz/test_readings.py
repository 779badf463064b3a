"""What the checks say at many settings (the table ``checks.txt``), and that a theory that is off turns them."""

from dataclasses import replace

import numpy as np
import pytest

from core.polyak_lojasiewicz import certificate, checks, digits_checks, sine, sine_checks, solution_spectrum, study
from core.polyak_lojasiewicz import checks as _front
from core.polyak_lojasiewicz.checks import BROKEN_ASSUMPTIONS, CHECKS
from core.polyak_lojasiewicz.first_layer import Training
from core.polyak_lojasiewicz.widths import WidthSweep, sweep_checks
from tests.core.readings import course, same

assert _front is checks
FIVE = solution_spectrum(5, 10, 0)


def run(name="product", target=1.0, start=(2.5, -0.3), step_size=0.02, steps=300, **more):
    return study(name, target, start, step_size=step_size, steps=steps, **more)


SETTINGS = {
    "as the page begins": lambda: run(target=2.0, start=(3.0, 0.0)),
    "inside a small disc": lambda: run(start=(3.0, 0.5)),
    "silent": lambda: run(),
    "silent no more": lambda: run(proof="along"),
    "on the ridge": lambda: run(start=(1.0, -1.0), steps=2000),
    "beside the ridge": lambda: run(start=(1.0, -0.999), steps=2000),
    "beside the other ridge": lambda: run(target=-1.0, start=(1.0, 0.999), steps=2000),
    "not far from the saddle": lambda: run(start=(1.0, -0.6), steps=2000),
    "at the saddle": lambda: run(start=(0.0, 0.0)),
    "in the valley": lambda: run(start=(2.0, 0.5)),
    "few steps": lambda: run(start=(3.0, 0.5), steps=20),
    "a step that may cross": lambda: run(start=(3.0, 0.4), step_size=0.11),
    "at once": lambda: run(start=(3.0, 0.5), step_size=0.11),
    "a large step": lambda: run(start=(3.0, 0.5), step_size=0.23),
    "flies off": lambda: run(start=(3.0, -3.0), step_size=0.5),
    "no target": lambda: run(target=0.0, start=(2.0, 0.7), steps=2000),
    "a circle": lambda: run("circle", 2.0, (2.0, 1.0)),
    "a circle from near": lambda: run("circle", 2.0, (1.2, 1.0)),
    "a circle that is none": lambda: run("circle", -2.0, (2.0, 1.0)),
    "an own formula": lambda: run("own", 1.0, (1.0, 1.5), 0.05, 300, formula="y - sin(2*x)"),
    "an own formula, certified": lambda: run("own", 1.0, (1.0, 1.85), 0.02, 400, formula="y - sin(2*x)"),
    "a kink at the start": lambda: run("own", 1.0, (0.0, 1.8), 0.02, 100, formula="relu(x) + y"),
    "a formula that shakes": lambda: run("own", 1.0, (0.5, 1.8), 0.001, 100, formula="y + sin(900*x)"),
    "an own formula, long steps": lambda: run("own", 1.0, (2.9, 0.4), 0.115, 300, formula="x*y"),
    "a constant": lambda: run("own", 1.0, (1.0, 1.8), 0.02, 100, formula="3 + 0*x"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_check_says_what_it_said(name):
    held = checks(SETTINGS[name](), FIVE)
    assert {check.id for check in held} <= set(CHECKS)
    assert {check.broken_assumption for check in held} - {None} <= set(BROKEN_ASSUMPTIONS)
    assert "fails" not in {check.verdict for check in held}
    same("polyak_lojasiewicz", name, held)


PLACES = np.geomspace(1e-3, 0.5, 40).tolist()
COURSES = {
    "by step size": lambda at: run(start=(3.0, 0.5), step_size=at, steps=500),
    "by step size, along": lambda at: run(target=2.0, start=(3.0, 0.0), step_size=at, steps=500, proof="along"),
    "by the start": lambda at: run(start=(1.0, -1.0 + 4 * at), step_size=0.1),
    "a circle by step size": lambda at: run("circle", 2.0, (1.2, 1.0), at),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    course("polyak_lojasiewicz", name, ((at, checks(COURSES[name](at), FIVE)) for at in PLACES))


def test_the_views_checks_say_what_they_said():
    sweep = WidthSweep(*np.array([
        [64, 14.6, 0.13, 0.105, 8.08, 9.77, 1e-20], [1024, 3.48, 0.135, 0.133, 7.43, 8.66, 1e-20],
        [4096, 1.78, 0.132, np.nan, np.nan, np.nan, np.nan],
    ]).T)  # fmt: skip
    same("polyak_lojasiewicz", "widths", sweep_checks(sweep))
    same("polyak_lojasiewicz", "widths, one that walks too far", sweep_checks(replace(sweep, length=sweep.length + 2)))
    same("polyak_lojasiewicz", "a sine", sine_checks(sine()))
    decay = 15 * 0.95 ** np.arange(401.0)
    looks = np.linspace(0, 400, 5)
    learned = Training(114.0, 0.5, decay, 9.0, np.array([0.049, 0.05, 0.05, 0.05, 0.0506]), looks)
    same("polyak_lojasiewicz", "digits", digits_checks(learned))
    same("polyak_lojasiewicz", "digits to the last digit", digits_checks(replace(learned, loss=decay**4 + 1e-30)))
    same("polyak_lojasiewicz", "digits, a rate that is off", digits_checks(replace(learned, loss=decay**0.9)))


def verdict(name, found):
    return next(check for check in checks(found, FIVE) if check.id == name)


def test_each_check_notices_a_theory_that_is_off(monkeypatch):
    """By the resolution that it says: of K a hundred-millionth, of the late factor and of the landing less than a
    hundredth."""
    found = run(target=2.0, start=(3.0, 0.0))
    for name, finest in (("pl_ratio", 2e-8), ("local_rate", 1e-4), ("landing", 1e-2), ("zero_modes", 1e-12)):
        check = verdict(name, found)
        assert check.verdict == "holds" and check.resolution < finest
        for sign in (-1, 1):
            off = sign * (2 * check.resolution + 1e-9) * (check.predicted if np.isnan(check.scale) else check.scale)
            assert replace(check, predicted=check.predicted + off).verdict == "fails"
    promise = found.certificate
    short = replace(found, certificate=replace(promise, radius=0.65 * promise.radius))
    assert (
        verdict("certified_length", found).verdict == "holds" and verdict("certified_length", short).verdict == "fails"
    )
    quick = replace(found, certificate=replace(promise, rate=0.67))
    assert verdict("certified_rate", found).verdict == "holds" and verdict("certified_rate", quick).verdict == "fails"
    beside = run(start=(1.0, -0.999), steps=2000)
    escape = verdict("saddle_escape", beside)
    assert escape.verdict == "holds" and escape.resolution < 0.01
    assert replace(escape, predicted=escape.predicted * 1.01).verdict == "fails"
    assert verdict("zero_modes", found).measured == 25
    monkeypatch.setattr(certificate, "PROOFS", {"uniform": 1.0, "along": 2.0})
    wrong = run("circle", 0.09, (1.0, 0.0), 0.001, 3000)
    assert verdict("certified_rate", wrong).verdict == "fails", "with a quarter of h too much is promised"


def test_under_parameterised_networks_are_not_counted():
    (*_, count) = checks(run(), solution_spectrum(40, 10, 0))
    assert count.broken_assumption == "under_parameterised" and count.predicted == 0
    unsolved = replace(FIVE, residual=1e-3)
    (*_, count) = checks(run(), unsolved)
    assert count.broken_assumption == "did_not_arrive"


def test_a_slope_that_rounding_has_swallowed_tells_nothing():
    """Losses of 10⁴⁵ on both sides of one of 2: their difference is 0, and K is 10⁴⁹."""
    found = checks(run("own", 2.0, (3.0, 0.0), 0.02, 10, formula="10^12*x*y*10^12"), FIVE)[0]
    assert (found.id, found.broken_assumption) == ("pl_ratio", "rough") and found.measured == 0
