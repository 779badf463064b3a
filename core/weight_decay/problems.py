"""The data of the page as regression problems: centred, so that the intercept is free and never penalised.

    diabetes           442 patients, 10 columns, disease progression after a year. Efron, Hastie, Johnstone & Tibshirani
                       2004, "Least Angle Regression", as shipped with scikit-learn. Columns and target standardised
    polynomial         y = 5 + 1.2x − 3.4x²/2! + 5.6x³/3! + N(0, 0.1²), columns xⁱ/i!, x ~ N(0, 1). Zhang, Lipton, Li &
                       Smola, "Dive into Deep Learning" (d2l), the section on underfitting and overfitting
    high_dimensional   y = 0.05 + Σ 0.01 xⱼ + N(0, 0.01²), 200 columns, x ~ N(0, I). d2l, the section on weight decay
    own                a person's table (``core.data.own_table``), standardised

Everything is measured on the training rows and applied to the others. A column that never changes, or by no more than
rounding, becomes zeros: its coefficient is 0 under every penalty. Means are taken off twice: the first is rounded by as
much as the column is far from 0, and what is left of it is the mean of small numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import factorial

import numpy as np
from jaxtyping import Float, Int

from core.bounds import affordable, floats, whole
from core.data.datasets import shipped
from core.data.own_table import Table

PATIENT_COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
NOISE, TRUTH = 0.1, (5.0, 1.2, -3.4, 5.6)  # of the polynomial: aᵢ of aᵢ xⁱ/i!
WIDE, WIDE_WEIGHT, WIDE_INTERCEPT, WIDE_NOISE = 200, 0.01, 0.05, 0.01  # of the high-dimensional example
FRESH = 100  # validation rows of the made-up data
ROUNDING = (
    1e-12  # a column that varies by less than this share of its numbers does not: they are sums of a few thousand
)
MOST_DEGREE, LEAST_ROWS, FEWEST = 20, 4, 3  # the last two: of ours, and of a person's own
MOST_SAMPLES = 400
MOST_ROWS = 100_000  # that are made up at once
SAMPLES = (4, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, MOST_SAMPLES)  # training rows to choose from


@dataclass(frozen=True)
class Problem:
    """A regression problem whose columns and target have mean 0 over the training rows."""

    x: Float[np.ndarray, "n d"]
    y: Float[np.ndarray, " n"]
    x_test: Float[np.ndarray, "n_test d"]  # validation rows, with the training rows' means and scales taken out
    y_test: Float[np.ndarray, " n_test"]
    columns: tuple[str, ...]  # ids, or a person's own names
    middle: Float[np.ndarray, " d"]  # what was taken off each column, and …
    scale: Float[np.ndarray, " d"]  # … what it was divided by (1 where it stays in its own unit)
    y_middle: float
    y_scale: float
    before: Float[np.ndarray, " d"]  # length of each training column with its mean, divided by its scale

    @property
    def constant(self) -> tuple[str, ...]:
        """The columns that are the same in every training row."""
        return tuple(name for name, column in zip(self.columns, self.x.T, strict=True) if not column.any())

    def only(self, chosen: tuple[int, ...]) -> "Problem":
        """The same target from these columns alone, counted from 0; one may be named twice."""
        at = np.array([whole("column", c, 0, len(self.columns) - 1) for c in chosen])
        names = tuple(self.columns[c] for c in at)
        cut = {"x": self.x[:, at], "x_test": self.x_test[:, at], "middle": self.middle[at], "scale": self.scale[at]}
        return replace(self, columns=names, before=self.before[at], **cut)


def centred(
    x: Float[np.ndarray, "rows d"],
    y: Float[np.ndarray, " rows"],
    train: Int[np.ndarray, " n"],
    columns: tuple[str, ...],
    *,
    standardise: bool,
) -> Problem:
    """Take means (and, where asked, standard deviations) of the training rows out of all rows."""
    train = np.array([whole("each training row", row, 0, len(y) - 1) for row in train], dtype=np.int64)
    whole("the number of training rows", len(train), 1, len(y))
    test = np.setdiff1d(np.arange(len(y)), train)
    z, middle, scale = _standard(floats("x", x), train, standardise)
    target, y_middle, y_scale = _standard(floats("y", y)[:, None], train, standardise)
    before, target = np.linalg.norm(x[train] / scale, axis=0), target[:, 0]
    own = (middle, scale, float(y_middle[0]), float(y_scale[0]), before)
    return Problem(z[train], target[train], z[test], target[test], columns, *own)


def _standard(
    x: Float[np.ndarray, "rows d"], train: Int[np.ndarray, " n"], standardise: bool
) -> tuple[Float[np.ndarray, "rows d"], Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """The columns without the training rows' means, those means, and the standard deviations they were divided by."""
    rounded = x[train].mean(axis=0)
    off = x - rounded
    rest, deviation = off[train].mean(axis=0), x[train].std(axis=0)
    varies = deviation > ROUNDING * np.abs(x[train]).max(axis=0, initial=0.0)
    scale = np.where(varies, deviation, 1.0) if standardise else np.ones(x.shape[1])
    return np.where(varies, (off - rest) / scale, 0.0), rounded + rest, scale


def diabetes(n: int, *, seed: int, degree: int = 0) -> Problem:
    """n patients drawn by ``seed`` for training, all the others for validation."""
    x, y = patients()
    return centred(x, y, np.random.default_rng(seed).permutation(len(y))[:n], PATIENT_COLUMNS, standardise=True)


@lru_cache
def patients() -> tuple[Float[np.ndarray, "442 10"], Float[np.ndarray, " 442"]]:
    """The table in its own units: what ``load_diabetes(scaled=False)`` reads."""
    return shipped("diabetes_data_raw.csv.gz"), shipped("diabetes_target.csv.gz")


def polynomial(n: int, *, seed: int, degree: int = MOST_DEGREE) -> Problem:
    """n fresh points of the cubic and 100 more for validation, with the columns x, x²/2!, …, up to ``degree``."""
    n, degree = whole("n", n, 1, MOST_ROWS), whole("degree", degree, 1, MOST_DEGREE)
    rng = np.random.default_rng(seed)
    draw = rng.standard_normal(n + FRESH)
    y = powers(draw, len(TRUTH) - 1) @ np.array(TRUTH[1:]) + TRUTH[0] + NOISE * rng.standard_normal(n + FRESH)
    names = tuple(f"x^{i}" for i in range(1, degree + 1))
    return centred(powers(draw, degree), y, np.arange(n), names, standardise=False)


def powers(x: Float[np.ndarray, " n"], degree: int) -> Float[np.ndarray, "n degree"]:
    """x, x²/2!, …, x^degree/degree!"""
    x = floats("x", x)
    affordable("the powers", len(x), whole("degree", degree, 1, 170))
    exponents = range(1, degree + 1)  # 171! is beyond floating point
    return np.stack([x**i / factorial(i) for i in exponents], axis=1)


def high_dimensional(n: int, *, seed: int, degree: int = 0) -> Problem:
    """n fresh rows of the linear model in 200 columns and 100 more for validation."""
    n, rng = whole("n", n, 1, MOST_ROWS), np.random.default_rng(seed)
    x = rng.standard_normal(affordable("the table", n + FRESH, WIDE))
    y = WIDE_INTERCEPT + WIDE_WEIGHT * x.sum(axis=1) + WIDE_NOISE * rng.standard_normal(n + FRESH)
    names = tuple(f"x{j}" for j in range(1, WIDE + 1))
    return centred(x, y, np.arange(n), names, standardise=False)


@dataclass(frozen=True)
class Preset:
    """How a data set is best seen first. Columns and principal directions are counted from 1."""

    model: str  # "two" columns, or "all" of them
    n: int
    columns: tuple[int, int]  # the picture's coordinates in a model of two
    directions: tuple[int, int]  # and in a model of all
    step_size: float
    steps: int


PRESETS = {
    "diabetes": Preset("two", 60, (5, 6), (1, 2), 0.3, 100),  # total cholesterol and LDL: nearly the same column
    "polynomial": Preset("all", 100, (1, 2), (1, 2), 0.3, 100),
    "high_dimensional": Preset("all", 20, (1, 2), (1, 20), 0.01, 400),  # the second direction is off the data
    "own": Preset("all", SAMPLES[0], (1, 2), (1, 2), 0.1, 100),
}
ADAPTIVE_STEP_SIZE, ADAPTIVE_STEPS = 0.03, 400  # for Adam, whose step is about η whatever the gradient

DATA: dict[str, Callable[..., Problem]] = {
    "diabetes": diabetes,
    "polynomial": polynomial,
    "high_dimensional": high_dimensional,
}


def problem(
    data: str = "diabetes",
    *,
    n: int = 60,
    degree: int = MOST_DEGREE,
    seed: int = 0,
    chosen: tuple[int, ...] | None = None,
    own: Table | None = None,
) -> Problem:
    """The data set of that name; ``chosen`` keeps only those columns. ``own`` takes the place of the named one."""
    seed = whole("seed", seed, 0, 2**63 - 1)
    if own is not None:
        n = whole("n", n, FEWEST, most_samples(own))
        train = np.random.default_rng(seed).permutation(len(own.y))[:n]
        found = centred(own.x, own.y, train, own.columns, standardise=True)
    elif data in DATA:
        found = DATA[data](whole("n", n, LEAST_ROWS, MOST_SAMPLES), seed=seed, degree=degree)
    else:
        raise ValueError(f"data must be one of {', '.join(DATA)}; got {data!r}")
    return found if chosen is None else found.only(chosen)


def most_samples(own: Table) -> int:
    """At most four rows of five are learned from, so that there are some to validate on."""
    return max(FEWEST, 4 * len(own.y) // 5)


def sample_sizes(own: Table | None) -> tuple[int, ...]:
    """The numbers of training rows to choose from, increasing."""
    if own is None:
        return SAMPLES
    most = most_samples(own)
    return (*(n for n in (FEWEST, *SAMPLES, 600, 1000, 2000, 4000) if n < most), most)
