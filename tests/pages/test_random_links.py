"""Links and hands of a person who tries everything: a page or a clear message, never a traceback, never a dead end.

``BASIN_FUZZ`` is how many links and how many hands there are, over all pages together; unless told, 70 and 28: a hand
computes anew with every move. The seed is fixed: what has failed once, fails again.
"""

import math
import os
import random

import pytest

from tests.pages.ends import ENDS
from tests.pages.test_contract import GARBAGE, ODD, Opened, untouched, warm  # noqa: F401
from ui import catalog, text
from ui.controls.link import strings

CONCEPTS = catalog.concepts()
SLUGS = [concept.slug for concept in CONCEPTS]
LINKS, HANDS = (math.ceil(int(os.environ.get("BASIN_FUZZ", count)) / len(CONCEPTS)) for count in (70, 28))
MOVES = 4  # that one hand makes
FORMULAS = ("x^2", "sin(x)*y", "exp(x^2)", "1/(x-x)", "sqrt(-1-x^2)", "x^20 - y^20", "abs(x)/x", "log(log(x))")


def number(chance: random.Random) -> str:
    """Any number, also one that no floating-point number is."""
    size = chance.choice((0.0, 1.0, chance.uniform(-1, 1), chance.lognormvariate(0, 8), 1e-300, 1e300, math.inf))
    return chance.choice(("{:.6g}", "{:.0f}", "-{:.3g}", "{:e}", " {:g} ")).format(size)


def letters(chance: random.Random) -> str:
    return "".join(
        chr(chance.choice((chance.randint(32, 126), chance.randint(0, 0xD7FF)))) for _ in range(chance.randint(0, 30))
    )


def options(slug: str) -> list[str]:
    """Every option that any menu of the page offers, by its name in code."""
    return sorted({name.split(".")[-1] for name in text.words(slug, "en") if "." in name})


def choices(slug: str, name: str) -> list[str] | list[int]:
    """What the buttons of that name stand for, in code."""
    if name == "experiment":
        return list(range(1, len(catalog.concept(slug).experiments) + 1))
    return [text_id.removeprefix(f"{name}.") for text_id in text.words(slug, "en") if text_id.startswith(f"{name}.")]


def asked(slug: str, name: str, chance: random.Random):
    """Something for that name in a link: mostly what some control could take."""
    kinds = (
        lambda: number(chance),
        lambda: number(chance),
        lambda: chance.choice(options(slug)),
        lambda: chance.choice(("true", "false", "0", "1")),
        lambda: chance.choice(FORMULAS),
        lambda: chance.choice(list(GARBAGE.values())),
        lambda: chance.choice(list(ODD.values())),
        lambda: letters(chance),
        lambda: [number(chance) for _ in range(chance.randint(0, 5))],
    )
    return chance.choice(kinds)()


def whole(page: Opened) -> None:
    """The page is sound, has its strip, and its own link leads back to it."""
    page.sound()
    assert 'class="checks"' in page.words or page.address.get("lecture"), "the strip of checks is missing"
    assert page.charts, "there is no picture"
    again = Opened(page.slug, **page.address)
    assert again.address == page.address, f"its own link leads to {again.address}, and not to {page.address}"
    both = {name: (page.values[name], again.values[name]) for name in set(again.values) & set(page.values)}
    apart = {name: (here, there) for name, (here, there) in both.items() if strings(here) != strings(there)}
    assert apart == {}, "its own link does not lead back to it"


@pytest.mark.parametrize("slug", SLUGS)
def test_any_link_gives_a_page_whose_link_leads_back(slug):
    names, chance, wrong = list(untouched(slug).values), random.Random(slug), {}
    for _ in range(LINKS):
        some = chance.sample(names, chance.randint(1, len(names)))
        link = {name: asked(slug, name, chance) for name in some}
        if chance.random() < 0.3:
            link |= {"lang": chance.choice(("zh", "en", "xx")), "lecture": chance.choice(("true", "false", "?"))}
        try:
            whole(Opened(slug, **link))
        except (AssertionError, RuntimeError) as error:  # RuntimeError: AppTest waited in vain
            wrong[str(link)[:400]] = str(error)[:600]
    assert wrong == {}


def move(page: Opened, chance: random.Random) -> str:
    """Put one control that is on screen to something that it offers; what was done."""
    app, slug = page.app, page.slug
    kinds = (app.select_slider, app.selectbox, app.segmented_control, app.toggle, app.number_input, app.text_input)
    there = [w for kind in kinds for w in kind if (w.key or "").startswith(f"{slug}-") and not w.disabled]
    widget = chance.choice(there)
    kind = type(widget).__name__
    if kind == "Toggle":
        widget.set_value(not widget.value)
    elif kind == "SelectSlider":
        widget.set_value(float(chance.choice(widget.options)))
    elif kind == "NumberInput":
        low, high = ENDS[widget.key]
        widget.set_value(chance.choice((low, high, chance.uniform(low, high), 2 * high + 1)))
    elif kind == "TextInput":
        widget.set_value(
            chance.choice((*FORMULAS, letters(chance), *map(str, GARBAGE.values())))[: widget.proto.max_chars or None]
        )
    elif kind == "ButtonGroup":
        widget.set_value(chance.choice(choices(slug, widget.key.removeprefix(f"{slug}-"))))
    else:
        widget.select_index(chance.randrange(len(widget.options)))
    return f"{widget.key} -> {widget.value!r}"[:80]


@pytest.mark.parametrize("slug", SLUGS)
def test_any_hand_leaves_a_page_whose_link_leads_back(slug):
    chance, wrong = random.Random(f"hand of {slug}"), {}
    for _ in range(HANDS):
        page, done = Opened(slug), []
        try:
            for _ in range(chance.randint(1, MOVES)):
                done.append(move(page, chance))
                page.app.run()
            whole(page)
        except (AssertionError, RuntimeError) as error:
            wrong["; ".join(done)] = str(error)[:600]
    assert wrong == {}
