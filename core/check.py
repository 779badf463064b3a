"""A prediction of the theory held against what was just computed: the type every page's strip of checks is made of.

A check knows what it can tell. Its tolerance says where it comes from, and from both follows the *resolution*: by how
much the theory would have to be off, relative to ``scale``, for the verdict to turn.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from core.bounds import Real

Relation = Literal["equal", "at_most", "at_least"]
Verdict = Literal["holds", "fails", "does not apply"]
Source = Literal["exact", "rounding", "standard_error", "approximation"]


@dataclass(frozen=True)
class Tolerance:
    """How far from its prediction a number may be where the theory is true, and why. Made by the functions below."""

    size: float  # absolute, in the quantity's own unit
    source: Source
    errors: float = math.nan  # how many standard errors are in it
    samples: int = 0  # independent values that the standard error is of
    order: str = ""  # of what the theory leaves out, as it is written: "1/n"


EXACT = Tolerance(0.0, "exact")  # a count, or an inequality that is strict enough


def rounding(size: Real) -> Tolerance:
    """A bound of what the arithmetic may have done."""
    return Tolerance(float(size), "rounding")


def sampled(errors: Real, standard_error: Real, samples: int, *, more: Real = 0.0, order: str = "") -> Tolerance:
    """``errors`` standard errors of ``samples`` independent values; ``more`` is what rounding, or a theory that leaves
    out terms of that ``order``, may add."""
    return Tolerance(float(errors * standard_error + more), "standard_error", float(errors), int(samples), order)


def approximate(size: Real, order: str) -> Tolerance:
    """What the theory leaves out: terms of that ``order``, of about that ``size`` here."""
    return Tolerance(float(size), "approximation", order=order)


@dataclass(frozen=True)
class Check:
    """One prediction of the theory held against what was just computed."""

    id: str  # text id of its label, e.g. "stability_limit"
    predicted: float
    measured: float
    tolerance: Tolerance
    broken_assumption: str | None = None  # text id; then the verdict is "does not apply"
    relation: Relation = "equal"
    scale: float = math.nan  # what an error of the theory is relative to; without one |predicted|
    at: float = math.nan  # where on the main picture's horizontal axis it was taken, if at one place

    @property
    def excess(self) -> float:
        """How far the measured number is on the far side of its prediction: above 0 it needs the tolerance."""
        if self.predicted == self.measured:  # also two equal infinities, whose difference is not a number
            return 0.0
        off = self.measured - self.predicted
        return {"equal": abs(off), "at_most": off, "at_least": -off}[self.relation]

    @property
    def verdict(self) -> Verdict:
        """``holds``, ``fails`` (also where a number is missing or infinite on one side only) or ``does not apply``."""
        if self.broken_assumption is not None:
            return "does not apply"
        if math.isnan(self.predicted) or math.isnan(self.measured):
            return "fails"
        return "holds" if self.excess <= self.tolerance.size else "fails"

    @property
    def resolution(self) -> float:
        """The relative error of the theory from which on the verdict turns, whichever way it is off; of an inequality,
        by how much it would have to be sharper. ``nan`` where the check does not hold or has no scale."""
        scale = abs(self.predicted) if math.isnan(self.scale) else self.scale
        if self.verdict != "holds" or not 0 < scale < math.inf:
            return math.nan
        room = self.tolerance.size + (self.excess if self.relation == "equal" else -self.excess)
        return room / scale


def placed(checks: Iterable[Check], at: float, names: Collection[str]) -> tuple[Check, ...]:
    """The checks, those of these ``names`` with the place that they were taken at."""
    return tuple(replace(check, at=at) if check.id in names else check for check in checks)


def silent(name: str, why: str, predicted: float = math.nan, measured: float = math.nan) -> Check:
    """A check that does not apply, with the numbers that there are."""
    return Check(name, predicted, measured, EXACT, why)
