"""Every word a person reads, by id, from ``text/*.toml``: English and Chinese side by side."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "EN", "zh": "中"}
LEAST_DIGITS, MOST_DIGITS = 3, 6  # of a number among the positions of a slider
FOLDER = Path(__file__).parent.parent / "text"


class Words(Mapping[str, str]):
    """The words of one concept in one language; what it does not define itself, it takes from ``text/common.toml``.

    Made once for each concept and language (see ``words``), so it is compared and hashed by identity: chart
    specifications are cached by the words they were built with.
    """

    def __init__(self, slug: str, language: str, texts: Mapping[str, str]) -> None:
        self.slug, self.language = slug, language
        self._texts = dict(texts)

    def __getitem__(self, text_id: str) -> str:
        try:
            return self._texts[text_id]
        except KeyError:
            raise KeyError(f"text/{self.slug}.toml has no {text_id!r} in {self.language!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def say(self, text_id: str, **values: object) -> str:
        """The text with ``{{name}}`` replaced by the value of that name."""
        return fill(self[text_id], values)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Replace ``{{name}}``; numbers are written with four significant digits, an unknown name is a ``KeyError``."""

    def written(match: re.Match[str]) -> str:
        value = values[match[1]]
        return number(value) if isinstance(value, float) else str(value)

    return re.sub(r"\{\{([\w.]+)\}\}", written, template)


def number(value: float, digits: int = 4) -> str:
    """A number as the pages print it: four significant digits, a true minus sign, powers of ten where it is long."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    if 1e-4 <= abs(rounded) < 1e6:
        return (f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.{digits}g}").replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}·10{superscript(int(exponent))}".replace("-", "−")


def written(value: float) -> str:
    """A number as a control shows it: six digits, no more than it has, and powers of ten as people write them."""
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10{superscript(int(exponent))}"
    return power if mantissa == "1" else f"{mantissa}·{power}"


@lru_cache(maxsize=64)
def apart(positions: tuple[float, ...]) -> Mapping[float, str]:
    """Increasing numbers as a control shows them: to three digits, or as many as tell each from its neighbours, and so
    from all of them."""
    shown = [[_to(value, digits) for value in positions] for digits in range(LEAST_DIGITS, MOST_DIGITS + 1)]
    found = {}
    for place, value in enumerate(positions):
        around = {place - 1, place + 1} & set(range(len(positions)))
        clear = (row[place] for row in shown if all(row[other] != row[place] for other in around))
        found[value] = next(clear, written(value))
    return found


def _to(value: float, digits: int) -> str:
    return written(float(f"{value:.{digits}g}"))


def superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@lru_cache
def source(slug: str) -> Mapping[str, Any]:
    """The text file of a concept (or of ``common``) as it stands."""
    return tomllib.loads((FOLDER / f"{slug}.toml").read_text(encoding="utf-8"))


def is_text(entry: object) -> bool:
    return isinstance(entry, dict) and set(entry) == set(LANGUAGES) and all(isinstance(t, str) for t in entry.values())


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """``[words.surface] beale = {en=…, zh=…}`` becomes ``("surface.beale", {en: …, zh: …})``.

    Two names stand for the table itself: its ``label`` is the text ``surface``, its ``help`` is ``surface_help``.
    """
    itself = {"label": prefix[:-1], "help": f"{prefix[:-1]}_help"} if prefix else {}
    for name, entry in table.items():
        if is_text(entry):
            yield itself.get(name, prefix + name), entry
        else:
            yield from flatten(entry, f"{prefix}{name}.")


@lru_cache
def words(slug: str, language: str) -> Words:
    """The words of a concept, with those that all pages share underneath."""
    files = ["common"] if slug == "common" else ["common", slug]
    texts = {
        text_id: entry[language].strip() for file in files for text_id, entry in flatten(source(file).get("words", {}))
    }
    return Words(slug, language, texts)
