"""What the text files say about each other: terms, connections, and an index of all that can be looked for.

Everything is read from ``text/*.toml``. Terms and connections stand in ``glossary.toml`` and ``home.toml``, or in the
file of the concept that brings them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ui import catalog, text
from ui.catalog import Concept

# How a formula reads in a line of plain text.
PLAIN = {
    r"\\frac\{([^{}]+)\}\{([^{}]+)\}": r"\1/(\2)",
    r"\\sqrt(?:\{([^{}]+)\}|(\w))": r"√\1\2",
    r"\\hat\s*\{?(\w)\}?": "\\1\u0302",
    r"\\dot\s*\{?(\w)\}?": "\\1\u0307",
    r"\\[lr]Vert\s?": "‖",
    r"\\sum(?:_\w)?": "∑",
    r"\\(log|exp|sin|cos)\s*": r"\1 ",
    r"-": "−",
    r"\\[,;! ]": " ",
    r"\^2": "²",
    r"[_^]?\{([^{}]*)\}": r"\1",
    r"_(\w)": r"\1",
}
LETTERS = {
    "eta": "η",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "theta": "θ",
    "Theta": "Θ",
    "alpha": "α",
    "beta": "β",
    "chi": "χ",
    "ell": "ℓ",
    "infty": "∞",
    "le": "≤",
    "ge": "≥",
}


@dataclass(frozen=True)
class Term:
    """A term of the pages, in both languages."""

    name: Mapping[str, str]  # language -> text
    meaning: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)  # other names
    found: tuple[str, ...] = ()  # what to look for on the pages, where it is not the name

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts whose words have the term in them."""
        return used_in(self.found or tuple(self.name.values()))


@dataclass(frozen=True)
class Connection:
    """What connects two concepts, and where it can be seen."""

    between: tuple[str, str]  # slugs
    label: Mapping[str, str]
    what: Mapping[str, str]
    page: str
    query: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """Something that can be looked for, and where it is."""

    kind: str  # text id of its kind
    title: str
    about: str
    page: str
    query: Mapping[str, str]
    text: str  # folded; what is looked for is looked for in this


def _tables(name: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted(text.FOLDER.glob("*.toml")):
        yield from text.source(path.stem).get(name, ())


@lru_cache
def terms() -> tuple[Term, ...]:
    """The terms of all text files, in the order of their English names."""
    found = [Term(**{**table, "found": tuple(table.get("found", ()))}) for table in _tables("terms")]
    return tuple(sorted(found, key=lambda term: term.name["en"].casefold()))


@lru_cache
def connections() -> tuple[Connection, ...]:
    """What connects concepts, as the text files have it."""
    return tuple(Connection(**{**table, "between": tuple(table["between"])}) for table in _tables("links"))


@lru_cache(maxsize=1024)
def used_in(looks: tuple[str, ...]) -> tuple[Concept, ...]:
    """The concepts whose words have one of these in them, from the start of a word; endings are free."""
    seen = re.compile("|".join(rf"(?<![a-z]){re.escape(look.casefold())}" for look in looks))
    return tuple(c for c in catalog.concepts() if seen.search(everything(c.slug)))


@lru_cache
def everything(slug: str) -> str:
    """All that the text file of a concept says, in both languages, in lower case."""
    return "\n".join(_strings(text.source(slug))).casefold()


def _strings(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, Mapping):
        for inner in entry.values():
            yield from _strings(inner)
    elif isinstance(entry, list):
        for inner in entry:
            yield from _strings(inner)


def plain(markdown: str) -> str:
    """A text with its formulas written as one would in a message."""

    def formula(match: re.Match[str]) -> str:
        found = match[1]
        for name, letter in LETTERS.items():
            found = re.sub(rf"\\{name}(?![a-zA-Z])", letter, found)
        for pattern, written in PLAIN.items():
            found = re.sub(pattern, written, found)
        return unicodedata.normalize("NFC", found)

    return re.sub(r"\$+([^$]+)\$+", formula, markdown).replace("**", "").replace("*", "")


def folded(said: str) -> str:
    """Without case, accents and hyphens, as it is looked for. The page folds what is typed in the same way."""
    parts = unicodedata.normalize("NFKD", said)
    bare = "".join(" " if part in "-–—−·" else part for part in parts if not unicodedata.combining(part))
    return " ".join(bare.casefold().split())


def _entry(kind: str, title: Mapping, about: Mapping, language: str, page: str, more: str = "", **query: str) -> Entry:
    said = folded(" ".join((*map(plain, title.values()), *map(plain, about.values()), more)))
    return Entry(kind, plain(title[language]), plain(about[language]), page, query, said)


@lru_cache
def index(language: str) -> tuple[Entry, ...]:
    """All that can be looked for, written in one language and found in either."""
    found = [
        _entry("concept", c.title, c.claim, language, c.slug, plain(_both(c.question))) for c in catalog.concepts()
    ]
    for term in terms():
        also = " ".join(term.also.values())
        found.append(_entry("term", term.name, term.meaning, language, "glossary", also, find=term.name[language]))
    for concept in catalog.concepts():
        for number, experiment in enumerate(concept.experiments, 1):
            title = {name: f"{said} {number}" for name, said in concept.title.items()}
            about, place = experiment.question, str(number)
            found.append(_entry("experiment", title, about, language, concept.slug, experiment=place))
    for link in connections():
        found.append(_entry("link", link.label, link.what, language, link.page, **link.query))
    return tuple(found)


def _both(said: Mapping[str, str]) -> str:
    return " ".join(said.values())
