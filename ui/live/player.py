"""The player: one per page; it moves every chart of the page through time, in the browser alone.

Each animated chart has the parameter ``frame`` (``charts.common.frame``), which Vega shows as an input element; the
player sets all of them at once, so that playing sends no message to the server.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ui.text import Words, number

FRONTEND = Path(__file__).parents[1] / "frontend"
SPEEDS = (0.25, 0.5, 1, 2, 4)
IDS = ("play", "pause", "back", "forward", "first", "speed", "scrub", "keys")
_player = st.components.v2.component(
    "basin_player",
    html=(FRONTEND / "player.html").read_text(encoding="utf-8"),
    css=(FRONTEND / "player.css").read_text(encoding="utf-8"),
    js=(FRONTEND / "player.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Time:
    """What the page's player moves through."""

    last: int
    unit: str  # text id of what a frame is: "step {{at}}", or a letter
    seconds: float  # that the whole run takes at normal speed
    at: tuple[float, ...] = ()  # what stands there for each frame; without, "37 / 200"


def player(words: Words, time: Time) -> None:
    """Controls for the frames of ``time``. It opens on the last one: the untouched page shows the whole run."""
    _player(key="player", data=told(words, time))


def told(words: Words, time: Time) -> dict[str, Any]:
    """What the player is told."""
    unit = words[time.unit]
    return {
        "last": time.last,
        "seconds": time.seconds,
        "speeds": list(SPEEDS),
        "unit": unit if "{{at}}" in unit else f"{unit} = {{{{at}}}}",
        "at": [number(value) for value in time.at],
        "words": {name: words[f"player.{name}"] for name in IDS},
    }
