"""What the checks of a network say at many settings: the table ``checks.txt`` beside this file."""

import numpy as np
import pytest

from core.signal_propagation import Setup, by_name, checks, propagate
from tests.core.readings import course, same

SETTINGS = {
    "as the page opens": Setup(),
    "relu at he": Setup(activation="relu", weight_std=np.sqrt(2), bias_std=0.0, depth=30, width=128),
    "relu in fp32": Setup(activation="relu", weight_std=0.5, format="fp32", depth=120, width=96),
    "relu in bf16": Setup(activation="relu", weight_std=0.5, format="bf16", depth=120, width=96),
    "relu in bf16, flushed": Setup(activation="relu", weight_std=0.5, format="bf16", flushed=True, depth=120, width=96),
    "frozen": Setup(weight_std=1.0, depth=240, width=128),
    "frozen and narrow": Setup(weight_std=0.92, depth=240, width=64),
    "flushed above the threshold": Setup(weight_std=1.0, depth=120, width=96, flushed=True),
    "a scaled loss": Setup(scale=1024.0, depth=90, width=96),
    "overflowed": Setup(scale=2.0**20, depth=30, width=64),
    "ones at the top": Setup(cotangent="ones", depth=60, width=96),
    "lsuv": Setup(initialisation="lsuv", depth=40, width=96),
    "double precision": Setup(format="fp64", depth=30, width=96),
    "the signal dies first": Setup(activation="relu", weight_std=1.0, bias_std=0.0, depth=60, width=96),
    "beyond double precision": Setup(activation="sigmoid", weight_std=0.1, depth=320, width=64, format="fp32"),
    "chaos": Setup(weight_std=2.5, depth=20, width=96),
    "eight units": Setup(activation="relu", weight_std=1.41, width=8, depth=10),
    "a long input": Setup(length=100.0, depth=30, width=96),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_check_says_what_it_said(name):
    same("signal_propagation", name, checks(propagate(SETTINGS[name], seed=0)))


def test_the_initialisations_say_what_they_said():
    same("signal_propagation", "by name", [one.check for one in by_name(Setup(width=64))])


COURSES = {
    "tanh by σ_w": lambda at: Setup(weight_std=at, depth=60, width=64),
    "relu by σ_w": lambda at: Setup(activation="relu", weight_std=at, depth=60, width=64),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    places = np.linspace(0.5, 1.6, 23).round(2).tolist()
    course("signal_propagation", name, ((at, checks(propagate(COURSES[name](at), seed=0))) for at in places))
