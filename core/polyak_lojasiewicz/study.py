"""One start in the plane: what was promised of it, the walk, and where it ends."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from core.bounds import Real, real
from core.formulas.expressions import ExpressionError
from core.polyak_lojasiewicz.certificate import Certificate, certify
from core.polyak_lojasiewicz.landing import landing, nearest
from core.polyak_lojasiewicz.systems import MOST_PLACE, System, system
from core.polyak_lojasiewicz.walk import Walk, descend

MOST_OWN_STEPS = 1000  # of a formula, each of whose steps takes longer
MOST_FRAMES = 300  # of the player: of a longer walk, that many steps


@dataclass(frozen=True, eq=False)
class Study:
    """A walk, and all that was known before its first step."""

    system: System
    start: tuple[float, float]
    proof: str
    steps: int  # that it was given
    certificate: Certificate
    walk: Walk
    flow: tuple[float, float]  # where gradient flow would land; nan where it does not, or nobody knows
    nearest: float  # how far the nearest solution is from the start; nan where nobody knows

    @property
    def text(self) -> str:
        """The formula as it was typed, where it is a person's own."""
        return self.system.expression.text if self.system.expression is not None else ""

    @property
    def frames(self) -> Int[np.ndarray, " frames"]:
        """The steps that the player shows."""
        last = self.walk.last
        return np.unique(np.linspace(0, last, min(last, MOST_FRAMES) + 1).round().astype(int))

    @property
    def end(self) -> tuple[float, float]:
        """Where the walk is at its end."""
        return tuple(self.walk.path[-1].tolist())

    @property
    def slope(self) -> float:
        """(1 − ηK)² at the end of the walk: by what the loss falls in each step near a solution there."""
        return float((1 - self.walk.step_size * self.walk.kernel[-1]) ** 2)

    @property
    def floor(self) -> float:
        """The loss below which its digits are those of rounding: what interval arithmetic says of a person's F."""
        here, lost = self.walk.path[-1], 0.0
        if self.system.expression is not None:
            low, high = self.system.expression.range_on(np.stack([here, here], axis=-1))
            lost = float(1e3 * (high - low)) if np.isfinite(high - low) else np.inf
        size = max(1.0, abs(self.system.target), float(np.abs(self.system.value(here))))
        return max(1e-26 * size**2, 0.5 * lost**2)

    @property
    def landed(self) -> bool:
        """Whether it is at a solution, as far as numbers tell."""
        return not self.walk.lost and bool(self.walk.loss[-1] <= max(self.floor, 1e-20 * float(self.walk.kernel[-1])))


def study(
    equation: str,
    target: Real,
    start: tuple[float, float],
    *,
    step_size: Real,
    steps: int,
    proof: str = "uniform",
    formula: str = "",
) -> Study:
    """The walk from that start. ``ExpressionError`` for a formula that can't be read, or has no value at the start."""
    solved = system(equation, target, formula)
    start = tuple(real("each coordinate of the start", v, -MOST_PLACE, MOST_PLACE) for v in start)
    here = np.array(start)
    if not np.isfinite([solved.value(here), *solved.slope(here)]).all():
        raise ExpressionError("not_real", None, formula)
    steps = steps if solved.expression is None else min(steps, MOST_OWN_STEPS)
    return Study(
        system=solved,
        start=start,
        proof=proof,
        steps=steps,
        certificate=certify(solved, start, step_size, proof),
        walk=descend(solved, start, step_size, steps),
        flow=landing(solved, start),
        nearest=nearest(solved, start),
    )
