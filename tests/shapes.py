"""What stands in the signatures of ``core`` is checked while the tests run, and costs nothing when the app does."""

from collections.abc import Callable

from beartype import beartype
from jaxtyping import install_import_hook

CHECKS: dict[tuple[str, ...], Callable] = {}


def checks(signature: Callable) -> Callable:
    """Beartype's function for a signature (a function with nothing in it), made once for functions within functions:
    they are defined anew with each call of the one around them, and with them, as often, was what checks them."""
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
