"""How a specification is put together: as Altair would, and sooner."""

import ast
import json
import re
from pathlib import Path

import altair as alt
import numpy as np
import pytest

from charts.common import FRAME, LAST_FRAME, POWERS, Picture, columns, specification, table
from charts.fitted import blank, extent, fitted, template
from charts.theme import LIGHT
from tests.charts.validity import what_is_wrong
from ui.take_away import drawing

FOLDER = Path(__file__).parents[2] / "charts"
CHARTS = sorted(FOLDER.rglob("*.py"))


def marks():
    """A line, a dot in each row so far, and squares that catch clicks."""
    place = {"x": alt.X("x:Q"), "y": alt.Y("y:Q")}
    click = alt.selection_point(name="click", fields=["x"], on="click", clear=False)
    return [
        alt.Chart(table("run")).mark_line(clip=True).encode(**place),
        alt.Chart(table("run")).transform_filter("datum.x <= frame").mark_circle(size=9).encode(**place),
        alt.Chart(alt.sequence(4, as_="x")).mark_square().encode(x=alt.X("x:Q"), y=alt.YValue(3)).add_params(click),
    ]


def test_layers_are_joined_as_altair_joins_them():
    frame = alt.param(name="frame", value=LAST_FRAME, bind=alt.binding_range(min=0, max=LAST_FRAME, step=1))
    theirs, ours = alt.layer(*marks()).add_params(frame).to_dict(), specification(marks(), LIGHT, moves=True)
    name = theirs["layer"][2].pop("name")
    assert ours["layer"][2].pop("name") == ours["params"][0]["views"][0]
    assert theirs["params"][0].pop("views") == [name] and ours["params"][0].pop("views")
    assert ours["layer"] == theirs["layer"] and ours["params"] == theirs["params"]
    assert ours["params"][1] == FRAME and ours["$schema"] == theirs["$schema"]


def test_a_single_chart_is_no_stack():
    theirs, ours = marks()[0].to_dict(), specification(marks()[0], LIGHT)
    assert "layer" not in ours and ours["params"] == []
    assert all(ours[part] == theirs[part] for part in ("data", "mark", "encoding"))


def test_what_no_vega_knows_is_found():
    made = specification(marks(), LIGHT)
    assert what_is_wrong(json.dumps(made)) is None
    made["layer"][1]["mark"]["type"] = "sausage"
    assert "sausage" in what_is_wrong(json.dumps(made))


def test_a_specification_made_twice_is_the_same():
    assert specification(marks(), LIGHT, moves=True) == specification(marks(), LIGHT, moves=True)


def test_numbers_take_the_place_of_blanks_and_of_nothing_else():
    unit = f"{blank('half')} / min(width, height)"
    x = alt.X("x:Q", title="half of #half").scale(domain=[alt.expr(f"-width * {unit}"), alt.expr(f"width * {unit}")])
    y = alt.Y("y:Q").scale(domain=extent("low", "high"))
    made = template([alt.Chart(table("run")).mark_line().encode(x=x, y=y)], LIGHT)
    encoding = fitted(made, half=1.25, low=-1e-12, high=3)["encoding"]
    assert encoding["x"]["scale"]["domain"][0] == {"expr": "-width * 1.25 / min(width, height)"}
    assert encoding["y"]["scale"]["domain"] == [-1e-12, 3.0]
    assert encoding["x"]["title"] == "half of #half"
    assert fitted(made, half=1.25, low=-1e-12, high=3) is fitted(made, half=1.25, low=-1e-12, high=3)


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: str(path.relative_to(FOLDER)))
def test_encodings_are_channels(path):
    """For one written as a string, or as ``alt.value``, Altair searches its whole schema: 4 ms each."""
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "encode":
            for channel in [*call.args, *(word.value for word in call.keywords)]:
                is_value = isinstance(channel, ast.Call) and getattr(channel.func, "attr", "") in ("value", "datum")
                assert not isinstance(channel, ast.Constant) and not is_value, f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_no_number_that_json_lacks_gets_into_a_picture(number):
    x = alt.X("x:Q").scale(domain=[number, 1.0])
    made = specification([alt.Chart(table("run")).mark_line().encode(x=x)], LIGHT)
    assert made["encoding"]["x"]["scale"]["domain"] == [None, 1.0]
    kind = template(
        [alt.Chart(table("run")).mark_line().encode(x=alt.X("x:Q").scale(domain=extent("low", "high")))], LIGHT
    )
    json.dumps(fitted(kind, low=number, high=-number), allow_nan=False)
    picture = Picture(made, {"run": columns(x=np.array([1.0, number]))})
    assert json.loads(json.dumps(picture.whole, allow_nan=False))["datasets"]["run"] == [{"x": 1.0}, {"x": None}]


def test_numbers_beyond_single_precision_travel_in_double():
    for size in (1e-300, 1e-35, 1e39, 1.7e308):
        assert columns(x=np.array([0.0, size, np.inf]))["x"].to_pylist() == [0.0, size, np.inf]
    assert str(columns(x=np.array([0.0, 1e-12, 1e37]))["x"].type) == "float"


def test_a_log_axis_writes_powers_of_ten_as_people_do():
    """Rendered by Vega itself, in a process apart."""
    axis = alt.Axis(labelExpr=POWERS, values=[2e-5, 1e-4, 0.01, 1, 500, 1e3, 1e4, 1e12], labelOverlap=False)
    y = alt.Y("v:Q", axis=axis).scale(type="log", domain=[1e-6, 1e13])
    made = alt.Chart(alt.InlineData([{"v": 1}])).mark_point().encode(y=y)
    drawn = drawing.draw("svg", made.to_dict()).decode()
    assert [label for label in re.findall(r">([^<>]+)</text>", drawn) if label != "v"] == [
        *("2·10⁻⁵", "10⁻⁴", "0.01", "1", "500", "1000", "10⁴", "10¹²")
    ]
