"""What the pictures of the tangent kernel say in words: numbers put into the texts of the concept."""

import html
from collections.abc import Mapping, Sequence

import numpy as np

from charts.theme import Theme
from core.neural_tangent_kernel import (
    MEASURES,
    EnsembleStudy,
    Growth,
    Laziness,
    ModeCurves,
    Study,
    TaskError,
    WidthSweep,
    sharpness,
)

Words = Mapping[str, str]


def readout(run: Study, place: int, words) -> list[str]:
    """Width and time as the player passes each frame; from where the network is lost, that."""
    trace, width = run.traces[place], int(run.widths[place])
    lost = np.isnan(trace.function).any(axis=1)
    off = int(run.step[np.argmax(lost)]) if lost.any() else 0
    return [
        words.say("readout_lost", width=width, step=off) if gone else words.say("readout", width=width, t=_short(t))
        for t, gone in zip(run.time, lost, strict=True)
    ]


def ensemble_readout(found: EnsembleStudy, words) -> list[str]:
    """Time as the player passes each frame."""
    times = found.step_size * found.step
    return [words.say("readout_ensemble", count=len(found.outputs), width=found.width, t=_short(t)) for t in times]


def _short(value: float) -> str:
    return f"{value:.3g}"


def _percent(value: float) -> str:
    if not value < 1e4:
        return "–" if np.isnan(value) else "∞"
    if 0 < value < 1e-5:
        return "< 0.001 %"
    return f"{100 * value:.2g} %" if value < 0.995 else f"{100 * value:.0f} %"  # two digits of more are a power of ten


def legend(words, theme: Theme) -> str:
    """The roles of the lines, each beside a piece of it. All of it is ours."""
    pieces = {
        "network": (theme.measured, "100%", "1"),
        "linear": (theme.theory, "repeating", "1"),
        "limit": (theme.theory, "100%", "0.35"),
        "start": (theme.quiet, "100%", "1"),
    }
    return f'<div class="legend">{"".join(_piece(words[f"legend.{n}"], *look) for n, look in pieces.items())}</div>'


def _piece(name: str, colour: str, fill: str, opacity: str) -> str:
    dashed = f"repeating-linear-gradient(90deg, {colour} 0 6px, transparent 6px 10px)"
    background = dashed if fill == "repeating" else colour
    return (
        f'<span class="role"><i style="background:{background};opacity:{opacity}"></i>'
        f"<small>{html.escape(name)}</small></span>"
    )


def function_told(run: Study, place: int, words) -> str:
    """One network in a sentence."""
    if run.diverged[place]:
        off = int(run.step[np.argmax(np.isnan(run.traces[place].function).any(axis=1))])
        return words.say("alt_lost", width=int(run.widths[place]), step=off)
    away = float(run.traces[place].departure[0, -1])
    return words.say("alt_function", width=int(run.widths[place]), t=float(run.time[-1]), away=_percent(away))


def kernel_told(run: Study, place: int, words) -> str:
    """Its kernel in a sentence."""
    moved = float(run.traces[place].drift[0, -1])
    return words.say("alt_kernel", width=int(run.widths[place]), moved=_percent(moved))


def facts(run: Study, words) -> str:
    """The clock, how far each kernel moved, and the parametrisation where it is not the usual one of the page."""
    moved = " · ".join(_percent(float(trace.drift[0, -1])) for trace in run.traces)
    away = " · ".join(_percent(float(trace.departure[0, -1])) for trace in run.traces)
    said = words.say("facts", eta=run.step_size, stability=run.settings.stability, moved=moved, away=away)
    notes = [] if run.settings.parametrisation == "ntk" else [words["stated.standard"]]
    if run.diverged.any():
        lost = "、" if words.language == "zh" else ", "
        notes.insert(0, words.say("facts_lost", widths=lost.join(str(w) for w in run.widths[run.diverged])))
    elif (sharpness(run) > 2).any():
        notes.insert(0, words["facts_catapult"])
    return " ".join([said, *notes])


def heat_told(run: Study, words) -> str:
    moved = [_percent(float(t.drift[0, -1])) for t in run.traces]
    return words.say("alt_heat", narrow=moved[0], middle=moved[1], wide=moved[2])


def modes_told(found: ModeCurves, width: int, words) -> str:
    """The fastest and the slowest mode."""
    first, last = float(found.eigenvalues[0]), float(found.eigenvalues[-1])
    left = [float(found.measured[-1, i] / found.measured[0, i]) if found.measured[0, i] else 0.0 for i in (0, -1)]
    return words.say("alt_modes", width=width, first=first, last=last, fast=_percent(left[0]), slow=_percent(left[1]))


def growth_told(found: Growth, words) -> str:
    ends = found.largest[:, [0, -1]]
    return words.say(
        "alt_growth", low=int(found.widths[0]), high=int(found.widths[-1]),
        ntk=float(ends[0, 1]), standard_low=float(ends[1, 0]), standard_high=float(ends[1, 1]),
    )  # fmt: skip


def sweep_told(found: WidthSweep, words) -> str:
    powers = (
        words.say("alt_power", name=words[f"measure.{m}"], power=found.exponent(m))
        for m in MEASURES
        if np.isfinite(found.exponent(m))
    )
    return words.say("alt_sweep", count=len(found.widths)) + " " + " ".join(powers)


def ensemble_told(found: EnsembleStudy, words) -> str:
    spread = found.outputs[:, -1].std(axis=0).mean() if len(found.outputs) else float("nan")
    return words.say(
        "alt_ensemble", count=len(found.outputs), width=found.width, lost=found.lost, spread=float(spread),
        predicted=float(found.deviation[-1].mean()),
    )  # fmt: skip


def lazy_told(found: Laziness, words) -> str:
    borders = (
        words.say("alt_border", width=int(width), border=found.border(place))
        for place, width in enumerate(found.widths)
    )
    return words["alt_lazy"] + " " + " ".join(borders)


def lazy_caption(found: Laziness, words) -> str:
    """The text beside the picture, with the borders in it."""
    between = "、" if words.language == "zh" else ", "
    borders = (f"{found.border(place):.2g}" for place in range(len(found.widths)))
    return words.say("lazy_caption", borders=between.join(borders), widths=between.join(map(str, found.widths)))


def task_problem(error: TaskError, words) -> str:
    """What is wrong with a text of points."""
    return words.say(f"points_problem.{error.code}", number=error.number, detail=f"`{error.detail.replace('`', '')}`")


__all__: Sequence[str] = [
    "ensemble_readout", "ensemble_told", "facts", "function_told", "growth_told", "heat_told", "kernel_told",
    "lazy_caption", "lazy_told", "legend", "modes_told", "readout", "sweep_told", "task_problem",
]  # fmt: skip
