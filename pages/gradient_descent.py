"""Gradient descent: the ball on its landscape."""

import streamlit as st

from charts import gradient_descent as charts
from charts.gradient_descent import stability_and_basins as maps
from charts.gradient_descent import words as said
from charts.gradient_descent.convergence import convergence
from core.gradient_descent import BALL, LINEAR, METHODS, basins, race, stability
from core.surfaces.landscape import landscape
from core.surfaces.named import SURFACES, in_square, quadratic
from core.surfaces.surface import Surface
from ui.controls import by_hand, own_formula
from ui.page import frame

page = frame.start("gradient_descent")
words, controls = page.words, page.controls
FORMULA = "x^4 - 3*x^2 + x*y + y^2"


# Controls
def goes_with_the_surface() -> None:
    """Another landscape: from its own start, with a step size it can bear."""
    chosen = SURFACES.get(st.session_state[controls.link.key("surface")])
    values = (chosen.step_size, *chosen.start) if chosen else ()
    for name, value in zip(("step_size", "x0", "y0"), values, strict=False):
        st.session_state[controls.link.key(name)] = float(value)


def landscape_chosen() -> Surface:
    name = controls.select("surface", [*SURFACES, "expression"], "quadratic", on_change=goes_with_the_surface)
    if name == "quadratic":
        return page.fresh(quadratic)(controls.log_slider("condition_number", 1, 1000, 100))
    if name != "expression":
        return SURFACES[name]
    text = controls.text("formula", FORMULA, own_formula.MOST_TYPED)
    extent = controls.number("extent", 0.1, 100.0, 3.0, step=0.5)

    def complain(why: str, shown: str) -> None:
        page.problem("expression_problem", why=why, shown=shown)

    return own_formula.made_of(controls, text, lambda text: page.cached(in_square)(text, extent), FORMULA, complain)


def start_chosen(surface: Surface) -> tuple[float, ...]:
    chosen = tuple(
        controls.number(name, float(low), float(high), float(default), step=(high - low) / 100, format="%.4g")
        for name, (low, high), default in zip(("x0", "y0"), surface.domain, surface.start, strict=False)
    )
    if surface.is_finite_at(chosen):
        return chosen
    page.problem("start_undefined")
    return tuple(surface.start.tolist())


with page.controls_place:
    surface = landscape_chosen()
    methods = controls.several("methods", METHODS, ["gradient_descent", "heavy_ball"])
    policy = controls.choose("policy", ["same", "own"], "same")
    eta = SURFACES.get(surface.name, surface).step_size
    step_size = controls.log_slider("step_size", 1e-4, 10, eta, disabled=policy == "own")
    momentum = controls.slider("momentum", 0, 0.99, 0.9, 0.01, disabled=policy == "own")
with page.more():
    start = start_chosen(surface)
    steps = controls.slider("steps", 10, 400, 200, 10)
    friction = controls.slider("friction", 0, 2, 0, 0.05)
    seed = controls.seed()

page.compare()

# Compute
settings = {"policy": policy, "step_size": step_size, "momentum": momentum, "friction": friction}
run = page.cached(race)(surface, start, tuple(methods), steps=steps, seed=seed, **settings)
land = page.cached(landscape)(surface)


# Pictures
with page.pictures:
    if not methods:
        page.problem("no_methods")
    left, right = st.columns([1.25, 1], gap="small")
    if surface.dimension == 2:
        draw, hand = charts.landscape, by_hand.point(controls, words["start"], "x0", "y0")
    else:
        draw, hand = charts.curve, by_hand.on_curve(controls, words["start"], "x0", land.x, land.value[0])
    told = said.told(run, words)
    with left:
        picture = draw(surface, land, run.runs, words, page.theme)
        alt = words.say("alt_map", surface=words[f"surface.{surface.name}"], runs=told)
        page.show(picture, "map", alt=alt, hands=[hand], click=True)
    with right:
        picture = convergence(surface, run.runs, run.rates, words, page.theme, steps)
        page.show(picture, "convergence", alt=words.say("alt_convergence", runs=told))
        if methods and not picture.tables["gaps"].num_rows:
            page.problem("flat" if land.is_flat else "all_at_the_minimum")
    page.player(steps)
    st.caption(f"$f = {surface.formula}$ · " + said.declared(run, words) + f" · {words['click_hint']}")
    for line in said.departures(run, words):
        st.caption(f"⚠ {line}")
page.verdicts(run.checks)


# A closer look
def show_stability() -> None:
    linear = [entry for entry in run.entries if entry.method in LINEAR and entry.method != "newton"]
    if not linear or not len(surface.minimizers):
        return page.problem("no_minimum" if linear else "no_linear")
    entry = next((entry for entry in linear if METHODS[entry.method].uses_momentum), linear[0])
    found = page.cached(stability)(surface, entry.method)
    here = (entry.step_size, entry.momentum)
    alt = words.say("alt_stability", radius=found.at(*here))
    low, high = float(found.eigenvalues[0]), float(found.eigenvalues[-1])
    caption = words.say("stability_caption", method=words[f"methods.{entry.method}"], low=low, high=high)
    page.show_beside(maps.stability(found, here, words, page.theme), "stability", alt=alt, text=caption)
    label, to = words["open_valley"], {"view": "section"}
    st.page_link("pages/polyak_lojasiewicz.py", label=label, icon="🏞️", query_params=to)


def show_basins() -> None:
    entry = next((e for e in run.entries if e.method != BALL), None)
    if entry is None:
        return page.problem("no_iterative")
    with st.spinner(words["computing"]):
        found = page.cached(basins)(
            surface, entry.method, step_size=entry.step_size, momentum=entry.momentum, steps=max(steps, 200), seed=seed
        )
    alt = said.basins_told(found, len(surface.minimizers), words)
    name = words[f"methods.{entry.method}"]
    caption = words.say("basins_caption", method=name, count=found.label.size, steps=max(steps, 200))
    page.show_beside(maps.basins(surface, found, words, page.theme), "basins", alt=alt, text=caption)


def show_relief() -> None:
    if surface.dimension == 1:
        return page.problem("flat_relief")
    from charts.gradient_descent.relief import relief

    figure = relief(surface, land, *charts.paths(run, words, page.theme), page.theme)
    alt = words.say("alt_relief", surface=words[f"surface.{surface.name}"], runs=said.told(run, words))
    st.plotly_chart(figure, key="relief", height=520, theme=None, alt=alt)
    st.caption(words["relief_caption"])


def add_the_ball() -> None:
    st.session_state[controls.link.key("methods")] = [*methods, BALL]


def show_ball() -> None:
    if run.ball is None:
        page.problem("no_ball")
        st.button(words["add_ball"], on_click=add_the_ball, key="add_ball", type="primary")
        return
    from charts.gradient_descent import rolling_ball

    alt = words.say("alt_ball", energy=float(run.ball.energy[0]), end=float(run.ball.energy[-1]))
    if surface.dimension == 1:
        page.show(rolling_ball.forces(land, run.ball, words, page.theme), "forces", alt=alt)
    page.show(rolling_ball.energy(run.ball, words, page.theme), "energy", alt=alt, height=240)
    st.caption(words["ball_caption"])


page.views({"stability": show_stability, "basins": show_basins, "relief": show_relief, "ball": show_ball})
page.end()
