"""The house rules that a file can break without any page noticing. Each failure names the file.

layers      pages → ui, charts, core;  ui → charts, core;  charts → core;  core → nothing of ours
concepts    one slug in every layer: a package of core, of charts and of both their tests, a page, a text file
doors       ``core.<slug>`` is entered through its ``__init__`` alone, which names what it offers and no more; the
            modules of ``charts.<slug>`` belong to the page of that slug
sideways    no concept imports another, but where SIDEWAYS says so
circles     none, neither among modules nor among the rooms that they are in
rooms       nobody has to scroll: about thirty entries in a folder, the concepts of a layer not counted
"""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ui import catalog

ROOT = Path(__file__).parent.parent
SLUGS = tuple(concept.slug for concept in catalog.concepts())
FORBIDDEN = {
    "core": {"charts", "ui", "pages", "streamlit", "altair", "plotly"},
    "charts": {"ui", "pages", "streamlit"},
    "ui": {"pages"},
}
OURS = ("core", "charts", "ui", "pages")
# (importer, imported), slugs: a concept that asks another at its front door. What two need belongs in a shared room:
# core.formulas, networks, data, linear_algebra, surfaces.
SIDEWAYS: set[tuple[str, str]] = set()
# Modules of core that train or differentiate may import torch when they are imported; a page without them starts fast.
MAY_IMPORT_TORCH = {"core.networks.training"}
MOST_ENTRIES, MOST_SHARED = 30, 12  # in a folder; beside the concepts at the top of a layer
LAYERS = {"core", "charts", "pages", "text", "tests/core", "tests/charts", "tests/browser/concepts"}


@dataclass(frozen=True)
class House:
    """A tree of files with the slugs of its concepts: ours, or a scratch one that breaks a rule."""

    root: Path
    slugs: tuple[str, ...]

    def files(self, *folders: str) -> list[str]:
        found = (path.relative_to(self.root) for folder in folders for path in (self.root / folder).rglob("*.py"))
        return sorted(path.as_posix() for path in found if "__pycache__" not in path.parts)

    def tree(self, file: str) -> ast.AST:
        return ast.parse((self.root / file).read_text(encoding="utf-8"), file)

    def modules(self, *folders: str) -> dict[str, str]:
        """Files by the names that they are imported by."""
        return {named(file): file for file in self.files(*folders)}

    def concept(self, module: str) -> str | None:
        """The slug in whose package, or on whose page, a module is."""
        parts = module.split(".")
        return parts[1] if len(parts) > 1 and parts[0] in OURS and parts[1] in self.slugs else None

    def offered(self, package: str) -> set[str]:
        """The names that a front door binds: with one of them a function is meant, not the module called the same."""
        file = f"{package.replace('.', '/')}/__init__.py"
        body = self.tree(file).body if (self.root / file).exists() else ()
        return {a.asname or a.name for node in body if isinstance(node, ast.ImportFrom) for a in node.names}

    def imports(self, file: str, known: Mapping[str, str]) -> set[str]:
        """What a file imports; where it says ``from package import module``, the module."""
        found = set()
        for module, name in imported(self.tree(file)):
            full = f"{module}.{name}"
            found.add(full if name and full in known and name not in self.offered(module) else module)
        return found


HOUSE = House(ROOT, SLUGS)


def named(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def room(module: str) -> str:
    """What holds a module: the package of a concept, a shared room, or itself at the top of a layer."""
    return ".".join(module.split(".")[:2])


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What a module imports anywhere, inside functions as well: modules, and names of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def tops(tree: ast.AST) -> set[str]:
    """The top-level packages among them."""
    return {module.split(".")[0] for module, _ in imported(tree)}


def at_the_top(tree: ast.AST) -> set[str]:
    """The top-level packages that come in with the module itself: not those inside a function."""
    names, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= tops(node)
        waiting.extend(ast.iter_child_nodes(node))
    return names


# The rules: each says what breaks it, line by line, and nothing where it is kept.


def looks_up(house: House) -> list[str]:
    broken = []
    for folder, forbidden in FORBIDDEN.items():
        for file in house.files(folder):
            found = tops(house.tree(file)) & forbidden
            broken += [f"{file} imports {', '.join(sorted(found))}"] if found else []
    return broken


def past_a_front_door(house: House) -> list[str]:
    """``core.<slug>.<module>`` from elsewhere; of charts, from anything but the slug's own page and its pictures."""
    known, broken = house.modules(*OURS, "tests", "bench", "gallery", "hosting"), []
    for module, file in known.items():
        for name in sorted(house.imports(file, known)):
            slug = house.concept(name)
            if slug is None or name.count(".") < 2:
                continue
            layer = name.split(".")[0]
            homes = {"core": ("core", "tests/core"), "charts": ("charts", "tests/charts")}.get(layer, ())
            at_home = any(file.startswith(f"{home}/{slug}/") for home in homes)
            if not at_home and not (layer == "charts" and module == f"pages.{slug}"):
                broken.append(f"{file} imports {name}: {layer}.{slug} has a front door")
    return broken


def offered_to_nobody(house: House) -> list[str]:
    """Names of a front door that nothing outside the package asks for: only what is listed in ``__all__`` counts."""
    known, asked = house.modules(*OURS, "tests", "bench", "gallery", "hosting"), set()
    for file in known.values():
        tree, source = house.tree(file), (house.root / file).read_text(encoding="utf-8")
        own = re.match(r"(?:tests/)?core/(\w+)/", file)
        for slug in house.slugs:
            if own and own[1] == slug:
                continue
            if f"core.{slug}" in source or re.search(rf"from core import .*\b{slug}\b", source):
                words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
                words |= {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
                asked |= {(slug, word) for word in words}
    broken = []
    for slug in house.slugs:
        file = f"core/{slug}/__init__.py"
        for node in house.tree(file).body if (house.root / file).exists() else ():
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                idle = [name for name in ast.literal_eval(node.value) if (slug, name) not in asked]
                broken += [f"{file} offers {', '.join(idle)}, which nobody asks for"] if idle else []
    return broken


def sideways(house: House, allowed: set[tuple[str, str]]) -> list[str]:
    known, broken = house.modules(*OURS), []
    for module, file in known.items():
        own = house.concept(module)
        for other in {house.concept(name) for name in house.imports(file, known)} - {own, None}:
            if module.startswith("ui."):
                broken.append(f"{file} imports the concept {other}: what surrounds every page knows none")
            elif own is None or (own, other) not in allowed:
                broken.append(f"{file} imports {other}: what two concepts need belongs in a shared room")
    return broken


def circles(house: House) -> list[str]:
    """Among modules, and among the rooms that hold them. A package's own modules do not count as asking at its door."""
    known = house.modules(*OURS)
    graph = {m: house.imports(file, known) & known.keys() - {m} for m, file in known.items()}
    rooms: dict[str, set[str]] = {}
    for module, others in graph.items():
        rooms.setdefault(room(module), set()).update({room(other) for other in others} - {room(module)})
    return [f"in a circle: {' → '.join(circle)}" for each in (graph, rooms) for circle in _circles(each)]


def _circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """One circle of each knot of the graph, from its first module back to it."""
    left, found = _knotted(graph), []
    while left:
        path = [min(left)]
        while (following := min(left[path[-1]] & left.keys())) not in path:
            path.append(following)
        circle = path[path.index(following) :]
        first = circle.index(min(circle))
        found.append([*circle[first:], *circle[: first + 1]])
        left = _knotted({name: others for name, others in left.items() if name not in circle})
    return found


def _knotted(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Without whatever leads to no circle."""
    left = dict(graph)
    while loose := [name for name, others in left.items() if not others & left.keys()]:
        for name in loose:
            del left[name]
    return left


def not_in_every_layer(house: House) -> list[str]:
    files = set(house.files("core", "charts", "pages", "tests"))
    texts = {path.stem for path in (house.root / "text").glob("*.toml")}
    broken = []
    for slug in house.slugs:
        wanted = (f"core/{slug}/__init__.py", f"charts/{slug}/__init__.py", f"pages/{slug}.py")
        broken += [f"{file} is missing" for file in wanted if file not in files]
        broken += [] if slug in texts else [f"text/{slug}.toml is missing"]
        for folder in (f"tests/core/{slug}", f"tests/charts/{slug}"):
            has = any(re.fullmatch(rf"{folder}/test_\w+\.py", file) for file in files)
            broken += [] if has else [f"{folder}/ has no tests"]
    return broken


def too_full(house: House, files: list[str]) -> list[str]:
    """Folders in which one would have to scroll."""
    entries = {tuple(Path(file).parts[: n + 1]) for file in files for n in range(len(Path(file).parts))}
    inside = Counter("/".join(entry[:-1]) for entry in entries)
    own = Counter("/".join(entry[:-1]) for entry in entries if re.sub(r"^test_|\.\w+$", "", entry[-1]) in house.slugs)
    broken = []
    for folder, count in sorted(inside.items()):
        is_layer = folder in LAYERS
        shared, most = (count - own[folder], MOST_SHARED) if is_layer else (count, MOST_ENTRIES)
        if shared > most:
            broken.append(f"{folder or 'the root'} has {shared} entries{' beside the concepts' if is_layer else ''}")
    return broken


# Ours keeps them.


def committed() -> list[Path]:
    """The files that git knows or would take, and where there is no git, all but what is installed or cached."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    parts = {".venv", ".git", "__pycache__", ".ruff_cache", ".hypothesis"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not parts & set(p.relative_to(ROOT).parts)]


def said(broken: list[str]) -> str:
    return "\n" + "\n".join(broken)


def test_imports_only_look_down():
    assert all(HOUSE.files(folder) for folder in FORBIDDEN)
    assert not (broken := looks_up(HOUSE)), said(broken)


def test_nobody_goes_past_a_front_door():
    assert not (broken := past_a_front_door(HOUSE)), said(broken)


def test_a_front_door_offers_what_somebody_asks_for():
    assert not (broken := offered_to_nobody(HOUSE)), said(broken)


def test_no_concept_imports_another():
    assert not (broken := sideways(HOUSE, SIDEWAYS)), said(broken)
    assert {slug for pair in SIDEWAYS for slug in pair} <= set(SLUGS)


def test_no_imports_go_round_in_circles():
    assert not (broken := circles(HOUSE)), said(broken)


def test_a_concept_is_in_every_layer():
    assert not (broken := not_in_every_layer(HOUSE)), said(broken)


def test_nobody_has_to_scroll():
    broken = too_full(HOUSE, [path.relative_to(ROOT).as_posix() for path in committed()])
    assert not broken, said(broken)


def test_torch_is_imported_only_where_it_is_needed():
    everywhere = ["app.py", *HOUSE.files(*OURS)]
    brings = [file for file in everywhere if "torch" in tops(HOUSE.tree(file))]
    assert not (broken := [file for file in brings if not file.startswith("core/")]), f"torch belongs in core: {broken}"
    assert {named(file) for file in brings if "torch" in at_the_top(HOUSE.tree(file))} == MAY_IMPORT_TORCH


def test_relative_imports_do_not_hide_a_layer():
    relative = [
        file
        for file in HOUSE.files(*OURS)
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(HOUSE.tree(file)))
    ]
    assert not relative, f"imports are written in full: {relative}"


def test_every_page_and_text_file_is_a_concepts_or_of_all_of_them():
    of_all = {"home", "glossary", "plan"}
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {*SLUGS, *of_all}
    assert {path.stem for path in (ROOT / "text").glob("*.toml")} == {*SLUGS, *of_all, "common"}


# Each rule can be broken, and then names the file.

SOUND = {
    "core/check.py": "",
    "core/formulas/__init__.py": "",
    "core/formulas/jets.py": "from core.check import Check",
    "core/a/__init__.py": "from core.a.run import run\n\n__all__ = ['run']",
    "core/a/run.py": "from core.formulas.jets import jet",
    "core/b/__init__.py": "",
    "charts/common.py": "",
    "charts/a/__init__.py": "from charts.common import Picture\nfrom core.a import run",
    "charts/a/words.py": "from charts.a import curve",
    "charts/b/__init__.py": "",
    "ui/page/__init__.py": "",
    "ui/page/frame.py": "from charts.common import Picture",
    "pages/a.py": "from charts.a import words\nfrom ui.page import frame",
    "pages/b.py": "",
    "text/a.toml": "",
    "text/b.toml": "",
    **{f"tests/{layer}/{slug}/test_it.py": "" for layer in ("core", "charts") for slug in "ab"},
}
RULES = {
    "up": looks_up,
    "door": past_a_front_door,
    "idle": offered_to_nobody,
    "sideways": lambda house: sideways(house, {("b", "a")} if (house.root / "allowed").exists() else set()),
    "circle": circles,
    "layer": not_in_every_layer,
    "full": lambda house: too_full(house, [p.relative_to(house.root).as_posix() for p in house.root.rglob("*.*")]),
}
BREAKS = [
    ("up", {"core/a/run.py": "from charts.common import Picture"}, "core/a/run.py imports charts"),
    ("up", {"core/a/run.py": "def f():\n    import streamlit as st"}, "core/a/run.py imports streamlit"),
    ("up", {"charts/b/__init__.py": "import ui.page.frame"}, "charts/b/__init__.py imports ui"),
    ("door", {"pages/a.py": "from core.a.run import run"}, "pages/a.py imports core.a.run"),
    ("door", {"pages/a.py": "from core.a import run, hidden", "core/a/hidden.py": ""}, "imports core.a.hidden"),
    ("door", {"pages/b.py": "from charts.a import words"}, "pages/b.py imports charts.a.words"),
    ("door", {"tests/core/b/test_it.py": "def f():\n    import core.a.run"}, "b/test_it.py imports core.a.run"),
    ("idle", {"core/a/__init__.py": "from core.a.run import run, walk\n\n__all__ = ['run', 'walk']"}, "offers walk"),
    ("sideways", {"core/b/__init__.py": "from core.a import run"}, "core/b/__init__.py imports a"),
    ("sideways", {"charts/b/__init__.py": "from core.a import run"}, "charts/b/__init__.py imports a"),
    ("sideways", {"core/formulas/jets.py": "from core.a import run"}, "core/formulas/jets.py imports a"),
    ("sideways", {"ui/page/frame.py": "from core.a import run"}, "ui/page/frame.py imports the concept a"),
    ("circle", {"core/a/run.py": "import core.a.walk", "core/a/walk.py": "import core.a.run"}, "core.a.run → core.a.w"),
    ("circle", {"core/a/run.py": "from core.a import run"}, "core.a → core.a.run → core.a"),
    (
        "circle",
        {
            "ui/page/frame.py": "from ui.lecture import plan",
            "ui/lecture/plan.py": "from ui.page.shell import guess",
            "ui/page/shell.py": "",
        },
        "ui.lecture → ui.page → ui.lecture",
    ),
    ("layer", {"charts/b/__init__.py": None}, "charts/b/__init__.py is missing"),
    ("layer", {"text/b.toml": None}, "text/b.toml is missing"),
    ("layer", {"tests/core/b/test_it.py": None}, "tests/core/b/ has no tests"),
    ("full", {f"core/a/part_{n}.py": "" for n in range(MOST_ENTRIES)}, f"core/a has {MOST_ENTRIES + 2} entries"),
    ("full", {f"core/part_{n}.py": "" for n in range(MOST_SHARED)}, "core has 14 entries beside the concepts"),
]  # fmt: skip


def built(folder: Path, files: Mapping[str, str | None]) -> House:
    for name, text in files.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return House(folder, ("a", "b"))


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_house_breaks_no_rule(rule, tmp_path):
    assert RULES[rule](built(tmp_path, SOUND)) == []


@pytest.mark.parametrize(("rule", "changes", "said"), BREAKS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_can_be_broken_and_names_the_file(rule, changes, said, tmp_path):
    broken = RULES[rule](built(tmp_path, {**SOUND, **changes}))
    assert len(broken) == 1 and said in broken[0], broken


def test_a_door_that_is_named_may_be_used(tmp_path):
    house = built(tmp_path, {**SOUND, "core/b/__init__.py": "from core.a import run", "allowed": ""})
    assert RULES["sideways"](house) == []


def test_the_import_reader_sees_what_it_should():
    tree = ast.parse("import a.b\nfrom c.d import e\ndef f():\n    import torch\nif True:\n    from g import h")
    assert set(imported(tree)) == {("a.b", ""), ("c.d", "e"), ("g", "h"), ("torch", "")}
    assert tops(tree) == {"a", "c", "g", "torch"}
    assert at_the_top(tree) == {"a", "c", "g"}


def test_nothing_names_a_package_registry_or_a_path_of_one_machine():
    """What to install is ours to say; where from is the business of the machine's own configuration."""
    options = "|".join(f"--{option}" for option in ("(?:extra-)?index", "find", "trusted")) + "-(?:url|links|host)"
    places = r"(?:^|[\s\"'(=])" + "/" + "(?:root|home|opt|work|tmp)" + "/"
    hosts = r"//[\w.]*(?:pypi|pytorch|pythonhosted)\.org"
    pattern = re.compile("|".join((options, places, hosts)))
    broken = []
    for path in committed():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        broken += [
            f"{path.relative_to(ROOT)}:{n}: {line.strip()[:80]}"
            for n, line in enumerate(lines, 1)
            if pattern.search(line)
        ]
    assert not broken, "\n".join(broken)


def test_runtime_requirements_are_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        loose = [
            line for line in lines if line and not line.startswith("-r ") and not re.fullmatch(r"[\w.-]+==[\w.]+", line)
        ]
        assert not loose, f"{name}: {loose}"
