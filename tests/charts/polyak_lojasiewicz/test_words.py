"""What the pictures of the valley say: the numbers of the walk, and what the questions of its experiments take for
granted."""

from functools import partial

import numpy as np
import pytest

from charts.polyak_lojasiewicz import words as said
from core.polyak_lojasiewicz import Training, WidthSweep, chain, section, sine, solution_spectrum, study, system
from tests.charts.reading import asked, says
from ui.text import words


def run(name="product", target=1.0, start=(2.5, -0.3), step_size=0.02, steps=300, **more):
    return study(name, target, start, step_size=step_size, steps=steps, **more)


def test_what_is_promised():
    assert run("product", 2.0, (3.0, 0.0)).certificate.why is None and run().certificate.why
    assert says(said.promise, run("product", 2.0, (3.0, 0.0)), id="promise.made", h=8 / 9, radius=1.0, mu=4.0)
    assert says(said.promise, run(), id="promise.certificate_above_one", h=7 / 6.34)
    assert says(said.promise, run(start=(0.0, 0.0)), id="promise.kernel_singular", h=np.inf)
    assert says(said.promise, run(start=(3.0, 0.5), step_size=0.23), id="promise.step_too_large", h=np.inf)


def test_what_became_of_the_walk():
    found = run()
    ids = dict(asked(said.facts, found))
    assert set(ids) == {"promise.certificate_above_one", "fate.arrived", "fate.nearest"}
    assert ids["fate.nearest"]["away"] == pytest.approx(0.69887, abs=1e-5)
    assert ids["fate.nearest"]["nearest"] == pytest.approx(0.69188, abs=1e-5)
    assert ids["fate.arrived"] == {"steps": found.walk.last, "loss": pytest.approx(0, abs=1e-28)}
    assert "fate.on_the_way" in dict(asked(said.facts, run(steps=10)))
    assert "fate.lost" in dict(asked(said.facts, run(start=(3.0, -3.0), step_size=0.5)))
    own = dict(asked(said.facts, run("own", 1.0, (1.0, 1.5), 0.05, 1000, formula="y - sin(2*x)")))
    assert "fate.arrived" in own and "fate.nearest" not in own
    assert said.facts(found, words("polyak_lojasiewicz", "en")).startswith("$F = xy$ · h = 1.104 is above 1")


def test_the_pictures_are_told_with_their_numbers():
    found = run("product", 2.0, (3.0, 0.0))
    given = dict(asked(said.told, found))["alt_plane"]
    assert given == {
        "start": "(3, 0)", "end": "(3.06, 0.653)", "steps": found.walk.last,
        "length": pytest.approx(0.6574, abs=1e-4),
    }  # fmt: skip
    loss = found.walk.loss
    fallen = {"first": 2.0, "last": float(loss[-1]), "steps": found.walk.last}
    assert dict(asked(said.descent_told, found)) == {"alt_descent": fallen, "alt_late": {"slope": found.slope}}
    assert says(partial(said.descent_told, late=False), found, id="alt_descent", **fallen)


def test_the_views_are_told_with_their_numbers():
    five, crowded = solution_spectrum(5, 10, 0), solution_spectrum(40, 10, 0)
    assert says(said.spectrum_told, five, id="alt_spectrum", samples=5, parameters=30, zeros=25, residual=five.residual)
    assert says(said.spectrum_told, crowded, id="alt_spectrum_unsolved", samples=40, parameters=30, zeros=0,
         residual=crowded.residual)  # fmt: skip
    cut = section(system("product", 1.0), (2.0, 0.5))
    assert says(said.section_told, cut, id="alt_section", left=float(cut.smallest[0]), right=float(cut.smallest[-1]))
    sweep = WidthSweep(*np.array([[64.0, 16.0, *5 * [1.0]], [1024.0, 4.0, *5 * [1.0]]]).T)
    assert says(said.widths_told, sweep, id="alt_widths", exponent=-0.5, narrow=64, wide=1024, high=16.0, low=4.0)
    solved = chain()
    a, b, c = solved.eigenvalues.tolist()
    seen = {"predicted": "0.97489155", "measured": "0.97489155"}
    assert says(said.space_told, solved, id="alt_space", **seen, least=a, middle=b, largest=c)
    learned = Training(114.0, 0.5, np.array([15.0, 2.0]), 9.0, np.array([0.1, 0.2]), np.array([0.0, 1.0]))
    assert says(said.digits_told, learned, id="alt_digits", steps=1, loss=2.0, h=114.0, first=0.1, last=0.2)
    found = sine()
    assert says(said.sine_told, found, id="alt_sine", mu=found.mu, at=found.at, worst=float(found.factor.max()),
         tight=found.tight, textbook=found.textbook, quadratic=found.quadratic)  # fmt: skip


def test_the_cone_gets_the_sine():
    assert (said.CONE["formula"], said.CONE["view"]) == ("x^2 + 3*sin(x)^2", "parabola")


def test_the_ball_gets_the_same_loss_from_the_same_start():
    found = said.ball_settings(run())
    assert found["formula"] == "((x*y) - (1))^2/2" and (found["x0"], found["y0"]) == ("2.5", "-0.3")
    assert found["step_size"] == "0.02"
    assert said.ball_settings(run("own", -1.0, (1.0, 1.0), formula="x^3+y"))["formula"] == "((x^3+y) - (-1))^2/2"
    assert said.ball_settings(run("circle", 2.0, (1.0, 1.0)))["formula"] == "((x^2 + y^2) - (2))^2/2"


def test_the_numbers_in_the_questions_and_answers_are_true():
    first = run("product", 2.0, (3.0, 0.0))
    assert 1 - 0.02 * first.certificate.mu == pytest.approx(0.92) and round(first.slope, 2) == 0.65
    assert round(run().certificate.h, 2) == 1.10
    assert run(proof="along").certificate.h == pytest.approx(run().certificate.h / 2)
    large = run(start=(3.0, 0.5), step_size=0.23)
    kernel = sum(v * v for v in large.flow)
    assert round(kernel, 2) == 8.98 and round(2 / kernel, 3) == 0.223
    assert large.walk.lost is False and run(start=(2.4, 0.7)).certificate.why is None
