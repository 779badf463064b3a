"""What has been set anew, and a browser that has not heard of it.

The next experiment sets every control of the page. What a person does before they see it brings the old values of all
the other widgets along, and would undo it. A message in which no control that was changed is at its new value is from
before: what is still at its old value is set again, and what is elsewhere was moved by hand, and stays.
"""

from time import monotonic
from typing import Any

import streamlit as st

LATE = 2.0  # seconds in which a browser may not have heard of it


class Late:
    """What was set anew in one scope. It is in the session: callbacks come before the run."""

    def __init__(self, scope: str) -> None:
        self._kept = f"late {scope}"

    @property
    def _changed(self) -> dict[str, tuple[Any, Any]]:
        """By key: what it was at, and what it has been set to."""
        return st.session_state.get(self._kept, (0.0, {}))[1]

    def begin(self) -> None:
        st.session_state[self._kept] = monotonic(), {}

    def set(self, key: str, value: Any) -> None:
        """Set a control anew."""
        before = st.session_state.get(key)
        st.session_state[key] = value
        if before is not None and before != value:
            self._changed[key] = before, value

    def spare(self, key: str) -> None:
        """No widget holds that one: no message brings it."""
        self._changed.pop(key, None)

    def catch_up(self) -> None:
        """At the beginning of a run and of a callback: set again what a message from before has brought back."""
        changed = self._changed
        since = st.session_state.get(self._kept, (0.0,))[0]
        if not changed:
            return
        held = {key: st.session_state.get(key) for key in changed}
        if monotonic() - since > LATE or any(held[key] == after for key, (_, after) in changed.items()):
            del st.session_state[self._kept]
            return
        for key, (before, after) in changed.items():
            if held[key] == before:
                st.session_state[key] = after
