"""Two runs in one picture: the pinned one pale and below, the present one over it, on the present one's axes."""

import copy
from collections.abc import Mapping
from typing import Any

from charts.common import Picture

PALE = 0.3  # of the opacity that a mark has
NOT_PINNED = {"image", "text", "rule", "square"}  # backgrounds, readouts, guides, and what catches clicks


def over(pinned: Picture | None, picture: Picture) -> Picture:
    """``picture`` with the marks of ``pinned`` below its own. As it is where the two do not speak of the same things:
    other tables, or a chart that is no stack of layers."""
    if pinned is None or "layer" not in picture.specification or "layer" not in pinned.specification:
        return picture
    if pinned.tables.keys() != picture.tables.keys():
        return picture
    layers = list(picture.specification["layer"])
    ground = next((place for place, layer in enumerate(layers) if _mark(layer) != "image"), len(layers))
    below = [pale for layer in pinned.specification["layer"] if (pale := _pale(layer)) is not None]
    tables = {_name(name): rows for name, rows in pinned.tables.items() if _is_named(below, _name(name))}
    specification = {**picture.specification, "layer": layers[:ground] + below + layers[ground:]}
    return Picture(specification, {**picture.tables, **tables})


def _name(table: str) -> str:
    return f"pinned {table}"


def _mark(layer: Mapping[str, Any]) -> str | None:
    mark = layer.get("mark")
    return mark.get("type") if isinstance(mark, dict) else mark


def _pale(layer: Mapping[str, Any]) -> dict[str, Any] | None:
    """A layer as it looks when it is pinned; nothing of it where only its background or its words are left."""
    if _mark(layer) in NOT_PINNED:
        return None
    layer = copy.deepcopy(dict(layer))
    if "name" in layer.get("data", {}):
        layer["data"]["name"] = _name(layer["data"]["name"])
    mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
    layer["mark"] = mark | {"opacity": PALE * mark.get("opacity", 1.0)}
    layer.get("encoding", {}).pop("opacity", None)
    return layer


def _is_named(part: Any, table: str) -> bool:
    """Whether a table of that name is asked for anywhere."""
    if isinstance(part, dict):
        return part.get("data") == {"name": table} or any(_is_named(inner, table) for inner in part.values())
    return isinstance(part, list) and any(_is_named(inner, table) for inner in part)
