"""The values of controls: read from an address or an experiment, rounded as they are shown, laid out on a slider."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from ui import text
from ui.text import LANGUAGES, Words


def one_of(name: str, options: Sequence[str], words: Words) -> Callable[[Sequence[str]], str]:
    """Reads an option by its name in code, or by its label in either language (for links written by hand)."""

    def decode(asked: Sequence[str]) -> str:
        if asked[-1] in options:
            return asked[-1]
        for language in LANGUAGES:
            labels = text.words(words.slug, language)
            for option in options:
                if labels.get(f"{name}.{option}") == asked[-1]:
                    return option
        raise ValueError(f"{name}: one of {', '.join(options)}, got {asked[-1][:40]!r}")

    return decode


def in_range(low: float, high: float, least: float = 0.0) -> Callable[[Sequence[str]], float]:
    """Reads a number from ``low`` to ``high``, and none between 0 and ``least``."""

    def decode(asked: Sequence[str]) -> float:
        value = float(asked[-1])  # ValueError for what is not a number
        if not low <= value <= high or 0 < value < least:
            raise ValueError(f"from {low:g} to {high:g}, and 0 or from {least:g} on; got {value:g}")
        return round_to(value)

    return decode


def truth(asked: Sequence[str]) -> bool:
    if asked[-1].lower() not in ("true", "false"):
        raise ValueError(f"true or false, got {asked[-1][:40]!r}")
    return asked[-1].lower() == "true"


def round_to(value: float) -> float:
    """Six significant digits: what a slider shows and a link carries. There is one zero."""
    return float(f"{value:.6g}") + 0.0


@lru_cache(maxsize=256)
def rounded(positions: tuple[float, ...]) -> tuple[float, ...]:
    """A slider's positions as it shows them: hundreds, and the same ones in nearly every run."""
    return tuple(sorted({round_to(position) for position in positions}))


@lru_cache(maxsize=64)
def log_scale(low: float, high: float) -> tuple[float, ...]:
    """The numbers with two significant digits from ``low`` to ``high``: 0.01, 0.011, …, 0.099, 0.1, 0.11, …"""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (round_to(mantissa / 10 * 10.0**decade) for decade in decades for mantissa in range(10, 100))
    return tuple(v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9))
