"""The valley of minima: how far a walk will be, before it starts, where the loss is nowhere convex."""

import numpy as np
import streamlit as st

from charts import polyak_lojasiewicz as charts
from charts.polyak_lojasiewicz import words as said
from charts.polyak_lojasiewicz.descent import descent
from core import polyak_lojasiewicz as core
from ui.controls import by_hand, own_formula
from ui.evidence.strip import strip
from ui.page import frame

page = frame.start("polyak_lojasiewicz")
words, controls = page.words, page.controls
FORMULA, HEIGHT = "y - sin(2*x)", 320
STEPS = (10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 5000.0)

# Controls
with page.controls_place:
    name = controls.select("system", core.EQUATIONS, "product")
    formula = controls.text("formula", FORMULA, own_formula.MOST_TYPED) if name == "own" else ""
    target = controls.slider("target", -core.MOST_TARGET, core.MOST_TARGET, 2.0, 0.1)
    x0 = controls.slider("x0", -core.MOST_PLACE, core.MOST_PLACE, 3.0, 0.05)
    y0 = controls.slider("y0", -core.MOST_PLACE, core.MOST_PLACE, 0.0, 0.05)
    step_size = controls.log_slider("step_size", *core.STEP_SIZES, 0.02)
    steps = int(controls.scale("steps", STEPS, 300))
with page.more():
    proof = controls.choose("proof", core.PROOFS, "uniform")
    samples = controls.slider("samples", 1, core.MOST_SAMPLES, 8, 1)
    hidden = controls.slider("hidden", 1, core.MOST_HIDDEN, 20, 1)
    seed = controls.seed()

page.compare()


# Compute
def studied(text: str) -> core.Study:
    return page.cached(core.study)(name, target, (x0, y0), step_size=step_size, steps=steps, proof=proof, formula=text)


def complain(why: str, shown: str) -> None:
    page.problem("expression_problem", why=why, shown=shown)


with page.pictures:
    run = own_formula.made_of(controls, formula, studied, FORMULA, complain) if name == "own" else studied("")
land = page.cached(core.plane_at)(name, target, proof, run.text)
modes = page.cached(core.solution_spectrum)(samples, hidden, seed)
held = page.fresh(core.checks)(run, modes)


# Pictures
def hands() -> list:
    """The start; and of the hyperbola and the circle the target, where they cross their own diagonal or axis."""
    start = by_hand.point(controls, words["start"], "x0", "y0")
    if name == "own":
        return [start]
    values = np.array(controls.positions["target"])
    root = np.sqrt(np.abs(values))
    places = (np.sign(values) * root, root) if name == "product" else (np.where(values < 0, np.nan, root), 0 * root)
    return [start, by_hand.on_rail(controls, words["target_hand"], {"target": values.tolist()}, target, *places)]


with page.pictures:
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        picture = charts.plane(run, land, words, page.theme)
        page.show(picture, "plane", alt=said.told(run, words), height=HEIGHT, hands=hands(), click=True)
    with right:
        told = said.descent_told(run, words, late=not page.waits("local_rate"))
        page.show(descent(run, words, page.theme), "descent", alt=told, height=HEIGHT, places=True)
    frames = run.frames
    page.player(len(frames) - 1, at=frames)
    st.caption(said.facts(run, words))
page.verdicts(held)


# A closer look
def show_spectrum() -> None:
    from charts.polyak_lojasiewicz.views import spectrum

    alt = said.spectrum_told(modes, words)
    page.show_beside(spectrum(modes, words, page.theme), "spectrum", alt=alt, text=f"{words['spectrum_text']}\n\n{alt}")


def show_section() -> None:
    from charts.polyak_lojasiewicz.views import section

    found = page.fresh(core.section)(run.system, run.end) if run.landed else None
    if found is None:
        return page.problem("no_section")
    alt = said.section_told(found, words)
    text = f"{words['section_text']}\n\n{alt}"
    place = page.show_beside(section(found, words, page.theme), "section", alt=alt, text=text)
    label, to = words["open_ball"], said.ball_settings(run)
    place.page_link("pages/gradient_descent.py", label=label, icon="⚽", query_params=to)


def show_widths() -> None:
    from charts.polyak_lojasiewicz.networks import widths

    for found in page.working(core.width_sweep, seed):  # noqa: B007  the last one is the whole
        pass
    alt = said.widths_told(found, words)
    text = f"{words['widths_text']}\n\n{alt}"
    place = page.show_beside(widths(found, words, page.theme), "widths", alt=alt, text=text)
    label, to = words["open_kernel"], {"view": "widths"}
    place.page_link("pages/neural_tangent_kernel.py", label=label, icon="♾️", query_params=to)
    st.html(strip(core.sweep_checks(found), words))


def show_digits() -> None:
    from charts.polyak_lojasiewicz.networks import digits

    for found in page.working(core.digits_network, seed):  # noqa: B007  the last one is the whole
        pass
    alt = said.digits_told(found, words)
    page.show_beside(digits(found, words, page.theme), "digits", alt=alt, text=f"{words['digits_text']}\n\n{alt}")
    st.html(strip(core.digits_checks(found), words))


def show_space() -> None:
    from charts.polyak_lojasiewicz.space import space

    found = page.cached(core.chain)()
    alt = said.space_told(found, words)
    st.plotly_chart(space(found, words, page.theme), key="space", height=480, theme=None, alt=alt)
    st.caption(f"{words['space_text']} {alt}")


def show_sine() -> None:
    from charts.polyak_lojasiewicz.views import sine

    found = page.cached(core.sine)()
    alt = said.sine_told(found, words)
    text = f"{words['sine_text']}\n\n{alt}"
    place = page.show_beside(sine(found, words, page.theme), "sine", alt=alt, text=text)
    place.page_link("pages/lipschitz.py", label=words["open_cone"], icon="📐", query_params=dict(said.CONE))
    st.html(strip(core.sine_checks(found), words))


page.views({
    "spectrum": show_spectrum, "section": show_section, "widths": show_widths, "digits": show_digits,
    "space": show_space, "sine": show_sine,
})  # fmt: skip
page.end()
