"""Every picture keeps its plot, wherever a control stands, and what the server keeps of it is small.

Streamlit fits a chart into its box. A mark far outside the axes, that nothing cuts off there, takes the room from the
plot: the picture gets empty, in a browser only after the data have changed.
"""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.labels import number_of
from tests.pages.ends import ENDS
from tests.pages.kept_results import kept_results, too_large
from tests.pages.test_contract import Opened, warm  # noqa: F401
from tests.sampling import share
from ui import catalog
from ui.page import frame
from ui.take_away.pictures import with_numbers

SLUGS = [concept.slug for concept in catalog.concepts()]
WIDTH = 330  # pixels: a picture that shares its row with another one on 1280 pixels
LEAST = 0.45  # of the picture's width and height


def plot(specification: str) -> tuple[float, float]:
    """Width and height of the plot, as Vega lays it out."""
    import vl_convert  # in a process apart: see ui.take_away.drawing

    root = _root(vl_convert.vegalite_to_scenegraph(specification, allowed_base_urls=[]))
    return root["width"], root["height"]


def _root(part):
    """The frame of the plot, somewhere in Vega's scene."""
    items = part if isinstance(part, list) else part.get("items", [part["scenegraph"]] if "scenegraph" in part else [])
    if isinstance(part, dict) and part.get("name") == "root":
        return items[0]
    return next((found for item in items if (found := _root(item))), None)


@pytest.fixture(scope="session")
def draughtsman():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def shown(monkeypatch):
    """The pictures of the last run of a page: what Vega is asked for, by key."""
    pictures, show = {}, frame.Page.show

    def shows(self, picture, key, *, height=330, **more):
        pictures[key] = json.dumps({**with_numbers(picture), "width": WIDTH, "height": height})
        return show(self, picture, key, height=height, **more)

    monkeypatch.setattr(frame.Page, "show", shows)
    return pictures


def ends(app, slug):
    """Sliders and number fields of the page, with one of their ends and where they stand: of many, the concept's share
    of both ends."""
    sliders = (("select_slider", w, (number_of(w.options[0]), number_of(w.options[-1]))) for w in app.select_slider)
    numbers = (("number_input", w, ENDS[w.key]) for w in app.number_input if w.key in ENDS)
    own = [w for w in (*sliders, *numbers) if (w[1].key or "").startswith(f"{slug}-") and not w[1].disabled]
    return share([(kind, w.key, end, w.value) for kind, w, both in own for end in both], slug, 8)


@pytest.mark.parametrize("slug", SLUGS)
def test_pictures_keep_their_plot_and_results_are_small_at_the_ends_of_the_controls(slug, shown, draughtsman):
    page, known, small = Opened(slug), set(), {}
    for kind, key, value, stood in ends(page.app, slug):
        shown.clear()
        _set(page.app, kind, key, value)
        page.sound()
        new = {picture: asked for picture, asked in shown.items() if asked not in known}
        known |= set(new.values())
        for picture, (width, height) in zip(new, draughtsman.map(plot, new.values()), strict=True):
            if width < LEAST * WIDTH or height < LEAST * json.loads(new[picture])["height"]:
                small[picture, key, value] = (width, height)
        _set(page.app, kind, key, stood)
    assert known and small == {}
    assert list(kept_results()) and too_large() == {}


def _set(app, kind, key, value):
    """Put a control to a value, where the page still has it."""
    for widget in getattr(app, kind):
        if widget.key == key:
            widget.set_value(value).run()
            return
