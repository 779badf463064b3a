"""A person's formula read against a whitelist: text becomes a tree, and every refusal says what was wrong and where.

Nothing is ever evaluated as Python: a tokenizer and a recursive descent accept exactly this grammar and no more.

    sum     = product (("+" | "-") product)*
    product = unary (("*" | "/") unary | power)*     the second form after a number: 2x, 3(x+1), 2πx
    unary   = ("+" | "-") unary | power
    power   = atom (("^" | "**") unary)?            so -x^2 = -(x^2) and 2^3^2 = 2^(3^2)
    atom    = number | name | name "(" sum ("," sum)* ")" | "(" sum ")" | "|" sum "|" | ("√" | "∛") atom
            | name unary                                sin x, sin 3x, 2 exp -x: of what stands right behind it

What people type or their input method types for them means the same: − × · ÷ ² ³ π and the full-width forms. A bar
closes where one is open and an operand stands before it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.formulas.tokens import (
    MAX_LENGTH,
    MAX_NESTING,
    MAX_NODES,
    MAX_NUMBER,
    SUPERSCRIPTS,
    ExpressionError,
    Token,
    tokens,
)

ROOTS = {"√": "sqrt", "∛": "cbrt"}


@dataclass(frozen=True)
class Node:
    """A number, a variable, or an operation on ``parts``; a constant part knows its value."""

    kind: str  # number, variable, sum, product, negative, reciprocal, power, or the name of a function
    parts: tuple["Node", ...] = ()
    text: str = ""  # as it was typed
    column: int = 0
    constant: float | None = None  # None where a variable enters
    enclosure: tuple[float, float] | None = None  # of a constant: what it is for certain


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
        self.bars = 0  # that are open inside the brackets around the present word
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
        opens = self.word.text in ("(", "√", "∛") or (self.word.text == "|" and not self.bars)
        return number and (self.word.kind == "name" or opens)

    def unary(self) -> Node:
        sign = self.take("+", "-")
        inner = self.deeper(self.unary if sign else self.power)
        return self.node("negative", (inner,), sign) if sign and sign.text == "-" else inner

    def deeper(self, part: Callable[[], Node]) -> Node:
        """What ``part`` reads, one level further in."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError("too_deep", self.word.column, self.word.text)
        inner = part()
        self.nesting -= 1
        return inner

    def power(self) -> Node:
        base, word = self.atom(), self.word
        if word.kind == "superscript":
            self.at += 1
            digits = Token("number", word.text.translate(SUPERSCRIPTS), word.column)
            return self.node("power", (base, self.number(digits)), word)
        return self.node("power", (base, self.unary()), word) if self.take("^", "**") else base

    def atom(self) -> Node:
        word = self.word
        self.at += 1
        if word.kind == "number":
            return self.number(word)
        if word.kind == "name":
            return self.name(word)
        if word.text in ROOTS:
            return self.node(ROOTS[word.text], (self.deeper(self.atom),), word)
        if word.text == "|":
            self.bars += 1
            inner = self.sum()
            self.bars -= 1
            return self.closed(self.node("abs", (inner,), word), "|")
        if word.text == "(":
            return self.closed(self.inside(lambda: (self.sum(),))[0])
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
            return self.applied(word)
        parts = self.inside(self.arguments)
        least, greatest = self.arities[word.text]
        if not least <= len(parts) <= greatest:
            raise ExpressionError("arguments", word.column, word.text, f"{least} to {greatest}")
        return self.closed(self.node(word.text, parts, word))

    def applied(self, word: Token) -> Node:
        """A function without brackets, of what stands right behind it: sin x, sin 3x."""
        starts = self.word.kind in ("number", "name") or self.word.text in ("+", "-", "√", "∛")
        if self.arities[word.text] != (1, 1) or not starts:
            raise ExpressionError("arguments", word.column, word.text, f"{word.text}(...)")
        first, parts = self.word, [self.unary()]
        while self.juxtaposed():
            parts.append(self.power())
        return self.node(word.text, (parts[0] if len(parts) == 1 else self.node("product", tuple(parts), first),), word)

    def arguments(self) -> tuple[Node, ...]:
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        return tuple(parts)

    def inside(self, parts: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        """What stands in brackets, where no bar of outside can close."""
        outside, self.bars = self.bars, 0
        found, self.bars = parts(), outside
        return found

    def closed(self, node: Node, by: str = ")") -> Node:
        if self.take(by):
            return node
        starts = self.word.kind in ("number", "name") or self.word.text == "("
        raise ExpressionError("missing_operator" if starts else "syntax", self.word.column, self.word.text)

    def vocabulary(self) -> str:
        return " ".join([*self.variables, *self.constants, *self.arities])
