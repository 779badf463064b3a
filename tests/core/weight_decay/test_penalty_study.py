"""One problem under one penalty: geometry, verdicts, and everything that is at the edge."""

import dataclasses
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.own_table import Table
from core.weight_decay import (
    OPTIMISERS,
    checks,
    contours,
    decay_dynamics,
    disc,
    forgetting,
    polynomial_fits,
    prepare,
    problem,
    study,
    touching,
)
from core.weight_decay.checks import BROKEN_ASSUMPTIONS, CHECKS
from tests.sampling import examples

WHOLE = problem("diabetes", n=60)
TWO, ALL = prepare(WHOLE.only((4, 5))), prepare(WHOLE)
LONG = {"steps": 400, "step_size": 0.03}
WIDE = prepare(problem("high_dimensional", n=20))


def verdicts(run, demonstration=None):
    found = checks(run, demonstration)
    assert {c.id for c in found} <= set(CHECKS) and len({c.id for c in found}) == len(found)
    assert {c.broken_assumption for c in found} <= {None, *BROKEN_ASSUMPTIONS}
    return {c.id: c.broken_assumption or c.verdict for c in found}


def own(x, y):
    names = tuple(f"c{i}" for i in range(x.shape[1] + 1))
    return Table(names, np.column_stack([x, y]).astype(float), x.shape[1], "test")


def loss(run, u):
    off = u - run.plane.centre
    return 0.5 * np.einsum("...i,ij,...j->...", off, run.plane.hessian, off)


@pytest.mark.parametrize("penalty", [1e-3, 0.1, 5.0])
@pytest.mark.parametrize(("prepared", "directions"), [(TWO, None), (ALL, (1, 2)), (ALL, (2, 9)), (WIDE, (1, 20))])
def test_the_disc_touches_the_contour(prepared, directions, penalty):
    run = study(prepared, penalty=penalty, directions=directions)
    seen = run.plane
    pull = -seen.hessian @ (seen.solution - seen.centre)
    np.testing.assert_allclose(pull, penalty * seen.solution, atol=1e-10)  # normal to the disc
    edge = disc(seen)
    np.testing.assert_allclose(np.linalg.norm(edge, axis=1), seen.radius)
    assert (loss(run, edge) >= loss(run, seen.solution) - 1e-9).all(), "no point of the disc is lower"
    if seen.solution.all():
        assert loss(run, 0.999 * seen.solution) > loss(run, seen.solution)


def test_the_contour_through_the_solution_is_drawn_where_the_loss_says():
    run = study(TWO, penalty=0.1)
    np.testing.assert_allclose(loss(run, touching(run.plane)), loss(run, run.plane.solution), rtol=1e-9)
    levels = [loss(run, line) for line in contours(run.plane)]
    assert all(np.ptp(level) < 1e-9 * level.max() for level in levels)
    other = study(TWO, penalty=3.0)
    for one, same in zip(contours(run.plane), contours(other.plane), strict=True):
        np.testing.assert_array_equal(one, same)  # they stay where they are when λ moves
    assert run.plane.half == other.plane.half


def test_along_principal_directions_the_contours_stay_too():
    one, other = (study(ALL, penalty=p, directions=(1, 3)) for p in (0.01, 10.0))
    np.testing.assert_array_equal(one.plane.centre, other.plane.centre)
    np.testing.assert_array_equal(one.plane.hessian, other.plane.hessian)


def test_at_the_end_pull_and_shrink_cancel():
    run = study(TWO, penalty=0.3, steps=400)
    np.testing.assert_allclose(run.plane.pull[-1], -run.plane.shrink[-1], atol=1e-12)
    assert np.linalg.norm(run.plane.shrink[-1]) > 1e-3
    assert run.sizes.shape == (len(run.at), 2)


def test_the_untouched_page_holds_in_everything():
    assert set(verdicts(study(TWO, penalty=0.1)).values()) == {"holds"}
    assert set(verdicts(study(ALL, penalty=0.1, directions=(1, 2))).values()) == {"holds"}
    found = verdicts(study(WIDE, penalty=3.0, directions=(1, 20), step_size=0.01), forgetting(3.0))
    assert set(found.values()) == {"holds"} and "forgetting" in found


@pytest.mark.parametrize(
    ("prepared", "more", "expected"),
    [
        (TWO, {"penalty": 0.0}, {"multiplier": "holds", "shrinkage": "holds"}),
        (TWO, {"penalty": 1000.0}, {"hard_soft": "holds", "multiplier": "holds", "path": "flies_off"}),
        (TWO, {"penalty": 4.0}, {"shrinkage": "holds", "path": "holds"}),  # ηλ = 1.2
        (TWO, LONG | {"penalty": 0.1, "optimiser": "adam_l2"}, {"shrinkage": "penalty_rescaled", "path": "holds"}),
        (TWO, LONG | {"penalty": 0.1, "optimiser": "adamw"}, {"shrinkage": "no_direction", "path": "holds"}),
        (TWO, LONG | {"penalty": 1.0, "optimiser": "adamw"}, {"path": "still_moving"}),
        (TWO, LONG | {"penalty": 0.0, "optimiser": "adam_l2"}, {"shrinkage": "no_direction", "path": "holds"}),
        (TWO, {"penalty": 100.0, "optimiser": "adamw", "step_size": 0.3}, {"path": "flies_off"}),
        (WIDE, {"penalty": 0.0, "directions": (1, 20)}, {"leave_one_out": "interpolates", "freedom": "holds"}),
        (WIDE, {"penalty": 0.1, "directions": (1, 20), "optimiser": "adamw"}, {"path": "not_unique"}),
    ],
)  # fmt: skip
def test_a_check_says_when_it_does_not_apply(prepared, more, expected):
    found = verdicts(study(prepared, **more))
    assert {name: found[name] for name in expected} == expected


def test_the_strip_can_fail(monkeypatch):
    run = study(TWO, penalty=0.1)
    wrong = dataclasses.replace(run, w=1.01 * run.w, degrees_of_freedom=1.5, penalty=0.11)
    found = verdicts(wrong)
    assert {found[name] for name in ("hard_soft", "multiplier", "freedom")} == {"fails"}
    walk = dataclasses.replace(study(TWO, penalty=4.0), penalty=4.1)
    assert verdicts(walk)["path"] == "fails"

    def weaker(*arguments, penalty, **more):
        return decay_dynamics(*arguments, penalty=0.99 * penalty, **more)

    monkeypatch.setattr(import_module("core.weight_decay.penalty_study"), "decay_dynamics", weaker)
    decay_checks = import_module("core.weight_decay.checks")
    monkeypatch.setattr(decay_checks, "left_out_by_force", lambda x, y, penalty, rows: y[list(rows)])
    found = verdicts(study(TWO, penalty=0.1))
    assert {name for name, verdict in found.items() if verdict == "fails"} == {"shrinkage", "leave_one_out"}


def test_beyond_one_it_oscillates_and_beyond_the_limit_it_flies_off():
    assert study(TWO, penalty=4.0).overshoots and not study(TWO, penalty=4.0).flies_off
    assert study(TWO, penalty=10.0).flies_off and study(TWO, penalty=10.0).plane.flew_off
    assert not study(TWO, penalty=0.1).overshoots
    assert not study(TWO, penalty=10.0, optimiser="adam_l2").flies_off


def test_a_column_named_twice_is_shared():
    run = study(prepare(WHOLE.only((4, 4))), penalty=0.1)
    assert run.w[0] == pytest.approx(run.w[1])
    assert set(verdicts(run).values()) == {"holds"}


def test_constant_columns_and_a_constant_target():
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.standard_normal(30), np.full(30, 7.1), rng.standard_normal(30)])
    found = problem(own=own(x, x[:, 0]), n=20)
    assert found.constant == ("c1",) and not found.x[:, 1].any()
    run = study(prepare(found), penalty=0.1, directions=(1, 2))
    assert run.w[1] == 0 and set(verdicts(run).values()) == {"holds"}
    flat = study(prepare(problem(own=own(x, np.full(30, 3.0)), n=20)), penalty=0.1, directions=(1, 2))
    assert not flat.w.any() and verdicts(flat)["multiplier"] == "nothing_to_learn"
    nothing = study(prepare(problem(own=own(np.ones((30, 2)), x[:, 0]), n=20)), penalty=0.0)
    assert not nothing.w.any() and verdicts(nothing)["freedom"] == "holds"


@settings(max_examples=examples(60), deadline=None)
@given(
    rows=st.integers(5, 20),
    columns=st.integers(1, 8),
    seed=st.integers(0, 10**6),
    penalty=st.sampled_from([0.0, 1e-4, 0.1, 3.0, 1e3]),
    optimiser=st.sampled_from(OPTIMISERS),
    kind=st.sampled_from(["plain", "equal rows", "equal columns", "whole numbers", "huge", "tiny"]),
)
def test_any_table_is_answered(rows, columns, seed, penalty, optimiser, kind):
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((rows, columns + 1))
    if kind == "equal rows":
        values[:] = values[0]
    elif kind == "equal columns":
        values[:] = values[:, :1]
    elif kind == "whole numbers":
        values = np.round(values)
    values *= {"huge": 1e9, "tiny": 1e-9}.get(kind, 1.0)
    found = problem(own=own(values[:, :-1], values[:, -1]), n=max(3, 4 * rows // 5))
    run = study(prepare(found), penalty=penalty, optimiser=optimiser, directions=(1, 2), seed=seed)
    assert np.isfinite(run.w).all() and np.isfinite(run.plane.path).all()
    assert "fails" not in set(verdicts(run).values())


def test_under_well_and_overfitted():
    line, cubic, twenty = polynomial_fits(20, 0.0)
    assert [fit.degree for fit in (line, cubic, twenty)] == [1, 3, 20]
    assert line.training_error > 100 * cubic.training_error, "a line cannot bend"
    assert cubic.validation_error < 3 * 0.1**2
    assert twenty.training_error < cubic.training_error and twenty.validation_error > 100 * cubic.validation_error
    assert polynomial_fits(20, 1e-3)[2].validation_error < 0.1, "a little decay is enough"
    assert [round(fit.degrees_of_freedom) for fit in (line, cubic)] == [1, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"penalty": -1}, "penalty must be"),
        ({"step_size": 0}, "step_size must be"),
        ({"steps": 10**6}, "steps must be"),
        ({"start": "here"}, "start must be one of away, zero"),
        ({"optimiser": "lion"}, "optimiser must be one of"),
        ({"directions": (0, 1)}, "directions are counted from 1"),
    ],
)
def test_what_is_out_of_range_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        study(TWO, **{"penalty": 0.1} | change)


def test_without_directions_the_model_has_two_columns():
    with pytest.raises(ValueError, match="must have 2 columns, got 10"):
        study(ALL, penalty=0.1)
