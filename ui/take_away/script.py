"""The Python that computes what is on screen: the page's calls to ``core`` in their order, and its checks at the end.

As a script and as a notebook. A call that the page made again before it used the first result is left out; numbers that
several calls were given by the same name stand on top.
"""

import builtins
import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass

from ui.evidence.record import Call, Record
from ui.take_away.values import SHIFT, Values, broken

TAKEN = {"core", "np", "check", "checks", "finish", *dir(builtins), *keyword.kwlist}
REPORT = """for check in checks:
    print(f"{check.id:28}{check.measured:>24.15g}{check.predicted:>24.15g}  {check.verdict}")"""

FIND = """import sys
from pathlib import Path

BASIN = Path()  # {where}
folder = next((at for at in (BASIN.resolve(), *BASIN.resolve().parents) if (at / "core" / "check.py").exists()), None)
if folder is None:
    raise FileNotFoundError({missing})
sys.path.insert(0, str(folder))"""


@dataclass(frozen=True)
class Source:
    """A script in the pieces that a notebook's cells are."""

    imports: str
    settings: str
    calls: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(cell for cell in (self.imports, self.settings, *self.calls, REPORT) if cell)


def source(record: Record, front: str) -> Source:
    """The source of a run; ``front`` is the concept's module in ``core``."""
    calls = _each_once(record.calls)
    while True:
        values = Values(front, _shared(calls))
        lines, unused = _lines(calls, record, values)
        kept = [call for place, call in enumerate(calls) if place not in unused or not _comes_again(calls, place)]
        if len(kept) == len(calls):
            break
        calls = kept
    imports = [f"import {module}" for module in sorted(values.modules)]
    if any("np." in line for line in lines):
        imports = ["import numpy as np", "", *imports]
    if any(call.is_long for call in calls):
        imports.append("from core.progress import finish")
    settings = "\n".join(f"{name} = {values.write(value)}" for name, value in values.shared.items())
    return Source("\n".join(imports), settings, tuple(lines))


def _lines(calls: Sequence[Call], record: Record, values: Values) -> tuple[list[str], set[int]]:
    """A line for each call and one for the checks, and the places of the calls whose results none of them uses."""
    taken, lines, variables = TAKEN | set(values.shared), [], []
    for call in calls:
        shift = SHIFT if call.is_long else ""
        written = values.call(call.function, call.args, call.kwargs, shift)
        variable = "checks" if call.result is record.checks else _free(_named(call), taken)
        whole = broken("finish", [written], "") if call.is_long else written
        lines.append(f"{variable} = {whole}")
        variables.append(variable)
        values.name(variable, call.result)
    ending = _gathered(record, values, calls)
    if ending != "checks":
        lines.append(f"checks = {ending}")
    return lines, {place for place, variable in enumerate(variables) if variable not in values.used}


def _gathered(record: Record, values: Values, calls: Sequence[Call]) -> str:
    """The page's checks: a result, a part of one, or several results one after another."""
    if id(record.checks) in values.names or not record.checks:
        return values.write(record.checks)
    results = [call.result for call in calls if isinstance(call.result, tuple) and call.result]
    parts, rest = [], record.checks
    while rest:
        found = next((result for result in results if _begins(rest, result)), None)
        if found is None:
            raise TypeError(f"the check {rest[0].id} comes from no call that the page has recorded")
        parts.append(f"*{values.write(found)}")
        rest = rest[len(found) :]
    return f"({', '.join(parts)})"


def _begins(whole: tuple, first: tuple) -> bool:
    return len(whole) >= len(first) and all(one is other for one, other in zip(whole, first, strict=False))


def _each_once(calls: Sequence[Call]) -> list[Call]:
    """Without the calls that gave, from the cache, what an earlier call had given."""
    known: set[int] = set()
    return [call for call in calls if not (id(call.result) in known or known.add(id(call.result)))]


def _comes_again(calls: Sequence[Call], place: int) -> bool:
    return any(call.function == calls[place].function for call in calls[place + 1 :])


def _shared(calls: Sequence[Call]) -> dict[str, float | int]:
    """The numbers that several calls were given by the same name, and never another by it."""
    given: dict[str, list] = {}
    for call in calls:
        for name, value in call.kwargs.items():
            given.setdefault(name, []).append(value)
    plain = {name: values for name, values in given.items() if all(type(value) in (int, float) for value in values)}
    return {name: values[0] for name, values in plain.items() if len(values) > 1 and len(set(map(repr, values))) == 1}


def _named(call: Call) -> str:
    """What a result is called: after its kind, or after the function where that is not one of ours."""
    kind = type(call.result)
    name = kind.__name__ if is_dataclass(kind) else call.function.__name__
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken; from now on it is."""
    number = 1
    while (free := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    taken.add(free)
    return free


def script(heading: Sequence[str], found: Source) -> str:
    """One file. The heading is comments, each in one line: whatever stands in it, none of it is ever run."""
    top = "\n".join(f"# {_printable(line)}" for line in heading)
    parts = (top, found.imports, found.settings, "\n".join(found.calls), REPORT)
    return "\n\n".join(part for part in parts if part) + "\n"


def finder(where: str, missing: str) -> str:
    """The notebook's first cell, which finds Basin in its own folder or one above it: a notebook is opened anywhere.
    ``where`` says what to write where it is elsewhere, ``missing`` what is said where it is not found."""
    return FIND.format(where=_printable(where), missing=json.dumps(missing, ensure_ascii=False))


def notebook(heading: str, first: str, found: Source) -> str:
    """The same as a Jupyter notebook (nbformat 4.5), under the heading in Markdown and after a ``first`` cell."""
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{"cell_type": "markdown", "metadata": {}, "id": "heading", "source": heading}]
    cells += [{**code, "id": f"cell-{number}", "source": cell} for number, cell in enumerate((first, *found.cells), 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _printable(text: str) -> str:
    """In one line, and of nothing but what can be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
