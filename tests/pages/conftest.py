"""The pages, one concept after the other: what a page has computed for one test is still there for the next."""

from pathlib import Path

from tests import components
from tests.times import place
from ui import catalog

components.look_for_them_once()


def pytest_collection_modifyitems(items):
    ours = {item for item in items if Path(__file__).parent in item.path.parents}
    slugs = [concept.slug for concept in catalog.concepts()]

    def turn(item):
        """Of its concept, and there of its experiment; what is of no concept comes first."""
        slug, _ = place(item.nodeid, slugs)
        number = item.callspec.params.get("number", 0) if hasattr(item, "callspec") else 0
        return slugs.index(slug) if slug in slugs else -1, number

    in_turn = iter(sorted((item for item in items if item in ours), key=turn))
    items[:] = [next(in_turn) if item in ours else item for item in items]
