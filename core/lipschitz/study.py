"""One function on one interval: K and L from both sides, the cone slid along it, and the step that L allows."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.bounds import Real
from core.formulas.curves import Curve
from core.formulas.expressions import ExpressionError
from core.lipschitz.bracket import Bracket, Sweep, bracket_sweep, smoothness_bracket
from core.lipschitz.branch_and_bound import tight_bracket
from core.lipschitz.cone import Slide, slide
from core.lipschitz.descent_lemma import Gains, gains
from core.lipschitz.functions import Function, build, interval_of

SMOOTHNESS_CELLS = 256
KNOWN = 1e-4  # relative: K from both sides, closer than this, is known


@dataclass(frozen=True, eq=False)
class Study:
    """A function on an interval, and all that does not depend on the cone's slope and the number of cells."""

    function: Function
    interval: tuple[float, float]
    slide: Slide
    sweep: Sweep
    constant: float  # K: inf where there is none, nan where it is not known
    smoothness: float  # L, likewise
    tight: Bracket  # K from both sides, as tight as is certified
    smooth: Bracket  # L from both sides
    gaps: tuple[tuple[float, float], ...]  # the stretches on which f is not certified to be finite
    too_large: bool = False  # whether that, or an open bracket, is only because numbers run out

    @property
    def undefined(self) -> bool:
        """Whether f is not certified to be finite everywhere on the interval."""
        return bool(self.gaps)

    @property
    def is_known(self) -> bool:
        """Whether there is a K and it is known, exactly or to four digits at least."""
        return self.tight.upper <= self.tight.lower * (1 + KNOWN) < math.inf

    @property
    def licensed(self) -> float:
        """The smallest L that is known to hold; inf where none is."""
        return self.smoothness if math.isfinite(self.smoothness) else self.smooth.upper

    @property
    def has_step(self) -> bool:
        """Whether the descent lemma allows a step, and it is finite."""
        return 0 < self.licensed < math.inf and not self.undefined

    @property
    def step(self) -> float:
        """1/L, the step that the descent lemma allows."""
        return 1 / self.licensed

    @cached_property
    def gains(self) -> Gains:
        """What steps 1/L from the points of the graph gain."""
        return gains(self.function.curve, self.slide.graph.x, self.licensed) if self.has_step else Gains.none()


def study(
    name: str, low: Real, high: Real, *, formula: str = "", frequency: Real = 5.0,
    width: int = 50, depth: int = 1, seed: int = 0,
) -> Study:  # fmt: skip
    """The function of that id (``build``) on [low, high]. ``ExpressionError`` where it is finite nowhere there."""
    function = build(name, formula=formula, frequency=frequency, width=width, depth=depth, seed=seed)
    interval = interval_of((low, high))
    gaps = _gaps(function, interval)
    constant = math.nan if gaps else function.constant(*interval)
    slid = slide(function, interval, slope=function.slope if math.isinf(constant) else None)
    if not len(slid.apex):
        raise ExpressionError("not_real", None, function.text or name)
    exact = Bracket(constant, constant, slid.worst.x, slid.worst.y)
    tight = exact if math.isfinite(constant) else tight_bracket(function, interval)
    smooth = smoothness_bracket(function, interval, SMOOTHNESS_CELLS)
    return Study(
        function=function,
        interval=interval,
        slide=slid if math.isfinite(constant) else slid.at_least(tight.lower),
        sweep=bracket_sweep(function, interval),
        constant=constant,
        smoothness=math.nan if gaps else function.smoothness(*interval),
        tight=tight,
        smooth=smooth,
        gaps=gaps,
        too_large=math.isnan(constant) and math.isinf(smooth.upper) and _is_too_large(function.curve, interval),
    )


def _is_too_large(curve: Curve, interval: tuple[float, float]) -> bool:
    """Whether the first of f, f′, f″ that is not bounded is open to one side only: it overflows there. Where a function
    is undefined, or jumps, nothing is claimed on either side."""
    cells = _cells(interval)
    for bound in (curve.value_range, curve.slope_range, curve.curvature_range):
        open_ = np.isinf(bound(cells))
        if open_.any():
            return not open_.all(axis=1).any()
    return False


def _cells(interval: tuple[float, float]) -> np.ndarray:
    edges = np.linspace(*interval, 513)
    return np.stack([edges[:-1], edges[1:]], axis=1)


def _gaps(function: Function, interval: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    cells = _cells(interval)
    open_ = np.isinf(function.curve.value_range(cells)).any(axis=1)
    turns = np.flatnonzero(np.diff(np.pad(open_, 1).astype(int)))  # where a gap begins, and one past its end
    return tuple((float(cells[i, 0]), float(cells[j - 1, 1])) for i, j in turns.reshape(-1, 2))


def _no_step(found: Study) -> str | None:
    if math.isinf(found.licensed) or found.undefined:
        return "too_large" if found.too_large else "not_smooth"
    if found.licensed == 0:
        return "straight"
    if not len(found.gains.gain):
        return "leaves_interval"
    return "lost_in_rounding" if math.isnan(found.gains.least) else None
