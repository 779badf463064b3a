"""A specification that is made once and fitted to what it shows: Altair takes tens of milliseconds, JSON takes one.

Where a number belongs stands a ``blank`` with a name, in a domain or within a Vega expression, and ``fitted`` puts the
numbers in their places.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import altair as alt

from charts.common import specification
from charts.theme import Theme


def blank(name: str) -> str:
    """The place of a number, to be fitted later. Its marks are characters that nobody's words have in them."""
    return f"\ue000{name}\ue001"


def extent(low: str, high: str) -> list[str]:
    """The domain of a scale, to be fitted later."""
    return [blank(low), blank(high)]


def template(layers: Iterable[alt.Chart], theme: Theme, *, moves: bool = False) -> str:
    """The finished Vega-Lite of a chart with blanks in it."""
    return json.dumps(specification(layers, theme, moves=moves), ensure_ascii=False)


@lru_cache(maxsize=128)
def fitted(made: str, **numbers: float) -> Mapping[str, Any]:
    """A template with its blanks filled in; the same one for the same numbers."""
    for name, number in numbers.items():
        made = made.replace(f'"{blank(name)}"', repr(float(number))).replace(blank(name), repr(float(number)))
    return json.loads(made)
