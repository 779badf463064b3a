"""Whole numbers instead of floating-point ones, given to every public function of ``core`` where no types are checked.

``python -m tests.core.whole_numbers`` prints, as JSON, what is wrong with the answers of each function. It is a process
of its own because the tests check the types in every signature, and the app does not: there an array of 64-bit integers
goes through, and its squares wrap around in silence.
"""

import dataclasses
import json
import warnings
from typing import Any

import numpy as np

from tests.core.arguments import CannotMake, Maker, in_time, public_functions, takes_numbers

SIZES = (3, 5_000_000_000)  # the square of the second is beyond 64 bits
PATIENCE = 20


def main() -> None:
    warnings.simplefilter("ignore")
    functions = public_functions()
    maker = Maker(functions, np.random.default_rng(0))
    said = {}
    for function in filter(takes_numbers, functions):
        name = f"{function.__module__}.{function.__qualname__}"
        try:
            said[name] = wrong_with(function, maker.ordinary(function))
        except CannotMake:
            said[name] = {}
    print(json.dumps(said))


def wrong_with(function, arguments: dict[str, Any]) -> dict[str, str]:
    """For each size of number what came out differently."""
    found = {}
    for size in SIZES:
        whole = {name: rounded(value, size) for name, value in arguments.items()}
        points = {name: value.astype(float) if is_whole(value) else value for name, value in whole.items()}
        points = {name: points[name] if is_given(arguments[name]) else whole[name] for name in whole}
        got, wanted = answer(function, whole), answer(function, points)
        if not same(got, wanted):
            found[f"whole numbers up to {size}"] = f"{shown(got)} instead of {shown(wanted)}"
    return found


def is_given(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def is_whole(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "i"


def rounded(value: Any, size: int) -> Any:
    """Whole numbers up to ``size`` in the place of an array of others."""
    if not is_given(value):
        return value
    return np.round(size * value / (np.abs(value).max(initial=0.0) or 1)).astype(np.int64)


def answer(function, arguments: dict[str, Any]) -> Any:
    """The result, or what was said instead; "refused" for every refusal in words."""
    try:
        return in_time(PATIENCE, function, arguments)
    except ValueError as error:
        return "refused" if str(error).strip() else "refused without a word"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:100]}"


def same(one: Any, other: Any) -> bool:
    """Equal but for the last digits, all the way down."""
    if isinstance(one, (np.ndarray, int, float, np.number)):
        try:
            return bool(np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True))
        except (TypeError, ValueError):
            return False
    if type(one) is not type(other):
        return False
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other if isinstance(one, str) else True  # functions, and what else has no value of its own


def shown(value: Any) -> str:
    return " ".join(str(value).split())[:120]


if __name__ == "__main__":
    main()
