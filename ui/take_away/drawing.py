"""Drawing without a browser, in a short-lived process: the JavaScript engine that draws costs 150 MB, and one drawing
at a time is enough for all sessions.

This file is both sides: ``draw`` and ``vega`` start it as a script, which imports nothing of ours.
"""

import json
import re
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
    svg = vl_convert.vegalite_to_svg(json.dumps(order["specification"]), allowed_base_urls=[])
    if order["kind"] == "svg":
        return svg.encode()
    # A faint line gets a sheet of its own to be faint on, as large as the line is long, also where it is cut off: ten
    # seconds for the traces of a separator. A line is nothing but its stroke, and a faint stroke needs no sheet.
    light = re.sub(r"(<line\b[^>]*?) opacity=", r"\1 stroke-opacity=", svg)
    return vl_convert.svg_to_png(light, scale=order["scale"])


if __name__ == "__main__":
    sys.stdout.buffer.write(_answer(json.load(sys.stdin)))
