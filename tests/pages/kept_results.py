"""What the server keeps of results: how large they are, and what they keep alive without showing it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from streamlit.runtime.caching.cache_resource_api import _resource_caches

from ui.work.results import shared

MOST, HELD = 4e6, 1e5  # bytes of one result; and of arrays that it is a piece of, beyond its own


def kept_results() -> Iterator[tuple[str, Any]]:
    """Every result of a function of ``core`` that is kept, with the function's name; then what took long."""
    for cache in _resource_caches._function_caches.get(None, {}).values():
        for entry in list(cache._mem_cache.values()):
            yield cache.display_name, getattr(entry, "value", entry)
    for result in shared().values():
        yield type(result).__name__, result


def arrays(result: Any, seen: set[int]) -> Iterator[np.ndarray]:
    """Every array in a result, once."""
    if id(result) in seen:
        return
    seen.add(id(result))
    if isinstance(result, np.ndarray):
        yield result
    elif isinstance(result, dict | list | tuple):
        for part in result.values() if isinstance(result, dict) else result:
            yield from arrays(part, seen)
    elif hasattr(result, "__dict__") and not callable(result):
        yield from arrays(vars(result), seen)


def _whole(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def too_large() -> dict[str, float]:
    """Kept results that are larger than they may be, with their bytes."""
    found = {}
    for name, result in kept_results():
        own = list(arrays(result, set()))
        size, whole = (sum({id(a): a.nbytes for a in some}.values()) for some in (own, map(_whole, own)))
        if size > MOST or whole > size + HELD:
            found[name] = max(whole, found.get(name, 0))
    return found
