"""Arguments for functions that nobody has described: from annotations, ordinary ones and hostile ones."""

import collections.abc
import dataclasses
import importlib
import inspect
import itertools
import math
import pkgutil
import resource
import signal
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np
import psutil
from jaxtyping import TypeCheckError

import core

SIZE = 4  # along an axis whose length is free
MOST_MEMORY = 2_000_000_000  # bytes that one call may ask for
DEEPEST = 5  # results that are made from results
# The most telling first: of few calls, these are made.
FLOATS = (float("nan"), 0.0, -1.0, float("inf"), 1e300, -float("inf"), -1e300, 1e-320)
INTEGERS = (-1, 0, 100_000, 2**31, 10**30, 1, -(2**63))
WORDS = ("", "nonsense", "\x00", "9**9**9", "(" * 300, "x" * 100_000, "不是", "nan")
FILLINGS = (np.nan, np.inf, -np.inf, 0.0, 1e300, -1e300, 1e-320, 1e200, 1e-200)
# Arrays whose numbers are positive and increase.
POSITIVE = ("penalty", "penalties", "time", "times", "singular_values", "domain")
LENGTHS = (0, 1, 60_000)  # of an axis, in all the arguments that have it
MOST_GIVEN = 1_000_000  # numbers that a caller has made already


class CannotMake(Exception):
    """No value of that annotation is known."""


class TooMany(Exception):
    """No caller would have made an array of that length."""


def axes_of(function: Callable) -> list[str]:
    """The names of axes in the signature that may have any length."""
    known = hints(function)
    dims = {
        dim.lstrip("#?")
        for name in inspect.signature(function).parameters
        for annotation in (known.get(name), *get_args(known.get(name)))
        if hasattr(annotation, "dims")
        for dim in annotation.dim_str.split()
    }
    return sorted(dim for dim in dims if not dim.isdigit() and dim.isidentifier() and not dim.startswith("_"))


def public_functions() -> list[Callable]:
    """The public functions of every module of ``core``, once each, where they are defined."""
    found = {}
    for module in pkgutil.walk_packages(core.__path__, "core."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == module.name:
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return [found[name] for name in sorted(found)]


def in_time(seconds: int, function: Callable, arguments: Mapping[str, Any]) -> Any:
    """The result; of long work, its first step. ``TimeoutError`` where there is none in time, ``MemoryError`` where it
    asks for more than Community Cloud has."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, ring)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # processor time: whatever else the machine is busy with
    try:
        resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + MOST_MEMORY, limits[1]))
        result = function(**arguments)
        return next(result, None) if inspect.isgenerator(result) else result
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGPROF, before)


class Maker:
    """Makes arguments. What is no number, word or array, it gets from functions that return such a thing."""

    def __init__(self, functions: list[Callable], rng: np.random.Generator) -> None:
        self.rng = rng
        self.makers: dict[Any, list[Callable]] = {}
        for function in functions:
            self.makers.setdefault(hints(function).get("return"), []).append(function)
        self.made: dict[Any, Any] = {}

    def ordinary(
        self, function: Callable, depth: int = 0, lengths: Mapping[str, int] = types.MappingProxyType({})
    ) -> dict[str, Any]:
        """Arguments that the signature allows, with one length for each name of an axis."""
        sizes: dict[str, int] = dict(lengths)
        known = hints(function)
        return {
            name: self.value(known.get(name, parameter.annotation), sizes, depth, name)
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }

    def calls(self, function: Callable, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Named arguments for that many calls: the ordinary ones, then with one of them hostile, or two."""
        first, known = self.ordinary(function), hints(function)
        lists = [
            [(name, value) for value in self.hostile(known.get(name), first.get(name, parameter.default), name)]
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ]
        hostile = [one for together in itertools.zip_longest(*lists) for one in together if one is not None]
        pairs = itertools.islice(itertools.combinations(hostile[::-1], 2), max(0, count - len(hostile)))
        changes = [[], *([one] for one in hostile), *(list(pair) for pair in pairs)]
        return [(told(change), first | dict(change)) for change in changes[: count + 1]]

    def stretched(self, function: Callable) -> list[tuple[str, dict[str, Any]]]:
        """Named arguments in which one axis is as long as ``LENGTHS`` say, wherever it occurs."""
        self.ordinary(function)
        found = []
        names = axes_of(function)
        for axes in [*([axis] for axis in names), *([names] if len(names) > 1 else [])]:
            for length in LENGTHS:
                with suppress(TooMany):
                    lengths = dict.fromkeys(axes, length)
                    found.append((f"{', '.join(axes)} of length {length}", self.ordinary(function, lengths=lengths)))
        return found

    def value(self, annotation: Any, sizes: dict[str, int], depth: int, name: str = "") -> Any:
        """Something ordinary of that annotation."""
        origin, inner = get_origin(annotation), get_args(annotation)
        if hasattr(annotation, "dims"):
            return self.array(annotation, sizes, name)
        if annotation is str and options_named(name):
            return options_named(name)[0]
        if origin is Literal:
            return inner[0]
        if origin in (Union, types.UnionType):
            return self.first_of([a for a in inner if a is not type(None)] or [type(None)], sizes, depth)
        if annotation in (int, float, bool, str):
            return {int: 3, float: 0.5, bool: True, str: "x"}[annotation]
        if annotation is np.ndarray or annotation is np.random.Generator:
            return self.rng.normal(size=SIZE) if annotation is np.ndarray else self.rng
        if isinstance(annotation, TypeVar) or annotation in (object, Any) or origin is collections.abc.Callable:
            raise CannotMake(f"{annotation}")  # what it must be able to do, no annotation says
        if origin is tuple or annotation is tuple:
            many = len(inner) == 2 and inner[1] is Ellipsis
            made = [self.value(a, sizes, depth) for a in (inner[:1] * SIZE if many else inner)]
            numbers = len(made) == 2 and all(isinstance(one, (int, float)) and one == made[0] for one in made)
            return (made[0], made[1] + 1) if numbers else tuple(made)  # an interval: from low to high
        if origin in (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Iterator):
            return list(range(2, 2 + SIZE)) if inner[0] is int else [self.value(inner[0], sizes, depth)] * SIZE
        if origin in (dict, collections.abc.Mapping):
            return {}
        return self.result_of(annotation, depth)

    def first_of(self, annotations: list[Any], sizes: dict[str, int], depth: int) -> Any:
        for annotation in annotations:
            with suppress(CannotMake):
                return self.value(annotation, sizes, depth)
        raise CannotMake(f"{annotations}")

    def array(self, annotation: Any, sizes: dict[str, int], name: str = "") -> np.ndarray:
        """Axes of the same name have the same length; whole numbers increase, but for labels."""
        shape = []
        for dim in annotation.dim_str.split():
            if dim.startswith(("*", "...")):
                continue
            plain = dim.lstrip("#?_")
            shape.append(int(plain) if plain.isdigit() else sizes.setdefault(plain, {"d": 2}.get(plain, SIZE)))
        if math.prod(shape) > MOST_GIVEN:
            raise TooMany
        kinds = {kind for kind in annotation.dtypes} if annotation.dtypes else {"float64"}
        if any("float" in str(kind) for kind in kinds):
            drawn = self.rng.normal(size=shape)
            return np.sort(np.abs(drawn), axis=-1) if name in POSITIVE else drawn
        if len(shape) == 1 and not name.startswith(("labels", "y")) and any("int" in str(kind) for kind in kinds):
            return np.arange(1, shape[0] + 1)
        return self.rng.integers(0, 2, size=shape).astype(bool if any("bool" in str(k) for k in kinds) else np.int64)

    def result_of(self, annotation: Any, depth: int) -> Any:
        """What a module has of that class, or what a function returns that makes one."""
        if annotation in self.made:
            return self.made[annotation]
        if not inspect.isclass(annotation) or depth >= DEEPEST:
            raise CannotMake(f"{annotation}")
        if inspect.isabstract(annotation) or annotation.__module__.split(".")[0] != "core":
            raise CannotMake(f"{annotation}")
        for found in itertools.chain(
            constants(annotation), self.computed(annotation, depth), self.built(annotation, depth)
        ):
            self.made[annotation] = found
            return found
        raise CannotMake(f"{annotation}")

    def computed(self, annotation: Any, depth: int) -> Iterator[Any]:
        for maker in self.makers.get(annotation, []):
            with suppress(Exception):  # what is wrong with the maker, its own test says
                yield in_time(5, maker, self.ordinary(maker, depth + 1))

    def built(self, annotation: Any, depth: int) -> Iterator[Any]:
        if dataclasses.is_dataclass(annotation):
            with suppress(CannotMake, ValueError, TypeCheckError):
                yield annotation(**self.ordinary(annotation, depth + 1))

    def hostile(self, annotation: Any, ordinary: Any, name: str) -> list[Any]:
        """What a person might try instead of the ordinary value, of the same kind."""
        if isinstance(ordinary, bool) or ordinary is None:
            return []
        if isinstance(ordinary, (int, np.integer)):
            return list(INTEGERS)
        if isinstance(ordinary, float):
            return list(FLOATS)
        if isinstance(ordinary, str):
            known = get_args(annotation) if get_origin(annotation) is Literal else options_named(name)[1:]
            return [*WORDS, *known]
        if isinstance(ordinary, np.ndarray):
            return hostile_arrays(ordinary)
        if isinstance(ordinary, (list, tuple)):
            return [type(ordinary)()]
        return []


@cache
def options_named(name: str) -> tuple[str, ...]:
    """What an argument of that name can be where it is a word: the modules keep ``methods`` in ``METHODS``."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        held = getattr(importlib.import_module(module.name), f"{name.upper()}S", ())
        if held and isinstance(held, (dict, tuple, list)) and all(isinstance(option, str) for option in held):
            return tuple(held)
    return ()


def takes_numbers(function: Callable) -> bool:
    """Whether it is given an array of floating-point numbers."""
    known = hints(function)
    return any(
        hasattr(annotation, "dims") and any("float" in str(kind) for kind in annotation.dtypes)
        for name in inspect.signature(function).parameters
        for annotation in (known.get(name), *get_args(known.get(name)))
    )


def hostile_arrays(like: np.ndarray) -> list[np.ndarray]:
    """Filled with what is no number, with a single such entry, empty, and of one row."""
    if like.dtype.kind != "f":
        return [like[:0], like[:1], np.full_like(like, np.iinfo(np.int64).max if like.dtype.kind == "i" else True)]
    filled = [np.full_like(like, filling) for filling in FILLINGS]
    if like.size:
        spoilt = like.copy()
        spoilt.flat[0] = np.nan
        filled.append(spoilt)
    return [*filled, *([like[:0], like[:1], like[..., :0]] if like.ndim else [])]


def constants(annotation: Any) -> Iterator[Any]:
    """What the modules of ``core`` hold of that class, on their own or in a map of options."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        for value in vars(importlib.import_module(module.name)).values():
            for one in value.values() if isinstance(value, dict) else [value]:
                if not inspect.isclass(one) and isinstance(one, annotation):
                    yield one


def hints(function: Callable) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}


def told(change: list[tuple[str, Any]]) -> str:
    return ", ".join(
        f"{name}={np.array2string(v.ravel()[:3]) + str(v.shape) if isinstance(v, np.ndarray) else repr(v)[:40]}"
        for name, v in change
    )
