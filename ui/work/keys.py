"""What a result is kept under: the same for the same function with equal arguments."""

import hashlib
import io
import pickle
from collections.abc import Callable
from typing import Any


def kind_of(function: Callable[..., Any]) -> str:
    """The function's full name."""
    return f"{function.__module__}.{function.__qualname__}"


def key_of(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> str:
    """Arguments are written, never read: nothing is unpickled. Raises what pickling raises."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.fast = True  # no references: equal arguments are written alike, be they one object or several
    pickler.dump((kind_of(function), args, sorted(kwargs.items())))
    return hashlib.sha256(written.getvalue()).hexdigest()
