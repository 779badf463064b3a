"""Log time: against the table of theory, a plain integrator, plain gradient descent, and where floating point ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.data.separable_data import DATA
from core.max_margin.flow import gradient_flow, heavy_ball_flow, normalised_flow
from core.max_margin.hard_margin import hard_margin
from core.max_margin.limits import law
from core.max_margin.losses import EXPONENTIAL, LOGISTIC, LOSSES, loss_named, polynomial
from core.max_margin.steepest_descent import gradient_descent
from tests.sampling import examples

pytestmark = pytest.mark.delicate

FIGURE_1 = DATA["figure_1"]().z
ASYMMETRIC = np.array([(0.5, 1.5)] + [(1.5, 0.5)] * 3)
TIMES = np.array([1e2, 1e4, 1e6, 1e8, 1e12])


def direction_and_gap(z, flow):
    margin = hard_margin(z)
    length = np.linalg.norm(flow.w, axis=1)
    distance = np.linalg.norm(flow.w / length[:, None] - margin.unit, axis=1)
    return length, distance, margin.margin - (flow.w @ z.T).min(axis=1) / length


def test_the_table_of_figure_1():
    flow = gradient_flow(FIGURE_1, EXPONENTIAL, TIMES)
    length, distance, _ = direction_and_gap(FIGURE_1, flow)
    np.testing.assert_allclose(length, [4.8571, 8.0321, 11.2615, 14.5063, 21.0110], atol=5e-5)
    np.testing.assert_allclose(distance, [2.63e-2, 7.56e-3, 2.42e-3, 8.4e-4, 1.24e-4], rtol=5e-3)
    np.testing.assert_allclose(TIMES * flow.loss / 0.5, [0.9327, 0.9794, 0.9913, 0.9960, 0.9990], atol=6e-5)


def test_the_table_of_the_asymmetric_set():
    flow = gradient_flow(ASYMMETRIC, EXPONENTIAL, TIMES)
    _, distance, gap = direction_and_gap(ASYMMETRIC, flow)
    np.testing.assert_allclose(distance * np.log(TIMES), [0.6106, 0.8463, 0.9422, 0.9867, 1.0255], atol=6e-5)
    np.testing.assert_allclose(gap * np.log(TIMES), [0.4880, 0.6528, 0.7113, 0.7348, 0.7519], atol=6e-5)
    left = np.linalg.norm(flow.w - law(hard_margin(ASYMMETRIC), ASYMMETRIC).w(TIMES), axis=1)
    np.testing.assert_allclose(left, [1.6e-1, 5.0e-2, 1.6e-2, 5.0e-3, 5.0e-4], rtol=0.04)
    np.testing.assert_allclose(flow.w[-1], [15.332261, 14.234361], atol=2e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_it_solves_the_equation(name):
    """The same by an explicit integrator in plain time, as far as that goes."""
    loss, z, times = loss_named(name, 2), FIGURE_1, np.array([0.01, 0.1, 1.0, 10.0, 100.0])
    plain = solve_ivp(
        lambda t, w: np.exp(loss.log_slope(z @ w)) @ z, (0, 100), np.zeros(2), t_eval=times, rtol=1e-11, atol=1e-12
    )
    flow = gradient_flow(z, loss, times)
    np.testing.assert_allclose(flow.w, plain.y.T, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(flow.loss, loss.value(flow.w @ z.T).sum(axis=1))


def test_gradient_descent_follows_it():
    """Claim 4: a hundred thousand steps of the paper's figure."""
    eta = 1 / np.linalg.norm(FIGURE_1, 2) ** 2
    assert eta == pytest.approx(0.00900805, abs=1e-8)
    steps, flow = 100_000, gradient_flow(FIGURE_1, LOGISTIC, np.array([1e5 * eta]))
    walked = gradient_descent(FIGURE_1, LOGISTIC, eta, steps)
    np.testing.assert_allclose(walked.w[-1], [4.56466, 4.42779], atol=1e-5)
    np.testing.assert_allclose(flow.w[-1], [4.56411, 4.42826], atol=1e-5)
    assert np.linalg.norm(walked.w[-1] - flow.w[-1]) < 1e-3


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_heavy_ball_follows_its_flow_and_runs_ahead(momentum):
    eta = 1 / np.linalg.norm(FIGURE_1, 2) ** 2
    walked = gradient_descent(FIGURE_1, LOGISTIC, eta, 20_000, momentum=momentum)
    flow = heavy_ball_flow(FIGURE_1, LOGISTIC, eta * walked.step[[-20, -1]], step_size=eta, momentum=momentum)
    np.testing.assert_allclose(flow.w, walked.w[[-20, -1]], rtol=6e-3)
    far = heavy_ball_flow(FIGURE_1, LOGISTIC, np.array([1e12]), step_size=eta, momentum=momentum).w
    ahead = gradient_flow(FIGURE_1, LOGISTIC, np.array([1e12 / (1 - momentum)])).w
    np.testing.assert_allclose(far, ahead, atol=3e-3)


def test_the_heavy_balls_length_is_the_logarithm_of_its_own_time():
    """Claim 5: ‖w‖ ≈ log(8ηT/(1 − β))/√2 within 2 %."""
    eta = 1 / np.linalg.norm(FIGURE_1, 2) ** 2
    walked = gradient_descent(FIGURE_1, LOGISTIC, eta, 100_000, momentum=0.9)
    predicted = np.log(8 * eta * 1e5 / 0.1) / np.sqrt(2)
    assert predicted == pytest.approx(7.909, abs=1e-3)
    assert np.linalg.norm(walked.w[-1]) == pytest.approx(predicted, rel=0.02)


def test_the_normalised_flow_closes_the_gap_as_one_over_tau():
    """Claim 9."""
    taus = np.array([10.0, 100.0, 1e3, 1e4])
    _, _, gap = direction_and_gap(ASYMMETRIC, normalised_flow(ASYMMETRIC, EXPONENTIAL, taus))
    np.testing.assert_allclose(gap * taus, [0.4061, 0.3905, 0.3886, 0.3884], atol=6e-5)
    limits = law(hard_margin(ASYMMETRIC), ASYMMETRIC)
    assert gap[-1] * taus[-1] == pytest.approx(limits.gap * 0.5, rel=1e-3)


def test_the_normalised_flow_walks_the_same_path():
    times = np.geomspace(1e-6, 1e8, 4000)
    slow = gradient_flow(ASYMMETRIC, EXPONENTIAL, times)
    tau = np.concatenate([[0], np.cumsum(np.diff(times) * (slow.loss[1:] + slow.loss[:-1]) / 2)]) + 4 * times[0]
    fast = normalised_flow(ASYMMETRIC, EXPONENTIAL, tau[2000:])
    np.testing.assert_allclose(fast.w, slow.w[2000:], atol=3e-4)


@pytest.mark.parametrize("z", [FIGURE_1, ASYMMETRIC, DATA["blobs"]().z], ids=["figure 1", "asymmetric", "blobs"])
def test_time_times_loss_is_the_squared_length_of_the_limit(z):
    """Claim 1."""
    flow = gradient_flow(z, LOGISTIC, np.array([1e8]))
    assert 1e8 * flow.loss[0] * hard_margin(z).margin ** 2 == pytest.approx(1, rel=0.03)


ODD = {
    "one point": [(3.0, 4.0)],
    "copies": [(1.0, 0.2)] * 40,
    "on one line": [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)],
    "opposite copies": [(1.0, 0.5), (-1.0, -0.5)],
    "nothing": [(0.0, 0.0)],
    "partly": [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0)],
    "almost opposite": [(1.0, 1e-6), (-1.0, 1e-6)],
    "of many sizes": [(1e-6, 1e-6), (1e6, 0.0), (1.0, 1.0)],
}


@pytest.mark.parametrize("rows", ODD.values(), ids=ODD)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("name", LOSSES)
def test_no_set_and_no_time_leaves_the_numbers(rows, scale, name, recwarn):
    z, times, loss = scale * np.array(rows), np.geomspace(1e-6, 1e12, 40), loss_named(name, 2)
    for flow in (
        gradient_flow(z, loss, times),
        heavy_ball_flow(z, loss, times, step_size=0.1 / scale**2, momentum=0.9),
    ):
        assert np.isfinite(flow.w).all() and np.isfinite(flow.loss).all()
        assert (np.diff(flow.loss) <= 1e-6 * flow.loss[0]).all() or flow.loss[-1] <= flow.loss[0]
    assert not recwarn.list


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 1000), st.floats(-6, 6), st.sampled_from(LOSSES))
def test_units_are_a_matter_of_choice(seed, decade, name):
    """z → cz is w → w/c and t → t/c²: the same numbers at every scale."""
    rng, scale = np.random.default_rng(seed), 10.0**decade
    z, times, loss = np.abs(rng.normal(size=(5, 2))) + 0.1, np.array([1e-2, 1.0, 1e4, 1e10]), loss_named(name, 2)
    once, again = gradient_flow(z, loss, times), gradient_flow(scale * z, loss, times / scale**2)
    np.testing.assert_allclose(again.w * scale, once.w, rtol=1e-6)


def test_time_without_end():
    """At t = 10³⁰⁰ nothing has overflowed, and the law holds to twelve digits."""
    times = np.array([1e100, 1e300])
    flow = gradient_flow(ASYMMETRIC, LOGISTIC, times)
    np.testing.assert_allclose(flow.w, law(hard_margin(ASYMMETRIC), ASYMMETRIC).w(times), rtol=1e-7)
    assert (flow.loss * times == pytest.approx(0.5)) and flow.loss[-1] > 0
    assert np.isfinite(gradient_flow(ASYMMETRIC, polynomial(1), times).w).all()


def test_two_thousand_points_are_no_matter(recwarn):
    z = DATA["blobs"](0, 0.3).z
    many = np.tile(z, (50, 1))
    assert many.shape == (2000, 2)
    flow = gradient_flow(many, LOGISTIC, TIMES)
    once = gradient_flow(z, LOGISTIC, TIMES * 50)
    np.testing.assert_allclose(flow.w, once.w, rtol=1e-6)
    assert not recwarn.list


RING = np.array([(np.cos(k * np.pi / 6), np.sin(k * np.pi / 6)) for k in range(12)])
CANCELLING = {
    "opposite copies": np.array([(1.0, 1.0), (-1.0, -1.0)]),
    "xor": np.array([(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)]),
    "two rings": np.vstack([RING, -2 * RING]),
    "thirds": np.array([(0.1, 0.7), (0.2, -0.1), (-0.3, -0.6)]),
    "by a hair": np.array([(1, 0), (-1, 1e-9), (0, -1e-9)]),
    "nothing": np.zeros((2, 2)),
}


@pytest.mark.parametrize("z", CANCELLING.values(), ids=CANCELLING)
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("name", LOSSES)
def test_pushes_that_cancel_move_nothing(z, scale, name):
    """In any order, and where the last digits of the points do not quite cancel: that is rounding."""
    loss, rng = loss_named(name, 2), np.random.default_rng(0)
    for turned in (z, z[rng.permutation(len(z))], z[:, ::-1], z * (1 + 2e-16 * rng.integers(-1, 2, z.shape))):
        for flow in (
            gradient_flow(scale * turned, loss, TIMES),
            heavy_ball_flow(scale * turned, loss, TIMES, step_size=0.1 / scale**2, momentum=0.9),
            normalised_flow(scale * turned, loss, TIMES),
        ):
            assert flow.is_whole and not flow.w.any()
            np.testing.assert_allclose(flow.loss, len(z) * loss.value(0.0))


PARTLY = np.array([(1.0, 1.0), (-1.0, -1.0), (0.5, 2.0)])


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 7))
@pytest.mark.parametrize("name", ["logistic", "exponential"])
def test_rows_that_pull_against_each_other_drown_nothing(angle, name):
    """Turned by any angle: the first two points hold w on their line, along which the third grows as log t does."""
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    z, tied, across = PARTLY @ turn.T, np.array([True, True, False]), turn @ np.array([-1, 1]) / np.sqrt(2)
    z[1] = -z[0]
    loss, times = loss_named(name), np.array([1e2, 1e4, 1e8, 1e12])
    for flow in (
        gradient_flow(z, loss, times, tied=tied),
        heavy_ball_flow(z, loss, times, step_size=0.1, momentum=0.9, tied=tied),
    ):
        assert flow.is_whole
        reach = z[2] @ across
        # along it dc/dt = reach·e^(−reach·c)/(1 − β), up to what the pair, which is held at ½, leaves of the third
        assert (flow.w[-1] - flow.w[-2]) @ across == pytest.approx(np.log(1e4) / reach, rel=1e-3)
        assert abs(flow.w[-1] @ z[0]) < 1e-6


@pytest.mark.parametrize("small", [1e-6, 1e-9, 1e-16])
def test_a_small_column_is_followed_as_exactly_as_a_large_one(small):
    """z and its second column times c: w₂ grows by c and its pushes by c, so c²·t is its own time."""
    z = np.array([(1.0, small), (-1.0, 0.0)])
    flow = gradient_flow(z, LOGISTIC, np.array([1e-2, 1.0, 1e3]))
    np.testing.assert_allclose(flow.w[:, 1], small * flow.time / 2, rtol=1e-4)
    assert np.abs(flow.w[:, 0]).max() < 1e-6


def test_what_cannot_be_followed_ends_earlier():
    """A kink that holds w in place against a push 10¹⁸ times as strong: below that no digits are left."""
    z, times = np.array([(1e9, 1.0), (-1e9, 0.0)]), np.geomspace(1e-2, 1e12, 141)
    flow = gradient_flow(z, polynomial(1), times)
    assert not flow.is_whole and 0 < len(flow.time) < 141
    np.testing.assert_array_equal(flow.time, times[: len(flow.time)])
    assert flow.w.shape == (len(flow.time), 2) and np.isfinite(flow.w).all() and np.isfinite(flow.loss).all()
    assert 0.5 < (z @ flow.w[-1]).max() <= 1 + 1e-6, "all is well up to the kink of the loss, at 1"
    whole = gradient_flow(z, LOGISTIC, times)
    assert whole.is_whole and len(whole.time) == 141


@pytest.mark.parametrize("times", [[], [0.0], [-1.0], [1.0, 1.0], [2.0, 1.0], [np.nan], [1.0, np.inf]])
def test_times_that_are_none(times):
    with pytest.raises(ValueError, match="times must"):
        gradient_flow(ASYMMETRIC, LOGISTIC, np.array(times))
    with pytest.raises(ValueError, match="momentum must"):
        heavy_ball_flow(ASYMMETRIC, LOGISTIC, np.array([1.0]), step_size=0.1, momentum=1.0)
