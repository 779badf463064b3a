"""Turns at what computes long: one at a time, in the order they came, and whoever has moved on leaves the line.

Short computations never wait: behind a long one they would take seconds. What is long, nobody has to say: a function
whose computation took long lines up the next time.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar

import streamlit as st

Result = TypeVar("Result")
AT_ONCE = 1  # more would only keep each other, and the pages of everybody else, from the processor
LONG = 0.15  # seconds of the processor
TICK = 0.05  # seconds between two looks at whether the person has moved on


class Line:
    """Those who compute, and those who wait for it. Safe to use from any thread."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._here: deque[object] = deque()  # in the order they came; the first ``at_once`` of them compute

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it until the block ends."""
        me = object()
        with self._changed:
            self._here.append(me)
        try:
            while not self._wait(me):
                st.session_state.get("turn")  # here Streamlit ends the run of one who has moved on
            yield
        finally:
            with self._changed:
                self._here.remove(me)
                self._changed.notify_all()

    def _wait(self, me: object) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._here.index(me) < self._at_once, TICK)


LINE = Line()


def in_turn(function: Callable[..., Result], line: Line = LINE) -> Callable[..., Result]:
    """``function``, in line while it is one that takes long."""
    last = 0.0  # seconds of the processor that it took the last time

    @wraps(function)
    def waits(*args: Any, **kwargs: Any) -> Result:
        nonlocal last
        with line.turn() if last > LONG else nullcontext():
            start = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                last = time.thread_time() - start

    return waits
