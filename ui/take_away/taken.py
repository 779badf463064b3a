"""What is taken away of a page: what it showed, in whose words, under which settings, at which link."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from charts.theme import Theme
from ui.catalog import Concept, Experiment
from ui.controls.link import Link
from ui.evidence.record import Record
from ui.evidence.strip import MARKS, label, told
from ui.take_away.markdown import to_plain
from ui.text import Words, number

NOT_SETTINGS = {"view"}  # where the person looks, not what is computed
MOST = 60  # characters of a setting that are named


@dataclass(frozen=True)
class Taken:
    """A page as it is on screen now."""

    concept: Concept
    experiment: Experiment
    words: Words
    theme: Theme
    record: Record
    settings: tuple[tuple[str, str], ...]  # labels and values, as the person reads them
    link: str

    @property
    def title(self) -> str:
        return self.concept.title[self.words.language]

    @property
    def claim(self) -> str:
        """In plain letters."""
        return to_plain(self.concept.claim[self.words.language])

    @property
    def file(self) -> str:
        """The beginning of the names of its files."""
        return f"basin_{self.concept.slug}"

    @property
    def settings_told(self) -> tuple[str, ...]:
        return tuple(f"{label} {value}" for label, value in self.settings)

    @property
    def checks_told(self) -> tuple[str, ...]:
        """✓ label: measured … · predicted …"""
        return tuple(
            f"{MARKS[check.verdict]} {to_plain(label(check, self.words))}: {told(check, self.words)}"
            for check in self.record.checks
        )


def take(
    concept: Concept, experiment: Experiment, words: Words, theme: Theme, record: Record,
    link: Link, defaults: Mapping[str, Any],
) -> Taken:  # fmt: skip
    """A page at the end of its run, when the address says what is on screen. ``defaults``: of the controls that it
    goes by, by name."""
    settings = tuple(_settings(link, defaults, words))
    return Taken(concept, experiment, words, theme, record, settings, address(concept.slug))


def address(slug: str) -> str:
    """The link that opens the page with these settings, at its first view."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params if name not in NOT_SETTINGS}
    query = urlencode(asked, doseq=True)
    return f"{st.context.url or f'/{slug}'}{'?' if query else ''}{query}"


def _settings(link: Link, defaults: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    for name, default in defaults.items():
        if name not in NOT_SETTINGS:
            value = st.session_state.get(link.key(name), default)
            yield to_plain(words[name]), _told(name, value, words)


def _told(name: str, value: Any, words: Words) -> str:
    """The value as its control shows it."""
    if isinstance(value, bool):
        return words["take.on" if value else "take.off"]
    if isinstance(value, float):
        return number(value, 6)
    if isinstance(value, list):
        return ", ".join(_told(name, one, words) for one in value) or words["take.none"]
    text = to_plain(words.get(f"{name}.{value}", str(value)))
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
