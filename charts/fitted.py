"""A specification that is made once and fitted to what it shows: Altair takes tens of milliseconds, JSON takes one.

Where a number belongs stands a ``blank`` with a name, in a domain or within a Vega expression, and ``fitted`` puts the
numbers in their places, none of which JSON can hold if it is not finite.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from charts.common import specification
from charts.theme import Theme

FURTHEST = 1e300  # that an axis reaches: Vega squares no domain, but takes the difference of its ends


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
    """A template with its blanks filled in; the same one for the same numbers. An infinite one is the largest that a
    picture can have, one that is missing is 0."""
    for name, number in numbers.items():
        number = repr(float(np.nan_to_num(number, posinf=FURTHEST, neginf=-FURTHEST)))
        made = made.replace(f'"{blank(name)}"', number).replace(blank(name), number)
    return json.loads(made)
