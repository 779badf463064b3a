"""What the pictures of finite widths say in words, with their numbers."""

import numpy as np
import pytest

from charts.finite_width import training
from charts.finite_width import words as said
from core.finite_width import dots, regimes, study, taylor_sweep
from core.progress import finish
from tests.charts.reading import asked, says
from ui.text import words

RUN, TWELVE = study("linear", (64,) * 16, networks=1000), dots("linear", networks=1000)
SHAPE = "L = 16, n = 64"
DEEP = study("relu", (8,) * 32, networks=1000)


def test_a_shape_as_it_is_written():
    assert said.shape(RUN) == "L = 16, n = 64"
    assert said.shape(study("linear", (8, 4), networks=100)) == "n = 8, 4"
    assert said.shape(study("linear", tuple(range(2, 12)), networks=100)) == "n = 2, 3, 4, 5, 6, 7, …"


def test_each_layer_says_where_it_is():
    told = asked(said.readout, RUN)
    assert told[3] == ("readout", {"layer": 4, "r": 0.0625, "moment": float(f"{RUN.fourth[3]:.3g}")})


def test_where_the_dots_are():
    off = 100 * np.abs(TWELVE.measured / TWELVE.exact - 1)[TWELVE.seen].max()
    assert says(
        said.collapse_told, TWELVE, RUN, id="alt_collapse", shapes=12, c=2.0, r=0.25, seen=int(TWELVE.seen.sum()),
        networks=1000, off=f"{off:.2g} %", shape=SHAPE,
    )  # fmt: skip
    assert says(said.facts, RUN, id="facts", shape=SHAPE, networks=1000, r=0.25)


def test_the_regimes_by_name():
    assert (said.regime(RUN), said.regime(DEEP)) == ("good", "blind")
    assert said.regime(study("relu", (64,) * 18, networks=40_000)) in ("negative", "blind")
    assert says(said.plane_told, RUN, id="alt_plane", shape=SHAPE, r=0.25, regime="regime.good")


def test_the_middle_of_the_outputs():
    near = RUN.outputs[-1, 30:34].sum()
    shown = {"near": f"{near:.1%}", "normal": "19.7%", "networks": 1000, "shape": SHAPE}
    assert says(said.outputs_told, RUN, id="alt_outputs", **shown)


def test_where_the_correction_stops_to_help():
    found = regimes("relu", width=64)
    assert says(said.regimes_told, found, id="alt_regimes", width=64, crossing=found.crossing, negative=4 / 15)
    assert says(said.regimes_told, regimes("relu", width=512), id="alt_regimes_open", width=512, negative=4 / 15)


def test_typical_and_mean():
    assert says(
        said.logs_told, DEEP, id="alt_logs", median=DEEP.median, mean=DEEP.mean, top=f"{DEEP.top_share:.0%}",
        dead=f"{DEEP.dead:.1%}", networks=1000, shape="L = 32, n = 8",
    )  # fmt: skip


def test_distances_from_the_narrowest_to_the_widest():
    found = finish(taylor_sweep(widths=(32, 64), networks=2))
    told = training.told(found.widths, {f"apart.{k}": of for k, of in found.rows.items()}, words("finite_width", "en"))
    assert told.startswith("From width 32 to 64: order 1: ") and "kernel's drift" in told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_legend_names_four_lines(language):
    from charts.theme import LIGHT

    assert said.legend(words("finite_width", language), LIGHT).count('class="role"') == 4
