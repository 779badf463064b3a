"""Signal propagation: what is left of a gradient, and where a number format ends it."""

import numpy as np
import streamlit as st

from charts import signal_propagation as charts
from charts.signal_propagation import views
from charts.signal_propagation import words as said
from charts.signal_propagation.entries import entries
from core import signal_propagation as core
from ui.controls import by_hand
from ui.evidence.strip import strip
from ui.page import frame

page = frame.start("signal_propagation")
words, controls = page.words, page.controls

# Controls
with page.controls_place:
    activation = controls.select("activation", core.ACTIVATIONS, "tanh")
    weight = controls.slider("weight_std", 0.1, 3.0, 0.8, 0.01)
    bias = controls.slider("bias_std", 0.0, 1.0, 0.3, 0.01)
    depth = round(controls.slider("depth", 5, 400, 80, 5))
    format_ = controls.choose("format", core.FORMATS, "fp16")
    controls.slider("scale", 0, 24, 0, 1)
with page.more():
    start = controls.select("initialisation", ["own", *core.NAMED, "lsuv"], "own")
    width = core.widest(depth, int(controls.scale("width", [float(n) for n in core.WIDTHS], 256)))
    cotangent = controls.choose("cotangent", core.COTANGENTS, "random")
    source = controls.choose("source", core.SOURCES, "random")
    length = controls.log_slider("length", 0.01, 100, 1.0, disabled=source == "digit")
    flushed = controls.toggle("flushed", False)
    seed = controls.seed()
page.compare()

# Compute
power = controls.values["scale"]
if start in core.NAMED:
    weight, bias = core.named(start, width)
setup = core.Setup(
    activation=activation, weight_std=weight, bias_std=bias, depth=depth, width=width, format=format_, flushed=flushed,
    scale=2.0**power, cotangent=cotangent, initialisation="lsuv" if start == "lsuv" else "gaussian", source=source,
    length=length,
)  # fmt: skip
signal = page.cached(core.propagate)(setup, seed=seed)
phases = page.cached(core.phase_map)(activation)
here = (float(signal.weight_std[-1]), 0.0) if start == "lsuv" else (weight, bias)
chi = float(signal.theory.factor[-1])
if start != "lsuv":
    chi = page.cached(core.chi)(activation, weight_std=weight, bias_std=bias)

# Pictures
with page.pictures:
    left, right = st.columns([1, 1.35], gap="small")
    ends = page.still("decay", charts.heights(signal))
    with left:
        name = "" if start == "own" else words[f"initialisation.{start}"]
        picture = charts.pad(phases, here, width, words, page.theme, name=name)
        hand = by_hand.point(controls, words["handle_pad"], "weight_std", "bias_std", names=("σ_w", "σ_b"))
        page.show(
            picture, "pad", alt=said.pad_told(phases, here, chi, words), height=322, click=True,
            hands=[hand] if start == "own" else [],
        )  # fmt: skip
    with right:
        readout, marked = said.readout(signal, words), not page.waits("half")
        picture = charts.decay(signal, ends, words, page.theme, readout, marked=marked)
        powers = np.array(controls.positions["scale"], dtype=float)
        hand = by_hand.on_rail(controls, words["handle_scale"], {"scale": powers.tolist()}, power, 0 * powers, powers)
        hands = [hand] if format_ != "fp64" else []
        guesses = {"underflow_layer.measured": "x"}
        page.show(picture, "decay", alt=said.decay_told(signal, words), height=196, hands=hands, guesses=guesses)
        picture = entries(signal, ends, words, page.theme)
        page.show(picture, "entries", alt=said.entries_told(signal, words), height=118)
    page.player(depth, unit="place_unit", seconds=6.0)
    st.caption(said.facts(signal, chi, words))
page.verdicts(page.fresh(core.checks)(signal))


# A closer look
def show_names() -> None:
    found = page.cached(core.by_name)(setup, seed=seed)
    told = said.names_told(found, words)
    page.show_beside(views.factors(found, words, page.theme), "names", alt=told, text=words["names_caption"])
    st.html(strip([one.check for one in found], words))


def show_rounding() -> None:
    factor = min(max(chi, 0.0), 1.0)
    found = page.cached(core.rounding_map)(factor)
    told = said.rounding_told(found, words)
    text = f"{told}\n\n{words['rounding_caption']}\n\n{said.formats_told(words)}"
    page.show_beside(views.rounding(found, words, page.theme), "rounding", alt=told, text=text)


def show_maps() -> None:
    if start == "lsuv":
        return page.problem("no_maps")
    found = page.cached(core.pair)(setup, seed=seed)
    told = said.pair_told(found, words)
    for picture, key, column in zip(
        (views.length_map(found, words, page.theme), views.correlation_map(found, words, page.theme)),
        ("lengths", "correlations"),
        st.columns(2),
        strict=True,
    ):
        with column:
            page.show(picture, key, alt=told, height=320)
    st.caption(f"{told} {words['maps_caption']}")


def show_many() -> None:
    with st.spinner(words["computing"]):
        found = page.cached(core.ensemble)(seed=seed)
    told = said.scatter_told(found, words)
    page.show_beside(
        views.scatter(found, words, page.theme), "many", alt=told, text=f"{told}\n\n{words['many_caption']}"
    )


def show_machine() -> None:
    for found in page.working(core.probes):
        kept = found
    st.markdown(f"{words['machine_caption']}\n\n{said.probes_told(kept, words)}")


page.views({
    "names": show_names, "rounding": show_rounding, "maps": show_maps, "many": show_many, "machine": show_machine,
})  # fmt: skip
page.end()
