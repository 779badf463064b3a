"""What stands in the signatures of ``core`` is checked while the tests run, and costs nothing when the app does."""

from collections.abc import Callable
from typing import Any

from beartype import beartype
from jaxtyping import install_import_hook

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


def install() -> None:
    """Every module of core imported from now on, to the end of the run, has its signatures checked."""
    install_import_hook("core", "tests.shapes.checks")
