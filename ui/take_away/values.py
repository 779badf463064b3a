"""Values as Python source: what a run computed by its variable, what ``core`` has by its place there, the rest written
out. Nothing is ever read back as code but numbers and quoted text: a person's formula stays a string.
"""

import inspect
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np

PLAIN = (bool, int, str, type(None))
SHIFT = "    "
LINE = 100  # characters after which a call is broken into lines


class Values:
    """Writes values. ``front`` is a concept's own module in ``core``: names are taken from there where it has them."""

    def __init__(self, front: str, shared: Mapping[str, Any]) -> None:
        """``shared``: what calls are given by a name that is a variable of the script."""
        self.front, self.shared = front, shared
        self.names: dict[int, str] = {}  # id of a result, or of what is in it, -> how to write it
        self.used: set[str] = set()  # the variables that were written since this was last emptied
        self.modules: set[str] = set()  # imported by what was written

    def name(self, variable: str, result: Any) -> None:
        """From now on the result is written as that variable, and its parts as the variable's attributes."""
        self._remember(result, variable)
        for attribute, part in getattr(result, "__dict__", {}).items():
            if not attribute.startswith("_"):
                self._remember(part, f"{variable}.{attribute}")

    def _remember(self, value: Any, expression: str) -> None:
        is_empty = isinstance(value, Sequence) and not value  # all empty tuples are one
        if not (isinstance(value, (*PLAIN, float, np.generic)) or is_empty):
            self.names.setdefault(id(value), expression)

    def write(self, value: Any, shift: str = "") -> str:
        """The value as an expression. ``TypeError`` for what cannot be written."""
        if id(value) in self.names:
            expression = self.names[id(value)]
            self.used.add(expression.split(".")[0])
            return expression
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f'float("{value}")'
        if isinstance(value, PLAIN):
            return _literal(value)
        for kind, writer in self._writers.items():
            if isinstance(value, kind):
                return writer(value, shift)
        place = self._place_in_core(value)
        if place:
            return place
        if is_dataclass(value) and not isinstance(value, type):
            return self._constructor(value, shift)
        raise TypeError(f"{type(value).__qualname__} has no source: let the page make it through page.fresh or cached")

    @cached_property
    def _writers(self) -> Mapping[type, Callable[[Any, str], str]]:
        return {np.ndarray: self._array, tuple: self._tuple, list: self._list, dict: self._dict}

    def call(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], shift: str) -> str:
        """The call of a function of ``core``, or of a method of one of its results."""
        if inspect.ismethod(function):
            name = f"{self.write(function.__self__)}.{function.__name__}"
        else:
            name = self.where(function)
        given = [self.write(value, shift + SHIFT) for value in args]
        for key, value in kwargs.items():
            given.append(f"{key}={key if key in self.shared else self.write(value, shift + SHIFT)}")
        return broken(name, given, shift)

    def where(self, thing: Any) -> str:
        """The full name of a function or class of ``core``."""
        module, name = thing.__module__, thing.__qualname__
        front = sys.modules.get(self.front)
        if getattr(front, name, None) is thing:
            module = self.front
        if not module.startswith("core") or "<" in name:
            raise TypeError(f"{module}.{name} is not a name in core")
        self.modules.add(module)
        return f"{module}.{name}"

    def _place_in_core(self, value: Any) -> str | None:
        """Where ``core`` keeps the value: a function of its own, or an entry of one of its named maps."""
        if inspect.isfunction(value):
            return self.where(value)
        for name, module in sorted(sys.modules.items()):
            if not name.startswith("core."):
                continue
            for constant, entries in vars(module).items():
                if not constant.isupper() or not isinstance(entries, dict):
                    continue
                for key, entry in entries.items():
                    if entry is value:
                        self.modules.add(name)
                        return f"{name}.{constant}[{_literal(key)}]"
        return None

    def _array(self, array: np.ndarray, shift: str) -> str:
        if not array.size:
            return f"np.zeros({array.shape!r}, dtype={_literal(array.dtype.name)})"
        is_usual = array.dtype in (np.float64, np.int64, np.bool_) or array.dtype.kind == "U"
        kind = "" if is_usual else f", dtype={_literal(array.dtype.name)}"
        return f"np.array({self.write(array.tolist(), shift)}{kind})"

    def _tuple(self, values: tuple, shift: str) -> str:
        written = [self.write(value, shift) for value in values]
        return f"({', '.join(written)}{',' if len(written) == 1 else ''})"

    def _list(self, values: list, shift: str) -> str:
        written = [self.write(value, shift + SHIFT) for value in values]
        flat = f"[{', '.join(written)}]"
        return flat if len(flat) <= LINE else broken("", written, shift, "[]")

    def _dict(self, values: dict, shift: str) -> str:
        return f"{{{', '.join(f'{_literal(key)}: {self.write(value, shift)}' for key, value in values.items())}}}"

    def _constructor(self, value: Any, shift: str) -> str:
        """A frozen dataclass of ``core`` by its fields."""
        given = [f"{f.name}={self.write(getattr(value, f.name), shift + SHIFT)}" for f in fields(value) if f.init]
        return broken(self.where(type(value)), given, shift)


def broken(name: str, parts: Sequence[str], shift: str, brackets: str = "()") -> str:
    """A call or a list in one line, or in one line for each of its parts where it is too long."""
    flat = f"{name}{brackets[0]}{', '.join(parts)}{brackets[1]}"
    if len(shift) + len(flat) <= LINE and "\n" not in flat:
        return flat
    inside = "".join(f"{shift}{SHIFT}{part},\n" for part in parts)
    return f"{name}{brackets[0]}\n{inside}{shift}{brackets[1]}"


def _literal(value: bool | int | str | None) -> str:
    """As Python writes it, texts in double quotes where that needs no escape."""
    written = repr(value)
    return f'"{written[1:-1]}"' if isinstance(value, str) and "'" not in value and '"' not in value else written
