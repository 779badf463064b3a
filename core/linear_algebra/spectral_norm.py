"""The spectral norm from both sides, and that of a product of random matrices, which is far below the product.

    ‖W‖ = σ₁ = max ‖Wv‖ over unit v;   v ← WᵀWv/‖WᵀWv‖;   the error of ‖Wv‖ shrinks by (σ₂/σ₁)⁴ per iteration
    from above: ‖W‖² ≤ α if αI − WᵀW has a Cholesky factor, which rounding can't feign by more than γ_{n+1} trace
    (Rump 2006, *Verification of positive definiteness*, BIT 46; |fl(WᵀW) − WᵀW| ≤ γ_m |W|ᵀ|W|, γ_k = ku/(1 − ku))
    W_l with entries N(0, 1/n), n × n, n → ∞:   ‖W_l‖ → 2,   ‖W_L ⋯ W_1‖ → √((L+1)^{L+1}/L^L)  <  2^L

The second line is the edge of the Fuss–Catalan law (Penson & Życzkowski 2011, arXiv:1103.3453).
"""

import math
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from jaxtyping import Float, Int
from jaxtyping import Real as RealArray

from core.bounds import Real, whole
from core.formulas.intervals import EPSILON  # 2u: room for the denominators of γ

MOST_SIZE = 1000
MOST_FACTORS = 8
_LEAST = 1e-300  # more than entries too small to be scaled can hold
SIZE = 300  # of the matrices where nobody says otherwise


@dataclass(frozen=True, eq=False)
class PowerIteration:
    """An estimate of ‖W‖ that is never above it, with all that came before it."""

    norm: float
    vector: Float[np.ndarray, " inputs"]  # unit, from the top right singular space as the iteration goes on
    history: Float[np.ndarray, " iterations"]


def spectral_norm(
    matrix: RealArray[np.ndarray, "outputs inputs"], *, iterations: int = 2000, tolerance: Real = 1e-12, seed: int = 0
) -> PowerIteration:
    """Iterate until a step changes the norm by less than a relative ``tolerance``, or ``iterations`` are done."""
    matrix = _checked(matrix)
    v = np.random.default_rng(seed).standard_normal(matrix.shape[1])
    history: list[float] = []
    for _ in range(whole("iterations", iterations, 1, 10**6)):
        v = v / np.linalg.norm(v)
        image = matrix @ v
        history.append(float(np.linalg.norm(image)))
        settled = len(history) > 1 and history[-1] - history[-2] <= tolerance * history[-1]
        if settled or history[-1] == 0:
            break
        v = matrix.T @ image
    return PowerIteration(history[-1], v / np.linalg.norm(v), np.array(history))


def norm_bound(matrix: RealArray[np.ndarray, "outputs inputs"]) -> float:
    """A number that is certainly no less than ‖W‖, and more by little: relative (m + n²)·10⁻¹⁵ at most."""
    matrix = _checked(matrix)
    if not matrix.any():
        return 0.0
    power = int(np.frexp(np.abs(matrix).max())[1])  # scaled by a power of 2, nothing overflows
    scaled = np.ldexp(matrix, -power)
    tall = scaled if len(scaled) >= scaled.shape[1] else scaled.T
    gram, (m, n) = tall.T @ tall, tall.shape
    trace = float(np.trace(gram))
    step = n * EPSILON * trace
    square = float(np.linalg.eigvalsh(gram)[-1]) + step  # a guess, raised until it is proved
    while not _has_factor(square * np.eye(n) - gram):
        square, step = square + step, 2 * step
    rounding = 2 * EPSILON * ((m + 2) * trace + (n + 3) * n * square)  # of WᵀW; of the difference and its factor
    root = math.sqrt(square + rounding) * (1 + 4 * EPSILON) + n * _LEAST
    with np.errstate(over="ignore"):
        return float(np.ldexp(root, power))


def _has_factor(matrix: np.ndarray) -> bool:
    try:
        return bool(np.isfinite(np.linalg.cholesky(matrix)).all())
    except np.linalg.LinAlgError:
        return False


def _checked(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix, float)
    if matrix.size == 0 or not np.isfinite(matrix).all():
        raise ValueError(f"the matrix must have finite entries, at least one; got shape {matrix.shape}")
    return matrix


@dataclass(frozen=True, eq=False)
class Products:
    """‖W_L ⋯ W_1‖ of random matrices for L = 1, 2, …"""

    factors: Int[np.ndarray, " lengths"]  # L
    measured: Float[np.ndarray, " lengths"]
    predicted: Float[np.ndarray, " lengths"]  # √((L+1)^{L+1}/L^L)
    bound: Float[np.ndarray, " lengths"]  # ∏ ‖W_l‖, rounded up
    size: int  # of each matrix

    def tolerance(self, factors: int | np.integer) -> float:
        """How far from the limit finite matrices may be: relative (L + 1) n^(−2/3), the scale at the edge."""
        return float((factors + 1) * self.size ** (-2 / 3))


def fuss_catalan_edge(factors):
    """√((L+1)^{L+1}/L^L), for a number L or an array of them."""
    return np.sqrt((factors + 1.0) ** (factors + 1.0) / np.float64(factors) ** factors)


def product_of(bounds: Float[np.ndarray, " lengths"]) -> Float[np.ndarray, " lengths"]:
    """The running product of upper bounds, each step rounded up."""
    return np.array(list(accumulate(np.asarray(bounds, np.float64), lambda a, b: np.nextafter(a * b, np.inf))))


def gaussian_products(factors: int = MOST_FACTORS, *, size: int = SIZE, seed: int = 0) -> Products:
    """Products of up to ``factors`` matrices, ``size`` × ``size``, with entries N(0, 1/size)."""
    lengths = np.arange(1, whole("factors", factors, 1, MOST_FACTORS) + 1)
    n, rng = whole("size", size, 2, MOST_SIZE), np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    product, measured, norms = np.eye(n), [], []
    for _ in lengths:
        factor = rng.standard_normal((n, n)) / np.sqrt(n)
        product = factor @ product
        norms.append(norm_bound(factor))
        measured.append(spectral_norm(product, tolerance=1e-6).norm)
    return Products(
        lengths, np.array(measured), fuss_catalan_edge(lengths.astype(float)), product_of(np.array(norms)), n
    )
