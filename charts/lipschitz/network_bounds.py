"""What bounds of a network's K are worth: against its depth, and for products of random matrices."""

from collections.abc import Sequence
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, specification, table
from charts.legend import named_colours
from charts.theme import Theme
from core.linear_algebra.spectral_norm import Products
from core.lipschitz import NetworkBounds

KINDS = ("sampled", "exact", "middle", "product")  # as in NetworkBounds


def by_depth(found: Sequence[NetworkBounds], depth: int, words, theme: Theme) -> Picture:
    """The four numbers for every depth, on a log axis; the depth that is set is marked."""
    numbers = np.array([[getattr(bounds, kind) for kind in KINDS] for bounds in found])  # (depths, 4)
    rows = columns(depth=np.arange(1, len(found) + 1), **dict(zip(KINDS, numbers.T, strict=True)))
    made = _lines(_decades(numbers), len(found), KINDS, words["depth_axis"], words["network_axis"], words, theme)
    return Picture(made, {"rows": rows, "here": columns(depth=[depth])})


def products(found: Products, depth: int, words, theme: Theme) -> Picture:
    """The norm of the product, what theory says it is, and the product of the norms."""
    rows = columns(depth=found.factors, matrices=found.measured, edge=found.predicted, norms=found.bound)
    extent = (1.0, 1000.0)
    kinds = ("norms", "matrices", "edge")
    made = _lines(extent, len(found.factors), kinds, words["factors_axis"], words["norm_axis"], words, theme)
    return Picture(made, {"rows": rows, "here": columns(depth=[depth])})


def _decades(numbers: np.ndarray) -> tuple[float, float]:
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    return 10.0 ** np.floor(np.log10(max(low, 1e-6))), 10.0 ** np.ceil(np.log10(max(high, 1e-5)))


@lru_cache(maxsize=32)
def _lines(extent, most: int, kinds: tuple[str, ...], across: str, up: str, words, theme: Theme) -> dict:
    theory = {"exact", "edge"}  # what a theorem says
    palette = {"sampled": theme.measured, "matrices": theme.measured, "middle": theme.series[1]}
    colours = {kind: theme.theory if kind in theory else palette.get(kind, theme.quiet) for kind in kinds}
    named = named_colours(words, theme, colours)
    x = alt.X("depth:Q", title=across).scale(domain=[0.8, most + 0.2], nice=False)
    x = x.axis(values=list(range(1, most + 1)), format="d", grid=False)
    decades = [10.0**power for power in range(round(np.log10(extent[0])), round(np.log10(extent[1])) + 1)]
    layers = [alt.Chart(table("here")).mark_rule(color=theme.quiet, strokeDash=[3, 3]).encode(x=x)]
    for kind in kinds:
        y = alt.Y(f"{kind}:Q", title=up).scale(type="log", domain=extent, nice=False).axis(values=decades, format="~g")
        rows = alt.Chart(table("rows")).transform_filter(f"isValid(datum.{kind}) && datum.{kind} > 0")
        dash = {"strokeDash": [7, 5]} if kind in theory else {}
        line = rows.mark_line(**dash, clip=True).encode(x=x, y=y)
        spots = rows.mark_circle(size=70 * theme.scale**2, opacity=1, clip=True).encode(x=x, y=y)
        layers += [named(line, kind), named(spots, kind)]
    return specification(layers, theme)
