"""The map of concepts: boxes on a grid, and between them lines that say what connects them. Plain SVG.

Each box is a link, so that the keyboard reaches it; colours are the page's own (CSS variables), in light and in dark.
One size serves a phone and a wide screen: the drawing is as wide as a phone, and is shown larger where there is room.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

PITCH = np.array([130.0, 96.0])  # from column to column and from row to row
FIRST = np.array([64.0, 30.0])  # the middle of the box in column 0, row 0
BOX = np.array([122.0, 46.0])
LETTER = 6.6  # width of a Latin letter; a Chinese one is twice as wide
COLUMNS = 3
LINE = 16  # letters that fit beside each other in a box


@dataclass(frozen=True)
class Node:
    """A concept: its page, what the box says, and the address that it leads to."""

    page: str
    title: str
    address: str


@dataclass(frozen=True)
class Edge:
    """Two concepts, by their pages, and what connects them."""

    ends: tuple[str, str]
    label: str


def centres(pages: Sequence[str], places: Mapping[str, Sequence[int]]) -> dict[str, np.ndarray]:
    """The middle of each page's box. A page without a place comes below the others."""
    row = 1 + max((places[page][1] for page in pages if page in places), default=-1)
    free = ((i % COLUMNS, row + i // COLUMNS) for i in range(len(pages)))
    grid = {page: places[page] if page in places else next(free) for page in pages}
    return {page: FIRST + PITCH * np.array(place) for page, place in grid.items()}


def label_box(edge: Edge, at: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Middle and size of what an edge says."""
    middle = (at[edge.ends[0]] + at[edge.ends[1]]) / 2
    return middle, np.array([LETTER * width(edge.label), 16.0])


def width(said: str) -> int:
    """How wide a text is, in Latin letters."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in said)


def concept_map(nodes: Sequence[Node], edges: Sequence[Edge], places: Mapping[str, Sequence[int]], name: str) -> str:
    """The map as SVG. ``places``: column and row by page. ``name``: what a screen reader calls it."""
    at = centres([node.page for node in nodes], places)
    low, high = np.min(list(at.values()), axis=0) - BOX / 2 - 3, np.max(list(at.values()), axis=0) + BOX / 2 + 3
    view = f"{low[0]:g} {low[1]:g} {high[0] - low[0]:g} {high[1] - low[1]:g}"
    lines, boxes = (_line(edge, at) for edge in edges), (_box(node, at[node.page]) for node in nodes)
    drawn = "".join((*lines, *boxes))
    return f'<svg class="map" viewBox="{view}" role="group" aria-label="{html.escape(name)}">{drawn}</svg>'


def _line(edge: Edge, at: Mapping[str, np.ndarray]) -> str:
    (x1, y1), (x2, y2), (x, y) = at[edge.ends[0]], at[edge.ends[1]], label_box(edge, at)[0]
    line = f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'
    label = f'<text x="{x:g}" y="{y + 4:g}">{html.escape(edge.label)}</text>'
    return f'<g class="edge" data-ends="{" ".join(edge.ends)}">{line}{label}</g>'


def _box(node: Node, middle: np.ndarray) -> str:
    (x, y), (left, top) = middle, middle - BOX / 2
    rows = _rows(node.title)
    first = y + 4.5 - 8.5 * (len(rows) - 1)
    text = "".join(f'<text x="{x:g}" y="{first + 17 * i:g}">{html.escape(row)}</text>' for i, row in enumerate(rows))
    box = f'<rect x="{left:g}" y="{top:g}" width="{BOX[0]:g}" height="{BOX[1]:g}" rx="8"/>'
    link = f'href="{html.escape(node.address)}" data-page="{node.page}" aria-label="{html.escape(node.title)}"'
    return f'<a class="node" data-ends="{node.page}" {link}>{box}{text}</a>'


def _rows(title: str) -> list[str]:
    """The title in one row, or in two of about the same width."""
    words = title.split(" ")
    if width(title) <= LINE or len(words) == 1:
        return [title]
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return list(min(cuts, key=lambda rows: max(map(width, rows))))
