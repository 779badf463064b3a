"""What the pictures of weight decay say in words: numbers put into the texts of the concept."""

from collections.abc import Mapping, Sequence

import numpy as np

from charts.weight_decay.curves import largest
from core.weight_decay import Doors, Forgetting, PolynomialFit, Problem, Study

MOST_NAMED = 5  # constant columns that are named one by one


def column(name: str, data: str, words) -> str:
    """What a column is called: in the page's language where it is one of ours, as the person wrote it otherwise."""
    if data == "own":
        return name
    if data == "polynomial":
        power = name.removeprefix("x^")
        return (
            "x"
            if power == "1"
            else words.say("power", power=power.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")))
        )
    return words.get(f"column.{name}", name)


def axes(run: Study, data: str, directions: tuple[int, int] | None, words) -> tuple[str, str]:
    """Titles of the picture's coordinates."""
    if directions is None:
        return tuple(
            words.say("axis.column", place=place, name=column(name, data, words))
            for place, name in zip("₁₂", run.prepared.problem.columns, strict=True)
        )
    rank = run.prepared.spectrum.rank
    return tuple(
        words.say("axis.direction", number=number) if number <= rank else words["axis.idle"] for number in directions
    )


def readout(run: Study, words) -> list[str]:
    """Step, pull and shrink, as the player passes each frame."""
    return [
        words.say("readout", step=int(at), pull=_short(pull), shrink=_short(shrink))
        for at, (pull, shrink) in zip(run.at, run.sizes, strict=True)
    ]


def _short(value: float) -> str:
    return "∞" if not np.isfinite(value) else f"{value:.3f}" if value >= 0.0005 or value == 0 else f"{value:.1e}"


def told(run: Study, words) -> str:
    """The picture of the ball in a sentence."""
    numbers = {"penalty": run.penalty, "radius": run.plane.radius, "theta": run.radius_squared, "steps": run.steps}
    distance = float(np.linalg.norm(run.plane.path[-1] - run.plane.solution))
    return words.say("alt_ball", distance=distance, optimiser=words[f"optimiser.{run.run.optimiser}"], **numbers)


def curve_told(run: Study, panel: str, names: Sequence[str], words) -> str:
    """The values of a panel at the penalty that is on."""
    if panel == "coefficients":
        shown = largest(run.prepared)[:6]
        values = ", ".join(f"{names[j]} {_signed(run.w[j])}" for j in shown)
        return words.say("alt_coefficients", penalty=run.penalty, values=values)
    numbers = {"freedom": run.degrees_of_freedom, "budget": run.radius_squared, "error": run.validation_error}
    return words.say("alt_curve", curve=words[f"panel.{panel}"], penalty=run.penalty, value=numbers[panel])


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def facts(run: Study, words) -> str:
    """The knob in its three spellings, and what it does."""
    numbers = {"penalty": run.penalty, "alpha": run.alpha, "n": run.prepared.spectrum.samples}
    numbers |= {"theta": run.radius_squared, "radius": float(np.sqrt(run.radius_squared))}
    numbers |= {"freedom": run.degrees_of_freedom, "rank": run.prepared.spectrum.rank}
    said = words.say("facts", best=run.prepared.best_penalty, **numbers)
    has_box = run.run.optimiser == "adamw" and run.penalty > 0 and not run.plane.is_cut
    return f"{said} {words.say('box', side=1 / run.penalty)}" if has_box else said


def warnings(run: Study, data: str, words) -> list[str]:
    """What is special about these settings, each in a sentence."""
    said, found, problem = [], run.prepared.spectrum, run.prepared.problem
    product = run.run.step_size * run.penalty
    if run.flies_off:
        said.append(words.say(f"flies_off.{run.run.optimiser}", limit=run.limit, product=product))
    elif run.overshoots:
        said.append(words.say("overshoots", product=product))
    if constant := problem.constant:
        names = ", ".join(f"`{column(name, data, words).replace('`', '')}`" for name in constant[:MOST_NAMED])
        said.append(words.say("constant", names=names, count=len(constant)))
    if not problem.y.any():
        said.append(words["flat_target"])
    idle = problem.x.shape[1] - len(constant) - found.rank
    if idle > 0:
        said.append(words.say("idle", rank=found.rank, idle=idle, columns=problem.x.shape[1]))
    if run.penalty == 0:
        said.append(words["no_penalty"])
    return said


def factors_told(run: Study, words) -> str:
    kept = run.prepared.spectrum.kept(run.penalty)
    first, last = (float(kept[0]), float(kept[-1])) if len(kept) else (0.0, 0.0)
    return words.say("factors_told", first=first, last=last, freedom=run.degrees_of_freedom, penalty=run.penalty)


def fit_told(fit: PolynomialFit, free: PolynomialFit, words) -> str:
    numbers = {"training": fit.training_error, "validation": fit.validation_error, "free": free.validation_error}
    return words.say("fit_told", kind=words[f"degree_is.{fit.degree}"], degree=fit.degree, **numbers)


def nothing_told(w: Mapping[str, np.ndarray], step_size: float, penalty: float, words) -> str:
    """What is left of (1, 10) under each optimiser."""
    lines = []
    for optimiser, path in w.items():
        small, large = path[-1]
        name = words[f"optimiser.{optimiser}"]
        lines.append(words.say("nothing_line", optimiser=name, small=float(small), large=float(large)))
    steps = len(next(iter(w.values()))) - 1
    law = float(np.float64(1 - step_size * penalty) ** steps)
    return words.say("nothing_told", steps=steps, law=law, rate=step_size) + "\n\n" + "\n".join(lines)


def forgetting_told(runs: Sequence[Forgetting], words) -> str:
    lines = [
        words.say(
            "forgetting_line", penalty=run.penalty, norm=float(run.norm[-1]), law=float(run.predicted_norm[-1]),
            error=float(run.error[-1]), zero=run.from_zero,
        )
        for run in runs
    ]  # fmt: skip
    return "\n".join(lines) + "\n\n" + words.say("forgetting_caption", untrained=runs[0].untrained)


def doors_told(found: Doors, penalty: float, words) -> str:
    """The matched knobs at the penalty that is on, and the bound."""
    if penalty <= 0:
        return words.say("doors_at_zero", largest=found.largest_ratio)
    numbers = {"penalty": penalty, "time": 1 / penalty, "drop": penalty / (1 + penalty)}
    same = "doors_same" if found.apart < 1e-6 else "doors_apart"
    return words.say("doors_told", largest=found.largest_ratio, **numbers) + " " + words.say(same, apart=found.apart)


def names_of(problem: Problem, data: str, words) -> list[str]:
    """The columns' names, each once: a column that is there twice is told apart."""
    names = []
    for name in (column(name, data, words) for name in problem.columns):
        names.append(name if name not in names else f"{name} (2)")
    return names
