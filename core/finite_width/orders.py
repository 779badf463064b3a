"""A network and its Taylor orders 1, 2, 3 on a person's few points, trained from one start: when does each leave it?

Inputs are (2x, 1)/√2, so that a unit has a bias; the step is a share of 1/λ_max of the tangent kernel at the start.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import whole
from core.finite_width.neurons import ORDERS, REAL, Model, Parameters, start

POINTS, MOST_POINTS, MOST_TEXT = "-0.7 0.4; 0 -0.3; 0.7 0.4", 8, 200
REACH = 1.0  # of x and y
GRID = np.linspace(-1.3, 1.3, 53)
SHARE, STEPS = 0.9, 400  # of 1/λ_max; at most
LEFT = 0.05  # of the largest target: so far away an order has left the network
LOOKS = 100  # steps that are kept


class PointsError(ValueError):
    """Text that is no list of points."""


@dataclass(frozen=True, eq=False)
class Orders:
    """The network first, then its orders 1, 2, 3."""

    x: Float[np.ndarray, " points"]
    y: Float[np.ndarray, " points"]
    step: Float[np.ndarray, " looks"]
    loss: Float[np.ndarray, "4 looks"]  # nan where it has flown off
    function: Float[np.ndarray, "4 grid"]  # f − f₀ at the end
    left: tuple[int, ...]  # of each order the step at which it leaves the network by 5 %; −1 where it does not


def points_typed(text: str) -> tuple[tuple[float, float], ...]:
    """Pairs «x y» with semicolons between them, by their x; ``PointsError`` for anything else."""
    pairs = [pair.split() for pair in re.split(r"[;；\n]", text.replace("−", "-")[:MOST_TEXT]) if pair.strip()]
    if not 1 <= len(pairs) <= MOST_POINTS or any(len(pair) != 2 for pair in pairs):
        raise PointsError(f"from 1 to {MOST_POINTS} pairs, got {text[:40]!r}")
    try:
        found = sorted((float(x), float(y)) for x, y in pairs)
    except ValueError:
        raise PointsError(f"pairs of numbers, got {text[:40]!r}") from None
    if not all(-REACH <= value <= REACH for pair in found for value in pair):
        raise PointsError(f"numbers from {-REACH:g} to {REACH:g}, got {text[:40]!r}")
    return tuple(found)


def points_text(points: Sequence[tuple[float, float]]) -> str:
    """The text of such points."""
    text = "; ".join(f"{x:.3g} {y:.3g}" for x, y in points)
    points_typed(text)
    return text


def taylor_orders(
    points: Sequence[tuple[float, float]], *, width: int = 32, steps: int = STEPS, seed: int = 0
) -> Orders:
    """One network with erf units and its three orders, each by gradient descent on its own loss."""
    n, steps = whole("width", width, 2, 1024), whole("steps", steps, 1, STEPS)
    table = np.array(points_typed(points_text(points)))
    x, y = table.T
    begun = start("erf", n, 2, 1, np.random.default_rng(whole("seed", seed, 0, 2**31)))
    models = {order: Model(begun, _inputs(x), order) for order in ORDERS}
    first = Parameters(begun)
    largest = float(np.linalg.eigvalsh(models[REAL].kernel(first.dw, first.da)[0])[-1])
    moved, seen = {order: Parameters(begun) for order in ORDERS}, []
    with np.errstate(all="ignore"):  # an order of a narrow network may fly off: then it is not a number
        for _ in range(steps + 1):
            off = []
            for order, model in models.items():
                missing, gradients = moved[order].gradients(model, y)
                moved[order].descend(gradients, SHARE / largest)
                off.append(missing[0])
            seen.append(off)
        missing = np.array(seen)  # (steps, orders, points)
        loss = 0.5 * (missing**2).sum(axis=2).T
        ends = [Model(begun, _inputs(GRID), order).outputs(moved[order].dw, moved[order].da)[0] for order in ORDERS]
        away = np.abs(missing[:, 1:] - missing[:, :1]).max(axis=2) > LEFT * max(float(np.abs(y).max()), 1e-9)
    kept = np.unique(np.linspace(0, steps, LOOKS).round().astype(int))
    away |= ~np.isfinite(missing[:, 1:]).all(axis=2)
    left = tuple(int(np.argmax(one)) if one.any() else -1 for one in away.T)
    return Orders(x, y, kept * 1.0, np.where(np.isfinite(loss), loss, np.nan)[:, kept], np.array(ends), left)


def _inputs(x: np.ndarray) -> Float[np.ndarray, "points 2"]:
    return np.stack([2 * x, np.ones_like(x)], axis=1) / np.sqrt(2)
