"""Handles on a picture for the controls of a page: what is dragged there is what is typed here, and is in the link."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from ui.controls.values import round_to
from ui.controls.widgets import Controls
from ui.live.handles import Handle, put
from ui.text import number

PLAYER = "frame"  # the name of the player's handle


def point(controls: Controls, label: str, x: str, y: str, *, names: tuple[str, str] = ("x", "y")) -> Handle:
    """A point of the plane. ``x`` and ``y``: the number fields, or sliders in equal steps, that hold its coordinates;
    ``names``: what they are called to a screen reader."""
    return _point(controls, label, (x, y), names, {})


def on_scales(controls: Controls, label: str, x: str, y: str, *, names: tuple[str, str] = ("x", "y")) -> Handle:
    """A point of the plane that is at home at the positions of two sliders, whatever their steps: a key takes it to the
    next one, a hand to the nearest. Lengths are those of the axes, which may be logarithmic."""
    keys, places = [controls.link.key(name) for name in (x, y)], [list(controls.positions[name]) for name in (x, y)]

    def take(place: Sequence[float]) -> None:
        if not all(own[0] <= value <= own[-1] for own, value in zip(places, place, strict=True)):
            raise ValueError(f"a place of both sliders, got {place!r:.200}")
        values = [min(own, key=lambda at, v=float(v): abs(at - v)) for own, v in zip(places, place, strict=True)]
        for key, value in zip(keys, values, strict=True):
            put(key, value)

    shown = {
        "kind": "point", "label": label, "free": [True, True], "names": list(names), "places": places,
        "at": [controls.values[name] for name in (x, y)], "low": [own[0] for own in places],
        "high": [own[-1] for own in places], "step": [1.0, 1.0], "grain": [1.0, 1.0],
    }  # fmt: skip
    return Handle(f"{x} {y}", shown, take, (x, y))


def on_curve(
    controls: Controls, label: str, name: str, x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"]
) -> Handle:
    """A point of a curve; the number field ``name`` holds its x."""
    there = np.isfinite(y)
    return _point(
        controls, label, (name, None), ("x", "y"), {"along": {"x": x[there].tolist(), "y": y[there].tolist()}}
    )


def on_rail(
    controls: Controls,
    label: str,
    moves: Mapping[str, Sequence[float]],
    now: float,
    x: Float[np.ndarray, " places"],
    y: Float[np.ndarray, " places"],
    *,
    around: str = "",
    names: Sequence[str] = (),
    quiet: bool = False,
) -> Handle:
    """A slider by another face. ``moves``: the values of a slider, and of those that go with it, by their names; x and
    y: where on the picture each of the first one's is; ``now``: which of them it is at. ``around``: the name of the
    handle that x and y count from, towards the middle of the picture. ``names``: what the values are called;
    ``quiet``: the picture itself shows and names the place."""
    (name, positions), *_ = moves.items()
    values = {controls.link.key(name): list(of) for name, of in moves.items()}

    def take(place: Any) -> None:
        if not isinstance(place, int) or not 0 <= place < len(positions):
            raise ValueError(f"a place from 0 to {len(positions) - 1}, got {place!r}")
        for key, of in values.items():
            put(key, of[place])

    called = [f"{name} " for name in names] or [""] * len(moves)
    rows = zip(*moves.values(), strict=True)
    said = [" · ".join(f"{a}{number(v)}" for a, v in zip(called, row, strict=True)) for row in rows]
    shown = _rail(label, x, y, list(positions).index(now), said)
    return Handle(name, shown | {"by": "xy", "around": around, "quiet": quiet}, take, tuple(moves))


def on_player(label: str, x: Float[np.ndarray, " frames"], y: Float[np.ndarray, " frames"]) -> Handle:
    """The player by another face: where on the picture each of its frames is. The browser moves it by itself."""
    said = [f"x {number(a)}, y {number(b)}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return Handle(PLAYER, _rail(label, x, y, len(x) - 1, said) | {"by": "x", "frame": True})


def cloud(
    name: str,
    label: str,
    points: Sequence[tuple[float, float, int]],
    take: Callable[[Sequence[tuple[float, float, int]]], None],
    *,
    step: tuple[float, float],
    reach: float,
    most: int,
    kinds: Sequence[tuple[str, str]] = (("", ""),),
    late: bool = False,
) -> Handle:
    """Points (x, y, kind), of the control ``name``, that can be moved by ``step``s, inside of ±``reach``, added to,
    up to ``most``, and taken away, all but one. ``kinds``: the key that gives it and its name, of each. ``take`` hears
    of all points at once; ``late``: not before they are let go, where the page takes long."""

    def heard(rows: Sequence[Sequence[Any]]) -> None:
        said = [(round_to(float(x)), round_to(float(y)), int(kind)) for x, y, kind in rows]
        if not 0 < len(said) <= most or not all(0 <= kind < len(kinds) for *_, kind in said):
            raise ValueError(f"from 1 to {most} points of {len(kinds)} kinds, got {said!r:.200}")
        take(said)

    shown = {
        "kind": "cloud", "label": label, "at": [list(point) for point in points],
        "kinds": [{"key": key, "name": name} for key, name in kinds], "least": 1, "most": most,
        "low": [-reach] * 2, "high": [reach] * 2, "step": list(step), "grain": [s / 10 for s in step],
        "names": ["x", "y"], "late": late,
    }  # fmt: skip
    return Handle(name, shown, heard, (name,))


def _point(
    controls: Controls, label: str, moves: tuple[str, str | None], names: tuple[str, str], more: dict[str, Any]
) -> Handle:
    own = [name for name in moves if name is not None]
    keys, spans = [controls.link.key(name) for name in own], [controls.spans[name] for name in own]

    def take(place: Sequence[float]) -> None:
        values = [round_to(float(value)) for value in place[: len(own)]]
        if all(span.low <= value <= span.high for span, value in zip(spans, values, strict=True)):
            for key, value in zip(keys, values, strict=True):
                put(key, value)

    free = [name is not None for name in moves]
    at = [controls.values[name] for name in own] + [None] * free.count(False)
    allowed = {
        "low": [span.low for span in spans], "high": [span.high for span in spans],
        "step": [span.step for span in spans], "grain": [_grain(span.step) for span in spans],
    }  # fmt: skip
    shown = {"kind": "point", "label": label, "free": free, "names": list(names), "at": at} | allowed
    return Handle(" ".join(own), shown | more, take, tuple(own))


def _rail(label: str, x: np.ndarray, y: np.ndarray, at: int, said: list[str]) -> dict[str, Any]:
    places = {name: [v if np.isfinite(v) else None for v in of.tolist()] for name, of in (("x", x), ("y", y))}
    return {"kind": "rail", "label": label, "at": at, "said": said} | places


def _grain(step: float) -> float:
    """What a hand's number is rounded to: the decimals that the step has."""
    return 10.0 ** math.floor(math.log10(step) + 1e-9)
