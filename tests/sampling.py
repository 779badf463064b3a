"""What all concepts have in common is tried on each of them in part, and by all of them together as a whole.

The part changes from one concept of the catalogue to the next, so that one more concept costs a run little and leaves
nothing out. ``BASIN_WHOLE`` tries everything on every one; it takes longer than a run should.
"""

import os
from collections.abc import Iterable

from ui import catalog

WHOLE = "BASIN_WHOLE" in os.environ


def examples(number: int) -> int:
    """How many examples hypothesis looks for: a third in a run of the tests, where they are the same every time."""
    return number if WHOLE else min(number, max(10, number // 3))


def share(of: Iterable, slug: str, least: int = 3) -> list:
    """A concept's own part: that many at least, and as few as make the parts of all concepts together the whole."""
    of, slugs = list(of), [concept.slug for concept in catalog.concepts()]
    parts = 1 if WHOLE else max(1, min(len(slugs), len(of) // least))
    return of[slugs.index(slug) % parts :: parts]
