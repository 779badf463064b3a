"""README's four steps, followed: a concept of a few lines appears everywhere and passes the contract, with no edit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = """
[concept]
section = "optimisation"
order = 9
icon = "➗"
lecture = ["a"]
title = { en = "Halving", zh = "对半分" }
claim = { en = "Halving $k$ times leaves $a\\\\,2^{-k}$.", zh = "对半分 $k$ 次，剩下 $a\\\\,2^{-k}$。" }
question = { en = "How soon is nothing left?", zh = "多久以后什么都不剩？" }
references = [
  { label = "Zeno", url = "https://plato.stanford.edu/entries/paradox-zeno/", what = { en = "the race", zh = "赛跑" } },
]

[words]
a = { en = "start a", zh = "起点 a" }
a_help = { en = "Where halving begins.", zh = "从哪里开始对半分。" }
step_axis = { en = "step k", zh = "步数 k" }
left_axis = { en = "what is left", zh = "剩下的" }
told = { en = "After 20 steps {{left}} is left.", zh = "20 步以后剩下 {{left}}。" }
thumbnail = { en = "From 1 to zero in 20 steps.", zh = "20 步从 1 降到零。" }
why = { en = "Each step takes half.", zh = "每一步拿走一半。" }
"check.left" = { en = "What is left", zh = "剩下的" }

[[experiments]]
id = "untouched"
settings = {}
question = { en = "What is left after 20 steps?", zh = "20 步以后剩下多少？" }
estimate = "left.measured"
answer = { en = "{{left.measured}}, as predicted.", zh = "{{left.measured}}，与预测一致。" }
verdicts = { left = "holds" }
"""
CORE = '''
"""Halving."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import real
from core.check import Check

STEPS = 20


@dataclass(frozen=True)
class Run:
    """What is left after each step."""

    start: float
    left: Float[np.ndarray, " steps"]


def halve(start: float) -> Run:
    """Take half, twenty times."""
    left = [real("start", start, 0.1, 100.0)]
    for _ in range(STEPS):
        left.append(left[-1] - left[-1] / 2)
    return Run(start, np.array(left))


def checks(run: Run) -> tuple[Check, ...]:
    return (Check("left", run.start * 2.0**-STEPS, float(run.left[-1]), 1e-12),)
'''
CHARTS = '''
"""Halving in a picture."""

from functools import lru_cache

import altair as alt
import numpy as np

from charts.common import Picture, columns, specification, table
from charts.theme import Theme
from core.halving import Run, halve


def curve(run: Run, words, theme: Theme) -> Picture:
    made = _curve(words["step_axis"], words["left_axis"], theme)
    return Picture(made, {"run": columns(step=np.arange(len(run.left)), left=run.left / run.left[0])})


def thumbnail(theme: Theme) -> Picture:
    run = halve(1.0)
    return Picture(_curve("", "", theme), {"run": columns(step=np.arange(len(run.left)), left=run.left)})


@lru_cache
def _curve(x: str, y: str, theme: Theme) -> dict:
    rows = alt.Chart(table("run")).transform_filter("datum.step <= frame").mark_line(color=theme.measured)
    y = alt.Y("left:Q", title=y).scale(domain=[0, 1])
    return specification(rows.encode(x=alt.X("step:Q", title=x), y=y), theme, moves=True)
'''
PAGE = '''
"""Halving."""

from charts import halving as charts
from core import halving as core
from ui.page import frame

page = frame.start("halving")
with page.controls_place:
    a = page.controls.log_slider("a", 0.1, 100.0, 1.0)
    seed = page.controls.seed()
run = page.cached(core.halve)(a)
with page.pictures:
    told = page.words.say("told", left=float(run.left[-1]))
    page.show(charts.curve(run, page.words, page.theme), "curve", alt=told)
    page.player(len(run.left) - 1)
page.verdicts(page.fresh(core.checks)(run))
page.views({})
page.end()
'''
FILES = {
    "text/halving.toml": TEXT,
    "core/halving/__init__.py": CORE,
    "charts/halving/__init__.py": CHARTS,
    "pages/halving.py": PAGE,
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    there = tmp_path_factory.mktemp("basin") / "basin"
    skipped = shutil.ignore_patterns(".git", ".venv", "__pycache__", "node_modules", "gallery")
    shutil.copytree(ROOT, there, ignore=skipped)
    for name, text in FILES.items():
        (there / name).parent.mkdir(exist_ok=True)
        (there / name).write_text(text.lstrip(), encoding="utf-8")
    return there


def run(copy, *command):
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run([sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True)


def test_a_concept_of_four_files_keeps_the_contract(copy):
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "halving", "tests/pages", "tests/ui")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "halving" not in done.stdout


def test_a_broken_claim_of_the_new_concept_is_found(copy):
    core = copy / "core" / "halving" / "__init__.py"
    whole = core.read_text(encoding="utf-8")
    core.write_text(whole.replace("2.0**-STEPS", "3.0**-STEPS"), encoding="utf-8")
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "halving and claims", "tests/pages")
    core.write_text(whole, encoding="utf-8")
    assert done.returncode == 1, "an experiment's verdict no longer holds"


def test_the_tables_of_the_readmes_learn_of_it(copy):
    assert run(copy, "-m", "ui.contents.readme").returncode == 0
    assert "Halving" in (copy / "README.md").read_text(encoding="utf-8")
    assert "对半分" in (copy / "README.zh.md").read_text(encoding="utf-8")
