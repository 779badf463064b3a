"""What every check of a concept says at chosen settings, as a table that can be read: ``tests/core/<slug>/checks.txt``.

It is kept beside the tests that say what is right, and holds what they leave open: that no number of a check, no
constant in its tolerance and no reason to wait changes unseen. Numbers have four digits and may differ by three in a
thousand, so that no processor's rounding turns a test red; what holds to rounding is
written ≈, a millionth of the scale is 0, and what is
nothing but rounding is not held.

A change that is meant is written by ``BASIN_READINGS=write``, and read before it is kept.
"""

import math
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from core.check import Check

NEAR = 3e-3  # relative
LITTLE, NOTHING = 1e-6, 1e-30  # of the scale, what a measured number may be to be written 0; any number
FOLDER = Path(__file__).parent
NUMBER = re.compile(r"-?(?:inf|nan|\d+(?:\.\d+)?(?:e[+-]\d+)?)(?![\w.])")


def reading(check: Check, loose: Collection[str] = ()) -> str:
    """One check in a line: id, prediction, measurement, tolerance and where it is from, verdict. The tolerances of the
    ``loose`` ones are not held: they are of the place where rounding happened to be largest."""
    allowed = check.tolerance
    to_rounding = check.verdict == "holds" and allowed.source == "rounding" and check.relation == "equal"
    unit = 1.0 if math.isnan(check.scale) else check.scale
    predicted, measured = ("0" if abs(v) < LITTLE * unit else _number(v) for v in (check.predicted, check.measured))
    measured = "≈" if to_rounding else "?" if check.broken_assumption == "at_rounding" else measured
    sign = {"equal": "=", "at_most": "≥", "at_least": "≤"}[check.relation]
    source = allowed.source
    if source == "standard_error":
        source = f"{_number(allowed.errors)} errors of {allowed.samples}"
    size = "?" if check.id in loose else _number(allowed.size)
    scale = "" if math.isnan(check.scale) else f"per {_number(check.scale)}"
    at = "" if math.isnan(check.at) else f"at {_number(check.at)}"
    parts = (
        f"{check.id:<26}", predicted, sign, measured, "±", size, f"({source})",
        allowed.order, check.broken_assumption or check.verdict, scale, at,
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def _number(value: float) -> str:
    return "0" if abs(value) < NOTHING else f"{value:.4g}"


def kept(slug: str) -> dict[str, list[str]]:
    """The table as it stands in the file, by setting."""
    found: dict[str, list[str]] = {}
    for line in _file(slug).read_text(encoding="utf-8").splitlines() if _file(slug).exists() else []:
        if line.startswith("## "):
            found[line.removeprefix("## ")] = []
        elif line:
            found[list(found)[-1]].append(line)
    return found


def same(slug: str, setting: str, checks: Iterable[Check], loose: Collection[str] = ()) -> None:
    """The checks say what the file says of that setting."""
    _hold(slug, setting, [reading(check, loose) for check in checks])


def course(slug: str, setting: str, points: Iterable[tuple[float, Iterable[Check]]]) -> None:
    """From where to where along the points each check holds, fails, or waits and for what, is as the file says."""
    stretches: dict[str, list[list]] = {}
    for at, checks in points:
        for check in checks:
            verdict, known = check.broken_assumption or check.verdict, stretches.setdefault(check.id, [])
            if known and known[-1][0] == verdict:
                known[-1][2] = at
            else:
                known.append([verdict, at, at])
    told = {name: ", ".join(f"{v} {a:.4g} to {b:.4g}" for v, a, b in known) for name, known in stretches.items()}
    _hold(slug, setting, [f"{name:<26} {stretch}" for name, stretch in told.items()])


def _hold(slug: str, setting: str, now: list[str]) -> None:
    if os.environ.get("BASIN_READINGS") == "write":
        _write(slug, kept(slug) | {setting: now})
    before = kept(slug)[setting]
    assert len(now) == len(before), "\n".join(now)
    for new, old in zip(now, before, strict=True):
        assert is_alike(new, old), f"{setting}\nnow    {new}\nbefore {old}"


def is_alike(new: str, old: str) -> bool:
    """The same words, and numbers that differ by no more than rounding can do."""
    if NUMBER.sub("#", new) != NUMBER.sub("#", old):
        return False
    pairs = zip(NUMBER.findall(new), NUMBER.findall(old), strict=True)
    return all(a == b or math.isclose(float(a), float(b), rel_tol=NEAR) for a, b in pairs)


def _write(slug: str, found: dict[str, list[str]]) -> None:
    parts = (f"## {setting}\n" + "\n".join(lines) + "\n" for setting, lines in found.items())
    _file(slug).write_text("\n".join(parts), encoding="utf-8")


def _file(slug: str) -> Path:
    return FOLDER / slug / "checks.txt"
