"""A landscape as it is drawn: heights on a grid, level sets, and the flow lines that a slow drop of water would follow.

ẋ = −∇f(x)/‖∇f(x)‖: the lines of gradient flow, at unit speed. They are not the path of a ball, which has inertia.
"""

from dataclasses import dataclass

import contourpy
import numpy as np
from jaxtyping import Float

from core.surfaces.surface import Surface

MOST_RESOLUTION = 400
STRIDE, FLOW = 0.04, 40  # of a flow line: its steps, in distances between the starts, and how many: into the next cell
MOST_LEVEL_POINTS = 6000  # more than the eye tells apart: a landscape of many pits gets fewer level sets


@dataclass(frozen=True, eq=False)
class Landscape:
    """A surface over its domain. One-dimensional surfaces have one row."""

    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    value: Float[np.ndarray, "rows columns"]
    rank: Float[np.ndarray, "rows columns"]  # the share of the domain that is lower, 0 … 1; nan where f is undefined
    levels: tuple[np.ndarray, ...]  # level sets, each (points, 2), at equal shares of the domain
    flow: tuple[np.ndarray, ...]  # flow lines downhill, each (points, 2)

    @property
    def is_flat(self) -> bool:
        """Whether it has one height only, where it has any."""
        return len(np.unique(self.value[np.isfinite(self.value)])) == 1


def landscape(surface: Surface, *, resolution: int = 100, levels: int = 12, lines: int = 7) -> Landscape:
    """Heights on ``resolution``² points, ``levels`` level sets, and flow lines from ``lines``² starts."""
    if not 2 <= resolution <= MOST_RESOLUTION:
        raise ValueError(f"resolution must be in [2, {MOST_RESOLUTION}]; got {resolution}")
    x = np.linspace(*surface.domain[0], resolution)
    y = np.linspace(*surface.domain[1], resolution) if surface.dimension == 2 else np.zeros(1)
    points = np.stack(np.meshgrid(x, y), axis=-1) if surface.dimension == 2 else x[None, :, None]
    value = surface.value(points)
    if surface.dimension == 1:
        return Landscape(x, y, value, _rank(value), (), ())
    return Landscape(x, y, value, _rank(value), _level_sets(x, y, value, levels), _flow_lines(surface, lines))


def _rank(value: np.ndarray) -> np.ndarray:
    """Equal shares of the domain get equal shares of the colours, however steep the surface is in places."""
    finite = np.isfinite(value)
    rank = np.full(value.shape, np.nan)
    rank[finite] = np.searchsorted(np.sort(value[finite]), value[finite]) / max(1, finite.sum() - 1)
    return rank


def _level_sets(x: np.ndarray, y: np.ndarray, value: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    finite = value[np.isfinite(value)]
    if not len(finite):
        return ()
    generator = contourpy.contour_generator(x, y, np.ma.masked_invalid(value))
    heights = np.unique(np.quantile(finite, (np.arange(count) + 0.5) / count))
    lines = tuple(line for height in heights for line in generator.lines(float(height)) if len(line) > 2)
    crowded = sum(map(len, lines)) > MOST_LEVEL_POINTS and count > 1
    return _level_sets(x, y, value, count // 2) if crowded else lines


def _flow_lines(surface: Surface, count: int, steps: int = FLOW) -> tuple[np.ndarray, ...]:
    """Short pieces of gradient flow from a regular grid of starts, by the midpoint rule."""
    shares = (np.arange(count) + 0.5) / count
    low, width = surface.domain[:, 0], np.ptp(surface.domain, axis=1)
    x = low + width * np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2)
    length = STRIDE / count
    path = [x]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            half = x + 0.5 * length * _downhill(surface, x, width)
            x = x + length * _downhill(surface, half, width)
            path.append(x)
    lines = np.stack(path, axis=1)  # (starts, steps + 1, 2)
    return tuple(line for line in lines if np.isfinite(line).all() and np.linalg.norm((line[-1] - line[0]) / width) > 0)


def _downhill(surface: Surface, x: np.ndarray, width: np.ndarray) -> np.ndarray:
    """−∇f, scaled so that a unit of time crosses the domain whichever way it points; 0 where it is flat."""
    gradient = surface.gradient(x)
    speed = np.linalg.norm(gradient / width, axis=-1, keepdims=True)
    return np.where(speed > 1e-12, -gradient / np.maximum(speed, 1e-300), 0.0)
