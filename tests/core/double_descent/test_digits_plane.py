"""The plane of penalties and sizes against one fit after another."""

import sys

import numpy as np
import pytest

from core.data.datasets import digits, noisy_labels, one_hot
from core.double_descent.digits_plane import (
    PENALTIES,
    SCALE,
    TEST_SAMPLES,
    _few_ridges,
    _squares,
    digits_plane,
    grid_with,
)
from core.double_descent.random_features import features_sweep, kernel_limit, random_features
from core.progress import finish

digits_plane_module = sys.modules["core.double_descent.digits_plane"]  # the front door has a function of that name
pytestmark = pytest.mark.delicate

SIZES, N, NOISE = np.array([10, 40, 60, 100, 300]), 60, 0.2
QUANTITIES = ("test", "train", "norm", "test_error")


@pytest.fixture(scope="module")
def plane():
    return finish(digits_plane(N, SIZES, label_noise=NOISE, repetitions=2, seed=3, penalties=(0.0, 1e-4, 1e-2, 1.0)))


@pytest.fixture(scope="module")
def learned():
    split = digits(N, seed=3)
    labels = noisy_labels(split.y, NOISE, 10, seed=3)
    return split.x, labels, split.x_test[:TEST_SAMPLES], split.y_test[:TEST_SAMPLES]


@pytest.mark.parametrize("penalty", [0.0, 1e-4, 1e-2, 1.0])
def test_every_penalty_is_the_sweep_with_that_penalty(plane, learned, penalty):
    x, labels, x_test, y_test = learned
    for repetition in range(2):
        features = random_features(x, x_test, int(SIZES[-1]), scale=SCALE, seed=3 + repetition)
        alone = features_sweep(features, labels, y_test, SIZES, penalty=penalty)
        for name in QUANTITIES:
            ours = getattr(plane.at(penalty), name)[repetition]
            np.testing.assert_allclose(ours, getattr(alone, name)[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [1, 12, 59])
@pytest.mark.parametrize("penalty", [1e-7, 1e-3, 10.0])
def test_fewer_features_than_samples_are_solved_among_the_features(learned, size, penalty):
    """Against least squares on the stacked problem, whose condition number is the root of that of the Gram matrix."""
    x, labels, x_test, y_test = learned
    features = random_features(x, x_test, 60, scale=SCALE)
    y, wanted = one_hot(labels, 10), one_hot(y_test, 10)
    a, b = (side[:, :size] / np.sqrt(size) for side in (features.train, features.test))
    stacked = np.vstack([a, np.sqrt(N * penalty) * np.eye(size)])
    w = np.linalg.lstsq(stacked, np.vstack([y, np.zeros((size, 10))]), rcond=None)[0]
    risks = [np.sum((side @ w - target) ** 2) / len(target) for side, target in ((b, wanted), (a, y))]
    wrong = np.mean((b @ w).argmax(axis=1) != y_test)
    (few,) = _squares(features, y, np.array([size]))
    (row,) = _few_ridges(*few, y, wanted, np.array([penalty]))
    np.testing.assert_allclose(row, [*risks, np.linalg.norm(w), wrong], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("penalty", [0.0, 1e-4, 1.0])
def test_the_limit_is_the_kernel_machine_with_that_penalty(plane, learned, penalty):
    alone = kernel_limit(*learned, scale=SCALE, penalty=penalty)
    for name in QUANTITIES:
        np.testing.assert_allclose(getattr(plane.at(penalty).limit, name), getattr(alone, name), rtol=1e-8, atol=1e-12)


def test_the_best_ridge_is_the_lowest_of_all_penalties_in_each_repetition(plane):
    lowest = np.min([curve.test for curve in plane.curves], axis=0)
    for curve in plane.curves:
        np.testing.assert_array_equal(curve.best_ridge, lowest)
    assert plane.at(0.0, best_ridge=False).best_ridge is None


def test_a_penalty_between_the_positions_gets_a_place_and_an_unknown_one_is_refused(plane):
    assert len(grid_with(0.0)) == len(grid_with(1e-3)) == len(PENALTIES) + 1
    assert 0.003 in grid_with(0.003) and (np.diff(grid_with(0.003)) > 0).all()
    with pytest.raises(ValueError, match="penalty must be one of"):
        plane.at(0.5)


def test_a_repetition_is_computed_once_however_many_there_are_to_be(monkeypatch):
    settings = {"label_noise": 0.1, "seed": 8, "penalties": (0.0, 1e-2)}
    drawn = []
    monkeypatch.setattr(
        digits_plane_module,
        "random_features",
        lambda *arguments, **more: drawn.append(more["seed"]) or random_features(*arguments, **more),
    )
    few = finish(digits_plane(20, (5, 20, 60), repetitions=2, **settings))
    more = finish(digits_plane(20, (5, 20, 60), repetitions=3, **settings))
    again = finish(digits_plane(20, (5, 20, 60), repetitions=1, **settings))
    assert drawn == [8, 9, 10]
    for name in QUANTITIES:
        three = getattr(more.at(1e-2), name)
        np.testing.assert_array_equal(getattr(few.at(1e-2), name), three[:2])
        np.testing.assert_array_equal(getattr(again.at(1e-2), name), three[:1])
    finish(digits_plane(20, (5, 20, 60), repetitions=1, **settings | {"label_noise": 0.2}))
    assert drawn[3:] == [8], "another noise is another repetition"
