"""A closer look: two inputs, what rounding does layer by layer, initialisations by name, many networks."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, table
from charts.fitted import blank, fitted, template
from charts.theme import Theme
from core.signal_propagation import Ensemble, Named, Pair, RoundingMap

Words = Mapping[str, str]
STEPS = 40  # of a staircase: more lie on top of each other
FACTORS = (0.0, 1.25)  # the axis of factors per layer
EDGE = 1.5  # of v: where the rounding map ends


def staircase(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Up to the map, across to the diagonal, and so on."""
    path = np.asarray(path)[: STEPS + 1]
    return np.repeat(path, 2)[:-1], np.repeat(path, 2)[1:]


def length_map(found: Pair, words: Words, theme: Theme) -> Picture:
    """q of the next layer against q, with the theory's staircase and a real network's layers on it."""
    return _map(
        (found.lengths, found.next_lengths), found.length_path, found.measured_length, float(found.lengths[-1]),
        ("q_axis", "next_q_axis"), words, theme,
    )  # fmt: skip


def correlation_map(found: Pair, words: Words, theme: Theme) -> Picture:
    """The same of c, the correlation of two inputs."""
    return _map(
        (found.correlations, found.next_correlations), found.correlation_path, found.measured_correlation, 1.0,
        ("c_axis", "next_c_axis"), words, theme,
    )  # fmt: skip


def rounding(found: RoundingMap, words: Words, theme: Theme) -> Picture:
    """v of the next layer against v, with the staircase of ever more layers."""
    return _map(
        (found.variance, found.following), found.path, np.array([found.touching] * 2), EDGE, ("v_axis", "next_v_axis"),
        words, theme,
    )  # fmt: skip


def _map(
    curve: tuple[np.ndarray, np.ndarray], path: np.ndarray, measured: np.ndarray, end: float,
    axes: tuple[str, str], words: Words, theme: Theme,
) -> Picture:  # fmt: skip
    """A map of one number into the next, its diagonal, a staircase, and pairs measured one after the other."""
    x, y = staircase(path)
    tables = {
        "curve": columns(now=curve[0], next=curve[1]),
        "diagonal": columns(now=np.array([0.0, end]), next=np.array([0.0, end])),
        "stairs": columns(step=np.arange(len(x)), now=x, next=y),
        "measured": columns(now=measured[:-1], next=measured[1:]),
    }
    return Picture(fitted(_map_template(axes, words, theme), end=end), tables)


@lru_cache(maxsize=16)
def _map_template(axes: tuple[str, str], words: Words, theme: Theme) -> str:
    x, y = (
        kind(f"{name}:Q", title=words[axis]).scale(domain=[0, blank("end")], nice=False)
        for kind, name, axis in ((alt.X, "now", axes[0]), (alt.Y, "next", axes[1]))
    )
    diagonal = alt.Chart(table("diagonal")).mark_line(color=theme.quiet, strokeDash=[4, 4], clip=True)
    curve = alt.Chart(table("curve")).mark_line(color=theme.theory, strokeWidth=3 * theme.scale, clip=True)
    stairs = alt.Chart(table("stairs")).mark_line(color=theme.theory, strokeWidth=1.2 * theme.scale, clip=True)
    dots = alt.Chart(table("measured")).mark_circle(color=theme.measured, size=40 * theme.scale**2, clip=True)
    layers = (layer.encode(x=x, y=y) for layer in (diagonal, curve))
    return template([*layers, stairs.encode(x=x, y=y, order=alt.Order("step:Q")), dots.encode(x=x, y=y)], theme)


def factors(found: Sequence[Named], words: Words, theme: Theme) -> Picture:
    """What each initialisation leaves of the gradient per layer: predicted as a tick, measured as a dot."""
    names = [words[f"named.{one.name}"] for one in found]
    checks = [one.check for one in found]
    rows = columns(
        name=names, place=np.arange(len(names)), predicted=[c.predicted for c in checks],
        measured=[c.measured for c in checks],
    )  # fmt: skip
    return Picture(fitted(_factors(tuple(names), words, theme)), {"rows": rows})


@lru_cache(maxsize=8)
def _factors(names: tuple[str, ...], words: Words, theme: Theme) -> str:
    rows = alt.Chart(table("rows"))
    y = alt.Y("name:N", title=None, sort=list(names)).axis(labelLimit=200)

    def x(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=words["factor_axis"]).scale(domain=list(FACTORS), nice=False)

    one = alt.Chart(table("rows")).mark_rule(color=theme.quiet, strokeDash=[4, 4]).encode(x=alt.XDatum(1))
    predicted = rows.mark_tick(color=theme.theory, thickness=4 * theme.scale, size=26 * theme.scale)
    measured = rows.mark_circle(color=theme.measured, size=110 * theme.scale**2, opacity=1)
    return template([one, predicted.encode(x=x("predicted"), y=y), measured.encode(x=x("measured"), y=y)], theme)


def scatter(found: Ensemble, words: Words, theme: Theme) -> Picture:
    """The variance of ln q over many networks, layer by layer, beside 5L/n."""
    place = np.arange(len(found.spread))
    tables = {
        "measured": columns(step=place, spread=found.spread),
        "theory": columns(step=place, spread=5 * place / found.width),
    }
    return Picture(fitted(_scatter(words, theme), depth=place[-1]), tables)


@lru_cache(maxsize=8)
def _scatter(words: Words, theme: Theme) -> str:
    x = alt.X("step:Q", title=words["layer_axis"]).scale(domain=[0, blank("depth")], nice=False)
    y = alt.Y("spread:Q", title=words["spread_axis"])
    theory = alt.Chart(table("theory")).mark_line(color=theme.theory, strokeWidth=3 * theme.scale).encode(x=x, y=y)
    measured = alt.Chart(table("measured")).mark_circle(color=theme.measured, size=80 * theme.scale**2, opacity=1)
    return template([theory, measured.encode(x=x, y=y)], theme)
