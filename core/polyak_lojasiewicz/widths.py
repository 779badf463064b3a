"""The wider the network, the more certain it is to arrive: h falls as m^(−½), and the walk keeps its length."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import increasing, whole
from core.check import Check, approximate, rounding
from core.polyak_lojasiewicz.first_layer import bend, data, kernel, train, weights
from core.progress import Progress

WIDTHS = (64, 256, 1024, 4096, 16384)
SAMPLES, INPUTS, SCALE = 10, 20, 1.5  # n, d, and the size of the first weights
TRAINED = 4096  # the widest that is trained
STEPS, LOOKS = 200, 5
OFF = 0.1  # of the power, what λ_min of a narrow network may be off its limit: of 200 draws none is off by more
ARRIVED = 1e-10  # of the loss at the start


@dataclass(frozen=True, eq=False)
class WidthSweep:
    """By width: what is known at the start, and, of those that are trained, what came of it (nan otherwise)."""

    widths: Float[np.ndarray, " widths"]
    h: Float[np.ndarray, " widths"]
    start: Float[np.ndarray, " widths"]  # λ_min(K) at the start
    least: Float[np.ndarray, " widths"]  # the least λ_min on the way
    length: Float[np.ndarray, " widths"]  # of the walk
    bound: Float[np.ndarray, " widths"]  # ‖r₀‖/√(least λ_min)
    loss: Float[np.ndarray, " widths"]  # L at the end, over L at the start

    @property
    def exponent(self) -> float:
        """The power of m in h, fitted."""
        return float(np.polyfit(np.log(self.widths), np.log(self.h), 1)[0]) if len(self.widths) > 1 else np.nan


def width_sweep(
    seed: int, *, widths: tuple[int, ...] = WIDTHS, samples: int = SAMPLES, steps: int = STEPS
) -> Iterator[Progress[WidthSweep]]:
    """Networks of each width on the same data; those up to ``TRAINED`` units are trained."""
    seed = whole("seed", seed, 0, 2**63 - 1)
    n, steps = whole("samples", samples, 1, 20), whole("steps", steps, 10, 5000)
    sizes = increasing("widths", widths, 2, 65536)
    if (sizes % 2).any():
        raise ValueError(f"widths must be even: every unit has its opposite; got {sizes.tolist()}")
    x, y = data(n, INPUTS, seed)
    total, spent, rows = float(np.minimum(sizes, TRAINED).sum()), 0.0, []
    for width in sizes.tolist():
        w, a = weights(width, INPUTS, SCALE, seed)
        start = float(np.linalg.eigvalsh(kernel(w, x))[0])
        h = 4 * bend(x, width) * float(np.sqrt(n)) / start
        row = [float(width), h, start, np.nan, np.nan, np.nan, np.nan]
        if width <= TRAINED:
            for run in train(x, y, w, a, steps=steps, looks=LOOKS):
                share = run.looks[-1] / steps * width / total
                yield Progress(min(spent + share, 0.999), _sweep(rows))
            least = float(run.least.min())
            row[3:] = [least, run.length, float(np.sqrt(n / least)), float(run.loss[-1] / run.loss[0])]
        spent += min(width, TRAINED) / total
        rows.append(row)
        yield Progress(1.0 if len(rows) == len(sizes) else min(spent, 0.999), _sweep(rows))


def _sweep(rows: list[list[float]]) -> WidthSweep | None:
    return WidthSweep(*np.array(rows, float).T) if rows else None


def sweep_checks(found: WidthSweep) -> tuple[Check, ...]:
    """The power of the width, and the walk that comes nearest to its bound."""
    at = int(np.nanargmax(found.length / found.bound))
    bound, length = float(found.bound[at]), float(found.length[at])
    why = None if np.nanmax(found.loss) < ARRIVED else "did_not_arrive"
    return (
        Check("sweep_h", -0.5, found.exponent, approximate(OFF, "m^(−½)")),
        Check("sweep_length", bound, length, rounding(1e-9 * bound), why, "at_most"),
    )
