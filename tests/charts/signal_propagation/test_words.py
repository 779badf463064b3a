"""What the pictures of signals say in words, with their numbers."""

from dataclasses import replace

import numpy as np
import pytest

from charts.signal_propagation import words as said
from core.signal_propagation import Probe, Setup, by_name, ensemble, pair, phase_map, propagate, rounding_map
from tests.charts.reading import asked, says
from ui.text import words

SETUP = Setup(depth=70, width=64)


def test_powers_of_two_are_raised():
    assert [said.power(x) for x in (-24.2, 0, 15)] == ["2⁻²⁴", "2⁰", "2¹⁵"]


def test_each_layer_says_where_it_is_and_how_much_is_zero():
    signal = propagate(SETUP)
    told = asked(said.readout, signal)
    assert told[0] == ("readout", {"place": 0, "zeros": "0%"})
    assert told[70] == ("readout", {"place": 70, "zeros": f"{signal.zeros[70]:.0%}"})
    infinite = propagate(replace(SETUP, scale=2.0**15, depth=5))
    assert asked(said.readout, infinite)[0] == ("readout_infinite", {"place": 0})
    plain = propagate(replace(SETUP, format="fp64", depth=5))
    assert asked(said.readout, plain)[5] == ("readout_plain", {"place": 5})


def test_what_became_of_the_gradient():
    gone = propagate(SETUP)
    place = int(np.flatnonzero(gone.zeros == 1)[0])
    says(said.format_told, gone, id="fate.gone", format="format.fp16", place=place)
    infinite = propagate(replace(SETUP, scale=2.0**15))
    says(said.format_told, infinite, id="fate.overflowed", format="format.fp16", place=0)
    alive = propagate(replace(SETUP, depth=10))
    says(said.format_told, alive, id="fate.alive", format="format.fp16", zeros="0%")
    frozen = propagate(Setup(weight_std=1.0, depth=200, width=128))
    kept, exact = frozen.kept[-1], frozen.gradient[-1]
    cosine = float(kept @ exact / np.linalg.norm(kept) / np.linalg.norm(exact))
    level = float(frozen.kept_rms[-1] * 2**24)
    says(said.format_told, frozen, id="fate.frozen", format="format.fp16", level=level, cosine=cosine)


def test_the_decay_and_its_ends():
    signal = propagate(replace(SETUP, format="fp64", depth=20))
    end = said.power(np.log2(signal.rms[-1]))
    theory = said.power(signal.theory.log_square[-1] / 2 / np.log(2))
    says(said.decay_told, signal, id="alt_decay", depth=20, end=end, theory=theory)
    both = asked(said.decay_told, propagate(SETUP))
    assert [name for name, _ in both] == ["alt_decay", "fate.gone"]
    says(said.entries_told, signal, id="alt_entries", zeros="0%", depth=20)


def test_the_plane_and_the_facts():
    plane = phase_map("tanh", resolution=20)
    share = f"{np.mean(plane.log_factor < 0):.0%}"
    for chi, side in ((0.99, "vanishes"), (1.01, "explodes")):
        says(said.pad_told, plane, (1.0, 0.5), chi, id="alt_pad", weight=1.0, bias=0.5, chi=chi,
             side=f"zone.{side}", share=share)  # fmt: skip
    signal = propagate(replace(SETUP, depth=5))
    says(said.facts, signal, 0.5, id="facts", chi=0.5, width=64, length=signal.input_length)
    signal = propagate(replace(SETUP, depth=5, initialisation="lsuv"))
    weight = float(signal.weight_std[-1] ** 2)
    says(said.facts, signal, 1.17, id="facts_lsuv", chi=1.17, width=64, weight=weight)


def test_the_views():
    found = pair(Setup(depth=12, width=64))
    ends = {"start": found.correlation_path[0], "theory": found.correlation_path[-1]}
    ends |= {"measured": found.measured_correlation[-1]}
    says(said.pair_told, found, id="alt_pair", rest=found.rest, layers=12, **{n: float(v) for n, v in ends.items()})
    for chi, text in ((0.7, "alt_rounding_dies"), (0.8, "alt_rounding_lives")):
        drawn = rounding_map(chi)
        says(said.rounding_told, drawn, id=text, chi=chi, threshold=drawn.threshold, v=float(drawn.path[-1]))
    many = ensemble(width=8, depth=4)
    says(said.scatter_told, many, id="alt_scatter", networks=1500, width=8, layers=4, spread=float(many.spread[-1]),
         predicted=2.5, random=many.random, ones=many.ones)  # fmt: skip
    told = asked(said.names_told, by_name(Setup(width=64)))
    assert [values["name"] for _, values in told] == [f"named.{n}" for n in ("he", "xavier", "torch", "small", "lsuv")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_formats_and_machines_are_told_line_by_line(language):
    known = words("signal_propagation", language)
    lines = said.formats_told(known).splitlines()
    assert [line[4:8] for line in lines] == ["fp16", "bf16", "fp32"] and "2⁻¹³³" in lines[1] and "2⁻²⁴" in lines[0]
    told = said.probes_told((Probe("bf16", 16, True), Probe("bf16", 64, False), Probe("fp32", 16, True)), known)
    kept, flushed = known["probe.kept"], known["probe.flushed"]
    assert told.splitlines() == [f"- **bf16**: {kept} (n = 16) · {flushed} (n = 64)", f"- **fp32**: {kept} (n = 16)"]
