"""Networks that are trained: the certificate by width, and handwriting that no certificate covers."""

from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import POWERS, Picture, columns, specification, table
from charts.fitted import extent, fitted, template
from charts.legend import named_colours
from charts.polyak_lojasiewicz import Words
from charts.polyak_lojasiewicz.descent import DECADES
from charts.theme import Theme
from core.polyak_lojasiewicz import Training, WidthSweep


def widths(found: WidthSweep, words: Words, theme: Theme) -> Picture:
    """h by width on two log axes, with the power −½ through its middle, and the border h = 1."""
    middle = float(np.exp(np.mean(np.log(found.h) + 0.5 * np.log(found.widths))))
    rows = columns(
        width=found.widths, h=found.h, law=middle / np.sqrt(found.widths), one=np.ones(len(found.widths)),
        share=found.length / found.bound,
    )  # fmt: skip
    return Picture(_widths(words, theme), {"widths": rows})


@lru_cache(maxsize=8)
def _widths(words: Words, theme: Theme) -> dict:
    named = named_colours(
        words, theme, {"h": theme.measured, "law": theme.theory, "one": theme.quiet, "share": theme.good}
    )
    x = alt.X("width:Q", title=words["width_axis"]).scale(type="log", base=2, domain=[48, 24000], nice=False)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title=words["h_axis"]).scale(type="log", domain=[0.3, 40], nice=False)

    rows = alt.Chart(table("widths"))
    dots = rows.mark_circle(size=110 * theme.scale**2, opacity=1)
    return specification(
        [
            named(rows.mark_line(strokeDash=[2, 3]).encode(x=x, y=y("one")), "one"),
            named(rows.mark_line(strokeDash=[7, 5]).encode(x=x, y=y("law")), "law"),
            named(dots.encode(x=x, y=y("h")), "h"),
            named(rows.transform_filter("isValid(datum.share)").mark_point(size=80).encode(x=x, y=y("share")), "share"),
        ],
        theme,
    )


def digits(run: Training, words: Words, theme: Theme) -> Picture:
    """The loss by step, with the slope (1 − ημ)² of the kernel at each moment through its start."""
    last = len(run.loss) - 1
    at = np.unique(np.linspace(0, last, min(last, 200) + 1).round().astype(int))
    top = 10.0 ** np.ceil(np.log10(run.loss[0]))
    low = top * 10.0**-DECADES
    seen = at[run.loss[at] > low]
    anchor = int(run.looks[len(run.looks) // 2])
    anchor = min(anchor, int(seen[len(seen) // 2]))
    slope = np.log((1 - run.step_size * run.least[-1]) ** 2)
    line = np.exp(np.log(run.loss[anchor]) + (at - anchor) * slope)
    shown = (line > low) & (line < top)
    tables = {
        "loss": columns(at=seen, loss=run.loss[seen]),
        "law": columns(at=at[shown], loss=line[shown]),
    }
    return Picture(fitted(_digits(words, theme), low=low, high=top, zero=0.0, steps=float(max(last, 1))), tables)


@lru_cache(maxsize=8)
def _digits(words: Words, theme: Theme) -> str:
    named = named_colours(words, theme, {"loss": theme.measured, "late": theme.theory})
    x = alt.X("at:Q", title=words["step_axis"]).axis(tickCount=6)
    x = x.scale(domain=extent("zero", "steps"), nice=False)
    y = alt.Y("loss:Q", title=words["loss_axis"]).scale(type="log", domain=extent("low", "high"), nice=False)
    y = y.axis(labelExpr=POWERS, tickCount=7)
    loss = alt.Chart(table("loss")).mark_line(clip=True, strokeWidth=3 * theme.scale)
    law = alt.Chart(table("law")).mark_line(clip=True, strokeDash=[7, 5])
    return template([named(loss.encode(x=x, y=y), "loss"), named(law.encode(x=x, y=y), "late")], theme)
