"""A person's formula read against a whitelist: text becomes a tree, and every refusal says what was wrong and where.

Nothing is ever evaluated as Python: a tokenizer and a recursive descent accept exactly this grammar and no more.

    sum     = product (("+" | "-") product)*
    product = unary (("*" | "/") unary | power)*     the second form after a number: 2x, 3(x+1), 2πx
    unary   = ("+" | "-") unary | power
    power   = atom (("^" | "**") unary)?            so -x^2 = -(x^2) and 2^3^2 = 2^(3^2)
    atom    = number | name | name "(" sum ("," sum)* ")" | "(" sum ")"

What people type or their input method types for them means the same: − × · ÷ ² ³ π and the full-width forms.
"""

import math
import re
from dataclasses import dataclass

MAX_LENGTH = 200  # characters
MAX_NESTING = 20  # levels of brackets, signs and exponents
MAX_NODES = 100
MAX_NUMBER = 1e12
MAX_EXPONENT = 20.0  # of a constant exponent, in absolute value
MAX_DEGREE = 100.0  # of the whole polynomial: (x^20)^20 is refused

ERROR_CODES = {
    "empty": "there is no formula",
    "too_long": f"the formula is longer than {MAX_LENGTH} characters",
    "too_deep": f"brackets, signs or exponents are nested more than {MAX_NESTING} deep",
    "too_large": f"the formula has more than {MAX_NODES} numbers, names and operations",
    "not_allowed": "this character is not allowed; allowed are names, numbers, + - * / ^ ( ) and commas",
    "syntax": "the formula stops making sense here",
    "missing_operator": "an operator is missing here; write products with *, as in 2*x",
    "unknown_name": "this name is not known",
    "arguments": "this function has the wrong number of arguments",
    "number": f"a number must be finite and at most {MAX_NUMBER:g}",
    "exponent": f"a constant exponent must lie within ±{MAX_EXPONENT:g} and the degree within {MAX_DEGREE:g}",
    "not_real": "this is nowhere a finite real number",
}

_SAME = str.maketrans("−–－＋×·⋅∙＊÷／（），．＾", "---+*****//(),.^")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>π|[A-Za-zα-ωΑ-Ω][A-Za-z0-9]*)"
    r"|(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<symbol>\*\*|[-+*/^(),])"
)


class ExpressionError(ValueError):
    """A formula that is refused. ``code`` is a key of ``ERROR_CODES``, ``position`` a column from 0 or None."""

    def __init__(self, code: str, position: int | None = None, detail: str = "", allowed: str = ""):
        self.code, self.position, self.detail, self.allowed = code, position, detail[:40], allowed
        where = "" if position is None else f" at column {position + 1}"
        what = f": {self.detail!r}" if self.detail else ""
        super().__init__(ERROR_CODES[code] + where + what + (f"; allowed: {allowed}" if allowed else ""))

    def __reduce__(self):
        return type(self), (self.code, self.position, self.detail, self.allowed)


@dataclass(frozen=True)
class Node:
    """A number, a variable, or an operation on ``parts``; a constant part knows its value."""

    kind: str  # number, variable, sum, product, negative, reciprocal, power, or the name of a function
    parts: tuple["Node", ...] = ()
    text: str = ""  # as it was typed
    column: int = 0
    constant: float | None = None  # None where a variable enters
    enclosure: tuple[float, float] | None = None  # of a constant: what it is for certain


@dataclass(frozen=True)
class Token:
    kind: str  # number, name, superscript, symbol, end
    text: str
    column: int


def tokens(text: str) -> list[Token]:
    """The words of a formula, each with its column; ends with a token of kind ``end``."""
    same, found, at = text.translate(_SAME), [], 0
    while at < len(same):
        match = _TOKEN.match(same, at)
        if match is None:
            raise ExpressionError("not_allowed", at, text[at])
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), at))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def read(
    text: str, variables: tuple[str, ...], arities: dict[str, tuple[int, int]], constants: dict[str, float]
) -> Node:
    """The tree of a formula. ``arities`` names the functions with their least and greatest number of arguments."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", MAX_LENGTH, text[MAX_LENGTH:])
    if not text.strip():
        raise ExpressionError("empty")
    return _Reader(tokens(text), variables, arities, constants).whole()


class _Reader:
    """Recursive descent over the tokens; the depth and the number of nodes are counted on the way."""

    def __init__(self, words: list[Token], variables, arities, constants):
        self.words, self.at, self.nesting, self.nodes = words, 0, 0, 0
        self.variables, self.arities, self.constants = variables, arities, constants

    @property
    def word(self) -> Token:
        return self.words[self.at]

    def take(self, *symbols: str) -> Token | None:
        """The present word if it is one of the symbols, and then move past it."""
        word = self.word
        if word.kind != "symbol" or word.text not in symbols:
            return None
        self.at += 1
        return word

    def node(self, kind: str, parts: tuple[Node, ...], word: Token, constant: float | None = None) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError("too_large", word.column, word.text)
        return Node(kind, parts, word.text, word.column, constant)

    def whole(self) -> Node:
        tree = self.sum()
        if self.word.kind == "end":
            return tree
        closes = self.word.kind == "symbol" and self.word.text != "("
        raise ExpressionError("syntax" if closes else "missing_operator", self.word.column, self.word.text)

    def sum(self) -> Node:
        first, parts = self.word, [self.product()]
        while sign := self.take("+", "-"):
            part = self.product()
            parts.append(part if sign.text == "+" else self.node("negative", (part,), sign))
        return parts[0] if len(parts) == 1 else self.node("sum", tuple(parts), first)

    def product(self) -> Node:
        first, parts = self.word, [self.unary()]
        while (sign := self.take("*", "/")) or self.juxtaposed():
            part = self.unary() if sign else self.power()
            parts.append(self.node("reciprocal", (part,), sign) if sign and sign.text == "/" else part)
        return parts[0] if len(parts) == 1 else self.node("product", tuple(parts), first)

    def juxtaposed(self) -> bool:
        """A number, also raised or by its name, with a name or a bracket right behind it."""
        before = self.words[self.at - 1]
        number = before.kind in ("number", "superscript") or before.text in self.constants
        return number and (self.word.kind == "name" or self.word.text == "(")

    def unary(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError("too_deep", self.word.column, self.word.text)
        sign = self.take("+", "-")
        inner = self.unary() if sign else self.power()
        self.nesting -= 1
        return self.node("negative", (inner,), sign) if sign and sign.text == "-" else inner

    def power(self) -> Node:
        base, word = self.atom(), self.word
        if word.kind == "superscript":
            self.at += 1
            digits = Token("number", word.text.translate(_SUPERSCRIPTS), word.column)
            return self.node("power", (base, self.number(digits)), word)
        return self.node("power", (base, self.unary()), word) if self.take("^", "**") else base

    def atom(self) -> Node:
        word = self.word
        self.at += 1
        if word.kind == "number":
            return self.number(word)
        if word.kind == "name":
            return self.name(word)
        if word.text == "(":
            return self.closed(self.sum())
        self.at -= 1
        raise ExpressionError("syntax", word.column, word.text)

    def number(self, word: Token) -> Node:
        value = float(word.text)
        if not math.isfinite(value) or value > MAX_NUMBER:
            raise ExpressionError("number", word.column, word.text)
        return self.node("number", (), word, value)

    def name(self, word: Token) -> Node:
        if word.text in self.variables:
            return self.node("variable", (), word)
        if word.text in self.constants:
            return self.node("number", (), word, self.constants[word.text])
        if word.text not in self.arities:
            raise ExpressionError("unknown_name", word.column, word.text, self.vocabulary())
        if not self.take("("):
            raise ExpressionError("arguments", word.column, word.text, f"{word.text}(...)")
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        least, greatest = self.arities[word.text]
        if not least <= len(parts) <= greatest:
            raise ExpressionError("arguments", word.column, word.text, f"{least} to {greatest}")
        return self.closed(self.node(word.text, tuple(parts), word))

    def closed(self, node: Node) -> Node:
        if self.take(")"):
            return node
        starts = self.word.kind in ("number", "name") or self.word.text == "("
        raise ExpressionError("missing_operator" if starts else "syntax", self.word.column, self.word.text)

    def vocabulary(self) -> str:
        return " ".join([*self.variables, *self.constants, *self.arities])
