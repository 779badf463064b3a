"""Results that are kept, for all sessions: for a while all of them, and longer those that took long."""

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

import streamlit as st

from core.surfaces.surface import Surface
from ui.work.keys import key_of
from ui.work.results import Results, shared
from ui.work.turn import LONG, in_turn

Result = TypeVar("Result")
CACHE_ENTRIES = 32  # results kept for each function of core, shared by all sessions


@lru_cache(maxsize=256)
def cached(function: Callable[..., Result]) -> Callable[..., Result]:
    """``function`` of ``core`` with its results kept, computed once however many sessions ask. Results are not copied:
    they are frozen, and nobody writes into their arrays."""
    known = {Surface: lambda surface: (surface.name, surface.formula, surface.domain.tobytes())}
    kept = for_long(in_turn(function), shared())
    return st.cache_resource(kept, max_entries=CACHE_ENTRIES, show_spinner=False, hash_funcs=known)


def for_long(function: Callable[..., Result], results: Results) -> Callable[..., Result]:
    """``function``, with what takes long kept among the results of long work, on disk too. Only of ``core``, whose
    version they have."""
    if function.__module__.split(".")[0] != "core":
        return function

    @wraps(function)
    def keeps(*args: Any, **kwargs: Any) -> Result:
        try:
            key = key_of(function, args, kwargs)
        except Exception:  # a surface has functions in it, which cannot be written down
            return function(*args, **kwargs)
        found = results.find(key)
        if found is not None:
            return found
        start = time.thread_time()
        found = function(*args, **kwargs)
        if time.thread_time() - start > LONG:
            results.keep(key, found)
        return found

    return keeps
