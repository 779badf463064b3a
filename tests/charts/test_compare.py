"""Two runs in one picture."""

import json

import altair as alt
import numpy as np
import pytest

from charts.common import Picture, columns, image_layer, specification, table
from charts.compare import PALE, over
from charts.theme import LIGHT


def picture(value, *, others=()):
    """An image below, a line so far, a readout, and something that catches clicks."""
    rows = alt.Chart(table("run"))
    click = alt.selection_point(name="click", fields=["x"], on="click")
    place = {"x": alt.X("x:Q"), "y": alt.Y("y:Q")}
    line = rows.transform_filter("datum.x <= frame").mark_line(opacity=0.8).encode(**place)
    catch = rows.mark_square().encode(x=alt.X("x:Q"), opacity=alt.OpacityValue(0)).add_params(click)
    told = rows.mark_text().encode(text=alt.Text("y:Q"))
    layers = [image_layer("field"), line, rows.mark_circle().encode(**place), told, catch]
    tables = {"run": columns(x=np.arange(3), y=value), "field": columns(image=["data:,"])}
    return Picture(specification(layers, LIGHT, moves=True), tables | {name: columns(x=[0]) for name in others})


def marks(layers):
    return [(layer["mark"]["type"], layer["mark"].get("opacity")) for layer in layers]


def test_the_pinned_run_lies_pale_below_the_present_one_and_above_the_background():
    both = over(picture([1.0, 2.0, 3.0]), picture([4.0, 5.0, 6.0]))
    found = marks(both.specification["layer"])
    assert [kind for kind, _ in found] == ["image", "line", "circle", "line", "circle", "text", "square"]
    assert [opacity for _, opacity in found][1:5] == [pytest.approx(0.8 * PALE), PALE, 0.8, None]
    assert '"pinned run"' in json.dumps(both.specification["layer"])
    assert both.tables["pinned run"]["y"].to_pylist() == [1, 2, 3] and both.tables["run"]["y"].to_pylist() == [4, 5, 6]
    assert "pinned field" not in both.tables, "what is not drawn does not travel"


def test_parameters_are_there_once():
    both = over(picture([1.0, 2.0, 3.0]), picture([4.0, 5.0, 6.0]))
    assert json.dumps(both.specification).count('"name": "click"') == 1


def test_the_specification_stays_while_the_present_run_changes():
    pinned = picture([1.0, 2.0, 3.0])
    one, other = (over(pinned, picture([v, v, v])).specification for v in (4.0, 5.0))
    assert json.dumps(one) == json.dumps(other)


def test_the_pinned_picture_itself_is_not_changed():
    pinned = picture([1.0, 2.0, 3.0])
    before = json.dumps(pinned.specification)
    over(pinned, picture([4.0, 5.0, 6.0]))
    assert json.dumps(pinned.specification) == before


def test_what_does_not_speak_of_the_same_is_not_compared():
    now = picture([4.0, 5.0, 6.0])
    assert over(None, now) is now
    assert over(picture([1.0, 2.0, 3.0], others=["law"]), now) is now
    single = Picture({"mark": "line"}, now.tables)
    assert over(single, now) is now and over(now, single) is single
