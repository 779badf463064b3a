"""The page frame: what is the same on every page, so that a person learns it once."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from charts.common import Picture
from charts.theme import Theme, theme
from core.check import Check
from core.progress import Progress
from core.surface import Surface
from ui import catalog, live, player, text, work
from ui.catalog import Concept
from ui.controls import Controls, one_of, truth
from ui.experiments import Walk
from ui.link import FRAME, Link
from ui.settle import settle
from ui.strip import strip

Result = TypeVar("Result")
CACHE_ENTRIES = 64  # results kept for each function of core, shared by all sessions


def guess() -> str:
    """The browser's language where it is one of ours."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    return st.session_state.get(f"{FRAME}-lang") or guess()


def lecture() -> bool:
    return bool(st.session_state.get(f"{FRAME}-lecture", False))


def _frame_defaults() -> dict[str, Any]:
    return {"lang": guess(), "lecture": False}


def configure() -> None:
    """The browser's tab, the width of the page and of its sidebar."""
    st.set_page_config(page_title="Basin", page_icon="🎢", layout="wide", initial_sidebar_state=230)


def tools() -> None:
    """Language and lecture mode, in the bar at the top of every page. ``app.py`` calls it before anything else."""
    shared = Link(FRAME)
    words = text.words("common", language())
    shared.hold("lang", guess(), one_of("lang", list(text.LANGUAGES), words))
    shared.hold("lecture", False, truth)
    words = text.words("common", language())
    st.html(f"<style>{_style('basin.css')}{_style('lecture.css') if lecture() else ''}</style>")
    with st.container(horizontal=True, key="tools", width="content", vertical_alignment="center"):
        st.segmented_control(
            "Language · 语言",
            list(text.LANGUAGES),
            format_func=lambda option: words[f"lang.{option}"],
            key=shared.key("lang"),
            required=True,
            label_visibility="collapsed",
        )
        st.toggle(words["lecture"], key=shared.key("lecture"), help=words["lecture_help"])


class Page:
    """One concept's page while it is drawn: where its parts go, and the words and colours they are drawn with."""

    def __init__(self, slug: str) -> None:
        _inside_the_frame(slug)
        settle(slug)
        self.concept = catalog.concept(slug)
        self.words = text.words(slug, language())
        self.lecture = lecture()
        self.theme: Theme = theme(st.context.theme.type, lecture=self.lecture)
        self.link = Link(slug, self.words.language)
        self.walk = Walk(self.concept, self.link, self.words)
        self.controls = Controls(self.words, self.link, self.walk.experiment.settings)
        self.drawn: dict[str, Any] = {}  # where each picture of this run is
        self._claim()
        with st.container(key="stage"):
            left, right = st.columns([1, 3.7], gap="medium")
            self.controls_place = left.container(key="controls", gap="small")
            self.pictures = right.container(key="pictures", gap="small")
            self.evidence = right.container(key="evidence", gap="small")
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

    def show(self, picture: Picture, key: str, *, alt: str, height: int = 330, **select: Any) -> Any:
        """Draw a picture, or in the same run again, with more in it, where it was drawn first. ``alt`` says
        in words, with its numbers, what the picture shows.

        The words stand beside the chart, for screen readers alone: as the chart's own description they would be part of
        its specification, and each new number would build it anew.
        """
        drawn = self.drawn.get(key, st).vega_lite_chart(
            {**picture.specification, "datasets": dict(picture.tables)},
            key=key,
            height=round(height * (1.12 if self.lecture else 1)),
            width="stretch",
            theme=None,
            alt=self.words["chart"],
            **select,
        )
        plain = alt.replace("**", "").replace("$", "")  # nobody wants stars and dollars read out
        told = f'<p class="told" data-chart="{html.escape(key)}">{html.escape(plain)}</p>'
        self.drawn[f"{key} told"] = self.drawn.get(f"{key} told", st).html(told)
        if not select:
            self.drawn[key] = drawn
        return drawn

    def show_beside(self, picture: Picture, key: str, *, alt: str, text: str, height: int = 380) -> None:
        """Draw a picture about as wide as it is high, with words beside it."""
        left, right = st.columns([1.3, 1], gap="medium")
        with left:
            self.show(picture, key, alt=alt, height=height)
        right.markdown(text)

    def player(self, last: int, *, unit: str = "player.step", seconds: float = 6.0) -> None:
        player.player(self.words, last, unit=unit, seconds=seconds)

    def cached(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """``function`` of ``core`` with its results kept, for all sessions."""
        return cached(function)

    def fresh(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """``function`` of ``core``, computed in each run: of what is one person's own, nothing is kept for others."""
        return function

    def working(
        self, function: Callable[..., Iterator[Progress[Result]]], *args: Any, **kwargs: Any
    ) -> Iterator[Result]:
        """Long work, a generator of ``core``: what there is of its result, as it comes, and last the whole.

        Meanwhile a bar says how far it is, or how many are served before. A person who moves on leaves no work behind.
        """
        key, who = work.key_of(function, args, kwargs), object()
        self.works += 1
        with self.work_place.container(key=f"work_{self.works}"):
            bar = st.empty()
        shown = None
        try:
            while not (
                look := work.JOBS.look(key, partial(function, *args, **kwargs), who=who, wait=work.TICK)
            ).finished:
                done = look.progress.done if look.progress else 0.0
                text = self.words.say("waiting", place=look.place) if look.place else self.words["computing"]
                bar.progress(min(done, 1.0), text=text)
                if look.progress and look.progress.result is not None and look.progress is not shown:
                    shown = look.progress
                    yield shown.result
            bar.empty()
            yield look.progress.result
        finally:
            work.JOBS.leave(key, who)

    def problem(self, text_id: str, **values: object) -> None:
        """Say what is wrong with what was asked for, in the page's language."""
        st.warning(self.words.say(text_id, **values))

    def verdicts(self, checks: Sequence[Check]) -> None:
        """The strip of checks and the experiment they back."""
        with self.evidence:
            st.html(strip(checks, self.words))
            self.walk.show(checks)

    def views(self, views: Mapping[str, Callable[[], None]]) -> None:
        """Further pictures, one at a time; only the one that is open computes."""
        if self.lecture:
            return
        options = [*views, "why"]
        view = self.controls.choose("view", options, "why")
        self.work_place = st.container(key="view_box")
        with self.work_place:
            views.get(view, self.why)()

    def why(self) -> None:
        """The argument, where it stops being true, common mistakes, and the sources."""
        st.markdown(self.words["why"])
        lines = (f"- [{r.label}]({r.url}) — {r.what[self.words.language]}" for r in self.concept.references)
        st.markdown(f"**{self.words['references']}**\n\n" + "\n".join(lines))

    def end(self) -> None:
        """Close the page: sliders come to life, and the link is brought up to date."""
        live.watch(self.controls.live)
        if not live.dragging():
            self.link.write({"experiment": 1, **self.controls.defaults}, _frame_defaults())


class Home:
    """The contents page: the words, and the link with nothing of its own in it."""

    def __init__(self) -> None:
        settle("home")
        self.words = text.words("common", language())
        self.theme = theme(st.context.theme.type)
        self.link = Link("home", self.words.language)

    def thumbnail(self, concept: Concept) -> None:
        """A small picture from the concept's own results: ``thumbnail(theme)`` of its charts."""
        charts = import_module(f"charts.{concept.slug}")
        picture = cached(charts.thumbnail)(self.theme)
        tables = {**picture.specification, "datasets": dict(picture.tables)}
        title = concept.title[self.words.language]
        st.vega_lite_chart(tables, key=f"thumbnail_{concept.slug}", height=130, width="stretch", theme=None, alt=title)

    def legend(self) -> str:
        """The roles of the colours, each beside a piece of it."""
        roles = {"measured": self.theme.measured, "theory": self.theme.theory, "train": self.theme.train}
        lines = (
            f'<span class="role"><i style="background:{colour}"></i>{self.words[f"home.legend_{role}"]}</span>'
            for role, colour in roles.items()
        )
        return f'<div class="legend">{"".join(lines)}</div>'

    def end(self) -> None:
        self.link.write({}, _frame_defaults())


def start_home() -> Home:
    return Home()


def _inside_the_frame(slug: str) -> None:
    """Run ``app.py`` around this page where Streamlit has not.

    Until ``st.navigation`` is first called, a new server takes the folder ``pages`` for its own kind of app, and
    answers a link to a page with the bare page.
    """
    if f"{FRAME}-lang" not in st.session_state:
        configure()
        st.navigation([st.Page("pages/home.py", default=True), st.Page(f"pages/{slug}.py", url_path=slug)])
        st.rerun()


def start(slug: str) -> Page:
    """Begin the page of a concept: its claim on top, then the places for controls and pictures."""
    return Page(slug)


@lru_cache(maxsize=256)
def cached(function: Callable[..., Result]) -> Callable[..., Result]:
    """``function`` of ``core`` with its results kept, computed once however many sessions ask. Results are not copied:
    they are frozen, and nobody writes into their arrays."""
    known = {Surface: lambda surface: (surface.name, surface.formula, surface.domain.tobytes())}
    return st.cache_resource(function, max_entries=CACHE_ENTRIES, show_spinner=False, hash_funcs=known)


@lru_cache
def _style(name: str) -> str:
    return (Path(__file__).parent / "frontend" / name).read_text(encoding="utf-8")
