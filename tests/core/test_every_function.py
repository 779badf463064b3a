"""Every public function of ``core``, called with what its signature allows and with what a person might try instead.

Only two answers will do: a result, or ``ValueError`` with a message. Nothing here knows a concept: functions are found
by walking the package and arguments are made from annotations, so that a new module is covered without an edit. What a
signature forbids outright (a shape, a type) the tests' own import hook refuses, which counts as an answer.
``BASIN_FUZZ`` is how many calls each function gets, 40 unless told.
"""

import os
import random
import warnings

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from tests.core.arguments import CannotMake, Maker, in_time, public_functions

CALLS = int(os.environ.get("BASIN_FUZZ", "40"))
PATIENCE = 20  # seconds for one call: none may take for ever, whatever it is given
FUNCTIONS = public_functions()


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


@pytest.mark.parametrize("function", FUNCTIONS, ids=[f"{f.__module__}.{f.__qualname__}" for f in FUNCTIONS])
def test_it_answers_with_a_result_or_a_value_error(function):
    maker = Maker(FUNCTIONS, random.Random(0), np.random.default_rng(0))
    try:
        calls = maker.calls(function, CALLS)
    except CannotMake as error:
        pytest.skip(f"no arguments can be made: {error}")
    wrong = {}
    for what, arguments in calls:
        if said := answered(function, arguments):
            wrong[what] = said
    assert wrong == {}


def test_arguments_can_be_made_for_nearly_every_function():
    maker, cannot = Maker(FUNCTIONS, random.Random(0), np.random.default_rng(0)), {}
    for function in FUNCTIONS:
        try:
            maker.ordinary(function)
        except CannotMake as error:
            cannot[f"{function.__module__}.{function.__qualname__}"] = str(error)
    assert len(cannot) <= 0.15 * len(FUNCTIONS), cannot


def test_a_function_that_breaks_is_seen():
    def breaks(rate: float) -> float:
        return 1 / rate

    maker = Maker([breaks], random.Random(0), np.random.default_rng(0))
    said = [answered(breaks, arguments) for _, arguments in maker.calls(breaks, 20)]
    assert any("ZeroDivisionError" in line for line in said)
    assert "ValueError without a message" in answered(_refuses_in_silence, {})


def _refuses_in_silence() -> None:
    raise ValueError
