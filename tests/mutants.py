"""Lines changed on purpose: does a test notice? ``python -m tests.mutants`` (``make mutants``).

Of core's checks and of the charts lines are drawn, each changed in one place (a number, a comparison, a sign), and the
tests of its concept run on a copy. The lines that no test noticed are printed, to be judged.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from ui import catalog

ROOT = Path(__file__).parents[1]
SKIPPED = (".git", ".venv", "__pycache__", "node_modules", "out", "bench", "gallery")
PATIENCE = 600  # seconds for the tests of one change
LOOKS = {
    "size", "opacity", "fillOpacity", "strokeOpacity", "strokeWidth", "strokeDash", "fontSize", "fontWeight",
    "dx", "dy", "height", "width", "maxsize", "tickCount", "cornerRadius", "angle", "padding", "labelLimit",
    "limit", "format", "innerRadius", "outerRadius", "offset", "spacing", "columns", "thickness", "zindex",
    "labelFontSize", "point",
}  # fmt: skip
OTHER = {
    ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<", ast.Eq: "!=", ast.NotEq: "==",
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One place of a file written differently."""

    file: str  # from the root
    line: int
    start: int  # bytes from the beginning of the file
    end: int
    by: str

    def apply(self, text: bytes) -> bytes:
        return text[: self.start] + self.by.encode() + text[self.end :]

    def told(self) -> str:
        text = (ROOT / self.file).read_bytes()
        before = text[: self.start].rsplit(b"\n", 1)[-1].decode() + "⟦" + text[self.start : self.end].decode()
        return f"{self.file}:{self.line}: {before.strip()} → {self.by}⟧"


def changes(file: str) -> Iterator[Change]:
    """All places of a file where one could be made."""
    text = (ROOT / file).read_bytes()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(line: int, column: int) -> int:
        return starts[line - 1] + column

    whole = ast.parse(text)
    spared = {id(part) for node in ast.walk(whole) if _is_look(node) for part in ast.walk(node)}
    for node in ast.walk(whole):
        if id(node) in spared:
            continue
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            by = repr(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 0.5)
            yield Change(
                file, node.lineno, place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset), by
            )
        elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
            yield from _between(file, text, node.left, node.right, node.op, place)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OTHER:
            yield from _between(file, text, node.left, node.comparators[0], node.ops[0], place)


def _is_look(node: ast.AST) -> bool:
    """What is how a picture looks, and nothing that it says: sizes, strokes, which of the colours, how much is kept."""
    if isinstance(node, ast.keyword):
        return node.arg in LOOKS
    if isinstance(node, ast.Dict):
        return any(isinstance(key, ast.Constant) and key.value in LOOKS for key in node.keys)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("axis", "legend"):
        return True
    return isinstance(node, ast.Subscript) and "series" in ast.dump(node.value)


def _between(file: str, text: bytes, left: ast.expr, right: ast.expr, op: ast.AST, place) -> Iterator[Change]:
    """The sign between two parts, where it stands alone."""
    start, end = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
    between = text[start:end]
    sign = between.strip(b" ()\n")
    if sign in (b"<", b"<=", b">", b">=", b"==", b"!=", b"+", b"-", b"*", b"/"):
        at = start + between.index(sign)
        yield Change(file, left.end_lineno, at, at + len(sign), OTHER[type(op)])


def drawn(files: Sequence[str], count: int, seed: int) -> list[Change]:
    """So many changes, each of another line."""
    lines: dict[tuple[str, int], list[Change]] = {}
    for file in files:
        for change in changes(file):
            lines.setdefault((file, change.line), []).append(change)
    chance = random.Random(seed)
    return [chance.choice(lines[line]) for line in chance.sample(sorted(lines), min(count, len(lines)))]


def files() -> list[str]:
    """What makes core's checks, and the charts, of every concept."""
    found = [ROOT / "core" / "check.py"]
    for concept in catalog.concepts():
        modules = (ROOT / "core" / concept.slug).glob("*.py")
        found += [path for path in modules if "from core.check import" in path.read_text(encoding="utf-8")]
        found += (ROOT / "charts" / concept.slug).glob("*.py")
    return [str(path.relative_to(ROOT)) for path in sorted(found)]


def suites_of(file: str) -> list[list[str]]:
    """What is run for a change there, one after the other until something is red."""
    slug = Path(file).parent.name
    if slug == "core":
        return [["tests/core/test_check.py"]]
    first = [f"tests/core/{slug}", f"tests/charts/{slug}"]
    return [first[::-1] if file.startswith("charts") else first, ["tests/pages/test_contract.py", "-k", slug]]


def is_noticed(change: Change, there: Path) -> bool:
    """Whether a test is red with it, in the copy ``there``."""
    path = there / change.file
    whole = path.read_bytes()
    try:
        path.write_bytes(change.apply(whole))
        for chosen in suites_of(change.file):
            command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "--no-header", *chosen]
            run = subprocess.run(
                command, cwd=there, env={**os.environ, "PYTHONPATH": str(there)}, capture_output=True, timeout=PATIENCE
            )
            if run.returncode not in (0, 5):
                return True
        return False
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_bytes(whole)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=100)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    chosen, copies = drawn(files(), options.count, options.seed), Queue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.workers) as workers:
        for number in range(options.workers):
            shutil.copytree(ROOT, Path(folder) / str(number), ignore=shutil.ignore_patterns(*SKIPPED))
            copies.put(Path(folder) / str(number))

        def tried(change: Change) -> bool:
            there = copies.get()
            try:
                return is_noticed(change, there)
            finally:
                copies.put(there)

        left = []
        for change, noticed in zip(chosen, workers.map(tried, chosen), strict=True):
            if not noticed:
                left.append(change)
                print(change.told(), flush=True)
    print(f"{len(chosen) - len(left)} of {len(chosen)} changed lines turned a test red")
    return int(len(left) > 0.1 * len(chosen))


if __name__ == "__main__":
    sys.exit(main())
