"""How tests read a picture: its tables, what its axes reach, the pixels of its maps, and what its words have to say."""

import base64
import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from charts.common import Picture


def read(picture: Picture, table: str, **where: object) -> dict[str, np.ndarray]:
    """The columns of a table, of those rows alone that have these values."""
    columns = {name: np.array(values) for name, values in picture.tables[table].to_pydict().items()}
    rows = np.ones(picture.tables[table].num_rows, bool)
    for name, value in where.items():
        rows &= columns[name] == value
    return {name: values[rows] for name, values in columns.items()}


def is_near(values: object, expected: object) -> bool:
    """Equal but for single precision, in which tables travel; of what is not a number, equal."""
    values, expected = np.asarray(values), np.asarray(expected)
    if expected.dtype.kind not in "fiub":
        return values.tolist() == expected.tolist()
    return values.shape == expected.shape and np.allclose(values, expected, rtol=2e-6, atol=1e-12, equal_nan=True)


def holds(picture: Picture, table: str, where: dict | None = None, **expected: object) -> None:
    """Each of these columns has these values; a single value stands for the whole column, which has rows."""
    columns = read(picture, table, **(where or {}))
    for name, values in expected.items():
        found = columns[name]
        assert len(found) or np.ndim(values), f"{table}.{name} has no rows that could be {values}"
        wanted = np.broadcast_to(values, found.shape) if np.ndim(values) == 0 else np.asarray(values)
        assert is_near(found, wanted), f"{table}.{name}: {found.tolist()} is not {wanted.tolist()}"


def reach(picture: Picture, *channels: str) -> list:
    """What the axes of these channels reach, by their layers: each must give the same ends."""
    found = []
    for channel in channels:
        scales = [
            part[channel]["scale"] for part in _encodings(picture.specification) if "scale" in part.get(channel, ())
        ]
        ends = [json.dumps(scale["domain"]) for scale in scales if scale and "domain" in scale]
        assert len(set(ends)) == 1, f"{channel}: {set(ends) or 'no ends'}"
        found.append(json.loads(ends[0]))
    return found


def is_log(picture: Picture, channel: str) -> bool:
    kinds = {
        part[channel]["scale"].get("type")
        for part in _encodings(picture.specification)
        if (part.get(channel, {}).get("scale") or {}).get("domain")
    }
    assert len(kinds) == 1
    return kinds == {"log"}


def level_lines(picture: Picture, channel: str = "y") -> list[float]:
    """Where lines stand that no table moves."""
    return [part[channel]["datum"] for part in _encodings(picture.specification) if "datum" in part.get(channel, ())]


def _encodings(part: object):
    if isinstance(part, dict):
        if "encoding" in part:
            yield part["encoding"]
        for inner in part.values():
            yield from _encodings(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _encodings(inner)


def pixels(uri: str, mode: str = "RGBA") -> np.ndarray:
    """A data URI's picture, the lowest row first; of a map by levels, ``mode`` "P" has 255 where it is clear."""
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    return np.array(image if mode == "P" else image.convert(mode))[::-1]


class Words(dict):
    """Words that are their own ids, and remember what they were asked to say."""

    language = "en"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict]] = []

    def __missing__(self, text_id: str) -> str:
        return text_id

    def say(self, text_id: str, **values: object) -> str:
        self.asked.append((text_id, values))
        return text_id

    __hash__ = object.__hash__


def asked(tell: Callable, *args: object) -> list[tuple[str, dict]]:
    """What a sentence is made of: the ids of its texts, each with the numbers that it is given."""
    words = Words()
    tell(*args, words)
    return words.asked


def says(tell: Callable, *args: object, **expected: object) -> bool:
    """Whether the one text that is asked for has exactly these numbers; ``id`` is the text's. It is told at once which
    of them is another."""
    text_id = expected.pop("id")
    ((found_id, found),) = asked(tell, *args)
    assert found_id == text_id and found.keys() == expected.keys()
    for name, value in expected.items():
        near = pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True) if isinstance(value, float) else value
        assert found[name] == near, name
    return True
