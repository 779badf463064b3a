"""``python -m scaffold NAME`` (``make concept NAME=<slug>``): a new concept's files, whole and passing.

What is written is ``scaffold/halving`` under another name, to be changed from there: its text file, a package of core,
one of charts, the tests of both, and the page. Navigation, contents, contract and browser tests find it by themselves;
the tables of the readmes are written anew.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ui import catalog
from ui.contents import readme

ROOT = Path(__file__).parent.parent
TEMPLATE = Path(__file__).parent / "halving"
PLACES = {  # in the template -> in the tree
    "text.toml": "text/{slug}.toml",
    "core": "core/{slug}",
    "charts": "charts/{slug}",
    "page.py": "pages/{slug}.py",
    "tests_core": "tests/core/{slug}",
    "tests_charts": "tests/charts/{slug}",
}
# What is replaced in the card, beside the slug everywhere.
TITLE, SECTION, ORDER = 'title = { en = "Halving", zh = "对半分" }', 'section = "optimisation"', "order = 0"
MOST_LETTERS = 22  # of a title in the navigation


def files(slug: str, *, title: str, title_zh: str, section: str, root: Path = ROOT) -> dict[Path, str]:
    """The new concept's files and what is in them. ``ValueError`` where that name will not do."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", slug) or len(slug) > 40:
        raise ValueError(f"a name is made of small letters, digits and single underscores, got {slug!r}")
    if len(title) > MOST_LETTERS:
        raise ValueError(f"a title has at most {MOST_LETTERS} letters, got {len(title)}: {title!r}")
    if section not in catalog.SECTIONS:
        raise ValueError(f"the section must be one of {', '.join(catalog.SECTIONS)}; got {section!r}")
    last = max((concept.order for concept in catalog.concepts() if concept.section == section), default=0)
    put = {TITLE: f'title = {{ en = "{title}", zh = "{title_zh}" }}', SECTION: f'section = "{section}"'}
    put |= {ORDER: f"order = {last + 1}", "halving": slug}
    made = {}
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        top, *below = source.relative_to(TEMPLATE).parts
        place = root.joinpath(PLACES[top].format(slug=slug), *below)
        if place.exists():
            raise ValueError(f"{place.relative_to(root)} is there already")
        made[place] = filled(source.read_text(encoding="utf-8"), put)
    return made


def filled(text: str, put: Mapping[str, str]) -> str:
    """The template's words replaced in one go: what is put in is not looked through again."""
    pattern = "|".join(re.escape(word) for word in sorted(put, key=len, reverse=True))
    return re.sub(pattern, lambda match: put[match[0]], text)


NEXT = """
Its own tests: .venv/bin/python -m pytest tests/core/{slug} tests/charts/{slug}    (seconds)
All about it:  .venv/bin/python -m pytest -k {slug}    (minutes: a server and a browser are started)
It opens at:   /{slug} of make develop
Change first:  core/{slug}/ and its checks, tests/core/{slug}/; then charts/{slug}/, text/{slug}.toml, pages/{slug}.py
Until then they are about halving a number: claim, question, icon, references, experiments and docstrings."""


def write(made: Mapping[Path, str]) -> None:
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m scaffold", description=__doc__.splitlines()[0])
    asked.add_argument("slug", help="small letters and underscores; the same name in every layer")
    asked.add_argument("--title", help="in the navigation, at most 22 letters; otherwise made from the name")
    asked.add_argument("--title-zh", help="the Chinese title; otherwise the English one")
    asked.add_argument("--section", default="optimisation", help=f"one of {', '.join(catalog.SECTIONS)}")
    given = asked.parse_args()
    title = given.title or given.slug.replace("_", " ").capitalize()
    try:
        made = files(given.slug, title=title, title_zh=given.title_zh or title, section=given.section)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    write(made)
    tidy = [sys.executable, "-m", "ruff", "check", "--quiet", "--fix", "--select", "I", *map(str, made)]
    subprocess.run([part for part in tidy if not part.endswith(".toml")], check=True)  # imports go by their names
    catalog.concepts.cache_clear()
    readme.write()
    print(*(path.relative_to(ROOT) for path in made), sep="\n")
    print(NEXT.format(slug=given.slug))
    if not given.title_zh:
        print("Its Chinese title is still the English one: title.zh in the text file, or --title-zh.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
