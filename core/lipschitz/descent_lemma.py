"""What a step 1/L gains, against the f′²/(2L) that the descent lemma promises, as far as rounding lets one see it.

    f(x − f′(x)/L) ≤ f(x) − f′(x)²/(2L)      for f with an L-Lipschitz slope        (Nesterov 2004, §1.2)

The gain is a difference of two values, each of which is rounded, and its unit a square, which overflows long before f
does. So the unit is computed as ½|f′|·|f′/L|, and a gain counts where the certified ranges of both values, and of the
slope, leave no more than half the tolerance open.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.formulas.curves import Curve

GAIN_TOLERANCE = 1e-6  # of f′²/(2L): twice what is let through as the rounding of a gain
STEEP = 1e-3  # of the steepest slope: a start on a flatter slope than that gains next to nothing


@dataclass(frozen=True, eq=False)
class Gains:
    """The gains of steps 1/L in units of f′²/(2L), from the starts of steep slope whose step stays in the interval."""

    gain: Float[np.ndarray, " starts"]
    rounding: Float[np.ndarray, " starts"]  # of the gain

    @property
    def least(self) -> float:
        """The smallest gain that is seen through the rounding; nan if none is."""
        seen = self.gain[self.rounding <= 0.5 * GAIN_TOLERANCE]
        return float(seen.min()) if len(seen) else math.nan

    @staticmethod
    def none() -> "Gains":
        return Gains(np.zeros(0), np.zeros(0))


def gains(curve: Curve, x: Float[np.ndarray, " points"], smoothness: float) -> Gains:
    """f(x) − f(x − f′/L) in units of f′²/(2L), never as a square, which overflows long before f does. At least
    one point; ``ValueError`` without any."""
    if not len(x):
        raise ValueError("x must have at least one point, got none")
    with np.errstate(all="ignore"):
        slope = curve.slope(x)
        to = x - slope / smoothness
        step = x - to
        starts = (to >= x[0]) & (to <= x[-1]) & (np.abs(slope) > STEEP * np.nanmax(np.abs(slope)))
        x, to, slope, step = x[starts], to[starts], slope[starts], step[starts]
        promised = 0.5 * np.abs(slope) * np.abs(slope / smoothness)
        ends = [curve.value_range(np.stack([at, at], axis=1)) for at in (x, to)]
        tilt = np.ptp(curve.slope_range(np.stack([x, x], axis=1)), axis=1)
        lost = (np.ptp(ends[0], axis=1) + np.ptp(ends[1], axis=1)) / promised + 2 * tilt / np.abs(slope)
        landing = (np.spacing(np.abs(x)) / step) ** 2  # a step that is a little longer or shorter loses its square
        gain = (curve.value(x) - curve.value(to)) / promised
    known = np.isfinite(gain) & np.isfinite(lost + landing)
    return Gains(np.where(known, gain, 0.0), np.where(known, lost + landing, np.inf))
