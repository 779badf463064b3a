"""Max margin's page with points of one's own, out of a file."""

from tests.pages.test_contract import Opened, warm  # noqa: F401

POPOVER = "points popover"


def given(app, name, text):
    app.get("file_uploader")[0].set_value((name, text.encode(), "text/csv"))
    return app


def test_what_lies_over_the_page_to_choose_a_file_is_closed_once_it_is_read():
    app = Opened("max_margin", data="own").app
    app.session_state[POPOVER] = True
    given(app, "bad.csv", "x,y,label\n1,2,1\n3,here,0\n").run()
    assert not app.exception and app.session_state[POPOVER] and any("here" in w.value for w in app.warning)
    given(app, "good.csv", "x,y,label\n1,2,1\n3,4,0\n-5,6,1\n").run()
    assert (
        not app.exception and app.session_state[POPOVER] is False and "p-5_6" in app.session_state["max_margin-points"]
    )
    app.session_state[POPOVER] = True
    app.run()
    assert app.session_state[POPOVER], "who opens it again may look at it"
