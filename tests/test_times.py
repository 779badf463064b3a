"""The table of times: every test has its place in it, and nothing that is spent is lost between processes or runs."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.times import AROUND, HOUSE, SHARED, Times, dearest, place, table
from ui import catalog

ROOT = Path(__file__).parent.parent
SLUGS = ["dropout", "max_margin", "max"]
BUSY = """
import subprocess, sys, time
import pytest

BURN = "import time\\nwhile time.process_time() < {}: pass"

@pytest.mark.parametrize("slug", ["max_margin"])
def test_itself(slug):
    end = time.process_time() + 0.4
    while time.process_time() < end:
        pass

@pytest.fixture
def child():
    yield
    subprocess.run([sys.executable, "-c", BURN.format(0.6)], check=True)

def test_waits(child):
    pass
"""
LASTING = """
import subprocess, sys
import pytest

BURNS = "import time\\nwhile time.process_time() < 0.6: pass\\nprint(flush=True); time.sleep(60)"

@pytest.fixture(scope="session")
def server():
    with subprocess.Popen([sys.executable, "-c", BURNS], stdout=subprocess.PIPE) as process:
        yield process
        process.kill()

def test_first(server):
    server.stdout.readline()

def test_second(server):
    pass
"""


@pytest.mark.parametrize(
    ("nodeid", "where"),
    [
        ("tests/core/dropout/test_networks.py::test_a", ("dropout", "core")),
        ("tests/charts/max_margin/test_curves.py::test_a[light-dropout]", ("max_margin", "charts")),
        ("tests/pages/test_contract.py::test_a[light-en-en-US-max_margin]", ("max_margin", "pages")),
        ("tests/pages/test_contract.py::test_a[max_margin-2-a view of dropout]", ("max_margin", "pages")),
        ("tests/core/test_every_function.py::test_a[core.dropout.linear.study]", ("dropout", "core")),
        ("tests/core/dropout/test_noise_and_averages.py::test_a[0.5]", ("dropout", "core")),
        ("tests/core/dropout/test_networks.py::test_a", ("dropout", "core")),
        ("tests/core/max_margin/test_study.py::test_max", ("max_margin", "core")),
        ("tests/core/test_maximum.py::test_dropout", (SHARED, "core")),
        ("tests/browser/test_house.py::test_a", (SHARED, "browser")),
        ("tests/faults/test_faults.py::test_a[no dropouts]", (SHARED, "faults")),
        ("tests/test_layers.py::test_a[core]", (SHARED, HOUSE)),
    ],
)
def test_a_test_has_its_place_by_folder_case_and_file(nodeid, where):
    assert place(nodeid, SLUGS) == where


def test_every_concept_has_tests_that_name_it():
    """Whatever the folders are called: the contract of pages has each of them for a case."""
    slugs = [concept.slug for concept in catalog.concepts()]
    assert [place(f"tests/pages/test_contract.py::test_a[{slug}-1-b]", slugs)[0] for slug in slugs] == slugs


def test_the_table_has_sums_on_both_sides():
    spent = {("dropout", "core"): 3.0, ("dropout", "browser"): 0.2, (SHARED, AROUND): 5.0}
    lines = table(Times(Counter(spent), Counter({("dropout", "core"): 6.0})), SLUGS).splitlines()
    assert [line.split() for line in lines] == [
        ["processor", "seconds", "core", "browser", "around", "all", "by", "the", "clock"],
        ["dropout", "3", "·", "·", "3", "6"],
        ["shared", "·", "·", "5", "5", "·"],
        ["all", "3", "·", "5", "8", "6"],
        ["by", "the", "clock", "6", "·", "·", "6"],
    ]


def test_the_dearest_tests_are_told_first():
    times = Times(tests=Counter({("a.py::test_quick",): 1.0, ("a.py::test_slow",): 20.4, ("b.py::test",): 3.0}))
    assert dearest(times, 2).split() == ["20", "a.py::test_slow", "3", "b.py::test"]


def run(folder, *options):
    """The times of all runs so far over the folder's tests, and what the last of them printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.times", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        [*command, "--times=times", "--rootdir=.", "core", "browser"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Times.read(folder / "times"), done.stdout


def test_what_tests_and_their_processes_spend_is_counted_once_and_kept_for_the_next_run(tmp_path):
    for file, text in (("core/test_busy.py", BUSY), ("browser/test_lasting.py", LASTING)):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text(text, encoding="utf-8")
    alone, _ = run(tmp_path)
    both, said = run(tmp_path, "-n", "2")
    for times in (alone, Times(both.processor - alone.processor, both.wall - alone.wall)):
        spent = times.processor
        assert spent["max_margin", "core"] == pytest.approx(0.4, abs=0.2)
        assert spent[SHARED, "core"] == pytest.approx(0.6, abs=0.2), "of a process that it has waited for"
        assert spent[SHARED, "browser"] == pytest.approx(0.6, abs=0.2), "of one that goes on after the test"
        assert 0 < spent[SHARED, AROUND] < 20
    assert table(both, [concept.slug for concept in catalog.concepts()]) in said
    assert "core/test_busy.py::test_waits" in said and dearest(both) in said
    assert both.tests["core/test_busy.py::test_itself",] > 1.5 * alone.tests["core/test_busy.py::test_itself",] > 0
