"""What every picture must be: Vega-Lite that the schema knows, with rows that a browser redraws at once."""

import json
from functools import cache

import altair as alt
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from charts.common import Picture

SCHEMA = Draft7Validator(alt.load_schema())  # asked once for the whole: Altair asks it again for every part


def assert_valid(picture: Picture, most_rows: int) -> None:
    """The specification with its data passes Vega-Lite's schema, every table it names is there, and none is large."""
    assert (fault := what_is_wrong(json.dumps(picture.specification))) is None, fault
    named = set(_named(picture.specification))
    assert named <= set(picture.tables), f"tables without data: {named - set(picture.tables)}"
    for name, rows in picture.tables.items():
        assert len(rows) <= most_rows, f"{name}: {len(rows)} rows"


@cache
def what_is_wrong(specification: str) -> str | None:
    """What the schema has against a specification, said once for all pictures that are drawn with it."""
    return str(fault) if (fault := best_match(SCHEMA.iter_errors(json.loads(specification)))) else None


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
