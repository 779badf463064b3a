"""Risk and norm against the size of the model or the number of samples, and what all pictures of curves are made of.

``risk`` is the page's first picture, with the digits' peak in it: the median over the repetitions at each size.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import numpy as np
import pyarrow as pa

from charts.common import POWERS, Picture, at_frame, columns, specification, stack, table
from charts.theme import Theme
from core import double_descent as core
from core.double_descent import RiskCurve

Words = Mapping[str, str]
Range = tuple[float, float]
LINES = ("size", "value", "name", "part", "step", "last")


@dataclass(frozen=True)
class Axes:
    """What the axes reach: it stays while the controls move, and what leaves it is cut off."""

    size: Range
    value: Range
    size_scale: str = "log"
    value_scale: str = "log"

    def held(self, values: np.ndarray) -> np.ndarray:
        """What lies far outside, just outside: 0 too has a place below a log axis, and ∞ above it."""
        low, high = self.value
        return np.clip(values, low / 3 if self.value_scale == "log" else 2 * low - high, 3 * high)


RISK = {
    "digits": Axes((5, 4000), (0.05, 100)),
    "gaussian": Axes((2, 1000), (0.005, 100)),
    "weak": Axes((0, 100), (0.3, 60), "linear"),
    "legendre": Axes((2, 1500), (0.005, 2e4)),
    "samples": Axes((2, 400), (0.02, 100)),
    "map": Axes((2, 230), (0.005, 100)),
    "epochs": Axes((1, 1.4 * core.LAST_EPOCH), (0, 3), value_scale="linear"),
}
NORM = {"digits": (1, 2000), "gaussian": (0.1, 20), "weak": (0.1, 20), "samples": (0.1, 20), "map": (0.1, 20)}


def colours(theme: Theme) -> dict[str, str]:
    """A colour for each quantity, the same on all pictures of the page."""
    roles = {"test": theme.test, "train": theme.train, "norm": theme.measured, "sum": theme.measured}
    parts = {"best_ridge": theme.series[1], "bias": theme.series[3], "variance": theme.series[2]}
    return {**roles, **parts, "predicted": theme.theory, "limit": theme.theory, "best_penalty": theme.series[1]}


def axes_of(preset: str, total_features: int, value: Range | None = None, value_scale: str = "log") -> Axes:
    """The preset's axes; ``value`` replaces what the vertical one reaches."""
    axes = RISK[preset]
    size = (0, 1.03 * total_features) if preset == "weak" else axes.size
    return Axes(size, axes.value, axes.size_scale) if value is None else Axes(size, value, axes.size_scale, value_scale)


def line(name: str, sizes, values, axes: Axes, words: Words, *, steps: bool = True, part: str = "") -> dict:
    """A row for each number there is; ``steps`` gives it a place in the player."""
    values = np.asarray(values, float)
    known = np.flatnonzero(~np.isnan(values))
    last = np.full(len(known), len(values) - 1)
    places = {"step": known, "last": last} if steps else {"step": -1 + 0 * last, "last": -2 + 0 * last}
    value = {"size": np.asarray(sizes)[known], "value": axes.held(values[known])}
    return {**value, "name": words[f"series.{name}"], "part": part, **places}


def predicted(curve: RiskCurve, values, axes: Axes, words: Words, part: str = "") -> list[dict]:
    """A predicted line, in two pieces where it is infinite between them."""
    sides = (curve.sizes < curve.threshold, curve.sizes > curve.threshold)
    if np.isfinite(values).all():
        sides = (np.full(len(curve.sizes), True),)
    known = [(side & np.isfinite(values), f"{part}{i}") for i, side in enumerate(sides)]
    return [line("predicted", curve.sizes[k], values[k], axes, words, steps=False, part=p) for k, p in known]


def level(name: str, value: float, axes: Axes, words: Words) -> dict:
    """A horizontal line from end to end."""
    return line(name, axes.size, [value, value], axes, words, steps=False)


def band(values: np.ndarray, sizes: np.ndarray, axes: Axes) -> pa.Table:
    """From the 10 % to the 90 % quantile of the repetitions; nothing where there is one."""
    if len(values) < 2:
        return columns(size=np.zeros(0), low=np.zeros(0), high=np.zeros(0))
    known = ~np.isnan(values).any(axis=0)
    low, high = (np.quantile(axes.held(values[:, known]), q, axis=0) for q in (0.1, 0.9))
    return columns(size=sizes[known], low=low, high=high)


def risk(
    curve: RiskCurve,
    preset: str,
    readout: Sequence[str],
    words: Words,
    theme: Theme,
    *,
    total_features: int = 100,
    marked: bool = True,
) -> Picture:
    """Test and training error against the size, with what theory says of them; the ball is at the player's size.
    ``marked``: with the threshold."""
    axes = axes_of(preset, total_features)
    names = ["test"] if preset == "map" else ["test", "train"]
    lines = [line(name, curve.sizes, curve.median(name), axes, words) for name in reversed(names)]
    if curve.best_ridge is not None and preset != "map":
        lines.append(line("best_ridge", curve.sizes, curve.median("best_ridge"), axes, words))
        names.append("best_ridge")
    if curve.theory is not None:
        lines += predicted(curve, curve.theory, axes, words)
        names.append("predicted")
    if curve.best_ridge_theory is not None and preset != "map":
        lines += predicted(curve, curve.best_ridge_theory, axes, words, "best")
    if curve.limit is not None:
        lines.append(level("limit", curve.limit.test, axes, words))
        names.append("limit")
    made = curves(axes, tuple(names), f"size_axis.{preset}", f"risk_axis.{preset}", words, theme)
    threshold = curve.threshold if marked else None
    return Picture(made, tables(lines, band(curve.test, curve.sizes, axes), words, threshold, readout))


def norm(
    curve: RiskCurve, preset: str, words: Words, theme: Theme, *, total_features: int = 100, marked: bool = True
) -> Picture:
    """The norm of the solution against the size."""
    axes = axes_of(preset, total_features, NORM[preset])
    lines, names = [line("norm", curve.sizes, curve.median("norm"), axes, words)], ["norm"]
    if curve.limit is not None and curve.limit.norm is not None:
        lines.append(level("limit", curve.limit.norm, axes, words))
        names.append("limit")
    made = curves(axes, tuple(names), f"size_axis.{preset}", "norm_axis", words, theme)
    threshold = curve.threshold if marked else None
    return Picture(made, tables(lines, band(curve.norm, curve.sizes, axes), words, threshold))


def thumbnail(theme: Theme) -> Picture:
    """The peak between the two descents, and the best ridge that has none: weak features."""
    curve, axes = core.sweep("weak", 40, noise=0.04), Axes((0, 103), (0.5, 40), "linear")
    names = {f"series.{name}": name for name in ("test", "best_ridge")}
    lines = [line(name, curve.sizes, curve.median(name), axes, names) for name in ("best_ridge", "test")]
    return Picture(_thumbnail(axes, theme), {"lines": stack(lines, LINES)})


@lru_cache(maxsize=4)
def _thumbnail(axes: Axes, theme: Theme) -> dict:
    x = alt.X("size:Q", axis=None).scale(domain=list(axes.size), nice=False)
    y = alt.Y("value:Q", axis=None).scale(type="log", domain=list(axes.value), nice=False)
    names, of = ["test", "best_ridge"], colours(theme)
    colour = alt.Color("name:N", legend=None).scale(domain=names, range=[of[name] for name in names])
    lines = alt.Chart(table("lines")).mark_line(clip=True, strokeWidth=3)
    return specification(lines.encode(x=x, y=y, color=colour, order=alt.Order("size:Q")), theme)


def tables(
    lines: list[dict],
    spread: pa.Table,
    words: Words,
    threshold: int | None = None,
    readout: Sequence[str] = (),
    marks: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """What every picture of curves is filled with."""
    at = [] if threshold is None else [words["threshold"].replace("{{size}}", str(threshold))]
    none, last = np.zeros(0), len(readout) - 1
    return {
        "lines": stack(lines, LINES),
        "band": spread,
        "threshold": columns(size=np.array([threshold] if at else []), name=np.array(at, object)),
        "readout": columns(
            step=np.arange(last + 1), last=np.full(last + 1, last), words=np.array(list(readout), object)
        ),
        "marks": columns(size=none, value=none) if marks is None else marks,
    }


@lru_cache(maxsize=96)
def curves(axes: Axes, names: tuple[str, ...], x_title: str, y_title: str, words: Words, theme: Theme) -> dict:
    x = alt.X("size:Q", title=words[x_title]).scale(type=axes.size_scale, domain=list(axes.size), nice=False)
    x = x.axis(grid=False, **_ticks(axes.size, axes.size_scale, (1, 2, 5)))
    scale = alt.Scale(type=axes.value_scale, domain=list(axes.value), nice=False)
    y = alt.Y("value:Q", title=words[y_title], scale=scale, axis=alt.Axis(**_ticks(axes.value, axes.value_scale, (1,))))
    spread = alt.Chart(table("band")).mark_area(color=theme.test, opacity=0.2, clip=True)
    spread = spread.encode(x=x, y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    marks = alt.Chart(table("marks")).mark_point(
        shape="diamond", size=170 * theme.scale**2, color=theme.text, filled=False, strokeWidth=2.5, clip=True
    )
    moving = _moving(names, x, y, words, theme)
    layers = [spread, *_threshold(x, theme), *moving, marks.encode(x=x, y=y), _said(theme)]
    return specification(layers, theme, moves=True)


def _ticks(reach: Range, scale: str, mantissas: tuple[int, ...]) -> dict:
    """Where an axis has its numbers: on a log axis at these multiples of powers of ten, or at those alone."""
    if scale == "linear":
        return {"tickCount": 5}
    low, high = (math.log10(end) for end in reach)
    powers = range(math.floor(low), math.ceil(high) + 1)
    values = [m * 10.0**power for power in powers for m in (mantissas if high - low < 4.5 else (1,))]
    return {"values": [v for v in values if reach[0] <= v <= reach[1]], "labelExpr": POWERS}


def _threshold(x: alt.X, theme: Theme) -> list[alt.Chart]:
    """Where the model can just interpolate."""
    source = alt.Chart(table("threshold"))
    rule = source.mark_rule(color=theme.quiet, strokeDash=[2, 3], strokeWidth=1.8 * theme.scale, clip=True).encode(x=x)
    name = source.mark_text(align="left", dx=6, baseline="top", color=theme.text)
    return [rule, name.encode(x=x, y=alt.YValue(4), text=alt.Text("name:N"))]


def _moving(names: tuple[str, ...], x: alt.X, y: alt.Y, words: Words, theme: Theme) -> list[alt.Chart]:
    """The lines, dashed where they are predicted, with a ball on each at the player's place."""
    labels, of = [words[f"series.{name}"] for name in names], colours(theme) | {"ridgeless": theme.quiet}
    dashes = [[7, 5] if name in ("predicted", "limit", "ridgeless") else [1, 0] for name in names]
    legend = alt.Legend(symbolType="stroke", symbolSize=260 * theme.scale, symbolOpacity=1)
    colour = alt.Color("name:N", legend=legend).scale(domain=labels, range=[of[name] for name in names])
    dash = alt.StrokeDash("name:N", legend=legend).scale(domain=labels, range=dashes)
    source = alt.Chart(table("lines"))
    lines = source.mark_line(clip=True, strokeWidth=2.6 * theme.scale, strokeJoin="round")
    balls = source.transform_filter(at_frame()).mark_circle(
        clip=True, size=170 * theme.scale**2, opacity=1, stroke=theme.background, strokeWidth=2 * theme.scale
    )
    drawn = lines.encode(
        x=x, y=y, color=colour, strokeDash=dash, detail=alt.Detail("part:N"), order=alt.Order("size:Q")
    )
    return [drawn, balls.encode(x=x, y=y, color=colour)]


def _said(theme: Theme) -> alt.Chart:
    """The numbers at the player's place, in the upper left corner."""
    words = alt.Chart(table("readout")).transform_filter(at_frame())
    made = words.mark_text(align="left", baseline="top", lineBreak="\n", fontWeight=600, color=theme.text)
    return made.encode(x=alt.XValue(8), y=alt.YValue(4), text=alt.Text("words:N"))
