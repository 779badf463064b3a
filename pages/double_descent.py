"""Double descent: past the interpolation threshold the test error comes down again."""

import streamlit as st

from charts import double_descent as charts
from charts.common import Picture
from charts.double_descent import risk_parts
from charts.double_descent import words as said
from charts.double_descent.fitted_functions import fits
from charts.double_descent.risk_map import risk_map
from core import double_descent as core
from core.double_descent import AGAINST, DATA, POSITIONS, PRESETS, checks, legendre_fits, three_fits
from ui.page import frame

GUESSES = {"risk": {"peak_at_threshold.measured": "x"}}  # by picture: numbers asked for, and the axis that has them

page = frame.start("double_descent")
words, controls = page.words, page.controls


# Controls
def goes_with_the_data() -> None:
    """Another picture: from its own samples, noise and repetitions, without a ridge."""
    chosen = {name: st.session_state.get(controls.link.key(name)) for name in ("against", "data")}
    own = PRESETS[core.preset_of(**{name: value for name, value in chosen.items() if value})]
    for name, value in own.start.items():
        st.session_state[controls.link.key(name)] = value


with page.controls_place:
    preset = controls.select("against", AGAINST, "parameters", on_change=goes_with_the_data)
    if preset == "parameters":
        preset = controls.select("data", DATA, "digits", on_change=goes_with_the_data)
    else:
        st.caption(words[f"data_of.{preset}"])
    own, is_digits = PRESETS[preset], preset == "digits"
    low, high, step = own.n
    n = controls.slider("p" if preset == "samples" else "n", low, high, own.default_n, step, is_live=not is_digits)
    if is_digits:
        noise = controls.slider("label_noise", 0.0, 0.5, 0.0, 0.05, is_live=False)
    else:
        noise = controls.scale("noise", own.noise, own.default_noise)
    penalty = controls.scale("penalty", POSITIONS, 0.0, least=POSITIONS[1], disabled=preset == "epochs")
    repetitions = round(controls.scale("repetitions", own.repetitions, own.default_repetitions, is_live=not is_digits))
with page.more():
    scaling = controls.choose("scaling", ["plain", "orthonormal"], "plain", disabled=preset != "legendre")
    total = round(controls.slider("total_features", 60, 200, 100, 20, disabled=preset != "weak"))
    design = controls.choose("design", ["orthogonal", "gaussian"], "orthogonal", disabled=preset != "epochs")
    best_ridge = controls.toggle("best_ridge", True)
    seed = controls.seed()
common = {"noise": noise, "repetitions": repetitions, "seed": seed}
more = {"total_features": total, "scaling": scaling}

page.compare()

# Compute
if is_digits:
    for plane in page.working(core.digits_everywhere, n, noise, repetitions, seed, core.off_grid(penalty)):
        curve = page.fresh(plane.at)(penalty, best_ridge=best_ridge)
elif preset == "epochs":
    curve = page.cached(core.epochs)(n, design=design, **common)
else:
    with page.pictures, st.spinner(words["computing"]):
        curve = page.cached(core.sweep)(preset, n, best_ridge=best_ridge, **common, **more)
        if penalty > 0:
            ridge = page.cached(core.sweep)(preset, n, penalty=penalty, best_ridge=False, **common, **more)
            curve = page.fresh(core.with_the_best_of)(ridge, curve)


# Pictures
def pictures() -> tuple[tuple[Picture, str, str], ...]:
    """The main picture and its companion, each with its key and with what it says in words."""
    look = {"marked": not page.waits("threshold")}
    readout, told = said.readout(curve, preset, words), said.told(curve, preset, words, **look)
    look["total_features"] = total
    if preset == "epochs":
        main = risk_parts.epochs(curve, readout, words, page.theme)
        return (main, "epochs", told), (risk_parts.epoch_parts(curve, words, page.theme), "epoch_parts", told)
    risk = charts.risk(curve, preset, readout, words, page.theme, **look), "risk", told
    if preset == "map":
        found = page.cached(core.map_of)(noise, penalty)
        main = risk_map(found, n, curve.sizes, curve.median(), words, page.theme)
        return (main, "map", words.say("alt_map", n=n, noise=noise)), risk
    if preset == "legendre":
        settings = {"noise": noise, "scaling": scaling, "penalty": penalty, "seed": seed}
        found = page.cached(legendre_fits)(n, **settings)
        return risk, (fits(found, words, page.theme), "fits", said.fit_told(found, -1, words))
    norm = charts.norm(curve, preset, words, page.theme, **look)
    return risk, (norm, "norm", said.told(curve, preset, words, "norm", marked=look["marked"]))


with page.pictures:
    for column, (picture, key, alt) in zip(st.columns([1.25, 1], gap="small"), pictures(), strict=True):
        with column:
            page.show(picture, key, alt=alt, height=300, places=key in ("risk", "epochs"), guesses=GUESSES.get(key, {}))
    at = curve.times if preset == "epochs" else curve.sizes
    page.player(len(at) - 1, unit=f"letter.{preset}", at=at)
    st.caption(words[f"caption.{preset}"])
page.verdicts(page.fresh(checks)(curve))


# A closer look
def show_parts() -> None:
    shown = preset if preset in ("gaussian", "weak", "samples", "map") else "gaussian"
    known = curve if shown == preset else page.cached(core.sweep)("gaussian", 40, noise=0.25, seed=seed)
    exact = core.exact_parts(shown, known, n if shown == preset else 40)
    picture = risk_parts.parts(known, exact, shown, words, page.theme, total_features=total)
    text = words["parts_caption"] if shown == preset else f"{words['parts_gaussian']} {words['parts_caption']}"
    page.show_beside(picture, "bias_variance", alt=said.told(known, shown, words, "variance"), text=text)


def show_fits() -> None:
    settings = {"n": n, "noise": noise, "penalty": penalty} if preset == "legendre" else {"n": 20, "noise": 0.09}
    found = page.cached(three_fits)(scaling=scaling, seed=seed, **settings)
    for place, column in enumerate(st.columns(3)):
        alt = said.fit_told(found, place, words)
        column.caption(alt)
        with column:
            page.show(fits(found, words, page.theme, only=place), f"fit {place}", alt=alt, height=260)
    st.caption(words["fits_caption"])


def show_ridge() -> None:
    if preset == "epochs":
        return page.problem("no_ridge")
    size = round(controls.scale("size", core.sizes_of(preset, n, total_features=total), curve.threshold))
    found = core.profile_of(plane, size) if is_digits else page.cached(core.profile)(preset, n, size, **common, **more)
    picture = risk_parts.penalties(found, preset, words, page.theme)
    told = said.profile_told(found, preset, words)
    page.show_beside(picture, "ridge", alt=told, text=f"{told}\n\n{words['ridge_caption']}")


page.views({"bias_variance": show_parts, "fits": show_fits, "ridge": show_ridge})
page.end()
