"""The concepts, each from the card at the head of its text file. The only code that lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ui import text

SECTIONS = ("optimisation", "signals", "infinite_width", "regularisation", "generalisation", "function_space")


@dataclass(frozen=True)
class Experiment:
    """Prepared settings with a question and, hidden until asked for, its answer."""

    id: str
    settings: Mapping[str, Any]  # control key -> value; every other control is at its default
    question: Mapping[str, str]  # language -> text
    answer: Mapping[str, str]
    verdicts: Mapping[str, str]  # check id -> the verdict that the answer claims
    choices: tuple[Mapping[str, str], ...] = ()  # what the room may predict
    correct: int | None = None  # index into choices
    estimate: str | None = (
        None  # instead of them the room may predict this number: "check_id.measured" or "….predicted"
    )
    waits: tuple[str, ...] = ()  # what would settle the question: checks, and parts of pictures by their page's names

    @property
    def backing(self) -> tuple[str, ...]:
        """The checks that the answer speaks of; else those that would settle the question."""
        said = f"{self.answer['en']} {{{{{self.estimate or ''}}}}}"
        return tuple(check for check in self.verdicts if f"{{{{{check}." in said) or self.waits


@dataclass(frozen=True)
class Reference:
    """A source with what it is cited for."""

    label: str
    url: str
    what: Mapping[str, str]


@dataclass(frozen=True)
class Concept:
    """The card of one concept."""

    slug: str
    section: str
    order: int
    icon: str  # an emoji: a Material icon of the active page would be fetched from the network
    title: Mapping[str, str]
    claim: Mapping[str, str]
    question: Mapping[str, str]
    lecture: tuple[str, ...]  # the controls that a lecture shows, the first three there are
    references: tuple[Reference, ...]
    experiments: tuple[Experiment, ...]

    @property
    def page(self) -> str:
        return f"pages/{self.slug}.py"


def read(slug: str) -> Concept:
    """The concept whose text file is ``text/<slug>.toml``."""
    source = text.source(slug)
    card = dict(source["concept"])
    references = tuple(Reference(**entry) for entry in card.pop("references"))
    lists = ("choices", "waits")
    experiments = tuple(
        Experiment(**entry | {name: tuple(entry.get(name, ())) for name in lists})
        for entry in source.get("experiments", ())
    )
    lecture = tuple(card.pop("lecture"))
    return Concept(slug=slug, lecture=lecture, references=references, experiments=experiments, **card)


@lru_cache
def concepts() -> tuple[Concept, ...]:
    """Every concept that has a text file, in the order of the sections and of their cards."""
    slugs = (path.stem for path in text.FOLDER.glob("*.toml"))
    found = [read(slug) for slug in slugs if "concept" in text.source(slug)]
    return tuple(sorted(found, key=lambda c: (SECTIONS.index(c.section), c.order)))


def concept(slug: str) -> Concept:
    return next(c for c in concepts() if c.slug == slug)
