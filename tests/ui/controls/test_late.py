"""A browser that has not heard that everything was set anew."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.controls import late


def script():
    import streamlit as st

    from ui.controls.late import Late

    late = Late("page")
    if st.session_state.pop("anew", False):
        late.begin()
        for name, value in {"a": 10, "b": 20, "c": 3}.items():
            late.set(name, value)
    else:
        late.catch_up()
    for name, value in {"a": 1, "b": 2, "c": 3}.items():
        st.number_input(name, key=name, **({} if name in st.session_state else {"value": value}))
    if st.session_state.get("away"):
        late.spare("a")


@pytest.fixture
def app():
    app = AppTest.from_function(script, default_timeout=20).run()
    app.session_state["anew"] = True
    return app.run()


def brings(app, **values):
    """A message with these values of its widgets; the others are as they were last shown."""
    for name, value in values.items():
        app.number_input(key=name).set_value(value)
    app.run()
    assert not app.exception
    return tuple(app.session_state[name] for name in "abc")


def test_what_is_still_at_its_old_value_is_set_again(app):
    assert brings(app, a=1, b=2) == (10, 20, 3)
    assert brings(app, a=1, b=2) == (10, 20, 3), "and again, while messages are late"


def test_what_was_moved_meanwhile_stays_moved(app):
    assert brings(app, a=1, b=7) == (10, 7, 3)
    assert brings(app, a=1, b=2, c=4) == (10, 20, 4)


def test_one_who_has_heard_may_set_an_old_value_again(app):
    assert brings(app, b=2) == (10, 2, 3), "a has come back as it was set"
    assert brings(app, a=1, b=2) == (1, 2, 3), "from then on all is as it comes"


def test_after_a_while_nobody_is_late(app, monkeypatch):
    monkeypatch.setattr(late, "LATE", 0.0)
    assert brings(app, a=1, b=2) == (1, 2, 3)


def test_what_no_widget_holds_says_nothing_of_whether_it_was_heard(app):
    app.session_state["away"] = True
    app.session_state["anew"] = True
    brings(app, a=5, b=2)
    app.session_state["a"] = 10
    assert brings(app, b=2)[1] == 20
