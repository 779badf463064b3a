"""The house rules that a file can break without any page noticing. Each failure names the file."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from ui import catalog

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "core": {"charts", "ui", "pages", "streamlit", "altair", "plotly"},
    "charts": {"ui", "pages", "streamlit"},
    "ui": {"pages"},
}
# Modules of core that train or differentiate may import torch when they are imported; a page without them starts fast.
MAY_IMPORT_TORCH = {"training"}


def imported(tree: ast.AST) -> set[str]:
    """The top-level packages that a module imports anywhere, inside functions as well."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def imported_at_once(tree: ast.AST) -> set[str]:
    """The top-level packages that come in with the module itself: not those inside a function."""
    names, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        names |= imported(node) if isinstance(node, (ast.Import, ast.ImportFrom)) else set()
        waiting.extend(ast.iter_child_nodes(node))
    return names


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_only_look_down(folder):
    found = {path.relative_to(ROOT): imported(parsed(path)) & FORBIDDEN[folder] for path in modules(folder)}
    assert found, f"no modules in {folder}/"
    broken = [f"{path} imports {', '.join(sorted(names))}" for path, names in found.items() if names]
    assert not broken, "\n".join(broken)


def test_torch_is_imported_only_where_it_is_needed():
    everywhere = [ROOT / "app.py", *modules("core", "charts", "ui", "pages")]
    outside = [p for p in everywhere if (ROOT / "core") not in p.parents and "torch" in imported(parsed(p))]
    assert not outside, f"torch belongs in core: {outside}"
    at_once = {p.stem for p in modules("core") if "torch" in imported_at_once(parsed(p))}
    assert at_once == MAY_IMPORT_TORCH


def test_relative_imports_do_not_hide_a_layer():
    relative = [
        path.relative_to(ROOT)
        for path in modules("core", "charts", "ui", "pages")
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(parsed(path)))
    ]
    assert not relative, f"imports are written in full: {relative}"


def test_the_import_reader_sees_what_it_should():
    tree = ast.parse("import a.b\nfrom c.d import e\ndef f():\n    import torch\nif True:\n    from g import h")
    assert imported(tree) == {"a", "c", "g", "torch"}
    assert imported_at_once(tree) == {"a", "c", "g"}


@pytest.mark.parametrize("slug", [concept.slug for concept in catalog.concepts()])
def test_a_concept_has_one_name_in_every_folder(slug):
    places = (
        [f"pages/{slug}.py"],
        [f"core/{slug}.py", f"core/{slug}/__init__.py"],
        [f"charts/{slug}/__init__.py"],
        [f"text/{slug}.toml"],
    )
    missing = [" or ".join(place) for place in places if not any((ROOT / name).exists() for name in place)]
    assert not missing


def test_every_page_and_text_file_is_a_concepts_or_of_all_of_them():
    slugs, of_all = {concept.slug for concept in catalog.concepts()}, {"home", "glossary", "plan"}
    assert {path.stem for path in modules("pages")} == slugs | of_all
    assert {path.stem for path in (ROOT / "text").glob("*.toml")} == slugs | of_all | {"common"}


def committed() -> list[Path]:
    """The files that git knows or would take, and where there is no git, all but what is installed or cached."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    parts = {".venv", ".git", "__pycache__", ".ruff_cache", ".hypothesis"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not parts & set(p.relative_to(ROOT).parts)]


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
