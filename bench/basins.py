"""Which minimum each of 200 × 200 starts reaches: all at once against one start after another."""

import numpy as np
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.gradient_descent import basins, descend
from core.surfaces.named import SURFACES

RESOLUTION, STEPS, STEP_SIZE, SAMPLE = 200, 200, 0.01, 400


def run() -> list[Row]:
    """Rows for the table. The loop is timed on a sample of the starts and scaled up to all of them."""
    surface = SURFACES["himmelblau"]
    starts = np.random.default_rng(0).uniform(*surface.domain.T, (SAMPLE, 2))

    def together():
        return basins(
            surface, "gradient_descent", step_size=STEP_SIZE, momentum=0.0, resolution=RESOLUTION, steps=STEPS
        )

    def one_by_one():
        return [
            descend(surface, start, "gradient_descent", step_size=STEP_SIZE, momentum=0.0, steps=STEPS).path[-1]
            for start in starts
        ]

    with threadpool_limits(1):
        _, ours = shortest(together, runs=5)
        _, sample = shortest(one_by_one, runs=1)
    theirs = sample * RESOLUTION**2 / SAMPLE
    return [
        Row("basins of 200 × 200 starts at once", ours, "s"),
        Row(f"one start after another (from {SAMPLE} of them)", theirs, "s"),
        Row("basins: loop / at once", theirs / ours, "×", 100),
    ]
