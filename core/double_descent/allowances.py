"""How far what was repeated may be from what was expected.

As many standard errors (SE) as keep the chance of a false alarm where 4 SE of one normal mean have it, 6·10⁻⁵:
Student's t for the repetitions, Bonferroni where the worst of several is taken.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr, stdtrit

from core.bounds import whole
from core.check import Check, Tolerance, sampled

LEAST = 5  # repetitions: the SE of fewer is so uncertain that next to everything would hold
FALSE_ALARM = 2 * float(ndtr(-4))
ROUNDING = 1e-9


def allowed_errors(repetitions: int, comparisons: int = 1) -> float:
    """How many SE the worst of several means of ``repetitions`` values may be off: 4 for one mean of very many."""
    if repetitions < 2:
        return float("nan")
    return float(-stdtrit(repetitions - 1, FALSE_ALARM / 2 / whole("comparisons", comparisons, 1, 2**31)))


@dataclass(frozen=True)
class Worst:
    """The column where measured means exceed what was expected by the most SE."""

    index: int
    expected: float
    measured: float
    allowance: Tolerance


def worst_of(
    measured: Float[np.ndarray, "repetitions columns"],
    expected: Float[np.ndarray, " columns"],
    *,
    one_sided: bool = False,
) -> Worst:
    """See ``Worst``; ``one_sided`` counts only what lies above."""
    repetitions, columns = measured.shape
    excess = measured.mean(axis=0) - expected
    error = measured.std(axis=0, ddof=1) / np.sqrt(repetitions) if repetitions > 1 else np.zeros(columns)
    scale = error + ROUNDING * (1 + np.abs(expected))
    index = int(np.argmax((excess if one_sided else np.abs(excess)) / scale))
    allowance = sampled(allowed_errors(max(repetitions, 2), columns), float(scale[index]), repetitions)
    return Worst(index, float(expected[index]), float(expected[index] + excess[index]), allowance)


def factor(
    name: str,
    factors: Float[np.ndarray, " repetitions"],
    spread: float = 0.0,
    left_out: float = 0.0,
    order: str = "",
) -> Check:
    """The mean factor, which theory says is 1; they scatter by ``spread`` if by no more."""
    error = max(spread, float(factors.std(ddof=1))) / np.sqrt(len(factors))
    more, order = (left_out, order) if left_out > 0 else (ROUNDING, "")
    allowed = sampled(allowed_errors(len(factors)), error, len(factors), more=more, order=order)
    return Check(name, 1.0, float(factors.mean()), allowed)
