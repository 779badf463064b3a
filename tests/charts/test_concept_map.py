"""The map of concepts: nothing on it covers anything else, in either language, and every box is a link."""

from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from charts.concept_map import BOX, Edge, Node, centres, concept_map, label_box, width
from ui import catalog, text
from ui.contents import glossary

PLACES = text.source("home")["places"]
SLUGS = [concept.slug for concept in catalog.concepts()]
AT = centres(SLUGS, PLACES)


def edges(language):
    return [Edge(link.between, link.label[language]) for link in glossary.connections()]


def apart(one, two):
    """Whether two boxes, each its middle and its size, leave room between them."""
    (middle, size), (other, other_size) = one, two
    return bool(np.any(np.abs(middle - other) >= (size + other_size) / 2))


def boxes(language):
    placed = {slug: (AT[slug], BOX) for slug in SLUGS}
    return placed | {edge.label: label_box(edge, AT) for edge in edges(language)}


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_box_and_no_label_covers_another(language):
    covering = [(a, b) for (a, one), (b, two) in combinations(boxes(language).items(), 2) if not apart(one, two)]
    assert covering == []


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_nothing_runs_out_of_the_picture(language):
    nodes = [Node(slug, slug, slug) for slug in SLUGS]
    left, top, wide, high = map(
        float, ElementTree.fromstring(concept_map(nodes, [], PLACES, "map")).get("viewBox").split()
    )
    for name, (middle, size) in boxes(language).items():
        assert np.all(middle - size / 2 >= (left, top)) and np.all(middle + size / 2 <= (left + wide, top + high)), name


def test_no_line_runs_through_a_concept_that_it_does_not_connect():
    along = np.linspace(0, 1, 60)[:, None]
    for edge in edges("en"):
        start, end = (AT[slug] for slug in edge.ends)
        line = start + along * (end - start)
        through = [s for s in SLUGS if s not in edge.ends and np.any(np.all(np.abs(line - AT[s]) < BOX / 2, axis=1))]
        assert through == [], edge


def test_lines_do_not_cross():
    def side(a, b, c):
        return np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    for one, two in combinations(edges("en"), 2):
        if set(one.ends) & set(two.ends):
            continue
        (a, b), (c, d) = ([AT[slug] for slug in edge.ends] for edge in (one, two))
        assert side(a, b, c) == side(a, b, d) or side(c, d, a) == side(c, d, b), (one, two)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_what_a_box_says_fits_in_it(language):
    for concept in catalog.concepts():
        node = Node(concept.slug, concept.title[language], concept.slug)
        drawn = ElementTree.fromstring(concept_map([node], [], PLACES, "map"))
        rows = [row.text for row in drawn.iter("text")]
        assert "".join(rows).replace(" ", "") == concept.title[language].replace(" ", "")
        assert len(rows) <= 2 and max(width(row) for row in rows) * 7 < BOX[0]


def test_every_concept_is_a_link_and_every_line_names_its_ends():
    nodes = [Node(slug, f"{slug} <b>", f"{slug}?lang=zh&x=1") for slug in SLUGS]
    drawn = ElementTree.fromstring(concept_map(nodes, edges("en"), PLACES, 'a "map"'))
    assert {link.get("data-page"): link.get("href") for link in drawn.iter("a")} == {n.page: n.address for n in nodes}
    assert [g.get("data-ends").split() for g in drawn.iter("g")] == [list(edge.ends) for edge in edges("en")]
    assert drawn.get("aria-label") == 'a "map"'


def test_a_concept_without_a_place_comes_below_the_others():
    at = centres([*SLUGS, "new", "newer", "newest", "last"], PLACES)
    lowest = max(AT[slug][1] for slug in SLUGS)
    assert all(at[name][1] > lowest for name in ("new", "newer", "newest", "last"))
    assert len({tuple(place) for place in at.values()}) == len(at)
