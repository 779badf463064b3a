"""The lecture: what the link says of it, which controls it leaves on screen, and the walk from page to page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_contract import warm  # noqa: F401  the server that AppTest plays has been started before
from ui import catalog, text
from ui.lecture import plan
from ui.lecture.plan import Step

ROOT = Path(__file__).parents[2]


def opened(page="plan", **address):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return clean(app.switch_page(f"pages/{page}.py").run())


def clean(app):
    assert not app.exception, app.exception[0].message
    return app


def keys(app):
    kinds = (app.select_slider, app.selectbox, app.number_input, app.text_input, app.toggle, app.segmented_control)
    return {widget.key for kind in kinds for widget in kind}


def test_a_link_is_read_in_its_order_and_what_is_unknown_is_left_out():
    asked = ["dropout.2", "nothing.1", "lipschitz.1", "dropout.99", "dropout.2", "", "../x.1"]
    assert plan.steps(asked) == [Step("dropout", 2), Step("lipschitz", 1)]
    assert plan.hidden_names(["eta", "a b", "", "<script>", "eta", "x" * 99, "seed"]) == ["eta", "seed"]


def test_every_experiment_can_be_a_step():
    every = plan.every_step()
    assert len(every) == sum(len(concept.experiments) for concept in catalog.concepts())
    assert plan.steps([str(step) for step in every]) == every[: plan.MOST_STEPS]


@pytest.mark.parametrize("concept", catalog.concepts(), ids=lambda concept: concept.slug)
def test_a_lecture_shows_at_most_three_controls_and_those_that_the_card_names(concept):
    app = opened(concept.slug, lecture="true")
    shown = {key.removeprefix(f"{concept.slug}-") for key in keys(app) if key.startswith(f"{concept.slug}-")}
    assert 1 <= len(shown) <= plan.MOST_CONTROLS
    assert shown <= set(concept.lecture)
    assert set(concept.lecture) <= set(text.words(concept.slug, "en")), "the names of controls"


def test_a_hidden_control_is_not_there_and_has_the_value_of_the_link():
    app = opened("lipschitz", hide=["slope", "function"], slope="2")
    assert not {"lipschitz-slope", "lipschitz-function"} & keys(app)
    assert app.session_state["lipschitz-slope"] == 2
    assert app.query_params["hide"] == ["slope", "function"] and app.query_params["slope"] == "2"
    clean(app.button(key="experiment_next").click().run())
    assert not {"lipschitz-slope", "lipschitz-function"} & keys(app), "not in the next experiment either"


def test_the_walk_follows_the_plan_from_page_to_page_and_back():
    app = opened("lipschitz", plan=["lipschitz.2", "max_margin.3"], experiment="2")
    assert "**1** / 2" in [element.value for element in app.markdown]
    assert app.button(key="experiment_back").disabled
    clean(app.button(key="experiment_next").click().run())
    assert app.session_state["max_margin-experiment"] == 3
    assert app.query_params["plan"] == ["lipschitz.2", "max_margin.3"] and app.query_params["experiment"] == "3"
    assert app.button(key="experiment_next").disabled
    clean(app.button(key="experiment_back").click().run())
    assert app.session_state["lipschitz-experiment"] == 2


def test_beside_the_plan_the_way_leads_to_its_beginning():
    app = opened("lipschitz", plan=["max_margin.3"])
    assert "**–** / 1" in [element.value for element in app.markdown]
    clean(app.button(key="experiment_next").click().run())
    assert app.session_state["max_margin-experiment"] == 3


def test_a_plan_is_made_ordered_and_begun():
    app = opened()
    assert not app.code, "no link without a step"
    clean(app.multiselect(key="basin-plan").set_value(["lipschitz.2", "max_margin.3"]).run())
    clean(app.multiselect(key="basin-hide").set_value(["seed"]).run())
    clean(app.button(key="plan_down_0").click().run())
    link = app.code[0].value
    assert "/max_margin?experiment=3&" in link
    assert "lecture=true&hide=seed&plan=max_margin.3&plan=lipschitz.2" in link
    clean(app.button(key="plan_start").click().run())
    assert app.session_state["basin-lecture"] is True
    assert app.session_state["max_margin-experiment"] == 3 and app.query_params["hide"] == "seed"


def test_a_plan_can_be_left():
    app = opened(plan=["lipschitz.2"], hide=["seed"])
    clean(app.button(key="plan_leave").click().run())
    assert app.query_params == {}


def test_controls_that_can_be_hidden_are_named_in_both_languages():
    for language in text.LANGUAGES:
        app = opened(lang=language, plan=["lipschitz.2"])
        assert app.multiselect(key="basin-hide").options, language
