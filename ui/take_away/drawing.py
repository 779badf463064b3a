"""Drawing without a browser, in a short-lived process: the JavaScript engine that draws costs 150 MB, and one drawing
at a time is enough for all sessions.

This file is both sides: ``draw`` and ``vega`` start it as a script, which imports nothing of ours.
"""

import json
import subprocess
import sys
import threading
from functools import lru_cache
from typing import Any, Literal

PATIENCE = 60  # seconds for one drawing
_one_at_a_time = threading.Lock()


def draw(kind: Literal["svg", "png"], specification: dict[str, Any], *, scale: float = 1) -> bytes:
    """The picture of a Vega-Lite specification with its data in it."""
    return _ask({"kind": kind, "specification": specification, "scale": scale})


@lru_cache(maxsize=1)
def vega() -> str:
    """The JavaScript that draws Vega-Lite in a browser, in one piece: 0.9 MB."""
    return _ask({"kind": "vega"}).decode()


def _ask(order: dict[str, Any]) -> bytes:
    command = [sys.executable, "-I", __file__]
    with _one_at_a_time:
        done = subprocess.run(command, input=json.dumps(order).encode(), capture_output=True, timeout=PATIENCE)
    if done.returncode:
        raise RuntimeError(f"the picture could not be drawn: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def _answer(order: dict[str, Any]) -> bytes:
    import vl_convert

    if order["kind"] == "vega":
        return vl_convert.javascript_bundle().encode()
    specification = json.dumps(order["specification"])
    if order["kind"] == "svg":
        return vl_convert.vegalite_to_svg(specification, allowed_base_urls=[]).encode()
    return vl_convert.vegalite_to_png(specification, scale=order["scale"], allowed_base_urls=[])


if __name__ == "__main__":
    sys.stdout.buffer.write(_answer(json.load(sys.stdin)))
