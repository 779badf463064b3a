"""The linear model under noise, seen as the copies pile up: one noisy copy of the data, two, three …, two thousand.

Each copy X′_k gives a loss ‖y − X′_k w‖², a parabola along the line w = s · ŵ_LS. Their mean goes to ``expected_loss``;
least squares on all copies together, as if they were one data set, goes to ``adaptive_ridge``. Losses are in units of
‖y‖², the loss of w = 0. Letters as in ``linear``.

How far K copies may be off is known without looking at them. Least squares on them, ŵ_K, obeys Ĥ(ŵ_K − ŵ) = ḡ, Ĥ
their mean X′ᵀX′ and ḡ the mean of g = X′ᵀ(y − X′ŵ), whose expectation is zero and whose covariance has moments of the
noise in it up to the fourth (``pull_covariance``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, affordable, real, whole
from core.dropout.linear import adaptive_ridge, penalty
from core.dropout.noise import NOISES, known, moments, noisy_copies, square_variance, unit

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
    fitted_covariance: Float[np.ndarray, "d d"]  # that fitted − ridge should have at the end
    slope: float  # of the fit's outputs against the ridge's on all copies: ŵᵀĤŵ_K/ŵᵀĤŵ
    slope_se: float  # that it should have
    mean: Float[np.ndarray, "n d"]  # of x′ over all copies
    square: Float[np.ndarray, "n d"]  # of x′ − x, the mean over all copies

    @property
    def distance(self) -> float:
        """‖fitted − ridge‖ at the end, as a share of ‖least squares‖."""
        return float(np.linalg.norm(self.fitted[-1] - self.ridge)) / self._length

    @property
    def distance_covariance(self) -> Float[np.ndarray, "d d"]:
        """Of fitted − ridge, as a share of ‖least squares‖."""
        return self.fitted_covariance / self._length**2

    @property
    def _length(self) -> float:
        return float(np.linalg.norm(self.data.least_squares)) or 1.0


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
    fitted = _least_squares(copies, y, COPIES)
    flat, off = copies.reshape(-1, x.shape[1]), copies - x
    hessian = flat.T @ flat / last
    covariance = np.zeros(hessian.shape) if p == 1 else pull_covariance(x, y, best, p, noise) / last
    inverse = np.linalg.pinv(hessian, rcond=1e-12, hermitian=True)
    size = float(best @ hessian @ best)
    return Study(
        data=data, p=p, noise=noise, copies=COPIES, shares=SHARES,
        plain=plain,
        expected=np.ones(len(SHARES)) * (data.unit / unit) if p == 1 else plain + SHARES**2 * extra,
        single=each[:SINGLE].copy(), averaged=averaged, averaged_se=spread,
        ridge=best, fitted=fitted, fitted_covariance=inverse @ covariance @ inverse,
        slope=float(best @ hessian @ fitted[-1]) / size if size else 1.0,
        slope_se=float(np.sqrt(max(best @ covariance @ best, 0.0))) / size if size else 0.0,
        mean=copies.mean(axis=0), square=np.einsum("kij,kij->ij", off, off) / last,
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


def pull_covariance(
    x: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"], p: Real, noise: str = "entries"
) -> Float[np.ndarray, "d d"]:
    """Cov g of one copy, g = X′ᵀ(y − X′w), exactly; ``ValueError`` at p = 1.

    A row x′ = x + e adds (r e − x s) − e s, with r = y − xᵀw and s = eᵀw. Of independent eⱼ with moments vⱼ, tⱼ, qⱼ:
    E eⱼs = vⱼwⱼ, E eⱼs² = tⱼwⱼ², E eⱼeₖs² = 2vⱼvₖwⱼwₖ for j ≠ k, and wⱼ²qⱼ + vⱼ(E s² − vⱼwⱼ²) for j = k.
    """
    second, third, fourth = moments(p, noise)
    affordable("the columns", x.shape[1], x.shape[1])
    x, y, w = (np.asarray(values, float) for values in (x, y, w))  # squares of whole numbers overflow
    u = x @ w
    if noise == "rows":  # e = f x: the row adds x(f (y − 2u) − f² u)
        a = y - 2 * u
        return x.T @ ((a**2 * second - 2 * a * u * third + u**2 * square_variance(p, noise))[:, None] * x)
    e, r = unit(x, noise), (y - u)[:, None]
    v, t, q = second * e**2, third * e**3, fourth * e**4  # (n, d)
    s = (v @ w**2)[:, None]  # E s²
    own = r**2 * v - 2 * r * t * w + w**2 * (q - 2 * v**2) + v * (s - v * w**2)
    mixed = x.T @ (t * w**2 - r * v * w)
    return np.diag(own.sum(axis=0)) + mixed + mixed.T + x.T @ (s * x) + (v * w).T @ (v * w)


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
