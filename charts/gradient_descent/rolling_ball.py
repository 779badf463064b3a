"""The physical ball: the forces on it, and what becomes of its energy."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, specification, stack, table
from charts.theme import Theme
from core.gradient_descent import Roll
from core.surfaces.landscape import Landscape

Words = Mapping[str, str]
SHORT, LONG = 0.05, 0.1  # of the picture: how long gravity is drawn, and the longest arrow at most
FORCES = ("gravity", "normal", "tangential")


def forces(land: Landscape, roll: Roll, words: Words, theme: Theme) -> Picture:
    """A ball on a curve, lengths true to scale in both directions, with gravity, the reaction, and their sum."""
    scale = roll.height_scale
    height = scale * land.value[0]
    ball = np.stack([roll.path[:, 0], scale * roll.value], axis=1)
    known = np.isfinite(ball).all(axis=1)
    steps = np.flatnonzero(known)
    longest = max(float(np.nanmax(np.abs(getattr(roll, force)))) for force in FORCES)
    reach = min(SHORT / float(np.abs(roll.gravity[0]).max()), LONG / longest) * (land.x[-1] - land.x[0])
    rows = []
    for force in FORCES:
        tip = ball + reach * getattr(roll, force)
        ends = {"x": ball[steps, 0], "z": ball[steps, 1], "x2": tip[steps, 0], "z2": tip[steps, 1]}
        rows.append(ends | {"step": steps, "last": int(steps[-1]), "force": words[f"force.{force}"]})
    domain = (float(land.x[0]), float(land.x[-1]))
    made = _forces(domain, float(np.nanmin(height)) - 1.2 * SHORT * (domain[1] - domain[0]), words, theme)
    return Picture(made, {"curve": columns(x=land.x, z=height), "forces": stack(rows, tuple(rows[0]))})


@lru_cache(maxsize=16)
def _forces(domain: tuple[float, float], bottom: float, words: Words, theme: Theme) -> dict:
    top = alt.expr(f"{bottom} + {domain[1] - domain[0]} * height / width")  # as many metres a pixel upward as across
    x = alt.X("x:Q", title=words["metres_axis"]).scale(domain=domain, nice=False)
    z = alt.Y("z:Q", title=words["height_metres_axis"]).scale(domainMin=bottom, domainMax=top, nice=False, zero=False)
    colour = alt.Color("force:N", legend=alt.Legend()).scale(
        domain=[words[f"force.{force}"] for force in FORCES], range=[theme.series[i] for i in (3, 2, 1)]
    )
    curve = alt.Chart(table("curve")).mark_line(color=theme.quiet, strokeWidth=3 * theme.scale, clip=True)
    now = alt.Chart(table("forces")).transform_filter(at_frame())
    arrow = now.mark_rule(strokeWidth=3 * theme.scale, clip=True).encode(
        x=x, y=z, x2=alt.X2("x2:Q"), y2=alt.Y2("z2:Q"), color=colour
    )
    tip = now.mark_circle(size=60 * theme.scale**2, opacity=1, clip=True).encode(
        x=alt.X("x2:Q"), y=alt.Y("z2:Q"), color=colour
    )
    ball = now.mark_circle(size=260 * theme.scale**2, color=theme.text, opacity=1, clip=True).encode(x=x, y=z)
    return specification([curve.encode(x=x, y=z), arrow, tip, ball], theme, moves=True)


def energy(roll: Roll, words: Words, theme: Theme) -> Picture:
    """Energy of motion, of height and their sum against time; without friction the sum is a level line."""
    parts = {"motion": roll.energy - roll.potential, "height": roll.potential, "total": roll.energy}
    steps = np.flatnonzero(np.isfinite(roll.energy))
    rows = [
        {"step": steps, "time": roll.time[steps], "energy": part[steps], "part": words[f"energy.{name}"]}
        for name, part in parts.items()
    ]
    made = _energy(float(roll.time[-1]), words, theme)
    return Picture(made, {"energy": stack(rows, tuple(rows[0]))})


@lru_cache(maxsize=16)
def _energy(duration: float, words: Words, theme: Theme) -> dict:
    x = alt.X("time:Q", title=words["time_axis"]).scale(domain=[0, duration], nice=False)
    y = alt.Y("energy:Q", title=words["energy_axis"])
    colour = alt.Color("part:N").scale(
        domain=[words[f"energy.{name}"] for name in ("motion", "height", "total")],
        range=[theme.series[1], theme.series[2], theme.text],
    )
    source = alt.Chart(table("energy"))
    whole = source.mark_line(opacity=0.25).encode(x=x, y=y, color=colour)
    so_far = source.transform_filter("datum.step <= frame").mark_line().encode(x=x, y=y, color=colour)
    return specification([whole, so_far], theme, moves=True)
