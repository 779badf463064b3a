"""A prediction of the theory held against what was just computed: the type every page's strip of checks is made of."""

import math
from dataclasses import dataclass
from typing import Literal

Relation = Literal["equal", "at_most", "at_least"]
Verdict = Literal["holds", "fails", "does not apply"]


@dataclass(frozen=True)
class Check:
    """One prediction of the theory held against what was just computed."""

    id: str  # text id of its label, e.g. "stability_limit"
    predicted: float
    measured: float
    tolerance: float  # absolute, in the quantity's own unit
    broken_assumption: str | None = None  # text id; then the verdict is "does not apply"
    relation: Relation = "equal"

    @property
    def verdict(self) -> Verdict:
        """``holds``, ``fails`` (also where a number is missing or infinite on one side only) or ``does not apply``."""
        if self.broken_assumption is not None:
            return "does not apply"
        if math.isnan(self.predicted) or math.isnan(self.measured):
            return "fails"
        if self.predicted == self.measured:  # also two equal infinities, whose difference is not a number
            return "holds"
        excess = self.measured - self.predicted
        held = {
            "equal": abs(excess) <= self.tolerance,
            "at_most": excess <= self.tolerance,
            "at_least": excess >= -self.tolerance,
        }[self.relation]
        return "holds" if held else "fails"
