"""What the pictures of the cone say in words: numbers put into the texts of the concept."""

import math
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from core.linear_algebra.spectral_norm import Products
from core.lipschitz import Bracket, NetworkBounds, Specimen, Study

MOST_GAPS = 6  # that are named
LEAST_STEP, MOST_STEP = 1e-4, 10.0  # step sizes that the page of gradient descent takes
LEAST_EXTENT, MOST_EXTENT = 0.1, 100.0  # half-widths of the picture there


def told(found: Study, slope: float, share: np.ndarray, words, *, is_open: bool = False) -> str:
    """The cone in its worst place; while the question of K ``is_open``, without the steepest secant there."""
    apex, secant = float(found.slide.graph.x[found.slide.apex[-1]]), float(found.slide.secant[-1])
    cut = f"{share[-1]:.1%}"
    name = words[f"function.{found.function.name}"]
    return words.say(
        "alt_cone_open" if is_open else "alt_cone",
        formula=name,
        slope=slope,
        apex=_short(apex),
        secant=secant,
        share=cut,
    )


def bounds_told(found: Study, bracket: Bracket, cells: int, words, *, is_open: bool = False) -> str:
    if is_open:
        return words.say("alt_bounds_open", cells=cells)
    return words.say("alt_bounds", cells=cells, lower=bracket.lower, upper=bracket.upper) + " " + verdict(found, words)


def verdict(found: Study, words) -> str:
    """What is known of K: its value, its bracket, that there is none, or that no upper bound is certified."""
    low, high = found.interval
    on = {"low": low, "high": high, "lower": found.tight.lower, "upper": found.tight.upper}
    if found.undefined:
        return words["no_claim"]
    if math.isinf(found.constant):
        growth = float(f"{found.function.growth:.3g}")
        return words.say("no_constant", growth=growth, measured=found.sweep.growth, **on)
    if math.isfinite(found.constant):
        return words.say("has_constant", constant=found.constant, **on)
    text = "bracketed" if found.is_known else "open_above"
    return words.say(text, **on)


def gaps(found: Study) -> str:
    """The stretches on which the function is not finite: as many of them as can be read, with digits that differ."""
    shown = [f"[{', '.join(_apart(*gap))}]" for gap in found.gaps[:MOST_GAPS]]
    return ", ".join([*shown, "…"] if len(found.gaps) > MOST_GAPS else shown)


def _apart(low: float, high: float) -> tuple[str, str]:
    """Two numbers to as few digits as tell them apart, two at least."""
    pairs = (tuple(f"{end:.{digits}g}".replace("-", "−") for end in (low, high)) for digits in range(2, 18))
    return next(pair for pair in pairs if pair[0] != pair[1])


def smoothness_told(found: Study, words) -> str:
    """What is known of L, and the step that it allows."""
    smooth = {"lower": found.smooth.lower, "upper": found.smooth.upper, "step": found.step}
    text = "smoothness_exact" if math.isfinite(found.smoothness) else "smoothness_bracketed"
    return words.say(text, smoothness=found.licensed, **smooth)


def ball_settings(found: Study) -> dict[str, str] | None:
    """What to ask the page of gradient descent for: this function, from a tenth of the interval, with the step 1/L.

    None where no formula gives the function, or where the step is not one that the page takes.
    """
    reach = max(map(abs, found.interval))
    step = min(found.step, MOST_STEP)
    if found.function.text is None or step < LEAST_STEP or reach > MOST_EXTENT:
        return None
    low, high = found.interval
    asked = {"extent": max(reach, LEAST_EXTENT), "step_size": step, "x0": low + 0.1 * (high - low)}
    chosen = {"surface": "expression", "formula": found.function.text, "methods": "gradient_descent", "policy": "same"}
    return chosen | {name: f"{value:.6g}" for name, value in asked.items()}


def network_told(bounds: Sequence[NetworkBounds], depth: int, words) -> str:
    """The numbers of the network of this depth."""
    text = "alt_network" if math.isfinite(bounds[depth - 1].middle) else "alt_network_deep"
    return words.say(text, depth=depth, **asdict(bounds[depth - 1]))


def products_told(found: Products, depth: int, words) -> str:
    i = depth - 1
    numbers = {"measured": found.measured[i], "predicted": found.predicted[i], "bound": found.bound[i]}
    return words.say("alt_products", depth=depth, **{name: float(value) for name, value in numbers.items()})


def specimen_told(specimen: Specimen, words) -> str:
    """Whether it has a derivative at 0 and a K, with the numbers that say so."""
    left, right = specimen.quotients
    derivative = words.say("gallery_yes" if specimen.has_derivative else "gallery_no", left=left, right=right)
    finite = math.isfinite(specimen.constant.upper)
    constant = {"constant": specimen.constant.upper, "lower": specimen.constant.lower}
    return f"{derivative}  \n{words.say('gallery_constant' if finite else 'gallery_none', **constant)}"


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
