"""Dropout: noise that leaves the mean alone adds a penalty, for a linear model exactly a ridge."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from charts import dropout as charts
from charts.common import Picture
from charts.dropout import averages, masks, networks
from charts.dropout import band as bands
from charts.dropout import words as said
from core import dropout
from core.dropout import DROPPED, MOST_UNITS, NOISES, RATE_SETS
from ui.page import frame
from ui.work.settle import import_soon

MODELS = ("linear", "average", "digits", "band")
WIDTHS = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]

page = frame.start("dropout")
words, controls = page.words, page.controls

# Controls
with page.controls_place:
    model = controls.select("model", MODELS, "linear")
    p = 0.5
    if model != "digits":
        p = controls.slider("p", 0.0, 1.0, 0.2 if model == "band" else 0.5, 0.05, is_live=model != "band")
    if model == "linear":
        noise = controls.select("noise", NOISES, "entries")
        standardised = controls.toggle("standardised", False)
        n = controls.slider("n", 1, 100, 30, 1)
    elif model == "average":
        depth = {"one": 1, "two": 2}[controls.choose("depth", ["one", "two"], "one")]
        units = controls.slider("units", 1, MOST_UNITS[1], 10, 1)
        size = controls.slider("size", 0.2, 4.0, 0.6, 0.2)
    elif model == "digits":
        rates = RATE_SETS[controls.select("rates", RATE_SETS, "four")]
        label_noise = controls.slider("label_noise", 0.0, 0.5, 0.2, 0.05, is_live=False)
        samples = controls.slider("samples", 20, 400, 200, 20, is_live=False)
        width = round(controls.scale("width", WIDTHS, 128.0, is_live=False))
        each = controls.slider("networks", 1, 5, 3, 1, is_live=False)
    else:
        dropped = controls.choose("dropped", DROPPED, "last")
        points = round(controls.scale("points", [2, 5, 10, 20, 40, 100, 200, 400], 40, is_live=False))
        width = round(controls.scale("curve_width", WIDTHS[:-1], 64.0, is_live=False))
with page.more():
    if model == "digits":
        epochs = round(controls.scale("epochs", [50, 100, 250, 500, 1000], 250, is_live=False))
    elif model == "band":
        epochs = round(controls.scale("curve_epochs", [100, 300, 1000, 3000, 5000], 1000, is_live=False))
    seed = controls.seed()


page.compare()


# Compute and pictures
def side_by_side(*drawn: tuple[Picture, str, str], columns: Sequence[Any] = (), height: int = 270) -> None:
    """Pictures with their keys and what they say in words."""
    for column, (picture, key, alt) in zip(columns or st.columns([1.2, 1], gap="small"), drawn, strict=True):
        with column:
            page.show(picture, key, alt=alt, height=height, places=key in ("path", "averages"))


def training(work, *args, draw, **kwargs):
    """The result of long work, its pictures drawn anew whenever there is more of it."""
    with page.pictures:
        with st.spinner(words["computing"]):
            import core.networks.training  # noqa: F401  here, so that the other models do not wait for torch
        columns = st.columns([1.2, 1], gap="small")
    for run in page.working(work, *args, **kwargs):
        draw(run, columns)
    return run


if model == "linear":
    data = page.cached(dropout.linear_data)(n, standardised=standardised, seed=seed)
    found = page.cached(dropout.study)(data, p, noise=noise, seed=seed)
    along = page.cached(dropout.path)(data, noise=noise, seed=seed)
    with page.pictures:
        side_by_side(
            (
                charts.losses(found, said.readout(found, words), words, page.theme, named=not page.waits("penalty")),
                "losses",
                said.losses_told(found, words),
            ),
            (charts.coefficients(found, along, words, page.theme), "path", said.coefficients_told(found, along, words)),
        )
        page.player(len(found.copies) - 1, unit="player.frame")
        st.caption(said.facts(found, words))
    page.verdicts(page.fresh(dropout.linear_checks)(found))
elif model == "average":
    units = min(units, MOST_UNITS[depth])
    found = page.cached(dropout.test_time_predictions)(units, p=p, depth=depth, size=size, seed=seed)
    with page.pictures:
        side_by_side(
            (averages.against_rate(found, words, page.theme), "averages", said.averages_told(found, words)),
            (averages.sampled(found, words, page.theme), "sampled", said.sampled_told(found, words)),
        )
        page.player(len(found.sampled.draws) - 1, unit="player.frame")
        st.caption(words[f"facts.average.{depth}"])
    page.verdicts(page.fresh(dropout.test_time_checks)(found))
elif model == "digits":
    with page.pictures:
        quantity = controls.choose(
            "quantity", networks.QUANTITIES, "cross_entropy", is_look=True, label_visibility="collapsed"
        )

    def draw(run: dropout.DropoutSweep, columns: Sequence[Any]) -> None:
        told = said.curves_told(run, quantity, words)
        side_by_side(
            (networks.curves(run, quantity, words, page.theme), "curves", told),
            (networks.against_rate(run, quantity, words, page.theme), "final", told),
            columns=columns,
            height=240,
        )

    asked = {"width": width, "label_noise": label_noise, "rates": rates, "networks": each, "epochs": epochs}
    run = training(dropout.dropout_sweep, samples, draw=draw, seed=seed, **asked)
    with page.pictures:
        page.player(len(run.epochs) - 1, at=run.epochs)
        st.caption(said.sweep_facts(run, words))
    page.verdicts(page.fresh(dropout.sweep_checks)(run))
else:

    def draw(run: dropout.Band, columns: Sequence[Any]) -> None:
        side_by_side(
            (bands.fit(run, words, page.theme), "fit", said.band_told(run, words)),
            (bands.spread(run, words, page.theme), "spread", said.spread_told(run, words)),
            columns=columns,
        )

    asked = {"p": p, "width": width, "dropped": dropped, "epochs": epochs}
    run = training(dropout.predictive_band, points, draw=draw, seed=seed, **asked)
    with page.pictures:
        page.player(len(run.epochs) - 1, at=run.epochs)
        st.caption(words["facts.band"])
    page.verdicts(page.fresh(dropout.band_checks)(run))


# A closer look
def show_masks() -> None:
    seen = page.cached(dropout.masked_network)(p, seed=seed)
    side_by_side(
        (masks.network(seen, words, page.theme), "network", said.network_told(seen, words)),
        (masks.running_mean(seen, words, page.theme), "running", said.running_told(seen, words)),
    )
    st.caption(words["masks_caption"])


def show_logistic() -> None:
    if p > 0.95:
        return page.problem("all_dropped")
    seen = page.cached(dropout.logistic_penalty)(p, seed=seed)
    told = said.logistic_told(seen, words)
    text = f"{told}\n\n{words['logistic_caption']}"
    page.show_beside(masks.logistic(seen, words, page.theme), "logistic", alt=told, text=text)


page.views({"masks": show_masks, "logistic": show_logistic})
page.end()
import_soon("core.networks.training")
