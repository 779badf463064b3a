"""Prepared settings with a question: predict, then reveal what the theory says and the page has measured."""

import math
from collections.abc import Mapping, Sequence

import streamlit as st

from core.check import Check
from ui.catalog import Concept, Experiment
from ui.controls.link import Link
from ui.controls.values import in_range
from ui.lecture import plan
from ui.text import Words, fill, number

NAME = "experiment"  # 1, 2, … as the link has it
NEAR = 0.1  # how far off a predicted number may be, as a share of it
TALLY = "predictions"  # session state: which of the predictions made were right
REVEALED = "revealed"  # session state: the key of the experiment whose answer is shown
ASKED = "asked to reveal"  # session state: whether the answer is wanted, of the experiment that this message leads to


class Walk:
    """The experiments of one page, and which of them is on."""

    def __init__(self, concept: Concept, link: Link, words: Words, *, lecture: bool = False) -> None:
        self.concept, self.link, self.words, self.lecture = concept, link, words, lecture
        self.total = len(concept.experiments)
        self.key = link.hold(NAME, 1, lambda asked: int(in_range(1, self.total)(asked)))
        self.number: int = st.session_state[self.key]
        self.plan = plan.current()
        step = plan.Step(concept.slug, self.number)
        self.place = self.plan.index(step) if step in self.plan else None  # in the plan
        self.strayed = False  # whether the settings on screen are others than the experiment's

    @property
    def experiment(self) -> Experiment:
        return self.concept.experiments[self.number - 1]

    @property
    def revealed(self) -> bool:
        """Whether the answer is on screen."""
        return not self.strayed and st.session_state.get(REVEALED) == (self.concept.slug, self.number)

    @property
    def is_open(self) -> bool:
        """Whether the question still waits: no guess has been made, and the answer has not been asked for. True from
        the first line of a run, before ``show`` has heard of the button."""
        return not self.is_told and st.session_state.get(self._guess) is None

    @property
    def is_told(self) -> bool:
        """Whether the answer will be on screen when this run has come to it."""
        wanted = st.session_state.get(ASKED)
        return st.session_state.get(REVEALED) == (self.concept.slug, self.number) if wanted is None else wanted

    @property
    def guessed(self) -> float | None:
        """The number that was guessed, where the question asks for one."""
        return st.session_state.get(self._guess) if self.experiment.estimate else None

    @property
    def _guess(self) -> str:
        return f"guess {self.concept.slug} {self.experiment.id}"

    def show(self, checks: Sequence[Check], *, strayed: bool = False) -> None:
        """The question, the prediction, the answer, and the way to the next experiment.

        Where the settings have ``strayed`` from the experiment's there is no answer, as it is not about what is on
        screen, but the way back to them.
        """
        self.strayed = strayed
        if (wanted := st.session_state.pop(ASKED, None)) is not None:
            st.session_state[REVEALED] = (self.concept.slug, self.number) if wanted else None
        with st.container(key="experiment_box", border=True):
            with st.container(horizontal=True, vertical_alignment="center", key="experiment_bar", gap="small"):
                self._steps()
                st.markdown(f"**{self.experiment.question[self.words.language]}**", width="stretch")
                self._reveal()
            with st.container(horizontal=True, vertical_alignment="center", key="experiment_guess"):
                guess = self._predict()
            if strayed:
                with st.container(key="experiment_answer"):
                    st.caption(self.words["strayed"])
            if self.revealed:
                with st.container(key="experiment_answer"):
                    st.markdown(self._answer(checks, guess))

    def _go(self, step: plan.Step) -> None:
        """Callback: to that experiment, with all of its page's controls as it sets them."""
        st.session_state.pop(REVEALED, None)
        if step.slug == self.concept.slug:
            self.link.reset(NAME, step.number)
        else:
            plan.go(step)

    def _here(self, number: int) -> plan.Step:
        return plan.Step(self.concept.slug, number)

    def _steps(self) -> None:
        """Where the walk is, and its buttons. On a plan it is the plan's; beside the plan, the way leads back to it."""
        if self.plan:
            at = -1 if self.place is None else self.place
            ways = [self.plan[n] if 0 <= n < len(self.plan) else None for n in (at - 1, at + 1)]
        else:
            at = self.number - 1
            ways = [self._here(n) if 1 <= n <= self.total else None for n in (self.number - 1, self.number + 1)]
        if self.plan or self.lecture:
            st.session_state[self.key] = self.number  # written, as no widget holds it now
            self.link.late.spare(self.key)
            st.markdown(f"**{at + 1 or '–'}** / {len(self.plan) or self.total}", width="content")
        else:

            def chosen() -> None:
                self.link.late.catch_up()
                if st.session_state[self.key] != self.number:
                    self._go(self._here(st.session_state[self.key]))

            st.segmented_control(
                self.words["experiment"],
                list(range(1, self.total + 1)),
                key=self.key,
                required=True,
                on_change=chosen,
                label_visibility="collapsed",
            )
        for name, there, shortcut in zip(("experiment_back", "experiment_next"), ways, ("P", "N"), strict=True):
            st.button(
                self.words[name],
                key=name,
                disabled=there is None,
                on_click=self._go,
                args=(there,),
                shortcut=shortcut,
                type="tertiary",
            )

    def _predict(self) -> float | None:
        """The choice or the number of before the answer is shown; it stays in this browser session."""
        key = self._guess
        if self.experiment.estimate:
            return st.number_input(
                self.words["predict"],
                value=None,
                key=key,
                placeholder=self.words["guess_number"],
                label_visibility="collapsed",
                width=200,
            )
        choices = [choice[self.words.language] for choice in self.experiment.choices]
        return st.pills(
            self.words["predict"],
            range(len(choices)),
            format_func=choices.__getitem__,
            key=key,
            label_visibility="collapsed",
        )

    def _reveal(self) -> None:
        if self.strayed:
            again = self.words["as_set"]
            st.button(again, on_click=self.link.reset, args=(NAME, self.number), key="as_set", type="primary")
            return
        is_open = self.revealed

        def toggle() -> None:
            st.session_state[ASKED] = not is_open

        label = self.words["hide_answer"] if is_open else self.words["reveal"]
        st.button(label, on_click=toggle, key="reveal", type="primary", shortcut="A")

    def _answer(self, checks: Sequence[Check], guess: float | None) -> str:
        told = answer(self.experiment, self.words.language, checks)
        return told if guess is None else f"{self._judged(guess, numbers(checks))} {told}"

    def _judged(self, guess: float, known: Mapping[str, float]) -> str:
        """What became of a prediction, and of all that were made in this browser session."""
        if self.experiment.estimate:
            truth = known.get(self.experiment.estimate, math.nan)
            off = abs(guess - truth) / (abs(truth) or 1.0)
            is_right, said = off <= NEAR, self.words.say("guess_off", guess=f"{guess:g}", percent=f"{100 * off:.3g}")
        else:
            is_right = guess == self.experiment.correct
            said = self.words["guess_right" if is_right else "guess_wrong"]
        tally = st.session_state.setdefault(TALLY, {})
        tally[self.concept.slug, self.experiment.id] = is_right
        return f"{said} {self.words.say('guess_tally', right=sum(tally.values()), total=len(tally))}"


def answer(experiment: Experiment, language: str, checks: Sequence[Check]) -> str:
    """The answer with the numbers just computed: ``{{check_id.measured}}`` and ``{{check_id.predicted}}``."""
    known = numbers(checks)
    told = fill(experiment.answer[language], _Known(known))
    if experiment.estimate:
        return f"**{number(known.get(experiment.estimate, math.nan))}** — {told}"
    return f"**{experiment.choices[experiment.correct][language]}** — {told}"


def numbers(checks: Sequence[Check]) -> dict[str, float]:
    """Both sides of each check, as answers name them."""
    return {f"{c.id}.{side}": getattr(c, side) for c in checks for side in ("predicted", "measured")}


class _Known(dict):
    """A number that there is not is a dash, not an error."""

    def __missing__(self, key: str) -> str:
        return "–"
