"""Waiting for long work: what there is of it, as it comes, and what a person is told meanwhile: how many are served
before, and for how long it will be."""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.progress import Progress
from ui.text import Words
from ui.work import jobs
from ui.work.jobs import Look
from ui.work.keys import key_of, kind_of

Result = TypeVar("Result")


def results(
    function: Callable[..., Iterator[Progress[Result]]], args: tuple, more: Mapping[str, Any], bar: Any, words: Words
) -> Iterator[tuple[Result, bool]]:
    """What there is of the result of ``function(*args, **more)``, as it comes, each with whether it is the whole.
    ``bar``: where it says how far it is. A person who moves on leaves no work behind."""
    key, who, kind = key_of(function, args, more), person(), kind_of(function)
    shown = said = place = None
    look = partial(jobs.JOBS.look, key, partial(function, *args, **more), kind=kind, who=who)
    try:
        while not (seen := look(wait=jobs.QUEUED if place else jobs.TICK)).finished:
            place, done = seen.place, min(seen.progress.done, 1.0) if seen.progress else 0.0
            if (tells := (told(seen, words), round(done, 2))) != said:
                said = tells  # a hundred who wait say nothing a hundred times
                bar.progress(done, text=tells[0])
            st.session_state.get("work")  # here Streamlit ends the run of one who has moved on
            if seen.progress and seen.progress.result is not None and seen.progress is not shown:
                shown = seen.progress
                yield shown.result, False
        bar.empty()
        yield seen.progress.result, True
    finally:
        jobs.JOBS.leave(key, who)


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
