"""Weight decay: the penalty λ and the radius √θ are the same knob; under Adam they are not what you think."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st

from charts import weight_decay as charts
from charts.weight_decay import curves, views
from charts.weight_decay import words as said
from core import weight_decay as core
from core.data.own_table import Table
from core.weight_decay import Prepared
from ui.controls import by_hand, upload
from ui.controls.values import in_range, log_scale, round_to
from ui.live import handles, sliders
from ui.page import frame
from ui.text import apart, written

page = frame.start("weight_decay")
words, controls = page.words, page.controls
MODELS, PENALTIES = ("two", "all"), [0.0, *log_scale(1e-4, core.LARGEST_PENALTY)]
RAIL = 4  # every so many of the penalties are places of the hand
SHOWN, KNOB = "weight_decay shown", "weight_decay knob"  # session state: data before; λ and θ as they were left
FILE = "weight_decay file"  # session state: fingerprint of the file before


# Controls
def goes_with_the_choice(changed: str) -> None:
    """Other data, columns or optimiser: seen as they are best seen first. A person's own go on with what there was."""
    key, state = controls.link.key, st.session_state
    preset, is_sgd = core.PRESETS[state[key("data")]], state[key("optimiser")] == "sgd"
    if changed != "model":
        state[key("step_size")] = preset.step_size if is_sgd else core.ADAPTIVE_STEP_SIZE
        state[key("steps")] = float(preset.steps if is_sgd else core.ADAPTIVE_STEPS)
    if changed == "data" and state[key("data")] in core.DATA:
        state[key("model")], state[key("n")] = preset.model, float(preset.n)
    if changed != "optimiser":
        places = preset.columns if state[key("model")] == "two" else preset.directions
        state[key("first")], state[key("second")] = places


def own_table() -> Table | None:
    def complain(why: str) -> None:
        with page.pictures:
            page.problem("table_unread", why=why)

    found = upload.table(controls, complain)
    if found is None:
        with page.pictures:
            st.info(words["no_table"])
    return found


def goes_with_the_file(fingerprint: str, places: tuple[int, int]) -> None:
    """Another file is seen as it is best seen first, not by the columns that the one before it had room for."""
    key, state = controls.link.key, st.session_state
    if state.get(FILE, fingerprint) != fingerprint:
        state[key("first")], state[key("second")] = places
    state[FILE] = fingerprint


def knob(prepared: Prepared) -> float:
    """λ and θ are one knob with two faces: whichever is moved moves the other. Where both were, λ is the truth."""
    state, found = st.session_state, prepared.spectrum
    radii = [round_to(float(theta)) for theta in found.norm_squared(np.array(PENALTIES))]

    def to_radius(penalty: float) -> float:
        return round_to(float(found.norm_squared(penalty)))

    def to_penalty(radius: float) -> float:
        if radius in radii:  # of several that are the same to six digits, the smallest: 0 where nothing is constrained
            return PENALTIES[radii.index(radius)]
        return min(round_to(core.penalty_of(found, radius)), PENALTIES[-1])

    first = float(controls.settings.get("penalty", 0.1))
    budgets = sorted(set(radii)) if radii[0] else [0.0, 1.0]
    faces = {"penalty": (PENALTIES, first), "radius": (budgets, to_radius(first))}
    keys, options, hand = {}, {}, {}
    for name, (positions, default) in faces.items():
        controls.defaults[name] = default
        key = keys[name] = controls.link.hold(name, default, in_range(positions[0], positions[-1]))
        handles.stands(key)
        options[name] = sorted({*positions, state[key]})
        hand[name] = sliders.current(key, state[key], options[name])
    lam, theta = (state[keys[name]] for name in faces)
    before = state.setdefault(KNOB, {"held": (first, to_radius(first)), "radii": radii, "theta_leads": False})
    untouched = before["radii"] == radii and before["held"][0] == lam == hand["penalty"]
    theta_leads = untouched and (before["theta_leads"] or theta != before["held"][1] or hand["radius"] != theta)
    penalty = to_penalty(hand["radius"]) if theta_leads else hand["penalty"]
    follower = "penalty" if theta_leads else "radius"
    followed = penalty if theta_leads else to_radius(penalty)
    held = (followed, theta) if theta_leads else (lam, followed)
    state[keys[follower]] = followed
    before.update(held=held, radii=radii, theta_leads=theta_leads)  # at once: a run may end at whatever it asks next
    options[follower] = sorted({*faces[follower][0], state[keys[follower]]})
    for name, key in keys.items():
        if controls.sees(name):
            controls.live.append(key)
        shown = apart(tuple(faces[name][0]))
        slider = partial(st.select_slider, words[name], options[name], help=words[f"{name}_help"])
        controls.draw(slider, key=key, format_func=partial(beside, shown))
    return penalty


def beside(shown: Mapping[float, str], value: float) -> str:
    """A number of the slider as it is shown; one from elsewhere so that it is nobody else's."""
    told = shown.get(value, written(value))
    return told if value in shown or told not in shown.values() else f"{value:#.6g}"


with page.controls_place:
    chosen = controls.select("data", [*core.DATA, "own"], "diabetes", on_change=goes_with_the_choice, args=("data",))
    own = own_table() if chosen == "own" else None
    data = chosen if chosen != "own" or own is not None else st.session_state.get(SHOWN, "diabetes")
    st.session_state[SHOWN] = data if data != "own" else st.session_state.get(SHOWN, "diabetes")
    preset, sizes = core.PRESETS[data], core.sample_sizes(own)
    model = controls.choose("model", MODELS, preset.model, on_change=goes_with_the_choice, args=("model",))
    knob_place = st.container(key="knob", gap="small")
    optimiser = controls.select(
        "optimiser", core.OPTIMISERS, "sgd", on_change=goes_with_the_choice, args=("optimiser",)
    )
    is_sgd = optimiser == "sgd"
    eta = preset.step_size if is_sgd else core.ADAPTIVE_STEP_SIZE
    step_size = controls.log_slider("step_size", 1e-3, core.MOST_STEP_SIZE, eta)
with page.more():
    n = round(controls.scale("n", sizes, sizes[-1] if own is not None else preset.n))
    degree = 20
    if data == "polynomial":
        degree = controls.slider("degree", 1, core.MOST_DEGREE, core.MOST_DEGREE, 1)
    seed = controls.seed()
    kept = page.cached if own is None else page.fresh  # a person's rows are not kept for others
    with page.pictures, st.spinner(words["computing"]):  # scikit-learn is imported for the first person who comes
        whole = kept(core.problem)(data, n=n, degree=degree, seed=seed, own=own)
    prepared = kept(core.prepare)(whole)
    count, rank = len(whole.columns), prepared.spectrum.rank
    places = preset.columns if model == "two" else preset.directions
    if own is not None:
        goes_with_the_file(own.fingerprint, (min(places[0], count), min(places[1], count)))
    most = count if model == "two" else max(2, min(rank + 1, count))
    first, second = (
        int(controls.number(name, 1, most, min(default, most), step=1))
        for name, default in zip(("first", "second"), places, strict=True)
    )
    start = controls.choose("start", core.STARTS, "away")
    lengths = [10, 20, 40, 60, 100, 200, 400, 1000, 2000, core.MOST_STEPS]
    steps = round(controls.scale("steps", lengths, preset.steps if is_sgd else core.ADAPTIVE_STEPS, is_live=False))

page.compare()

# Compute
directions = None if model == "two" else (first, second)
if model == "two":
    prepared = kept(core.prepare)(page.fresh(whole.only)((first - 1, second - 1)))
with knob_place:
    penalty = knob(prepared)
walk = {"optimiser": optimiser, "step_size": step_size, "steps": steps, "start": start}
run = page.fresh(core.study)(prepared, penalty=penalty, directions=directions, seed=seed, **walk)
demonstration = page.cached(core.forgetting)(penalty, seed=seed) if data == "high_dimensional" else None
names = said.names_of(prepared.problem, data, words)

# Pictures
with page.pictures:
    left, right = st.columns([1.2, 1], gap="small")
    with left:
        titles = said.axes(run, data, directions, words)
        until = max(penalty, core.GRID[0]) if page.waits("larger_penalties") else np.inf
        picture = charts.ball(run, said.readout(run, words)[: len(run.at)], titles, words, page.theme, until=until)
        held = sorted({*PENALTIES[::RAIL], penalty})
        budgets = [round_to(float(theta)) for theta in prepared.spectrum.norm_squared(np.array(held))]
        faces, way = {"penalty": held, "radius": budgets}, charts.on_the_way(run, held)
        hand = by_hand.on_rail(controls, words["place.ridge"], faces, penalty, *way, names="λθ", quiet=True)
        page.show(picture, "ball", alt=said.told(run, words), height=304, hands=[hand], click=True)
    with right:
        panel = controls.choose("panel", curves.PANELS, "coefficients", is_look=True, label_visibility="collapsed")
        picture = curves.curve(run, panel, names, words, page.theme, until=until)
        page.show(picture, "curve", alt=said.curve_told(run, panel, names, words), height=260, places=True)
    page.player(len(run.at) - 1, at=run.at)
    st.caption(said.facts(run, words))
    for line in said.warnings(run, data, words):
        st.caption(f"⚠ {line}")
page.verdicts(page.fresh(core.checks)(run, demonstration))


# A closer look
def show_factors() -> None:
    caption = said.factors_told(run, words)
    page.show_beside(views.factors(run, words, page.theme), "factors", alt=caption, text=caption)


def show_polynomial() -> None:
    points = n if data == "polynomial" else 20
    fits, free = (page.cached(core.polynomial_fits)(points, lam, seed=seed) for lam in (penalty, 0.0))
    for column, fit, plain in zip(st.columns(3), fits, free, strict=True):
        told = said.fit_told(fit, plain, words)
        column.caption(told)
        with column:
            page.show(views.polynomial(fit, plain, words, page.theme), f"fit {fit.degree}", alt=told, height=280)
    st.caption(words.say("fits_caption", points=points, penalty=penalty))


def show_optimisers() -> None:
    settings = {"step_size": step_size, "penalty": penalty, "steps": min(steps, 400)}
    zero = core.no_gradient
    w = {name: core.decay_dynamics(name, zero, np.array([1.0, 10.0]), **settings).w for name in core.OPTIMISERS}
    told = said.nothing_told(w, step_size, penalty, words)
    page.show_beside(views.nothing_to_learn(w, words, page.theme), "nothing", alt=told, text=told)


def show_forgetting() -> None:
    runs = [page.cached(core.forgetting)(lam, seed=seed) for lam in sorted({0.0, 3.0, penalty})]
    told = said.forgetting_told(runs, words)
    for column, draw in zip(st.columns(2), (views.norms, views.errors), strict=True):
        with column:
            page.show(draw(runs, words, page.theme), draw.__name__, alt=told, height=300)
    st.markdown(told)


def show_doors() -> None:
    found = kept(core.doors)(prepared.problem, core.GRID)
    told = said.doors_told(found, penalty, words)
    for column, draw in zip(st.columns([1.2, 1]), (views.four_errors, views.risk_ratio), strict=True):
        with column:
            page.show(draw(found, penalty, words, page.theme), draw.__name__, alt=told, height=300)
    st.markdown(f"{told}\n\n{words['doors_caption']}")


page.views(
    {
        "factors": show_factors,
        "polynomial": show_polynomial,
        "optimisers": show_optimisers,
        "forgetting": show_forgetting,
        "doors": show_doors,
    }
)
page.end()
