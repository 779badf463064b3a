"""Every public function of ``core``, called with what its signature allows and with what a person might try instead.

Only two answers will do: a result, or ``ValueError`` with a message. Nothing here knows a concept: functions are found
by walking the package and arguments are made from annotations, so that a new module is covered without an edit. What a
signature forbids outright (a shape, a type) the tests' own import hook refuses, which counts as an answer.
``BASIN_FUZZ`` is how many calls each function gets, 15 unless told.
"""

import os
import time
import warnings

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from tests.core.arguments import CannotMake, Maker, in_time, public_functions

CALLS = int(os.environ.get("BASIN_FUZZ", "15"))
PATIENCE = 20  # seconds for one call: none may take for ever, whatever it is given
MANY = 200  # calls of a function that takes things on trust, until one goes wrong
BUDGET = 2.0 if "BASIN_FUZZ" not in os.environ else 600.0  # seconds for all calls of one function

# Public between the modules of a concept: they are given what another function has made, and take it on trust. (Whoever
# makes one of them check for itself takes it off the list: the test sees to that.)
TRUSTING = {
    "core.dropout.linear_study.running",  # counts are places in values
    "core.legendre_fits.three_fits",  # passes its settings on
    "core.margin_limits.law",  # z and the margin of that z
    "core.margin_limits.limit_offset",
    "core.margin_progress.fall",  # the first frame is one of them
    "core.margin_progress.next_order",  # the name of one of the law's constants
    "core.steepest_descent.path_length",  # steps that were kept
    "core.weight_decay.plane.plane_of",  # frames of a run
    "core.weight_decay.problems.centred",  # places of rows
}
FUNCTIONS = public_functions()


def named(function) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def answered(function, arguments) -> str:
    """What is wrong with the answer, nothing if it is a result or a refusal in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            in_time(PATIENCE, function, arguments)
    except TypeCheckError:
        return ""
    except ValueError as error:
        return "" if str(error).strip() else "ValueError without a message"
    except TimeoutError:
        return f"no answer within {PATIENCE} s"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:150]}"
    return ""


@pytest.mark.parametrize("function", FUNCTIONS, ids=map(named, FUNCTIONS))
def test_it_answers_with_a_result_or_a_value_error(function):
    maker = Maker(FUNCTIONS, np.random.default_rng(0))
    try:
        calls = maker.calls(function, MANY if named(function) in TRUSTING else CALLS)
    except CannotMake as error:
        pytest.skip(f"no arguments can be made: {error}")
    if named(function) in TRUSTING:
        assert any(answered(function, arguments) for _, arguments in calls), "it checks for itself now: off the list"
        return
    wrong = {}
    end = time.monotonic() + BUDGET
    for what, arguments in calls:
        if said := answered(function, arguments):
            wrong[what] = said
        if time.monotonic() > end:
            break
    assert wrong == {}


def test_only_functions_that_there_are_take_things_on_trust():
    assert {named(function) for function in FUNCTIONS} >= TRUSTING


def test_arguments_can_be_made_for_nearly_every_function():
    maker, cannot = Maker(FUNCTIONS, np.random.default_rng(0)), {}
    for function in FUNCTIONS:
        try:
            maker.ordinary(function)
        except CannotMake as error:
            cannot[named(function)] = str(error)
    assert len(cannot) <= 0.15 * len(FUNCTIONS), cannot


def test_a_function_that_breaks_is_seen():
    def breaks(rate: float) -> float:
        return 1 / rate

    maker = Maker([breaks], np.random.default_rng(0))
    said = [answered(breaks, arguments) for _, arguments in maker.calls(breaks, 20)]
    assert any("ZeroDivisionError" in line for line in said)
    assert "ValueError without a message" in answered(_refuses_in_silence, {})


def _refuses_in_silence() -> None:
    raise ValueError
