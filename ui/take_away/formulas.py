"""The texts' LaTeX where there is no KaTeX: as MathML in the offline page, as plain letters in a picture's title.

It knows the LaTeX that the texts are written in, and a test reads all of them. What it does not know it spells out.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ui.take_away import letters


@dataclass(frozen=True)
class Node:
    """A piece of a formula: a kind, its own letters or its parts."""

    kind: str
    text: str = ""
    parts: tuple["Node", ...] = ()


def parse(latex: str) -> Node:
    """The formula as a row of pieces."""
    tokens = re.findall(r"\\[a-zA-Z]+|\\.|\s+|.", latex, re.S)
    return _row(_Tokens([t for t in tokens if t == "\\ " or not t.isspace()]), until="")


def mathml(latex: str, *, display: bool = False) -> str:
    """The formula as a browser draws it by itself."""
    mode = ' display="block"' if display else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{mode}>{_mathml(parse(latex))}</math>'


def plain(latex: str) -> str:
    """The formula in one line of letters."""
    return unicodedata.normalize("NFC", re.sub(" +", " ", _plain(parse(latex)))).strip()


class _Tokens:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""


def _row(tokens: _Tokens, until: str) -> Node:
    pieces: list[Node] = []
    while (token := tokens.peek()) and token != until:
        if token in ("^", "_", "'"):
            base = pieces.pop() if pieces else Node("row")
            pieces.append(_scripts(base, tokens))
        else:
            pieces.append(_one(tokens))
    tokens.take()
    return Node("row", parts=tuple(_whole_numbers(pieces)))


def _whole_numbers(pieces: list[Node]) -> Iterator[Node]:
    """Digits side by side are one number; as an argument each stands alone."""
    for is_number, group in groupby(pieces, key=lambda piece: piece.kind == "number"):
        same = list(group)
        yield from [Node("number", "".join(piece.text for piece in same))] if is_number else same


def _scripts(base: Node, tokens: _Tokens) -> Node:
    """What stands above and below right: x_i^2, f'."""
    below, above = Node("row"), []
    while tokens.peek() in ("^", "_", "'") and tokens.peek():
        kind = tokens.take()
        if kind == "_":
            below = _one(tokens)
        else:
            above.append(_one(tokens) if kind == "^" else Node("sign", "′"))
    return Node("scripts", parts=(base, below, Node("row", parts=tuple(above))))


def _one(tokens: _Tokens) -> Node:
    """One piece: what a command or a script takes for its argument."""
    token = tokens.take()
    if token == "{":
        return _row(tokens, "}")
    if not token.startswith("\\"):
        kind = "number" if token.isdigit() else "letter" if token.isalpha() else "sign"
        return Node(kind, token.replace("-", "−"))
    return _command(token[1:], tokens)


def _command(name: str, tokens: _Tokens) -> Node:
    key = name + "_" if name in ("lambda", "in") else name
    if key in letters.LETTERS:
        return Node("letter", letters.LETTERS[key])
    if key in letters.SIGNS:
        return Node("sign", letters.SIGNS[key])
    if name in letters.SPACES:
        return Node("space", letters.SPACES[name])
    if name in letters.ACCENTS:
        return Node("accent", name, (_one(tokens),))
    if name in ("frac", "tfrac", "dfrac"):
        return Node("fraction", parts=(_one(tokens), _one(tokens)))
    if name == "sqrt":
        return Node("root", parts=(_one(tokens),))
    if name in letters.FUNCTIONS:
        return Node("word", name)
    if name in ("operatorname", "text", "mathrm"):
        return Node("word" if name != "text" else "text", _plain(_one(tokens)))
    if name == "mathbb":
        return Node("letter", letters.BOARD.get(letter := _plain(_one(tokens)), letter))
    if name in letters.SIZES:
        return Node("row")
    return Node("sign", name) if len(name) == 1 else Node("text", f"\\{name}")


def _mathml(node: Node) -> str:
    inside = [_mathml(part) for part in node.parts]
    text = html.escape(node.text)
    match node.kind:
        case "row":
            before = (False, *map(_is_word, node.parts))  # a function's name stands off from what it is of
            return (
                f"<mrow>{''.join(letters.THIN * off + part for off, part in zip(before, inside, strict=False))}</mrow>"
            )
        case "number":
            return f"<mn>{text}</mn>"
        case "letter":
            upright = ' mathvariant="normal"' * (text in letters.UPRIGHT)
            return f"<mi{upright}>{text}</mi>"
        case "sign":
            close = ' lspace="0" rspace="0"' * (text in letters.CLOSE)
            return f'<mo stretchy="false"{close}>{text}</mo>'
        case "space" | "text":
            return f"<mtext>{text}</mtext>"
        case "word":
            return f'<mi mathvariant="normal">{text}</mi>'
        case "accent":
            return f'<mover accent="true">{inside[0]}<mo stretchy="false">{letters.ACCENTS[node.text][0]}</mo></mover>'
        case "fraction":
            return f"<mfrac>{inside[0]}{inside[1]}</mfrac>"
        case "root":
            return f"<msqrt>{inside[0]}</msqrt>"
    base, below, above = inside  # scripts
    has_below, has_above = (bool(part.parts or part.text) for part in node.parts[1:])
    if not has_above:
        return f"<msub>{base}{below}</msub>"
    return f"<msubsup>{base}{below}{above}</msubsup>" if has_below else f"<msup>{base}{above}</msup>"


def _is_word(node: Node) -> bool:
    return node.kind == "word" or (node.kind == "scripts" and _is_word(node.parts[0]))


def _plain(node: Node) -> str:
    inside = [_plain(part) for part in node.parts]
    match node.kind:
        case "row":
            return "".join(inside)
        case "word":
            return f"{node.text} "
        case "sign":
            return f" {node.text} " if node.text in "=<>≤≥≠≈∼→∝" else node.text
        case "accent":
            return inside[0] + letters.ACCENTS[node.text][1]
        case "fraction":
            return f"{_held(inside[0])}/{_held(inside[1])}"
        case "root":
            return f"√{_held(inside[0])}"
        case "scripts":
            base, below, above = inside
            return (
                base.rstrip()
                + _moved(below, letters.LOWERED, "_")
                + _moved(above, letters.RAISED, "^")
                + " " * base.endswith(" ")
            )
    return node.text


def _held(text: str) -> str:
    """In brackets where it is more than one piece."""
    return text if re.fullmatch(r".[\u0300-\u036f]?|\d+", text) else f"({text})"


def _moved(text: str, to: dict[str, str], mark: str) -> str:
    """With the small letters there are, or after ``^`` and ``_`` where one is missing."""
    if not text:
        return ""
    text = text.replace(" ", "")
    small = [to.get(letter) for letter in text]
    return "".join(small) if None not in small else mark + _held(text)
