"""What nobody foresaw: a calm sentence with the page's link, and the controls stay."""

from streamlit.testing.v1 import AppTest

from ui import text


def script():
    """A page whose computation fails, as Streamlit runs it for the server of ``app.py``."""
    import streamlit as st

    from ui.page import calm

    class Page:
        evidence = st.container()

        def end(self):
            st.query_params["rate"] = "0.25"
            st.session_state["ended"] = st.session_state.get("ended", 0) + 1
            if st.session_state.get("fails again"):
                raise ArithmeticError("so does its end")

    st.slider("rate", 0, 10, key="rate")
    calm.ON.set(Page() if st.session_state.get("in a page", True) else None)
    try:
        raise ZeroDivisionError("<b>secret</b> insides")
    except ZeroDivisionError as error:
        st.session_state["said"] = calm.down(error)


def shown(**state):
    app = AppTest.from_function(script, default_timeout=20)
    for name, value in state.items():
        app.session_state[name] = value
    return app.run()


def test_a_sentence_takes_the_place_of_the_error_and_the_controls_stay():
    app = shown()
    assert not app.exception and app.session_state["said"] is True
    said = app.info[0].value
    assert said == text.words("common", "en").say("unforeseen", here="?rate=0.25")
    assert "secret" not in said
    assert app.slider(key="rate") and app.session_state["ended"] == 1


def test_it_is_said_in_the_pages_language_and_outside_a_concepts_page_too():
    app = shown(**{"basin-lang": "zh", "in a page": False})
    assert app.info[0].value == text.words("common", "zh").say("unforeseen", here="?")


def test_where_its_end_fails_too_that_is_said_in_the_log(caplog):
    app = shown(**{"fails again": True})
    assert not app.exception and len(app.info) == 1
    assert app.session_state["ended"] == 1 and "so does its end" in caplog.text
