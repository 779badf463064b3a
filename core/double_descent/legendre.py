"""Whether the error descends a second time depends on how the features are scaled, not on interpolation as such.

    y_i = f(x_i) + ε_i,  f(x) = 2x + sin 3x,  x_i equispaced in [−1, 1], i = 1 … n,  ε ~ N(0, σ²), σ² = ``noise``
    features P_0(x) … P_{d−1}(x): ``plain`` Legendre polynomials, |P_k| ≤ 1, or ``orthonormal`` √(2k + 1) P_k
    d = ``size``;  λ = ``penalty``: w minimises (1/n)‖y − Aw‖² + λ‖w‖²;  λ = 0 is the fit of minimum norm
    test risk: mean of (fit − f)² over [−1, 1], without σ²

Of all interpolating polynomials the one with the shortest w wins. Plain features make high degrees dear: their
orthonormal parts cost √(2k + 1) more each. Orthonormal ones make all degrees equally dear; then the fit is a spike at
each sample and zero between them, with risk ‖f‖² as d → ∞. Recurrence: Szegő, Orthogonal Polynomials, eq. 4.5.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, affordable, floats, increasing, real, whole
from core.double_descent.risk_curve import Limit, RiskCurve
from core.linear_algebra.minimum_norm import nested_prefixes

SCALINGS = ("plain", "orthonormal")

MAX_SIZE = 1500
MAX_SAMPLES = 100
MAX_REPETITIONS = 400
MAX_NOISE = 100.0
MAX_PENALTY = 1e3
GRID = 600  # points at which the fitted function is tested and drawn


@dataclass(frozen=True)
class LegendreFit:
    """One fitted polynomial beside its data and the truth; x without unit, everything else in units of y."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    grid: Float[np.ndarray, " grid"]  # x, dense and increasing
    truth: Float[np.ndarray, " grid"]
    fitted: Float[np.ndarray, " grid"]
    norm: float  # ‖w‖
    risk: float  # mean of (fitted − truth)², squared units of y


def legendre_features(
    x: Float[np.ndarray, " points"], size: int, scaling: str = "plain"
) -> Float[np.ndarray, "points size"]:
    """The first ``size`` Legendre polynomials at ``x`` in [−1, 1], by the stable three-term recurrence."""
    size = whole("size", size, 1, MAX_SIZE)
    if scaling not in SCALINGS:
        raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}, got {scaling!r}")
    x = floats("x", x)
    rows = np.ones(affordable("the features", size, len(x)))
    if size > 1:
        rows[1] = x
    for k in range(1, size - 1):
        rows[k + 1] = ((2 * k + 1) * x * rows[k] - k * rows[k - 1]) / (k + 1)
    if scaling == "orthonormal":
        rows *= np.sqrt(2 * np.arange(size) + 1)[:, None]
    return np.ascontiguousarray(rows.T)


def legendre_fit(
    size: int,
    *,
    n: int = 20,
    noise: Real = 0.09,
    scaling: str = "plain",
    penalty: Real = 0.0,
    repetition: int = 0,
    seed: int = 0,
) -> LegendreFit:
    """The function fitted with ``size`` features to the data of one repetition of ``legendre_sweep``."""
    x, y = _samples(n, noise, whole("repetition", repetition, 0, MAX_REPETITIONS) + 1, seed)
    grid, truth = _truth()
    penalty = real("penalty", penalty, 0, MAX_PENALTY)
    features = legendre_features(x, size, scaling)
    (prefix,) = nested_prefixes(features, np.array([size]))
    w = prefix.coefficients(y[:, -1:], shift=penalty * n)[:, 0]  # (size,)
    fitted = legendre_features(grid, size, scaling) @ w
    risk = float(np.mean((fitted - truth) ** 2))
    return LegendreFit(x, y[:, -1], grid, truth, fitted, norm=float(np.linalg.norm(w)), risk=risk)


def legendre_sweep(
    sizes: Sequence[int] | Int[np.ndarray, " sizes"],
    *,
    n: int = 20,
    noise: Real = 0.09,
    scaling: str = "plain",
    penalty: Real = 0.0,
    repetitions: int = 30,
    seed: int = 0,
) -> RiskCurve:
    """Test risk by number of features; repetitions share x and differ in their noise, so they are fitted at once."""
    sizes = increasing("sizes", sizes, 1, MAX_SIZE)
    penalty = real("penalty", penalty, 0, MAX_PENALTY)
    x, y = _samples(n, noise, whole("repetitions", repetitions, 1, MAX_REPETITIONS), seed)
    grid, truth = _truth()
    features = legendre_features(x, int(sizes[-1]), scaling)
    features_test = legendre_features(grid, int(sizes[-1]), scaling)
    test, train, norm, peak = [], [], [], None
    for prefix in nested_prefixes(features, sizes):
        w = prefix.coefficients(y, shift=penalty * n)  # (size, repetitions)
        test.append(np.mean((features_test[:, : len(w)] @ w - truth[:, None]) ** 2, axis=0))
        train.append(np.mean((prefix.features @ w - y) ** 2, axis=0))
        norm.append(np.linalg.norm(w, axis=0))
        if len(w) == n and penalty == 0:
            answers = features_test[:, :n] @ prefix.coefficients(np.eye(n))  # (GRID, n), to each sample alone
            peak = float(noise * np.mean(np.sum(answers**2, axis=1)) / np.mean(truth**2))
    return RiskCurve(
        kind="legendre",
        sizes=sizes,
        test=np.column_stack(test),
        train=np.column_stack(train),
        norm=np.column_stack(norm),
        threshold=n,
        penalty=penalty,
        noise=float(noise),
        peak=peak,
        limit=Limit(test=float(np.mean(truth**2))) if scaling == "orthonormal" and penalty == 0 else None,
    )


def _samples(n: int, noise: Real, repetitions: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The samples' x (n,) and one column of y (n, repetitions) each."""
    n, noise = whole("n", n, 2, MAX_SAMPLES), real("noise", noise, 0, MAX_NOISE)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    x = np.linspace(-1, 1, n)
    error = (
        np.sqrt(noise) * rng.standard_normal((repetitions, n)).T
    )  # transposed: more repetitions keep the earlier ones
    return x, (2 * x + np.sin(3 * x))[:, None] + error


def _truth() -> tuple[np.ndarray, np.ndarray]:
    """A dense grid (GRID,) and f on it."""
    grid = np.linspace(-1, 1, GRID)
    return grid, 2 * grid + np.sin(3 * grid)
