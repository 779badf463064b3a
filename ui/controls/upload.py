"""A person's own table: a file uploader that says what is wrong in the page's language and never loses what was there.

A file is read once, and what was understood is said in a line. Where it can't be read, the problems are named and the
last good table stays. The table lives in this browser session: no link carries it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from core.data.own_table import (
    LEAST_ROWS,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    TableError,
    read,
)
from core.data.reading import Problem
from ui.controls.understood import quoted, understood
from ui.controls.widgets import Controls
from ui.text import Words

KINDS = ["csv", "txt", "tsv"]
LETS_THROUGH = 12  # MB that the browser may send where the server takes them: then it is us who refuse, in our words
MOST_TOLD = 4  # problems that are named one by one


def table(controls: Controls, complain: Callable[[str], None]) -> Table | None:
    """Draw the uploader and return the last table that could be read, None before there was one.

    ``complain`` gets what is wrong with the file that is in the uploader now, in words.
    """
    words, held = controls.words, st.session_state.setdefault(f"{controls.link.scope} upload", {})
    file = st.file_uploader(
        words.say("upload", megabytes=MOST_BYTES // 1_000_000),
        type=KINDS,
        key=f"{controls.link.scope} upload file",
        help=bounds(words),
        max_upload_size=min(LETS_THROUGH, st.get_option("server.maxUploadSize")),
    )
    if file is not None and held.get("file") != file.file_id:
        held.update(file=file.file_id, problems=())
        try:
            if file.size > MOST_BYTES:  # said without reading it
                raise TableError([Problem("too_big", 0, "", f"{file.size / 1e6:.1f}")])
            held["table"] = read(file.getvalue())
        except TableError as error:
            held["problems"] = error.problems
    if file is not None and held["problems"]:
        complain(told(held["problems"], words))
    found = held.get("table")
    if found is None:
        return None
    if found.notes:
        st.caption(understood(found.notes, words))
    names = found.names
    place = st.selectbox(
        words["upload_target"],
        range(len(names)),
        index=found.target,
        format_func=names.__getitem__,
        key=f"{controls.link.scope} upload target {found.fingerprint[:12]}",
    )
    return replace(found.predicting(found.target if place is None else place), notes=())  # they are said by now


def bounds(words: Words) -> str:
    """What a file may have, for the help text: the same numbers that refuse it."""
    limits = {"megabytes": MOST_BYTES // 1_000_000, "rows": MOST_ROWS, "columns": MOST_COLUMNS, "cells": MOST_CELLS}
    return words.say("upload_bounds", least=LEAST_ROWS, **limits)


def told(problems: Sequence[Problem], words: Words) -> str:
    """What is wrong with a file, cell by cell, and how many more there are."""
    lines = [_told(problem, words) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        lines.append(words.say("upload_problem.more", count=len(problems) - MOST_TOLD))
    return " ".join(lines)


def _told(problem: Problem, words: Words) -> str:
    what = words.say(f"upload_problem.{problem.code}", detail=quoted(problem.detail), least=LEAST_ROWS, most=MOST_ROWS)
    if not problem.row:
        return what
    where = "upload_problem.cell" if problem.column else "upload_problem.row"
    return f"{words.say(where, row=problem.row, column=quoted(problem.column))} {what}"
