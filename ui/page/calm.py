"""What nobody foresaw: a calm sentence in the page's language instead of a red box, with the way back.

Streamlit calls ``down`` for whatever a run or a callback has raised, after it has written it to the log, once. What was
drawn by then stays, the controls above all: moving one is the way out.
"""

import logging
from contextvars import ContextVar
from typing import Protocol
from urllib.parse import urlencode

import streamlit as st

from ui import text
from ui.page import shell

log = logging.getLogger("basin")


class Drawn(Protocol):
    """A page that is being drawn."""

    evidence: object

    def end(self) -> None: ...


ON: ContextVar[Drawn | None] = ContextVar("the page that is on", default=None)


def down(error: Exception) -> bool:
    """Say that it went wrong; whether that could be said."""
    page = ON.get()
    ON.set(None)
    if page is None:
        _say()
        return True
    try:
        page.end()  # the link gets the settings, and the sliders live
    except Exception:
        log.exception("The page could not be closed either")
    with page.evidence:
        _say()
    return True


def _say() -> None:
    here = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    with st.container(key="calm"):
        st.info(text.words("common", shell.language()).say("unforeseen", here=f"?{here}"), icon="🧭")
