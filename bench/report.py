"""The table of a whole run: for people in RESULTS.md, for programs in results.json, with what it was measured on."""

import json
import os
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench import neural_tangents
from bench.row import Row

HERE = Path(__file__).parent
PACKAGES = ("streamlit", "altair", "numpy", "scipy", "scikit-learn", "torch")
MARKS = {True: "✓", False: "✗", None: ""}


def machine() -> dict[str, str]:
    """What the figures were measured on. A busy machine is no measure: its load stands beside them."""
    load = " ".join(f"{share:.1f}" for share in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "load before": load,
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def markdown(parts: Mapping[str, Sequence[Row]], about: Mapping[str, str], command: str, date: str) -> str:
    """One table for each part."""
    lines = ["# Results", "", f"`{command}`, {date}. Ratios are of one run: seconds depend on the machine.", ""]
    lines += ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in about.items()), ""]
    for name, rows in parts.items():
        lines += [f"## {name}", "", "| | what | measured | bar |", "| --- | --- | --- | --- |"]
        lines += [f"| {MARKS[r.clears]} | {r.what} | {r.measured:.4g} {r.unit} | {_bar(r)} |" for r in rows]
        lines.append("")
    missed = [row for rows in parts.values() for row in rows if row.clears is False]
    lines += ["## What misses its bar, and why", ""] if missed else ["Every bar cleared.", ""]
    lines += [f"- {r.what}: {r.measured:.4g} {r.unit}, bar {_bar(r)}. {_reason(r)}" for r in missed]
    lines += [""] if missed else []
    return "\n".join([*lines, "## Recorded apart", "", "```", neural_tangents.__doc__.strip(), "```", ""])


def _reason(row: Row) -> str:
    """What ``reasons.toml`` says of it; a bar that is missed for the first time has none yet."""
    known = tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))
    return next((why for what, why in known.items() if what in row.what), "Not looked into yet.")


def _bar(row: Row) -> str:
    return "" if row.bar is None else f"{'≥' if row.better == 'more' else '≤'} {row.bar:g}"


def with_known(parts: Mapping[str, Sequence[Row]], command: str, folder: Path = HERE) -> tuple[dict, dict, str]:
    """Parts that were measured apart, among those of the last whole run; what that was measured on; both commands."""
    known = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    names = {field.name for field in fields(Row)}
    rows = {
        name: [Row(**{key: value for key, value in row.items() if key in names}) for row in some]
        for name, some in known["rows"].items()
    }
    apart = f"; {command}, {datetime.now(UTC).date().isoformat()}"
    return {**rows, **parts}, known["machine"], known["command"].replace(apart, "") + apart


def write(
    parts: Mapping[str, Sequence[Row]], about: Mapping[str, str], command: str, *, folder: Path = HERE
) -> tuple[Path, Path]:
    """Write both files; ``about`` is what ``machine()`` said before the run."""
    date = datetime.now(UTC).date().isoformat()
    readable, data = folder / "RESULTS.md", folder / "results.json"
    readable.write_text(markdown(parts, about, command, date), encoding="utf-8")
    found = {name: [{**asdict(row), "clears": row.clears} for row in rows] for name, rows in parts.items()}
    whole = {"command": command, "date": date, "machine": dict(about), "rows": found}
    data.write_text(json.dumps(whole, ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")
    return readable, data
