"""The texts' Markdown where there is no Streamlit: as HTML in the offline page, as plain words in a picture's title.

Only what the texts use: paragraphs, lists, **strong**, *emphasis*, `code`, [links](…) and formulas between dollars.
Everything else is shown as it is written: no HTML passes.
"""

import html
import re
from urllib.parse import urljoin

from ui.take_away import formulas

PIECES = re.compile(
    r"\$\$(?P<display>.+?)\$\$|\$(?P<formula>.+?)\$|`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\]]+)\]\((?P<link>https?://[^)\s]+|[^):\s]+)\)|\*\*(?P<strong>.+?)\*\*|\*(?P<emphasis>[^*\s][^*]*)\*",
    re.S,
)


def to_html(markdown: str, base: str = "") -> str:
    """Paragraphs and lists; ``base``: the address that links without a host start from."""
    blocks = (_block(block.strip(), base) for block in re.split(r"\n\s*\n", markdown.strip()))
    return "\n".join(blocks)


def inline(markdown: str, base: str = "") -> str:
    """One paragraph's text as HTML."""
    made, end = [], 0
    for match in PIECES.finditer(markdown):
        made += [html.escape(markdown[end : match.start()]), _piece(match, base)]
        end = match.end()
    return "".join(made) + html.escape(markdown[end:])


def to_plain(markdown: str) -> str:
    """The words alone."""

    def letters(match: re.Match[str]) -> str:
        if match["display"] or match["formula"]:
            return formulas.plain(match["display"] or match["formula"])
        return match["code"] or to_plain(match["label"] or match["strong"] or match["emphasis"])

    return PIECES.sub(letters, markdown)


def _block(block: str, base: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{inline(line[2:], base)}</li>' for line in lines)}</ul>"
    return f"<p>{inline(block, base)}</p>"


def _piece(match: re.Match[str], base: str) -> str:
    if match["display"] or match["formula"]:
        return formulas.mathml(match["display"] or match["formula"], display=bool(match["display"]))
    if match["code"]:
        return f"<code>{html.escape(match['code'])}</code>"
    if match["link"]:
        return f'<a href="{html.escape(urljoin(base, match["link"]))}">{inline(match["label"])}</a>'
    tag = "strong" if match["strong"] else "em"
    return f"<{tag}>{inline(match[tag if tag == 'strong' else 'emphasis'])}</{tag}>"
