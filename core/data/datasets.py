"""The data sets that the pages share, as a named map of loaders: ``DATASETS[name](n, seed=...) -> Split``.

Every loader works offline and splits by its seed into n training samples and the rest for testing.

    digits   1797 handwritten digits of 8×8 grey values in [0, 1]. Alpaydin & Kaynak 1998, UCI "Optical Recognition of
             Handwritten Digits", as shipped with scikit-learn
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, affordable, real, whole

MIN_TEST_SAMPLES = 100
MOST_CLASSES = 1000


@dataclass(frozen=True)
class Split:
    """A classification problem, divided into what is learned from and what is tested on."""

    x: Float[np.ndarray, "n d"]  # training inputs, without unit
    y: Int[np.ndarray, " n"]  # training labels in 0 … classes − 1
    x_test: Float[np.ndarray, "n_test d"]
    y_test: Int[np.ndarray, " n_test"]
    classes: int


SHIPPED = {"digits.csv.gz": ",", "diabetes_data_raw.csv.gz": None, "diabetes_target.csv.gz": None}  # their separators


def shipped(name: str) -> Float[np.ndarray, "..."]:
    """A table that scikit-learn ships, read from its file: to import scikit-learn takes half a second and 40 MB."""
    if name not in SHIPPED:
        raise ValueError(f"name must be one of {', '.join(SHIPPED)}, got {name[:40]!r}")
    folder = Path(find_spec("sklearn").submodule_search_locations[0]) / "datasets" / "data"
    return np.loadtxt(folder / name, delimiter=SHIPPED[name])


@lru_cache
def handwritten() -> tuple[Float[np.ndarray, "1797 64"], Int[np.ndarray, " 1797"]]:
    """All the digits, row by row of their 8×8 grey values 0–16, and which they are: what ``load_digits`` reads."""
    table = shipped("digits.csv.gz")
    return table[:, :-1], table[:, -1].astype(np.int64)


def digits(n: int, *, seed: int = 0) -> Split:
    """n handwritten digits chosen by ``seed`` for training, all the others for testing; grey values 0–16 become 0–1."""
    images, labels = handwritten()
    n = whole("n", n, 1, len(labels) - MIN_TEST_SAMPLES)
    order = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1)).permutation(len(labels))
    x, y = images[order] / 16, labels[order]
    return Split(x=x[:n], y=y[:n], x_test=x[n:], y_test=y[n:], classes=10)


DATASETS: dict[str, Callable[..., Split]] = {"digits": digits}


def one_hot(labels: Int[np.ndarray, " n"], classes: int) -> Float[np.ndarray, "n classes"]:
    """One row per label: 1 in the column of its class, 0 elsewhere."""
    classes = whole("classes", classes, 1, MOST_CLASSES)
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(f"labels must lie from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
    hot = np.zeros(affordable("the rows", len(labels), classes))
    hot[np.arange(len(labels)), labels] = 1
    return hot


def noisy_labels(labels: Int[np.ndarray, " n"], fraction: Real, classes: int, *, seed: int) -> Int[np.ndarray, " n"]:
    """The labels with round(fraction · n) of them replaced by another class, drawn uniformly from the wrong ones."""
    fraction, classes = real("fraction", fraction, 0, 1), whole("classes", classes, 2, MOST_CLASSES)
    rng = np.random.default_rng(seed)
    wrong = rng.permutation(len(labels))[: round(fraction * len(labels))]
    noisy = labels.copy()
    noisy[wrong] = (labels[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return noisy
