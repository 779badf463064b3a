"""The words of a formula, and what a formula that is refused is told: what was wrong and where."""

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
    "not_allowed": "this character is not allowed; allowed are names, numbers, + - * / ^ ( ) | √ ∛ and commas",
    "syntax": "the formula stops making sense here",
    "missing_operator": "an operator is missing here; write products with *, as in 2*x",
    "unknown_name": "this name is not known",
    "arguments": "this function has the wrong number of arguments",
    "number": f"a number must be finite and at most {MAX_NUMBER:g}",
    "exponent": f"a constant exponent must lie within ±{MAX_EXPONENT:g} and the degree within {MAX_DEGREE:g}",
    "not_real": "this is nowhere a finite real number",
}

_SAME = str.maketrans("−–－＋×·⋅∙＊÷／（），．＾｜∣", "---+*****//(),.^||")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>π|[A-Za-zα-ωΑ-Ω][A-Za-z0-9]*)"
    r"|(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<symbol>\*\*|[-+*/^(),|√∛])"
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
