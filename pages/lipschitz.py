"""The Lipschitz cone: K, from both sides."""

import numpy as np
import streamlit as st

from charts import lipschitz as charts
from charts.lipschitz import words as said
from charts.lipschitz.bounds import bounds
from core.formulas.expressions import ExpressionError
from core.linear_algebra.spectral_norm import gaussian_products
from core.lipschitz import (
    FUNCTIONS,
    MOST_FREQUENCY,
    NARROWEST,
    OWN_INTERVAL,
    OWN_SLOPE,
    REACH,
    SIZES,
    Study,
    bounds_by_depth,
    bounds_of,
    checks,
    gallery,
    lifted,
    lipschitz_bracket,
    network_checks,
    study,
)
from core.networks.relu_network import MOST_DEPTH, random_network
from ui.controls import by_hand, own_formula
from ui.controls.values import log_scale
from ui.page import frame

page = frame.start("lipschitz")
words, controls = page.words, page.controls
FORMULA, HEIGHT = "x*sin(3*x)", 295


# Controls
def own(name: str) -> tuple[float, float, float]:
    """The interval that a function is shown on at first, and the slope of its first cone."""
    function = FUNCTIONS.get(name)
    return (*function.interval, function.slope) if function else (*OWN_INTERVAL, OWN_SLOPE)


def goes_with_the_function() -> None:
    """Another function: on its own interval, with a cone that is a little too flat for it."""
    chosen = own(st.session_state[controls.link.key("function")])
    for name, value in zip(("low", "high", "slope"), chosen, strict=True):
        st.session_state[controls.link.key(name)] = value


with page.controls_place:
    name = controls.select("function", [*FUNCTIONS, "expression"], "sine", on_change=goes_with_the_function)
    own_low, own_high, own_slope = own(name)
    formula = controls.text("formula", FORMULA, own_formula.MOST_TYPED) if name == "expression" else ""
    ends = {}
    for end, column, default in zip(("low", "high"), st.columns(2, gap="small"), (own_low, own_high), strict=True):
        with column:
            ends[end] = controls.number(end, -REACH, REACH, default, step=0.5, format="%.6g")
    slope = controls.scale("slope", [0.0, *log_scale(0.01, 1000)], own_slope)
    cells = round(controls.scale("cells", SIZES, 20))
with page.more():
    frequency = controls.slider("frequency", 0.5, MOST_FREQUENCY, 5.0, 0.5, disabled=name != "sine")
    width = controls.slider("width", 5, 100, 50, 5)
    depth = controls.slider("depth", 1, MOST_DEPTH, 1, 1)
    seed = controls.seed()
parameters = {
    "sine": {"frequency": frequency},
    "relu_net": {"width": width, "depth": depth, "seed": seed},
}.get(name, {})


# Compute
def studied() -> Study:
    """The function that is asked for; where that is impossible, why, and what is shown instead."""
    interval = tuple(ends.values())
    if not ends["high"] - ends["low"] >= NARROWEST:
        page.problem("reversed_interval", **ends, shown=f"[{own_low:g}, {own_high:g}]")
        interval = (own_low, own_high)

    def complain(why: str, shown: str) -> None:
        page.problem("expression_problem", why=why, shown=shown)

    def of(text: str) -> Study:
        return page.cached(study)("expression", *interval, formula=text)

    if name == "expression":
        return own_formula.made_of(controls, formula, of, FORMULA, complain)
    try:
        return page.cached(study)(name, *interval, **parameters)
    except ExpressionError as error:
        complain(own_formula.reason(error, words), f"`{FORMULA}`")
        return of(FORMULA)


with page.pictures:
    found = studied()
bracket = page.fresh(lipschitz_bracket)(found.function, found.interval, cells)
share = found.slide.share(slope)
held = page.fresh(checks)(found, bracket, slope)
if name == "relu_net":
    products = page.cached(gaussian_products)(seed=seed)
    bounded = page.fresh(bounds_of)(page.fresh(random_network)(width, depth, seed))
    held += page.fresh(network_checks)(bounded, products, depth)

# Pictures
with page.pictures:
    if found.undefined:
        page.problem("undefined_part", where=said.gaps(found))
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        is_open = page.waits("K")
        alt = said.told(found, slope, share, words, is_open=is_open)
        graph, apex = found.slide.graph, found.slide.apex
        tip = by_hand.on_player(words["apex"], graph.x[apex], graph.y[apex])
        slopes = controls.positions["slope"]
        reach = charts.edge(found, np.array(slopes))
        side = by_hand.on_rail(controls, words["slope_hand"], {"slope": slopes}, slope, *reach, around=by_hand.PLAYER)
        picture = charts.cone(found, bracket, slope, share, words, page.theme, told=not is_open)
        page.show(picture, "cone", alt=alt, height=HEIGHT, hands=[tip, side], click=True, places=True)
    with right:
        alt = said.bounds_told(found, bracket, cells, words, is_open=is_open)
        picture = bounds(found, bracket, cells, slope, words, page.theme, told=not is_open)
        page.show(picture, "bounds", alt=alt, height=HEIGHT, guesses={"lower.predicted": "y"})
    page.player(found.slide.last, unit="apex", at=graph.x[apex])
    band = f" · {words['band']}" if graph.is_band else ""
    st.caption(f"$f = {found.function.formula}$" + ("" if is_open else f" · {said.verdict(found, words)}") + band)
page.verdicts(held)


# A closer look
def show_parabola() -> None:
    if not found.has_step:
        return page.problem("no_smoothness")
    left, right = st.columns([1.3, 1], gap="medium")
    with left:
        alt = words.say("alt_parabola", smoothness=found.licensed, step=found.step)
        page.show(charts.parabola(found, words, page.theme), "parabola", alt=alt, height=380)
    with right:
        st.markdown(words["parabola_text"] + "\n\n" + said.smoothness_told(found, words))
        settings = said.ball_settings(found)
        if settings:
            label = words.say("open_ball", step=settings["step_size"])
            st.page_link("pages/gradient_descent.py", label=label, icon="⚽", query_params=settings)


def show_gallery() -> None:
    from charts.lipschitz.smoothness_gallery import specimen

    columns = [*st.columns(3), *st.columns(3)]
    for column, one in zip(columns, page.cached(gallery)(), strict=True):
        name, told = one.function.name, said.specimen_told(one, words)
        with column:
            st.markdown(f"**{words[f'gallery.{name}']}** $\\;{one.function.formula}$")
            page.show(specimen(one, words, page.theme), f"gallery {name}", alt=told, height=150)
            st.caption(told)
    st.caption(words["gallery_caption"])


def show_network() -> None:
    from charts.lipschitz import network_bounds

    by_depth, products = page.cached(bounds_by_depth)(width, seed), page.cached(gaussian_products)(seed=seed)
    shown = {
        "network": (network_bounds.by_depth, by_depth, said.network_told),
        "products": (network_bounds.products, products, said.products_told),
    }
    for column, (key, (draw, numbers, tell)) in zip(st.columns(2, gap="medium"), shown.items(), strict=True):
        with column:
            told = tell(numbers, depth, words)
            page.show(draw(numbers, depth, words, page.theme), key, alt=told)
            st.caption(f"{told} {words[f'{key}_caption']}")


def show_space() -> None:
    from charts.lipschitz.cone_in_space import cone_in_space

    apex = float(found.slide.graph.x[found.slide.apex[-1]])
    raised = lifted(found.function, found.interval, apex, slope)
    alt = words.say("alt_space", slope=slope, share=f"{raised.share:.1%}")
    st.plotly_chart(cone_in_space(raised, slope, page.theme), key="space", height=520, theme=None, alt=alt)
    st.caption(words["space_caption"])


page.views({"parabola": show_parabola, "gallery": show_gallery, "network": show_network, "space": show_space})
page.end()
