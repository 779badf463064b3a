"""A person's table: read as numbers only, bounded, and refused with the row and the column."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.own_table import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, TableError, read
from core.data.reading import Note, separators
from tests import pace
from tests.sampling import examples

PLAIN = "a,b,y\n1,2,3\n4,5,6\n7,8,9.5\n-1,0,1e3\n2,2,2\n"


def problems(data):
    with pytest.raises(TableError) as caught:
        read(data if isinstance(data, bytes) else data.encode())
    return [(p.code, p.row, p.column, p.detail) for p in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", "\t").replace(".", ","),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace(",", " , "),
        PLAIN.replace("-1", "−1"),
        'a,b,y\n"1","2","3"\n' + PLAIN.split("\n", 2)[2],
        PLAIN.rstrip("\n"),
    ],
)
def test_separators_and_decimals_are_recognised(text):
    table = read(text.encode())
    assert table.names == ("a", "b", "y") and table.target == 2 and table.columns == ("a", "b")
    np.testing.assert_array_equal(table.values, [[1, 2, 3], [4, 5, 6], [7, 8, 9.5], [-1, 0, 1000], [2, 2, 2]])
    np.testing.assert_array_equal(table.y, [3, 6, 9.5, 1000, 2])
    assert table.x.shape == (5, 2)


def test_the_target_is_the_column_called_so_and_the_last_one_otherwise():
    assert read(PLAIN.replace("a,b,y", "a,Target,c").encode()).target == 1
    assert read(PLAIN.replace("a,b,y", "a,b,c").encode()).target == 2
    table = read(PLAIN.encode()).predicting(0)
    assert table.columns == ("b", "y") and table.y.tolist() == [1, 4, 7, -1, 2]
    with pytest.raises(ValueError, match="target must be from 0 to 2"):
        table.predicting(3)


def test_without_titles_the_columns_are_numbered():
    table = read(PLAIN.split("\n", 1)[1].encode())
    assert table.names == ("c1", "c2", "c3") and len(table.values) == 5


def test_titles_are_made_different_short_and_printable():
    table = read(PLAIN.replace("a,b,y", f"x,x,{'z' * 500}\x07").encode())
    assert table.names[0] == "x" and table.names[1] == "x (2)" and table.names[2] == "z" * 24
    assert read(PLAIN.replace("a,b,y", "a,,y").encode()).names == ("a", "c2", "y")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("4,5,6", "4,abc,6"), ("not_a_number", 3, "b", "abc")),
        (("4,5,6", "inf,5,6"), ("not_finite", 3, "a", "inf")),
        (("4,5,6", "4,5,1e300"), ("too_large", 3, "y", "1e300")),
        (("4,5,6", "4,1_000,6"), ("not_a_number", 3, "b", "1_000")),
        (("4,5,6", "4,5"), ("ragged", 3, "", "2 ≠ 3")),
        (("4,5,6", "4,5,6,7"), ("ragged", 3, "", "4 ≠ 3")),
        (("4,5,6", "4,<img src=x onerror=alert(1)>,6"), ("not_a_number", 3, "b", "<img src=x onerror=alert")),
        (("4,5,6", "4,__import__('os'),6"), ("not_a_number", 3, "b", "__import__('os')")),
        (("\n4,5,6", "\n\n\n4,abc,6"), ("not_a_number", 5, "b", "abc")),
    ],
)
def test_a_wrong_cell_is_named(change, found):
    assert problems(PLAIN.replace(*change)) == [found]


def test_several_wrong_cells_are_named_each():
    assert [p[:3] for p in problems(PLAIN.replace("4,5,6", "u,5,v"))] == [
        ("not_a_number", 3, "a"),
        ("not_a_number", 3, "y"),
    ]
    many = "a,b\n" + "2,1\n" * 300 + "x,1\n" * 200
    assert len(problems(many)) == 20


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "empty"),
        ("\n\n  \n", "empty"),
        ("a\n1\n2\n3\n4\n5\n6\n", "one_column"),
        ("a,b\n" + "red,1\n" * 9, "one_column"),
        ("a,b\n1,2\n3,4\n5,6\n7,8\n9,\n,0\n", "too_few_left"),
        ("a,b\n1,2\n3,4\n", "too_few_rows"),
        ("a,b\n", "too_few_rows"),
        (",".join("1" * (MOST_COLUMNS + 1)) + "\n", "too_many_columns"),
        (("1," * 39 + "1\n") * 5001, "too_many_rows"),
        ("1,2\n" * (MOST_ROWS + 1), "too_many_rows"),
        (b"\xff\xfe1\x00,\x002", "not_text"),
        (b"1\x00,\x002\x00", "not_text"),
        (b"PK\x03\x04\x00\x00\x00", "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_text"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data, code):
    assert problems(data)[0][0] == code


@pytest.mark.parametrize(
    "data",
    [
        b"1,2,3\n" * 1_750_000,  # 10 MB
        b"1,\n" * 600_000,
        b"1\n" * 1_000_000,
        b"\n" * 1_999_999,
        b"," * 1_999_999,
        b'"' * 1_999_999,
        b"9" * 1_999_999,
        b"a,b\n" + b"x,y\n" * 9_000,
        (b"0.123456789," * 19 + b"0.5\n") * 8_000,
        b"1,2,3\n4,5,6\n" + b"7" * 1_900_000 + b",8,9\n",
        b"\x00" * 1_000_000,
    ],
)
def test_large_and_strange_files_are_answered_at_once(data):
    with pace.within(40):
        try:
            assert isinstance(read(data), Table)
        except TableError as error:
            assert error.problems and all(len(p.detail) < 60 for p in error.problems)


def test_a_million_rows_are_refused_by_counting_them(monkeypatch):
    monkeypatch.setattr(separators, "_rows", lambda *_: pytest.fail("they were parsed"))
    assert problems(b"1\n" * 990_000)[0] == ("too_many_rows", 0, "", "990001")


def test_a_large_table_within_the_bounds_is_read_whole():
    rng = np.random.default_rng(0)
    values = rng.integers(-999, 999, (MOST_ROWS, 20))
    data = "\n".join(",".join(map(str, row)) for row in values.tolist()).encode()
    assert len(data) < MOST_BYTES
    np.testing.assert_array_equal(read(data).values, values)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="0123456789.,;\t\n-+eE\"' abnN_", max_size=300).map(str.encode))
def test_any_bytes_give_a_table_or_a_reason(data):
    try:
        table = read(data)
    except TableError as error:
        assert error.problems
    else:
        assert np.isfinite(table.values).all() and table.values.shape[1] == len(table.names) >= 2
        assert len(set(table.names)) == len(table.names)


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=5, max_size=20),
    st.sampled_from([(",", "."), (";", "."), ("\t", "."), (";", ","), ("\t", ",")]),
)
def test_what_is_written_is_read(rows, signs):
    separator, point = signs
    data = "\n".join(separator.join(repr(v).replace(".", point) for v in row) for row in rows)
    table = read(data.encode())
    np.testing.assert_array_equal(table.values, rows)
    assert read(data.encode()).fingerprint == table.fingerprint


def test_rows_with_a_missing_cell_are_left_out_and_counted():
    for gap in ("", "NA", "nan", "n/a", "?", "-", "null", "#N/A", " "):
        table = read(PLAIN.replace("9.5\n", f"9.5\n5,{gap},6\n").encode())
        assert table.notes[-1] == Note("missing", count=1) and len(table.values) == 5


def test_columns_of_words_are_left_out_and_two_words_are_0_and_1():
    rows = ["id,city,sex,smokes,x,y,none"]
    rows += [f"p{k},{'abcdefgh'[k % 7]},{'mf'[k % 2]},{['Yes', 'No'][k % 2]},{k / 4},{k * k}," for k in range(9)]
    table = read("\n".join(rows).encode())
    assert table.names == ("sex", "smokes", "x", "y") and table.target == 3
    assert table.values[:3].tolist() == [[1, 1, 0, 0], [0, 0, 0.25, 1], [1, 1, 0.5, 4]]
    assert table.notes[1:] == (
        Note("column.id", ("id",)),
        Note("column.words", ("city",)),
        Note("column.empty", ("none",)),
        Note("column.two", ("sex", "f", "m")),
        Note("column.two", ("smokes", "No", "Yes")),
    )


def test_a_count_of_the_rows_is_left_out_but_not_where_little_would_be_left_or_it_is_a_time():
    rows = [f"{k},{k / 3:.3f},{k * 7 % 5}" for k in range(1, 9)]

    def names(titles, cut=0):
        return read("\n".join([titles, *(row[: -cut or None] for row in rows)]).encode()).names

    assert names("nr,a,b") == ("a", "b") and names(",a,b") == ("a", "b")
    assert names("t,a,b") == ("t", "a", "b") and names("nr,a", 2) == ("nr", "a")


def test_as_many_columns_as_the_handwritten_digits_have():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 17, (30, MOST_COLUMNS))
    titles = ",".join(map(str, range(MOST_COLUMNS)))
    table = read("\n".join([titles, *(",".join(map(str, row)) for row in values.tolist())]).encode())
    assert MOST_COLUMNS == 65 and table.x.shape == (30, 64) and table.names[0] == "0"
    assert Note("counted", ("0", "64")) in table.notes
