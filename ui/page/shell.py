"""What is around every page: the browser's tab, the language, the lecture mode, the bar at the top."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui import text
from ui.controls.link import FRAME, Link
from ui.controls.values import one_of, truth
from ui.lecture import plan


def guess() -> str:
    """The browser's language where it is one of ours."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    return st.session_state.get(f"{FRAME}-lang") or guess()


def embedded() -> bool:
    """Whether another page shows this one in a frame (``?embed=true``)."""
    return bool(st.context.is_embedded)


def lecture() -> bool:
    """Whether the page is the picture, a few controls and the experiment: in a lecture, and in another page."""
    return bool(st.session_state.get(f"{FRAME}-lecture", False)) or embedded()


def defaults() -> dict[str, Any]:
    return {"lang": guess(), "lecture": False, plan.HIDE: [], plan.PLAN: []}


def configure(title: str = "") -> None:
    """The browser's tab, the width of the page and of its sidebar. ``title``: of the page; the contents have none."""
    name = f"{title} · Basin" if title else "Basin"
    st.set_page_config(page_title=name, page_icon="🎢", layout="wide", initial_sidebar_state=230)


def tools() -> None:
    """Language and lecture mode, in the bar at the top of every page. ``app.py`` calls it before anything else."""
    shared = Link(FRAME)
    words = text.words("common", language())
    shared.hold("lang", guess(), one_of("lang", list(text.LANGUAGES), words))
    shared.hold("lecture", False, truth)
    plan.hold(shared)
    words = text.words("common", language())
    st.html(f"<style>{_style('basin.css')}{_style('lecture.css') if lecture() else ''}</style>")
    with st.container(horizontal=True, key="tools", width="content", vertical_alignment="center"):
        st.segmented_control(
            "Language · 语言",
            list(text.LANGUAGES),
            format_func=lambda option: words[f"lang.{option}"],
            key=shared.key("lang"),
            required=True,
            label_visibility="collapsed",
        )
        if not embedded():
            st.toggle(words["lecture"], key=shared.key("lecture"), help=words["lecture_help"])


def inside(slug: str) -> None:
    """Run ``app.py`` around this page where Streamlit has not.

    Until ``st.navigation`` is first called, a new server takes the folder ``pages`` for its own kind of app, and
    answers a link to a page with the bare page.
    """
    if f"{FRAME}-lang" not in st.session_state:
        configure()
        st.navigation([st.Page("pages/home.py", default=True), st.Page(f"pages/{slug}.py", url_path=slug)])
        st.rerun()


@lru_cache
def _style(name: str) -> str:
    return (Path(__file__).parents[1] / "frontend" / name).read_text(encoding="utf-8")
