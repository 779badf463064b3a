"""A picture as a file of its own: with its claim, its settings, the checks and the link in it.

It shows the whole run: where the player stands is the browser's own business.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from charts.common import Picture
from ui.take_away import drawing
from ui.take_away.markdown import to_plain
from ui.take_away.taken import Taken

WIDTH, HEIGHT = 780, 430  # pixels of the file, the height without its heading
LINE, TITLE_LINE = 15, 20  # pixels that a line of the heading takes
LETTERS = 112  # narrow letters in a line of the heading; a Chinese one counts two
# The first that there is draws what it can, and any other the rest: the first must have nearly all the signs there are.
FONTS = {
    "en": "'DejaVu Sans', 'Noto Sans', sans-serif",
    "zh": "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
}
ENLARGED = 2  # pixels of a PNG for each of the picture's


def svg(taken: Taken, key: str) -> bytes:
    return drawing.draw("svg", specification(taken, key))


def png(taken: Taken, key: str) -> bytes:
    return drawing.draw("png", specification(taken, key), scale=ENLARGED)


def specification(taken: Taken, key: str) -> dict[str, Any]:
    """The picture's own specification with its numbers and a heading in it."""
    claim = list(wrapped(words(f"{taken.title} · {taken.claim}"), round(LETTERS * 0.78)))
    settings, checks = ([f"{one} · " for one in told] for told in (taken.settings_told, taken.checks_told))
    made = words(f"{taken.words['take.made_by']} · {taken.link}")
    told = words(to_plain(taken.record.pictures[key].alt))
    under = [line.strip(" ·") for part in (told, settings, checks, made) for line in wrapped(part, LETTERS)]
    title = {"text": claim, "subtitle": under, "anchor": "start", "offset": 14, "fontSize": 15, "fontWeight": 600}
    title |= {"subtitleColor": taken.theme.text, "subtitleFontSize": 11.5, "subtitlePadding": 5}
    height = HEIGHT + len(claim) * TITLE_LINE + len(under) * LINE
    sizes = {"width": WIDTH, "height": height, "padding": 14, "background": taken.theme.background}
    whole = with_numbers(taken.record.pictures[key].picture)
    return {**whole, "config": {**whole["config"], "font": FONTS[taken.words.language]}, "title": title, **sizes}


def with_numbers(picture: Picture) -> dict[str, Any]:
    """The chart with its data in it; a number that is none is missing, for JSON knows no other way."""
    whole = picture.whole
    rows = {name: [_finite(row) for row in table] for name, table in whole["datasets"].items()}
    return {**whole, "datasets": rows}


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in row.items()}


def words(text: str) -> list[str]:
    """Where a line may break: after spaces, and around each Chinese letter but before its comma."""
    return re.findall(r"[\u2e80-\uffef][，。；：、）”]*|[^\s\u2e80-\uffef]+\s*|\s+", text)


def wrapped(pieces: Iterable[str], letters: int) -> Iterator[str]:
    """The pieces in lines of at most so many narrow letters; a piece that is longer is cut."""
    line = ""
    for piece in (long[i : i + letters] for long in pieces for i in range(0, len(long), letters)):
        if line and width(line + piece.rstrip(" ·")) > letters:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def width(text: str) -> int:
    """In narrow letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
