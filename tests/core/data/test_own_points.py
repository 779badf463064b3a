"""A person's own points: what is read, what is refused and where it stands, and that links carry them."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.own_points import MOST_LINK, PointsError, cells, from_link, read_rows, to_link
from core.data.separable_data import DATA
from tests.sampling import examples


def found(rows):
    with pytest.raises(PointsError) as error:
        read_rows(rows)
    return [(p.code, p.row, p.column, p.detail) for p in error.value.problems]


def test_a_table_is_read():
    points = read_rows([("1", "2.5", "1"), ("", None, " "), ("-3e-2", "−4", "-1"), (" .5 ", "5", "+"), ("0", "0", "0")])
    np.testing.assert_array_equal(points.x, [(1, 2.5), (-0.03, -4), (0.5, 5), (0, 0)])
    np.testing.assert_array_equal(points.y, [1, -1, 1, -1])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("a", "2", "1"), ("not_a_number", 2, "x", "a")),
        (("1", "", "1"), ("missing", 2, "y", "")),
        (("1", "2", None), ("missing", 2, "class", "")),
        (("1", "nan", "1"), ("not_finite", 2, "y", "nan")),
        (("inf", "2", "1"), ("not_finite", 2, "x", "inf")),
        (("1e99", "2", "1"), ("too_large", 2, "x", "1e99")),
        (("1", "2", "7"), ("class", 2, "class", "7")),
        (("1,5", "2", "1"), ("not_a_number", 2, "x", "1,5")),
        (("1_0", "2", "1"), ("not_a_number", 2, "x", "1_0")),
        (("1", "2"), ("columns", 2, "", "2")),
        (("=SUM(A1)", "2", "1"), ("not_a_number", 2, "x", "=SUM(A1)")),
        (("x" * 10_000, "2", "1"), ("not_a_number", 2, "x", "x" * 20)),
    ],
)
def test_a_wrong_cell_is_named(row, problem):
    assert found([("1", "1", "1"), row]) == [problem]


def test_every_wrong_cell_is_named_and_none_is_no_table():
    assert [p[1:3] for p in found([("a", "b", "1"), ("1", "2", "c")])] == [(1, "x"), (1, "y"), (2, "class")]
    assert found([]) == found([("", "", "")]) == [("none", 0, "", "")]
    assert found([("1", "1", "1")] * 2001) == [("too_many", 2001, "", "2000")]
    assert len(read_rows([("1", "1", "1")] * 2000).y) == 2000


NUMBERS = st.floats(-1e9, 1e9).map(lambda v: float(f"{v:.6g}"))


@settings(max_examples=examples(200))
@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["1", "-1"])), min_size=1, max_size=25))
def test_a_link_gives_the_points_back(rows):
    points = read_rows([(repr(x), repr(y), label) for x, y, label in rows])
    text = to_link(points)
    assert text is not None and all(c in "pn0123456789.-_e" for c in text)
    again = from_link(text)
    np.testing.assert_array_equal(again.x, points.x)
    np.testing.assert_array_equal(again.y, points.y)
    assert to_link(again) == text
    once_more = read_rows(cells(points))
    np.testing.assert_array_equal(once_more.x, points.x)


@settings(max_examples=examples(300))
@given(st.text(max_size=60) | st.text(alphabet="pn0123456789.-_e", max_size=60))
def test_any_text_is_points_or_refused(text):
    with contextlib.suppress(ValueError):
        assert to_link(from_link(text))


def test_links_have_an_end():
    assert to_link(DATA["blobs"]()) is not None
    assert to_link(read_rows([("1.2345", "2.3456", "1")] * 200)) is None
    with pytest.raises(ValueError, match="from 1 to 1500 characters"):
        from_link("p1_1" * 500)
    assert MOST_LINK == 1500
