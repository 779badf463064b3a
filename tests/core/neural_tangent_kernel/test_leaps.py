"""Many steps at once: the sums they are made of, the descent that they stand for, and where they are not taken."""

import numpy as np
import pytest

from core.neural_tangent_kernel import TASKS, Settings, checks, draw, own, study
from core.neural_tangent_kernel.between import between
from core.neural_tangent_kernel.leaps import Descent
from core.neural_tangent_kernel.linear_sums import linear_sums
from core.neural_tangent_kernel.linearised import process_at, process_path
from core.neural_tangent_kernel.network import empirical_ntk
from core.neural_tangent_kernel.powers import departure, drift
from core.neural_tangent_kernel.steps import descend
from core.progress import finish

X = np.random.default_rng(3).standard_normal((5, 3))
Y = np.random.default_rng(4).standard_normal(5)


def networks(depth, width, count=4, activation="erf"):
    return draw(3, width, depth, count, activation=activation, weight_variance=1.7, bias_variance=0.2, seed=5)


def taken(nets, steps, eta, tolerance=None):
    """The networks after so many steps, and how often they were computed on the way."""
    nets, advances = nets.copy(), 0
    descent = Descent(nets, X, Y, eta, tolerance=tolerance)
    while descent.step < steps:
        descent.advance(steps)
        advances += 1
    return nets, advances


def stable(nets):
    return 0.5 / np.linalg.eigvalsh(empirical_ntk(nets, X))[:, -1].max()


@pytest.mark.parametrize("steps", [1, 2, 7, 300, 3000])
def test_the_sums_are_sums(steps):
    eta, values = 0.3, np.array([[0.0, 1e-9, 1e-6, 1e-4, 3e-3, 0.1, 1.0, 3.0, 5.0]])
    q, j = 1 - eta * values[0], np.arange(steps)[:, None]
    found, kept = linear_sums(values, eta, steps), q**steps
    fed = eta * np.sum(j / steps * q ** (steps - 1 - j), axis=0)
    missing = (fed - eta * (steps - 1) / 2)[5:] / values[0, 5:]
    np.testing.assert_allclose(found.kept[0], kept, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.pushed[0], eta * np.sum(q**j, axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.fed[0], fed, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.missing[0, 5:], missing, rtol=1e-9, atol=1e-9)


def test_where_the_kernel_stays_a_leap_is_the_descent():
    """Without hidden layers the model is linear: N is nothing, and the leaps are as long as they may be."""
    nets = networks(0, 1)
    plain = nets.copy()
    descend(plain, X, Y, stable(nets), 2000)
    leapt, advances = taken(nets, 2000, stable(nets))
    np.testing.assert_allclose(leapt.outputs(X), plain.outputs(X), atol=1e-10)
    assert advances < 20


@pytest.mark.parametrize(("depth", "width"), [(1, 8), (1, 128), (3, 16), (3, 128)])
def test_leaps_end_where_the_steps_do(depth, width):
    nets = networks(depth, width)
    eta, plain = stable(nets), nets.copy()
    descend(plain, X, Y, eta, 1000)
    leapt, advances = taken(nets, 1000, eta)
    moved = np.sqrt(np.mean((plain.outputs(2 * X) - nets.outputs(2 * X)) ** 2))
    assert np.abs(leapt.outputs(2 * X) - plain.outputs(2 * X)).max() < 0.02 * moved, "also where nothing is learned"
    assert advances < 100


def test_what_is_left_out_goes_with_more_than_the_tolerance():
    """It is of the second order: a tolerance of a tenth leaves out far less than a half."""
    nets = networks(1, 32)
    eta, plain = stable(nets), nets.copy()
    descend(plain, X, Y, eta, 1000)
    coarse, fine = (np.abs(taken(nets, 1000, eta, t)[0].outputs(X) - plain.outputs(X)).max() for t in (0.05, 0.0005))
    assert 0 < fine < coarse / 10


def test_near_the_limit_of_stability_the_steps_are_taken_one_by_one():
    nets = networks(1, 16)
    eta, plain = 3.8 * stable(nets), nets.copy()  # ηλ = 1.9
    descend(plain, X, Y, eta, 60)
    np.testing.assert_array_equal(taken(nets, 60, eta)[0].outputs(X), plain.outputs(X))


def test_networks_that_are_lost_are_left():
    leapt, advances = taken(networks(1, 16), 100_000, 50.0)
    outputs = np.abs(leapt.outputs(X))
    assert advances < 200 and not (outputs < 1e6).any()


CASES = [
    ({}, 0.03),
    ({"depth": 2}, 0.03),
    ({"output_scale": 0.1}, 0.03),
    ({"output_scale": 30.0, "centred": True}, 0.03),
    ({"activation": "relu"}, 0.06),
    ({"activation": "relu", "output_scale": 0.1}, 0.06),  # a kink is crossed a little earlier or later
]


@pytest.mark.parametrize(("settings", "apart"), CASES)
def test_a_study_is_that_of_all_steps(settings, apart):
    """Everything a check compares is far nearer to what all steps give than the check can tell."""
    task, chosen = TASKS["circle"](), Settings(**settings)
    leapt, plain = (finish(study(task, chosen, steps=100, tolerance=t)) for t in (None, 0.0))
    for measure in (departure, drift):
        np.testing.assert_allclose(measure(leapt), measure(plain), rtol=apart)
    for one, other in zip(leapt.traces, plain.traces, strict=True):
        size = np.abs(other.function).max()
        assert np.abs(one.function - other.function).max() < apart * size
        assert np.abs(one.now - other.now).max() < apart * size
    assert [c.verdict for c in checks(leapt)] == [c.verdict for c in checks(plain)]


def test_what_lies_between_is_a_cubic_of_the_logarithm_and_needs_nothing_that_comes_later():
    step = np.arange(40)
    seen = np.array([0, 1, 2, 3, 7, 15, 22, 39])
    t = np.log1p(step)
    whole = np.stack([t**3 - t, np.sin(t)], axis=1)
    found = between(seen, whole[seen], step)
    np.testing.assert_allclose(found[:, 0], whole[:, 0], atol=1e-12)
    assert 1e-5 < np.abs(found[:, 1] - whole[:, 1]).max() < 0.02
    np.testing.assert_array_equal(between(seen[:6], whole[seen[:6]], step[:16]), found[:16])
    with pytest.raises(ValueError, match="4 looks"):
        between(seen[:3], whole[seen[:3]], step[:9])


def test_the_process_along_its_path_is_the_process_at_each_time():
    task, chosen = own("-1 0.5; -1 -0.5; 0.4 0.6; 1.2 0.2"), Settings()
    kernels = chosen.kernels(task.x), chosen.kernels(task.grid, task.x), chosen.kernels(task.grid)
    times = np.array([0.0, 0.5, 3.0, 200.0])
    path = process_path(*kernels, task.y, times, 0.1)
    for place, time in enumerate(times):
        expected = process_at(*kernels, task.y, time, 0.1)
        np.testing.assert_allclose(path.mean[place], expected.mean, atol=1e-10)
        np.testing.assert_allclose(path.deviation[place], expected.deviation, atol=1e-7)
