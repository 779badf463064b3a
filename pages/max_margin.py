"""Max margin: gradient descent on separable data walks to the support-vector machine."""

import numpy as np
import streamlit as st

from charts import max_margin as charts
from charts.max_margin import curves
from charts.max_margin import words as said
from charts.max_margin.shares import margin_shares
from core.data.separable_data import DATA, Points
from core.max_margin import CURVES, LOSSES, MOST_STEP_SIZE, OPTIMISERS, STEPS, TIMES, checks, plane_of, shares, study
from ui.controls import points_table
from ui.page import frame

page = frame.start("max_margin")
words, controls = page.words, page.controls


# Controls
def own_points() -> Points:
    def complain(found) -> None:
        with page.pictures:
            page.problem("points_unread", why=said.problems(found, words))

    return points_table.table(controls, DATA["asymmetric"](), complain)


with page.controls_place:
    data = controls.select("data", [*DATA, "own"], "asymmetric", on_change=points_table.begin, args=(controls,))
    spread = controls.slider("spread", 0.2, 3.0, 1.0, 0.1) if data == "blobs" else 1.0
    own = own_points() if data == "own" else None
    loss = controls.select("loss", LOSSES, "logistic")
    tail = round(controls.slider("tail", 1, 4, 1, 1, is_live=False)) if loss == "polynomial" else 1
    optimiser = controls.select("optimiser", OPTIMISERS, "gradient_descent")
    by_step = OPTIMISERS[optimiser].clock == "step"
    if by_step:
        last = controls.scale("steps", [float(k) for k in STEPS[STEPS >= 10]], float(STEPS[-1]))
    else:
        last = controls.scale("final_time", TIMES[TIMES >= 1], 1e12)
with page.more():
    step_size = controls.log_slider("step_size", 0.05, MOST_STEP_SIZE, 1.0, is_live=False)
    momentum = controls.slider("momentum", 0, 0.95, 0.9, 0.05, is_live=False, disabled=optimiser != "heavy_ball")
    validates = controls.toggle("validation", False)
    point = [controls.number(name, -10.0, 10.0, value, step=0.1) for name, value in (("val_x", -1.0), ("val_y", 0.2))]
    seed = controls.seed()

page.compare()

# Compute
points = own if own is not None else page.cached(DATA[data])(seed=seed, spread=spread)
settings = {"loss": loss, "tail": tail, "step_size": step_size}
with page.pictures, st.spinner(words["computing"]):
    whole = page.cached(study)(points, optimiser=optimiser, momentum=momentum, **settings)
run = page.fresh(whole.until)(last)
validation = np.array(point) if validates and points.x.shape[1] == 2 else None
seen = page.fresh(plane_of)(run)
points_table.remember(points)

# Pictures
counted = {"counted": not page.waits("support")}
with page.pictures:
    if points.has_one_class:
        page.problem("one_class")
    if run.street.margin is None:
        page.problem(f"separability.{run.street.separability}")
    if (still := said.why_still(run)) is not None:
        page.problem(f"still.{still}", until=float(run.at[-1]))
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        half = page.still("plane", charts.reach(seen))
        picture = charts.plane(run, seen, half, said.readout(run, words), validation, words, page.theme)
        hands = points_table.on_picture(controls, points, half) if data == "own" else []
        told = said.told(run, seen, words, **counted)
        page.show(picture, "plane", alt=told, height=300, hands=hands, click=True)
    with right:
        panel = controls.choose("panel", CURVES, "distance", is_look=True, label_visibility="collapsed")
        seen_so_far = run.until(1e6) if page.waits("late") else run  # the question is about what comes then
        picture = curves.curve(seen_so_far, whole, panel, validation, words, page.theme)
        page.show(picture, "curve", alt=said.curve_told(seen_so_far, panel, words), height=256, places=True)
    page.player(len(run.at) - 1, unit="player.frame", seconds=8.0)
    st.caption(said.facts(run, data, words, **counted) + (f" {words['points_hint']}" if hands else ""))
page.verdicts(page.fresh(checks)(run, validation))


# A closer look
def show_panels() -> None:
    for pair in (CURVES[:2], CURVES[2:]):
        for name, column in zip(pair, st.columns(2, gap="small"), strict=True):
            with column:
                picture = curves.curve(run, whole, name, validation, words, page.theme)
                page.show(picture, f"panel {name}", alt=said.curve_told(run, name, words), height=260)
    st.caption(words["panels_caption"])


def show_residual() -> None:
    if by_step or run.street.law is None or run.street.law.why_not or run.loss.tail:
        return page.problem("no_residual")
    caption = said.residual_told(run, words)
    picture = curves.residual(run, run.street.law.rate, words, page.theme)
    page.show_beside(picture, "residual", alt=caption, text=caption)


def show_geometry() -> None:
    if run.street.margin is None:
        return page.problem("no_geometry")
    with st.spinner(words["computing"]):
        found = page.cached(shares)(points, momentum=momentum, **settings)
    alt, text = said.shares_told(found, words), said.geometry(found, words)
    page.show_beside(margin_shares(found, words, page.theme), "geometry", alt=alt, text=text)


page.views({"panels": show_panels, "residual": show_residual, "geometry": show_geometry})
page.end()
