"""Live sliders: the page follows the hand while a slider is dragged, and not only when it is let go.

The sliders are Streamlit's own (look, help, keyboard, theme and link come with them); they report to Python on
release. One invisible component watches them and reports the value under the hand as well. It has at most one value
under way: the next is sent when the page has answered, so that no stale value ever waits; where an answer takes longer
than the hand can wait for, it stops and leaves the page to the release.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import streamlit as st

Value = TypeVar("Value")
KEY = "live"
PATIENCE = 350  # milliseconds; slower than three pictures a second is not live
FRONTEND = Path(__file__).parents[1] / "frontend"
_watch = st.components.v2.component(
    "basin_live", js="".join((FRONTEND / name).read_text(encoding="utf-8") for name in ("keys.js", "live.js"))
)


def _drag() -> dict | None:
    state = st.session_state.get(KEY)
    return state.get("drag") if state else None


def current(key: str, released: Value, scale: Sequence[Value]) -> Value:
    """The value under the hand where the slider ``key`` is being dragged, the slider's own value otherwise.

    ``scale[i]`` is the value of the slider's i-th position. A drag has ended as soon as the slider's own value is no
    longer the one it was grabbed at.
    """
    drag = _drag()
    if not drag or drag.get("key") != key or drag.get("id") == st.session_state.get("live_ended"):
        return released
    grabbed, at = drag.get("grabbed"), drag.get("at")
    inside = all(isinstance(i, int) and 0 <= i < len(scale) for i in (grabbed, at))
    if not inside or scale[grabbed] != released:
        st.session_state["live_ended"] = drag.get("id")
        return released
    return scale[at]


def dragging() -> bool:
    """Whether a slider is in the hand, and not where it was grabbed: let go there, it has nothing more to report."""
    drag = _drag()
    return bool(drag) and drag.get("id") != st.session_state.get("live_ended") and drag.get("at") != drag.get("grabbed")


def watch(keys: Sequence[str], *, language: str, lecture: bool = False, told: str = "") -> None:
    """Mount the component for the sliders with these keys. Called at the end of the page: it says «answered».

    It listens to the keys of the page as well, those of a lecture where one is on, and tells the browser, and with it a
    screen reader, which language the page is in. ``told``: the experiment whose answer is on screen; when that comes,
    it is brought into sight.
    """
    drag = _drag() or {}
    about = {"language": language, "lecture": lecture, "told": told}
    data = {"keys": list(keys), "answered": drag.get("message", 0), "patience": PATIENCE, **about}
    _watch(key=KEY, data=data, on_drag_change=lambda: None, height="content")
