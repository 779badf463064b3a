"""What a page gives away is what it shows: for every concept, at its defaults and in every experiment."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages.test_contract import CONCEPTS, EXPERIMENTS, Opened, concept_settings, warm
from tests.sampling import share
from ui import catalog, take_away, text
from ui.evidence.strip import strip, told
from ui.take_away import offer, offline, pictures, script, tables

__all__ = ["warm"]  # a fixture that every test here wants
ROOT = Path(__file__).parents[2]
CLOSE = 1e-12  # relative: the same computation


@pytest.fixture
def opened(monkeypatch):
    """``opened(slug, **address)``: the page with its last view open, and what it gives away."""
    drawn = []

    def look(taken):
        drawn.append(taken)
        offer.view(taken)

    monkeypatch.setattr(take_away, "view", look)

    def open_page(slug, **address):
        page = Opened(slug, view="take", **address)
        assert drawn, "the view was not drawn"
        return page, drawn[-1]

    return open_page


def numbers(checks):
    return [(check.id, check.predicted, check.measured, check.verdict) for check in checks]


def assert_the_same(made, checks):
    assert [(c.id, c.verdict) for c in made] == [(c.id, c.verdict) for c in checks]
    for one, other in zip(made, checks, strict=True):
        assert one.predicted == pytest.approx(other.predicted, rel=CLOSE, abs=0, nan_ok=True), one.id
        assert one.measured == pytest.approx(other.measured, rel=CLOSE, abs=0, nan_ok=True), one.id


def executed(cells):
    space = {}
    for cell in cells:
        exec(compile(cell, "<cell>", "exec"), space)
    return space["checks"]


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_the_python_computes_the_numbers_on_screen(concept, number, opened, capsys):
    page, taken = opened(concept.slug, experiment=str(number))
    waiting = concept.experiments[number - 1].waits
    assert strip(taken.record.checks, taken.words, waiting) == page.strip, "these are the checks on screen"
    book = json.loads(offer.notebook(taken))
    code = [cell["source"] for cell in book["cells"] if cell["cell_type"] == "code"]
    assert code[1:] and "\n".join(code[1:]).replace("\n", "") in offer.python(taken).replace("\n", "")
    every = range(1, len(concept.experiments) + 1)
    if number in share(every, concept.slug):
        assert_the_same(executed([offer.python(taken)]), taken.record.checks)
        printed = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in printed] == [check.id for check in taken.record.checks]
    if number in share(every, concept.slug, 1):
        assert_the_same(executed(code), taken.record.checks)


OWN = {
    "gradient_descent": {"surface": "expression", "formula": "x**2 + 3*y**2 - cos(x)", "x0": "1", "y0": "1"},
    "lipschitz": {"function": "expression", "formula": "abs(x) + sin(2*x)"},
    "max_margin": {"data": "own", "points": "p1_2p2_1n-1_-1n-2_-0.5"},
    "polyak_lojasiewicz": {"system": "own", "formula": "y - x^2", "x0": "1"},
    "neural_tangent_kernel": {"data": "own", "points": "-1 0.5; 0.2 -0.3; 1 1", "steps": "30"},
}


@pytest.mark.parametrize("slug", OWN)
def test_the_python_has_what_a_person_brought(slug, opened):
    page, taken = opened(slug, **OWN[slug])
    assert page.values.items() >= {name: page.values[name] for name in OWN[slug]}.items()
    assert_the_same(executed([offer.python(taken)]), taken.record.checks)


def test_a_notebook_finds_basin_above_it_or_where_it_is_told_and_else_says_what_to_do(tmp_path):
    first = script.finder("the\nfolder", 'no "Basin"')

    def run(cell, folder):
        code = f"{cell}\nimport core.check; print(core.check.__file__)"
        return subprocess.run([sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True)

    for cell, folder in ((first, ROOT / "text"), (first.replace("Path()", f"Path({str(ROOT)!r})"), tmp_path)):
        done = run(cell, folder)
        assert Path(done.stdout.strip()) == ROOT / "core" / "check.py", done.stderr
    lost = run(first, tmp_path)
    assert lost.returncode and lost.stderr.strip().endswith('FileNotFoundError: no "Basin"')


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_script_runs_anywhere_with_basin_on_its_path(concept, opened, tmp_path):
    if concept.slug not in ("weight_decay", "lipschitz"):
        pytest.skip("each of the others runs in this process")
    _, taken = opened(concept.slug)
    file = tmp_path / "taken.py"
    file.write_text(offer.python(taken), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, file], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for line, check in zip(done.stdout.splitlines(), taken.record.checks, strict=True):
        name, measured, predicted, verdict = line.split(maxsplit=3)
        assert (name, verdict) == (check.id, check.verdict)
        assert float(measured) == pytest.approx(check.measured, rel=1e-9, abs=1e-12, nan_ok=True)
        assert float(predicted) == pytest.approx(check.predicted, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_link_says_the_settings_and_not_the_view(concept, language, opened):
    settings = {name: value for name, value in concept_settings(concept).items() if name != "view"}
    page, taken = opened(concept.slug, **settings, lang=language)
    address = parse_qs(urlsplit(taken.link).query)
    assert "view" not in address and {**address, "view": ["take"]} == page.address
    assert Opened(concept.slug, **address).strip == page.strip
    labels = dict(taken.settings)
    for name in settings:
        assert taken.words[name] in labels, f"{name} is a setting"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_setting_is_told_as_its_control_shows_it(concept, opened):
    page, taken = opened(concept.slug)
    shown = {s.label: s.value for kind in (page.app.selectbox, page.app.segmented_control) for s in kind if s.key}
    told = dict(taken.settings)
    for label, value in shown.items():
        name = next((n for n in page.values if taken.words.get(n) == label), None)
        if label in told and name:
            assert told[label] == taken.words[f"{name}.{value}"]
    assert "0" in told[taken.words["seed"]]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_data_are_those_of_the_pictures(concept, opened):
    _, taken = opened(concept.slug)
    with zipfile.ZipFile(io.BytesIO(tables.archive(taken.record))) as file:
        assert file.testzip() is None
        found = {name: file.read(name).decode("utf-8").splitlines() for name in file.namelist()}
    assert len(found["checks.csv"]) == len(taken.record.checks) + 1
    for key, shown in taken.record.pictures.items():
        for name, table in tables.readable(shown.picture).items():
            lines = found[f"{re.sub(r'[^0-9a-z]+', '_', key.lower())}_{name}.csv"]
            assert lines[0] == ",".join(table.column_names) and len(lines) >= table.num_rows + 1
    assert "data:image" not in "".join("".join(lines) for lines in found.values())


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_picture_carries_its_claim_its_settings_its_checks_and_the_link(concept, language, opened):
    _, taken = opened(concept.slug, lang=language)
    key = next(iter(taken.record.pictures))
    heading = pictures.specification(taken, key)["title"]
    said = "".join("".join([*heading["text"], *heading["subtitle"]]).split())
    assert taken.title.replace(" ", "") in said and "".join(taken.claim.split()) in said
    assert taken.link in said
    for line in (*taken.settings_told, *taken.checks_told):
        assert "".join(line.split()) in said
    for check in taken.record.checks:
        assert "".join(told(check, taken.words).split()) in said


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_the_offline_page_has_everything_and_names_no_other_place(concept, language, theme, opened):
    _, taken = opened(concept.slug, lang=language, theme=theme)
    made = offline.page(taken, offer.python(taken))
    assert strip(taken.record.checks, taken.words) in made
    assert "{{" not in made.split("<script>")[0], "everything is filled in"
    for source in concept.references:
        assert source.url.replace("&", "&amp;") in made
    fetched = re.findall(r'(?:src|@import|url\()\s*=?\s*["\']?((?:https?:)?//[^"\')\s]+)', made.split("<script>")[0])
    assert fetched == []
    assert "University of Washington Interactive Data Lab" in made, "the notices that Vega's script asks for"
    assert f"color-scheme: {theme}" in made and f'<html lang="{language}">' in made


def test_nothing_that_a_link_brings_is_run_by_the_offline_page(opened):
    spell = "x**2 </script><img src=x onerror=alert(1)>"
    _, taken = opened("lipschitz", function="expression", formula=spell)
    made = offline.page(taken, offer.python(taken))
    assert "<img src=x" not in made and "x**2 </script>" not in made


def test_the_lecture_has_no_view_to_take_away():
    page = Opened(catalog.concepts()[0].slug, lecture="true", view="take")
    assert not any(button.label == page.slug for button in page.app.button)
    assert page.app.get("download_button") == []
