"""What is tried in part on each concept is tried as a whole on all of them together."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import sampling
from tests.sampling import share
from ui import catalog

SLUGS = [concept.slug for concept in catalog.concepts()]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 32])
@pytest.mark.parametrize("least", [1, 2, 3, 8])
def test_the_shares_of_all_concepts_make_the_whole(count, least, monkeypatch):
    monkeypatch.setattr(sampling, "WHOLE", False)
    shares = [share(range(count), slug, least) for slug in SLUGS]
    assert set().union(*shares) == set(range(count))
    assert all(len(one) >= min(least, count) for one in shares)
    assert max(map(len, shares)) <= max(2 * least, -(-count // len(SLUGS))), "and none has much more than it must"


def test_with_basin_whole_everything_is_tried_on_each():
    code = f"from tests.sampling import share; assert share('abcdefgh', {SLUGS[1]!r}, 1) == list('abcdefgh')"
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", code], cwd=root, env={"BASIN_WHOLE": "1"}, check=True)


def test_hypothesis_looks_for_a_third_unless_few_are_asked_for(monkeypatch):
    for whole, found in ((False, [3, 10, 100]), (True, [3, 25, 300])):
        monkeypatch.setattr(sampling, "WHOLE", whole)
        assert [sampling.examples(number) for number in (3, 25, 300)] == found
