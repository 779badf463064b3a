"""A browser sends an option by its label, and the label may be no option any more: the language was switched a moment
ago, or the page was open while the server was given a new version."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench.server import Server
from tests.browser.browsing import some
from tests.faults.watching import Watcher
from ui import catalog, text
from ui.controls.link import FRAME

UNKNOWN = ("no such option", "选项不存在", "x" * 500, "\x00", "<b>")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "log.txt").start()
    yield server
    server.kill()
    assert "Traceback" not in server.said(), server.said()


class Sender(Watcher):
    """A student whose browser is behind."""

    menus: dict

    def __post_init__(self) -> None:
        self.menus = {}
        super().__post_init__()

    def _take(self, forward) -> bool:
        if forward.WhichOneof("type") == "delta" and forward.delta.WhichOneof("type") == "new_element":
            element = forward.delta.new_element
            kind = element.WhichOneof("type")
            if kind in ("selectbox", "multiselect", "button_group"):
                content = getattr(element, kind)
                self.menus[content.id] = (kind, content)
        return super()._take(forward)

    def send(self, widget: str, *labels: str) -> None:
        kind, _ = self.menus[widget]
        state = WidgetState(id=widget)
        if kind == "selectbox":
            state.string_value = labels[0]
        else:
            state.string_array_value.data.extend(labels)
        self.states[widget] = state
        self.rerun()
        self.states.pop(widget)


def others(slug: str, label: str) -> list[str]:
    """The same text in the other language."""
    english, chinese = text.words(slug, "en"), text.words(slug, "zh")
    return [chinese[name] for name in english if "." in name and english[name] == label and chinese[name] != label]


def menus(slug: str, server: Server) -> list[str]:
    """The widgets that offer the page's own options."""
    with Sender(server.port, slug) as student:
        return some([widget for widget in student.menus if f"-{slug}-" in widget], 3)


@pytest.mark.parametrize("slug", [concept.slug for concept in catalog.concepts()])
def test_a_label_that_is_no_option_changes_nothing_and_one_of_the_other_language_is_understood(server, slug):
    """In a list. Of options side by side Streamlit drops a label that they have not: there nothing changes either."""
    for widget in menus(slug, server):
        with Sender(server.port, slug) as student:
            before = student.query
            for label in UNKNOWN:
                student.send(widget, label)
                assert (student.exceptions, student.query) == ([], before), (widget, label)
            kind, menu = student.menus[widget]
            now = menu.default if kind == "selectbox" else None
            options = [getattr(option, "content", option) for at, option in enumerate(menu.options) if at != now]
            strange = some([label for option in options for label in others(slug, option)], 2)
            understood = 0
            for label in strange:
                student.send(widget, label)
                assert student.exceptions == [], (widget, label)
                understood += student.query != before
            assert bool(understood) == (kind != "button_group" and bool(strange)), widget


def test_so_it_is_with_the_language_itself(server):
    with Sender(server.port, "lipschitz") as student:
        widget = next(w for w in student.menus if w.endswith(f"{FRAME}-lang"))
        for label in UNKNOWN:
            student.send(widget, label)
            assert student.exceptions == [] and student.strip
