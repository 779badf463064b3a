"""A formula with kinks is several smooth ones, side by side: which of them a point lies in, and where it ends.

    abs(u) is u where u > 0, else -u;  relu(u) is u or 0;  max(u, v) is u where u - v > 0, else v;  sign(u) is 1 or -1

Each such choice is a *crease* u = 0 (u - v = 0), itself a smooth formula, if it is not 0 all around. A
piece goes on beyond its creases, so that what is integrated on it never meets a kink.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.formulas.expressions import Expression, enclosed
from core.formulas.syntax import Node

CHOOSING = ("abs", "relu", "sign", "max", "min")


@dataclass(frozen=True)
class Piece:
    """A smooth formula that is the whole one where all of ``creases`` keep their ``sides``."""

    formula: Expression
    creases: tuple[Expression, ...]
    sides: tuple[bool, ...]  # whether each crease is positive


def has_creases(expression: Expression) -> bool:
    """Whether the formula chooses anywhere."""
    waiting = [expression.tree]
    while waiting:
        node = waiting.pop()
        if node.kind in CHOOSING and node.constant is None:
            return True
        waiting.extend(node.parts)
    return False


def piece_at(expression: Expression, x: Float[np.ndarray, " d"]) -> Piece:
    """The piece that a point lies in; on a crease itself, the one where it is negative."""
    creases: list[tuple[Expression, bool]] = []

    def positive(node: Node) -> bool:
        crease = replace(expression, tree=node)
        value = crease.value(x)
        side = bool(value > 0)
        if (value or crease.gradient(x).any()) and all(crease.tree != other.tree for other, _ in creases):
            creases.append((crease, side))
        return side

    def smooth(node: Node) -> Node:
        if node.constant is not None or not node.parts:
            return node
        parts = tuple(map(smooth, node.parts))
        if node.kind in ("max", "min"):
            return _chosen(node.kind == "max", parts, positive)
        if node.kind not in CHOOSING or parts[0].constant is not None:
            return replace(node, parts=parts)
        side = positive(parts[0])
        if node.kind == "sign":
            return enclosed(1.0 if side else -1.0)
        if side:
            return parts[0]
        return enclosed(0.0) if node.kind == "relu" else Node("negative", parts)

    formula = replace(expression, tree=smooth(expression.tree))
    return Piece(formula, *(tuple(column) for column in zip(*creases, strict=True)) if creases else ((), ()))


def _chosen(largest: bool, parts: tuple[Node, ...], positive) -> Node:
    first, *others = parts
    for other in others:
        first = first if positive(Node("sum", (first, Node("negative", (other,))))) == largest else other
    return first
