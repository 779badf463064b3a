"""A line of text in a picture, in which Vega puts the numbers of the row that is on."""

import json
import re


def readout(template: str) -> str:
    """A text with ``{{column:format}}`` in it as a Vega expression that puts the row's numbers there."""
    pieces = re.split(r"\{\{(\w+):([^}]+)\}\}", template)
    parts = [json.dumps(pieces[0], ensure_ascii=False)]
    for column, form, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        parts += [f"format(datum.{column}, {json.dumps(form)})", json.dumps(after, ensure_ascii=False)]
    return " + ".join(parts)
