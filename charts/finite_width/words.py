"""What the pictures of finite widths say in words: numbers put into the texts of the concept."""

import html

import numpy as np

from charts.theme import Theme
from core.finite_width import Dots, Regimes, Study


def shape(study: Study) -> str:
    """The widths as they are written."""
    widths = study.widths
    if len(set(widths)) == 1:
        return f"L = {len(widths)}, n = {widths[0]}"
    return "n = " + ", ".join(map(str, widths[:6])) + (", …" if len(widths) > 6 else "")


def readout(study: Study, words) -> list[str]:
    """Of each frame: the layer, l/n and the mean of S²."""
    at = np.array(study.frames) - 1
    rows = zip(study.frames, study.ratios[at].tolist(), study.fourth[at].tolist(), strict=True)
    return [words.say("readout", layer=layer, r=_short(r), moment=_short(moment)) for layer, r, moment in rows]


def _short(value: float) -> float:
    """Three digits are enough of what moves."""
    return float(f"{value:.3g}")


def collapse_told(found: Dots, study: Study, words) -> str:
    """How far the dots are from the curve, and where the chosen one is."""
    off = np.abs(found.measured / found.exact - 1)[found.seen]
    return words.say(
        "alt_collapse", shapes=len(found.width), c=study.law.c, shape=shape(study), r=study.ratio,
        networks=found.networks, off=f"{100 * off.max(initial=0.0):.2g} %", seen=int(found.seen.sum()),
    )  # fmt: skip


def plane_told(study: Study, words) -> str:
    """In which regime it lies."""
    return words.say("alt_plane", shape=shape(study), r=study.ratio, regime=words[f"regime.{regime(study)}"])


def regime(study: Study) -> str:
    """Its name."""
    if not study.is_negative:
        return "good"
    return "negative" if study.moment.is_seen else "blind"


def outputs_told(study: Study, words) -> str:
    """How much of the output lies near 0, against the normal law."""
    near = slice(len(study.exact[0]) // 2 - 2, len(study.exact[0]) // 2 + 2)
    return words.say(
        "alt_outputs", networks=study.networks, shape=shape(study), near=f"{study.outputs[-1, near].sum():.1%}",
        normal=f"{study.orders[-1, 0, near].sum():.1%}",
    )  # fmt: skip


def facts(study: Study, words) -> str:
    """The chosen networks in a line, and what can be dragged."""
    return words.say("facts", shape=shape(study), r=study.ratio, networks=study.networks)


def regimes_told(found: Regimes, words) -> str:
    """Where the correction stops to help."""
    if np.isfinite(found.crossing):
        return words.say("alt_regimes", width=found.width, negative=found.negative, crossing=found.crossing)
    return words.say("alt_regimes_open", width=found.width, negative=found.negative)


def logs_told(study: Study, words) -> str:
    """The median network, the mean, and who carries it."""
    return words.say(
        "alt_logs", networks=study.networks, shape=shape(study), median=study.median, mean=study.mean,
        top=f"{study.top_share:.0%}", dead=f"{study.dead:.1%}",
    )  # fmt: skip


def legend(words, theme: Theme) -> str:
    """The lines of the outputs' picture, each beside a piece of it. All of it is ours."""
    pieces = {
        "measured": (theme.measured, False), "plain": (theme.quiet, False), "one": (theme.theory, True),
        "exact": (theme.theory, False),
    }  # fmt: skip
    return f'<div class="legend">{"".join(_piece(words[f"order.{n}"], *look) for n, look in pieces.items())}</div>'


def _piece(name: str, colour: str, is_dashed: bool) -> str:
    dashed = f"repeating-linear-gradient(90deg, {colour} 0 6px, transparent 6px 10px)"
    background = dashed if is_dashed else colour
    return f'<span class="role"><i style="background:{background}"></i><small>{html.escape(name)}</small></span>'
