"""The link: the address sets the controls, the controls set the address, and nothing in it can hurt."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.controls.link import strings


def script():
    """Two places with the same two controls; ``place`` and ``language`` in the session say which one is on."""
    import streamlit as st

    from ui.controls.link import FRAME, Link
    from ui.controls.values import in_range

    frame = Link(FRAME)
    lecture = frame.hold("lecture", False, lambda asked: asked[-1] == "true")
    if not st.session_state.get("away"):
        st.toggle("lecture", key=lecture)

    def decode_methods(asked):
        chosen = [a for a in asked if a]
        if not set(chosen) <= {"p", "q", "r"}:
            raise ValueError(chosen)
        return chosen

    link = Link(st.session_state.get("at", "one"), st.session_state.get("language", "en"))
    st.number_input("rate", key=link.hold("rate", 0.5, in_range(0, 1)))
    st.multiselect("methods", ["p", "q", "r"], key=link.hold("methods", ["p"], decode_methods))
    st.button("reset", key="to default", on_click=link.reset, args=("rate", 0.25))
    if not st.session_state.get("dragging"):
        link.write({"rate": 0.5, "methods": ["p"]}, {"lecture": False})


def opened(**address):
    app = AppTest.from_function(script, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    return clean(app.run())


def clean(app):
    assert not app.exception, app.exception[0].message
    return app


def values(app, place="one"):
    return app.session_state[f"{place}-rate"], app.session_state[f"{place}-methods"]


def go(app, place, language="en"):
    """To another place, as a click in the navigation goes there: Streamlit empties the address."""
    app.session_state["at"], app.session_state["language"] = place, language
    app.query_params = {}
    return clean(app.run())


def test_without_an_address_everything_is_at_its_default_and_the_address_stays_empty():
    app = opened()
    assert values(app) == (0.5, ["p"])
    assert app.query_params == {}


def test_the_address_sets_the_controls_and_stays_as_it_is():
    app = opened(rate="0.75", methods=["q", "r"])
    assert values(app) == (0.75, ["q", "r"])
    assert app.query_params == {"rate": "0.75", "methods": ["q", "r"]}


def test_a_moved_control_is_in_the_address_and_one_back_at_its_default_is_not():
    app = opened()
    clean(app.number_input(key="one-rate").set_value(0.125).run())
    assert app.query_params == {"rate": "0.125"}
    clean(app.number_input(key="one-rate").set_value(0.5).run())
    assert app.query_params == {}


def test_nothing_chosen_is_a_choice_too():
    app = opened()
    clean(app.multiselect(key="one-methods").set_value([]).run())
    assert app.query_params == {"methods": ""}
    assert values(opened(methods="")) == (0.5, [])


@pytest.mark.parametrize(
    "garbage", ["1.5", "-0.1", "nan", "inf", "", "half", "0x1", "1e999", "🎢", "0.7; drop", "\x00"]
)
def test_garbage_gives_the_default_and_leaves_the_address(garbage):
    app = opened(rate=garbage, methods=garbage or "s")
    assert values(app) == (0.5, ["p"])
    assert app.query_params == {}


def test_what_nobody_asked_for_leaves_the_address():
    assert opened(nonsense="1", rate="0.75").query_params == {"rate": "0.75"}


def test_of_a_repeated_number_the_last_counts():
    assert values(opened(rate=["0.1", "0.2"]))[0] == 0.2


def test_an_address_is_read_on_arrival_and_not_again():
    app = opened(rate="0.75")
    clean(app.number_input(key="one-rate").set_value(0.25).run())
    assert values(app)[0] == 0.25


def test_places_do_not_share_values():
    app = opened(rate="0.75")
    go(app, "two")
    assert values(app, "two") == (0.5, ["p"])
    assert app.query_params == {}


def test_a_place_remembers_what_was_set_there():
    app = opened(rate="0.75", methods=["r"])
    go(app, "two")
    clean(app.number_input(key="two-rate").set_value(0.1).run())
    go(app, "one")
    assert values(app) == (0.75, ["r"])
    assert app.query_params == {"rate": "0.75", "methods": "r"}
    go(app, "two")
    assert values(app, "two") == (0.1, ["p"])


def test_an_address_that_says_anything_wins_over_memory():
    app = opened(rate="0.75", methods=["r"])
    go(app, "two")
    app.session_state["at"] = "one"
    app.query_params["methods"] = ["q"]
    clean(app.run())
    assert values(app) == (0.5, ["q"])


def test_values_survive_a_change_of_language():
    app = opened(rate="0.75", methods=["r", "q"])
    app.session_state["language"] = "zh"
    clean(app.run())
    assert values(app)[0] == 0.75 and set(values(app)[1]) == {"q", "r"}


def test_what_all_pages_share_stays_on_all_of_them():
    app = opened(lecture="true")
    assert app.query_params == {"lecture": "true"}
    go(app, "two")
    assert app.session_state["basin-lecture"] is True
    assert app.query_params == {"lecture": "true"}


def test_what_all_pages_share_is_remembered_where_no_widget_shows_it():
    """Streamlit forgets it there, and the address may be an old one."""
    app = clean(opened(lecture="true").toggle(key="basin-lecture").set_value(False).run())
    app.session_state["away"] = app.session_state["dragging"] = True
    app.query_params = {"lecture": "true"}
    for _ in range(3):
        clean(app.run())
    app.session_state["away"] = app.session_state["dragging"] = False
    assert clean(app.run()).toggle(key="basin-lecture").value is False and app.query_params == {}


def test_reset_puts_every_control_to_its_default_but_the_one_it_names():
    app = opened(rate="0.75", methods=["r"])
    clean(app.button(key="to default").click().run())
    assert values(app) == (0.25, ["p"])
    assert app.query_params == {"rate": "0.25"}
    clean(app.run())
    assert values(app) == (0.25, ["p"])


def test_the_address_waits_while_nothing_is_written():
    app = opened()
    app.session_state["dragging"] = True
    clean(app.number_input(key="one-rate").set_value(0.125).run())
    assert app.query_params == {}
    app.session_state["dragging"] = False
    assert clean(app.run()).query_params == {"rate": "0.125"}


def test_an_option_that_is_no_longer_offered_gives_way_to_the_default():
    def shrinking():
        import streamlit as st

        from ui.controls.link import Link

        options = st.session_state.get("offered", ["a", "b", "c"])

        def decode(asked):
            if asked[-1] not in options:
                raise ValueError(asked)
            return asked[-1]

        link = Link("page", "en")
        st.selectbox("letter", options, key=link.hold("letter", "a", decode))

    app = AppTest.from_function(shrinking, default_timeout=20)
    app.query_params["letter"] = "c"
    assert clean(app.run()).session_state["page-letter"] == "c"
    app.session_state["offered"] = ["a", "b"]
    assert clean(app.run()).session_state["page-letter"] == "a"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.1 + 0.2, ["0.3"]),
        (1234567.0, ["1.23457e+06"]),
        (3, ["3"]),
        (True, ["true"]),
        ("a b", ["a b"]),
        (["q", "r"], ["q", "r"]),
        ([], [""]),
    ],
)
def test_strings(value, written):
    assert strings(value) == written
