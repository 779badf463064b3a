"""The link: every control's value in the address bar, and back.

Values are written by their names in code, so that a link copied from a Chinese page opens on an English one (what
Streamlit binds to the address by itself is the label on screen). A value at its default is left out. The address is
written once, at the end of a run, and not while a slider is being dragged; each writing is a step in the browser's
history, so that Back undoes. Where Back or Forward has led, the address is left as it is: another step there would take
the next Back to the same place.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.controls.late import Late

Decode = Callable[[Sequence[str]], Any]  # from the address; raises ValueError for what it does not know
FRAME = "basin"  # the scope of what all pages share
OF_ALL = {"lang", "lecture", "hide", "plan"}  # what an address may say of all pages
PLACE = "place"  # session state: the page that is on
RESET = "reset"  # session state: there while every control goes back to its default


class Link:
    """The controls of one scope (a page's slug, or ``FRAME``) in the session and in the address bar."""

    def __init__(self, scope: str, language: str = "") -> None:
        self.scope = scope
        context = get_script_run_ctx()
        travelled = bool(context and getattr(context, "is_history_navigation", False))
        place = f"{PLACE} {FRAME}" if scope == FRAME else PLACE
        was, here = st.session_state.get(place), (scope, language)
        self._resetting = scope != FRAME and RESET in st.session_state
        self.late = Late(scope)
        if self._resetting:
            self.late.begin()
        else:
            self.late.catch_up()
        self._travelled = travelled
        self._arriving = travelled or not was or was[0] != scope
        self.switched = was != here  # to another language, if not to another page
        self._memory = {} if travelled else st.session_state.get(f"memory {scope}", {})  # Back asks for what was there
        st.session_state[place] = here

    def key(self, name: str) -> str:
        """The session's key of a control: pages do not share values that happen to have the same name."""
        return f"{self.scope}-{name}"

    def hold(self, name: str, default: Any, decode: Decode) -> str:
        """Make the session hold a valid value for the control before its widget is made; returns the widget's key.

        On arrival the address decides, then what the person had set here before, then the default.
        """
        key = self.key(name)
        if self._resetting:
            self.late.set(key, st.session_state[RESET].get(name, default))
        elif self._arriving or key not in st.session_state:
            st.session_state[key] = self._asked(name, default, decode)
        else:
            self.put_right(name, default, decode)
        if self.scope == FRAME:  # Streamlit forgets it where no widget shows it, and at a switch of pages from Python
            st.session_state.setdefault(f"memory {FRAME}", {})[name] = strings(st.session_state[key])
        return key

    def put_right(self, name: str, default: Any, decode: Decode) -> None:
        """Where the widget brings what it does not offer, hold what is meant, or what it was at before.

        A browser sends an option by its label: the label of the other language while it has not yet heard of the
        switch, or one that the version before this one had.
        """
        brought = st.session_state[self.key(name)]
        try:
            meant = decode(strings(brought))
        except ValueError:
            meant = self.written(name, default, decode)
        if strings(meant) != strings(brought):
            st.session_state[self.key(name)] = meant

    def written(self, name: str, default: Any, decode: Decode) -> Any:
        """What the control was at when the address was last written."""
        memory = st.session_state.get(f"memory {self.scope}", {})
        try:
            return decode(memory[name]) if name in memory else default
        except ValueError:
            return default

    def _asked(self, name: str, default: Any, decode: Decode) -> Any:
        address = {n: st.query_params.get_all(n) for n in st.query_params}
        speaks = self._arriving if self.scope == FRAME else set(address) - OF_ALL  # then it wins over memory
        asked = (address if speaks else self._memory).get(name)
        try:
            return default if asked is None else decode(asked)
        except ValueError:
            return default

    @property
    def before(self) -> Mapping[str, list[str]] | None:
        """What the address was before this run, as far as it is about this page; None on arrival."""
        return None if self._arriving else self._memory

    def reset(self, name: str, value: Any) -> None:
        """In a callback: every control of the page to its default, and ``name`` to ``value``."""
        st.session_state[RESET] = {name: value}

    def write(self, defaults: Mapping[str, Any], frame_defaults: Mapping[str, Any]) -> None:
        """Put every value that is not at its default into the address; the page's own are remembered as well."""
        st.session_state.pop(RESET, None)
        own = {name: strings(value) for name, value in self.changed(defaults).items()}
        st.session_state[f"memory {self.scope}"] = own
        address = {name: strings(value) for name, value in _changed(FRAME, frame_defaults).items()} | own
        if not self._travelled and {name: st.query_params.get_all(name) for name in st.query_params} != address:
            st.query_params.from_dict(address)

    def changed(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """The controls of this scope that are not at their defaults, with their values."""
        return _changed(self.scope, defaults)


def _changed(scope: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: st.session_state.get(f"{scope}-{name}", default) for name, default in defaults.items()}
    return {name: value for name, value in values.items() if value != defaults[name]}


def strings(value: Any) -> list[str]:
    """A control's value as the address has it: numbers with six significant digits, one string for each of several."""
    if isinstance(value, list):
        return [str(v) for v in value] or [""]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [f"{value:.6g}" if isinstance(value, float) else str(value)]
