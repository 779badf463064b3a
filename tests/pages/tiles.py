"""The strip's tiles read as a person reads them: is what is printed there true by its own digits?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = r"−?(?:∞|[\d.]+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"


@dataclass(frozen=True)
class Read:
    """A number as it is printed: its value, and half a unit of its last digit."""

    value: float
    unit: float


@dataclass(frozen=True)
class Tile:
    """A tile as it is printed."""

    check: str
    kind: str  # holds, fails, does-not-apply
    measured: Read | None
    predicted: Read | None
    side: str  # "", "≤" or "≥": on which of the prediction's the measured number is said to be
    within: float
    differs: bool  # whether it says ≠
    is_none: bool  # whether it says that there is nothing but rounding

    def untrue(self) -> str:
        """What is untrue of what it says, or nothing."""
        if self.measured is None or self.predicted is None or self.kind == "does-not-apply":
            return "≠ without two numbers" if self.differs else ""
        apart = self.measured.value - self.predicted.value
        room = 0.0 if self.measured == self.predicted else self.measured.unit + self.predicted.unit
        if self.kind == "fails":
            if not self.side:
                return "" if self.differs and apart != 0 else "it fails, and prints two equal numbers"
            beyond = apart if self.side == "≤" else -apart
            return "" if beyond + room > 0 else "it fails, and prints an inequality that is met"
        if self.differs:
            return "≠ where it holds"
        if self.measured.value == self.predicted.value:  # two infinities, too
            return ""
        beyond = {"": abs(apart), "≤": apart, "≥": -apart}[self.side]
        return "" if beyond <= self.within * 1.05 + room else f"it holds, {beyond:.3g} off with ± {self.within:.3g}"


def read(printed: str) -> Read:
    """A number back from how pages print it."""
    sign = -1.0 if printed.startswith("−") else 1.0
    digits = printed.removeprefix("−")
    if digits in ("∞", "0"):  # written for nothing else
        return Read(sign * float(digits.replace("∞", "inf")), 0.0)
    mantissa, _, exponent = digits.partition("·10")
    power = int(exponent.translate(DIGITS)) if exponent else 0
    behind = len(mantissa.partition(".")[2])
    figures = len(mantissa.replace(".", "").lstrip("0"))
    last = -behind if behind or figures >= 4 else figures - 4  # trailing zeros are dropped
    return Read(sign * float(f"{mantissa}e{power}"), float(f"5e{last + power - 1}"))


def tiles(strip: str, none: str) -> Iterator[Tile]:
    """All tiles of a strip's HTML; ``none`` is how it says that nothing but rounding is left."""
    parts = re.split(r'<div class="check ', strip)[1:]
    for part in parts:
        kind, check = re.match(r'([\w-]+)" data-check="([\w.]+)"', part).groups()
        printed = {side: _side(part, side) for side in ("measured", "predicted")}
        side = next(iter(re.findall("[≤≥]", printed["predicted"])), "")
        is_none = none in printed["measured"]
        found = {name: re.search(NUMBER, text) for name, text in printed.items()}
        within = re.search(rf'<span class="tolerance">± ({NUMBER})</span>', part)
        numbers = {name: read(match.group()) if match else None for name, match in found.items()}
        if is_none:
            numbers["measured"] = Read(0.0, 0.0)
        yield Tile(
            check, kind, numbers["measured"], numbers["predicted"], side,
            read(within.group(1)).value if within else 0.0, "≠" in part, is_none,
        )  # fmt: skip


def _side(part: str, side: str) -> str:
    """What stands after the name of that number."""
    match = re.search(rf'<span class="{side}"><span class="name">[^<]*</span>([^<]*)</span>', part)
    return match.group(1) if match else ""
