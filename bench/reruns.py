"""A control moved → end of the rerun, on every page, against Streamlit's own one-slider, one-line demo."""

import statistics

from bench.client import Client
from bench.row import Row
from bench.server import ROOT, demonstrating, serving

CONTROLS = {  # what is measured: the page, its link, and the slider that is moved through all of its positions
    "gradient_descent": ("gradient_descent", "policy=same", "momentum"),
    "lipschitz": ("lipschitz", "", "slope"),
    "double_descent, digits": ("double_descent", "", "penalty"),
    "double_descent, Gaussian model": ("double_descent", "data=gaussian", "noise"),
    "max_margin": ("max_margin", "data=blobs", "spread"),
    "neural_tangent_kernel": ("neural_tangent_kernel", "", "output_scale"),
    "weight_decay": ("weight_decay", "", "penalty"),
    "dropout": ("dropout", "", "p"),
}
TRAINS = {"neural_tangent_kernel"}  # computed anew is a training, which shows its progress: no bar
ROUNDS = 40


def hello() -> float:
    """Milliseconds of the yardstick's rerun, median."""
    with demonstrating(ROOT / "bench" / "hello.py") as server, Client(server.port) as client:
        times = [client.slide("frequency", 10 + i % 30) for i in range(ROUNDS)]
        return 1000 * statistics.median(times[5:])


def pages() -> dict[str, tuple[float, float]]:
    """Milliseconds of a rerun, median: with the result cached, and computed anew."""
    measured = {}
    with serving() as server:
        for name, (slug, query, control) in CONTROLS.items():
            with Client(server.port, slug, query) as client:
                key = f"{slug}-{control}"
                places = range(1, min(ROUNDS, len(client.find(key).options)))
                anew = [client.slide(key, place) for place in places]
                cached = [client.slide(key, place) for place in [*places, *places]]
                measured[name] = 1000 * statistics.median(cached[3:]), 1000 * statistics.median(anew[3:])
                if client.exceptions:
                    raise RuntimeError(f"{name}: {client.exceptions[0]}")
    return measured


def run() -> list[Row]:
    """Rows for the table."""
    yardstick = hello()
    rows = [Row("rerun of Streamlit's one-slider, one-line demo", yardstick, "ms")]
    for name, (cached, anew) in pages().items():
        rows += [
            Row(f"rerun of {name}, cached", cached, "ms"),
            Row(f"rerun of {name}, computed anew", anew, "ms"),
            Row(f"{name}: cached / demo", cached / yardstick, "×", 0.5, "less"),
            Row(f"{name}: computed anew / demo", anew / yardstick, "×", None if name in TRAINS else 1.0, "less"),
        ]
    return rows
