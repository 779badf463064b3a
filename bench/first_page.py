"""The contents page on a server that has just started, against Streamlit's own hello.

Hello is words. Ours is words, and after them the first row of its pictures (the others come as they are scrolled to):
it is held against hello by when its last words are there, and by when it is whole.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import streamlit
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.client import Client
from bench.row import Row
from bench.server import demonstrating, serving

HELLO = Path(streamlit.__file__).parent / "hello" / "streamlit_app.py"
RUNS = 5
NO_WORDS = (None, "vega_lite_chart")  # what a delta may bring beside them: a place for others, a picture


class Reader(Client):
    """A client that notes when the last element came that is no chart."""

    words = 0.0

    def _take(self, forward: ForwardMsg) -> bool:
        if forward.WhichOneof("type") == "delta" and forward.delta.new_element.WhichOneof("type") not in NO_WORDS:
            self.words = time.perf_counter()
        return super()._take(forward)


def first(serve: Callable) -> tuple[float, float]:
    """Seconds from the link, the server healthy before, to the last words and to the whole answer."""
    words, whole = [], []
    for _ in range(RUNS):
        with serve() as server:
            start = time.perf_counter()
            with Reader(server.port) as reader:
                whole.append(time.perf_counter() - start)
                words.append(reader.words - start)
    return statistics.median(words), statistics.median(whole)


def run() -> list[Row]:
    """Rows for the table."""
    (_, hello), (words, whole) = first(lambda: demonstrating(HELLO)), first(serving)
    return [
        Row("first page of Streamlit's hello, cold", hello, "s"),
        Row("first page of Basin, cold: all its words", words, "s"),
        Row("first page of Basin, cold: with its first row of pictures", whole, "s"),
        Row("first page: Basin's words / hello", words / hello, "×", 1.2, "less"),
        Row("first page: Basin with its pictures / hello", whole / hello, "×", 1.2, "less"),
    ]


if __name__ == "__main__":
    print(*run(), sep="\n")
