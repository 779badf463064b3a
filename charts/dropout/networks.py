"""Networks with dropout: training and test curves for several p as they are trained, and where they end."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, specification, stack, table
from charts.theme import Theme
from core.dropout import DropoutSweep, mean_and_error

Words = Mapping[str, str]
QUANTITIES = ("cross_entropy", "error")
TOPS = (2.5, 5.0, 10.0, 20.0)  # of the cross-entropy axis: one of few, so that it seldom moves


def measured(sweep: DropoutSweep, quantity: str) -> dict[str, np.ndarray]:
    """Training and test values, (rates, networks, frames)."""
    if quantity == "error":
        return {"train": sweep.train_error, "test": sweep.test_error}
    return {"train": sweep.train, "test": sweep.test}


def top(sweep: DropoutSweep, quantity: str) -> float:
    """Where the vertical axis ends. What is beyond the last of ``TOPS`` is cut off."""
    if quantity == "error":
        return 1.0
    highest = float(np.nan_to_num(sweep.test, nan=np.inf).mean(axis=1).max())
    return next((value for value in TOPS if highest <= value), TOPS[-1])


def named(p: float) -> str:
    return f"p = {p:g}"


def curves(sweep: DropoutSweep, quantity: str, words: Words, theme: Theme) -> Picture:
    """The mean over the networks of each p, by epoch; a ball at the player's epoch."""
    last = len(sweep.epochs) - 1
    lines = [
        {
            "epoch": sweep.epochs,
            "value": values[i].mean(axis=0),
            "rate": np.array(named(p)),
            "side": np.array(words[f"side.{side}"]),
            "step": np.arange(last + 1),
            "last": np.array(last),
        }
        for side, values in measured(sweep, quantity).items()
        for i, p in enumerate(sweep.rates)
    ]
    rates = tuple(named(p) for p in sweep.rates)
    made = _curves(rates, sweep.last_epoch, quantity, top(sweep, quantity), words, theme)
    return Picture(made, {"curves": stack(lines, ("epoch", "value", "rate", "side", "step", "last"))})


@lru_cache(maxsize=32)
def _curves(rates: tuple[str, ...], last_epoch: int, quantity: str, most: float, words: Words, theme: Theme) -> dict:
    x = alt.X("epoch:Q", title=words["epoch_axis"]).scale(domain=[0, last_epoch], nice=False)
    x, y = x.axis(grid=False, tickCount=5), _axis(quantity, most, words)
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    colour = alt.Color("rate:N", legend=legend).scale(domain=list(rates), range=list(theme.series[: len(rates)]))
    sides = [words["side.test"], words["side.train"]]
    dash = alt.StrokeDash("side:N", legend=None).scale(domain=sides, range=[[1, 0], [3, 4]])  # the companion has it
    source = alt.Chart(table("curves"))
    lines = source.mark_line(clip=True, strokeWidth=2.6 * theme.scale)
    ball = source.transform_filter(at_frame()).mark_circle(
        clip=True, size=110 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=1.5
    )
    place = {"x": x, "y": y, "color": colour}
    drawn = lines.encode(**place, strokeDash=dash, order=alt.Order("epoch:Q"))
    return specification([drawn, ball.encode(**place)], theme, moves=True)


def _axis(quantity: str, most: float, words: Words) -> alt.Y:
    y = alt.Y("value:Q", title=words[f"{quantity}_axis"]).scale(domain=[0, most], nice=False)
    return y.axis(format="%" if quantity == "error" else "~g", tickCount=5)


def against_rate(sweep: DropoutSweep, quantity: str, words: Words, theme: Theme) -> Picture:
    """Training and test values at the player's epoch against p, with two standard errors to either side."""
    last, rows = len(sweep.epochs) - 1, []
    for side, values in measured(sweep, quantity).items():
        for step in range(last + 1):
            mean, error = mean_and_error(values[:, :, step])
            rows.append(
                {"p": sweep.rates, "value": mean, "low": mean - 2 * error, "high": mean + 2 * error}
                | {"side": np.array(words[f"side.{side}"]), "step": np.array(step), "last": np.array(last)}
            )
    names = ("p", "value", "low", "high", "side", "step", "last")
    return Picture(_against_rate(quantity, top(sweep, quantity), words, theme), {"final": stack(rows, names)})


@lru_cache(maxsize=16)
def _against_rate(quantity: str, most: float, words: Words, theme: Theme) -> dict:
    x = alt.X("p:Q", title=words["p_axis"]).scale(domain=[0, 1], nice=False).axis(grid=False, tickCount=6)
    y, sides = _axis(quantity, most, words), [words["side.test"], words["side.train"]]
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    colour = alt.Color("side:N", legend=legend).scale(domain=sides, range=[theme.test, theme.train])
    dash = alt.StrokeDash("side:N", legend=legend).scale(domain=sides, range=[[1, 0], [3, 4]])
    source = alt.Chart(table("final")).transform_filter(at_frame())
    place = {"x": x, "color": colour}
    line = source.mark_line(clip=True, strokeWidth=2.4 * theme.scale).encode(**place, y=y, strokeDash=dash)
    dots = source.mark_circle(clip=True, size=100 * theme.scale**2, opacity=1).encode(**place, y=y)
    bars = source.mark_rule(clip=True, strokeWidth=2.2 * theme.scale).encode(
        **place, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
    )
    return specification([line, bars, dots], theme, moves=True)
