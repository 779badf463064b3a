"""Weight decay's page: one knob with two faces, λ and θ."""

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from tests.pages.test_contract import Opened, warm  # noqa: F401

LAMBDA, THETA = "weight_decay-penalty", "weight_decay-radius"


def faces(app):
    return app.session_state[LAMBDA], app.session_state[THETA]


def test_whichever_is_moved_moves_the_other():
    app = Opened("weight_decay").app
    penalty, radius = faces(app)
    app.select_slider(LAMBDA).set_value(penalty * 2).run()
    assert faces(app)[0] == pytest.approx(2 * penalty) and faces(app)[1] < radius
    app.select_slider(THETA).set_value(radius).run()
    assert faces(app) == (pytest.approx(penalty), radius)


def test_a_run_that_ends_in_the_middle_does_not_turn_the_knob(monkeypatch):
    """λ is moved and moved back, and the first of the two runs was ended by the second."""
    app = Opened("weight_decay").app
    before = faces(app)
    drawn = st.select_slider

    def ended(label, *args, key, **options):
        if key == LAMBDA:
            raise StopException
        return drawn(label, *args, key=key, **options)

    with monkeypatch.context() as patch:
        patch.setattr(st, "select_slider", ended)
        app.session_state[LAMBDA] = before[0] * 2
        app.run()
    app.session_state[LAMBDA] = before[0]
    app.run()
    assert faces(app) == before
