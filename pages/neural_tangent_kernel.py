"""Neural tangent kernel: the wider the network, the less its kernel moves: it learns like a linear model."""

import math

import streamlit as st

from charts import neural_tangent_kernel as charts
from charts.neural_tangent_kernel import sweeps, views
from charts.neural_tangent_kernel import words as said
from core import neural_tangent_kernel as ntk
from core.neural_tangent_kernel import MOST_TEXT
from ui.controls import by_hand
from ui.evidence.strip import strip
from ui.live.handles import Handle, put
from ui.page import frame

STEPS = (30.0, 100.0, 300.0, 1000.0, 3000.0)
ENSEMBLES = (10.0, 20.0, 50.0, 100.0, 200.0)
page = frame.start("neural_tangent_kernel")
words, controls = page.words, page.controls


# Controls
def own_task() -> ntk.Task | None:
    try:
        return page.fresh(ntk.own)(controls.text("points", ntk.OWN, MOST_TEXT))
    except ntk.TaskError as error:
        with page.pictures:
            page.problem("points_unread", why=said.task_problem(error, words))
        return None


with page.controls_place:
    data = controls.select("data", ["circle", "wave", "steps", "own"], "circle")
    own = own_task() if data == "own" else None
    task = own or (page.fresh(ntk.own)(ntk.OWN) if data == "own" else page.fresh(ntk.TASKS[data])())
    activation = controls.choose("activation", list(reversed(ntk.ACTIVATIONS)), "erf")
    depth = controls.slider("depth", 0, 10, 1, 1, is_live=False)
    scale = controls.scale("output_scale", (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100), 1, is_live=False)
    steps = int(controls.scale("steps", STEPS, 1000, is_live=False))
with page.more():
    weight_std = controls.slider("weight_std", 0.1, 3.0, 1.5, 0.1, is_live=False)
    bias_std = controls.slider("bias_std", 0.0, 2.0, 0.5, 0.1, is_live=False)
    parametrisation = controls.choose("parametrisation", ntk.PARAMETRISATIONS, "ntk")
    centred = controls.toggle("centred", False)
    stability = controls.scale("stability", (0.1, 0.25, 0.5, 1, 1.5, 1.9, 2.5, 4, 8, 16), 0.5, is_live=False)
    count = int(controls.scale("ensemble", ENSEMBLES, 50, is_live=False))
    seed = controls.seed()
settings = ntk.Settings(activation, depth, weight_std, bias_std, scale, centred, parametrisation, stability, seed)
on = "circle" if data == "circle" else "line"


# Pictures
def own_hands(half: float) -> list[Handle]:
    """The points themselves, to be dragged. ``half``: of the picture, from its middle up."""
    key, size = controls.link.key("points"), (float(task.place.max() - task.place.min()) or 1.0, half)
    rows = [(x, y, 0) for x, y in zip(task.place.tolist(), task.y.tolist(), strict=True)]
    steps = tuple(10.0 ** (math.floor(math.log10(of)) - 1) for of in size)
    return [
        by_hand.cloud(
            "points", words["handles.point"], rows, lambda said: put(key, ntk.as_text([p[:2] for p in said])),
            step=steps, reach=ntk.LARGEST, most=ntk.MOST_POINTS, late=True,
        )
    ]  # fmt: skip


def draw(run: ntk.Study) -> None:
    hands = own_hands(charts.half_height(run)) if own is not None else []
    for place, column in enumerate(columns):
        with column:
            picture = charts.function(run, place, said.readout(run, place, words), words, page.theme)
            alt, held = said.function_told(run, place, words), [] if place else hands
            page.show(picture, f"function {place}", alt=alt, height=138, hands=held, click=True)
            picture = charts.kernel(run, place, on, words, page.theme)
            page.show(picture, f"kernel {place}", alt=said.kernel_told(run, place, words), height=120)


with page.pictures:
    page.legend(said.legend(words, page.theme))
    columns = [column.container(gap=None) for column in st.columns(3, gap="small")]
for run in page.working(ntk.study, task, settings, steps=steps):
    draw(run)
with page.pictures:
    st.caption(said.facts(run, words))
    page.player(len(run.step) - 1, at=run.step)
page.verdicts(page.fresh(ntk.checks)(run))


# A closer look
def show_kernels() -> None:
    page.show_beside(
        views.heat_maps(run, on, words, page.theme),
        "kernels",
        alt=said.heat_told(run, words),
        text=words["kernels_caption"],
        height=460,
    )


def show_modes() -> None:
    for place, column in zip((0, len(run.traces) - 1), st.columns(2), strict=True):
        found = ntk.mode_curves(run, place)
        told = said.modes_told(found, int(run.widths[place]), words)
        with column:
            page.show(views.mode_decay(found, words, page.theme), f"modes {place}", alt=told, height=300)
            st.caption(told)
    st.markdown(words.say("modes_caption", condition=run.limits[-1].modes.condition))
    st.page_link("pages/polyak_lojasiewicz.py", label=words["open_valley"], icon="🏞️", query_params={"view": "widths"})


def sweep(name: str, picture, told, text, checks, **more: int) -> None:
    """A picture of further trainings, with a strip of its own."""
    for found in page.working(ntk.SWEEPS[name], task, settings, **more):  # noqa: B007  the last one is the whole
        pass
    page.show_beside(picture(found), name, alt=told(found, words), text=text(found))
    st.html(strip(checks(found), words))


def show_widths() -> None:
    sweep(
        "widths",
        lambda found: sweeps.exponents(found, words, page.theme),
        said.sweep_told,
        lambda found: words["sweep_caption"],
        lambda found: ntk.sweep_checks(found, settings),
    )


def show_many() -> None:
    sweep(
        "many",
        lambda found: sweeps.ensemble(found, task, on, said.ensemble_readout(found, words), words, page.theme),
        said.ensemble_told,
        lambda found: words["ensemble_caption"],
        lambda found: ntk.ensemble_checks(found, settings),
        count=count,
        steps=min(steps, 1000),
    )


def show_lazy() -> None:
    sweep(
        "lazy",
        lambda found: sweeps.lazy_or_rich(found, scale, words, page.theme),
        said.lazy_told,
        lambda found: said.lazy_caption(found, words),
        lambda found: ntk.laziness_checks(found, activation),
    )


def show_parametrisation() -> None:
    found = page.cached(ntk.growth)(task, settings)
    page.show_beside(
        views.growth(found, words, page.theme), "growth", alt=said.growth_told(found, words),
        text=words["parametrisation_caption"],
    )  # fmt: skip


page.views({
    "kernels": show_kernels, "modes": show_modes, "widths": show_widths, "many": show_many, "lazy": show_lazy,
    "parametrisation": show_parametrisation,
})  # fmt: skip
page.end()
