"""A run with its limits: the verdicts, when they do not apply, that they can fail, and what is drawn of it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.separable_data import DATA, Points, points
from core.max_margin import (
    CURVES,
    LOSSES,
    OPTIMISERS,
    TIMES,
    angle,
    checks,
    measured,
    of_steps,
    plane_of,
    predicted,
    shares,
    study,
)
from core.max_margin.checks import BROKEN_ASSUMPTIONS, CHECKS
from core.max_margin.norm_margin import NORMS
from tests.sampling import examples

SETS = {name: DATA[name]() for name in ("asymmetric", "figure_1", "one_support", "blobs")}
OPPOSITE = points([(1, 0.5, 1), (1, 0.5, -1)])
PARTLY = points([(1, 0, 1), (1, 0, -1), (0, 1, 1)])
TURNS = points([(1.85, -0.4, 1), (2.6, 0.26, 1)])  # Adam's margin shrinks for a thousand steps, and then grows


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


@pytest.mark.parametrize(
    ("data", "optimiser", "end"),
    [
        (SETS["asymmetric"], "normalised", "holds"),
        (SETS["asymmetric"], "coordinate", "holds"),
        (TURNS, "adam", "still_moving"),
    ],
)
def test_a_margin_that_is_still_on_its_way_is_not_called_wrong(data, optimiser, end):
    """At whatever step one looks: a gap that began late falls more slowly than 1/√k, and one may grow first."""
    run = study(data, optimiser=optimiser)
    found = [verdicts(run.until(float(last)))["margin_reached"] for last in run.at[run.at >= 10]]
    assert set(found) <= {"holds", "still_moving"}
    assert found[-1] == end


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize(("data", "why"), [(OPPOSITE, "not_separable"), (PARTLY, "partly_separable")])
def test_without_a_street_the_theorem_is_silent(optimiser, data, why):
    run = study(data, optimiser=optimiser)
    found = verdicts(run, np.array([1.0, 0.0]))
    assert found.pop("finite_minimiser", "balanced") == "balanced" and run.stays == (why == "not_separable")
    assert set(found.values()) == {why}
    assert (run.rest is not None) == (why == "not_separable") and run.goal is None
    plane_of(run), measured(run), predicted(run), angle(run)


def test_overlapping_blobs_end_at_the_minimiser():
    run = study(DATA["blobs"](1, 2.5))
    assert verdicts(run)["finite_minimiser"] == "holds"
    assert verdicts(run.until(1.0))["finite_minimiser"] == "too_early"
    assert predicted(run)["norm"][-1] == pytest.approx(measured(run)["norm"][-1])


def test_a_heavy_ball_settles_as_early_in_the_flows_own_time():
    def first(run):
        told = ((t, verdicts(run.until(t))["finite_minimiser"]) for t in run.at[::2])
        return next(t for t, verdict in told if verdict != "too_early")

    ball, flow = (study(DATA["blobs"](1, 2.5), optimiser=name) for name in ("heavy_ball", "gradient_descent"))
    assert ball.slowed == pytest.approx(0.1)
    assert first(ball) == pytest.approx(0.1 * first(flow), rel=0.5)


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
@settings(max_examples=examples(25), deadline=None, derandomize=True)
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


def test_points_just_behind_the_margin_keep_the_loss_law_back():
    """Two of five points are 0.10 and 0.11 behind: at 10⁵ t L has all but stopped, and still lacks 2 % of its end."""
    rng = np.random.default_rng(168)
    x = rng.normal(size=(int(rng.integers(1, 12)), 2)) * 10 ** rng.uniform(-2, 2)
    y = np.where(x @ rng.normal(size=2) > 0, 1, -1).astype(np.int64)
    run = study(Points(x, y), optimiser="heavy_ball", step_size=4.0)
    for last, verdict in ((1e5, "does not apply"), (1e7, "does not apply"), (1e12, "holds")):
        law = next(check for check in checks(run.until(last)) if check.id == "loss_law")
        assert law.verdict == verdict
        z, behind = run.z, run.z @ run.street.margin.w - 1
        push = np.exp(-z @ run.until(last).w[-1])
        lacks = push @ (behind * (2 + behind)) / push.sum()
        assert law.predicted - law.measured == pytest.approx(law.predicted * lacks, rel=0.1), "to first order in it"


def hard_points(rng):
    """Points that cancel, oppose, copy, lie on one line or at 0, are rings, or of very different sizes."""
    n, kind = int(rng.integers(1, 6)), rng.integers(0, 8)
    x, small = rng.normal(size=(n, 2)), 10.0 ** -rng.integers(1, 17)
    if kind == 0:
        x = rng.integers(-2, 3, (n, 2)).astype(float)
    elif kind == 1:
        x = np.vstack([x, -x])
    elif kind == 2:
        turns = 2 * np.pi * np.arange(2 * n) / (2 * n)
        x = np.vstack([share * np.column_stack([np.cos(turns), np.sin(turns)]) for share in (1, 2)])
    elif kind == 3:
        x = np.outer(rng.integers(-3, 4, n), x[0])
    elif kind == 4:
        x = np.vstack([x, -x[:1] * (1 + small)])
    elif kind == 5:
        x = x * 10.0 ** rng.integers(-9, 10, (n, 1))
    elif kind == 6:
        x = np.vstack([np.zeros((1, 2)), x])
    else:
        x = np.vstack([x, -x[:1] + small * rng.normal(size=(1, 2))]) * 10.0 ** rng.integers(-6, 1, (1, 2))
    y = rng.choice([-1, 1], len(x)) if rng.random() < 0.5 else np.ones(len(x))
    return Points(x * 10.0 ** rng.choice([-9, 0, 0, 9]), y.astype(np.int64))


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(list(OPTIMISERS)), st.sampled_from(LOSSES))
def test_every_set_ends_as_a_result(seed, optimiser, loss):
    """Nothing raises, nothing is contradicted, and all that is drawn is numbers."""
    data = hard_points(np.random.default_rng(seed))
    run = study(data, optimiser=optimiser, loss=loss)
    found = checks(run, np.array([-1.0, 0.2]))
    assert "fails" not in {check.verdict for check in found}, found
    assert len(run.at) == len(run.w) == len(run.log_loss) >= 2 and np.isfinite(run.w).all()
    plane_of(run), measured(run), predicted(run), angle(run)
    if run.stays:
        assert not run.w.any(), "what cancels moves no optimiser"


ROUNDED = {
    "figure 1": SETS["figure_1"],
    "partly": points([(1, 1, 1), (-1, -1, 1), (0.5, 2, 1)]),
    "overlapping": points([(1, 1, 1), (-1, 0, 1), (0, -1, 1), (2, 0, 1)]),
}


@pytest.mark.parametrize("optimiser", ["gradient_descent", "sign"])
@pytest.mark.parametrize("name", ROUNDED)
def test_no_verdict_hangs_on_how_sums_round(name, optimiser):
    """Other orders of adding are what another processor does; so are points that differ in the last digit."""
    data, rng = ROUNDED[name], np.random.default_rng(1)
    order, digits = rng.permutation(len(data.y)), 1 + 2e-16 * rng.integers(-1, 2, data.x.shape)
    found = verdicts(study(data, optimiser=optimiser))
    for other in (Points(data.x[order], data.y[order]), Points(data.x[:, ::-1].copy(), data.y)):
        assert verdicts(study(other, optimiser=optimiser)) == found
    if name != "partly":  # to be on the line is a matter of the last digit
        assert verdicts(study(Points(data.x * digits, data.y), optimiser=optimiser)) == found


def test_a_run_that_breaks_off_says_so():
    run = study(points([(1e9, 1, 1), (-1e9, 0, 1)]), loss="polynomial")
    assert run.breaks_off and run.followed == run.at[-1] < 1e12 and not run.until(1e-1).breaks_off
    found = verdicts(run)
    assert found["growth_exponent"] == "not_followed" and "too_early" not in found.values()
    lost = study(points([(1, 1, 1), (-1, -1 + 2.0**-47, 1)]))
    assert lost.street.separability == "separable" and lost.followed == 0 and not lost.w.any()
    assert set(verdicts(lost).values()) == {"not_followed"}


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
    assert found.apart > 0.3, "here every norm has a direction of its own"
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
