"""A formula's tree as LaTeX, in the order in which it was typed."""

from core.formulas.syntax import Node

_OPERATORS = {
    "sin",
    "cos",
    "tan",
    "log",
    "ln",
    "tanh",
    "sinh",
    "cosh",
    "arctan",
    "arcsin",
    "arccos",
    "min",
    "max",
}  # LaTeX knows these
_NAMES = {
    "pi": r"\pi",
    "π": r"\pi",
    "atan": r"\arctan",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "log10": r"\log_{10}",
    "log2": r"\log_{2}",
    "sigmoid": r"\sigma",
    "sign": r"\operatorname{sign}",
}
_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega"
)
_GREEK = {letter: "\\" + name for letter, name in zip("αβγδεζηθικλμνξρστυφχψω", _LETTERS.split(" "), strict=True)}


def latex(node: Node) -> str:
    """The tree as LaTeX for a mathematics environment, e.g. ``x^{4} - 40 x^{2}``."""
    if node.kind in ("number", "variable"):
        return _atom(node)
    parts = node.parts
    if node.kind == "sum":
        return latex(parts[0]) + "".join(_term(part) for part in parts[1:])
    if node.kind == "product":
        return _product(parts)
    if node.kind == "reciprocal":
        return rf"\frac{{1}}{{{latex(parts[0])}}}"
    if node.kind == "negative":
        return "-" + _enclosed(parts[0], ("sum", "negative"))
    if node.kind == "power":
        base = parts[0]
        closed = base.kind in ("variable", "abs") or (base.kind == "number" and r"\cdot" not in latex(base))
        return f"{latex(base) if closed else _brackets(latex(base))}^{{{latex(parts[1])}}}"
    return _call(node)


def _atom(node: Node) -> str:
    name = node.text
    if node.kind == "number" and name[0] in ".0123456789":
        mantissa, _, exponent = name.lower().partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
    letter, index = name[0], name[1:]
    return _NAMES.get(name) or _GREEK.get(letter, letter) + (f"_{{{index}}}" if index else "")


def _brackets(inner: str) -> str:
    return rf"\left({inner}\right)"


def _enclosed(node: Node, kinds: tuple[str, ...]) -> str:
    return _brackets(latex(node)) if node.kind in kinds else latex(node)


def _term(node: Node) -> str:
    if node.kind == "negative":
        return " - " + _enclosed(node.parts[0], ("sum", "negative"))
    return " + " + latex(node)


def _product(parts: tuple[Node, ...]) -> str:
    above = [part for part in parts if part.kind != "reciprocal"]
    below = [part.parts[0] for part in parts if part.kind == "reciprocal"]
    if below:
        return rf"\frac{{{_factors(above) or '1'}}}{{{_factors(below)}}}"
    return _factors(above)


def _factors(parts: list[Node]) -> str:
    if len(parts) == 1:
        return latex(parts[0])
    written = ""
    for part in parts:
        factor = _enclosed(part, ("sum", "negative"))
        written += (r" \cdot " if factor[0] in ".0123456789" else " ") * bool(written) + factor
    return written


def _call(node: Node) -> str:
    inner = ", ".join(latex(part) for part in node.parts)
    if node.kind == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if node.kind == "cbrt":
        return rf"\sqrt[3]{{{inner}}}"
    if node.kind == "abs":
        return rf"\left|{inner}\right|"
    if node.kind == "exp":
        return f"e^{{{inner}}}"
    name = rf"\{node.kind}" if node.kind in _OPERATORS else _NAMES.get(node.kind, rf"\operatorname{{{node.kind}}}")
    return name + _brackets(inner)
