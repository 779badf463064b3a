"""Which algorithms a wide network forgets: where each ends, by width, from the end of gradient descent.

Gradient descent at a quarter of the step, and with momentum, share its metric: in the limit both end at the same f, and
at width n apart by 1/n. Adam divides each slope by its own size, and ends elsewhere at every width.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.bounds import increasing, whole
from core.check import Check, Tolerance, silent
from core.finite_width.neurons import MOST_NETWORKS, MOST_WIDTH, REAL, Model, Parameters, start
from core.finite_width.taylor import (
    ERRORS,
    FIRST,
    POINTS,
    STEP_SIZE,
    TARGET,
    held_out,
    power,
)
from core.progress import Progress

WIDTHS, NETWORKS = (32, 128, 512), 16
MOMENTUM, RATE = 0.8, 0.01  # of the heavy ball; Adam's
METHODS = ("descent", "quarter", "momentum", "adam")
MOST_STEPS, FITTED = 2000, 1e-8  # of the loss, the largest of the networks


@dataclass(frozen=True, eq=False)
class Ends:
    """By method (but for the first), width and network: how far from the end of gradient descent, at test points."""

    widths: Float[np.ndarray, " widths"]
    distance: Float[np.ndarray, "3 widths networks"]
    fitted: Bool[np.ndarray, "4 widths"]  # whether each method came to fit the data

    @property
    def rows(self) -> dict[str, Float[np.ndarray, "widths networks"]]:
        return dict(zip(METHODS[1:], self.distance, strict=True))


def algorithms(*, widths: Sequence[int] = WIDTHS, networks: int = NETWORKS, seed: int = 0) -> Iterator[Progress[Ends]]:
    """Train the same networks, with erf units, by each of the methods, until they fit."""
    sizes, count = increasing("widths", widths, 2, MOST_WIDTH), whole("networks", networks, 2, MOST_NETWORKS)
    x, y, tests = np.eye(POINTS), TARGET * np.array([1.0, -1.0, 1.0, -1.0]), held_out(seed)
    distance, fitted, spent, total = [], [], 0.0, float(len(METHODS) * sizes.sum())
    for width in sizes.tolist():
        begun = start("erf", width, POINTS, count, np.random.default_rng([seed, width, 1]))
        ends, whether = [], []
        for method in METHODS:
            moved, is_fitted = _ended(Model(begun, x, REAL), y, method)
            ends.append(Model(begun, tests, REAL).outputs(moved.dw, moved.da))
            whether.append(is_fitted)
            spent += width / total
            known = _ends(sizes, distance, fitted) if distance else None
            yield Progress(min(spent, 0.999), known)
        distance.append([np.sqrt(np.mean((end - ends[0]) ** 2, axis=1)) for end in ends[1:]])
        fitted.append(whether)
    yield Progress(1.0, _ends(sizes, distance, fitted))


def _ends(sizes: np.ndarray, distance: list, fitted: list) -> Ends:
    return Ends(sizes[: len(distance)] * 1.0, np.array(distance).transpose(1, 0, 2), np.array(fitted).T)


def _ended(model: Model, y: np.ndarray, method: str) -> tuple[Parameters, bool]:
    """The parameters where it has come to fit, and whether it has."""
    moved = Parameters(model.begun)
    for _ in range(MOST_STEPS):
        off, gradients = moved.gradients(model, y)
        if (off**2).sum(axis=1).max() / 2 < FITTED:
            return moved, True
        if method == "adam":
            moved.adam(gradients, RATE)
        else:
            size = STEP_SIZE / 4 if method == "quarter" else STEP_SIZE
            moved.descend(gradients, size, MOMENTUM if method == "momentum" else 0.0)
    return moved, False


def ends_checks(found: Ends) -> tuple[Check, ...]:
    """The power of n of each distance; of Adam there is none."""
    checks = []
    for place, (name, measured) in enumerate(found.rows.items(), 1):
        id_, is_whole = f"ends_{name}", bool(found.fitted[[0, place]].all())
        if len(found.widths) < 3:
            checks.append(silent(id_, "few_widths", -1.0))
            continue
        of = power(found.widths, measured)
        broken = "other_metric" if name == "adam" else None if is_whole else "not_converged"
        if broken:
            checks.append(silent(id_, broken, -1.0, of.value))
            continue
        allowed = Tolerance(float(ERRORS * of.error + FIRST), "standard_error", ERRORS, measured.size, "1/n")
        checks.append(Check(id_, -1.0, of.value, allowed))
    return tuple(checks)
