"""The contents page on a server that has just started, against Streamlit's own hello: until the answer is whole."""

import statistics
import time
from pathlib import Path

import streamlit

from bench.client import Client
from bench.row import Row
from bench.server import ROOT, serving

HELLO = Path(streamlit.__file__).parent / "hello" / "streamlit_app.py"
RUNS = 3


def first(script: Path) -> float:
    """Seconds from the link to the whole answer, the server healthy before."""
    times = []
    for _ in range(RUNS):
        with serving(script, cwd=script.parent) as port:
            start = time.perf_counter()
            with Client(port):
                times.append(time.perf_counter() - start)
    return statistics.median(times)


def run() -> list[Row]:
    """Rows for the table."""
    hello, ours = first(HELLO), first(ROOT / "app.py")
    return [
        Row("first page of Streamlit's hello, cold", hello, "s"),
        Row("first page of Basin, cold", ours, "s"),
        Row("first page: Basin / hello", ours / hello, "×", 1.2, "less"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
