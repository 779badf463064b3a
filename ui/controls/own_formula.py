"""A person's own formula: where it can't be used, the page says why, and shows the last one that could.

A text that is too long is taken as it is, so that it can be answered; what a field cuts off is lost without a word.
"""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.formulas.expressions import ExpressionError
from ui.controls.widgets import Controls
from ui.text import Words

MOST_TYPED = 1000  # characters that a field takes: more than a formula may have
Made = TypeVar("Made")


def made_of(
    controls: Controls, text: str, make: Callable[[str], Made], default: str, complain: Callable[[str, str], None]
) -> Made:
    """What ``make`` makes of the text; where that is refused, of the last one that worked here, or of ``default``.

    ``complain`` gets why, in words, and the formula that is shown instead.
    """
    worked = f"{controls.link.scope} formula that worked"
    try:
        made = make(text)
    except ExpressionError as error:
        why = reason(error, controls.words)
    else:
        st.session_state[worked] = text
        return made
    shown = st.session_state.get(worked, default)
    try:
        made = make(shown)
    except ExpressionError:  # it did work, on another domain
        shown, made = default, make(default)
    complain(why, f"`{shown}`")
    return made


def reason(error: ExpressionError, words: Words) -> str:
    """Why a formula is refused, in words."""
    return words.say(f"expression_error.{error.code}", detail=error.detail, position=(error.position or 0) + 1)
