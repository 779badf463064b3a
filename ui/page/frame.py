"""The page frame: what is the same on every page, so that a person learns it once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st

from charts.theme import Theme, theme
from core.check import Check
from core.progress import Progress
from ui import catalog, text
from ui.controls.link import Link
from ui.controls.widgets import Controls
from ui.evidence.experiments import Walk
from ui.evidence.record import Call
from ui.evidence.strip import strip
from ui.lecture import plan
from ui.live import handles, player, sliders
from ui.page import calm, likely, pin, shell, waiting
from ui.page.pictures import Pictures
from ui.work.kept import cached
from ui.work.settle import settle

Result = TypeVar("Result")
TAKE = "take"  # the view of what can be taken away


class Page(Pictures):
    """One concept's page while it is drawn: where its parts go, and the words and colours they are drawn with."""

    def __init__(self, slug: str) -> None:
        shell.inside(slug)
        settle()
        self.concept = catalog.concept(slug)
        self.words = text.words(slug, shell.language())
        self.lecture = shell.lecture()
        self.theme: Theme = theme(st.context.theme.type, lecture=self.lecture)
        self.link = Link(slug, self.words.language)
        self.walk = Walk(self.concept, self.link, self.words, lecture=self.lecture)
        may_be_shown = plan.shown(self.concept.lecture, lecture=self.lecture)
        self.controls = Controls(self.words, self.link, self.walk.experiment.settings, may_be_shown)
        super().__init__()
        self.view = ""
        self._claim()
        with st.container(key="stage"):
            left, right = st.columns([1, 3.7], gap="medium")
            self.controls_place = left.container(key="controls", gap="small")
            self.pictures = right.container(key="pictures", gap="small")
            self.evidence = right.container(key="evidence", gap="small")
        calm.ON.set(self)
        self.work_place, self.works = self.pictures, 0  # where long work shows its bar, and how much of it there was

    def _claim(self) -> None:
        with st.container(key="claim", gap=None):
            st.markdown(f"### {self.concept.claim[self.words.language]}")
            st.markdown(self.concept.question[self.words.language])

    @contextmanager
    def more(self) -> Iterator[None]:
        """Where the controls beyond the first six go: behind a lid, and not drawn while it is closed."""
        with self.controls_place, self.controls.tucked_away(self.words["more"], key=f"more_{self.concept.slug}"):
            yield

    def compare(self) -> None:
        """Under the controls: a button that pins the run, so that the next ones are seen over it."""
        if not self.lecture:
            self.pinned = pin.pinned(self.concept.slug)
            with self.controls_place:
                pin.button(self.concept.slug, self.words)

    def player(self, last: int, *, unit: str = "player.step", at: Sequence[float] = (), seconds: float = 6.0) -> None:
        """For the frames 0 … ``last``; ``at``: what each of them is at, such as a size."""
        self.record.time = player.Time(last, unit, seconds, tuple(map(float, at)))
        player.player(self.words, self.record.time)

    def cached(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """``function`` of ``core`` with its results kept, for all sessions."""
        return self.record.hears(function, cached(function))

    def fresh(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """``function`` of ``core``, computed in each run: of what is one person's own, nothing is kept for others."""
        return self.record.hears(function, function)

    def working(
        self, function: Callable[..., Iterator[Progress[Result]]], *args: Any, **kwargs: Any
    ) -> Iterator[Result]:
        """Long work, a generator of ``core``: what there is of its result, as it comes, and last the whole.

        Meanwhile a bar says how far it is, or how many are served before. A person who moves on leaves no work behind.
        """
        self.works += 1
        with self.work_place.container(key=f"work_{self.works}"):
            bar = st.empty()
        for result, is_whole in waiting.results(function, args, kwargs, bar, self.words):
            if is_whole:
                self.record.calls.append(Call(function, args, kwargs, result, is_long=True))
            yield result

    def problem(self, text_id: str, **values: object) -> None:
        """Say what is wrong with what was asked for, in the page's language."""
        st.warning(self.words.say(text_id, **values))

    def waits(self, name: str) -> bool:
        """Whether that check, or that part of a picture, would settle the question of the experiment that is on: it
        comes with a guess, with the answer, or where the settings are others. Asked after the controls are made."""
        return name in self.walk.experiment.waits and self.walk.is_open and not self.controls.strayed()

    def verdicts(self, checks: Sequence[Check]) -> None:
        """The strip of checks and the experiment they back."""
        self.record.checks = tuple(checks)
        with self.evidence:
            if not self.lecture:
                st.html(strip(checks, self.words, [check.id for check in checks if self.waits(check.id)]))
            self.walk.show(checks, strayed=self.controls.strayed())
            if self.lecture and self.walk.revealed:  # the room predicts before it sees, and sees what backs the answer
                backing = [check for check in checks if check.id in self.walk.experiment.backing]
                st.html(strip(backing or checks, self.words))

    def views(self, views: Mapping[str, Callable[[], None]]) -> None:
        """Further pictures, one at a time; only the one that is open computes."""
        if self.lecture:
            return
        own = {**views, "why": self.why, TAKE: lambda: None}  # drawn last, when the link is what the page is
        self.view = self.controls.choose("view", own, "why")
        self.work_place = st.container(key="view_box")
        with self.work_place:
            own[self.view]()

    def why(self) -> None:
        """The argument, where it stops being true, common mistakes, and the sources."""
        st.markdown(self.words["why"])
        lines = (f"- [{r.label}]({r.url}) — {r.what[self.words.language]}" for r in self.concept.references)
        st.markdown(f"**{self.words['references']}**\n\n" + "\n".join(lines))

    def end(self) -> None:
        """Close the page: sliders come to life, and the link is brought up to date."""
        changed = self.link.changed(self.controls.defaults)
        pin.keep(self.concept.slug, self.record, pin.told(changed, self.words))
        self.take_hold()
        told = self.walk.experiment.id if self.walk.revealed else ""
        sliders.watch(self.controls.live, language=self.words.language, lecture=self.lecture, told=told)
        if not sliders.dragging() and not handles.in_hand():
            if self.works:
                likely.suggest(self.concept, self.controls, self.link)
            self.link.write({"experiment": 1, **self.controls.defaults}, shell.defaults())
        if self.view == TAKE:
            self.take_away()
        calm.ON.set(None)

    def take_away(self) -> None:
        """Everything that a person may want to have after the lecture."""
        from ui import take_away

        idle, link = self.controls.idle, self.link
        defaults = {name: value for name, value in self.controls.defaults.items() if name not in idle}
        concept, experiment = self.concept, self.walk.experiment
        with self.work_place:
            take_away.view(take_away.take(concept, experiment, self.words, self.theme, self.record, link, defaults))


def start(slug: str) -> Page:
    """Begin the page of a concept: its claim on top, then the places for controls and pictures."""
    return Page(slug)
