"""Max margin to t = 10¹² against plain gradient descent to t = 10⁴: the same w, how much faster?

``python -m bench.max_margin``. Bar: the log-time flow to 10¹² in less than the plain loop takes to t = η · steps = 10⁴,
and equal to it within 10⁻³ there. Both on the paper's Figure 1, the loop with η = 1/σ_max², written as plainly and as
fast as numpy allows, and without keeping the path.
"""

import numpy as np
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.data.separable_data import DATA
from core.max_margin import TIMES, gradient_flow, hard_margin, loss_named, study

PLAIN_END = 1e4


def run() -> list[Row]:
    """Rows for the table."""
    points, loss = DATA["figure_1"](), loss_named("exponential")
    z = points.z
    eta = 1 / np.linalg.norm(z, 2) ** 2
    steps = round(PLAIN_END / eta)

    def loop(count: int = steps) -> np.ndarray:
        w, push = np.zeros(2), eta * z
        for _ in range(count):
            w = w + np.exp(-(z @ w)) @ push
        return w

    with threadpool_limits(1):
        flow, ours = shortest(lambda: gradient_flow(z, loss, TIMES), runs=20)
        walked, theirs = shortest(loop, runs=1)
        _, few = shortest(lambda: loop(10_000), runs=3)
        _, margin = shortest(lambda: hard_margin(z), runs=20)
        _, page = shortest(lambda: study(points), runs=5)
    there = gradient_flow(z, loss, np.array([steps * eta])).w[0]
    return [
        Row(f"flow to t = 10¹², {len(flow.time)} times kept", ours, "s"),
        Row(f"plain loop to t = 10⁴, {steps} steps", theirs, "s"),
        Row("max margin: plain loop to 10⁴ / flow to 10¹²", theirs / ours, "×", 1),
        Row("max margin: ten thousand plain steps / flow to 10¹²", few / ours, "×", 1),
        Row("largest difference of w at t = 10⁴", float(np.abs(there - walked).max()), "", 1e-3, "less"),
        Row("support-vector machine with its dual", margin, "s"),
        Row("all that the page computes at its defaults", page, "s"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
