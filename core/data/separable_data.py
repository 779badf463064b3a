"""Two classes of points, as a named map of loaders: ``DATA[name](seed, spread) -> Points``.

asymmetric  support vectors of unequal weight, (½, 3/2) once and (3/2, ½) three times, so that the direction of
            gradient descent is still on its way at any time: dist · log t → log 3
figure_1    Figure 1 of Soudry et al. 2018 as its public replications draw it: two support vectors and their
            mirror images, twelve points behind them. w̃ is parallel to ŵ by symmetry, so no 1/log t is left
one_support three points, one of them alone on the margin: every norm has a street of its own
blobs       two Gaussian clouds
digits      3 against 5 of the handwritten digits, 64 dimensions, separable
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import real, whole

BLOB = 20  # points of each class
CENTRE = (1.5, 1.0)


@dataclass(frozen=True)
class Points:
    """Points with labels ±1."""

    x: Float[np.ndarray, "n d"]
    y: Int[np.ndarray, " n"]

    @property
    def z(self) -> Float[np.ndarray, "n d"]:
        """y·x: what a separator through the origin sees of them."""
        return self.x * self.y[:, None]

    @property
    def has_one_class(self) -> bool:
        return len(np.unique(self.y)) == 1

    @property
    def span(self) -> float:
        """The largest coordinate."""
        return float(np.abs(self.x).max())


def points(rows: Sequence[Sequence[float | int]]) -> Points:
    """Points of the plane from (x, y, label)."""
    table = np.array(rows, float)
    if table.ndim != 2 or table.shape[1] != 3:
        raise ValueError(f"rows must have x, y and a label each; got an array of shape {table.shape}")
    return Points(table[:, :2], table[:, 2].astype(np.int64))


def asymmetric(seed: int = 0, spread: float = 1.0) -> Points:
    support = [(0.5, 1.5, 1), (1.5, 0.5, 1), (-1.5, -0.5, -1), (-1.5, -0.5, -1)]
    behind = [(2.5, 1.8, 1), (1.9, 2.6, 1), (3.0, 2.4, 1), (2.9, 1.2, 1)]
    return points([*support, *behind, (-2.2, -2.4, -1), (-1.2, -2.9, -1), (-2.8, -1.6, -1), (-1.6, -2.7, -1)])


def figure_1(seed: int = 0, spread: float = 1.0) -> Points:
    rng = np.random.RandomState(4)
    behind = [(rng.uniform(1, 3, (6, 2)), 1), (rng.uniform(-3, -1, (6, 2)), -1)]
    support = [(0.5, 1.5, 1), (1.5, 0.5, 1), (-0.5, -1.5, -1), (-1.5, -0.5, -1)]
    return points([*support, *((*x, y) for block, y in behind for x in block)])


def one_support(seed: int = 0, spread: float = 1.0) -> Points:
    return points([(2, 1, 1), (-3, -2.5, -1), (4, 0.5, 1)])


def blobs(seed: int = 0, spread: float = 1.0) -> Points:
    """Two Gaussian clouds of standard deviation 0.4 · ``spread``."""
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    y = np.repeat(np.array([1, -1]), BLOB)
    noise = 0.4 * real("spread", spread, 0.01, 100) * rng.standard_normal((2 * BLOB, 2))
    return Points(y[:, None] * np.array(CENTRE) + noise, y)


def digits_3_and_5(seed: int = 0, spread: float = 1.0) -> Points:
    """The 3s (+1) and the 5s (−1), grey values from 0 to 1."""
    from core.data.datasets import DATASETS

    split = DATASETS["digits"](1, seed=0)
    x, labels = np.vstack([split.x, split.x_test]), np.concatenate([split.y, split.y_test])
    chosen = np.isin(labels, (3, 5))
    return Points(x[chosen], np.where(labels[chosen] == 3, 1, -1).astype(np.int64))


DATA: dict[str, Callable[..., Points]] = {
    "asymmetric": asymmetric,
    "figure_1": figure_1,
    "one_support": one_support,
    "blobs": blobs,
    "digits": digits_3_and_5,
}
