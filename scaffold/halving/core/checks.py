"""The formula a·2⁻ᵏ against what taking half away has left."""

from core.check import Check, rounding
from core.halving.halve import Run


def checks(run: Run) -> tuple[Check, ...]:
    """Halving a double is exact: both sides may differ by the rounding of the power alone."""
    predicted = run.start * 2.0**-run.steps
    return (Check("left", predicted, float(run.left[-1]), tolerance=rounding(4e-16 * predicted)),)
