"""The whole page as one file that plays without a network: no Streamlit, no server, no request to anybody.

The charts are the page's own specifications with their data, drawn by the Vega that stands in the file; the player, its
look and that of the checks are the page's own as well. Formulas are MathML, which browsers draw by themselves.
"""

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from charts.theme import Theme
from ui.evidence.experiments import answer
from ui.evidence.strip import strip
from ui.live import player
from ui.take_away import drawing, qr
from ui.take_away.markdown import inline, to_html, to_plain
from ui.take_away.taken import Taken

FRONTEND = Path(__file__).parent.parent / "frontend"
LARGER = 1.25  # a picture's height against that on the page, where the controls stand beside it
FONT = "'Source Sans 3', 'Source Sans Pro', system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def page(taken: Taken, python: str) -> str:
    """The file. ``python`` is the script of the same numbers."""
    words, language, concept = taken.words, taken.words.language, taken.concept
    code = qr.svg(taken.link)
    parts = {
        "language": language,
        "title": html.escape(f"{taken.title} · Basin"),
        "kicker": html.escape(taken.title),
        "style": _style(taken),
        "claim": inline(concept.claim[language]),
        "question": inline(concept.question[language], taken.link),
        "legend": taken.record.legend,
        "figures": "\n".join(_figures(taken)),
        "player": read("player.html") if taken.record.time else "",
        "checks": strip(taken.record.checks, words),
        "experiment": inline(taken.experiment.question[language], taken.link),
        "answer": inline(answer(taken.experiment, language, taken.record.checks), taken.link),
        "why": to_html(words["why"], taken.link),
        "references": "".join(_references(taken)),
        "python": html.escape(python),
        "link": html.escape(taken.link),
        "qr": qr.image(code, words["take.qr"], "260px") if code else "",
        "settings": "".join(f"<dt>{html.escape(label)}</dt><dd>{html.escape(v)}</dd>" for label, v in taken.settings),
        "notices": read("notices.txt"),
        "vega": drawing.vega().replace("</script", "<\\/script"),
        "script": read("player.js").replace("export default function", "const mount = function"),
        "page": _literal({"pictures": _charts(taken), "player": _player(taken)}),
    }
    titles = {"checks": "take.checks", "references": "references", "python": "take.python", "link": "take.link"}
    titles["settings"] = "take.settings"
    parts |= {f"{name}_title": html.escape(words[text_id]) for name, text_id in titles.items()}
    return _filled(read("offline.html"), parts)


@lru_cache
def read(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")


def _filled(template: str, parts: dict[str, str]) -> str:
    """In one go: what is filled in is not looked through again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _style(taken: Taken) -> str:
    shared = re.findall(r"^\.check.*?\}$", read("basin.css"), re.M | re.S)
    return "\n".join((_colours(taken.theme), read("player.css"), *shared, read("offline.css")))


def _colours(theme: Theme) -> str:
    """The names that Streamlit gives its colours, with those of the theme."""
    named = {"background-color": theme.background, "secondary-background-color": theme.grid, "text-color": theme.text}
    named |= {"primary-color": theme.measured, "border-color": theme.quiet, "button-radius": "0.4rem", "font": FONT}
    lines = (f"--st-{name}: {value};" for name, value in named.items())
    return f":root {{ color-scheme: {theme.name}; {' '.join(lines)} }}"


def _figures(taken: Taken) -> Iterator[str]:
    for place, shown in enumerate(taken.record.pictures.values()):
        told = html.escape(to_plain(shown.alt))
        drawn = f'<div id="picture-{place}" role="img" aria-label="{told}"></div>'
        yield f"<figure>{drawn}<figcaption>{told}</figcaption></figure>"


def _references(taken: Taken) -> Iterator[str]:
    for source in taken.concept.references:
        what = inline(source.what[taken.words.language], taken.link)
        yield f'<li><a href="{html.escape(source.url)}">{html.escape(source.label)}</a> — {what}</li>'


def _charts(taken: Taken) -> list[dict[str, Any]]:
    shown = taken.record.pictures.values()
    return [{**one.picture.whole, "width": "container", "height": round(LARGER * one.height)} for one in shown]


def _player(taken: Taken) -> dict[str, Any] | None:
    """What the player is told, as ``ui.live.player`` tells it."""
    return player.told(taken.words, taken.record.time) if taken.record.time else None


def _literal(value: Any) -> str:
    """As JavaScript, which has NaN and Infinity; nothing in it can end the script that it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
