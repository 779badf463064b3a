"""The contract of every concept's page, whichever concepts the catalogue has."""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from tests.pages.tiles import DIGITS, tiles
from tests.sampling import share
from tests.verdicts import listening
from ui import catalog, text
from ui.controls.link import FRAME, strings

APP = str(Path(__file__).parents[2] / "app.py")
CONCEPTS = [pytest.param(concept, id=concept.slug) for concept in catalog.concepts()]
EXPERIMENTS = [
    pytest.param(concept, number, id=f"{concept.slug}-{number}-{experiment.id}")
    for concept in catalog.concepts()
    for number, experiment in enumerate(concept.experiments, 1)
]
BLUNT = {"double_descent": 0.05}  # digits have no formula: what there is is the grid of sizes at the threshold
PATIENCE = 60  # seconds for one run of a page, on a slow machine


class Warm(PagesManager):
    """A server that has shown a page before. (Until then Streamlit takes the folder ``pages`` for its own kind of app,
    and AppTest is such a new server in every run.)"""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        PagesManager.uses_pages_directory = False


@pytest.fixture(autouse=True, scope="module")
def warm():
    details = config.get_option("client.showErrorDetails")
    config.set_option("client.showErrorDetails", "full")  # a person is spared them
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_test, "PagesManager", Warm)
        yield
    config.set_option("client.showErrorDetails", details)


class Opened:
    """A concept's page as a link opens it, the first time in its session."""

    def __init__(self, slug, *, locale="en-US", theme="light", **address):
        self.slug = slug
        self.app = AppTest.from_file(APP, default_timeout=PATIENCE)
        self.app.context = {"locale": locale, "theme": theme}
        for name, value in address.items():
            self.app.query_params[name] = value
        with listening() as self.checks:  # of all its strips
            self.app.switch_page(f"pages/{slug}.py").run()
        self.sound()

    def sound(self):
        """No traceback, neither Streamlit's own nor one that a page shows."""
        for shown in (*self.app.exception, *self.app.error):
            raise AssertionError(f"{shown.value}\n" + "\n".join(getattr(shown, "stack_trace", ())))
        assert "Traceback" not in self.words
        return self

    @property
    def words(self):
        return "\n".join(str(e.value) for kind in (self.app.markdown, self.app.html) for e in kind)

    @property
    def values(self):
        """Every control's value by its name."""
        held = self.app.session_state.to_dict()
        own = {key.removeprefix(f"{self.slug}-"): v for key, v in held.items() if key.startswith(f"{self.slug}-")}
        return {name: value for name, value in own.items() if not name.endswith(" guests")}

    @property
    def strip(self):
        return next(e.value for e in self.app.html if 'class="checks"' in e.value)

    @property
    def in_sight(self):
        """What stands in and around the pictures, whatever the player does: the strip, the captions, the labels in
        the pictures, and what is said of them."""
        told = [e.value for e in self.app.html if 'class="told"' in e.value]
        labels = [label for chart in self.charts for label in labels_in(chart)]
        plain = re.sub("<[^>]*>", " ", "\n".join([self.strip, *told]))
        return "\n".join([plain, *(str(e.value) for e in self.app.caption), *labels])

    @property
    def verdicts(self):
        """Verdict by check, as the person sees them."""
        found = re.findall(r'<div class="check ([\w-]+)" data-check="([\w.]+)"', self.strip)
        return {check: kind.replace("-", " ") for kind, check in found}

    @property
    def charts(self):
        return [node.proto for node in self.app.get("vega_lite_chart")]

    @property
    def address(self):
        """The link after the run: a list of strings by name."""
        return {name: [value] if isinstance(value, str) else value for name, value in self.app.query_params.items()}


@lru_cache
def untouched(slug):
    """What the page says at its defaults. Read only: the tests share it."""
    return Opened(slug)


def labels_in(chart):
    """The words in a picture's tables, of those that do not move with the player."""
    for rows in chart.datasets:
        table = pa.ipc.open_stream(rows.data.data).read_all()
        if "step" not in table.column_names:
            for column in table.columns:
                if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
                    yield from (str(label) for label in column.unique().to_pylist())


@dataclass(frozen=True)
class Seen:
    """What a page says at one moment."""

    words: str
    values: dict
    strip: str
    in_sight: str
    verdicts: dict
    address: dict
    checks: list

    @classmethod
    def on(cls, page):
        return cls(**{field.name: getattr(page, field.name) for field in fields(cls)})


@lru_cache
def played(slug, number):
    """An experiment from its start through its answer to the other language: what is seen at each. Shared, too."""
    page = Opened(slug, experiment=str(number))
    start = Seen.on(page)
    page.app.button(key="reveal").click().run()
    answer = Seen.on(page.sound())
    page.app.segmented_control(key=f"{FRAME}-lang").set_value("zh").run()
    return start, answer, Seen.on(page.sound())


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("zh", "zh-CN")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_opens_in_the_browsers_language_with_claim_pictures_and_checks(concept, language, locale, theme):
    page = Opened(concept.slug, locale=locale, theme=theme)
    assert concept.claim[language] in page.words
    assert concept.question[language] in page.words
    assert page.charts and page.verdicts
    told = [e.value for e in page.app.html if 'class="told"' in e.value]
    assert len(told) == len(page.charts), "a picture says in words what it shows"
    assert all(re.search(r">[^<]*\d", words) for words in told), "and with its numbers"
    assert page.address == {}, "nothing has been set, so the link says nothing"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_check_says_what_it_allows_for_and_what_it_would_notice(concept):
    """At the defaults and in every experiment; the first check of the page notices three in a hundred."""
    seen = [("default", untouched(concept.slug).checks)]
    seen += [(number, played(concept.slug, number)[0].checks) for number in range(1, len(concept.experiments) + 1)]
    for place, checks in seen:
        for check in checks:
            allowed, where = check.tolerance, (check.id, place)
            assert check.verdict != "holds" or check.resolution >= 0, f"{where}: no scale to be relative to"
            assert (
                not allowed.order
                or any(not c.isascii() or not c.isalpha() for c in allowed.order)
                or (f"tolerance.order.{allowed.order}" in text.words("common", "en"))
            ), f"{where}: {allowed.order!r} is a word without a text"
            if allowed.source == "standard_error" and check.broken_assumption is None:
                assert allowed.errors >= 2 and allowed.samples >= 2, where
            if allowed.source == "approximation":
                assert allowed.order, f"{where}: of what order is what the theory leaves out?"
    first = next(check for check in seen[0][1] if check.verdict == "holds")
    assert first.resolution <= BLUNT.get(concept.slug, 0.03), (
        f"{first.id} would notice {100 * first.resolution:.2g} % and no less"
    )


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_link_has_the_language_and_it_wins_over_the_browsers(concept):
    page = Opened(concept.slug, locale="en-US", lang="zh")
    assert concept.claim["zh"] in page.words and concept.claim["en"] not in page.words
    assert page.address == {"lang": ["zh"]}
    page.app.segmented_control(key=f"{FRAME}-lang").set_value("en").run()
    assert concept.claim["en"] in page.sound().words
    assert page.address == {}


def numbers_in(told):
    """The numbers of a text, as they are printed and as a person takes them for one; not those of a formula."""
    told = re.sub(r"\$[^$]*\$", " ", told)
    return set(re.findall(r"(?<![\w.·−])−?\d[\d.]*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\w·%])", told))


def settling(experiment, language, checks):
    """The numbers that say what the answer is: the one that was asked for, or those of the right choice alone."""
    if experiment.estimate:
        check, _, side = experiment.estimate.partition(".")
        return {text.number(getattr(next(c for c in checks if c.id == check), side))}
    right = experiment.choices[experiment.correct][language]
    others = (choice[language] for choice in experiment.choices if choice[language] != right)
    everywhere = {"0", "1"}  # of tolerances, ends and shares
    return numbers_in(right).difference(everywhere, numbers_in(experiment.question[language]), *map(numbers_in, others))


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_nothing_in_sight_before_the_reveal_states_the_answer(concept, number):
    """Not the strip, not a picture's own words nor what is said of it, not the line below, by the experiment's own
    numbers; what would settle the question is there when it has been answered."""
    experiment, (start, answer, chinese) = concept.experiments[number - 1], played(concept.slug, number)
    waiting = [check for check in experiment.waits if check in experiment.verdicts]
    assert {check: start.verdicts[check] for check in waiting} == dict.fromkeys(waiting, "waits")
    assert "waits" not in [*answer.verdicts.values(), *chinese.verdicts.values()]
    given_away = settling(experiment, "en", start.checks) & numbers_in(start.in_sight)
    assert not given_away, [line for line in start.in_sight.split("\n") if numbers_in(line) & given_away]


def concept_settings(concept, number=None):
    """The address of an experiment's settings (without ``number``, the last experiment that has any)."""
    chosen = concept.experiments[number - 1 : number] if number else concept.experiments
    settings = next((e.settings for e in reversed(chosen) if e.settings), {})
    return {name: strings(value) for name, value in settings.items()}


def bold(experiment, language):
    """How an answer begins, as a pattern: the right choice, or the number that was asked for."""
    return (
        r"[−\d][\d.·⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*"
        if experiment.estimate
        else re.escape(experiment.choices[experiment.correct][language])
    )


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_an_experiment_shows_the_verdicts_that_its_answer_claims(concept, number):
    experiment, (start, answer, _) = concept.experiments[number - 1], played(concept.slug, number)
    assert experiment.question["en"] in start.words
    assert answer.verdicts == dict(experiment.verdicts)
    for language in text.LANGUAGES:
        asked = set(re.findall(r"\{\{([\w.]+)\}\}", experiment.answer[language]))
        on_screen = {f"{check}.{side}" for check in start.verdicts for side in ("measured", "predicted")}
        assert asked <= on_screen, f"the answer speaks of {asked - on_screen}, which the strip does not show"
    assert re.search(rf"\*\*{bold(experiment, 'en')}\*\* — ", answer.words)
    assert "{{" not in answer.words


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_an_experiment_reads_in_chinese_and_the_change_of_language_changes_no_number(concept, number):
    experiment, (_, answer, chinese) = concept.experiments[number - 1], played(concept.slug, number)
    assert concept.claim["zh"] in chinese.words and experiment.question["zh"] in chinese.words
    assert re.search(rf"\*\*{bold(experiment, 'zh')}\*\* — ", chinese.words)
    assert "{{" not in chinese.words
    assert (chinese.values, chinese.verdicts) == (answer.values, answer.verdicts)
    assert chinese.verdicts == dict(experiment.verdicts)
    assert chinese.address == answer.address | {"lang": ["zh"]}


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_every_tile_of_an_experiment_is_true_by_its_own_digits(concept, number):
    """Read as a person reads it: which number, on which side, how far off, = or ≠."""
    _, answer, chinese = played(concept.slug, number)
    for language, seen in (("en", answer), ("zh", chinese)):
        found = list(tiles(seen.strip, text.words("common", language)["zero_to_rounding"]))
        assert [tile.check for tile in found] == list(seen.verdicts)
        untrue = {tile.check: tile.untrue() for tile in found if tile.untrue()}
        assert not untrue


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_an_experiment_opens_in_the_language_of_its_link(concept, number):
    if number not in share(range(1, len(concept.experiments) + 1), concept.slug, 2):
        pytest.skip("of a concept's experiments its share is opened, and with BASIN_WHOLE each of them")
    experiment, page = concept.experiments[number - 1], Opened(concept.slug, lang="zh", experiment=str(number))
    assert experiment.question["zh"] in page.words
    page.app.button(key="reveal").click().run()
    assert re.search(rf"\*\*{bold(experiment, 'zh')}\*\* — ", page.sound().words)
    assert page.verdicts == dict(experiment.verdicts)


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_an_experiment_sets_controls_that_the_page_has_to_values_that_they_take(concept, number):
    experiment, (start, *_) = concept.experiments[number - 1], played(concept.slug, number)
    found = {name: start.values.get(name, "no such control") for name in experiment.settings}
    assert found == dict(experiment.settings)
    assert start.address == ({} if number == 1 else {"experiment": [str(number)]})


@pytest.mark.parametrize(("concept", "number"), EXPERIMENTS)
def test_the_settings_in_the_link_give_the_page_that_the_experiment_gives(concept, number):
    """Every control round-trips: what an experiment sets, an address written by hand sets too, to the same numbers."""
    settings = concept_settings(concept, number)
    if not settings:
        pytest.skip("this experiment is the page at its defaults")
    first = concept.experiments[0].settings
    if set(first) - set(settings):
        settings |= {"experiment": [str(number)]}  # it starts elsewhere than the untouched page
    page, (experiment, *_) = Opened(concept.slug, **settings), played(concept.slug, number)
    ignored = {"experiment"}
    assert {n: v for n, v in page.values.items() if n not in ignored} == {
        n: v for n, v in experiment.values.items() if n not in ignored
    }
    assert list(map(repr, page.checks)) == list(map(repr, experiment.checks))
    again = Opened(concept.slug, **page.address)
    assert (again.values, again.strip, again.address) == (page.values, page.strip, page.address)


def written(label):
    """The number that a slider's label says."""
    power = re.fullmatch(r"(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", label)
    return float(f"{power[1] or 1}e{power[2].translate(DIGITS)}") if power else float(label)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_moved_control_is_in_the_link_and_the_link_gives_it_back(concept):
    """Each slider in turn, to the next position: what the page then shows is what its link opens with."""
    page = Opened(concept.slug)
    sliders = [slider for slider in page.app.select_slider if not slider.disabled]
    for slider in sliders:
        options, at = slider.options, slider.options.index(slider.format_func(slider.value))
        slider.set_value(written(options[at + 1 if at + 1 < len(options) else at - 1]))
    page.app.run()
    page.sound()
    moved = {slider.key.removeprefix(f"{concept.slug}-") for slider in sliders}
    assert moved and moved <= set(page.address)
    again = Opened(concept.slug, **page.address)
    assert (again.values, again.strip, again.address) == (page.values, page.strip, page.address)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_view_opens_on_its_own_and_from_a_link(concept):
    words = text.words(concept.slug, "en")
    labels = untouched(concept.slug).app.segmented_control(key=f"{concept.slug}-view").options
    views = [i.removeprefix("view.") for i in words if i.startswith("view.") and words[i] in labels]
    assert len(views) == len(labels) and "why" in views
    seen = {}
    for view in views:
        page = Opened(concept.slug, view=view)
        assert page.values["view"] == view
        assert page.strip == untouched(concept.slug).strip, "a view explains the page and does not change it"
        assert page.address == ({} if view == untouched(concept.slug).values["view"] else {"view": [view]})
        seen[view] = [
            node.proto.SerializeToString() for node in page.app.container(key="view_box") if hasattr(node, "proto")
        ]
        Opened(concept.slug, view=view, lang="zh", theme="dark")
    assert len({str(shown) for shown in seen.values()}) == len(views), "two views show the same"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_lecture_mode_keeps_the_pictures_and_shows_the_numbers_with_the_answer(concept):
    page, (_, plain, _) = Opened(concept.slug, lecture="true"), played(concept.slug, 1)
    assert not any('class="checks"' in e.value for e in page.app.html), "the room predicts before it sees"
    page.app.button(key="reveal").click().run()
    backing = concept.experiments[0].backing
    assert page.sound().verdicts == {check: kind for check, kind in plain.verdicts.items() if check in backing}
    assert page.verdicts
    assert len(page.charts) >= 1 and not any(e.key == f"{concept.slug}-view" for e in page.app.segmented_control)
    assert page.address == {"lecture": ["true"]}


@pytest.mark.parametrize("concept", CONCEPTS[:1])
def test_in_another_page_s_frame_it_is_laid_out_as_in_a_lecture(concept, monkeypatch):
    monkeypatch.setattr("ui.page.shell.embedded", lambda: True)
    page = Opened(concept.slug)
    assert not any(e.key == f"{concept.slug}-view" for e in page.app.segmented_control) and page.charts
    assert not any(e.key == f"{FRAME}-lecture" for e in page.app.toggle) and page.address == {}


# What no control may take for a value, and what it may, but must survive. Each goes to all controls of a page at once.
GARBAGE = {
    "a word": "nonsense",
    "not a number": "nan",
    "infinite": "inf",
    "minus infinite": "-Infinity",
    "beyond floating point": "1e400",
    "huge": "9" * 30,
    "very negative": "-1e30",
    "hexadecimal": "0x1F",
    "a sum": "1+1",
    "two numbers": "1,2",
    "a list": "[1]",
    "an object": '{"a": 1}',
    "none": "None",
    "undefined": "undefined",
    "markup": "<script>alert(1)</script>",
    "an image": "<img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE concepts; --",
    "a path": "../../etc/passwd",
    "a file": "file:///etc/passwd",
    "python": "__import__('os').system('true')",
    "a template": "{{7*7}}",
    "a format": "%s%n{0.__class__}",
    "a null byte": "\x00",
    "control characters": "\x1b[31m\r\n",
    "chinese": "不是一个选项",
    "an emoji": "🎢👩‍👩‍👧",
    "right to left": "\u202e123",
    "a lone accent": "\u0301",
    "long": "x" * 20_000,
    "a long number": "1" * 5_000,
    "a key": "st.session_state",
    "latex": r"$\frac{1}{0}$",
    "a quote": "\"'`",
}
ODD = {
    "empty": "",
    "a space": " ",
    "zero": "0",
    "negative": "-1",
    "one": "1",
    "full-width digits": "１２",
    "an underscore": "1_0",
    "surrounded": "  1  ",
    "a fraction": "0.5",
    "true": "TRUE",
    "repeated": ["1", "nonsense", "1"],
    "none of several": [],
    "many times": ["0.1"] * 500,
    "a division": "1/x",
    "a power tower": "x**x**x**x",
    "deep": "(" * 200,
}


def writes(slug):
    """The names of the text inputs: what is garbage to the others is a formula to them, and theirs to refuse."""
    return {node.key.removeprefix(f"{slug}-") for node in untouched(slug).app.text_input if node.key}


def broken(names, look, values=GARBAGE | ODD):
    """What ``look`` has against each of the values, by the value's name; nothing where all is well."""
    found = {}
    for name in names:
        try:
            look(values.get(name, name))
        except (AssertionError, RuntimeError) as error:  # RuntimeError: AppTest waited in vain
            found[name] = str(error)[:600]
    return found


@pytest.mark.parametrize("concept", CONCEPTS)
def test_garbage_in_the_link_gives_the_untouched_page(concept):
    plain = untouched(concept.slug)
    names = [*set(plain.values) - writes(concept.slug), "lang", "lecture", "nobody asked"]

    def look(garbage):
        page = Opened(concept.slug, **dict.fromkeys(names, garbage))
        assert page.values == plain.values
        assert page.strip == plain.strip
        assert page.address == {}

    assert broken(share(GARBAGE, concept.slug), look) == {}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_value_of_the_controls_breaks_the_page(concept):
    names = list(untouched(concept.slug).values)

    def look(value, names=names):
        page = Opened(concept.slug, **dict.fromkeys(names, value))
        again = Opened(concept.slug, **page.address)
        assert (again.values, again.address) == (page.values, page.address), "its own link does not lead back to it"

    assert broken(share(ODD, concept.slug), look) == {}
    if texts := writes(concept.slug):
        assert broken(share(GARBAGE, concept.slug), lambda value: look(value, texts)) == {}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_thousand_names_in_the_link_do_nothing(concept):
    page = Opened(concept.slug, **{f"name {i}": str(i) for i in range(1000)})
    assert page.values == untouched(concept.slug).values and page.address == {}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_an_experiment_that_does_not_exist_is_the_first(concept):
    def look(number):
        page = Opened(concept.slug, experiment=number)
        assert page.values == untouched(concept.slug).values and page.address == {}

    assert broken(share(("0", "-1", "999", "1.5e9", "nan", "last", ""), concept.slug), look) == {}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_link_is_the_first_that_a_new_server_sees(concept, monkeypatch):
    monkeypatch.setattr(app_test, "PagesManager", PagesManager)
    page = Opened(concept.slug, lang="zh", seed="7", lecture="true")
    assert concept.claim["zh"] in page.words
    assert page.app.segmented_control(key=f"{FRAME}-lang").value == "zh", "the page stands in its frame"
    assert page.address.pop("seed", ["7"]) == ["7"] and page.address["lecture"] == ["true"]


@pytest.mark.parametrize(("language", "locale"), [("en", "fr-FR"), ("zh", "zh-TW"), ("en", None), ("en", "x" * 999)])
def test_the_contents_name_every_concept(language, locale):
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    app.context = {"locale": locale} if locale else {}
    app.run()
    assert not app.exception and not app.error
    shown = "\n".join(m.value for m in app.markdown) + "\n".join(link.value for link in app.page_link)
    for concept in catalog.concepts():
        assert concept.title[language] in shown and concept.claim[language] in shown


def test_language_and_lecture_are_never_written():
    """What is written is sent to the browser as new: a switch made meanwhile would be undone."""
    app = Opened("lipschitz", lang="zh", lecture="true").app

    def written():
        return [app.get_by_key(key).proto.set_value for key in ("basin-lang", "basin-lecture")]

    app.run()
    assert written() == [False, False] and app.session_state["basin-lang"] == "zh"
    app.session_state["live"] = {"drag": {"key": "lipschitz-slope", "id": "d", "message": 1, "grabbed": 3, "at": 5}}
    app.run()
    assert written() == [False, False]
