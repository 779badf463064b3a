"""Lines changed on purpose: does a test notice? ``python -m tests.mutants`` (``make mutants``).

Of core's checks and of the charts lines are drawn, each changed in one place (a number, a comparison, a sign), and the
tests of its concept run on a copy. The lines that no test noticed are printed, to be judged.

Not drawn is what a person sees no number in (``_is_look``): how large or thick a mark is, its dashes, where a text
stands in pixels, how many ticks an axis has, which of a theme's colours, how many specifications a cache keeps; nor are
guards at the ends of floats (``_is_limit``).

The libraries, and for the charts' changes core, are loaded once, and each change is tried in a fork of that process:
loading takes longer than the tests of most changes. The test files that hold most numbers run first, then those that
speak of the changed module, those of many seeds last.
"""

import argparse
import ast
import importlib
import multiprocessing
import os
import random
import resource
import shutil
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
PATIENCE = 600  # seconds of the processor for the tests of one change: on a busy machine no clock is to tell
LIBRARIES = (
    "altair", "beartype", "contourpy", "hypothesis", "jaxtyping", "jsonschema", "mpmath", "numpy", "pandas",
    "psutil", "pyarrow", "pytest", "scipy.linalg", "scipy.optimize", "scipy.special",
    "scipy.stats", "sklearn.linear_model", "sklearn.svm", "streamlit", "streamlit.testing.v1", "sympy", "threadpoolctl",
    "torch", "PIL.Image", "plotly.graph_objects",
)  # fmt: skip
OURS = ("charts", "core", "pages", "tests", "ui")
SHARP = (
    "test_tables.py",
    "test_words.py",
    "test_readings.py",
    "test_guards.py",
)  # hold most numbers, in the least time
PIXELS = ("Axis", "Legend", "XValue", "X2Value", "YValue", "Y2Value", "axis", "legend")  # channels that hold no number
LIMITS = 1e-20, 1e20
LOOKS = {
    "size", "opacity", "fillOpacity", "strokeOpacity", "strokeWidth", "strokeDash", "fontSize", "fontWeight",
    "dx", "dy", "height", "width", "maxsize", "tickCount", "cornerRadius", "angle", "padding", "labelLimit",
    "limit", "format", "innerRadius", "outerRadius", "offset", "spacing", "columns", "thickness", "zindex",
    "labelFontSize", "point", "range", "symbolSize", "symbolStrokeWidth", "symbolOpacity",
    "across",  # columns of a legend
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
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and not _is_limit(node.value):
            by = repr(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 0.5)
            yield Change(
                file, node.lineno, place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset), by
            )
        elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
            yield from _between(file, text, node.left, node.right, node.op, place)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OTHER:
            yield from _between(file, text, node.left, node.comparators[0], node.ops[0], place)


def _is_look(node: ast.AST) -> bool:
    """What is how a picture looks, and nothing that it says: sizes, strokes, which of the colours, how much is kept.

    ``range`` is by which colours and dashes the entries of a legend are told apart. What is multiplied by a theme's
    scale is the size of a mark or of a letter, larger in the lecture hall.
    """
    if isinstance(node, ast.keyword):
        return node.arg in LOOKS
    if isinstance(node, ast.Dict):
        return any(isinstance(key, ast.Constant) and key.value in LOOKS for key in node.keys)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in PIXELS
    if isinstance(node, ast.Assign):
        return any(isinstance(name, ast.Name) and name.id.lower().startswith("dash") for name in node.targets)
    if isinstance(node, ast.BinOp):
        return any(_is_scale(part) for part in (node.left, node.right))
    return isinstance(node, ast.Subscript) and "series" in ast.dump(node.value)


def _is_limit(value: float) -> bool:
    """A number where floats end, and no quantity: half as much again changes nothing that could be computed."""
    return value != 0 and not LIMITS[0] < abs(value) < LIMITS[1]


def _is_scale(node: ast.AST) -> bool:
    """``theme.scale``, or a power of it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        node = node.left
    return isinstance(node, ast.Attribute) and node.attr == "scale" and ast.unparse(node.value) == "theme"


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
    order = ("charts", "core") if file.startswith("charts") else ("core", "charts")
    first = [path for layer in order for path in sorted((ROOT / "tests" / layer / slug).glob("test_*.py"))]
    spoken = {path: _speaks_of(path, file) for path in first}
    first.sort(key=lambda path: (path.name not in SHARP, "false_alarms" in path.name, not spoken[path]))
    return [[str(path.relative_to(ROOT)) for path in first], ["tests/pages/test_contract.py", "-k", slug]]


def _speaks_of(tests: Path, file: str) -> bool:
    """Whether a test file imports that module, or a public name that is defined there."""
    text, module = tests.read_text(encoding="utf-8"), Path(file)
    defined = ast.parse((ROOT / file).read_bytes()).body
    names = [node.name for node in defined if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return module.stem in text or any(name in text for name in names if not name.startswith("_"))


def warm() -> None:
    """Load the libraries."""
    for name in LIBRARIES:
        importlib.import_module(name)


def warm_core() -> None:
    """Load core, with its signatures checked as in the tests: to them a class that is read twice is two."""
    from tests import shapes

    _forget("core")
    before = list(sys.meta_path)
    shapes.install()
    for path in sorted((ROOT / "core").rglob("*.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    sys.meta_path[:] = before


def _forget(*packages: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


def _noticing(file: str, there: str, suites: list[list[str]]) -> None:
    """In a process of its own: run the tests of the copy, and end with 1 if one is red."""
    import pytest
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    sys.dont_write_bytecode = True  # the next change of this file may have its size and its second
    os.chdir(there)
    os.environ["PYTHONPATH"] = there  # of the processes that tests start
    sys.path[:] = [there, *(path for path in sys.path if Path(path or ".").resolve() != ROOT)]
    _forget(*(OURS if file.startswith("core") else (name for name in OURS if name != "core")))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1), os.dup2(silence, 2)
    for chosen in suites:
        if pytest.main(["-q", "-x", "-n", "0", "--no-header", "--rootdir", there, *chosen]) not in (0, 5):
            os._exit(1)
    os._exit(0)


def is_noticed(change: Change, there: Path) -> bool:
    """Whether a test is red with it, or never ends, in the copy ``there``."""
    path = there / change.file
    whole = path.read_bytes()
    try:
        path.write_bytes(change.apply(whole))
        told = (change.file, str(there), suites_of(change.file))
        run = multiprocessing.get_context("fork").Process(target=_noticing, args=told)
        run.start()
        run.join()
        return run.exitcode != 0
    finally:
        path.write_bytes(whole)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=100)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    chosen, copies = drawn(files(), options.count, options.seed), Queue()
    chosen.sort(key=lambda change: not change.file.startswith("core"))  # the charts' when core may be loaded
    of_core = sum(change.file.startswith("core") for change in chosen)
    warm()
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
        for some, wants_core in ((chosen[:of_core], False), (chosen[of_core:], True)):
            if wants_core:
                warm_core()
            for change, noticed in zip(some, workers.map(tried, some), strict=True):
                if not noticed:
                    left.append(change)
                    print(f"{chosen.index(change) + 1} of {len(chosen)}: {change.told()}", flush=True)
    print(f"{len(chosen) - len(left)} of {len(chosen)} changed lines turned a test red")
    return int(len(left) > 0.1 * len(chosen))


if __name__ == "__main__":
    sys.exit(main())
