"""Streamlit's widgets with Basin's manners: labels and help from the text file, value in the link, sliders live.

Every control is known by one name: its parameter in the link, its text ids (``name`` and ``name_help``) and its place
in an experiment's settings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.controls.link import Link, strings
from ui.controls.values import in_range, log_scale, one_of, round_to, rounded, truth
from ui.live import handles, sliders
from ui.text import Words, written

GUESTS = 20  # numbers between a slider's positions that links may have brought, per slider


@dataclass(frozen=True)
class Span:
    """What a number field or a slider allows."""

    low: float
    high: float
    step: float


class Controls:
    """The controls of one page. Their defaults, and the keys of the live ones, are collected as they are made.

    ``settings`` are those of the experiment that is on: where it sets a control, that is the control's default.
    """

    def __init__(
        self, words: Words, link: Link, settings: Mapping[str, Any], shown: Callable[[str], bool] = lambda name: True
    ) -> None:
        """``shown``: whether the control of that name may be on screen; it is asked once for each, in their order."""
        self.words = words
        self.link = link
        self.settings = settings
        self.live: list[str] = []
        self.spans: dict[str, Span] = {}  # of number fields and of sliders in equal steps, for hands on the picture
        self.positions: dict[str, Sequence[float]] = {}  # of all sliders
        self.values: dict[str, float] = {}  # of both, as the page is drawn with
        self.defaults: dict[str, Any] = {}
        self.looks: set[str] = set()  # those that only choose what is looked at
        self.idle: set[str] = set()  # those that are disabled: the page does not go by them
        self.drawn = True  # whether the controls that are made now are on screen, or only have their values
        self._shown, self._seen = shown, {}

    def _hold(self, name: str, default: Any, decode: Callable[[Sequence[str]], Any]) -> dict[str, Any]:
        """What every widget is made with; its value is in the session by then."""
        if name in self.settings:
            with suppress(ValueError):  # an experiment may be about other data, where this control has another range
                default = decode(strings(self.settings[name]))
        self.defaults[name] = default
        key = self.link.hold(name, default, decode)
        handles.stands(key)
        self.sees(name)
        return {"label": self.words[name], "help": self.words.get(f"{name}_help"), "key": key}

    def sees(self, name: str) -> bool:
        """Whether the person sees that control: a closed lid, the lecture or the link may keep it away."""
        if name not in self._seen:
            self._seen[name] = self.drawn and self._shown(name)
        return self._seen[name]

    @contextmanager
    def tucked_away(self, label: str, key: str) -> Iterator[None]:
        """The controls that are made inside lie behind a lid; closed, they keep their values and cost no drawing."""
        lid = st.expander(label, key=key, on_change="rerun")
        outside, self.drawn = self.drawn, self.drawn and bool(lid.open)
        try:
            with lid:
                yield
        finally:
            self.drawn = outside

    def draw(self, widget: Callable[..., Any], *, key: str, **options: Any) -> Any:
        """The widget's value, and the widget where the person sees it."""
        if self._seen[key.removeprefix(self.link.key(""))]:
            return widget(key=key, **options)
        st.session_state[key] = value = st.session_state[key]  # written, or Streamlit forgets it with the widget
        self.link.late.spare(key)
        return value

    def scale(
        self,
        name: str,
        positions: Sequence[float],
        default: float,
        *,
        is_live: bool = True,
        least: float = 0.0,
        **more: Any,
    ) -> float:
        """A slider over the given increasing numbers, written with six significant digits; a number between them that
        a link or an experiment brings gets a place of its own, but none between 0 and ``least``."""
        positions = rounded(tuple(positions))
        if more.get("disabled"):
            self.idle.add(name)
        common = self._hold(name, round_to(default), in_range(positions[0], positions[-1], least))
        key = common["key"]
        guests = st.session_state.setdefault(f"{key} guests", [])
        if st.session_state[key] not in positions and st.session_state[key] not in guests:
            guests[:] = [*guests[1 - GUESTS :], st.session_state[key]]
        if inside := [guest for guest in guests if positions[0] <= guest <= positions[-1]]:
            positions = sorted({*positions, *inside})
        self.positions[name] = positions
        released = self.draw(st.select_slider, options=positions, format_func=written, **common, **more)
        self.values[name] = released
        if is_live and self.sees(name):
            self.live.append(key)
            self.values[name] = sliders.current(key, released, positions)
        return self.values[name]

    def log_slider(self, name: str, low: float, high: float, default: float, **more: Any) -> float:
        """A slider over the two-digit numbers from ``low`` to ``high``, evenly spaced to the eye on a log scale."""
        return self.scale(name, log_scale(low, high), default, **more)

    def slider(self, name: str, low: float, high: float, default: float, step: float, **more: Any) -> float:
        """A slider in equal steps; whole numbers where ``step`` is one."""
        self.spans[name] = Span(low, high, step)
        positions = [low + i * step for i in range(round((high - low) / step) + 1)]
        value = self.scale(name, positions, default, **more)
        return round(value) if isinstance(step, int) else value

    def select(self, name: str, options: Iterable[str], default: str, **more: Any) -> str:
        """One of several named options; the text id of option ``x`` is ``name.x``."""
        return self._one(st.selectbox, name, list(options), default, **more)

    def choose(self, name: str, options: Iterable[str], default: str, *, is_look: bool = False, **more: Any) -> str:
        """One of a few named options, all in sight. ``is_look``: it only chooses what is looked at."""
        if is_look:
            self.looks.add(name)
        return self._one(st.segmented_control, name, list(options), default, required=True, **more)

    def strayed(self) -> bool:
        """Whether a control that has been made is elsewhere than the experiment that is on sets it."""
        return bool(set(self.link.changed(self.defaults)) - self.looks)

    def _one(
        self,
        widget: Callable[..., Any],
        name: str,
        options: Sequence[str],
        default: str,
        *,
        on_change: Callable[..., None] | None = None,
        args: Sequence[Any] = (),
        **more: Any,
    ) -> str:
        """One of the options: the one function that reads them. A widget may bring what is none (see ``Link``)."""
        decode = one_of(name, options, self.words)
        common = self._hold(name, default, decode)

        def changed() -> None:
            self.link.late.catch_up()
            before = self.link.written(name, self.defaults[name], decode)
            self.link.put_right(name, self.defaults[name], decode)
            if st.session_state[common["key"]] != before:
                on_change(*args)

        if on_change is not None:
            more["on_change"] = changed
        held = self._in_its_language(common["key"])
        chosen = self.draw(widget, options=options, format_func=self._named(name), **common, **more)
        return chosen if chosen in options else held

    def _in_its_language(self, key: str) -> Any:
        """What a choice is at; the browser holds a label, and needs the other language's when it is switched.

        Other widgets are not written: a slider moved meanwhile would be moved back.
        """
        held = st.session_state[key]
        if self.link.switched:
            st.session_state[key] = held
        return held

    def several(self, name: str, options: Iterable[str], default: Sequence[str]) -> list[str]:
        """Any number of named options, in the order of ``options``."""
        options = list(options)
        one = one_of(name, options, self.words)
        common = self._hold(name, list(default), lambda asked: [one([a]) for a in asked if a])
        self._in_its_language(common["key"])
        chosen = self.draw(st.multiselect, options=options, format_func=self._named(name), **common)
        return [option for option in options if option in chosen]

    def toggle(self, name: str, default: bool) -> bool:
        return self.draw(st.toggle, **self._hold(name, default, truth))

    def number(self, name: str, low: float, high: float, default: float, **more: Any) -> float:
        inside = in_range(low, high)
        kind = int if isinstance(default, int) else float
        brought = st.session_state.get(self.link.key(name))
        common = self._hold(name, default, lambda asked: kind(inside(asked)))
        self.spans[name] = Span(low, high, more.get("step", 1))
        key, last = common["key"], f"{common['key']} last"
        before = st.session_state.get(last, default)
        refused = isinstance(brought, int | float) and not low <= brought <= high and low <= before <= high
        if refused:  # and not only left behind by a range that is another now
            st.session_state[key] = before
        if st.session_state[key] is None:  # the field has been emptied: what was there stays, and comes back to it
            st.session_state[key] = st.session_state.get(last, default)
        st.session_state[last] = st.session_state[key]
        self.draw(st.number_input, value=None, **common, **more)  # without bounds, to which it would put what is typed
        self.values[name] = st.session_state[last]
        if refused and self.sees(name):
            at = {"low": written(low), "high": written(high), "value": written(self.values[name])}
            st.caption(f"⚠ {self.words.say('out_of_range', typed=written(brought), **at)}")
        return self.values[name]

    def text(self, name: str, default: str, max_chars: int) -> str:
        def short(asked: Sequence[str]) -> str:
            if len(asked[-1]) > max_chars:
                raise ValueError(f"{name}: at most {max_chars} characters, got {len(asked[-1])}")
            return asked[-1]

        return self.draw(st.text_input, max_chars=max_chars, **self._hold(name, default, short)) or ""

    def seed(self) -> int:
        return int(self.number("seed", 0, 9999, 0, step=1))

    def _named(self, name: str) -> Callable[[str], str]:
        return lambda option: self.words[f"{name}.{option}"]
