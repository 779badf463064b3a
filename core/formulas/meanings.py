"""What a formula means where its parts, computed one by one, would overflow or be undefined. The same function, safely.

    log(1 + e^u)  →  softplus(u)        1/(1 + e^-u), e^u/(1 + e^u)  →  sigmoid(u)        u^(k/3)  →  ∛u^k

The first two are the same for all real u. The third is a decision: a power whose exponent is written as so many thirds
is that of the cube root, which negative numbers have; u^0.333 and all others are defined for u ≥ 0 alone.
"""

import math
from dataclasses import replace

from core.formulas.latex import latex
from core.formulas.syntax import Node
from core.formulas.tokens import MAX_EXPONENT

_LOG_E = Node("number", text="1", constant=1.0, enclosure=(1 - 2.0**-53, 1.0))  # e is its float64, a little below e


def meant(node: Node) -> Node:
    """The tree with every such part replaced; the others are as they were."""
    node = replace(node, parts=tuple(map(meant, node.parts)))
    return _RULES[node.kind](node) if node.kind in _RULES else node


def _logarithm(node: Node) -> Node:
    exponent = _of_one_and_a_power(node.parts[0])
    return node if exponent is None else Node("softplus", (exponent,), node.text, node.column)


def _reciprocal(node: Node) -> Node:
    exponent = _of_one_and_a_power(node.parts[0])
    return node if exponent is None else Node("sigmoid", (_negative(exponent),), node.text, node.column)


def _product(node: Node) -> Node:
    """e^u σ(−u) = σ(u)."""
    for power in node.parts:
        exponent = _exponent(power)
        for other in node.parts if exponent is not None else ():
            if other.kind == "sigmoid" and latex(other.parts[0]) == latex(_negative(exponent)):
                rest = tuple(part for part in node.parts if part is not power and part is not other)
                found = Node("sigmoid", (exponent,), node.text, node.column)
                return replace(node, parts=(*rest, found)) if rest else found
    return node


def _power(node: Node) -> Node:
    base, exponent = node.parts
    if exponent.kind != "product" or len(exponent.parts) != 2 or exponent.parts[1].kind != "reciprocal":
        return node
    thirds = _number(exponent.parts[0])
    is_thirds = exponent.parts[1].parts[0].constant == 3 and thirds is not None and thirds.is_integer()
    if not is_thirds or thirds % 3 == 0 or abs(thirds) > MAX_EXPONENT:
        return node
    root = Node("cbrt", (base,), node.text, node.column)
    return root if thirds == 1 else replace(node, parts=(root, Node("number", text=f"{thirds:g}", constant=thirds)))


_RULES = {"log": _logarithm, "ln": _logarithm, "reciprocal": _reciprocal, "product": _product, "power": _power}


def _number(node: Node) -> float | None:
    """A number as it was typed, with its sign."""
    if node.kind == "negative" and node.parts[0].constant is not None:
        return -node.parts[0].constant
    return node.constant


def _of_one_and_a_power(node: Node) -> Node | None:
    """u where the node is 1 + e^u."""
    if node.kind != "sum" or len(node.parts) != 2:
        return None
    for one, power in (node.parts, node.parts[::-1]):
        if one.constant == 1:
            return _exponent(power)
    return None


def _exponent(node: Node) -> Node | None:
    """u where the node is e^u; the e that is typed is a float, whose logarithm is not quite 1."""
    if node.kind == "exp":
        return node.parts[0]
    if node.kind == "power" and node.parts[0].constant == math.e:
        return Node("product", (_LOG_E, node.parts[1]), node.text, node.column)
    return None


def _negative(node: Node) -> Node:
    return node.parts[0] if node.kind == "negative" else Node("negative", (node,), node.text, node.column)
