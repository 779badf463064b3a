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


def csv(columns):
    rows = [",".join(f"{(7 * k + 3 * j * j) % 11}.5" for j in range(columns)) for k in range(30)]
    return "\n".join([",".join(f"u{j}" for j in range(columns)), *rows]).encode()


def places(app):
    return app.session_state["weight_decay-first"], app.session_state["weight_decay-second"]


@pytest.mark.parametrize("model", ["two", "all"])
def test_a_file_with_one_column_to_learn_from_does_not_narrow_the_next(model):
    """The second column was put to the first, where there was only one, and stayed there."""
    app = Opened("weight_decay", data="own", model=model).app
    app.get("file_uploader")[0].set_value(("narrow.csv", csv(2), "text/csv")).run()
    assert not app.exception and (model == "all" or places(app) == (1, 1))
    for name in ("wide.csv", "wider.csv"):
        app.get("file_uploader")[0].set_value((name, csv(4 + len(name)), "text/csv")).run()
        assert not app.exception and places(app) == (1, 2)
    app.session_state["weight_decay-second"] = 4
    app.run()
    assert places(app) == (1, 4), "what is chosen for a file stays"


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
