"""What the checks of a sweep say at many settings: the table ``checks.txt`` beside this file."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from core.double_descent import Limit, RiskCurve, checks, sizes_across
from core.double_descent.epochwise import epochwise_run
from core.double_descent.gaussian_sweeps import linear_sweep, sample_sweep, weak_features_sweep
from core.double_descent.legendre import legendre_sweep
from tests.core.readings import course, same

TIMES = np.unique(np.round(np.geomspace(1, 1e6, 60)).astype(int))
AROUND = sizes_across(20, 120, 14)


@lru_cache
def linear():
    return linear_sweep(20, AROUND, repetitions=8, best_ridge=True)


@lru_cache
def weak():
    return weak_features_sweep(20, 60, np.arange(2, 61, 4), repetitions=8, best_ridge=True)


def orthonormal(**more):
    return legendre_sweep(sizes_across(10, 300, 16), n=10, scaling="orthonormal", repetitions=6, **more)


SETTINGS = {
    "parameters": linear,
    "parameters, a ridge": lambda: linear_sweep(20, AROUND, repetitions=8, penalty=0.1),
    "parameters, no noise": lambda: linear_sweep(20, AROUND, repetitions=8, noise=0.0),
    "parameters, much noise": lambda: linear_sweep(20, AROUND, repetitions=8, noise=2.0),
    "parameters, four repetitions": lambda: linear_sweep(20, AROUND, repetitions=4, best_ridge=True),
    "parameters, five repetitions": lambda: linear_sweep(20, AROUND, repetitions=5, best_ridge=True),
    "parameters, one size": lambda: linear_sweep(20, [60], repetitions=8, best_ridge=True),
    "samples": lambda: sample_sweep(AROUND, 20, repetitions=8, best_ridge=True),
    "samples, a little noise": lambda: sample_sweep(AROUND, 20, repetitions=8, noise=0.01),
    "samples, little noise": lambda: sample_sweep(AROUND, 20, repetitions=8, noise=0.04),
    "samples, much noise": lambda: sample_sweep(AROUND, 20, repetitions=8, noise=1.0),
    "samples, three below": lambda: sample_sweep([3, 8, 14, 60], 20, repetitions=8, noise=1.0),
    "samples, a ridge": lambda: sample_sweep(AROUND, 20, repetitions=8, penalty=1.0),
    "samples, four repetitions": lambda: sample_sweep(AROUND, 20, repetitions=4),
    "samples, two below": lambda: sample_sweep([5, 10, 60], 20, repetitions=8),
    "weak features": weak,
    "weak features, loud": lambda: weak_features_sweep(20, 60, np.arange(2, 61, 4), repetitions=8, noise=2.0),
    "weak features, four repetitions": lambda: weak_features_sweep(20, 60, np.arange(2, 61, 4), repetitions=4),
    "polynomials": lambda: legendre_sweep(sizes_across(10, 300, 16), n=10, repetitions=6),
    "polynomials, orthonormal": orthonormal,
    "polynomials, orthonormal, loud": lambda: orthonormal(noise=1.0),
    "epochs": lambda: epochwise_run(TIMES, repetitions=8),
    "epochs, Gaussian rows": lambda: epochwise_run(TIMES, repetitions=8, design="gaussian"),
    "epochs, four repetitions": lambda: epochwise_run(TIMES, repetitions=4),
    "epochs, five repetitions": lambda: epochwise_run(TIMES, repetitions=5),
    "epochs, one group": lambda: epochwise_run(TIMES, np.full(10, 0.5), np.full(10, 1.0), repetitions=8),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_check_says_what_it_said(name):
    same("double_descent", name, checks(SETTINGS[name]()))


def features(**more):
    """A made-up sweep of random features of 10 samples, up to 80 of them."""
    sizes = np.array([2, 5, 8, 10, 12, 20, 80])
    risk = np.array([2.0, 1.5, 3.0, 9.0, 3.5, 1.4, 1.05]) * np.array([[1.0], [1.02], [0.99]])
    limit = {"limit": Limit(1.0, 3.0), "expected": Limit(1.04, 3.1)}
    numbers = {"threshold": 10, "penalty": 0.0, "noise": 0.1, "best_ridge": 0.9 * risk}
    return RiskCurve("random_features", sizes, risk, risk, 2 * risk + 1, **(numbers | limit | more))


def moved(to):
    """The same with its peak at another size."""
    made = features()
    test = np.where(made.sizes == to, 99.0, np.minimum(made.test, 2.0))
    return replace(made, test=test)


MADE = {
    "features": features(),
    "features, a ridge": features(penalty=0.1),
    "features, no limit": features(limit=None),
    "features, too few": features(threshold=14),
    "features, just enough": features(threshold=13),
    "features, nothing expected": features(expected=None),
    "features, the peak below": moved(8),
    "features, the peak beside": moved(12),
    "features, none below": features(threshold=2),
    "features, none above": features(threshold=80),
    "features, one repetition": replace(features(), **{n: getattr(features(), n)[:1] for n in
        ("test", "train", "norm", "best_ridge")}),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_so_do_those_of_features(name):
    same("double_descent", name, checks(MADE[name]))


NOISES = np.geomspace(0.005, 3, 14).tolist()
COURSES = {
    "samples by noise": lambda at: sample_sweep(AROUND, 20, repetitions=5, noise=at),
    "parameters by noise": lambda at: linear_sweep(20, AROUND, repetitions=5, noise=at),
    "polynomials by noise": lambda at: legendre_sweep(sizes_across(16, 200, 10), n=16, repetitions=5, noise=at),
    "epochs by noise": lambda at: epochwise_run(TIMES, repetitions=8, noise=8 * at),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    """How much noise makes a peak that can be told."""
    course("double_descent", name, ((at, checks(COURSES[name](at))) for at in NOISES))
