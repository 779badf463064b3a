"""Every public function of ``core``, called with what its signature allows and with what a person might try instead.

Only two answers will do: a result, or ``ValueError`` with a message. Nothing here knows a concept: functions are found
by walking the package and arguments are made from annotations, so that a new module is covered without an edit. What a
signature forbids outright (a shape, a type) the tests' own import hook refuses, which counts as an answer.
An array may also be of whole numbers, whose products wrap around: tried where nothing checks types, as in the app.
``BASIN_FUZZ`` is how many calls each function gets, 15 unless told.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError
from threadpoolctl import threadpool_limits

from tests.core.arguments import CannotMake, Maker, in_time, public_functions, takes_numbers

CALLS = int(os.environ.get("BASIN_FUZZ", "15"))
PATIENCE = 20  # seconds for one call: none may take for ever, whatever it is given
MANY = 200  # calls of a function that takes things on trust, until one goes wrong
BUDGET = 0.5 if "BASIN_FUZZ" not in os.environ else 600.0  # seconds for all calls of one function

# Public between the modules of a concept: they are given what another function has made, and take it on trust. (Whoever
# makes one of them check for itself takes it off the list: the test sees to that.)
TRUSTING = {
    "core.dropout.linear_study.running",  # counts are places in values
    "core.double_descent.legendre_fits.three_fits",  # passes its settings on
    "core.gradient_descent.creases.let_go",  # a ball that lies in a crease
    "core.max_margin.exact_algebra.solved",  # rows of fractions, all of one length
    "core.max_margin.exact_algebra.whole_rows",
    "core.max_margin.exact_program.widest_exactly",
    "core.max_margin.flow.at_rest",  # times that the flow has looked at
    "core.max_margin.limits.law",  # z and the margin of that z
    "core.max_margin.limits.limit_offset",
    "core.max_margin.progress.fall",  # the first frame is one of them
    "core.neural_tangent_kernel.between.between",  # looks, and frames that begin and end with them
    "core.neural_tangent_kernel.linear_sums.linear_sums",  # a step size that networks have been tried with
    "core.neural_tangent_kernel.steps.move",  # the factors of these very networks
    "core.neural_tangent_kernel.scatter.off_mean",  # a size that is none of nothing
    "core.neural_tangent_kernel.widths.sweep_checks",  # a sweep and its own settings
    "core.max_margin.progress.next_order",  # the name of one of the law's constants
    "core.max_margin.steepest_descent.path_length",  # steps that were kept
    "core.weight_decay.plane.plane_of",  # frames of a run
}
FUNCTIONS = public_functions()
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Threads that wait for one another count as time."""
    with threadpool_limits(1):
        yield


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
    end = time.process_time() + BUDGET
    for what, arguments in calls:
        if said := answered(function, arguments):
            wrong[what] = said
        if time.process_time() > end:
            break
    assert wrong == {}


@pytest.mark.parametrize("function", FUNCTIONS, ids=map(named, FUNCTIONS))
def test_no_length_of_its_arrays_is_too_short_or_too_long_for_an_answer(function):
    """Nothing at all, a single one, and 60,000: what would need their square is refused before it is asked for."""
    if named(function) in TRUSTING:
        pytest.skip("takes what it is given on trust")
    maker = Maker(FUNCTIONS, np.random.default_rng(0))
    try:
        calls = maker.stretched(function)
    except CannotMake as error:
        pytest.skip(f"no arguments can be made: {error}")
    wrong = {what: said for what, arguments in calls if (said := answered(function, arguments))}
    assert wrong == {}


@pytest.fixture(scope="module")
def unchecked() -> dict[str, dict[str, str]]:
    """What is wrong with each function's answers to whole numbers, where no types are checked: as the app runs it."""
    said = subprocess.run([sys.executable, "-m", "tests.core.whole_numbers"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr[-2000:]
    return json.loads(said.stdout)


@pytest.mark.parametrize(
    "name", [name for name in map(named, filter(takes_numbers, FUNCTIONS)) if name not in TRUSTING]
)
def test_whole_numbers_are_numbers(name, unchecked):
    """An array of 64-bit integers, whose square would wrap around, is answered as the same numbers with a point."""
    assert name in unchecked, "it was not tried"
    assert unchecked[name] == {}


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
