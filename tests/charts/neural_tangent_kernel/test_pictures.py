"""The pictures of the tangent kernel: valid, of few rows, unmoved by the controls that only change the data."""

import json
import subprocess
import sys
from functools import lru_cache

import numpy as np
import pytest

from charts import neural_tangent_kernel as charts
from charts.neural_tangent_kernel import sweeps, views
from charts.neural_tangent_kernel import words as said
from charts.neural_tangent_kernel.lines import RESOLUTION, frame_table
from charts.theme import theme
from core.neural_tangent_kernel import (
    TASKS,
    Laziness,
    Settings,
    TaskError,
    ensemble_study,
    growth,
    laziness,
    mode_curves,
    own,
    study,
    width_sweep,
)
from core.progress import finish
from tests.charts.validity import assert_valid
from ui import text

MOST_ROWS = 700
LIGHT, WORDS = theme("light"), text.words("neural_tangent_kernel", "en")
LOOKS = [("en", LIGHT), ("zh", theme("dark", lecture=True))]


def valid(picture):
    """The picture is Vega-Lite, and all its numbers are numbers."""
    assert_valid(picture, MOST_ROWS)
    json.dumps(picture.whole, allow_nan=False)
    return picture


@lru_cache
def run(name="circle", steps=40, **more):
    task = TASKS[name]() if name in TASKS else own(name)
    return finish(study(task, Settings(**more), steps=steps))


def drawn(found, words=WORDS, look=LIGHT, on="circle"):
    pictures = []
    for place in range(len(found.traces)):
        pictures.append(valid(charts.function(found, place, said.readout(found, place, words), words, look)))
        pictures.append(valid(charts.kernel(found, place, on, words, look)))
        assert said.function_told(found, place, words) and said.kernel_told(found, place, words)
    pictures.append(valid(views.heat_maps(found, "circle", words, look)))
    assert said.facts(found, words) and said.heat_told(found, words)
    return pictures


SETTINGS = {
    "plain": {},
    "relu, deep": {"activation": "relu", "depth": 5},
    "linear": {"depth": 0},
    "standard": {"parametrisation": "standard"},
    "centred": {"centred": True, "output_scale": 0.01},
    "catapult": {"stability": 8.0, "steps": 300},
    "flown off": {"stability": 16.0, "steps": 300},
    "nothing moves": {"bias_std": 0.0, "name": "0 0"},
    "one point": {"name": "0.5 1"},
    "twice": {"name": "1 1; 1 -1"},
    "far": {"name": "-100 100; 100 -100"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_study_is_drawn_in_both_languages(name):
    found = run(**SETTINGS[name])
    for language, look in LOOKS:
        words = text.words("neural_tangent_kernel", language)
        drawn(found, words, look)
        for place in (0, 2):
            curves = mode_curves(found, place)
            valid(views.mode_decay(curves, words, look))
            assert said.modes_told(curves, 8, words)
        if found.settings.parametrisation == "ntk":
            grown = growth(found.task, found.settings)
            valid(views.growth(grown, words, look))
            assert said.growth_told(grown, words)


def test_a_network_that_flew_off_is_labelled_and_leaves_the_axes_alone():
    lost, plain = run(stability=16.0, steps=300), run(steps=300)
    assert lost.diverged.all()
    for place in range(3):
        told = said.readout(lost, place, WORDS)
        assert told[0].startswith("width") and "flew off" in told[-1] and "flew off" not in told[0]
        assert "flew off" in said.function_told(lost, place, WORDS)
        mine, other = (charts.function(r, place, told, WORDS, LIGHT) for r in (lost, plain))
        assert mine.specification is other.specification
        assert set(mine.tables["frames"]["network"].to_pylist()[-1].split()) == {"x"}
    assert "Flew off: width 8, 64, 1024" in said.facts(lost, WORDS)
    assert "linearisation flies off" in said.facts(run(stability=8.0, steps=300), WORDS)


def test_seed_time_and_scale_change_the_data_and_not_the_specification():
    plain = drawn(run())
    for more in ({"seed": 3}, {"steps": 90}, {"output_scale": 10.0}, {"stability": 1.0}):
        for one, other in zip(plain, drawn(run(**more)), strict=True):
            assert one.specification is other.specification or "middle" in one.tables


def test_a_frame_is_one_row_whose_text_is_the_line():
    lines = {"a": np.array([[0.0, 0.5, -0.25], [np.nan, 100.0, 0.1]])}
    rows = frame_table(lines, 2.0).to_pylist()
    assert len(rows) == 2 and rows[0]["last"] == 1
    values = [float(v) * rows[0]["unit"] for v in rows[0]["a"].split()]
    np.testing.assert_allclose(values, lines["a"][0], atol=2.0 / RESOLUTION)
    assert rows[1]["a"].split()[0] == "x" and 2 < float(rows[1]["a"].split()[1]) * rows[1]["unit"] < 100


def test_few_rows_and_few_bytes_travel():
    for picture in drawn(run(steps=1000)):
        assert sum(len(rows) for rows in picture.tables.values()) <= 100
        assert sum(rows.nbytes for rows in picture.tables.values()) < 120_000


def test_the_readout_has_width_and_time():
    found = run()
    assert said.readout(found, 2, WORDS)[0] == "width 1024 · t = 0"
    assert len(said.readout(found, 0, WORDS)) == len(found.step)


@lru_cache
def swept(activation):
    return [p.result for p in laziness(TASKS["circle"](), Settings(activation=activation)) if p.result is not None]


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_sweeps_are_drawn_whole_and_in_part(language, look):
    words, task = text.words("neural_tangent_kernel", language), TASKS["circle"]()
    for depth in (1, 2):
        settings = Settings(depth=depth)
        parts = [p.result for p in width_sweep(task, settings, widths=np.array([8, 16]), replicas=2, steps=5)]
        for found in [part for part in parts if part is not None][::3]:
            valid(sweeps.exponents(found, words, look))
            assert said.sweep_told(found, words)
    for count in (1, 4):
        found = finish(ensemble_study(task, Settings(), width=8, count=count, steps=10))
        picture = sweeps.ensemble(found, task, "circle", said.ensemble_readout(found, words), words, look)
        assert len(valid(picture).tables["frames"]) == len(found.step) and said.ensemble_told(found, words)
    for activation in ("erf", "relu"):
        for part in swept(activation):
            valid(sweeps.lazy_or_rich(part, 0.3, words, look))
            assert said.lazy_told(part, words) and "{{" not in said.lazy_caption(part, words)


def test_the_legend_names_each_line_and_has_no_markup_of_others():
    shown = said.legend(WORDS, LIGHT)
    assert all(WORDS[f"legend.{role}"] in shown for role in ("network", "linear", "limit", "start"))
    assert "<b>" not in said.legend({f"legend.{r}": "<b>" for r in ("network", "linear", "limit", "start")}, LIGHT)


def test_what_is_wrong_with_the_points_is_told_in_both_languages():
    for language in ("en", "zh"):
        words = text.words("neural_tangent_kernel", language)
        for code in ("none", "too_long", "too_many", "not_a_pair", "not_a_number", "too_large"):
            assert "{{" not in said.task_problem(TaskError(code, 3, "`x`"), words)
    assert said.task_problem(TaskError("not_a_pair", 2, "3"), WORDS) == "pair 2, `3`, is not two numbers."


@pytest.mark.parametrize("name", ["light", "dark"])
def test_thumbnail(name):
    drawn = valid(charts.thumbnail(theme(name)))
    assert all(rows.num_rows for rows in drawn.tables.values()), "no part of it is empty"


def test_the_page_and_its_thumbnail_do_without_torch():
    program = (
        "import sys; from charts import neural_tangent_kernel as c;"
        "from charts.neural_tangent_kernel import views, sweeps, words;"
        "from charts.theme import theme; c.thumbnail(theme('light')); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_is_said_aloud_is_what_core_has_found():
    found = run(steps=10)
    for place, trace in enumerate(found.traces):
        moved, away = (f"{100 * float(values[0, -1]):.2g} %" for values in (trace.drift, trace.departure))
        assert moved in said.kernel_told(found, place, WORDS) and moved in said.facts(found, WORDS)
        assert away in said.function_told(found, place, WORDS) and away in said.facts(found, WORDS)
        assert f"{100 * float(trace.drift[0, -2]):.2g} %" != moved, "the frame before is another"
    grown = growth(TASKS["circle"](), Settings())
    told = said.growth_told(grown, WORDS)
    ends = (grown.widths[0], grown.widths[-1], grown.largest[0, 0], grown.largest[1, 0], grown.largest[1, -1])
    assert all(text.number(float(value)) in told for value in ends)


@pytest.mark.parametrize(("above", "below"), [(0.4, 0.05), (0.11, 0.099)])
def test_the_border_of_laziness_lies_on_the_line_between_two_neighbours(above, below):
    """Between α = 1 and 3, where the power law through both crosses a tenth."""
    drift = np.array([[1.0, 0.9, 0.8, above, below, 0.01, 0.003]])
    scales = np.array([0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0])
    border = Laziness(scales, np.array([64]), drift).border(0)
    share = np.log(above / 0.1) / np.log(above / below)
    assert border == pytest.approx(3**share)
