"""A run with its limits: the verdicts, when they do not apply, that they can fail, and what is drawn of it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.max_margin import (
    BROKEN_ASSUMPTIONS,
    CHECKS,
    CURVES,
    DATA,
    LOSSES,
    NORMS,
    OPTIMISERS,
    TIMES,
    Points,
    angle,
    checks,
    measured,
    of_steps,
    plane_of,
    predicted,
    shares,
    study,
)
from core.separable_data import points

SETS = {name: DATA[name]() for name in ("asymmetric", "figure_1", "one_support", "blobs")}
OPPOSITE = points([(1, 0.5, 1), (1, 0.5, -1)])
PARTLY = points([(1, 0, 1), (1, 0, -1), (0, 1, 1)])


def verdicts(run, validation=None):
    found = checks(run, validation)
    assert {check.id for check in found} <= set(CHECKS) and len({check.id for check in found}) == len(found)
    assert {check.broken_assumption for check in found} <= {None, *BROKEN_ASSUMPTIONS}
    return {check.id: check.broken_assumption or check.verdict for check in found}


def test_the_asymmetric_set_holds_in_everything():
    run = study(SETS["asymmetric"])
    held = {check.id: check for check in checks(run, np.array([-1.0, 0.2]))}
    assert set(held) == {"loss_law", "distance_law", "gap_law", "offset", "discrete", "validation_slope"}
    assert {check.verdict for check in held.values()} == {"holds"}
    assert held["distance_law"].predicted == pytest.approx(np.log(3)) and held["distance_law"].measured > 0.92 * np.log(
        3
    )
    assert held["validation_slope"].measured == pytest.approx(0.4, rel=0.01)  # claim 6
    assert held["loss_law"].measured == pytest.approx(0.5, rel=1e-4)


def test_distance_times_log_t_only_grows():
    """Claim 3."""
    run = study(SETS["asymmetric"], loss="exponential")
    late = run.at > 1e2
    assert (np.diff(measured(run)["distance"][late] * np.log(run.at[late])) > 0).all()


@pytest.mark.delicate
@pytest.mark.parametrize(
    ("data", "settings", "expected"),
    [
        ("figure_1", {}, {"loss_law": "holds", "distance_law": "symmetric_set", "gap_law": "symmetric_set"}),
        ("one_support", {}, {"loss_law": "holds", "distance_law": "support_does_not_span"}),
        ("blobs", {}, {"loss_law": "holds", "distance_law": "too_early", "offset": "too_early"}),
        (
            "asymmetric",
            {"optimiser": "heavy_ball"},
            {"loss_law": "holds", "distance_law": "holds", "discrete": "holds"},
        ),
        ("asymmetric", {"loss": "polynomial"}, {"growth_exponent": "holds", "tail_direction": "holds"}),
        ("asymmetric", {"loss": "polynomial"}, {"loss_law": "polynomial_tail", "gap_law": "polynomial_tail"}),
        ("asymmetric", {"optimiser": "normalised"}, {"margin_reached": "holds", "gap_law": "holds"}),
        ("one_support", {"optimiser": "sign"}, {"margin_reached": "holds"}),
        ("one_support", {"optimiser": "coordinate"}, {"margin_reached": "holds"}),
        ("one_support", {"optimiser": "adam"}, {"margin_reached": "holds"}),
        ("one_support", {"optimiser": "sign", "loss": "polynomial"}, {"margin_reached": "polynomial_tail"}),
        ("one_support", {"optimiser": "sign", "step_size": 4.0}, {"margin_reached": "large_step"}),
        ("asymmetric", {"loss": "exponential", "step_size": 4.0}, {"discrete": "large_step"}),
    ],
)
def test_verdicts(data, settings, expected):
    found = verdicts(study(SETS[data], **settings))
    assert {name: found[name] for name in expected} == expected


def test_early_times_are_too_early():
    run = study(SETS["asymmetric"])
    for last in (1.0, 10.0):
        found = verdicts(run.until(last), np.array([-1.0, 0.2]))
        assert set(found.values()) <= {"too_early", "holds"} and found["distance_law"] == "too_early"
    run = study(SETS["asymmetric"], optimiser="normalised").until(10.0)
    assert set(verdicts(run).values()) == {"still_moving"}


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize(("data", "why"), [(OPPOSITE, "not_separable"), (PARTLY, "partly_separable")])
def test_without_a_street_the_theorem_is_silent(optimiser, data, why):
    run = study(data, optimiser=optimiser)
    found = verdicts(run, np.array([1.0, 0.0]))
    assert found.pop("finite_minimiser", "holds") in ("holds", "too_early")
    assert set(found.values()) == {why}
    assert (run.rest is not None) == (why == "not_separable") and run.goal is None
    plane_of(run), measured(run), predicted(run), angle(run)


def test_overlapping_blobs_end_at_the_minimiser():
    run = study(DATA["blobs"](1, 2.5))
    assert verdicts(run)["finite_minimiser"] == "holds"
    assert verdicts(run.until(1.0))["finite_minimiser"] == "too_early"
    assert predicted(run)["norm"][-1] == pytest.approx(measured(run)["norm"][-1])


def test_a_false_prediction_fails():
    run = study(SETS["asymmetric"])
    law = run.street.law

    def wrong(**changes):
        street = dataclasses.replace(run.street, law=dataclasses.replace(law, **changes))
        return {check.id: check.verdict for check in checks(dataclasses.replace(run, street=street))}

    assert wrong()["distance_law"] == "holds"
    assert wrong(distance=1.4 * law.distance)["distance_law"] == "fails"
    assert wrong(gap=1.3 * law.gap)["gap_law"] == "fails"
    assert wrong(rate=0.5)["offset"] == "fails"
    slower = dataclasses.replace(run, log_loss=run.log_loss + 0.05)
    assert {c.id: c.verdict for c in checks(slower)}["loss_law"] == "fails"
    other = dataclasses.replace(run, steps=study(SETS["figure_1"]).steps)
    assert {c.id: c.verdict for c in checks(other)}["discrete"] == "fails"
    tail = study(SETS["asymmetric"], loss="polynomial")
    as_if = dataclasses.replace(tail, loss=study(SETS["asymmetric"], loss="polynomial", tail=2).loss)
    assert {c.id: c.verdict for c in checks(as_if)}["growth_exponent"] != "holds"
    sign = study(SETS["one_support"], optimiser="sign")
    goal = dataclasses.replace(sign.goal, margin=1.1 * sign.goal.margin)
    assert checks(dataclasses.replace(sign, goal=goal))[0].verdict == "fails"


@pytest.mark.delicate
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from(list(OPTIMISERS)), st.sampled_from(LOSSES), st.data())
def test_theory_is_never_contradicted(seed, optimiser, loss, data):
    """Whatever the points, the settings and the time: what is not yet in sight is said to be, the rest holds."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(int(rng.integers(1, 12)), 2)) * 10 ** rng.uniform(-2, 2)
    y = np.where(x @ rng.normal(size=2) > 0, 1, -1).astype(np.int64)
    step_size = data.draw(st.sampled_from([0.2, 1.0, 4.0]))
    run = study(Points(x, y), optimiser=optimiser, loss=loss, tail=data.draw(st.integers(1, 3)), step_size=step_size)
    for last in (1e12, 1e8, 1e4) if run.clock == "time" else (1e4, 1e3):
        found = checks(run.until(last), np.array([-1.0, 0.2]))
        assert "fails" not in {check.verdict for check in found}, found


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_curves_and_their_laws(optimiser, loss):
    run = study(SETS["asymmetric"], optimiser=optimiser, loss=loss)
    curves, laws = measured(run), predicted(run)
    assert set(curves) == set(laws) == set(CURVES)
    for name in CURVES:
        assert curves[name].shape == laws[name].shape == run.at.shape and np.isfinite(curves[name]).all()
    if run.clock == "time":
        assert run.at is not None and np.array_equal(run.at, TIMES)
        assert laws["norm"][-1] == pytest.approx(curves["norm"][-1], rel=0.02)
        assert laws["loss"][-1] == pytest.approx(curves["loss"][-1], abs=0.02)
        assert laws["distance"][-1] == pytest.approx(curves["distance"][-1], rel=0.2)


def test_the_first_steps_lie_on_the_flow():
    run = study(SETS["asymmetric"])
    times = run.step_size * run.steps.step
    for name, curve in of_steps(run).items():
        flow = np.interp(np.log(times), np.log(run.at), measured(run)[name])
        np.testing.assert_allclose(curve[-20:], flow[-20:], atol=0.01)


def test_the_run_is_seen_up_to_a_time():
    run = study(SETS["asymmetric"])
    assert run.until(1e12).at[-1] == 1e12 and run.until(1e6).at[-1] == 1e6 and run.until(1.0).at[-1] == 1.0
    assert len(run.until(0.0).at) == 2
    np.testing.assert_array_equal(run.until(1e3).w, run.w[: len(run.until(1e3).at)])


def test_the_plane_of_the_plane_is_itself_and_of_digits_two_directions():
    run = study(SETS["one_support"], optimiser="sign")
    seen = plane_of(run)
    np.testing.assert_array_equal(seen.x, run.points.x)
    np.testing.assert_allclose(seen.limit, [np.sqrt(0.5)] * 2)
    np.testing.assert_allclose(seen.svm, [np.sqrt(0.8), np.sqrt(0.2)], atol=1e-9)
    assert seen.half_width == pytest.approx(3 / np.sqrt(2)) and seen.support.tolist() == [True, False, False]
    run = study(DATA["digits"]())
    seen = plane_of(run)
    np.testing.assert_allclose(seen.x[:, 0], run.points.x @ run.street.margin.unit, atol=1e-9)
    np.testing.assert_allclose(seen.limit, [1, 0], atol=1e-9)
    assert seen.is_projection and seen.support.sum() == 21
    lengths = np.linalg.norm(seen.w, axis=1) / np.linalg.norm(run.w, axis=1)
    assert lengths.max() <= 1 + 1e-9 and lengths[-1] > 0.99


def test_a_polynomial_tail_is_drawn_to_its_own_end():
    run = study(SETS["asymmetric"], loss="polynomial")
    seen = plane_of(run)
    assert abs(seen.limit @ seen.svm) < 0.999 and angle(run)[-1] < 0.01
    assert measured(run)["distance"][-1] > 0.09, "the distance is to the support-vector machine, and stays"


def test_every_optimiser_maximises_its_own_margin():
    found = shares(SETS["one_support"])
    for row, own in zip(found.share, found.own, strict=True):
        assert row[NORMS.index(own)] > 0.97 and (row < 1 + 1e-9).all()
    assert found.share[found.optimisers.index("sign"), NORMS.index("l1")] < 0.9
    with pytest.raises(ValueError, match="points must be separable"):
        shares(OPPOSITE)


@pytest.mark.delicate
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_change_no_verdict_to_a_failure(scale):
    for optimiser in OPTIMISERS:
        run = study(Points(scale * SETS["asymmetric"].x, SETS["asymmetric"].y), optimiser=optimiser)
        assert "fails" not in set(verdicts(run).values())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimiser": "newton"}, "optimiser must be one of gradient_descent, .*got 'newton'"),
        ({"loss": "hinge"}, "loss must be one of"),
        ({"loss": "polynomial", "tail": 9}, "tail must be a whole number from 1 to 6, got 9"),
        ({"step_size": 0.0}, "step_size must be"),
        ({"step_size": 5.0}, "step_size must be"),
    ],
)
def test_bad_arguments_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        study(SETS["asymmetric"], **settings)
