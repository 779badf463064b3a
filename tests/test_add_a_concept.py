"""README's steps: ``make concept`` writes a concept that appears everywhere and passes, with no other edit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scaffold.__main__ as concept
from ui import catalog

ROOT = Path(__file__).parent.parent
SKIPPED = shutil.ignore_patterns(".git", ".venv", "__pycache__", "node_modules", "gallery", "out")
NAME = ["halved_again", "--title", "Halved again", "--title-zh", "再对半分", "--section", "signals"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    there = tmp_path_factory.mktemp("basin") / "basin"
    shutil.copytree(ROOT, there, ignore=SKIPPED)
    done = run(there, "-m", "scaffold", *NAME)
    assert done.returncode == 0, done.stderr
    return there


def run(copy, *command):
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run([sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True)


def test_what_is_written_keeps_the_contract_and_the_house_rules(copy):
    kept = ("tests/core/halved_again", "tests/charts/halved_again", "tests/pages", "tests/ui", "tests/test_layers.py")
    kept += ("tests/faults/test_labels.py",)
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "halved_again or layers", *kept)
    assert done.returncode == 0, done.stdout[-3000:]
    assert run(copy, "-m", "ruff", "check", "core", "charts", "pages", "tests").returncode == 0


def test_a_broken_claim_of_the_new_concept_is_found(copy):
    core = copy / "core" / "halved_again" / "checks.py"
    whole = core.read_text(encoding="utf-8")
    core.write_text(whole.replace("2.0**-run.steps", "3.0**-run.steps"), encoding="utf-8")
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "halved_again and claims", "tests/pages")
    core.write_text(whole, encoding="utf-8")
    assert done.returncode == 1, "an experiment's verdict no longer holds"


def test_the_tables_of_the_readmes_have_it(copy):
    assert "| Signals | Halved again |" in (copy / "README.md").read_text(encoding="utf-8")
    assert "再对半分" in (copy / "README.zh.md").read_text(encoding="utf-8")


def test_it_is_written_once(copy):
    done = run(copy, "-m", "scaffold", *NAME)
    assert done.returncode == 1 and "is there already" in done.stderr


@pytest.mark.parametrize(
    ("slug", "title", "section", "why"),
    [
        ("Two Words", "a", "signals", "small letters"),
        ("../up", "a", "signals", "small letters"),
        ("dropout", "a", "signals", "is there already"),
        ("fine", "a title of more than 22 letters", "signals", "22 letters"),
        ("fine", "a", "poetry", "section must be one of"),
    ],
)
def test_a_name_that_will_not_do_is_refused_in_words(slug, title, section, why):
    with pytest.raises(ValueError, match=why):
        concept.files(slug, title=title, title_zh=title, section=section)


def test_a_new_concept_comes_last_in_its_section():
    made = concept.files("fine", title="Fine", title_zh="好", section="optimisation")
    card = next(text for path, text in made.items() if path.suffix == ".toml")
    last = max(c.order for c in catalog.concepts() if c.section == "optimisation")
    assert f"order = {last + 1}\n" in card and 'title = { en = "Fine", zh = "好" }' in card
