"""The page frame: what is the same on every page, so that a person learns it once."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from charts.common import Picture
from charts.compare import over
from charts.theme import Theme, theme
from core.check import Check
from core.progress import Progress
from ui import catalog, text
from ui.controls.link import Link
from ui.controls.widgets import Controls
from ui.evidence.experiments import Walk
from ui.evidence.record import Call, Record, Shown
from ui.evidence.strip import strip
from ui.lecture import plan
from ui.live import handles, player, sliders
from ui.live.handles import Handle
from ui.page import calm, likely, pin, shell, waiting
from ui.work import jobs
from ui.work.kept import cached
from ui.work.keys import key_of, kind_of
from ui.work.settle import settle

Result = TypeVar("Result")
TAKE = "take"  # the view of what can be taken away
# Pixels that a picture has more in a lecture, on one screen of 1280 × 720, while the room predicts, and with the answer
# and its tiles below it; half of them where two pictures stand one above the other, which are lower than this.
MORE, LESS, TWO_IN_ONE = 132, -30, 200


class Page:
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
        self.drawn: dict[str, Any] = {}  # where each picture of this run is
        self.layers: dict[
            str, tuple[Any, Sequence[Handle], str, bool]
        ] = {}  # over the pictures that can be taken hold of
        self.record, self.view = Record(), ""
        self.pinned: pin.Pin | None = None
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
    ) -> None:
        """Draw a picture, or in the same run again, with more in it, where it was drawn first. ``alt`` says
        in words, with its numbers, what the picture shows. ``hands``: what can be dragged on it; with ``click`` the
        first of them also goes where the picture is clicked. ``places``: whether the checks were taken at places of its
        horizontal axis, which it shows.

        The words stand beside the chart, for screen readers alone: as the chart's own description they would be part of
        its specification, and each new number would build it anew.
        """
        self.record.pictures[key] = Shown(picture, alt, height)
        picture = over(self.pinned.pictures.get(key) if self.pinned else None, picture)
        whole = {**picture.specification, "datasets": dict(picture.tables)}
        place = self.drawn.get(key, st)
        hands = [hand for hand in hands if not plan.hidden() & set(hand.controls)]
        if hands or places:
            whole["params"] = [*whole.get("params", ()), handles.PLOT]
            over_it = self.layers[key][0] if key in self.layers else st.container(key=f"held_{key}", gap=None)
            self.layers[key] = over_it, hands, hands[0].name if click and hands else "", places
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

    def show_beside(self, picture: Picture, key: str, *, alt: str, text: str, height: int = 380) -> None:
        """Draw a picture about as wide as it is high, with words beside it."""
        left, right = st.columns([1.3, 1], gap="medium")
        with left:
            self.show(picture, key, alt=alt, height=height)
        right.markdown(text)

    def legend(self, made: str) -> None:
        """What the lines are, once for pictures that share it."""
        self.record.legend = made
        st.html(made)

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
        key, who, kind = key_of(function, args, kwargs), waiting.person(), kind_of(function)
        self.works += 1
        with self.work_place.container(key=f"work_{self.works}"):
            bar = st.empty()
        shown = said = place = None
        look = partial(jobs.JOBS.look, key, partial(function, *args, **kwargs), kind=kind, who=who)
        try:
            while not (seen := look(wait=jobs.QUEUED if place else jobs.TICK)).finished:
                place, done = seen.place, min(seen.progress.done, 1.0) if seen.progress else 0.0
                if (tells := (waiting.told(seen, self.words), round(done, 2))) != said:
                    said = tells  # a hundred who wait say nothing a hundred times
                    bar.progress(done, text=tells[0])
                st.session_state.get("work")  # here Streamlit ends the run of one who has moved on
                if seen.progress and seen.progress.result is not None and seen.progress is not shown:
                    shown = seen.progress
                    yield shown.result
            bar.empty()
            self.record.calls.append(Call(function, args, kwargs, seen.progress.result, is_long=True))
            yield seen.progress.result
        finally:
            jobs.JOBS.leave(key, who)

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
        for key, (place, hands, click, places) in self.layers.items():
            with place:
                handles.layer(key, hands, self.words, click=click, places=places, lecture=self.lecture)
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
