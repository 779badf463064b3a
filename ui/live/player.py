"""The player: one per page; it moves every chart of the page through time, in the browser alone.

Each animated chart has the parameter ``frame`` (``charts.common.frame``), which Vega shows as an input element; the
player sets all of them at once, so that playing sends no message to the server.
"""

from pathlib import Path

import streamlit as st

from ui.text import Words

FRONTEND = Path(__file__).parents[1] / "frontend"
SPEEDS = (0.25, 0.5, 1, 2, 4)
_player = st.components.v2.component(
    "basin_player",
    html=(FRONTEND / "player.html").read_text(encoding="utf-8"),
    css=(FRONTEND / "player.css").read_text(encoding="utf-8"),
    js=(FRONTEND / "player.js").read_text(encoding="utf-8"),
)


def player(words: Words, last: int, *, unit: str = "player.step", seconds: float = 6.0) -> None:
    """Controls for the frames 0 … ``last``; at normal speed the whole run takes ``seconds``.

    It opens on the last frame: the untouched page shows the whole run. ``unit`` is the text id of what a frame is.
    """
    ids = ("play", "pause", "back", "forward", "first", "speed", "scrub", "keys")
    data = {
        "last": last,
        "seconds": seconds,
        "speeds": list(SPEEDS),
        "unit": words[unit],
        "words": {name: words[f"player.{name}"] for name in ids},
    }
    _player(key="player", data=data)
