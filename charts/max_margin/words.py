"""What the pictures of the max margin say in words: numbers put into the texts of the concept."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.data.reading import Problem
from core.data.separable_data import Points
from core.max_margin import CURVES, Plane, Shares, Study, angle, law_residual, measured, predicted

MOST_PROBLEMS = 4  # named one by one
ALIKE = 1e-3  # radians: the shares that are printed have three digits


def readout(run: Study, words) -> list[str]:
    """Time or step and the angle still to go, as the player passes each frame."""
    angles = angle(run)
    if np.isnan(angles).all():
        return [words.say(f"readout_plain.{run.clock}", at=_clock(run, at)) for at in run.at]
    return [
        words.say(f"readout.{run.clock}", at=_clock(run, at), angle=_degrees(a))
        for at, a in zip(run.at, angles, strict=True)
    ]


def _clock(run: Study, at: float) -> str:
    return f"{math.log10(at):.1f}".replace("-", "−") if run.clock == "time" else f"{at:.0f}"


def _degrees(angle: float) -> str:
    return f"{angle:.2f}" if angle < 10 else f"{angle:.1f}"


def told(run: Study, seen: Plane, words, *, counted: bool = True) -> str:
    """The picture of the plane in a sentence; ``counted``: with the number of support vectors."""
    last = float(angle(run)[-1])
    numbers = {"count": len(run.points.y), "support": int(seen.support.sum()), "at": _at(run, words)}
    if math.isnan(last):
        return words.say("alt_plane_plain" if run.w[-1].any() else "alt_plane_still", **numbers)
    return words.say("alt_plane" if counted else "alt_plane_open", angle=_degrees(last), **numbers)


def curve_told(run: Study, name: str, words) -> str:
    """First and last value of a curve, and what the law says of the last."""
    values, law = measured(run)[name], predicted(run)[name]
    said = words.say(
        "alt_curve", curve=words[f"panel.{name}"], at=_at(run, words), first=float(values[0]), last=float(values[-1])
    )
    return said if math.isnan(law[-1]) else f"{said} {words.say('alt_law', value=float(law[-1]))}"


def _at(run: Study, words) -> str:
    return words.say(f"at.{run.clock}", at=_clock(run, run.at[-1]))


def facts(run: Study, data: str, words, *, counted: bool = True) -> str:
    """What the data set allows, in a line; ``counted``: with the number of support vectors."""
    margin = run.street.margin
    if margin is None:
        return words[f"facts.{'balanced' if run.stays else run.street.separability}"]
    support = int(margin.support.sum()) if counted else "?"
    numbers = {"count": len(run.points.y), "support": support, "margin": float(margin.margin)}
    said = words.say("facts.separable", dimension=run.points.x.shape[1], **numbers)
    return f"{said} {words[note]}" if (note := f"note.{data}") in words else said


def why_still(run: Study) -> str | None:
    """Why w does not move, or not as far as asked for: the id of a text, None where it does."""
    if run.stays:
        return "balanced"
    if not run.breaks_off:
        return None
    return "broken_off" if run.followed else "not_begun"


def residual_told(run: Study, words) -> str:
    """How large what is left of w is at the end, and how fast it falls."""
    rate, left = run.street.law.rate, float(law_residual(run)[-1])
    numbers = {"rate": rate, "next_rate": run.street.law.next_rate, "left": left, "at": _at(run, words)}
    return words.say(
        "residual_caption", offset=_vector(run.street.law.offset), limit=_vector(run.street.margin.w), **numbers
    )


def _vector(w: np.ndarray) -> str:
    return "(" + ", ".join(f"{c:.4g}".replace("-", "−") for c in w[:4]) + (", …)" if len(w) > 4 else ")")


def shares_told(found: Shares, words) -> str:
    """The share that each optimiser reaches in its own norm."""
    own = [
        words.say(
            "alt_share",
            optimiser=words[f"optimiser.{name}"],
            norm=words[f"norm.{norm}"],
            share=float(row[found.norms.index(norm)]),
        )
        for name, norm, row in zip(found.optimisers, found.own, found.share, strict=True)
    ]
    return words["alt_geometry"] + " " + " ".join(own)


def geometry(found: Shares, words) -> str:
    """What is read off the shares; where all norms have one direction, that first."""
    is_alike = found.apart < ALIKE
    return f"{words['geometry_alike']}\n\n{words['geometry_caption']}" if is_alike else words["geometry_caption"]


def problems(found: Sequence[Problem], words) -> str:
    """What is wrong with a table, cell by cell, and how many more there are."""
    lines = [_problem(problem, words) for problem in found[:MOST_PROBLEMS]]
    if len(found) > MOST_PROBLEMS:
        lines.append(words.say("points_problem.more", count=len(found) - MOST_PROBLEMS))
    return " ".join(lines)


def _problem(problem: Problem, words: Mapping[str, str]) -> str:
    what = words.say(
        f"points_problem.{problem.code}", detail=f"`{problem.detail.replace('`', '')}`", bare=problem.detail
    )
    if not problem.row:
        return what
    where = words.say(
        "points_problem.cell" if problem.column else "points_problem.row",
        row=problem.row,
        column=words.get(f"column.{problem.column}", ""),
    )
    return f"{where} {what}"


def one_class(points: Points, words) -> str | None:
    return words["one_class"] if points.has_one_class else None


__all__ = ["CURVES", "curve_told", "facts", "one_class", "problems", "readout", "residual_told", "shares_told", "told"]
