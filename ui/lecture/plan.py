"""A lecture: what the room may move, and a plan of experiments that leads from page to page. The link carries both.

``hide=momentum&hide=seed`` keeps these controls off every page; they have the values that the link gives them.
``plan=lipschitz.2&plan=dropout.1`` makes the walk through the experiments one through the plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from ui import catalog, text
from ui.controls.link import FRAME, Link
from ui.text import Words

HIDE, PLAN = "hide", "plan"  # names in the link, of all pages
MOST_CONTROLS = 3  # on screen in lecture mode
MOST_STEPS, MOST_HIDDEN = 60, 60
BOUND = "bound for"  # session state: the step whose page is to be opened


@dataclass(frozen=True)
class Step:
    """An experiment of a concept, as ``slug.number`` in the link."""

    slug: str
    number: int

    def __str__(self) -> str:
        return f"{self.slug}.{self.number}"

    @property
    def experiment(self) -> catalog.Experiment:
        return catalog.concept(self.slug).experiments[self.number - 1]


def every_step() -> list[Step]:
    """Every experiment there is, in teaching order."""
    return [Step(c.slug, number) for c in catalog.concepts() for number in range(1, len(c.experiments) + 1)]


def hold(link: Link) -> None:
    """Take what a link says of the lecture into the session."""
    held = link.hold(HIDE, [], hidden_names), link.hold(PLAN, [], lambda asked: [str(step) for step in steps(asked)])
    for key in held:
        st.session_state[key] = st.session_state[key]  # written, or Streamlit forgets it where no widget shows it


def hidden_names(asked: Sequence[str]) -> list[str]:
    """Names of controls, each once. What is no name is left out: there is nothing to hide."""
    return list(dict.fromkeys(name for name in asked if name.isidentifier() and len(name) < 40))[:MOST_HIDDEN]


def steps(asked: Sequence[str]) -> list[Step]:
    """The steps that there are, each once, in the order of the link."""
    known = {str(step): step for step in every_step()}
    return [known[text] for text in dict.fromkeys(asked) if text in known][:MOST_STEPS]


def current() -> list[Step]:
    """The plan that is on; empty without one."""
    return steps(st.session_state.get(f"{FRAME}-{PLAN}", []))


def hidden() -> set[str]:
    """The controls that the room may not move."""
    return set(st.session_state.get(f"{FRAME}-{HIDE}", []))


def shown(first: Sequence[str], *, lecture: bool) -> Callable[[str], bool]:
    """Which controls may be on screen: none that the link hides; in a lecture at most three, those of ``first``."""
    kept_away, left = hidden(), [MOST_CONTROLS]

    def may_be(name: str) -> bool:
        if name in kept_away or (lecture and (not left[0] or name not in first)):
            return False
        left[0] -= 1
        return True

    return may_be


def go(step: Step) -> None:
    """In a callback: on to a step of another page; the page is opened when the run begins."""
    st.session_state[BOUND] = step


def begin(step: Step) -> None:
    """In a callback: the lecture begins there."""
    st.session_state[f"{FRAME}-lecture"] = True
    go(step)


def leave() -> None:
    """In a callback: no plan, and nothing hidden."""
    st.session_state[f"{FRAME}-{PLAN}"] = st.session_state[f"{FRAME}-{HIDE}"] = []


def travel() -> None:
    """Open the page of the step that somebody asked for. Called once the pages are known."""
    step = st.session_state.pop(BOUND, None)
    if step is not None:
        st.session_state[f"memory {step.slug}"] = {"experiment": [str(step.number)]}
        st.switch_page(f"pages/{step.slug}.py")


# What the page of the plan is made of


def choose(words: Words) -> list[Step]:
    """The experiments of the plan, picked from all there are."""
    st.multiselect(
        words["plan.steps"],
        [str(step) for step in every_step()],
        format_func=lambda text: _named(steps([text])[0], words.language),
        key=f"{FRAME}-{PLAN}",
        placeholder=words["plan.steps_hint"],
        max_selections=MOST_STEPS,
    )
    return current()


def _named(step: Step, language: str) -> str:
    title = catalog.concept(step.slug).title[language]
    return f"{title} {step.number}: {step.experiment.question[language]}"


def choose_hidden(chosen: Sequence[Step], words: Words) -> None:
    """The controls that the room may not move, of the pages in the plan; without a plan, of all pages."""
    slugs = list(dict.fromkeys(step.slug for step in chosen)) or [concept.slug for concept in catalog.concepts()]
    called: dict[str, list[str]] = {}  # a control's label, and the titles of the pages that have it
    for slug in slugs:
        own = text.words(slug, words.language)
        for name in (name for name in own if name.isidentifier() and f"{name}_help" in own):
            called.setdefault(name, [own[name]]).append(catalog.concept(slug).title[words.language])
    key = f"{FRAME}-{HIDE}"
    options = list(dict.fromkeys([*called, *st.session_state[key]]))
    st.multiselect(
        words["plan.hide"],
        options,
        format_func=lambda name: f"{called[name][0]} ({' · '.join(called[name][1:])})" if name in called else name,
        key=key,
        placeholder=words["plan.hide_hint"],
        help=words["plan.hide_help"],
        max_selections=MOST_HIDDEN,
    )


def order(chosen: Sequence[Step], words: Words) -> None:
    """The steps one under the other, each with two buttons that move it."""
    for place, step in enumerate(chosen):
        with st.container(horizontal=True, vertical_alignment="center", key=f"plan_step_{place}"):
            st.markdown(f"{place + 1}. {_named(step, words.language)}", width="stretch")
            for name, by, sign in (("up", -1, "▲"), ("down", 1, "▼")):
                there = place + by
                st.button(
                    sign,
                    key=f"plan_{name}_{place}",
                    help=words[f"plan.{name}"],
                    disabled=not 0 <= there < len(chosen),
                    on_click=_swap,
                    args=(place, there),
                    type="tertiary",
                )


def _swap(one: int, other: int) -> None:
    """Callback."""
    held = list(st.session_state[f"{FRAME}-{PLAN}"])
    held[one], held[other] = held[other], held[one]
    st.session_state[f"{FRAME}-{PLAN}"] = held


def address(chosen: Sequence[Step], language: str) -> str:
    """The link that opens the lecture at its first step, wherever the app is served."""
    first, base = chosen[0], (st.context.url or "").rsplit("/", 1)[0]
    said = {"lang": language, "lecture": "true", HIDE: st.session_state[f"{FRAME}-{HIDE}"], PLAN: map(str, chosen)}
    pairs = [("experiment", str(first.number))] if first.number > 1 else []
    for name, values in said.items():
        pairs += [(name, value) for value in ([values] if isinstance(values, str) else values)]
    return f"{base}/{first.slug}?{urlencode(pairs)}"
