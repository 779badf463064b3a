"""A closer look at training: how far each Taylor order, and each algorithm, ends from the network, by width."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, stack, table
from charts.fitted import blank, extent, fitted, template
from charts.theme import Theme
from core.finite_width import GRID, ORDERS, Orders

Words = Mapping[str, str]
LEAST, DECADES = 1e-9, 10.0  # where the axis may begin; its ends are whole powers of ten
FAR = 1e6  # a function that has flown off is not drawn


def by_width(
    widths: np.ndarray, rows: Mapping[str, np.ndarray], powers: Mapping[str, float], words: Words, theme: Theme
) -> Picture:
    """Median distances by width with their middle halves; a line of the predicted power through the first of each.
    ``rows``: by the text id of their name."""
    names = [words[name] for name in rows]
    middle = {name: np.maximum(np.quantile(of, [0.25, 0.5, 0.75], axis=1), LEAST) for name, of in rows.items()}
    dots = [
        {"width": widths, "distance": of[1], "low": of[0], "high": of[2], "name": np.array([words[name]])}
        for name, of in middle.items()
    ]
    lines = [
        {"width": widths, "distance": middle[name][1, 0] * (widths / widths[0]) ** n, "name": np.array([words[name]])}
        for name, n in powers.items()
    ]
    tables = {"dots": stack(dots, ("width", "distance", "low", "high", "name"))}
    tables["lines"] = stack(lines, ("width", "distance", "name"))
    every = np.concatenate([np.concatenate([one["distance"] for one in (*dots, *lines)]), [1e-3]])
    low, high = DECADES ** np.floor(np.log10(every.min())), DECADES ** np.ceil(np.log10(every.max()))
    made = _by_width(tuple(names), words, theme)
    return Picture(fitted(made, low=low, high=high, first=widths[0] / 1.2, last=widths[-1] * 1.2), tables)


@lru_cache(maxsize=16)
def _by_width(names: tuple[str, ...], words: Words, theme: Theme) -> str:
    x = alt.X("width:Q", title=words["width_axis"]).scale(type="log", domain=extent("first", "last"), nice=False)
    x = x.axis(grid=False, values=[32, 64, 128, 256, 512])

    def y(column: str) -> alt.Y:
        made = alt.Y(f"{column}:Q", title=words["apart_axis"])
        made = made.scale(type="log", domain=extent("low", "high"), nice=False)
        return made.axis(labelExpr=POWERS, tickCount=6)

    colours = alt.Scale(domain=list(names), range=list(theme.series[: len(names)]))
    colour = alt.Color("name:N", title=None, scale=colours, sort=None, legend=alt.Legend(columns=2))
    lines = alt.Chart(table("lines")).mark_line(strokeDash=[5, 4], strokeWidth=2 * theme.scale, clip=True)
    dots = alt.Chart(table("dots"))
    bars = dots.mark_rule(strokeWidth=2 * theme.scale, clip=True)
    marks = dots.mark_circle(size=90 * theme.scale**2, opacity=1, clip=True)
    return template(
        [
            lines.encode(x=x, y=y("distance"), color=colour),
            bars.encode(x=x, y=y("low"), y2=alt.Y2("high:Q"), color=colour),
            marks.encode(x=x, y=y("distance"), color=colour),
        ],
        theme,
    )


def told(widths: np.ndarray, rows: Mapping[str, np.ndarray], words) -> str:
    """The median of each at the narrowest and the widest."""
    said = [
        words.say("apart_line", name=words[name], first=float(np.median(of[0])), last=float(np.median(of[-1])))
        for name, of in rows.items()
    ]
    return words.say("alt_apart", first=int(widths[0]), last=int(widths[-1]), lines=" · ".join(said))


def names(words: Words) -> list[str]:
    """Of the network and its orders."""
    return [words[f"apart.taylor_{order}"] if order else words["apart.network"] for order in ORDERS]


def functions(found: Orders, words: Words, theme: Theme) -> Picture:
    """What each has learned, and the points."""
    rows = [
        {"x": GRID, "y": np.where(np.abs(one) < FAR, one, np.nan), "name": np.array([name])}
        for one, name in zip(found.function, names(words), strict=True)
    ]
    tables = {"lines": stack(rows, ("x", "y", "name")), "points": columns(x=found.x, y=found.y)}
    return Picture(fitted(_functions(words, theme)), tables)


@lru_cache(maxsize=8)
def _functions(words: Words, theme: Theme) -> str:
    x = alt.X("x:Q", title=words["x_axis"]).scale(domain=[GRID[0], GRID[-1]], nice=False).axis(grid=False)
    y = alt.Y("y:Q", title=words["learned_axis"]).scale(domain=[-1.5, 1.5], nice=False).axis(tickCount=5)
    line = alt.Chart(table("lines")).mark_line(strokeWidth=2.4 * theme.scale, clip=True)
    dots = alt.Chart(table("points")).mark_circle(size=110 * theme.scale**2, color=theme.text, opacity=0.9)
    return template([line.encode(x=x, y=y, color=_shades(words, theme)), dots.encode(x=x, y=y)], theme)


def _shades(words: Words, theme: Theme) -> alt.Color:
    colours = alt.Scale(domain=names(words), range=[theme.measured, *(theme.series[i] for i in (3, 2, 1))])
    return alt.Color("name:N", title=None, scale=colours, sort=None, legend=alt.Legend(columns=4))


def losses(found: Orders, words: Words, theme: Theme) -> Picture:
    """The loss of each, step by step, and where an order leaves the network."""
    rows = [
        {"step": found.step, "loss": np.maximum(one, LEAST), "name": np.array([name])}
        for one, name in zip(found.loss, names(words), strict=True)
    ]
    gone = [(step, name) for step, name in zip(found.left, names(words)[1:], strict=True) if step >= 0]
    tables = {
        "lines": stack(rows, ("step", "loss", "name")),
        "left": columns(step=np.array([step for step, _ in gone], float),
                        name=np.array([name for _, name in gone], object)),
    }  # fmt: skip
    return Picture(fitted(_losses(words, theme), last=found.step[-1]), tables)


@lru_cache(maxsize=8)
def _losses(words: Words, theme: Theme) -> str:
    x = alt.X("step:Q", title=words["step_axis"]).scale(domain=[0, blank("last")], nice=False).axis(grid=False)
    y = alt.Y("loss:Q", title=words["loss_axis"]).scale(type="log", domain=[1e-5, 10], nice=False)
    y = y.axis(labelExpr=POWERS, tickCount=6)
    colour = _shades(words, theme)
    line = alt.Chart(table("lines")).mark_line(strokeWidth=2.4 * theme.scale, clip=True)
    rule = alt.Chart(table("left")).mark_rule(strokeDash=[5, 4], strokeWidth=1.8 * theme.scale)
    return template([line.encode(x=x, y=y, color=colour), rule.encode(x=x, color=colour)], theme)


def orders_told(found: Orders, words) -> str:
    """When each order leaves."""
    said = [
        words.say("left_at", name=name, step=step) if step >= 0 else words.say("left_never", name=name)
        for step, name in zip(found.left, names(words)[1:], strict=True)
    ]
    return words.say("alt_orders", points=len(found.x), steps=int(found.step[-1]), lines=" · ".join(said))
