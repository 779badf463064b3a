"""Prepared settings with a question: predict, then reveal what the theory says and the page has measured."""

from collections.abc import Sequence

import streamlit as st

from core.check import Check
from ui.catalog import Concept, Experiment
from ui.controls import in_range
from ui.link import Link
from ui.text import Words, fill

NAME = "experiment"  # 1, 2, … as the link has it
REVEALED = "revealed"  # session state: the key of the experiment whose answer is shown


class Walk:
    """The experiments of one page, and which of them is on."""

    def __init__(self, concept: Concept, link: Link, words: Words) -> None:
        self.concept, self.link, self.words = concept, link, words
        self.total = len(concept.experiments)
        self.key = link.hold(NAME, 1, lambda asked: int(in_range(1, self.total)(asked)))
        self.number: int = st.session_state[self.key]

    @property
    def experiment(self) -> Experiment:
        return self.concept.experiments[self.number - 1]

    def show(self, checks: Sequence[Check]) -> None:
        """The question, the prediction, the answer, and the way to the next experiment."""
        with st.container(key="experiment_box", border=True):
            with st.container(horizontal=True, vertical_alignment="center", key="experiment_bar", gap="small"):
                self._steps()
                st.markdown(f"**{self.experiment.question[self.words.language]}**", width="stretch")
            with st.container(horizontal=True, vertical_alignment="center", key="experiment_guess"):
                guess = self._predict()
                revealed = self._reveal()
            if revealed:
                st.markdown(self._answer(checks, guess))

    def _go(self, number: int) -> None:
        """Callback: to that experiment, with all of the page's controls as it sets them."""
        self.link.reset(NAME, number)
        st.session_state.pop(REVEALED, None)

    def _steps(self) -> None:
        st.segmented_control(
            self.words["experiment"],
            list(range(1, self.total + 1)),
            key=self.key,
            required=True,
            on_change=lambda: self._go(st.session_state[self.key]),
            label_visibility="collapsed",
        )
        for name, by, shortcut in (("experiment_back", -1, "P"), ("experiment_next", 1, "N")):
            there = self.number + by
            st.button(
                self.words[name],
                key=name,
                disabled=not 1 <= there <= self.total,
                on_click=self._go,
                args=(there,),
                shortcut=shortcut,
                type="tertiary",
            )

    def _predict(self) -> int | None:
        """The choice made before the answer is shown; it stays in this browser session."""
        choices = [choice[self.words.language] for choice in self.experiment.choices]
        guess = st.pills(
            self.words["predict"],
            range(len(choices)),
            format_func=choices.__getitem__,
            key=f"guess {self.concept.slug} {self.experiment.id}",
            label_visibility="collapsed",
        )
        return guess

    def _reveal(self) -> bool:
        this = (self.concept.slug, self.number)
        revealed = st.session_state.get(REVEALED) == this

        def toggle() -> None:
            st.session_state[REVEALED] = None if revealed else this

        label = self.words["hide_answer"] if revealed else self.words["reveal"]
        st.button(label, on_click=toggle, key="reveal", type="primary", shortcut="A")
        return revealed

    def _answer(self, checks: Sequence[Check], guess: int | None) -> str:
        verdict = {None: "", True: self.words["guess_right"], False: self.words["guess_wrong"]}
        said = verdict[None if guess is None else guess == self.experiment.correct]
        return f"{said} {answer(self.experiment, self.words.language, checks)}"


def answer(experiment: Experiment, language: str, checks: Sequence[Check]) -> str:
    """The answer with the numbers just computed: ``{{check_id.measured}}`` and ``{{check_id.predicted}}``."""
    values = {f"{c.id}.{side}": getattr(c, side) for c in checks for side in ("predicted", "measured")}
    told = fill(experiment.answer[language], _Known(values))
    return f"**{experiment.choices[experiment.correct][language]}** — {told}"


class _Known(dict):
    """A number that the settings on screen do not have (the person has moved on) is a dash, not an error."""

    def __missing__(self, key: str) -> str:
        return "–"
