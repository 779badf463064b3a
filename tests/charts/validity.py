"""What every picture must be: Vega-Lite that the schema knows, with rows that a browser redraws at once."""

import altair as alt

from charts.common import Picture


def assert_valid(picture: Picture, most_rows: int) -> None:
    """The specification with its data passes Vega-Lite's schema, every table it names is there, and none is large."""
    whole = picture.whole
    alt.Chart.from_dict({key: value for key, value in whole.items() if key != "datasets"}, validate=True)
    named = set(_named(picture.specification))
    assert named <= set(picture.tables), f"tables without data: {named - set(picture.tables)}"
    for name, rows in picture.tables.items():
        assert len(rows) <= most_rows, f"{name}: {len(rows)} rows"


def _named(part):
    """The names of the tables that a specification refers to."""
    if isinstance(part, dict):
        data = part.get("data")
        if isinstance(data, dict) and isinstance(data.get("name"), str) and "sequence" not in data:
            yield data["name"]
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)
