"""Step by step: each step takes away half of what there is."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import real, whole

MOST_STEPS = 60


@dataclass(frozen=True)
class Run:
    """What is left after each step, the start first."""

    start: float
    left: Float[np.ndarray, " steps"]  # in the unit of the start

    @property
    def steps(self) -> int:
        return len(self.left) - 1


def halve(start: float, steps: int) -> Run:
    """Take half of ``start`` away, ``steps`` times. ``ValueError`` outside 0.1 … 100 and 1 … ``MOST_STEPS``."""
    left = [real("start", start, 0.1, 100.0)]
    for _ in range(whole("steps", steps, 1, MOST_STEPS)):
        left.append(left[-1] - left[-1] / 2)
    return Run(start, np.array(left))
