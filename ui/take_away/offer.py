"""Where a person takes a page away: the link on the left, the files on the right."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from ui.take_away import offline, pictures, qr, script, tables
from ui.take_away.markdown import to_plain
from ui.take_away.taken import Taken

COMMAND = "PYTHONPATH=. python {}.py"
LETTERS = 96  # in a line of the script's heading
HERE = {"localhost", "127.0.0.1", "::1"}  # hosts that lead nobody but this machine anywhere


def view(taken: Taken) -> None:
    left, right = st.columns([1, 2.6], gap="large")
    with left:
        _link(taken)
    with right:
        source = python(taken)
        _files(taken, source)
        _pictures(taken)
        with st.expander(taken.words["take.python"], expanded=True):
            st.caption(f"{taken.words['take.python_text']} `{COMMAND.format(taken.file)}`")
            st.code(source, language="python", height=380)


def python(taken: Taken) -> str:
    """The script that computes what is on screen."""
    return script.script(_heading(taken), _source(taken))


def notebook(taken: Taken) -> str:
    told = "\n".join(f"- `{line.replace('`', '')}`" for line in (*taken.settings_told, taken.link))
    claim = taken.concept.claim[taken.words.language]
    first = script.finder(taken.words["take.notebook_where"], taken.words["take.notebook_missing"])
    return script.notebook(f"# {taken.title}\n\n{claim}\n\n{told}", first, _source(taken))


def _source(taken: Taken) -> script.Source:
    return script.source(taken.record, f"core.{taken.concept.slug}")


def _heading(taken: Taken) -> list[str]:
    settings = pictures.wrapped([f"{one} · " for one in taken.settings_told], LETTERS)
    claim = pictures.wrapped(pictures.words(f"{taken.title} · {taken.claim}"), LETTERS)
    told = taken.words["take.python_text"]
    return [*claim, *(line.strip(" ·") for line in settings), taken.link, f"{told} {COMMAND.format(taken.file)}"]


def _link(taken: Taken) -> None:
    words, code = taken.words, qr.svg(taken.link)
    st.markdown(f"**{words['take.link']}**")
    st.code(taken.link, language=None, wrap_lines=True)
    st.caption(words["take.local" if urlsplit(taken.link).hostname in HERE else "take.link_text"])
    if code is None:
        st.caption(words["take.qr_too_long"])
        return
    st.html(qr.image(code, words["take.qr"], "360px"))
    if st.button(words["take.qr_large"], key="qr_large"):
        st.dialog(taken.title, width="large")(_large)(taken, code)


def _large(taken: Taken, code: str) -> None:
    """The code as large as the window lets it be."""
    st.html(qr.image(code, taken.words["take.qr"], "66vh"))
    st.code(taken.link, language=None, wrap_lines=True)


def _files(taken: Taken, source: str) -> None:
    words = taken.words
    st.markdown(f"**{words['take.files']}**")
    with st.container(horizontal=True, key="take_files"):
        _download(words["take.script"], lambda: source, f"{taken.file}.py", "text/x-python")
        _download(words["take.notebook"], partial(notebook, taken), f"{taken.file}.ipynb", "application/x-ipynb+json")
        data = partial(tables.archive, taken.record)
        _download(words["take.data"], data, f"{taken.file}.zip", "application/zip", words["take.data_help"])
        page = partial(offline.page, taken, source)
        _download(words["take.page"], page, f"{taken.file}.html", "text/html", words["take.page_help"])


def _pictures(taken: Taken) -> None:
    """Two buttons for each: as drawing and as pixels. What the picture shows is their help."""
    st.markdown(f"**{taken.words['take.pictures']}** {taken.words['take.pictures_text']}")
    with st.container(horizontal=True, key="take_pictures", vertical_alignment="center"):
        for number, (key, shown) in enumerate(taken.record.pictures.items(), 1):
            name, told = f"{taken.file}_{key.replace(' ', '_')}", to_plain(shown.alt)
            label = taken.words.say("take.picture", number=number)
            _download(f"{label} · SVG", partial(pictures.svg, taken, key), f"{name}.svg", "image/svg+xml", told)
            _download(f"{label} · PNG", partial(pictures.png, taken, key), f"{name}.png", "image/png", told)


def _download(label: str, make: Callable[[], str | bytes], file: str, kind: str, told: str | None = None) -> None:
    """A button whose file is made on the click; the page does not run again."""
    st.download_button(label, make, file, kind, help=told, on_click="ignore", key=f"take {file}")
