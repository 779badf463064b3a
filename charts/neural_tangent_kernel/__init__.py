"""Networks of three widths learning the same points, each with its linearisation, and their kernels then and now."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, at_frame, columns, nice, specification, table
from charts.neural_tangent_kernel.lines import frame_table, unrolled
from charts.theme import Theme
from core.neural_tangent_kernel import TASKS, Settings, Study, posterior, train_ensemble
from core.progress import finish

Words = Mapping[str, str]
FUNCTION_LINES = ("network", "linear", "mean", "low", "high")
KERNEL_LINES = ("now", "start", "limit")
KERNEL_ENDS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0)  # where the kernels' axis may end
REACH = (("low", 0), ("high", 1))  # the ends of that axis while they are not known
BAND = 2.0  # standard deviations
DASH = [6, 4]


def function(run: Study, place: int, readout: Sequence[str], words: Words, theme: Theme) -> Picture:
    """What one network says, at each frame, with its linearisation dashed and the infinitely wide one behind."""
    trace, limit, half = run.traces[place], run.limits[place], half_height(run)
    with np.errstate(invalid="ignore"):
        low, high = (limit.mean + side * BAND * limit.deviation for side in (-1, 1))
    lines = (trace.function, trace.linear, limit.mean, low, high)
    rows = frame_table(dict(zip(FUNCTION_LINES, lines, strict=True)), 2 * half, readout=list(readout))
    samples = columns(at=run.task.place, y=run.task.y)
    made = _function(_places(run), half, place == 0, words, theme)
    return Picture(made, {"frames": rows, "samples": samples})


def half_height(run: Study) -> float:
    """Half of the axis, for all widths and all times: room for the targets, and for what is said at the start."""
    most = max(float(np.abs(run.task.y).max(initial=0)), run.task.size / 2, 0.1)
    start = 1.8 * float(run.limits[-1].deviation[0].max())
    return nice(max(1.7 * most, min(start, 2.5 * most)))


def _places(run: Study) -> tuple[float, float, int]:
    """First and last place on the drawn line, and how many there are."""
    return float(run.task.grid_place[0]), float(run.task.grid_place[-1]), len(run.task.grid_place)


def across(places: tuple[float, float, int], on: str | None, words: Words) -> alt.X:
    return (
        alt.X("at:Q", title=on and words[f"x_axis.{on}"])
        .scale(domain=list(places[:2]), nice=False)
        .axis(grid=False, tickCount=5)
    )


def upward(
    title: str | None, domain: Sequence[float] | Sequence[alt.ExprRef], ticks: int = 4
) -> Callable[[str], alt.Y]:
    """The y of any column, on one axis."""
    low, high = domain
    scale, axis = alt.Scale(domainMin=low, domainMax=high, nice=False, zero=False), alt.Axis(tickCount=ticks)
    return lambda column: alt.Y(f"{column}:Q", title=title, scale=scale, axis=axis)


@lru_cache(maxsize=32)
def _function(places, half: float, is_first: bool, words: Words, theme: Theme) -> dict:
    x = across(places, None, words)  # the kernel below has the same axis, and its title
    y = upward(words["f_axis"] if is_first else None, (-half, half))
    rows, width = unrolled("frames", FUNCTION_LINES, places), theme.scale
    band = rows.mark_area(clip=True, color=theme.theory, opacity=0.13).encode(x=x, y=y("low"), y2=alt.Y2("high:Q"))
    mean = rows.mark_line(clip=True, color=theme.theory, opacity=0.55, strokeWidth=1.3 * width)
    network = rows.mark_line(clip=True, color=theme.measured, strokeWidth=3 * width)
    linear = rows.mark_line(clip=True, color=theme.theory, strokeDash=DASH, strokeWidth=2.4 * width)
    samples = alt.Chart(table("samples")).mark_circle(clip=True, size=75 * width**2, opacity=1, color=theme.train)
    layers = [
        band,
        mean.encode(x=x, y=y("mean")),
        network.encode(x=x, y=y("network")),
        linear.encode(x=x, y=y("linear")),
        samples.encode(x=x, y=y("y")),
        *readout_layers(theme),
    ]
    return specification(layers, theme, moves=True)


def readout_layers(theme: Theme) -> list[alt.Chart]:
    """What is said of the frame that is on, in the upper left corner."""
    told = alt.Chart(table("frames")).transform_filter(at_frame())
    told = told.encode(text=alt.Text("readout:N"), x=alt.XValue(6), y=alt.YValue(4))
    style = {"align": "left", "baseline": "top", "fontSize": 13 * theme.scale, "fontWeight": "bold"}
    halo = told.mark_text(stroke=theme.background, strokeWidth=5 * theme.scale, strokeOpacity=0.85, **style)
    return [halo, told.mark_text(color=theme.text, **style)]


def kernel(run: Study, place: int, on: str, words: Words, theme: Theme) -> Picture:
    """The tangent kernel between the middle sample and every other input: at the start, now, infinitely wide.

    In units of the infinitely wide one's at the middle sample, so that the axis stays when the settings change. ``on``
    is what the axis runs along: "line" or "circle".
    """
    trace, limit = run.traces[place], run.limits[place]
    bottom, top = _reach(run)
    frames = (len(run.step), len(limit.middle))
    lines = {"now": trace.middle, "start": np.broadcast_to(trace.middle[0], frames),
             "limit": np.broadcast_to(limit.middle, frames)}  # fmt: skip
    lines = {name: values / _kernel_unit(run, place) for name, values in lines.items()}
    made = _kernel(_places(run), on, place == 0, words, theme)
    marks = columns(at=run.task.place[run.task.middle : run.task.middle + 1], low=[bottom], high=[top])
    return Picture(made, {"frames": frame_table(lines, top - bottom), "middle": marks})


def _kernel_unit(run: Study, place: int) -> float:
    """The infinitely wide network's Θ(x•, x•); one where it is zero."""
    middle = run.task.middle
    return float(run.limits[place].kernel[middle, middle]) or 1.0


def _reach(run: Study) -> tuple[float, float]:
    """The ends of the kernels' axis, one for all of them: few values."""
    seen = [
        values / _kernel_unit(run, place)
        for place, (trace, limit) in enumerate(zip(run.traces, run.limits, strict=True))
        for values in (limit.middle, trace.middle[0])
    ]
    low, high = float(np.min(seen)), float(np.max(seen))
    top = next((end for end in KERNEL_ENDS if end >= high), nice(high))
    return -next((end for end in (0.0, *KERNEL_ENDS) if end >= -low), nice(-low)), top


@lru_cache(maxsize=128)
def _kernel(places, on: str, is_first: bool, words: Words, theme: Theme) -> dict:
    ends = [alt.expr(f"length(data('middle')) ? data('middle')[0].{end} : {otherwise}") for end, otherwise in REACH]
    x, y = across(places, on, words), upward(words["kernel_axis"] if is_first else None, ends, 3)
    rows, width = unrolled("frames", KERNEL_LINES, places), theme.scale
    rule = alt.Chart(table("middle")).mark_rule(color=theme.quiet, strokeDash=[2, 3], strokeWidth=1.2 * width)
    start = rows.mark_line(clip=True, color=theme.quiet, strokeWidth=2 * width)
    now = rows.mark_line(clip=True, color=theme.measured, strokeWidth=3 * width)
    limit = rows.mark_line(clip=True, color=theme.theory, opacity=0.4, strokeWidth=4 * width)
    layers = [
        rule.encode(x=x),
        limit.encode(x=x, y=y("limit")),
        start.encode(x=x, y=y("start")),
        now.encode(x=x, y=y("now")),
    ]
    return specification(layers, theme, moves=True)


def thumbnail(theme: Theme) -> Picture:
    """Six trained networks inside the band of the Gaussian process."""
    task, settings = TASKS["circle"](), Settings()
    eta = settings.stability / float(np.linalg.eigvalsh(settings.kernels(task.x).ntk)[-1])
    networks = settings.networks(task.x.shape[1], 96, 6)
    run = finish(train_ensemble(networks, task.x, task.y, task.grid, step_size=eta, step=np.array([0, 400])))
    kernels = (settings.kernels(*x) for x in ((task.x,), (task.grid, task.x), (task.grid,)))
    process, places = posterior(*kernels, task.y), task.grid_place
    low, high = (process.mean + side * BAND * process.deviation for side in (-1, 1))
    lines = columns(
        at=np.tile(places, 6), network=run.outputs[:, -1].ravel(), which=np.repeat(np.arange(6), len(places))
    )
    tables = {"band": columns(at=places, low=low, high=high), "lines": lines,
              "samples": columns(at=task.place, y=task.y)}  # fmt: skip
    return Picture(_thumbnail(theme), tables)


@lru_cache(maxsize=4)
def _thumbnail(theme: Theme) -> dict:
    x = alt.X("at:Q", axis=None).scale(nice=False)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", axis=None)

    band = (
        alt.Chart(table("band")).mark_area(color=theme.theory, opacity=0.2).encode(x=x, y=y("low"), y2=alt.Y2("high:Q"))
    )
    lines = alt.Chart(table("lines")).mark_line(color=theme.measured, strokeWidth=1.3, opacity=0.8)
    samples = alt.Chart(table("samples")).mark_circle(size=45, opacity=1, color=theme.train)
    lines = lines.encode(x=x, y=y("network"), detail=alt.Detail("which:N"))
    return specification([band, lines, samples.encode(x=x, y=y("y"))], theme)
