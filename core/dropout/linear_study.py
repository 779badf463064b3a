"""The linear model under noise, seen as the copies pile up: one noisy copy of the data, two, three …, two thousand.

Each copy X′_k gives a loss ‖y − X′_k w‖², a parabola along the line w = s · ŵ_LS. Their mean goes to ``expected_loss``;
least squares on all copies together, as if they were one data set, goes to ``adaptive_ridge``. Losses are in units of
‖y‖², the loss of w = 0. Letters as in ``linear``.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, real, whole
from core.dropout.linear import adaptive_ridge, penalty
from core.dropout.noise import NOISES, known, noisy_copies, variances

COPIES = np.unique(np.round(np.geomspace(1, 2048, 23)).astype(int))  # how many there are at each frame
SHARES = np.round(np.linspace(0, 1.5, 31), 3)  # s
RATES = np.round(np.linspace(0, 0.98, 50), 3)  # p of the predicted path
DOTS = np.round(np.arange(0.0, 0.95, 0.1), 3)  # p where the path is measured as well
MOST_SAMPLES, MOST_COLUMNS = 100, 10
WEIGHTS = np.array([1.5, 1.1, -1.2, 0.8, 0.6, -0.9, 0.7, -0.5, 0.4, 0.3])  # w, where it is known
SINGLE = 12  # copies that are drawn one by one
PATH_COPIES = 1024  # the last frames of the path keep these
MOST_COPIES = 10_000


@dataclass(frozen=True)
class Data:
    """A linear regression: y = Xw + noise, columns of unequal length that lean on one another."""

    x: Float[np.ndarray, "n d"]
    y: Float[np.ndarray, " n"]
    is_standardised: bool  # ‖X_j‖² = n for every column

    @cached_property
    def least_squares(self) -> Float[np.ndarray, " d"]:
        """The shortest w with the smallest ‖y − Xw‖²."""
        return np.linalg.lstsq(self.x, self.y, rcond=None)[0]

    @property
    def unit(self) -> float:
        """‖y‖²."""
        return float(self.y @ self.y)


def linear_data(n: int = 30, *, d: int = 6, standardised: bool = False, seed: int = 0) -> Data:
    """n samples of d inputs, each column partly the one before it; drawn by ``seed``."""
    n, d = whole("n", n, 1, MOST_SAMPLES), whole("d", d, 1, MOST_COLUMNS)
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 3])
    z = rng.standard_normal((n, d))
    for j in range(1, d):
        z[:, j] = 0.5 * z[:, j - 1] + np.sqrt(0.75) * z[:, j]
    x = z * np.geomspace(1.4, 0.5, d)
    y = x @ WEIGHTS[:d] + 0.6 * rng.standard_normal(n)
    if standardised:
        x = x * np.sqrt(n / np.sum(x**2, axis=0))
    return Data(x, y, standardised)


@dataclass(frozen=True)
class Study:
    """What the first K noisy copies say, for each K in ``copies``, and what the closed form says of all there could
    be."""

    data: Data
    p: float
    noise: str
    copies: Int[np.ndarray, " frames"]
    shares: Float[np.ndarray, " shares"]  # s in w = s · least squares
    plain: Float[np.ndarray, " shares"]  # ‖y − Xw‖²/‖y‖²
    expected: Float[np.ndarray, " shares"]  # E‖y − X′w‖²/‖y‖²
    single: Float[np.ndarray, "single shares"]  # ‖y − X′_k w‖²/‖y‖² of the first copies
    averaged: Float[np.ndarray, "frames shares"]  # its mean over the first K
    averaged_se: Float[np.ndarray, "frames shares"]
    ridge: Float[np.ndarray, " d"]  # argmin of the expected loss
    fitted: Float[np.ndarray, "frames d"]  # least squares on the first K copies together
    fitted_se: float  # root mean square distance that ‖fitted − ridge‖ should have at the end
    entry: float  # one entry x of X, the largest
    entry_copies: Float[np.ndarray, " last"]  # its x′ in every copy

    @property
    def distance(self) -> float:
        """‖fitted − ridge‖ at the end, as a share of ‖least squares‖."""
        return float(np.linalg.norm(self.fitted[-1] - self.ridge)) / self._length

    @property
    def distance_se(self) -> float:
        return self.fitted_se / self._length

    @property
    def _length(self) -> float:
        return float(np.linalg.norm(self.data.least_squares)) or 1.0

    @property
    def entry_variance(self) -> float:
        """Var x′ of the entry, predicted."""
        return float(variances(np.array([self.entry]), self.p, self.noise)[0])


def study(data: Data, p: Real, *, noise: str = "entries", seed: int = 0) -> Study:
    """At p = 1 there is nothing left of the inputs: every loss is ‖y‖², and ŵ = 0."""
    p, x, y, ols = real("p", p, 0, 1), data.x, data.y, data.least_squares
    last, unit = int(COPIES[-1]), data.unit or 1.0
    copies = noisy_copies(x, drawn(known(noise), data.x.shape, last, seed), p, noise)  # (copies, n, d)
    outputs = copies @ ols  # (copies, n)
    square, cross = np.einsum("kn,kn->k", outputs, outputs), outputs @ y
    each = _parabolas(square, cross, data.unit, SHARES) / unit  # (copies, shares)
    averaged, spread = running(each, COPIES)
    plain = _parabolas(np.array([np.sum((x @ ols) ** 2)]), np.array([x @ ols @ y]), data.unit, SHARES)[0] / unit
    extra = 0.0 if p == 1 else float(ols @ penalty(x, p, noise) @ ols) / unit
    best = adaptive_ridge(x, y, p, noise)
    place = np.unravel_index(np.abs(x).argmax(), x.shape)
    return Study(
        data=data, p=p, noise=noise, copies=COPIES, shares=SHARES,
        plain=plain,
        expected=np.ones(len(SHARES)) * (data.unit / unit) if p == 1 else plain + SHARES**2 * extra,
        single=each[:SINGLE].copy(), averaged=averaged, averaged_se=spread,
        ridge=best, fitted=_least_squares(copies, y, COPIES), fitted_se=_fitted_se(copies, y, best),
        entry=float(x[place]), entry_copies=copies[:, place[0], place[1]].copy(),  # a view would keep all copies alive
    )  # fmt: skip


def drawn(noise: str, shape: tuple[int, int], copies: int, seed: int) -> Float[np.ndarray, "copies n d"]:
    """The same draws for every p."""
    rng = np.random.default_rng([whole("seed", seed, 0, 2**63 - 1), 5])
    return NOISES[known(noise)](rng, (whole("copies", copies, 0, MOST_COPIES), *shape))


def _parabolas(
    square: Float[np.ndarray, " k"], cross: Float[np.ndarray, " k"], unit: float, shares: Float[np.ndarray, " shares"]
) -> Float[np.ndarray, "k shares"]:
    """‖y − s u‖² = ‖y‖² − 2s yᵀu + s²‖u‖²."""
    return unit - 2 * shares * cross[:, None] + shares**2 * square[:, None]


def running(
    values: Float[np.ndarray, "k shares"], counts: Int[np.ndarray, " frames"]
) -> tuple[Float[np.ndarray, "frames shares"], Float[np.ndarray, "frames shares"]]:
    """Mean of the first K rows and its standard error, which is not known of one row."""
    sums, squares = np.cumsum(values, axis=0)[counts - 1], np.cumsum(values**2, axis=0)[counts - 1]
    k = counts[:, None]
    mean = sums / k
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares / k - mean**2, 0) / np.where(k > 1, k - 1, np.nan)
    return mean, np.sqrt(variance)


def _least_squares(
    copies: Float[np.ndarray, "k n d"], y: Float[np.ndarray, " n"], counts: Int[np.ndarray, " frames"]
) -> Float[np.ndarray, "frames d"]:
    """The shortest least-squares fit to the first K copies together, for each K in ``counts``."""
    d, done = copies.shape[2], 0
    gram, moment, fitted = np.zeros((d, d)), np.zeros(d), []
    for count in counts:
        new = copies[done:count].reshape(-1, d)
        gram += new.T @ new
        moment += copies[done:count].sum(axis=0).T @ y
        fitted.append(np.linalg.lstsq(gram, moment, rcond=1e-12)[0])
        done = count
    return np.array(fitted)


def _fitted_se(copies: Float[np.ndarray, "k n d"], y: Float[np.ndarray, " n"], best: Float[np.ndarray, " d"]) -> float:
    """√ trace of H⁻¹ Cov(g) H⁻¹/K, with g = X′ᵀ(y − X′ŵ) of each copy and H = E X′ᵀX′."""
    pull = np.einsum("knd,kn->kd", copies, y - copies @ best)
    flat = copies.reshape(-1, copies.shape[2])
    inverse = np.linalg.pinv(flat.T @ flat / len(copies), rcond=1e-12, hermitian=True)
    spread = np.atleast_2d(np.cov(pull, rowvar=False))
    return float(np.sqrt(np.trace(inverse @ spread @ inverse) / len(copies)))


@dataclass(frozen=True)
class Path:
    """The coefficients against p: predicted everywhere, measured from noisy copies at a few p."""

    rates: Float[np.ndarray, " rates"]
    predicted: Float[np.ndarray, "rates d"]
    dots: Float[np.ndarray, " dots"]
    copies: Int[np.ndarray, " frames"]
    measured: Float[np.ndarray, "dots frames d"]


def path(data: Data, *, noise: str = "entries", seed: int = 0) -> Path:
    """The same draws at every p."""
    before = drawn(known(noise), data.x.shape, PATH_COPIES, seed)
    counts = np.minimum(COPIES, PATH_COPIES)
    predicted = np.array([adaptive_ridge(data.x, data.y, p, noise) for p in RATES])
    measured = [_least_squares(noisy_copies(data.x, before, float(p), noise), data.y, counts) for p in DOTS]
    return Path(RATES, predicted, DOTS, COPIES, np.array(measured))
