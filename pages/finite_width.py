"""Finite width: a network's output is Gaussian only where it is much wider than deep."""

import streamlit as st

from charts import finite_width as charts
from charts.finite_width import words as said
from charts.finite_width.density import outputs
from charts.finite_width.plane import plane
from core import finite_width as core
from core.check import Check
from ui.controls import by_hand
from ui.evidence.strip import strip
from ui.live.handles import put
from ui.page import frame

page = frame.start("finite_width")
words, controls = page.words, page.controls
WIDTHS = (2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0, 192.0, 256.0, 384.0, 512.0)
DEPTHS = (*map(float, range(1, 33)), *map(float, range(36, 65, 4)), *map(float, range(72, 129, 8)))
MANY = (1000.0, 2000.0, 4000.0, 10_000.0, 20_000.0, 40_000.0)

# Controls
with page.controls_place:
    activation = controls.choose("activation", core.ACTIVATIONS, "linear")
    width = int(controls.scale("width", WIDTHS, 128))
    depth = int(controls.scale("depth", DEPTHS, 32))
    networks = int(controls.scale("networks", MANY, 10_000, is_live=False))
    own = controls.text("widths", "", core.MOST_TYPED)
with page.more():
    slope = controls.slider("slope", *core.SLOPES, 0.1, 0.01, disabled=activation != "leaky")
    seed = controls.seed()
page.compare()
widths = (width,) * depth
if own:
    try:
        widths = core.widths_typed(own)
    except ValueError:
        with page.pictures:
            page.problem("widths_unread", most=core.MOST_DEPTH, low=core.LEAST_WIDTH, high=core.MOST_WIDTH)

# Compute
slope = slope if activation == "leaky" else 0.1
dots = page.cached(core.dots)(activation, slope, networks, seed)
study = page.cached(core.study)(activation, widths, slope, networks, seed)

# Pictures
marked = not page.waits("negative")
with page.pictures:
    page.legend(said.legend(words, page.theme))
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        told, climbs = said.readout(study, words), not page.waits("path")
        shown = {"marked": marked, "climbs": climbs, "named": not page.waits("letters")}
        picture = charts.collapse(dots, study, words, page.theme, told, **shown)
        page.show(picture, "collapse", alt=said.collapse_told(dots, study, words), height=284)
    with right:
        hand = by_hand.on_scales(controls, words["handle"], "depth", "width", names=("L", "n"))
        hands = [] if own else [hand]
        picture = plane(dots, study, words, page.theme, marked=marked)
        page.show(picture, "plane", alt=said.plane_told(study, words), height=142, hands=hands, click=True)
        picture = outputs(study, words, page.theme, marked=marked)
        page.show(picture, "outputs", alt=said.outputs_told(study, words), height=142)
    page.player(len(study.frames) - 1, unit="layer_unit", at=study.frames, seconds=5.0)
    st.caption(said.facts(study, words))
page.verdicts(page.fresh(core.checks)(study, dots))


# A closer look
def show_regimes() -> None:
    from charts.finite_width.views import distances

    found = page.cached(core.regimes)(activation, slope, width)
    told = said.regimes_told(found, words)
    text = f"{told}\n\n{words['regimes_text']}"
    page.show_beside(distances(found, words, page.theme), "regimes", alt=told, text=text)


def show_logs() -> None:
    from charts.finite_width.views import log_variances

    told = said.logs_told(study, words)
    text = f"{told}\n\n{words['logs_text']}"
    page.show_beside(log_variances(study, words, page.theme), "logs", alt=told, text=text)
    st.html(strip(core.log_checks(study), words))


def show_orders() -> None:
    from charts.finite_width.training import functions, losses, orders_told

    text = controls.text("points", core.POINTS, core.MOST_TEXT)
    units = int(controls.scale("hidden", (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0), 16, is_live=False))
    try:
        points = core.points_typed(text)
    except core.PointsError:
        return page.problem("points_unread", most=core.MOST_POINTS)
    found = page.cached(core.taylor_orders)(points, width=units, seed=seed)
    key, rows = controls.link.key("points"), [(x, y, 0) for x, y in points]
    hand = by_hand.cloud(
        "points", words["handle_point"], rows, lambda said: put(key, core.points_text([p[:2] for p in said])),
        step=(0.05, 0.05), reach=1.0, most=core.MOST_POINTS,
    )  # fmt: skip
    told = orders_told(found, words)
    left, right = st.columns(2, gap="small")
    with left:
        page.show(functions(found, words, page.theme), "functions", alt=told, height=320, hands=[hand], click=True)
    with right:
        page.show(losses(found, words, page.theme), "losses", alt=told, height=320)
    st.caption(f"{told} {words['orders_text']}")


def compared(name: str, found, powers: dict[str, float], checks: tuple[Check, ...], *, waits: bool) -> None:
    """Distances by width, with a strip of their own; while the question about them is open, its tiles alone."""
    from charts.finite_width.training import by_width, told

    if waits:
        st.html(strip(checks, words, [check.id for check in checks]))
        return
    rows = {f"apart.{one}": of for one, of in found.rows.items()}
    lines = {f"apart.{one}": power for one, power in powers.items()}
    picture, alt = by_width(found.widths, rows, lines, words, page.theme), told(found.widths, rows, words)
    page.show_beside(picture, name, alt=alt, text=f"{words[f'{name}_text']}\n\n{alt}")
    st.html(strip(checks, words))


def show_slopes() -> None:
    units = controls.choose("units", ("erf", "relu"), "erf")
    for found in page.working(core.taylor_sweep, units, seed=seed):  # noqa: B007  the last one is the whole
        pass
    compared(
        "slopes", found, core.POWERS if units == "erf" else {}, core.sweep_checks(found), waits=page.waits("slopes")
    )


def show_algorithms() -> None:
    for found in page.working(core.algorithms, seed=seed):  # noqa: B007  the last one is the whole
        pass
    compared(
        "algorithms",
        found,
        {"quarter": -1.0, "momentum": -1.0},
        core.ends_checks(found),
        waits=page.waits("algorithms"),
    )


page.views(
    {
        "regimes": show_regimes,
        "logs": show_logs,
        "orders": show_orders,
        "slopes": show_slopes,
        "algorithms": show_algorithms,
    }
)
page.end()
