"""A specification that is made once and fitted to each function: Altair takes tens of milliseconds, JSON takes one.

A domain is written as two names, ``extent("low", "high")``, and ``fitted`` puts the numbers in their places.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import altair as alt

from charts.common import specification
from charts.theme import Theme


def extent(low: str, high: str) -> list[str]:
    """The domain of a scale, to be fitted later."""
    return [f"#{low}", f"#{high}"]


def template(layers: Iterable[alt.Chart], theme: Theme, *, moves: bool = False) -> str:
    """The finished Vega-Lite of a chart whose domains are names."""
    return json.dumps(specification(layers, theme, moves=moves))


@lru_cache(maxsize=128)
def fitted(made: str, **numbers: float) -> Mapping[str, Any]:
    """A template with its domains; the same one for the same numbers."""
    for name, number in numbers.items():
        made = made.replace(f'"#{name}"', repr(float(number)))
    return json.loads(made)
