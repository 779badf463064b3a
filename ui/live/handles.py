"""Handles: what a person would reach for is dragged on the picture itself, with the mouse, a finger or the keys.

A layer lies over the plot area of a chart; where that is, and what its axes span, the chart itself tells (``PLOT``).
The hand is shown at once, in the browser. The page is told one value at a time, the next when it has answered, and the
last one always; while something is in the hand, no answer moves it.

Nothing here knows of a concept. A ``Handle`` is one of
    point   in the plane, or along one axis, where the other coordinate may follow a curve
    rail    one of a list of places: a slider's positions, or the player's frames
    cloud   points with labels, to which some are added, and of which some are taken away
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import streamlit as st

from ui.text import Words

PREFIX = "handles_"  # of the session's key of a layer, before the chart's
MOVED = "moved by hand"  # session state, by key: what a hand has set it to, what it was before that, and when
NEWS = 3.0  # seconds in which a browser may not have heard of it yet
FRONTEND = Path(__file__).parents[1] / "frontend"
# Vega shows the parameter as an input element, as it does the player's. What lies in the middle of an axis tells
# whether it is logarithmic.
PLOT = {
    "name": "plot",
    "bind": {"input": "text"},
    "update": "[width, height, domain('x')[0], domain('x')[1], invert('x', width / 2), "
    "domain('y')[0], domain('y')[1], invert('y', height / 2)]",
}
SCRIPTS = ("handle_plot.js", "handle_kinds.js", "handle_line.js", "handle_cloud.js", "handle_place.js", "handles.js")
WORDS = ("group", "keys", "keys_cloud", "turn", "remove")
_layer = st.components.v2.component(
    "basin_handles",
    css=(FRONTEND / "handles.css").read_text(encoding="utf-8"),
    js="".join((FRONTEND / name).read_text(encoding="utf-8") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Handle:
    """What may be moved, as the browser gets it (``shown``, see handles.js), and who is told where it has been put."""

    name: str
    shown: Mapping[str, Any]
    take: Callable[[Any], None] = lambda at: None  # raises for what no hand can say
    controls: tuple[str, ...] = ()  # what it moves, by name


def key(chart: str) -> str:
    """The session's key of the layer over that chart."""
    return f"{PREFIX}{chart}"


def said(chart: str) -> Mapping[str, Any]:
    """The last that the hand on that chart has said: ``name``, ``at``, whether it still holds it, and ``message``."""
    hand = (st.session_state.get(key(chart)) or {}).get("hand")
    return hand if isinstance(hand, Mapping) else {}


def held(chart: str) -> bool:
    """Whether something on that chart is in the hand."""
    return bool(said(chart).get("held"))


def in_hand() -> bool:
    """Whether something on any chart is."""
    return any(held(name.removeprefix(PREFIX)) for name in map(str, st.session_state) if name.startswith(PREFIX))


def layer(
    chart: str,
    handles: Sequence[Handle],
    words: Words,
    *,
    click: str = "",
    places: bool = False,
    ghost: Mapping[str, Any] | None = None,
    lecture: bool = False,
) -> None:
    """Mount the layer over the chart, at the end of the page: it says «answered». ``click``: the name of the handle
    that a click on the picture moves, or adds to. ``places``: whether the strip's checks flash on it where they were
    taken. ``ghost``: a line that stays, at a number of one of its axes."""
    hand = said(chart)
    data = {
        "answered": hand.get("message", 0),
        "held": dict(hand) if hand.get("held") else None,
        "handles": [{"name": handle.name, **handle.shown} for handle in handles],
        "click": click,
        "places": places,
        "ghost": dict(ghost) if ghost else None,
        "large": lecture,
        "words": {name: words[f"handles.{name}"] for name in WORDS},
    }
    _layer(key=key(chart), data=data, on_hand_change=lambda: _take(chart, handles), height="content")


def _take(chart: str, handles: Sequence[Handle]) -> None:
    hand = said(chart)
    for handle in handles:
        if handle.name == hand.get("name"):
            hear(handle, hand.get("at"))


def hear(handle: Handle, at: Any) -> None:
    """In a callback: what the browser says of a handle. It may say anything; what no hand can say moves nothing."""
    with suppress(ValueError, TypeError, LookupError, OverflowError):
        handle.take(at)


def put(key: str, value: Any) -> None:
    """In a callback: set a control to what the hand says."""
    was, moved = st.session_state.get(key), st.session_state.setdefault(MOVED, {})
    before = moved.get(key, (None, (), 0.0))[1]
    moved[key] = value, {was, *before} - {value}, monotonic()
    st.session_state[key] = value


def stands(key: str) -> None:
    """Where the widget of the control brings what it was at before the hand moved it, the hand's word stands: the
    browser has sent it before it heard."""
    value, before, when = st.session_state.get(MOVED, {}).get(key, (None, (), 0.0))
    if st.session_state[key] in before and monotonic() - when < NEWS:
        st.session_state[key] = value
