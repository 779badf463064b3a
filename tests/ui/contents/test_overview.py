"""Contents and glossary: every term is used, every connection leads somewhere, and all is found in both languages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui import catalog, text
from ui.contents import glossary, overview
from ui.live import sight

APP = str(Path(__file__).parents[3] / "app.py")
SLUGS = [concept.slug for concept in catalog.concepts()]
LINKS = glossary.connections()
# The terms of the house; a page that speaks of one of these finds it in the glossary under this very name.
HOUSE_TERMS = {
    "gradient descent": "梯度下降",
    "step size η": "步长 η",
    "momentum β": "动量 β",
    "Lipschitz constant K": "利普希茨常数 K",
    "neural tangent kernel Θ": "神经正切核 Θ",
    "lazy training": "懒惰训练",
    "weight decay": "权重衰退",
    "dropout": "丢弃法",
    "implicit bias": "隐式偏置",
    "max margin": "最大间隔",
    "double descent": "双下降",
    "interpolation threshold": "插值阈值",
    "condition number κ": "条件数 κ",
    "ridge regression": "岭回归",
    "support vector": "支持向量",
    "random features": "随机特征",
    "basin of attraction": "吸引盆",
    "predicted against measured": "预测与实测",
}


def named(name):
    return next(term for term in glossary.terms() if term.name["en"] == name)


def found(asked, language="en"):
    """Titles of what a search finds, as the page finds it: every word in the text of the entry."""
    words = glossary.folded(asked).split()
    return [entry.title for entry in glossary.index(language) if all(word in entry.text for word in words)]


def test_terms_are_in_the_words_of_the_house():
    names = {term.name["en"]: term.name["zh"] for term in glossary.terms()}
    assert {name: names.get(name) for name in HOUSE_TERMS} == HOUSE_TERMS
    assert len(names) == len(glossary.terms()), "two terms of one name"


def test_every_term_is_used_on_a_page():
    assert [term.name["en"] for term in glossary.terms() if not term.concepts] == []


def test_a_term_is_looked_for_from_the_start_of_a_word():
    pages = {name: [concept.slug for concept in named(name).concepts] for name in ("mask", "PL inequality")}
    assert pages == {"mask": ["dropout"], "PL inequality": ["polyak_lojasiewicz", "neural_tangent_kernel"]}
    assert glossary.used_in(("ropout",)) == () != glossary.used_in(("dropou",)), "from its start, to any end"


def test_second_names_are_said_where_the_term_is_explained():
    assert (named("weight decay").also["zh"], named("dropout").also["zh"]) == ("权重衰减", "暂退法")


def test_a_meaning_is_one_sentence():
    for term in glossary.terms():
        assert term.meaning["en"].endswith(".") and term.meaning["zh"].endswith("。"), term.name["en"]
        assert len(re.findall(r"\. [A-Z]|。.", " ".join(term.meaning.values()))) == 0, term.name["en"]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.label["en"])
def test_a_connection_leads_to_one_of_its_ends_at_settings_that_the_page_has(link):
    assert set(link.between) <= set(SLUGS) and len(set(link.between)) == 2
    assert link.page in link.between
    words, concept = text.words(link.page, "en"), catalog.concept(link.page)
    assert set(link.query) <= {"view", "experiment"}
    assert "view" not in link.query or f"view.{link.query['view']}" in words
    assert 1 <= int(link.query.get("experiment", 1)) <= len(concept.experiments)


def test_no_concept_stands_alone():
    assert {end for link in LINKS for end in link.between} == set(SLUGS)
    pairs = [frozenset(link.between) for link in LINKS]
    assert len(set(pairs)) == len(pairs), "two lines over each other"


def test_the_guided_start_is_an_experiment_of_a_concept():
    start = text.source("home")["start"]
    assert 1 <= int(start["query"]["experiment"]) <= len(catalog.concept(start["page"]).experiments)


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("concept", catalog.concepts(), ids=lambda concept: concept.slug)
def test_a_concept_is_found_by_its_name_in_either_language(concept, language):
    for asked in concept.title.values():
        assert concept.title[language] in found(asked, language)


def test_a_search_minds_neither_case_nor_hyphens_nor_accents():
    assert found("MAX-margin") == found("max margin") != []
    assert found("Łojasiewicz") == found("łojasiewicz") == ["PL inequality"]
    assert found("岭回归 单调") != found("岭回归") != []
    assert found("no such thing") == []
    assert glossary.folded("Rényi’s  ŵ-Norm") == "renyi’s w norm"


def test_everything_that_can_be_found_says_what_it_is_in_plain_text():
    for language in text.LANGUAGES:
        for entry in glossary.index(language):
            assert entry.title and entry.about, entry
            assert not re.search(r"[$\\{}]", entry.title + entry.about), entry.about
            assert f"search.{entry.kind}" in text.words("home", language)


def test_a_formula_is_written_as_in_a_message():
    assert glossary.plain(r"$\theta=\lVert\hat w(\lambda)\rVert^2$; **why**") == "θ=‖ŵ(λ)‖²; why"
    assert glossary.plain(r"$\frac{p}{1-p}\sum_j w_j$ and $1/\log t$") == "p/(1−p)∑ wj and 1/log t"


@pytest.mark.parametrize("concept", catalog.concepts(), ids=lambda concept: concept.slug)
def test_a_thumbnail_says_in_words_and_numbers_what_it_shows(concept):
    for language in text.LANGUAGES:
        assert re.search(r"\d", text.words(concept.slug, language)["thumbnail"])


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("zh", "zh-CN")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_contents_open_with_claims_thumbnails_start_and_legend(language, locale, theme):
    app = AppTest.from_file(APP, default_timeout=60)
    app.context = {"locale": locale, "theme": theme}
    app.session_state[sight.SEEN] = set(SLUGS)  # a person has scrolled to the end
    app.run()
    assert not app.exception and not app.error
    words = text.words("home", language)
    said = "\n".join(str(e.value) for kind in (app.markdown, app.html, app.page_link) for e in kind)
    assert all(concept.claim[language] in said for concept in catalog.concepts())
    assert len(app.get("vega_lite_chart")) == len(SLUGS)
    for text_id in ("start.title", "home.legend_measured", "home.legend_theory", "home.does_not_apply", "home.map"):
        assert words[text_id] in said
    assert dict(app.query_params) == {}


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("zh", "zh-CN")])
def test_the_glossary_opens_and_keeps_what_its_link_looks_for(language, locale):
    app = AppTest.from_file(APP, default_timeout=60)
    app.context = {"locale": locale}
    app.query_params["find"] = "ridge"
    app.switch_page("pages/glossary.py").run()
    assert not app.exception and not app.error
    assert text.words("glossary", language)["glossary.lead"] in "\n".join(m.value for m in app.markdown)
    assert app.query_params["find"] in ("ridge", ["ridge"])


def test_an_address_says_the_language_that_the_browser_would_not_guess(monkeypatch):
    monkeypatch.setattr(overview.shell, "guess", lambda: "en")
    way = overview.Way("dropout", {"experiment": "2"})
    assert way.address("en") == "dropout?experiment=2"
    assert way.address("zh") == "dropout?lang=zh&experiment=2"
    assert overview.Way("", {}).address("en") == "."
    assert 'data-query="{&quot;experiment&quot;: &quot;2&quot;}"' in way.open("said", "en")


def test_the_words_do_not_wait_for_the_thumbnails(monkeypatch):
    drawn = []
    monkeypatch.setattr(overview.Contents, "thumbnail", lambda self, concept, place: drawn.append(concept.slug))
    monkeypatch.setattr(overview.Contents, "connections", lambda self: drawn.append("map"))
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    assert not app.exception
    assert drawn == ["map", *SLUGS[:3]], "and only those of the first row come before anybody has scrolled"


def test_a_thumbnail_that_is_not_in_sight_keeps_its_place_until_it_is():
    app = AppTest.from_file(APP, default_timeout=60)
    waiting = re.findall(r'data-place="(\w+)"', "".join(e.value for e in app.run().html))
    assert waiting == list(SLUGS[3:]) and len(app.get("vega_lite_chart")) == 3
    app.session_state[sight.SEEN] = {SLUGS[-1], "no such place"}
    assert len(app.run().get("vega_lite_chart")) == 4
    assert app.session_state[sight.SEEN] == {SLUGS[-1]}, "what is no place of the page is forgotten"


def test_the_contents_come_without_torch():
    run = f"from streamlit.testing.v1 import AppTest as A; import sys; app = A.from_file({APP!r}, default_timeout=60)"
    run += f"; app.session_state[{sight.SEEN!r}] = {set(SLUGS)!r}; app.run()"
    told = subprocess.run(
        [sys.executable, "-c", f"{run}; print('torch' in sys.modules, 'charts.dropout' in sys.modules)"],
        capture_output=True,
        text=True,
        cwd=Path(APP).parent,
    )
    assert told.stdout.split()[-2:] == ["False", "True"], told.stderr
