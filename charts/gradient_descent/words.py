"""What the pictures of the ball say in words: numbers put into the texts of the concept."""

import numpy as np

from core.gradient_descent import BALL, LOST, Basins, Descent, Entry, Race, Roll


def told(run: Race, words) -> str:
    """Where each run started and ended."""
    return " ".join(_told(entry, words) for entry in run.entries)


def _told(entry: Entry, words) -> str:
    last = int(np.flatnonzero(np.isfinite(entry.run.value))[-1])
    start, end = (_point(entry.run.path[i]) for i in (0, last))
    name, value = words[f"methods.{entry.method}"], float(entry.run.value[last])
    return words.say("alt_run", method=name, start=start, end=end, steps=last, value=value)


def _point(x: np.ndarray) -> str:
    return "(" + ", ".join(f"{c:.3g}" for c in x) + ")"


def declared(run: Race, words) -> str:
    """The step size and momentum of each run."""
    return " · ".join(_declared(entry, words) for entry in run.entries)


def _declared(entry: Entry, words) -> str:
    name = words[f"methods.{entry.method}"]
    if entry.method == BALL:
        return words.say("declared_ball", method=name)
    text = "declared_momentum" if entry.momentum else "declared"
    return words.say(text, method=name, step_size=entry.step_size, momentum=entry.momentum)


def departures(run: Race, words) -> list[str]:
    """Which runs flew off or left the picture, at which step, and why where the theory knows."""
    return [line for entry in run.entries if (line := _departure(run, entry, words))]


def _departure(run: Race, entry: Entry, words) -> str | None:
    name = words[f"methods.{entry.method}"]
    limit = run.limit(entry)
    if entry.diverged_at >= 0 and limit is not None and entry.step_size > limit[1]:
        curvature, most = limit
        said = {"step": entry.diverged_at, "step_size": entry.step_size, "limit": most, "curvature": curvature}
        return words.say("diverged", method=name, **said)
    if isinstance(entry.run, Roll) and entry.run.is_lost:
        return words.say("ball_lost", method=name, step=entry.diverged_at)
    if entry.diverged_at >= 0:
        return words.say("diverged_plain", method=name, step=entry.diverged_at)
    if isinstance(entry.run, Descent) and entry.run.left_domain_at >= 0:
        return words.say("left", method=name, step=int(entry.run.left_domain_at))
    return None


def basins_told(found: Basins, count: int, words) -> str:
    """The share of starts that each minimum draws in, how many of all are still on their way, and how many are lost."""
    shares = [f"{np.mean(found.limit == i):.0%}" for i in range(count)]
    late, lost = (f"{of.mean():.0%}" for of in (found.bound_for >= 0, found.label == LOST))
    return words.say("alt_basins", shares=", ".join(shares), late=late, lost=lost)
