"""Halving k times leaves a·2⁻ᵏ of a.

    a   where it begins        k   how often half is taken away

    halve    what is left after each step · checks   the formula against the last of them

Check, by id
    left   what is left after the last step     = a·2⁻ᵏ, exactly but for rounding
"""

from core.halving.checks import checks
from core.halving.halve import MOST_STEPS, Run, halve

__all__ = ["MOST_STEPS", "Run", "checks", "halve"]
