"""Points of a file: any two labels, in any column that can be told to have them; what is wrong has its row."""

import numpy as np
import pytest

from core.data.own_points import PointsError
from core.data.own_points_file import read_file
from core.data.reading import Note

X = [(1, 2), (3, 4), (0.5, -1)]


@pytest.mark.parametrize(
    "text",
    [
        "1,2,1\n3,4,-1\n0.5,-1,1\n",
        "x,y,label\n1,2,1\n3,4,-1\n0.5,-1,1",
        "1;2;1\r\n3;4;-1\r\n0,5;-1;1",
        "a\tb\tc\n1\t2\t1\n\n3\t4\t-1\n0.5\t-1\t1\n",
        "\ufeff1,2,1\n3,4,0\n.5,−1,+1",
        "1 2 1\n3   4 -1\n 0.5 -1 1 \n",
        "x,y,label\n1,2,B\n3,4,A\n.5,-1,B",
        "x,y,label\n1,2,2.00\n3,4,1.00\n.5,-1,2",
        "x,y,label\n1,2,10\n3,4,9\n.5,-1,10",
        "x,y,label\n1,2,True\n3,4,False\n.5,-1,true",
        "x,y,label\n1,2,yes\n3,4,no\n.5,-1,yes",
        "x,y,label\n1,2,zero\n3,4,negative\n.5,-1,zero",
        "x,y,label\n1,2,+\n3,4,-\n.5,-1,+",
        "x,y,label\n1,2,0\n3,4,-1\n.5,-1,0",
        "label,x,y\nB,1,2\nA,3,4\nB,.5,-1",
        "x|class|y\n1|1|2\n3|-1|4\n.5|1|-1",
        "id,x,y,label\n1,1,2,1\n2,3,4,-1\n3,.5,-1,1",
        "u,x,y,label\na,1,2,1\nb,3,4,-1\nc,.5,-1,1",
        "x,y,label\n1,2,1\n7,NA,1\n3,4,-1\n7,7,\n.5,-1,1",
        "x,y,label,,\n1,2,1,,\n3,4,-1,,\n.5,-1,1,,",
        "x,y,标签\n1,2,是\n3,4,否\n.5,-1,是",
    ],
)
def test_files(text):
    points = read_file(text.encode()).points
    np.testing.assert_array_equal(points.x, X)
    np.testing.assert_array_equal(points.y, [1, -1, 1])


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1,2,B\n3,4,A", Note("classes", ("B", "A"))),
        ("1,2,2.00\n3,4,1.00", Note("classes", ("2", "1"))),
        ("1,2,0\n3,4,1", Note("classes", ("1", "0"))),
        ("1,2,7\n3,4,7", Note("one_class", ("7",))),
        ("a,class,b\n1,1,2\n3,-1,4", Note("labels", ("class",))),
        ("1,2,1\n?,4,1\n5,6,", Note("missing", count=2)),
    ],
)
def test_what_was_decided_is_noted(text, note):
    assert note in read_file(text.encode()).notes


def test_labels_as_they_are_need_no_note():
    assert read_file(b"1,2,1\n3,4,-1").notes == (Note("separator.comma"),)


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "empty", 0),
        (b"x,y,label\n", "none", 0),
        (b"x,y,label\n1,,1\n,2,1\n", "none", 0),
        (b"x,y,label\n1,2,1\n3,b,1\n3,4,1\n", "not_a_number", 3),
        (b"x,y,label\n1,2,1\n3,inf,1\n", "not_finite", 3),
        (b"x,y,label\n1,2,1\n3,1e99,1\n", "too_large", 3),
        (b"1,2,1\n1,2\n", "ragged", 2),
        (b"1,2,A\n1,2,B\n\n3,4,C\n1,2,A\n3,2,B", "third_label", 4),
        (b"1,2,1\n1,2,-1\n3,4,7\n3,4,1\n1,2,-1\n", "third_label", 3),
        (b"1,2,3,4\n5,6,7,8\n", "columns", 0),
        (b"1,2\n5,6\n", "columns", 0),
        (b"1\n" * 900, "columns", 0),
        (b"1,2,1\n\x00\x00,2,1", "not_text", 2),
        (b"1,2,1\n" * 3000, "too_many_rows", 0),
        (b"1,2,1\n" * 2001, "too_many_rows", 0),
        (b"0,1,1\n" * 1_000_000, "too_big", 0),
        (b"1\n" * 1_000_000, "too_many_rows", 0),
        (b'"' * 100, "columns", 0),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text", 1),
    ],
)
def test_a_bad_file_is_answered_with_its_row(data, code, row):
    with pytest.raises(PointsError) as error:
        read_file(data)
    first = error.value.problems[0]
    assert (first.code, first.row) == (code, row)


def test_the_most_points_that_there_can_be():
    assert len(read_file(b"x,y,label\n" + b"1,2,1\n" * 2000).points.y) == 2000
