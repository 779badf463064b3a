"""The ball on surfaces with kinks: its energy, what happens at a crease, and that the broken assumption is named."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.formulas.expressions import parse
from core.formulas.pieces import has_creases, piece_at
from core.gradient_descent.checks import ENERGY_TOLERANCE
from core.gradient_descent.creases import Track, crossed, released
from core.surfaces.named import in_square
from tests.core.gradient_descent.kinked_surfaces import rolled

INSTANCES = [
    ("abs(x)+abs(y)", (1.0, 0.7)), ("max(x,y)", (0.4, 0.3)), ("relu(x)", (1.3,)), ("x^2+abs(y)", (1.0, 1.2)),
    ("abs(x)", (-0.5,)), ("max(x^2,y)", (0.4, 0.3)), ("min(x^2,(x-1)^2)+y^2", (2.0, 1.0)),
    ("max(abs(x),abs(y))", (1.0, 0.3)), ("abs(x^2+y^2-1)", (0.3, 0.2)), ("sign(x)+x^2", (1.5,)),
    ("x^2-sign(x)", (1.5,)), ("abs(x)+abs(y)", (0.0, 0.7)), ("abs(x)+abs(y)", (0.0, 0.0)),
]  # fmt: skip


def test_the_energy_is_kept_over_kinks_and_jumps_and_nothing_is_claimed():
    cases = [{"text": text, "start": start, "duration": 12} for text, start in INSTANCES]
    for case, ball in zip(cases, rolled(cases), strict=True):
        assert ball["drift"] < ENERGY_TOLERANCE and not ball["is_lost"], (case, ball)
        assert (ball["verdict"], ball["why"]) == ("does not apply", "kinks"), (case, ball)


def test_friction_takes_energy_at_kinks_too_and_nothing_gives_any():
    cases = [{"text": text, "start": start, "duration": 12, "friction": 0.5} for text, start in INSTANCES]
    for case, ball in zip(cases, rolled(cases), strict=True):
        assert ball["rise"] < 1e-6 and ball["why"] == "friction" and not ball["is_lost"], (case, ball)


GRAZED = 1e-3  # of its energy a ball may win or lose where it grazes a crease between two looks
PARTS = [
    "abs({})",
    "relu({})",
    "max({},x)",
    "min({},y/2)",
    "max({},0.3,y)",
    "abs({})/2+y^2/3",
    "{}^2/4",
    "abs(abs({})-1)",
]
INNER = ["x", "y", "x+y", "x-2*y", "x^2-y", "x*y", "sin(2*x)", "x^2+y^2-1"]


@st.composite
def kinked(draw):
    """A random surface with kinks, and a start on it."""
    parts = draw(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(INNER)), min_size=1, max_size=3))
    text = "+".join(part.format(f"({inner})") for part, inner in parts)
    text += f"+{draw(st.sampled_from([0.0, 0.1, 0.5]))}*(x^2+y^2)+0*y"
    return {"text": text, "start": draw(st.tuples(*[st.floats(-2.5, 2.5)] * 2)), "duration": 4}


@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(cases=st.lists(kinked(), min_size=25, max_size=25))
def test_on_any_surface_with_kinks_the_energy_is_kept(cases):
    for case, ball in zip(cases, rolled(cases), strict=True):
        assert ball["drift"] < GRAZED and ball["frames"], (case, ball)
        assert ball["diverged"] or ball["frames"] == 121, (case, ball)


def test_the_check_applies_where_the_surface_is_smooth_along_the_path():
    smooth = [("x^2+y^2", (1.0, 0.5)), ("x^4-3*x^2+x*y+y^2", (1.0, 0.5)), ("abs(x^2+1)", (1.0,))]
    rough = [("sqrt(x^2)", (1.0,)), ("sqrt(x^2+y^2)", (1.0, 0.0)), ("tan(x)", (0.5,))]
    cases = [{"text": text, "start": start, "duration": 12} for text, start in smooth + rough]
    for i, (case, ball) in enumerate(zip(cases, rolled(cases), strict=True)):
        expected = ("holds", None) if i < len(smooth) else ("does not apply", "kinks")
        assert (ball["verdict"], ball["why"]) == expected, (case, ball)


def test_a_jump_is_climbed_or_throws_the_ball_back():
    low, high = rolled([
        {"text": "sign(x)+x^2/4", "start": [-1.0], "duration": 12},
        {"text": "x^2-sign(x)", "start": [-1.5], "duration": 12},
    ])  # fmt: skip
    assert low["highest"] <= 1e-9, "too slow for the step"
    assert high["highest"] > 1.5, "fell down the step, and got further"


def test_a_ball_that_meets_kink_upon_kink_ends_as_a_result():
    (ball,) = rolled([{"text": "abs(x*y)/2+y^2/3", "start": [0.0, 1.0], "duration": 6}])
    assert ball["frames"] and ball["drift"] < ENERGY_TOLERANCE and (ball["frames"] == 121 or ball["is_lost"])


def test_rounding_the_kink_off_ever_more_sharply_ends_at_the_same_path():
    roofs = ["abs(x)", "sqrt(x^2+0.01^2)", "sqrt(x^2+0.001^2)"]
    common = {"start": [1.0, 1.5], "duration": 3, "height_scale": 0.2, "tolerance": 1e-11}
    sharp, *rounded = (np.array(b["path"]) for b in rolled([{"text": f"{r}+0.2*y^2", **common} for r in roofs]))
    far, near = (np.abs(path - sharp).max() for path in rounded)
    assert near < 0.3 * far < 0.3 * 0.1


def test_at_a_crease_the_momentum_along_it_and_the_energy_stay():
    track = Track(parse("abs(x-y/2)+0.3*x*y"), scale=0.7, pull=7.0, friction=0.0, width=6.0, dwell=0.0)
    rng = np.random.default_rng(0)
    for _ in range(20):
        y = rng.uniform(-2, 2)
        ball = released(track, np.array([y / 2 + 0.3, y]), rng.uniform(-2, 2, 2))
        crease = ball.piece.creases[0]
        q = np.array([y / 2, y])
        at = type(ball)(q, ball.v if crease.gradient(q) @ ball.v < 0 else -ball.v, ball.piece)
        after = crossed(track, at, crease)
        along = np.array([1.0, 2.0])
        before_momentum = along @ track.metric(at.piece, q) @ at.v
        assert along @ track.metric(after.piece, after.q) @ after.v == pytest.approx(before_momentum, abs=1e-8)
        assert track.energy(after.piece, after.q, after.v) == pytest.approx(track.energy(at.piece, q, at.v), abs=1e-12)
        assert crease.value(after.q) < 0 and not after.piece.sides[0]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PARTS), st.sampled_from(INNER), st.tuples(*[st.floats(-3, 3)] * 2))
def test_a_piece_is_the_formula_where_it_lies(part, inner, point):
    expression, x = parse(part.format(f"({inner})")), np.array(point)
    piece = piece_at(expression, x)
    assert piece.formula.value(x) == expression.value(x) and not has_creases(piece.formula)
    if all(crease.value(x) != 0 for crease in piece.creases):
        np.testing.assert_allclose(piece.formula.gradient(x), expression.gradient(x), rtol=1e-13, atol=1e-300)


def test_a_pole_is_no_minimum():
    assert not len(in_square("tan(x)", 3.0).minimizers)
    assert not len(in_square("log(abs(x))", 3.0).minimizers)
    assert len(in_square("abs(x)", 3.0).minimizers) == 1 and len(in_square("sqrt(abs(x))", 3.0).minimizers) == 1
