"""Files in the dialects that people have: each is read as what it says, or refused with the row and the column.

The table of files is written by hand. Below, files are written by chance in any dialect, and read back.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import own_table
from core.data.own_table import TableError
from core.data.reading.numerals import WAYS, Numerals, decide
from tests.sampling import examples

VALUES = [[1, 2, 3], [4, 5, 6], [7, 8, 9.5], [-1, 0, 1000], [2, 2, 2]]
PLAIN = "a,b,y\n1,2,3\n4,5,6\n7,8,9.5\n-1,0,1000\n2,2,2\n"
SEMICOLON = PLAIN.replace(",", ";").replace(".", ",")
COMMA, MISSING = ("separator.comma",), "missing"
WORDS = ["car", '"buick 8"', '"ford 2"', '"ford 2"', '"vw"', '"vw"']
EUROPE = ("separator.semicolon", "decimal_comma", "thousands")

# name: (text or bytes, ids of the notes)
READ = {
    "as Python writes it": (PLAIN, COMMA),
    "with a mark of UTF-8": ("\ufeff" + PLAIN, COMMA),
    "UTF-16, as Excel's Unicode text": (PLAIN.replace(",", "\t").encode("utf-16"), ("encoding", "separator.tab")),
    "UTF-16, big end first": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), ("encoding", *COMMA)),
    "Windows-1252": (PLAIN.replace("a,", "Größe,").encode("cp1252"), ("encoding", *COMMA)),
    "GB 2312": (PLAIN.replace("a,", "身高,").encode("gb2312"), ("encoding", *COMMA)),
    "semicolon, decimal comma": (SEMICOLON, ("separator.semicolon", "decimal_comma")),
    "semicolon, decimal point": (PLAIN.replace(",", ";"), ("separator.semicolon",)),
    "tab": (PLAIN.replace(",", "\t"), ("separator.tab",)),
    "bars": (PLAIN.replace(",", " | "), ("separator.bar",)),
    "a table in Markdown": (
        "| a | b | y |\n|---|--:|:-:|\n" + "".join(f"| {' | '.join(map(str, row))} |\n" for row in VALUES),
        ("separator.bar",),
    ),
    "blanks": (PLAIN.replace(",", " "), ("separator.blanks",)),
    "several blanks, as Fortran does": (PLAIN.replace(",", "    ").replace("\n", "  \n   "), ("separator.blanks",)),
    "blanks, decimal comma": (
        "a b y\n" + "".join(" ".join(f"{v:.4f}".replace(".", ",") for v in row) + "\n" for row in VALUES),
        ("separator.blanks", "decimal_comma"),
    ),
    "comma and blank": (PLAIN.replace(",", ", "), COMMA),
    "sep=; in the first line": ("sep=;\n" + SEMICOLON, ("separator.semicolon", "decimal_comma")),
    "comments": ("# made by hand\n% in 2024, a;b;c\n" + PLAIN, (*COMMA, "comments")),
    "blank lines": (PLAIN.replace("\n", "\n\n \n"), COMMA),
    "a separator behind each row": (PLAIN.replace("\n", ",\n"), COMMA),
    "a separator behind each row but the titles": (PLAIN.replace("\n", ",\n").replace("y,\n", "y\n"), COMMA),
    "quotes": ('"a","b","y"\n"1","2","3"\n' + PLAIN.split("\n", 2)[2], COMMA),
    "quotes around decimal commas": (
        PLAIN.replace("9.5", '"9,5"').replace("1000", '"1000,0"'), (*COMMA, "decimal_comma")
    ),
    "thousands with a point": (SEMICOLON.replace("1000", "1.000,0"), EUROPE),
    "thousands with a comma": (PLAIN.replace("1000", '"1,000.0"'), (*COMMA, "thousands")),
    "thousands with a blank": (SEMICOLON.replace("1000", "1 000"), EUROPE),
    "thousands with a narrow blank": (SEMICOLON.replace("1000", "1\u202f000,00"), EUROPE),
    "thousands with an apostrophe": (PLAIN.replace(",", ";").replace("1000", "1'000"), EUROPE[::2]),
    "missing cells": (PLAIN + "7,NA,7\n,7,7\n7,7,?\n", (*COMMA, MISSING)),
    "a column of words": (
        "".join(f"{word},{line}\n" for word, line in zip(["who", *"ABABC"], PLAIN.split("\n"), strict=False)),
        (*COMMA, "column.words"),
    ),
    "a column that counts the rows, without a title": (
        "".join(f"{k},{line}\n" for k, line in zip(["", 0, 1, 2, 3, 4], PLAIN.split("\n"), strict=False)),
        (*COMMA, "column.id"),
    ),
    "names of the rows and one title fewer, as R writes it": (
        "a b y\np 1 2 3\nq 4 5 6\nr 7 8 9.5\ns -1 0 1000\nt 2 2 2\n",
        ("separator.blanks", "column.id"),
    ),
    "a caption above": ("Measured in May,,\n" + PLAIN, (*COMMA, "comments")),
    "blanks, and a tab before the names, as of 1993": (
        "".join(f"{line.replace(',', '   ')}\t{w}\n" for w, line in zip(WORDS, PLAIN.split("\n"), strict=False)),
        ("separator.blanks", "column.words"),
    ),
    "true signs for minus, and old line ends": (PLAIN.replace("-1", "−1").replace("\n", "\r"), COMMA),
    "the end that DOS puts": (PLAIN + "\x1a", COMMA),
}  # fmt: skip
REFUSED = {
    "a word among numbers": (PLAIN.replace("4,5,6", "4,abc,6"), "not_a_number", 3, "b"),
    "the other decimal mark in one cell": (SEMICOLON.replace("5;6", "5;6.7.8"), "not_a_number", 3, "y"),
    "a comment between, and a word": (PLAIN.replace("4,5,6", "# here\n4,abc,6"), "not_a_number", 4, "b"),
    "an underscore": (PLAIN.replace("4,5,6", "4,1_0,6"), "not_a_number", 3, "b"),
    "infinity": (PLAIN.replace("4,5,6", "4,-inf,6"), "not_finite", 3, "b"),
    "too large": (PLAIN.replace("4,5,6", "4,5e9,6"), "too_large", 3, "b"),
    "a row that is short": (PLAIN.replace("4,5,6", "4,5"), "ragged", 3, ""),
    "a row that is long": (PLAIN.replace("4,5,6", "4,5,6,7"), "ragged", 3, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text", 1, ""),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00", "not_text", 1, ""),
    "a pickle": (b"\x80\x04\x95\x1c\x00\x00\x00", "not_text", 1, ""),
    "gaps in nearly every row": (PLAIN.replace("4,5", "4,").replace("2,2,2", ",2,2"), "too_few_left", 0, ""),
}


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_and_what_was_understood_is_noted(name):
    text, notes = READ[name]
    table = own_table.read(text if isinstance(text, bytes) else text.encode())
    np.testing.assert_array_equal(table.values, VALUES)
    assert tuple(note.code for note in table.notes) == notes
    assert table.names[1:] == ("b", "y") and table.names[0] in ("a", "Größe", "身高")


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_its_row_and_column(name):
    text, *where = REFUSED[name]
    with pytest.raises(TableError) as error:
        own_table.read(text if isinstance(text, bytes) else text.encode())
    first = error.value.problems[0]
    assert [first.code, first.row, first.column] == where


def test_what_counts_the_columns_is_titles_and_said():
    floats = "0,1,2\n" + "\n".join(f"{k}.5,1.0,{k}.25" for k in range(6))
    table = own_table.read(floats.encode())
    assert table.names == ("0", "1", "2") and len(table.values) == 6
    assert ("counted", ("0", "2")) in [(note.code, note.names) for note in table.notes]
    whole = own_table.read(("1,2,3\n" + "4,5,6\n" * 6).encode())
    assert whole.names == ("c1", "c2", "c3") and len(whole.values) == 7, "a first row of whole numbers is a row"


@pytest.mark.parametrize(
    ("cells", "separator", "way", "example"),
    [
        (["1,234", "5"], ";", (",", ""), "1,234"),
        (["1,234", "5"], ",", (".", ","), "1,234"),
        (["1,234", "0,5"], ";", (",", ""), ""),
        (["1,234", "0.5"], ";", (".", ","), ""),
        (["1.234", "0,5"], ";", (",", "."), ""),
        (["1.234", "5"], ";", (".", ""), "1.234"),
        (["1.234", "5"], ",", (".", ""), ""),
        (["1'234.5", "5"], ",", (".", "'"), ""),
        (["1 234", "5"], ";", (".", " "), ""),
        (["1,5"], ",", (",", ""), ""),
        (["5", "abc", "1-2"], ",", (".", ""), ""),
    ],
)
def test_the_way_of_writing_is_told_and_doubt_is_said(cells, separator, way, example):
    decided = decide(cells, separator)
    assert (decided.numerals.decimal, decided.numerals.group) == way and decided.example == example


def test_a_number_is_read_as_it_is_written():
    assert Numerals(",", ".").value(" -1.234.567,25 ") == -1234567.25
    assert Numerals(".", ",").value("1,23,456") is None and Numerals().value("1e3") == 1000
    assert Numerals(",").value("1,5e-1") == 0.15 and Numerals().value("１２") is None


@dataclass(frozen=True)
class Dialect:
    """How a program may write a table."""

    codec: str
    separator: str
    way: Numerals
    end: str
    quoted: bool
    trailing: bool
    comment: bool

    def write(self, titles, rows):
        lines = ["# a comment; with, marks"] * self.comment
        lines += [self.separator.join(row) + self.separator * self.trailing for row in (titles, *map(self.cells, rows))]
        return self.end.join([*lines, ""]).encode(self.codec)

    def cells(self, row):
        return [f'"{cell}"' if self.quoted else cell for cell in map(self.cell, row)]

    def cell(self, value):
        if value is None:
            return "NA"
        text = f"{value:,.4f}"  # four digits behind the mark cannot be thousands
        return text.translate({ord(","): self.way.group, ord("."): self.way.decimal})


@st.composite
def dialects(draw):
    separator, way = draw(st.sampled_from(",;\t| ")), draw(st.sampled_from(WAYS))
    quoted = separator in (way.decimal, way.group) or draw(st.booleans())
    if separator == " ":  # quotes hide from the reader that blanks separate
        quoted, way = False, way if way.group != " " else Numerals(way.decimal)
    codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    end, more = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), st.booleans()
    return Dialect(codec, separator, way, end, quoted, separator != " " and draw(more), draw(more))


NUMBERS = st.integers(-(10**9), 10**9).map(lambda n: n / 16)


@settings(max_examples=examples(300), deadline=None)
@given(
    dialects(), st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=5, max_size=9), st.lists(st.integers(0, 4))
)
def test_what_is_written_in_any_dialect_is_read_back(dialect, rows, gaps):
    rows = [[1234.5, 0.25, -1234567.0625], *rows]
    with_gaps = list(rows)
    for place in gaps[:3]:
        with_gaps.insert(place + 1, [None, 1.5, 2.5])
    table = own_table.read(dialect.write(["é", "b", "y"], with_gaps))
    assert table.names == ("é", "b", "y")
    np.testing.assert_array_equal(table.values, rows)
    left_out = [note.count for note in table.notes if note.code == "missing"]
    assert left_out == ([len(gaps[:3])] if gaps else [])
    codes = {note.code for note in table.notes}
    assert ("decimal_comma" in codes) == (dialect.way.decimal == ",") and ("thousands" in codes) == bool(
        dialect.way.group
    )
    assert "ambiguous" not in codes and ("comments" in codes) == dialect.comment
