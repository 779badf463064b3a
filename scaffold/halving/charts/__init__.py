"""What is left, step by step, in a picture."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np
from core.halving import Run, halve

from charts.common import Picture, columns, specification, table
from charts.theme import Theme


def curve(run: Run, words: Mapping[str, str], theme: Theme) -> Picture:
    """What is left after each step, as a share of the start."""
    return Picture(_curve(words["step_axis"], words["left_axis"], run.steps, theme), _table(run))


def thumbnail(theme: Theme) -> Picture:
    """For the contents."""
    run = halve(1.0, 20)
    return Picture(_curve("", "", run.steps, theme), _table(run))


def _table(run: Run) -> dict:
    return {"run": columns(step=np.arange(len(run.left)), left=run.left / run.left[0])}


@lru_cache
def _curve(step_axis: str, left_axis: str, steps: int, theme: Theme) -> dict:
    x = alt.X("step:Q", title=step_axis).scale(domain=[0, steps], nice=False)
    y = alt.Y("left:Q", title=left_axis).scale(domain=[0, 1])
    rows = alt.Chart(table("run")).transform_filter("datum.step <= frame")
    line = rows.mark_line(color=theme.measured, point=alt.OverlayMarkDef(color=theme.measured)).encode(x=x, y=y)
    return specification(line, theme, moves=True)
