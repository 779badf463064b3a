"""Pin a run: it stays on screen, pale, and the next ones are drawn over it. The pin lives in this browser session."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from charts.common import Picture
from ui.controls.link import strings
from ui.evidence.record import Record
from ui.text import Words


@dataclass(frozen=True)
class Pin:
    """The pictures of the pinned run by their keys, and what it was set to, in words."""

    pictures: Mapping[str, Picture]
    settings: str


def pinned(slug: str) -> Pin | None:
    """What is pinned on that page."""
    return st.session_state.get(_key(slug))


def button(slug: str, words: Words) -> None:
    """Pin the run that is on screen, or take the pin out."""
    held = pinned(slug)
    if held is None:
        st.button(words["pin"], key="pin", help=words["pin_help"], on_click=_ask, args=(slug,))
    else:
        st.button(words["unpin"], key="unpin", on_click=st.session_state.pop, args=(_key(slug), None))
        st.caption(words.say("pinned", settings=held.settings or words["pinned_defaults"]))


def keep(slug: str, record: Record, settings: str) -> None:
    """At the end of a run: keep its pictures, where that was asked for."""
    if st.session_state.pop(_asked(slug), False):
        pictures = {key: shown.picture for key, shown in record.pictures.items()}
        st.session_state[_key(slug)] = Pin(pictures, settings)
        st.rerun()


def told(changed: Mapping[str, object], words: Words) -> str:
    """Settings in words: the label of each control and its value as the link has it."""
    said = []
    for name, value in changed.items():
        if name in words:
            options = (words.get(f"{name}.{option}", option) for option in strings(value))
            said.append(f"{words[name]} {', '.join(options)}")
    return " · ".join(said)


def _ask(slug: str) -> None:
    st.session_state[_asked(slug)] = True


def _key(slug: str) -> str:
    return f"pinned {slug}"


def _asked(slug: str) -> str:
    return f"to be pinned {slug}"
