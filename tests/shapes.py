"""What stands in the signatures of ``core`` is checked while the tests run, and costs nothing when the app does.

A check takes a fifth of a millisecond, and there are functions that a test calls a hundred thousand times: in each test
the first calls of a function are checked, and then one in so many.
"""

import functools
from collections import Counter
from collections.abc import Callable
from types import FunctionType
from typing import Any

import jaxtyping
from beartype import beartype
from jaxtyping import install_import_hook, jaxtyped

FIRST, THEN = 20, 25  # the calls of a function that are checked in each test: the first twenty, then every 25th
CALLS: Counter[tuple[str, str]] = Counter()  # of each function in this test so far
CHECKS: dict[tuple[str, ...], Callable] = {}


def checks(signature: Callable) -> Callable:
    """Beartype's check of a signature: of a function with nothing in it, which jaxtyping calls beside the real one.

    Nothing is looked at twice. Before the call jaxtyping asks for the arguments, with ``Any`` for the result, and after
    it for the result, with the arguments: those are known by then. A function within a function is defined anew with
    each call of the one around it, and would be taken apart by beartype as often.
    """
    if (result := signature.__annotations__.get("return", Any)) is not Any:
        signature.__annotations__ = {"return": result}
    if "<locals>" not in signature.__qualname__:
        return beartype(signature)
    annotated = (f"{name}: {what!r}" for name, what in signature.__annotations__.items())
    key = (signature.__module__, signature.__qualname__, *annotated)
    if key not in CHECKS:
        CHECKS[key] = beartype(signature)
    return CHECKS[key]


def sparing(function: Any = None, *, typechecker: Callable) -> Any:
    """As ``jaxtyped``, for some of the calls.

    Those of a function that is defined anew with each call of the one around it are counted together.
    """
    if function is None:
        return functools.partial(sparing, typechecker=typechecker)
    if not isinstance(function, FunctionType):
        return jaxtyped(function, typechecker=typechecker)
    name, made = (function.__module__, function.__qualname__), []

    @functools.wraps(function)
    def called(*args, **more):
        CALLS[name] = count = CALLS[name] + 1
        if count > FIRST and count % THEN:
            return function(*args, **more)
        if not made:
            made.append(jaxtyped(function, typechecker=typechecker))
        return made[0](*args, **more)

    return called


def install() -> None:
    """Every module of core imported from now on, to the end of the run, has its signatures checked."""
    jaxtyping.jaxtyped = sparing  # by this name the hook asks for it
    install_import_hook("core", "tests.shapes.checks")
