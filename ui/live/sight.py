"""What is drawn when it comes into sight: places on a page that are empty until a person has scrolled to them.

One invisible component watches them all and tells which are in sight; the page then runs again and draws those. What
was in sight once stays drawn in this session.
"""

import html
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

KEY, SEEN = "sight", "seen places"
_watch = st.components.v2.component(
    "basin_sight", js=(Path(__file__).parents[1] / "frontend" / "sight.js").read_text(encoding="utf-8")
)


def place(name: str) -> str:
    """HTML for a place that waits: it takes the room that what comes will take."""
    return f'<div class="waits" data-place="{html.escape(name)}"></div>'


def seen(names: Sequence[str], at_once: int) -> list[str]:
    """Which of the places to draw: the first ones, and those that have been in sight."""
    state = st.session_state.get(KEY) or {}
    told = st.session_state.get(SEEN, set()) | {name for name in state.get("seen") or () if isinstance(name, str)}
    st.session_state[SEEN] = told & set(names)
    return [name for number, name in enumerate(names) if number < at_once or name in told]


def watch(names: Sequence[str], drawn: Sequence[str]) -> None:
    """Mount the component where something still waits. Called after the places are drawn."""
    if len(drawn) < len(names):
        _watch(key=KEY, data={"seen": list(drawn), "of": len(names)}, on_seen_change=lambda: None, height="content")
