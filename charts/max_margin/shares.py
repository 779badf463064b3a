"""Whose street each optimiser ends in: its margin in three norms."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, specification, stack, table
from charts.theme import Theme
from core.max_margin import Shares

Words = Mapping[str, str]


def margin_shares(found: Shares, words: Words, theme: Theme) -> Picture:
    """Each optimiser's margin in each norm, as a share of the widest: a ring where theory says it ends at one."""
    rows = [
        {
            "optimiser": words[f"optimiser.{name}"], "norm": words[f"norm.{norm}"],
            "share": np.array([found.share[i, j]]), "text": f"{found.share[i, j]:.3f}".replace("-", "−"),
            "own": np.array([int(found.own[i] == norm)]),
        }
        for i, name in enumerate(found.optimisers)
        for j, norm in enumerate(found.norms)
    ]  # fmt: skip
    return Picture(_margin_shares(found.optimisers, found.norms, words, theme), {"shares": stack(rows, tuple(rows[0]))})


@lru_cache(maxsize=16)
def _margin_shares(optimisers: tuple[str, ...], norms: tuple[str, ...], words: Words, theme: Theme) -> dict:
    rows, across = [words[f"optimiser.{o}"] for o in optimisers], [words[f"norm.{n}"] for n in norms]
    x = alt.X("norm:N", title=words["norm_axis"], sort=across).axis(labelAngle=0, orient="top")
    y = alt.Y("optimiser:N", title=None, sort=rows).axis(labelLimit=220)
    cells = alt.Chart(table("shares"))
    field = cells.mark_rect(stroke=theme.background, strokeWidth=3).encode(
        x=x,
        y=y,
        color=alt.Color("share:Q", legend=None).scale(domain=[0.6, 1], range=list(theme.field[:5]), clamp=True),
    )
    own = cells.transform_filter("datum.own == 1").mark_rect(
        fillOpacity=0, stroke=theme.theory, strokeWidth=3 * theme.scale
    )
    text = cells.mark_text(fontSize=15 * theme.scale, fontWeight="bold", color=theme.text)
    return specification([field, own.encode(x=x, y=y), text.encode(x=x, y=y, text=alt.Text("text:N"))], theme)
