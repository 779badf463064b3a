"""A closer look at training: how far each Taylor order, and each algorithm, ends from the network, by width."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, stack, table
from charts.fitted import extent, fitted, template
from charts.theme import Theme

Words = Mapping[str, str]
LEAST, DECADES = 1e-9, 10.0  # where the axis may begin; its ends are whole powers of ten


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
