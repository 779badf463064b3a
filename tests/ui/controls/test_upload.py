"""The uploader: says what is wrong in the page's language, and never loses the table that was there."""

import pytest
from streamlit.testing.v1 import AppTest

from core.data import own_table
from core.data.own_points_file import read_file
from core.data.own_table import MOST_BYTES, TableError, read
from core.data.reading import Note, Problem
from ui import text
from ui.controls import upload
from ui.controls.understood import understood

CODES = (
    "missing", "not_a_number", "not_finite", "too_large", "ragged", "one_column", "too_many_columns", "too_many_rows",
    "too_few_rows", "too_few_left", "too_big", "not_text", "empty",
)  # fmt: skip
GOOD = b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n1,0,1\n2,2,5\n"


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_problem_has_words(language):
    words = text.words("weight_decay", language)
    for code in CODES:
        said = upload.told([Problem(code, 7, "bmi", "abc")], words)
        assert "7" in said and "`bmi`" in said and "{{" not in said
        assert upload.told([Problem(code, 0, "", "12")], words).strip()


def test_row_and_column_are_named_and_the_rest_is_counted():
    words = {language: text.words("weight_decay", language) for language in text.LANGUAGES}
    problem = Problem("not_a_number", 3, "bmi", "abc")
    assert upload.told([problem], words["en"]) == "Row 3, column `bmi`: `abc` is not a number."
    assert upload.told([problem], words["zh"]) == "第 3 行 `bmi` 列： `abc` 不是数。"
    assert upload.told([problem] * 9, words["en"]).endswith("And 5 more.")


def test_a_persons_text_is_quoted_and_never_read_as_markup():
    words = text.words("weight_decay", "en")
    said = upload.told([Problem("not_a_number", 3, "a`b", "`<b>$x$**")], words)
    assert "column `a'b`:" in said and "`'<b>$x$**`" in said
    assert upload.quoted("   ") == ""


def test_the_bounds_that_are_told_are_those_that_refuse():
    words = text.words("weight_decay", "en")
    told = upload.bounds(words)
    for number in (own_table.MOST_ROWS, own_table.MOST_COLUMNS, own_table.MOST_CELLS, own_table.LEAST_ROWS):
        assert str(number) in told
    assert f"{MOST_BYTES // 1_000_000} MB" in told
    with pytest.raises(TableError, match="too_big"):
        read(b"1" * (MOST_BYTES + 1))


NOTES = (
    *(f"separator.{name}" for name in ("comma", "semicolon", "tab", "bar", "blanks")),
    "encoding", "decimal_comma", "thousands", "ambiguous", "comments", "counted", "missing", "labels", "classes",
    "one_class", "column.id", "column.words", "column.empty", "column.two",
)  # fmt: skip


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("slug", ["weight_decay", "max_margin"])
def test_everything_that_was_understood_has_words(slug, language):
    for code in NOTES:
        said = understood([Note(code, ("one", "two", "three"), 7)], text.words(slug, language))
        assert "{{" not in said and len(said) >= 8


def test_what_was_understood_is_one_line():
    words = {language: text.words("weight_decay", language) for language in text.LANGUAGES}
    data = "# by hand\nid;sex;x;y\n" + "".join(f"{k};{'mf'[k % 2]};{k},5;{k * k or 'NA'}\n" for k in range(9))
    notes = read(data.encode()).notes
    assert understood(notes, words["en"]) == (
        "Read as: semicolon · decimal comma · comment lines left out: 1 · row numbers or names left out: `id`"
        " · `sex`: `f` = 0, `m` = 1 · rows left out for missing cells: 1."
    )
    assert understood(notes, words["zh"]) == (
        "读作：分号分隔 · 小数点为逗号 · 略去注释行：1 · 略去行号或行名列：`id`"
        " · `sex`：`f` = 0，`m` = 1 · 因有缺失而略去的行：1。"
    )
    labels = read_file(b"1,2,B\n3,4,A\n").notes
    assert understood(labels, words["en"]) == "Read as: comma · `B` = +1, `A` = −1."


def page():
    import streamlit as st

    from ui import text
    from ui.controls import upload
    from ui.controls.link import Link
    from ui.controls.widgets import Controls

    words = text.words("weight_decay", st.session_state.get("language", "en"))
    found = upload.table(Controls(words, Link("weight_decay"), {}), st.warning)
    st.text("nothing" if found is None else f"{found.columns} -> {found.names[found.target]}, {len(found.y)} rows")


def opened():
    return AppTest.from_function(page, default_timeout=30).run()


def load(app, data, name="own.csv"):
    app.get("file_uploader")[0].set_value((name, data, "text/csv")).run()
    assert not app.exception
    return app


def test_without_a_file_there_is_no_table_and_no_complaint():
    app = opened()
    assert app.text[0].value == "nothing" and not app.warning


def test_a_good_file_is_read_and_its_target_can_be_chosen():
    app = load(opened(), GOOD)
    assert app.text[0].value == "('a', 'b') -> c, 5 rows" and not app.warning
    assert [caption.value for caption in app.caption] == ["Read as: comma."]
    app.selectbox[0].select(0).run()
    assert app.text[0].value == "('b', 'c') -> a, 5 rows"


def test_a_bad_file_is_named_and_the_last_good_table_stays():
    app = load(load(opened(), GOOD), GOOD.replace(b"4,5,6", b"4,abc,6"))
    assert app.warning[0].value == "Row 3, column `b`: `abc` is not a number."
    assert app.text[0].value == "('a', 'b') -> c, 5 rows"
    app.run()
    assert app.warning, "it is still said while the file is there"
    load(app, GOOD.replace(b"a,b,c", b"a,b,y"))
    assert not app.warning and app.text[0].value == "('a', 'b') -> y, 5 rows"


def test_a_file_that_is_too_large_is_refused_without_being_read(monkeypatch):
    monkeypatch.setattr(upload, "read", lambda data: pytest.fail("it was read"))
    app = load(opened(), b"1,2,3\n" * 1_750_000)
    assert app.warning[0].value.startswith("The file has `10.5` MB")
    assert app.text[0].value == "nothing"


def test_a_million_rows_are_refused():
    app = load(opened(), b"1\n" * 950_000)
    assert "`950001` rows are too many: at most 10000" in app.warning[0].value
