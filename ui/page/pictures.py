"""The pictures of a page: drawn, told in words, as high as the room needs them, and taken hold of."""

import html
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st

from charts.common import Picture
from charts.compare import over
from ui import catalog
from ui.controls.widgets import Controls
from ui.evidence.experiments import Walk
from ui.evidence.record import Record, Shown
from ui.lecture import plan
from ui.live import handles
from ui.live.handles import Handle
from ui.page import pin
from ui.text import Words

Result = TypeVar("Result")
NONE: Mapping[str, str] = MappingProxyType({})
# Pixels that a picture has more in a lecture, on one screen of 1280 × 720, while the room predicts, and with the answer
# and its tiles below it; half of them where two pictures stand one above the other, which are lower than this.
MORE, LESS, TWO_IN_ONE = 132, -30, 200


class Pictures:
    """The part of a page that draws; with what, and for whom, the page says."""

    concept: catalog.Concept
    words: Words
    lecture: bool
    walk: Walk
    controls: Controls

    def __init__(self) -> None:
        self.record = Record()
        self.drawn: dict[str, Any] = {}  # where each picture of this run is
        # Over the pictures that can be taken hold of: where, and what ``handles.layer`` gets.
        self.layers: dict[str, tuple[Any, Sequence[Handle], dict[str, Any]]] = {}
        self.pinned: pin.Pin | None = None

    def show(
        self,
        picture: Picture,
        key: str,
        *,
        alt: str,
        height: int = 330,
        hands: Sequence[Handle] = (),
        click: bool = False,
        places: bool = False,
        guesses: Mapping[str, str] = NONE,
    ) -> None:
        """Draw a picture, or in the same run again, with more in it, where it was drawn first. ``alt`` says
        in words, with its numbers, what the picture shows. ``hands``: what can be dragged on it; with ``click`` the
        first of them also goes where the picture is clicked. ``places``: whether the checks were taken at places of its
        horizontal axis, which it shows. ``guesses``: of the numbers that experiments ask for, those that are on an axis
        of it, "x" or "y": what the room has guessed is drawn there.

        The words stand beside the chart, for screen readers alone: as the chart's own description they would be part of
        its specification, and each new number would build it anew.
        """
        self.record.pictures[key] = Shown(picture, alt, height)
        picture = over(self.pinned.pictures.get(key) if self.pinned else None, picture)
        whole = {**picture.specification, "datasets": dict(picture.tables)}
        place = self.drawn.get(key, st)
        hands = [hand for hand in hands if not plan.hidden() & set(hand.controls)]
        if hands or places or guesses:
            whole["params"] = [*whole.get("params", ()), handles.PLOT]
            over_it = self.layers[key][0] if key in self.layers else st.container(key=f"held_{key}", gap=None)
            clicked = hands[0].name if click and hands else ""
            self.layers[key] = over_it, hands, {"click": clicked, "places": places, "ghost": self._ghost(guesses)}
            place = self.drawn.get(key, over_it)
        self.drawn[key] = place.vega_lite_chart(
            whole,
            key=key,
            height=self._tall(height),
            width="stretch",
            theme=None,
            alt=self.words["chart"],
        )
        plain = alt.replace("**", "").replace("$", "")  # nobody wants stars and dollars read out
        told = f'<p class="told" data-chart="{html.escape(key)}">{html.escape(plain)}</p>'
        self.drawn[f"{key} told"] = self.drawn.get(f"{key} told", st).html(told)

    def _ghost(self, guesses: Mapping[str, str]) -> dict[str, Any] | None:
        """What was guessed, as a line across the axis that has it, while the settings are the experiment's."""
        axis, guess = guesses.get(self.walk.experiment.estimate), self.walk.guessed
        if axis is None or guess is None or self.controls.strayed():
            return None
        return {"axis": axis, "at": guess, "name": self.words["your_guess"]}

    def _tall(self, height: int) -> int:
        """Of a picture: in a lecture it fills the screen, and makes room for the answer when that is there."""
        if not self.lecture:
            return height
        more = LESS if self.walk.is_told and not self.controls.strayed() else MORE
        return height + (more if height >= TWO_IN_ONE else more // 2)

    def still(self, key: str, value: Result) -> Result:
        """``value``, but while something on that picture is in the hand, what it was when it was taken hold of: the
        picture does not move under the hand."""
        kept = f"still {self.concept.slug} {key}"
        if kept not in st.session_state or not handles.held(key):
            st.session_state[kept] = value
        return st.session_state[kept]

    def show_beside(self, picture: Picture, key: str, *, alt: str, text: str, height: int = 380) -> Any:
        """Draw a picture about as wide as it is high, with words beside it. Returns where these stand, for more."""
        left, right = st.columns([1.3, 1], gap="medium")
        with left:
            self.show(picture, key, alt=alt, height=height)
        right.markdown(text)
        return right

    def legend(self, made: str) -> None:
        """What the lines are, once for pictures that share it."""
        self.record.legend = made
        st.html(made)

    def take_hold(self) -> None:
        """Lay the handles over the pictures, once these are all drawn."""
        for key, (place, hands, more) in self.layers.items():
            with place:
                handles.layer(key, hands, self.words, lecture=self.lecture, **more)
