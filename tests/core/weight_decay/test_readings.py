"""What the checks of weight decay say at many settings: the table ``checks.txt`` beside this file."""

import numpy as np
import pytest

from core.data.own_table import Table
from core.weight_decay import checks, forgetting, prepare, problem, study
from tests.core.readings import course, same

WHOLE = problem("diabetes", n=60)
TWO = WHOLE.only((4, 5))


def own(x, y):
    names = (*(f"c{i}" for i in range(x.shape[1])), "y")
    return problem(own=Table(names, np.column_stack([x, y]), x.shape[1], "test"), n=len(y) // 2)


def weak():
    """Two columns that lean on one another: a condition number of a million."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((40, 2))
    return own(np.column_stack([x[:, 0], x[:, 0] + 1e-3 * x[:, 1]]), x[:, 0] + 0.1 * rng.standard_normal(40))


def few():
    rng = np.random.default_rng(2)
    return own(rng.standard_normal((6, 8)), rng.standard_normal(6))


ADAMW = {"optimiser": "adamw", "step_size": 0.02}
L2 = {"optimiser": "adam_l2", "step_size": 0.02}
SETTINGS = {
    "the defaults": (TWO, {"penalty": 0.1}),
    "a stronger penalty": (TWO, {"penalty": 2.5}),
    "no penalty": (TWO, {"penalty": 0.0}),
    "it swings": (TWO, {"penalty": 4.0}),
    "it flies off": (TWO, {"penalty": 10.0}),
    "one step": (TWO, {"penalty": 0.1, "steps": 1}),
    "all columns": (WHOLE, {"penalty": 0.3, "directions": (1, 2), "steps": 30}),
    "two that lean": (weak(), {"penalty": 0.01, "steps": 200}),
    "fewer rows than columns": (few(), {"penalty": 0.1, "directions": (1, 2)}),
    "fewer rows, no penalty": (few(), {"penalty": 0.0, "directions": (1, 2)}),
    "nothing to learn": (own(np.arange(24.0).reshape(12, 2) ** 2, np.ones(12)), {"penalty": 0.1}),
    "AdamW": (TWO, {"penalty": 0.1, "steps": 400} | ADAMW),
    "AdamW, longer": (TWO, {"penalty": 0.1, "steps": 3000} | ADAMW),
    "AdamW at the edge of its box": (TWO, {"penalty": 4.0, "steps": 2000} | ADAMW),
    "AdamW without a penalty": (TWO, {"penalty": 0.0, "steps": 400} | ADAMW),
    "AdamW with long steps": (TWO, {"penalty": 0.1, "steps": 300, "optimiser": "adamw", "step_size": 1.5}),
    "AdamW flies off": (TWO, {"penalty": 100.0, "steps": 30, "optimiser": "adamw", "step_size": 0.3}),
    "AdamW, few rows": (few(), {"penalty": 0.1, "directions": (1, 2), "steps": 60} | ADAMW),
    "Adam with L2": (TWO, {"penalty": 0.1, "steps": 400} | L2),
    "Adam with L2, longer": (TWO, {"penalty": 0.1, "steps": 3000} | L2),
    "Adam with L2, no penalty": (few(), {"penalty": 0.0, "directions": (1, 2), "steps": 60} | L2),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_check_says_what_it_said(name):
    data, settings = SETTINGS[name]
    same("weight_decay", name, checks(study(prepare(data), **settings)))


@pytest.mark.parametrize("penalty", [0.0, 0.1, 3.0])
def test_so_do_those_of_the_demonstration(penalty):
    found = study(prepare(problem("high_dimensional", n=20)), penalty=max(penalty, 0.1), directions=(1, 20), steps=20)
    same("weight_decay", f"the demonstration at λ = {penalty:g}", checks(found, forgetting(penalty)))


KEPT = prepare(TWO)
STEPS = np.unique(np.geomspace(2, 2000, 24).round().astype(int)).tolist()
PENALTIES, SIZES = np.geomspace(1e-3, 300, 40).tolist(), np.geomspace(1e-3, 3, 20).tolist()
COURSES = {
    "AdamW by steps": (STEPS, lambda at: {"penalty": 0.1, "steps": at} | ADAMW),
    "AdamW with a strong penalty by steps": (STEPS, lambda at: {"penalty": 2.0, "steps": at} | ADAMW),
    "AdamW by penalty": (PENALTIES[::2], lambda at: {"penalty": at, "steps": 400} | ADAMW),
    "AdamW by step size": (SIZES, lambda at: {"penalty": 0.3, "steps": 400, "optimiser": "adamw", "step_size": at}),
    "Adam with L2 by steps": (STEPS, lambda at: {"penalty": 0.1, "steps": at} | L2),
    "Adam with L2 by step size": (SIZES, lambda at: {"penalty": 0.3, "steps": 400} | L2 | {"step_size": at}),
    "gradient descent by penalty": (PENALTIES, lambda at: {"penalty": at}),
}


@pytest.mark.parametrize("name", COURSES)
def test_each_check_waits_as_long_as_it_did(name):
    places, settings = COURSES[name]
    course("weight_decay", name, ((at, checks(study(KEPT, **settings(at)))) for at in places))
