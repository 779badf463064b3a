"""An editable table of labelled points: paste, edit, load a file; what was typed stays, also where it can't be read.

The points are in the link as long as it stays short. The cells are text, so that a wrong one keeps what the person
wrote, and the message can name it.
"""

import math
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.data.own_points import (
    COLUMNS,
    PointsError,
    cells,
    from_link,
    read_rows,
    to_link,
)
from core.data.own_points_file import MOST_BYTES, read_file
from core.data.reading import LARGEST, Problem
from core.data.separable_data import Points
from ui.controls import by_hand
from ui.controls.understood import understood
from ui.controls.widgets import Controls
from ui.live import handles
from ui.live.handles import Handle

NAME = "points"  # the control, in the session and in the link
HEIGHT = 215  # pixels, of the table
WIDTHS = {"_index": 28, "class": 62}  # of its columns: what is left of 195 is for the coordinates
WIDTH = 52
MOST_ON_PICTURE = 40  # points that a hand finds its way among
POPOVER, FILE = "points popover", "points file"  # session state: whether it is open; what is in it
SHOWN = "points shown"  # session state: the points of the picture before
TABLE = "points table"  # session state: rows as typed, the text they were last written to, the widget's number


def remember(points: Points) -> None:
    """What is on screen now, in case the person wants to go on from there."""
    if points.x.shape[1] == 2:
        st.session_state[SHOWN] = to_link(points)


def begin(controls: Controls) -> None:
    """In a callback: let the table begin with what was on screen, where it has not been used yet."""
    key = controls.link.key(NAME)
    if key not in st.session_state and st.session_state.get(SHOWN):
        st.session_state[key] = st.session_state[SHOWN]


def table(controls: Controls, start: Points, complain: Callable[[Sequence[Problem]], None]) -> Points:
    """Draw the table and read it. Where it can't be read, ``complain`` gets the problems and the last good points
    stay on screen. A table too long for the link is in the session only."""
    default = controls.settings.get(NAME, to_link(start))
    controls.defaults[NAME] = default
    key = controls.link.hold(NAME, default, lambda asked: to_link(from_link(asked[-1])) or default)
    in_hand = handles.in_hand()
    held = _held(st.session_state[key], in_hand)
    place = st.container()
    _take_file(held)
    with st.popover(controls.words["points_load"], width="stretch", key=POPOVER, on_change="rerun"):
        st.file_uploader(controls.words["points_file"], type=["csv", "txt", "tsv"], key=FILE)
    if held.get("notes"):
        st.caption(understood(held["notes"], controls.words))
    if held.get("file_problems"):
        complain(held["file_problems"])
    frame = pd.DataFrame(held["base"], columns=list(COLUMNS), index=pd.RangeIndex(1, len(held["base"]) + 1), dtype=str)
    config = {name: _column(controls.words[f"column.{name}"], WIDTHS.get(name, WIDTH)) for name in COLUMNS}
    config["_index"] = st.column_config.Column(width=WIDTHS["_index"])
    edited = place.data_editor(
        frame, key=_widget(held), num_rows="add", column_config=config, hide_index=False, height=HEIGHT
    )
    if in_hand:
        return held["points"]
    held["rows"] = [tuple(row) for row in edited.where(edited.notna(), None).itertuples(index=False)]
    try:
        held["points"] = read_rows(held["rows"])
        held["text"] = to_link(held["points"])
    except PointsError as error:
        complain(error.problems)
    if held["text"] is None:
        st.caption(controls.words["points_in_session"])
    st.session_state[key] = held["text"] or default
    held["written"] = held["shown"] = st.session_state[key]
    return held["points"]


def on_picture(controls: Controls, points: Points, half: float) -> list[Handle]:
    """The points of the table as handles, where they are few enough. ``half``: of the picture, from its middle up."""
    if len(points.x) > MOST_ON_PICTURE or points.x.shape[1] != 2 or to_link(points) is None:
        return []
    key, signs, step = controls.link.key(NAME), (1, -1), 10.0 ** (math.floor(math.log10(half)) - 1)

    def take(said: Sequence[tuple[float, float, int]]) -> None:
        text = to_link(read_rows([(repr(x), repr(y), str(signs[kind])) for x, y, kind in said]))
        st.session_state[key] = text or st.session_state[key]

    rows = [(x, y, signs.index(label)) for (x, y), label in zip(points.x.tolist(), points.y.tolist(), strict=True)]
    kinds = [("+", controls.words["label.plus"]), ("-", controls.words["label.minus"])]
    label = controls.words["handles.point"]
    return [by_hand.cloud(NAME, label, rows, take, step=(step, step), reach=LARGEST, most=MOST_ON_PICTURE, kinds=kinds)]


def _column(title: str, width: int) -> dict:
    return st.column_config.TextColumn(title, width=width)


def _widget(held: dict) -> str:
    return f"points editor {held['version']}"


def _held(text: str, in_hand: bool) -> dict:
    """The table of this session. Where the link says something else than was last written, it is the link's; while the
    points are dragged the table itself waits."""
    held = st.session_state.setdefault(TABLE, {"written": None, "shown": None, "version": 0, "base": []})
    if held["written"] != text:
        held.update(points=from_link(text), text=text, written=text)
    if held["shown"] != text and not in_hand:
        held.update(base=cells(held["points"]), shown=text, version=held["version"] + 1)
    elif _widget(held) not in st.session_state:  # the page was left meanwhile, and its widgets were forgotten
        held.update(base=held["rows"], version=held["version"] + 1)
    return held


def _take_file(held: dict) -> None:
    """Take the rows of the file that is in the uploader, once; what was understood, or what was wrong, is said as long
    as it is there. What lies over the page to choose it is closed when it could be read."""
    file = st.session_state.get(FILE)
    if held.get("file") == (file and file.file_id):
        return
    held.update(file=file and file.file_id, file_problems=(), notes=())
    if file is None:
        return
    try:
        if file.size > MOST_BYTES:
            raise PointsError([Problem("too_big", 0, "", f"{file.size / 1e6:.1f}")])
        found = read_file(file.getvalue())
    except PointsError as error:
        held["file_problems"] = error.problems
    else:
        held.update(base=cells(found.points), version=held["version"] + 1, notes=found.notes)
        st.session_state[POPOVER] = False
