"""What is taken away of a page, piece by piece. The whole, page by page: tests/pages and tests/browser."""

import csv
import io
import math
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

import core.dropout
from charts.common import Picture, columns
from core.check import EXACT, Check, rounding
from core.data import own_table, separable_data
from core.neural_tangent_kernel import Settings
from core.surfaces import named
from tests.ui.take_away.qr_reader import read
from ui import catalog, text
from ui.evidence.record import Call, Record, Shown
from ui.take_away import drawing, formulas, markdown, pictures, qr, script, tables
from ui.take_away.values import Values

LANGUAGES = list(text.LANGUAGES)


# The QR code
@pytest.mark.parametrize("more", [0, 5, 30, 60, 90, 130, 170, 220, 330])
def test_the_qr_code_says_the_link(more):
    link = "https://basin.example/weight_decay?" + "".join(chr(97 + k % 26) for k in range(more))
    assert read(qr.svg(link)) == link


def test_the_qr_code_of_another_link_says_something_else():
    assert read(qr.svg("https://a.example/?seed=1")) != read(qr.svg("https://a.example/?seed=2"))


def test_a_link_that_is_too_long_has_no_qr_code():
    assert qr.svg("https://basin.example/?points=" + "1" * 4000) is None


# The texts without Streamlit
def every_text():
    """Each text with formulas or Markdown in it that the offline page or a picture's heading may hold."""
    for concept in catalog.concepts():
        for language in LANGUAGES:
            words = text.words(concept.slug, language)
            yield concept.claim[language]
            yield concept.question[language]
            yield from words.values()
            yield from (source.what[language] for source in concept.references)
            for experiment in concept.experiments:
                yield experiment.question[language]
                yield experiment.answer[language]


def test_every_formula_of_the_texts_is_understood():
    found = [m["display"] or m["formula"] for t in every_text() for m in markdown.PIECES.finditer(t)]
    latex = {formula for formula in found if formula}
    assert len(latex) > 100
    strange = {f for f in latex if "\\" in formulas.plain(f) or "\\" in formulas.mathml(f)}
    assert not strange
    for formula in latex:
        ET.fromstring(formulas.mathml(formula))


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        (r"\eta<2/L", "η < 2/L"),
        (r"\theta=\lVert\hat w(\lambda)\rVert^2", "θ = ‖ŵ(λ)‖²"),
        (r"\frac{p}{1-p}\sum_j\lVert X_j\rVert^2w_j^2", "p/(1−p)∑ⱼ‖Xⱼ‖²wⱼ²"),
        (r"\frac np+\tfrac12", "n/p+1/2"),
        (r"1/\log t", "1/log t"),
        (r"f''=12.5", "f′′ = 12.5"),
        (r"\sqrt{\kappa}, \sqrt{a+b}", "√κ,√(a+b)"),
        (r"\unheardof x", r"\unheardofx"),
    ],
)
def test_a_formula_reads_in_one_line(latex, letters):
    assert formulas.plain(latex) == letters


def test_mathml_keeps_what_belongs_together():
    made = formulas.mathml(r"\frac{a_i^2}{\sqrt 2}").replace("<mrow>", "").replace("</mrow>", "")
    assert "<mfrac><msubsup><mi>a</mi><mi>i</mi><mn>2</mn></msubsup><msqrt><mn>2</mn></msqrt></mfrac>" in made


def test_every_text_loses_its_marks_and_not_its_words():
    for written in every_text():
        bare = re.sub(r"<math.*?</math>|<[^>]+>", "", markdown.to_html(written), flags=re.S)
        assert not re.search(r"\*\*|\]\(|\$[^$]+\$", bare), written
        assert not re.search(r"\*\*|\]\(|\$[^$]+\$", markdown.to_plain(written)), written


def test_markdown_becomes_html_and_html_does_not_pass():
    made = markdown.to_html(
        "One **two** *three* `a<b`\n\n- [x](https://y.example/?a=1&b=2)\n- <script>alert(1)</script>"
    )
    assert "<p>One <strong>two</strong> <em>three</em> <code>a&lt;b</code></p>" in made
    assert '<a href="https://y.example/?a=1&amp;b=2">x</a>' in made
    assert "<script>" not in made and "&lt;script&gt;" in made
    assert "javascript" not in re.sub(r"<p>.*</p>", "", markdown.to_html("[x](javascript:alert(1))"))
    assert 'href="https://a.example/dropout"' in markdown.to_html("[x](/dropout)", "https://a.example/lipschitz?seed=1")


# Values as source
def evaluated(written):
    return eval(written, {"np": np, "core": core})


simple = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text()
nested = some.recursive(simple, lambda inner: some.lists(inner, max_size=4) | some.tuples(inner, inner), max_leaves=8)


@given(nested | some.dictionaries(some.text(), nested, max_size=3))
def test_a_value_reads_back_as_itself(value):
    assert evaluated(Values("core.dropout", {}).write(value)) == value


def test_what_is_no_number_and_what_is_infinite_read_back():
    written = Values("core.dropout", {}).write((math.inf, -math.inf, math.nan))
    assert repr(evaluated(written)) == "(inf, -inf, nan)"


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.1, 1 / 3, 1e-300]),
        np.array([[1, -1], [2, 3]]),
        np.zeros((0, 2)),
        np.array([True, False]),
        np.array([0.1, 2], np.float32),
        np.array(["a'b\"", "c"]),
    ],
)
def test_an_array_reads_back_to_the_last_digit(array):
    again = evaluated(Values("core.dropout", {}).write(array))
    assert again.dtype == array.dtype and again.shape == array.shape and (again == array).all()


@pytest.mark.parametrize(
    "spell", ['"""; import os #', "'); __import__('os').abort() #", "a\nimport os", "\\", '"', "'\""]
)
def test_a_persons_text_stays_text(spell):
    assert evaluated(Values("core.dropout", {}).write({"formula": spell})) == {"formula": spell}


def test_a_dataclass_of_core_is_made_by_its_fields():
    settings = Settings("relu", depth=3, bias_std=0.25)
    assert evaluated(Values("core.neural_tangent_kernel", {}).write(settings)) == settings
    table = own_table.read(b"a,b'\"c,y\n" + b"1,2,3\n0.1,5,7\n8,9,0\n3,1,2\n5,5,5\n")
    again = evaluated(Values("core.weight_decay", {}).write(table))
    assert again.names == table.names and (again.values == table.values).all() and again.target == table.target


def test_what_core_has_is_written_by_its_place():
    values = Values("core.gradient_descent", {})
    written = values.write(named.SURFACES["himmelblau"])
    assert written == 'core.surfaces.named.SURFACES["himmelblau"]' and "core.surfaces.named" in values.modules
    assert values.write(separable_data.blobs) == "core.data.separable_data.blobs"


def test_a_result_is_written_by_its_variable_and_its_parts_as_attributes():
    values, points = Values("core.max_margin", {}), separable_data.blobs()
    values.name("points", points)
    assert (values.write(points), values.write(points.x)) == ("points", "points.x")
    assert values.write(points.x.copy()).startswith("np.array(")
    settings = Settings(depth=3)
    values.name("settings", settings)
    assert values.write((settings.depth, settings.seed)) == "(3, 0)", "a number is no reference, whichever object it is"


def test_what_has_no_source_is_refused():
    for thing in (object(), iter(()), lambda: 0):
        with pytest.raises(TypeError):
            Values("core.dropout", {}).write(thing)


# The script
@dataclass(frozen=True)
class Sum:
    value: float


def calls(*made):
    record = Record()
    for function, args, kwargs in made:
        record.hears(function, function)(*args, **kwargs)
    return record


def run(source):
    space = {}
    exec(script.script(["heading"], source), space)
    return space


def test_a_call_that_was_made_again_before_its_result_was_used_is_left_out():
    record = calls()
    first = record.hears(core.dropout.linear_data, core.dropout.linear_data)(20, seed=1)
    second = record.hears(core.dropout.linear_data, core.dropout.linear_data)(30, seed=1)
    assert first is not second
    found = record.hears(core.dropout.study, core.dropout.study)(second, 0.5, seed=1)
    record.checks = record.hears(core.dropout.linear_checks, core.dropout.linear_checks)(found)
    made = script.source(record, "core.dropout")
    written = "\n".join(made.calls)
    assert "linear_data(30" in written and "linear_data(20" not in written
    assert made.settings == "seed = 1" and "seed=seed" in written
    assert run(made)["checks"] == record.checks


def test_a_number_that_calls_were_given_differently_is_no_setting():
    record = calls((core.dropout.linear_data, (20,), {"seed": 1}), (core.dropout.masked_network, (0.5,), {"seed": 2}))
    assert script.source(record, "core.dropout").settings == ""


def test_checks_of_several_results_are_put_together():
    record = Record()
    hear = record.hears
    data = hear(core.dropout.linear_data, core.dropout.linear_data)(20, seed=0)
    one = hear(core.dropout.study, core.dropout.study)(data, 0.5, seed=0)
    first = hear(core.dropout.linear_checks, core.dropout.linear_checks)(one)
    other = hear(core.dropout.test_time_predictions, core.dropout.test_time_predictions)(
        4, p=0.5, depth=1, size=0.6, seed=0
    )
    second = hear(core.dropout.test_time_checks, core.dropout.test_time_checks)(other)
    record.checks = first + second
    assert run(script.source(record, "core.dropout"))["checks"] == first + second


def test_a_check_that_no_call_has_made_is_refused():
    record = calls((core.dropout.linear_data, (20,), {"seed": 1}))
    record.checks = (Check("one", 1.0, 1.0, EXACT),)
    with pytest.raises(TypeError, match="one"):
        script.source(record, "core.dropout")


def test_long_work_is_run_to_its_end():
    call = Call(core.dropout.linear_data, (20,), {"seed": 1}, core.dropout.linear_data(20, seed=1), is_long=True)
    made = script.source(Record(calls=[call]), "core.dropout")
    assert "finish(core.dropout.linear_data(20, seed=1))" in made.calls[0]
    assert "from core.progress import finish" in made.imports


def test_nothing_of_the_heading_is_ever_run():
    spells = ["a\nraise SystemExit", "b\r\nraise SystemExit", "c\x0craise", "d\u2028raise", "e\x00", '"""', "\\\n"]
    written = script.script(spells, script.Source("", "", ("checks = ()",)))
    space = {}
    exec(written, space)
    assert space["checks"] == ()
    assert all(line.startswith("#") for line in written.split("checks = ()")[0].strip().splitlines())


# The data
def picture(**values):
    return Picture({"mark": "point"}, {"points": columns(**values)})


def shown(**values):
    return Record(pictures={"one two": Shown(picture(**values), "alt", 300)})


def as_csv(record):
    return {name: list(csv.reader(io.StringIO(made))) for name, made in tables.tables(record)}


def test_a_table_has_its_titles_and_its_numbers_in_their_own_digits():
    found = as_csv(shown(x=np.array([0.1, np.nan]), n=np.array([1, 2]), name=np.array(["a,b", "c"])))
    assert found["one_two_points"] == [["x", "n", "name"], ["0.1", "1", "a,b"], ["nan", "2", "c"]]


def test_images_and_empty_tables_are_no_data():
    found = as_csv(shown(x=np.array([1.0]), image=np.array(["data:image/png;base64,AAAA"])))
    assert found["one_two_points"][0] == ["x"]
    assert list(as_csv(shown(x=np.zeros(0)))) == ["checks"]


def test_the_checks_are_data_too():
    record = Record(
        checks=(Check("one", 2.0, 1 / 3, rounding(0.5), None, "at_most", at=30.0), Check("two", 1.0, 1.0, EXACT, "why"))
    )
    titles, one, two = as_csv(record)["checks"]
    assert dict(zip(titles, one, strict=True)) == {
        "id": "one", "at": "30.0", "measured": repr(1 / 3), "relation": "at_most", "predicted": "2.0",
        "tolerance": "0.5", "verdict": "holds", "broken_assumption": "", "resolution": repr((0.5 - (1 / 3 - 2)) / 2),
        "source": "rounding", "errors": "", "samples": "0", "order": "",
    }  # fmt: skip
    second = dict(zip(titles, two, strict=True))
    assert second["broken_assumption"] == "why" and second["at"] == ""


# The pictures
@pytest.mark.parametrize("letters", [20, 60])
def test_a_heading_is_broken_between_its_words_and_loses_none(letters):
    for written in every_text():
        plain = markdown.to_plain(written)
        lines = list(pictures.wrapped(pictures.words(plain), letters))
        assert "".join("".join(lines).split()) == "".join(plain.split())
        assert max(map(pictures.width, lines), default=0) <= letters + 2 * 3  # a comma may hang over


def test_what_is_no_number_is_missing_in_a_file():
    rows = pictures.with_numbers(picture(x=np.array([1.0, np.nan, np.inf])))["datasets"]["points"]
    assert rows == [{"x": 1.0}, {"x": None}, {"x": None}]


SPECIFICATION = {
    "data": {"values": [{"a": 1, "b": 2}, {"a": 2, "b": None}]},
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
    "title": "权重衰退 θ",
}


def test_drawing_needs_no_browser_and_leaves_nothing_in_the_server():
    root = ET.fromstring(drawing.draw("svg", SPECIFICATION))
    assert root.tag.endswith("svg") and "权重衰退 θ" in "".join(root.itertext())
    assert drawing.draw("png", SPECIFICATION).startswith(b"\x89PNG")
    assert "vl_convert" not in sys.modules, "its memory is that of the process that has ended"


def test_a_faint_line_is_as_faint_in_pixels():
    middle = {"value": 20}
    encoding = {"y": middle, "x": {"value": 0}, "x2": {"value": 40}}
    faint = {"type": "rule", "strokeWidth": 10, "stroke": "#000000", "opacity": 0.25}
    sizes = {"width": 40, "height": 40, "background": "#ffffff", "config": {"view": {"stroke": None}}}
    made = drawing.draw("png", {"data": {"values": [{}]}, "mark": faint, "encoding": encoding, **sizes})
    with Image.open(io.BytesIO(made)) as pixels:
        across, down = pixels.width // 2, pixels.height // 2
        assert pixels.convert("L").getpixel((across, down)) == pytest.approx(191, abs=3)


def test_a_drawing_that_fails_says_so_and_the_next_one_succeeds():
    with pytest.raises(RuntimeError, match="could not be drawn"):
        drawing.draw("svg", {"mark": 7})
    assert drawing.draw("svg", SPECIFICATION)


def test_a_drawing_asks_nobody_for_anything():
    asks = {**SPECIFICATION, "data": {"url": "https://example.com/data.json"}}
    with pytest.raises(RuntimeError):
        drawing.draw("svg", asks)


def test_a_table_of_any_kind_can_be_read():
    table = pa.table({"a": pa.array([1.5, None], pa.float32()), "b": pa.array(["x", None])})
    record = Record(pictures={"p": Shown(Picture({}, {"t": table}), "", 1)})
    assert as_csv(record)["p_t"] == [["a", "b"], ["1.5", "x"], ["nan", ""]]
