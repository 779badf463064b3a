"""The pages about all concepts, contents and glossary: search, map of connections, thumbnails, legend.

Their links are one component: a plain click stays in the session, where language and theme are; the address that a link
has, for a new tab, says the language itself.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.concept_map import Edge, Node, concept_map
from charts.theme import Theme, theme
from ui import catalog, text
from ui.catalog import Concept
from ui.contents import glossary
from ui.controls.link import OF_ALL, Link
from ui.page import shell
from ui.work.settle import settle

if TYPE_CHECKING:
    from charts.common import Picture  # which imports the pictures' libraries

FRONTEND = Path(__file__).parents[1] / "frontend"
MARKS = {"holds": "✓", "fails": "✗", "does_not_apply": "–"}
OTHERS = {"": "pages/home.py", "glossary": "pages/glossary.py"}  # pages that are no concept's
ROW = 3  # cards beside each other on a wide screen: their pictures are there at once
FIND = 80  # characters that a link may look for
_links = st.components.v2.component(
    "basin_links",
    html='<div class="contents"></div>',
    css=(FRONTEND / "links.css").read_text(encoding="utf-8"),
    js=(FRONTEND / "links.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Way:
    """A link to one of our pages."""

    page: str  # its slug
    query: Mapping[str, str]

    def open(self, said: str, language: str) -> str:
        """The link as HTML; ``said`` is HTML."""
        query = html.escape(json.dumps(dict(self.query), ensure_ascii=False))
        address = html.escape(self.address(language))
        return f'<a href="{address}" data-page="{self.page}" data-query="{query}">{said}</a>'

    def address(self, language: str) -> str:
        """Beside the page that is on, wherever the app is served."""
        said = {} if language == shell.guess() else {"lang": language}
        query = urlencode({**said, **self.query})
        return (self.page or ".") + (f"?{query}" if query else "")


class Contents:
    """One of these pages while it is drawn."""

    def __init__(self, place: str) -> None:
        if place != "home":  # which is ``app.py`` itself
            shell.inside(place)
        settle()
        self.words = text.words(place, shell.language())
        self.language = self.words.language
        self.theme = theme(st.context.theme.type)
        self.link = Link(place, self.language)
        self.defaults: dict[str, str] = {}
        colours = f":root {{ --accent: {self.theme.measured}; --ground: {self.theme.background}; }}"
        st.html(f"<style>{colours}{(FRONTEND / 'home.css').read_text(encoding='utf-8')}</style>")

    def links(self, markup: str, key: str) -> None:
        """Our own HTML, with links that stay in the session."""
        go = _links(key=key, data={"html": markup, "lang": self.language}, on_go_change=lambda: None).go or {}
        page, query = go.get("page"), go.get("query")
        known = {concept.slug: concept.page for concept in catalog.concepts()} | OTHERS
        if page in known and isinstance(query, dict):
            if query:  # what the page is to open with: it writes its address itself, and Back leads here
                st.session_state[f"memory {page}"] = {str(name): [str(value)] for name, value in query.items()}
            of_all = {name: st.query_params.get_all(name) for name in OF_ALL if name in st.query_params}
            st.switch_page(known[page], query_params=of_all)

    def start(self) -> None:
        """The guided start: what to do, and the link to the experiment that it is about."""
        start = text.source("home")["start"]
        st.markdown(f"**{self.words['start.title']}**\n\n{self.words['start.steps']}")
        link = Way(start["page"], start["query"]).open(f"{self.words['start.open']} →", self.language)
        self.links(f'<div class="start">{link}</div>', "start_link")

    def search(self) -> None:
        """A field that finds concepts, terms, experiments and connections while one types, in either language."""
        items = "".join(map(self._result, glossary.index(self.language)))
        found = f'<ul class="results" data-items data-empty hidden aria-label="{self.words["search"]}">{items}</ul>'
        self.links(_field("search", "search.hint", "search.found", "search.none", self.words) + found, "search")

    def _result(self, entry: glossary.Entry) -> str:
        kind, about = self.words[f"search.{entry.kind}"], html.escape(entry.about)
        said = f'<span class="kind">{kind}</span>{html.escape(entry.title)}<span class="about">{about}</span>'
        folded, title = html.escape(entry.text), html.escape(glossary.folded(entry.title))
        link = Way(entry.page, entry.query).open(said, self.language)
        return f'<li data-text="{folded}" data-title="{title}">{link}</li>'

    def connections(self) -> None:
        """The map of concepts, and beside it the same in words."""
        concepts, found = catalog.concepts(), glossary.connections()
        nodes = [Node(c.slug, c.title[self.language], Way(c.slug, {}).address(self.language)) for c in concepts]
        edges = [Edge(link.between, link.label[self.language]) for link in found]
        drawn = concept_map(nodes, edges, text.source("home")["places"], self.words["home.map"])
        listed = "".join(map(self._connection, found))
        self.links(f'<div class="connections">{drawn}<ul>{listed}</ul></div>', "map")

    def _connection(self, link: glossary.Connection) -> str:
        ends = [catalog.concept(slug).title[self.language] for slug in link.between]
        see = Way(link.page, link.query).open(self.words["home.see"], self.language)
        label = f"<strong>{link.label[self.language]}</strong> <span class='by'>{' ↔ '.join(ends)}</span>"
        what = html.escape(link.what[self.language])
        return f'<li data-ends="{" ".join(link.between)}"><p>{label}</p><p>{what} {see}</p></li>'

    def thumbnail(self, concept: Concept, place: DeltaGenerator) -> None:
        """A small picture from the concept's own results: ``thumbnail(theme)`` of its charts."""
        picture = picture_of(concept, self.theme)
        chart = {**picture.specification, "datasets": dict(picture.tables)}
        told = text.words(concept.slug, self.language)["thumbnail"]
        place.vega_lite_chart(chart, key=f"thumbnail_{concept.slug}", height=130, width="stretch", theme=None, alt=told)

    def legend(self) -> str:
        """What the colours mean, each beside a piece of it, and the marks of the checks."""
        words, colours = self.words, self.theme
        roles = {"measured": colours.measured, "theory": colours.theory, "train": colours.train}
        signs = {"holds": colours.good, "fails": colours.bad, "does_not_apply": colours.train}
        lines = [f'<i style="background:{c}"></i>{words[f"home.legend_{role}"]}' for role, c in roles.items()]
        marks = [f'<b style="color:{c}">{MARKS[kind]}</b>{words[f"home.{kind}"]}' for kind, c in signs.items()]
        groups = (words["home.legend_colours"], lines), (words["home.verdicts"], marks)
        said = (f"<p>{head}</p><ul>{''.join(f'<li>{line}</li>' for line in rows)}</ul>" for head, rows in groups)
        return f'<div class="legend">{"".join(said)}</div>'

    def terms(self) -> None:
        """Every term in both languages, what it means, and where it is used; with a field that finds among them."""
        key = self.link.hold("find", "", lambda asked: asked[-1].strip()[:FIND])
        self.defaults["find"] = ""
        ids = ("glossary.filter", "", "glossary.found", "glossary.none")
        items = "".join(map(self._term, glossary.terms()))
        field = _field(*ids, self.words, st.session_state[key])
        self.links(f'{field}<ul class="terms" data-items>{items}</ul>', "terms")

    def _term(self, term: glossary.Term) -> str:
        first, second = sorted(text.LANGUAGES, key=lambda language: language != self.language)
        names = "".join(self._name(term, language) for language in (first, second))
        pages = (Way(c.slug, {}).open(c.title[self.language], self.language) for c in term.concepts)
        said = [*term.name.values(), *term.also.values(), *term.meaning.values()]
        found, title = (html.escape(glossary.folded(" ".join(part))) for part in (said, term.name.values()))
        meaning = html.escape(term.meaning[self.language])
        parts = f'{names}<div class="meaning">{meaning}</div><div class="used">{"".join(pages)}</div>'
        return f'<li data-text="{found}" data-title="{title}">{parts}</li>'

    def _name(self, term: glossary.Term, language: str) -> str:
        also = term.also.get(language)
        names = f'<span class="also">{html.escape(self.words.say("glossary.also", names=also))}</span>' if also else ""
        return f'<div lang="{language}"><strong>{html.escape(term.name[language])}</strong>{names}</div>'

    def end(self) -> None:
        self.link.write(self.defaults, shell.defaults())


def picture_of(concept: Concept, theme: Theme) -> "Picture":
    """A concept's thumbnail, computed once."""
    from ui.work.kept import cached  # with the pictures' libraries: the words do not wait for them

    return cached(import_module(f"charts.{concept.slug}").thumbnail)(theme)


def _field(label: str, hint: str, found: str, none: str, words: text.Words, value: str = "") -> str:
    """A search field with its label, and the line that says how much was found."""
    example = f' placeholder="{html.escape(words[hint])}"' if hint else ""
    field = f'<input id="{label}" type="search" autocomplete="off" value="{html.escape(value)}"{example}/>'
    status = f'data-found="{html.escape(words[found])}" data-none="{html.escape(words[none])}"'
    return f'<label for="{label}">{html.escape(words[label])}</label>{field}<p role="status" {status}></p>'
