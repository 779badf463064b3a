"""Charts are built by several threads at once, and each gets what it was built with."""

import sys
from concurrent.futures import ThreadPoolExecutor

import altair as alt
import pytest

from charts import channels, common  # noqa: F401  which installs the channels

CHARTS = 400


@pytest.fixture
def hurried():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def built(name: str) -> list[dict]:
    """What became of many channels of that name."""
    made = []
    for i in range(CHARTS):
        x = alt.X(f"{name}:Q").scale(domain=[0, i], nice=False).axis(title=name)
        made.append(x.to_dict(context={"data": None}))
    return made


def test_a_channel_keeps_its_own_field_scale_and_axis_whoever_builds_beside_it(hurried):
    with ThreadPoolExecutor(4) as people:
        for name, made in zip("abcd", people.map(built, "abcd"), strict=True):
            assert {one["field"] for one in made} == {name}
            assert {one["axis"]["title"] for one in made} == {name}
            assert [one["scale"]["domain"][1] for one in made] == list(range(CHARTS))


def test_what_altair_does_itself_is_what_the_channel_does():
    ours = alt.Y("y:Q").scale(type="log").axis(None).to_dict(context={"data": None})
    assert ours == {"field": "y", "type": "quantitative", "scale": {"type": "log"}, "axis": None}
    with pytest.raises(TypeError, match="positional argument"):
        alt.Y("y:Q").scale("log", 2)
    assert channels.METHOD.__get__ is channels._own
