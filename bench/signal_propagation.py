"""A network in half precision: its weights rounded as Basin does, against NumPy's conversion there and back."""

import numpy as np
from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.signal_propagation import Setup, propagate
from core.signal_propagation.draws import stacks
from core.signal_propagation.weights import ROOM, Scaler

FORMATS = ("fp16", "bf16", "fp32", "fp64")


def run() -> list[Row]:
    """Rows for the table: 80 layers of 256 units, as the page opens."""
    setup = Setup()
    normal, factor = stacks(setup, 0), setup.weight_std / np.sqrt(setup.width)

    def converted():
        return [(stack * np.float64(factor)).astype(np.float16).astype(np.float32) for stack in normal]

    def scaled():
        return list(Scaler("fp16", normal[0].shape).all(normal, np.full(setup.depth, factor), weights))

    with threadpool_limits(1), ROOM.lent(normal) as weights:
        right, theirs = shortest(converted, runs=5)
        found, ours = shortest(scaled, runs=5)
        off = sum(int(np.sum(one != other)) for one, other in zip(found, right, strict=True))
    rows = [
        Row("five million weights rounded to half precision", ours, "s"),
        Row("the same by NumPy's conversion", theirs, "s"),
        Row("rounding: NumPy's conversion / ours", theirs / ours, "×", 2),
        Row("weights that are not the same", off, "", 0, "less"),
    ]
    for name in FORMATS:
        with threadpool_limits(1):
            _, seconds = shortest(lambda name=name: propagate(Setup(format=name)), runs=5)
        rows.append(Row(f"a network of 80 × 256², there and back, {name}", seconds, "s"))
    return rows
