"""A network there and back in each format, as the page opens."""

from threadpoolctl import threadpool_limits

from bench.row import Row, shortest
from core.signal_propagation import Setup, propagate

FORMATS = ("fp16", "bf16", "fp32", "fp64")
BAR = 5.0  # times double precision, which is not rounded: as much as it was by NumPy's conversion


def run() -> list[Row]:
    """Rows for the table: 80 layers of 256 units."""
    seconds = {}
    with threadpool_limits(1):
        for name in FORMATS:
            _, seconds[name] = shortest(lambda name=name: propagate(Setup(format=name)), runs=5)
    rows = [Row(f"a network of 80 × 256², there and back, {name}", spent, "s") for name, spent in seconds.items()]
    return [*rows, Row("half precision / double precision", seconds["fp16"] / seconds["fp64"], "×", BAR, "less")]
