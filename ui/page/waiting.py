"""What a person is told who waits for long work: how many are served before, and for how long it will be."""

import math
from collections.abc import Mapping

from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.text import Words
from ui.work.jobs import Look


def person() -> object:
    """Who asks: the session. A run without one is nobody else's."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else object()


def told(look: Look, words: Words) -> str:
    """One line. Seconds are an estimate, left out where nothing of the kind was computed yet, or it is soon over."""
    said = _queue(look, words)
    return words.say("cut_off", told=said) if look.is_cut_off else said


def _queue(look: Look, words: Words) -> str:
    values: Mapping[str, int] = {"place": look.place} if look.place else {}
    name = "waiting" if look.place else "computing"
    if look.seconds is None or look.seconds < 1:
        return words.say(name, **values)
    return words.say(f"{name}_for", seconds=rounded(look.seconds), **values)


def rounded(seconds: float) -> int:
    """Seconds as a person would say them; upward, so that it is seldom longer than was said."""
    step = 1 if seconds <= 10 else 5 if seconds <= 60 else 30
    return step * math.ceil(seconds / step)
