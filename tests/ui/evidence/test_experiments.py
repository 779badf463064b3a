"""Predict, then reveal: the walk through the experiments of a page."""

import pytest
from streamlit.testing.v1 import AppTest

from core.check import Check, rounding
from ui.catalog import Experiment
from ui.evidence.experiments import answer

CHOICES = ({"en": "yes", "zh": "是"}, {"en": "no", "zh": "否"})


def experiment(answer_en, answer_zh="答", correct=0):
    question, told = {"en": "Why?", "zh": "为什么？"}, {"en": answer_en, "zh": answer_zh}
    return Experiment("e", {}, question, told, {}, CHOICES, correct)


def script():
    import streamlit as st

    from core.check import Check, rounding
    from ui.catalog import Concept, Experiment
    from ui.controls.link import Link
    from ui.controls.widgets import Controls
    from ui.evidence.experiments import Walk
    from ui.text import Words, words

    def said(en):
        return {"en": en, "zh": f"中 {en}"}

    choices = (said("yes"), said("no"))
    settings = ({}, {"depth": 7}, {})
    experiments = tuple(
        Experiment(f"e{i}", settings[i], said(f"question {i + 1}"), said("It is {{rate.measured}}."), {}, *asked)
        for i, asked in enumerate([(choices, 0), (choices, 0), ((), None, "rate.measured")])
    )
    concept = Concept("page", "optimisation", 1, "🎢", said("t"), said("c"), said("q"), (), (), experiments)
    language = st.session_state.get("language", "en")
    link = Link("page", language)
    spoken = Words("common", language, dict(words("common", language)) | {"depth": "depth"})
    walk = Walk(concept, link, spoken)
    controls = Controls(spoken, link, walk.experiment.settings)
    st.session_state["depth"] = controls.slider("depth", 1, 9, 3, 1)
    st.session_state["is open"] = walk.is_open  # asked before the question is drawn, as pictures do
    walk.show([Check("rate", 0.5, st.session_state["depth"] / 8, rounding(1e-3))], strayed=controls.strayed())
    link.write({"experiment": 1, **controls.defaults}, {})


def opened(**address):
    app = AppTest.from_function(script, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    return clean(app.run())


def clean(app):
    assert not app.exception, app.exception[0].message
    return app


def press(app, key):
    return clean(app.button(key=key).click().run())


def shown(app):
    return " ".join(m.value for m in app.markdown)


def test_it_opens_on_the_first_with_the_answer_hidden():
    app = opened()
    assert "question 1" in shown(app)
    assert "It is" not in shown(app)
    assert app.button(key="experiment_back").disabled and not app.button(key="experiment_next").disabled
    assert app.query_params == {}


def test_the_address_opens_another_with_its_settings():
    app = opened(experiment="2")
    assert "question 2" in shown(app)
    assert app.session_state["depth"] == 7
    assert app.query_params == {"experiment": "2"}


@pytest.mark.parametrize("garbage", ["0", "4", "-1", "two", "nan", "inf", "1e99", "", "²"])
def test_an_experiment_that_is_not_there_is_the_first(garbage):
    app = opened(experiment=garbage)
    assert "question 1" in shown(app)
    assert app.query_params == {}


def test_next_and_back_set_every_control_as_the_experiment_has_it():
    app = opened(depth="5")
    press(app, "experiment_next")
    assert "question 2" in shown(app) and app.session_state["depth"] == 7
    assert app.query_params == {"experiment": "2"}
    press(app, "experiment_next")
    assert "question 3" in shown(app) and app.session_state["depth"] == 3
    assert app.button(key="experiment_next").disabled
    press(app, "experiment_back")
    press(app, "experiment_back")
    assert "question 1" in shown(app) and app.session_state["depth"] == 3
    assert app.query_params == {}


def test_the_numbers_lead_there_as_well():
    app = opened(depth="5")
    clean(app.segmented_control(key="page-experiment").set_value(2).run())
    assert "question 2" in shown(app) and app.session_state["depth"] == 7


def test_a_control_moved_within_an_experiment_stays_in_it():
    app = opened(experiment="2")
    clean(app.select_slider(key="page-depth").set_value(4.0).run())
    assert "question 2" in shown(app)
    assert app.query_params == {"experiment": "2", "depth": "4"}
    again = opened(experiment="2", depth="4")
    assert again.session_state["depth"] == 4


def test_reveal_shows_the_number_just_measured_and_hides_it_again():
    app = press(opened(), "reveal")
    assert "It is 0.375." in shown(app)
    assert "It is" not in shown(press(app, "reveal"))


def test_a_question_is_open_until_a_guess_or_the_answer():
    app = opened()
    assert app.session_state["is open"]
    assert not press(app, "reveal").session_state["is open"], "at once, not one run later"
    assert press(app, "reveal").session_state["is open"]
    clean(app.pills(key="guess page e0").set_value(1).run())
    assert not app.session_state["is open"]
    assert press(app, "experiment_next").session_state["is open"], "each experiment asks anew"
    assert not press(app, "reveal").session_state["is open"]
    assert press(app, "experiment_next").session_state["is open"]


def test_the_next_experiment_hides_its_answer():
    app = press(opened(), "reveal")
    assert "It is" not in shown(press(app, "experiment_next"))
    assert "It is" not in shown(press(app, "experiment_back"))


@pytest.mark.parametrize(("guess", "said"), [(0, "Your prediction was right."), (1, "Your prediction was different.")])
def test_a_prediction_is_answered(guess, said):
    app = opened()
    clean(app.pills(key="guess page e0").set_value(guess).run())
    assert said not in shown(app)
    assert said in shown(press(app, "reveal"))


def test_no_prediction_is_needed():
    assert "Your prediction" not in shown(press(opened(), "reveal"))


def test_it_speaks_chinese():
    app = opened()
    app.session_state["language"] = "zh"
    clean(app.run())
    assert "中 question 1" in shown(app)
    assert "**中 yes** — 中 It is" in shown(press(app, "reveal"))


def test_the_answer_has_the_numbers_of_both_sides():
    checks = [Check("rate", 0.25, 0.5, rounding(0.1)), Check("limit", 2.0, 3.0, rounding(0.1))]
    told = answer(experiment("{{rate.measured}}, {{rate.predicted}}, {{limit.measured}}"), "en", checks)
    assert told == "**yes** — 0.5, 0.25, 3"


def test_the_answer_names_the_correct_choice():
    assert answer(experiment("a", "因为", correct=1), "zh", []) == "**否** — 因为"


def test_a_number_that_the_page_no_longer_has_is_a_dash():
    assert answer(experiment("{{rate.measured}}"), "en", []) == "**yes** — –"


def test_no_answer_is_told_about_other_settings_than_the_experiments():
    app = press(opened(experiment="2"), "reveal")
    assert "It is 0.875" in shown(app)
    clean(app.select_slider(key="page-depth").set_value(5.0).run())
    assert "It is" not in shown(app) and "not the experiment's" in app.caption[0].value
    assert "reveal" not in [button.key for button in app.button]
    press(app, "as_set")
    assert "It is 0.875" in shown(app), "it was revealed before"
    assert app.session_state["depth"] == 7 and not app.caption


def test_a_link_to_other_settings_asks_for_the_experiments_first():
    app = opened(depth="5")
    assert "question 1" in shown(app) and "not the experiment's" in app.caption[0].value
    assert "It is" not in shown(press(app, "as_set"))
    assert "It is 0.375" in shown(press(app, "reveal"))


@pytest.mark.parametrize(("guess", "said", "right"), [(0.4, "off by 6.67 %", 1), (0.75, "off by 100 %", 0)])
def test_a_number_can_be_predicted(guess, said, right):
    app = opened(experiment="3")
    clean(app.number_input(key="guess page e2").set_value(guess).run())
    assert "**0.375** — It is 0.375." in shown(press(app, "reveal"))
    assert said in shown(app) and f"Right so far: {right} of 1" in shown(app)


def test_predictions_are_counted_once_each():
    app = opened()
    clean(app.pills(key="guess page e0").set_value(0).run())
    for _ in range(3):
        press(app, "reveal")
    assert "Right so far: 1 of 1" in shown(app)
    press(app, "experiment_next")
    clean(app.pills(key="guess page e1").set_value(1).run())
    assert "Right so far: 1 of 2" in shown(press(app, "reveal"))
