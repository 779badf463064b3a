"""Maps over settings and starts: where a method is stable, and which minimum each start reaches."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, field_image, image_layer, label_image, mixed, specification, table
from charts.theme import Theme
from core.gradient_descent import LOST, Basins, Stability
from core.surfaces.surface import Surface

Words = Mapping[str, str]
PALER = (0.0, 0.15, 0.3, 0.45, 0.65)  # shares of the background, from the first to arrive to those on their way


def stability(found: Stability, here: tuple[float, float], words: Words, theme: Theme) -> Picture:
    """The spectral radius over step size (log) and momentum; blank beyond the edge of stability, ρ = 1."""
    level = np.where(found.radii < 1, found.radii, np.nan)
    lowest = float(np.nanmin(level)) if np.isfinite(level).any() else 0.0
    image = field_image((1 - level) / max(1 - lowest, 1e-12), theme.field)
    made = _stability((float(found.step_sizes[0]), float(found.step_sizes[-1])), float(found.momenta[-1]), words, theme)
    tables = {
        "field": columns(image=[image]),
        "here": columns(step_size=[here[0]], momentum=[here[1]], name=[words["you_are_here"]]),
    }
    return Picture(made, tables)


@lru_cache(maxsize=32)
def _stability(step_sizes: tuple[float, float], most: float, words: Words, theme: Theme) -> dict:
    x = alt.X("step_size:Q", title=words["step_size"]).scale(type="log", domain=list(step_sizes), nice=False)
    y = alt.Y("momentum:Q", title=words["momentum"]).scale(domain=[0, most], nice=False)
    here = alt.Chart(table("here"))
    point = here.mark_circle(
        size=240 * theme.scale**2, color=theme.theory, opacity=1, stroke=theme.background, strokeWidth=2, clip=True
    ).encode(x=x, y=y)
    name = here.mark_text(dy=-16 * theme.scale, fontWeight="bold", color=theme.text).encode(
        x=x, y=y, text=alt.Text("name:N")
    )
    return specification([image_layer("field"), point, name], theme)


def basins(surface: Surface, found: Basins, words: Words, theme: Theme) -> Picture:
    """Which minimum each start arrives at: a colour for each, the paler the later, palest where it is still on its way;
    red where the run diverges, blank where nothing can be told."""
    image = label_image(*_shaded(found, theme))
    made = _basins(tuple(map(tuple, surface.domain.tolist())), words, theme)
    y = surface.minimizers[:, 1] if surface.dimension == 2 else np.full(len(surface.minimizers), 0.5)
    spots = columns(x=surface.minimizers[:, 0], y=y)
    return Picture(made, {"field": columns(image=[image]), "minimizers": spots})


def _shaded(found: Basins, theme: Theme) -> tuple[np.ndarray, dict[int, str]]:
    """A number for each start, from its minimum and how late it arrives there, and the colour of each number."""
    slowest = max(int(found.steps_needed.max()), 1)
    late = (len(PALER) - 1) * np.maximum(found.steps_needed - 1, 0) // slowest
    shade = np.where(found.label >= 0, late, len(PALER) - 1)
    known = found.limit % len(theme.series) * len(PALER) + shade
    colours = [mixed(colour, theme.background, pale) for colour in theme.series for pale in PALER]
    return np.where(found.limit >= 0, known, found.limit), {**dict(enumerate(colours)), LOST: theme.bad}


@lru_cache(maxsize=32)
def _basins(domain: tuple, words: Words, theme: Theme) -> dict:
    flat = len(domain) == 1
    x = alt.X("x:Q", title=words["start_axis"]).scale(domain=domain[0], nice=False).axis(grid=False, tickCount=6)
    rows = [0, 1] if flat else domain[1]
    y = alt.Y("y:Q", title=None if flat else words["start_axis_y"]).scale(domain=rows, nice=False)
    y = y.axis(None) if flat else y.axis(grid=False)
    spots = (
        alt.Chart(table("minimizers"))
        .mark_point(shape="cross", angle=45, size=160 * theme.scale**2, filled=True, opacity=1)
        .encode(x=x, y=y, color=alt.ColorValue(theme.background), stroke=alt.StrokeValue(theme.text))
    )
    return specification([image_layer("field"), spots], theme)
