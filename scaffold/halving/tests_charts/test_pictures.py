"""The picture shows what core has computed."""

from core.halving import halve

from charts import halving as charts
from charts.theme import DARK, LIGHT
from tests.charts.validity import assert_valid
from ui import text


def test_the_curve_has_a_point_for_each_step():
    for language, theme in (("en", LIGHT), ("zh", DARK)):
        run = halve(8.0, 3)
        picture = charts.curve(run, text.words("halving", language), theme)
        assert_valid(picture, most_rows=4)
        rows = picture.tables["run"].to_pylist()
        assert [(row["step"], row["left"]) for row in rows] == [(0, 1), (1, 0.5), (2, 0.25), (3, 0.125)]


def test_the_specification_stays_the_same_while_the_start_moves():
    words = text.words("halving", "en")
    one, other = (charts.curve(halve(start, 20), words, LIGHT) for start in (1.0, 2.0))
    assert one.specification is other.specification
