"""From a jump to a smooth bump: the lowest derivative that breaks at 0, and whether that says anything of K.

    C^k: f, f′, … f^(k) are continuous.   C⁻¹ step · C⁰ |x| · C¹ x|x| · C² |x|³ · C^∞ e^(−x²/2)

Two that textbooks get wrong: |x| has a K and no derivative at 0; x² sin(1/x²) has a derivative everywhere and no K.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.lipschitz.bracket import Bracket
from core.lipschitz.branch_and_bound import tight_bracket
from core.lipschitz.cone import Graph, graph_of
from core.lipschitz.functions import FUNCTIONS, Function

GALLERY = ("step", "absolute", "bent_line", "cube", "gaussian", "oscillation")
STEP = 1e-6  # from 0 to where a derivative is looked at
VISIBLE = 1e-3  # a jump of a derivative larger than this is one
POINTS = 240  # even: 0 is not one of them


@dataclass(frozen=True, eq=False)
class Specimen:
    """A function around 0: what breaks there, and its K."""

    function: Function
    graph: Graph
    slope: Float[np.ndarray, " points"]  # f′ at the points of the graph
    quotients: tuple[float, float]  # (f(h) − f(0))/h from the left and from the right, h = ±1e-6
    breaks: int | None  # the lowest k ≤ 3 whose f^(k) jumps at 0; None where none does
    constant: Bracket  # K from both sides; upper inf where there is none

    @property
    def has_derivative(self) -> bool:
        """Whether both quotients agree."""
        return bool(abs(self.quotients[0] - self.quotients[1]) < VISIBLE)


def gallery() -> tuple[Specimen, ...]:
    return tuple(specimen(FUNCTIONS[name]) for name in GALLERY)


def specimen(function: Function) -> Specimen:
    """What becomes of the function, of its difference quotient and of its derivatives at 0."""
    curve, x = function.curve, np.linspace(*function.interval, POINTS)
    at = np.array([-STEP, 0.0, STEP])
    value, slope, curvature = curve.value(at), curve.slope(at), curve.curvature(at)
    third = np.diff(curvature)[[0, 0, 1]] / STEP  # of f″, from the left and from the right
    left, right = np.diff(value) / STEP
    jumps = [abs(d[2] - d[0]) > VISIBLE for d in (value, slope, curvature, third)]
    breaks = jumps.index(True) if any(jumps) else None
    known = function.constant(*function.interval)
    constant = Bracket(known, known, 0.0, 0.0) if np.isfinite(known) else tight_bracket(function, function.interval)
    return Specimen(function, graph_of(curve, x), curve.slope(x), (float(left), float(right)), breaks, constant)
