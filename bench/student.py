"""A student: a protocol client who moves what is on screen, and does not wait longer than people do."""

import math
import random
import time
from dataclasses import dataclass

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench.client import Client

IN_HAND = 4  # sliders that one plays with
STAYS, BACK, JUMPS, TURNS = 0.6, 0.15, 0.1, 0.2  # chances: the same slider again; where it was; anywhere; the other way


@dataclass(frozen=True)
class Answer:
    """What became of a change, in seconds since it was made."""

    told: float  # until the page says how far it is, or how many are served before; or, if sooner, is whole
    whole: float | None  # until the page is whole; None where the student moved on
    is_long: bool  # whether the page had to say how far it is


class Student(Client):
    """One who opens a page and plays with its sliders and menus."""

    def __post_init__(self) -> None:
        self.on_screen: dict[str, object] = {}  # by id: sliders and menus that the last run has drawn
        self.places: dict[str, int] = {}  # where the student has left them
        self.held, self.direction = "", 1  # the slider moved last, and which way
        self.has_begun = False  # the run that answers the last change; the end of one before it does not count
        self.until = math.inf  # when the student moves on
        self.bar: float | None = None  # when that run has first said how far it is
        super().__post_init__()

    def change(self, rng: random.Random, patience: float) -> Answer:
        """Move something and look at the page, for so many seconds at most."""
        movable = [
            (widget_id, content)
            for widget_id, content in sorted(self.on_screen.items(), key=lambda item: item[0])
            if len(content.options) > 1 and not content.disabled
        ]
        if movable:
            self._move(rng, *rng.choice(movable))
        return self._answered(patience)

    def _answered(self, patience: float) -> Answer:
        start = time.perf_counter()
        self.has_begun, self.bar, self.until = False, None, start + patience
        try:
            whole = self.rerun(timeout=patience)
        except TimeoutError:
            whole = None
        told = self.bar - start if self.bar is not None else patience if whole is None else whole
        return Answer(told, whole, self.bar is not None)

    def follow(self, rng: random.Random, patience: float) -> Answer:
        """Move one of the page's first sliders as one does who follows a lecture, and wait for what comes of it.

        A person has a few sliders in hand, the ones that stand on top; mostly stays with the one moved last; moves it
        by a step or three, mostly on in the same direction; now and then puts it back to where the page has opened, or
        jumps anywhere. Sliders have their steps, and so a class meets at some settings, and each strays to some of
        their own: neither is everything new to the server, nor has it seen everything.
        """
        sliders = [
            (name, content)
            for name, content in self.on_screen.items()
            if hasattr(content, "step") and len(content.options) > 1 and not content.disabled
        ][:IN_HAND]
        if sliders:
            stays = [found for found in sliders if found[0] == self.held and rng.random() < STAYS]
            name, content = (stays or [rng.choice(sliders)])[0]
            self.held = name
            self._set(name, content, self._next(rng, name, content))
        return self._answered(patience)

    def _next(self, rng: random.Random, name: str, content: object) -> int:
        """Where a person moves that slider."""
        last, opened = len(content.options) - 1, int(content.default[0]) if content.default else 0
        at, chance = self.places.get(name, opened), rng.random()
        if chance < BACK and at != opened:
            return opened
        if chance < BACK + JUMPS:
            return rng.choice([place for place in range(last + 1) if place != at])
        if rng.random() < TURNS or not 0 <= at + self.direction <= last:
            self.direction = -self.direction
        return min(max(at + self.direction * rng.choice((1, 1, 1, 2, 3)), 0), last)

    def _move(self, rng: random.Random, widget_id: str, content: object) -> None:
        """Mostly a few positions on, now and then anywhere."""
        is_slider, last = hasattr(content, "step"), len(content.options) - 1
        begun = int(content.default[0]) if is_slider and content.default else 0
        at = self.places.get(widget_id, begun)
        to = min(max(at + rng.choice((-3, -2, -1, 1, 2, 3)), 0), last)
        self._set(widget_id, content, rng.randint(0, last) if to == at or rng.random() < 0.2 else to)

    def _set(self, widget_id: str, content: object, to: int) -> None:
        self.places[widget_id] = to
        state = WidgetState(id=widget_id)
        if hasattr(content, "step"):
            state.string_array_value.data.append(content.options[to])
        else:
            state.string_value = content.options[to]
        self.states[widget_id] = state

    def _take(self, forward: ForwardMsg) -> bool:
        is_over = super()._take(forward)
        kind = forward.WhichOneof("type")
        if kind == "new_session":
            self.has_begun = True
            self.on_screen.clear()
        if kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
            element = forward.delta.new_element
            name = element.WhichOneof("type")
            if name in ("slider", "selectbox"):
                self.on_screen[getattr(element, name).id] = getattr(element, name)
            if name == "progress" and self.has_begun and self.bar is None:
                self.bar = time.perf_counter()
        if not is_over and time.perf_counter() > self.until:
            raise TimeoutError("the student has moved on")
        return is_over and self.has_begun
