"""What a hand says is what a control holds: inside its range, rounded, and never taken back by an old message."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from ui.live import handles


def script():
    import numpy as np
    import streamlit as st

    from ui.controls import by_hand
    from ui.controls.link import Link
    from ui.controls.widgets import Controls
    from ui.live import handles
    from ui.text import Words, words

    link = Link("page", "en")
    texts = dict(words("common", "en")) | {name: name for name in ("x0", "y0", "slope", "angle", "wide", "high")}
    shared = Words("common", "en", texts)
    controls = Controls(shared, link, {})
    for name in ("x0", "y0"):
        controls.number(name, -2.0, 2.0, 0.5, step=0.04)
    slope = controls.slider("slope", 0, 5, 2, 1)
    controls.slider("angle", 0, 50, 20, 10)
    for name, values in (("wide", (1, 3, 2, 1)), ("high", (0.0, 1.0, 0.5, 0.1))):
        controls.slider(name, *values)
    positions = np.arange(6.0)
    assert list(controls.positions["slope"]) == positions.tolist()
    hands = [
        by_hand.point(controls, "start", "x0", "y0"),
        by_hand.point(controls, "pad", "wide", "high", names=("σ_w", "σ_b")),
        by_hand.on_scales(controls, "scales", "slope", "angle", names=("a", "b")),
        by_hand.on_curve(controls, "along", "x0", positions, np.where(positions > 4, np.nan, positions**2)),
        by_hand.on_rail(
            controls, "slope", {"slope": range(6), "angle": range(0, 60, 10)}, slope, positions, positions
        ),
        by_hand.cloud(
            "points", "points", [(0.0, 1.0, 0)], lambda said: st.session_state.update(said=said),
            step=(0.1, 0.2), reach=10.0, most=3, kinds=[("+", "plus"), ("-", "minus")],
        ),
    ]  # fmt: skip

    def take() -> None:
        for hand in hands:
            if hand.label == st.session_state["who"]:
                handles.hear(hand, st.session_state["at"])

    for hand in hands:
        object.__setattr__(hand, "label", hand.shown["label"])
    st.session_state["shown"] = {hand.label: dict(hand.shown) for hand in hands}
    st.button("take", on_click=take)
    with st.container(key="held_map"):
        handles.layer("map", hands, shared, click="x0 y0")


def opened():
    app = AppTest.from_function(script, default_timeout=20).run()
    assert not app.exception, app.exception[0].message
    return app


def taken(who, at, app=None):
    app = app or opened()
    app.session_state["who"], app.session_state["at"] = who, at
    app.button[0].click().run()
    return app


def test_a_point_moves_both_of_its_fields():
    app = taken("start", [1.25, -0.75])
    assert not app.exception
    assert [field.value for field in app.number_input] == [1.25, -0.75]
    assert app.session_state["shown"]["start"]["at"] == [1.25, -0.75], "the answer has it"


def test_a_point_of_a_pad_moves_both_of_its_sliders():
    app = taken("pad", [2.0, 0.73])
    assert not app.exception
    assert (app.session_state["page-wide"], app.session_state["page-high"]) == (2, 0.73), "also between two positions"
    shown = app.session_state["shown"]["pad"]
    assert shown["at"] == [2, 0.73] and shown["names"] == ["σ_w", "σ_b"] and shown["step"] == [1, 0.1]


@pytest.mark.parametrize(("at", "then"), [([3.4, 31.0], (3, 30)), ([0, 50], (0, 50)), ([6.0, 20.0], (2, 20)),
                                          ([math.nan, 20.0], (2, 20)), ([1.0], (2, 20))])  # fmt: skip
def test_a_point_on_two_scales_is_at_home_at_their_positions(at, then):
    app = taken("scales", at)
    assert (app.session_state["page-slope"], app.session_state["page-angle"]) == then
    shown = app.session_state["shown"]["scales"]
    assert shown["places"] == [[0, 1, 2, 3, 4, 5], [0, 10, 20, 30, 40, 50]] and shown["at"] == list(then)


@pytest.mark.parametrize("at", [[3.0, 0.0], [math.nan, 0.0], [0.0], "far", None, [[1], [2]], {"x": 1}])
def test_what_no_hand_can_say_moves_nothing(at):
    app = taken("start", at)
    assert [field.value for field in app.number_input] == [0.5, 0.5]
    assert not app.exception


def test_a_point_on_a_curve_keeps_to_what_there_is_of_it():
    app = taken("along", [1.0, None])
    assert [field.value for field in app.number_input] == [1.0, 0.5]
    along = app.session_state["shown"]["along"]
    assert along["free"] == [True, False] and along["along"]["x"] == [0, 1, 2, 3, 4], "no place without a height"


@pytest.mark.parametrize(("at", "then"), [(4, 4), (0, 0), (6, 2), (-1, 2), (1.0, 2), ("3", 2)])
def test_a_rail_is_a_slider(at, then):
    app = taken("slope", at)
    assert (app.session_state["page-slope"], app.session_state["page-angle"]) == (then, 10 * then), (
        "and what goes with it"
    )
    assert app.session_state["shown"]["slope"]["said"][then] == f"{then} · {10 * then}"


def test_a_cloud_is_told_as_a_whole():
    app = taken("points", [[0.1, 1, 0], [2, 3.00000049, 1]])
    assert app.session_state["said"] == [(0.1, 1.0, 0), (2.0, 3.0, 1)]
    for wrong in ([], [[0, 0, 0]] * 4, [[0, 0, 2]], [[0, 0]], [["a", 0, 0]], 7):
        assert taken("points", wrong, app).session_state["said"] == [(0.1, 1.0, 0), (2.0, 3.0, 1)]


def test_a_hands_number_has_the_decimals_of_the_step():
    shown = opened().session_state["shown"]["start"]
    assert shown["step"] == [0.04, 0.04] and shown["grain"] == [0.01, 0.01]
    assert shown["low"] == [-2, -2] and shown["high"] == [2, 2]


def test_a_field_that_has_not_heard_takes_nothing_back(monkeypatch):
    """The browser's next message still brings what the field showed before the hand moved it."""
    app = taken("start", [1.25, 1.0])
    app.number_input[0].set_value(0.5).run()
    assert app.number_input[0].value == 1.25
    app.number_input[0].set_value(0.75).run()
    assert app.number_input[0].value == 0.75, "what is typed is typed"
    app = taken("start", [1.25, 1.0])
    monkeypatch.setattr(handles, "NEWS", -1.0)
    app.number_input[0].set_value(0.5).run()
    assert app.number_input[0].value == 0.5, "later, it has been typed"
