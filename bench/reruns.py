"""A control moved → end of the rerun, on every page, against Streamlit's own one-slider, one-line demo."""

import statistics

from bench.client import Client
from bench.row import Row
from bench.server import ROOT, serving

CONTROLS = {  # page: the slider that is moved, and the positions it is moved between
    "gradient_descent": ("momentum", "methods=gradient_descent&methods=heavy_ball&policy=same"),
}
ROUNDS = 40


def hello() -> float:
    """Milliseconds of the yardstick's rerun, median."""
    with serving(ROOT / "bench" / "hello.py", cwd=ROOT / "bench") as port, Client(port) as client:
        times = [client.slide("frequency", 10 + i % 30) for i in range(ROUNDS)]
        return 1000 * statistics.median(times[5:])


def pages() -> dict[str, tuple[float, float]]:
    """Milliseconds of a rerun by page, median: with the result cached, and computed anew."""
    measured = {}
    with serving(ROOT / "app.py") as port:
        for slug, (control, query) in CONTROLS.items():
            with Client(port, slug, query) as client:
                key = f"{slug}-{control}"
                places = range(10, 10 + ROUNDS)
                anew = [client.slide(key, place) for place in places]
                cached = [client.slide(key, place) for place in [*places, *places]]
                measured[slug] = 1000 * statistics.median(cached[5:]), 1000 * statistics.median(anew[5:])
                if client.exceptions:
                    raise RuntimeError(f"{slug}: {client.exceptions[0]}")
    return measured


def run() -> list[Row]:
    """Rows for the table."""
    yardstick = hello()
    rows = [Row("rerun of Streamlit's one-slider, one-line demo", yardstick, "ms")]
    for slug, (cached, anew) in pages().items():
        rows += [
            Row(f"rerun of {slug}, cached", cached, "ms"),
            Row(f"rerun of {slug}, computed anew", anew, "ms"),
            Row(f"{slug}: cached / demo", cached / yardstick, "×", 0.5, "less"),
            Row(f"{slug}: computed anew / demo", anew / yardstick, "×", 1.0, "less"),
        ]
    return rows
