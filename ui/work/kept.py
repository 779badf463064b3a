"""Results that are kept, for all sessions."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import streamlit as st

from core.surfaces.surface import Surface
from ui.work.turn import in_turn

Result = TypeVar("Result")
CACHE_ENTRIES = 32  # results kept for each function of core, shared by all sessions


@lru_cache(maxsize=256)
def cached(function: Callable[..., Result]) -> Callable[..., Result]:
    """``function`` of ``core`` with its results kept, computed once however many sessions ask. Results are not copied:
    they are frozen, and nobody writes into their arrays."""
    known = {Surface: lambda surface: (surface.name, surface.formula, surface.domain.tobytes())}
    return st.cache_resource(in_turn(function), max_entries=CACHE_ENTRIES, show_spinner=False, hash_funcs=known)
