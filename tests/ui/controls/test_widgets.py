"""The controls: what they offer, what they take from the address, and what they do with the rest."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from ui import catalog
from ui.controls.values import in_range, log_scale, one_of, round_to, truth
from ui.controls.widgets import GUESTS, Controls
from ui.text import words, written


def script():
    import streamlit as st

    from ui.controls.link import Link
    from ui.controls.widgets import Controls
    from ui.live import sliders
    from ui.text import Words, words

    names = "rate width size kind kind.a kind.b kind.c several several.p several.q several.r on depth formula"
    link = Link("page", "en")
    texts = dict(words("common", "en")) | {name: name for name in names.split()} | {"rate_help": "how fast"}
    controls = Controls(Words("common", "en", texts), link, st.session_state.get("settings", {}))
    st.session_state["values"] = {
        "rate": controls.log_slider("rate", 1e-3, 10.0, 0.1),
        "width": controls.slider("width", 1, 12, 3, 1),
        "size": controls.slider("size", 0.0, 1.0, 0.3, 0.1, is_live=False),
        "kind": controls.select("kind", ["a", "b", "c"], "a"),
        "several": controls.several("several", ["p", "q", "r"], ["q"]),
        "on": controls.toggle("on", True),
        "depth": controls.number("depth", 0.0, 4.0, 1.5),
        "formula": controls.text("formula", "x", 10),
        "seed": controls.seed(),
    }
    st.session_state["live keys"] = controls.live
    sliders.watch(controls.live, language="en")
    link.write(controls.defaults, {})


DEFAULTS = {"rate": 0.1, "width": 3, "size": 0.3, "kind": "a", "several": ["q"], "on": True, "depth": 1.5}
DEFAULTS |= {"formula": "x", "seed": 0}
OTHERS = {"rate": "0.25", "width": "7", "size": "0.9", "kind": "c", "several": ["p", "r"], "on": "false"}
OTHERS |= {"depth": "2.25", "formula": "x**2 + 1", "seed": "42"}
READ = {"rate": 0.25, "width": 7, "size": 0.9, "kind": "c", "several": ["p", "r"], "on": False, "depth": 2.25}
READ |= {"formula": "x**2 + 1", "seed": 42}


def opened(settings=None, **address):
    app = AppTest.from_function(script, default_timeout=20)
    if settings:
        app.session_state["settings"] = settings
    for name, value in address.items():
        app.query_params[name] = value
    return clean(app.run())


def clean(app):
    assert not app.exception, app.exception[0].message
    return app


def values(app):
    return app.session_state["values"]


def test_defaults():
    app = opened()
    assert values(app) == DEFAULTS
    assert app.query_params == {}
    assert {name: type(value) for name, value in values(app).items()} == {n: type(v) for n, v in DEFAULTS.items()}


def test_every_control_reads_the_address_and_writes_it_back():
    app = opened(**OTHERS)
    assert values(app) == READ
    assert app.query_params == OTHERS
    assert {name: type(value) for name, value in values(app).items()} == {n: type(v) for n, v in READ.items()}


def test_moving_a_control_by_hand_gives_the_same_as_its_link():
    app = opened()
    app.select_slider(key="page-rate").set_value(0.25)
    app.select_slider(key="page-width").set_value(7.0)
    app.select_slider(key="page-size").set_value(0.9)
    app.selectbox(key="page-kind").set_value("c")
    app.multiselect(key="page-several").set_value(["r", "p"])  # in the order of the clicks
    app.toggle(key="page-on").set_value(False)
    app.number_input(key="page-depth").set_value(2.25)
    app.text_input(key="page-formula").set_value("x**2 + 1")
    app.number_input(key="page-seed").set_value(42)
    clean(app.run())
    assert values(app) == READ
    assert {name: set(value) for name, value in app.query_params.items()} == {n: set(v) for n, v in OTHERS.items()}


@pytest.mark.parametrize(("name", "value"), [("depth", 2.25), ("seed", 42)])
def test_an_emptied_number_field_keeps_what_was_there(name, value):
    """And not the least that it may be, which nobody has asked for."""
    app = opened()
    field = app.number_input(key=f"page-{name}")
    clean(field.set_value(value).run())
    clean(app.number_input(key=f"page-{name}").set_value(None).run())
    assert values(app)[name] == value == app.number_input(key=f"page-{name}").value
    assert app.query_params[name] in (str(value), [str(value)])


@pytest.mark.parametrize(("name", "value", "beyond"), [("depth", 3.25, 1e300), ("seed", 7, 10_000), ("seed", 0, -1)])
def test_a_number_out_of_range_is_refused_in_words_and_the_last_one_stays(name, value, beyond):
    app = opened()
    clean(app.number_input(key=f"page-{name}").set_value(value).run())
    assert not app.caption
    clean(app.number_input(key=f"page-{name}").set_value(beyond).run())
    assert values(app)[name] == value == app.number_input(key=f"page-{name}").value
    [said] = app.caption
    assert f"It stays {value}." in said.value and written(beyond) in said.value
    assert not clean(app.run()).caption, "it is said once"


@pytest.mark.parametrize(
    "address",
    [
        {"rate": "0"}, {"rate": "10.1"}, {"rate": "nan"}, {"rate": "1e400"}, {"rate": "-0.1"}, {"rate": "fast"},
        {"width": "0"}, {"width": "13"}, {"width": "∞"}, {"size": "1.01"}, {"size": "-1e-9"}, {"size": ""},
        {"kind": "d"}, {"kind": ""}, {"kind": "A"}, {"kind": "kind.a"}, {"kind": "\x00"},
        {"several": ["p", "s"]}, {"several": "pq"}, {"on": "1"}, {"on": ""}, {"on": "yes"},
        {"depth": "4.5"}, {"depth": "inf"}, {"depth": "[1]"}, {"formula": "x" * 11}, {"seed": "-1"}, {"seed": "10000"},
        {"seed": "1e999"}, {"seed": "None"},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_control_does_not_know_is_its_default(address):
    app = opened(**address)
    assert values(app) == DEFAULTS
    assert app.query_params == {}


def test_none_of_several_is_a_choice_too():
    app = opened(several="")
    assert values(app)["several"] == [] and app.query_params == {"several": ""}


def test_a_setting_of_the_experiment_is_the_default():
    settings = {"rate": 0.5, "kind": "b", "several": ["p"], "on": False, "width": 5}
    app = opened(settings)
    assert values(app) == DEFAULTS | settings
    assert app.query_params == {}
    assert opened(settings, kind="a").query_params == {"kind": "a"}  # what is elsewhere the default is not one here


def test_a_number_between_the_positions_gets_one_of_its_own_and_keeps_it():
    app = opened(rate="0.012345678")
    assert values(app)["rate"] == 0.0123457
    assert app.query_params == {"rate": "0.0123457"}
    slider = app.select_slider(key="page-rate")
    clean(slider.set_value(1.0).run())
    assert "0.0123457" in app.select_slider(key="page-rate").options
    clean(app.select_slider(key="page-rate").set_value(0.0123457).run())
    assert values(app)["rate"] == 0.0123457


def test_guests_are_in_order_and_few():
    app = opened()
    usual = len(app.select_slider(key="page-size").options)
    for i in range(GUESTS + 5):
        app.session_state["place"] = "elsewhere"
        app.query_params = {"size": str(0.01 + i / 1000)}
        clean(app.run())
    offered = [float(option) for option in app.select_slider(key="page-size").options]
    assert offered == sorted(offered)
    assert len(offered) == usual + GUESTS
    assert values(app)["size"] == pytest.approx(0.01 + (GUESTS + 4) / 1000)


def test_a_slider_in_tenths_has_no_dust_of_floating_point():
    assert opened().select_slider(key="page-size").options == [f"{i / 10:g}" for i in range(11)]


def test_labels_and_help_come_from_the_words():
    slider = opened().select_slider(key="page-rate")
    assert (slider.label, slider.help) == ("rate", "how fast")
    assert not opened().select_slider(key="page-width").help


def test_which_sliders_are_live():
    assert opened().session_state["live keys"] == ["page-rate", "page-width"]


def drag(app, **state):
    """What the component in the browser reports (ui/frontend/live.js)."""
    app.session_state["live"] = {"drag": {"key": "page-width", "id": "d1", "message": 1} | state}
    return clean(app.run())


def test_a_dragged_slider_is_followed_until_it_is_released():
    app = opened()
    assert values(drag(app, grabbed=2, at=5))["width"] == 6
    assert app.query_params == {}, "the link is written when the slider is let go"
    assert values(drag(app, grabbed=2, at=0, message=2))["width"] == 1
    app.select_slider(key="page-width").set_value(9.0)
    clean(app.run())
    assert values(app)["width"] == 9
    assert app.query_params == {"width": "9"}


@pytest.mark.parametrize(
    "state",
    [
        {"grabbed": 2, "at": 99}, {"grabbed": 2, "at": -1}, {"grabbed": -10, "at": 2}, {"grabbed": 2, "at": "5"},
        {"grabbed": None, "at": 5}, {"at": 5}, {"grabbed": 2}, {"grabbed": 2, "at": 1.5}, {"grabbed": 5, "at": 6},
        {"grabbed": 2, "at": 5, "key": "page-nonsense"}, {"grabbed": 2, "at": [1]},
    ],
    ids=str,
)  # fmt: skip
def test_a_report_that_cannot_be_is_not_believed(state):
    assert values(drag(opened(), **state)) == DEFAULTS


def test_log_scale():
    positions = log_scale(1e-2, 1.0)
    assert positions[:2] == (0.01, 0.011) and positions[-2:] == (0.99, 1.0)
    assert positions == tuple(sorted(set(positions))) and len(positions) == 181
    assert all(float(f"{p:.2g}") == p for p in positions)
    assert log_scale(0.02, 0.05) == tuple(round(0.02 + i / 1000, 3) for i in range(31))
    assert {0.1, 0.2, 0.3, 1.0, 1000.0} <= set(log_scale(0.1, 1000.0))  # exactly those a person types


def test_round_to_is_what_a_link_carries():
    assert round_to(0.1 + 0.2) == 0.3
    assert round_to(1 / 3) == 0.333333
    assert math.isinf(round_to(math.inf))


def test_minus_zero_is_zero():
    assert str(in_range(-1, 1)(["-0"])) == "0.0" and str(round_to(-1e-320 * 0)) == "0.0"


def test_in_range_reads_numbers_inside():
    assert in_range(0, 1)(["0.25"]) == 0.25
    assert in_range(0, 1)(["0"]) == 0 and in_range(0, 1)(["1"]) == 1
    for wrong in ("1.0001", "-0.0001", "nan", "inf", "", "one"):
        with pytest.raises(ValueError):
            in_range(0, 1)([wrong])


def test_a_range_may_begin_at_0_and_go_on_from_a_least_number():
    read = in_range(0, 1, 1e-7)
    assert [read([text]) for text in ("0", "1e-7", "1")] == [0, 1e-7, 1]
    for wrong in ("1e-8", "1e-300", "5e-324"):
        with pytest.raises(ValueError, match="0 or from 1e-07 on"):
            read([wrong])


def test_truth():
    assert truth(["true"]) and truth(["True"]) and not truth(["false"])
    with pytest.raises(ValueError, match="true or false, got"):
        truth(["1"])


def test_an_option_is_known_by_its_name_and_by_its_label_in_either_language():
    decode = one_of("section", catalog.SECTIONS, words("common", "en"))
    assert decode(["infinite_width"]) == "infinite_width"
    assert decode(["无穷宽极限"]) == "infinite_width"
    assert decode(["The infinite-width limit"]) == "infinite_width"
    with pytest.raises(ValueError, match="section: one of optimisation"):
        decode(["nonsense"])


def test_a_control_without_a_label_is_an_error():
    class Held:
        def hold(self, name, default, decode):
            return name

    with pytest.raises(KeyError, match="unheard_of"):
        Controls(words("common", "en"), Held(), {}).toggle("unheard_of", True)


def lidded():
    import streamlit as st

    from ui.controls.link import Link
    from ui.controls.widgets import Controls
    from ui.text import Words, words

    link = Link("page", "en")
    texts = dict(words("common", "en")) | {name: name for name in ("rate", "width")}
    controls = Controls(Words("common", "en", texts), link, {})
    rate = controls.log_slider("rate", 1e-3, 10.0, 0.1)
    with controls.tucked_away("More", key="lid"):
        width = controls.slider("width", 1, 12, 3, 1)
    st.session_state["values"] = {"rate": rate, "width": width}
    st.session_state["live keys"] = controls.live
    link.write(controls.defaults, {})


def test_controls_under_a_closed_lid_keep_their_values_and_are_not_drawn():
    app = AppTest.from_function(lidded, default_timeout=20)
    app.query_params["width"] = "7"
    clean(app.run())
    assert values(app) == {"rate": 0.1, "width": 7}
    assert [slider.key for slider in app.select_slider] == ["page-rate"] == app.session_state["live keys"]

    app.session_state["lid"] = True  # opened
    clean(app.run())
    assert [slider.key for slider in app.select_slider] == ["page-rate", "page-width"]
    clean(app.select_slider(key="page-width").set_value(9).run())
    assert values(app)["width"] == 9 and app.query_params["width"] == "9"

    app.session_state["lid"] = False
    for _ in range(2):  # Streamlit forgets a widget a run after it was last drawn
        clean(app.run())
        assert values(app) == {"rate": 0.1, "width": 9} and app.query_params["width"] == "9"
    app.session_state["lid"] = True
    assert values(clean(app.run()))["width"] == 9
