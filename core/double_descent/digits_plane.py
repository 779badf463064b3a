"""Handwritten digits fitted with random features at every size and penalty at once, so that a ridge can be dragged.

    K = A_N A_Nᵀ/N = V diag(s) Vᵀ (n, n);   predictions(λ) = C V (s + nλ)⁻¹ Vᵀ Y,  C = B_N A_Nᵀ/N

    N < n:  G = A_NᵀA_N/N = V diag(s) Vᵀ (N, N);   predictions(λ) = (B_N/√N) V (s + nλ)⁻¹ Vᵀ A_NᵀY/√N

One eigendecomposition per size serves all penalties; as N → ∞ both matrices become those of the kernel. λ = 0 is taken
from ``features_sweep``, because this formula squares condition numbers. Letters as in ``random_features`` and
``penalty_sweep``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, floats, increasing, whole
from core.data.datasets import digits, noisy_labels, one_hot
from core.double_descent.finite_features import expected_at
from core.double_descent.penalty_sweep import MIN_PENALTY
from core.double_descent.random_features import (
    MAX_FEATURES,
    RandomFeatures,
    features_sweep,
    gaussian_kernel,
    kernel_limit,
    random_features,
)
from core.double_descent.risk_curve import Limit, RiskCurve, stacked
from core.progress import Progress

SCALE = 0.3  # of the frequencies
TEST_SAMPLES = 500  # of the digits that were not learned from
PENALTIES = np.array([m * 10.0**e for e in range(-7, 1) for m in (1, 2, 5)] + [10.0])  # λ
MAX_SAMPLES = 400
KEPT = 64  # repetitions, of some 60 kB each


@dataclass(frozen=True, eq=False)
class DigitsPlane:
    """Everything measured over the plane of penalties and sizes; the first row is λ = 0, the fit of minimum norm."""

    penalty: Float[np.ndarray, " penalties"]  # λ
    curves: tuple[RiskCurve, ...]  # one for each penalty, ``best_ridge`` the same in all

    def at(self, penalty: float, *, best_ridge: bool = True) -> RiskCurve:
        """The sweep with that penalty, which must be one of the plane's, with or without the best of all penalties."""
        place = np.flatnonzero(np.isclose(self.penalty, penalty, rtol=1e-6, atol=0))
        if not len(place):
            raise ValueError(f"penalty must be one of the plane's {self.penalty.tolist()}, got {penalty!r}")
        curve = self.curves[int(place[0])]
        return curve if best_ridge else replace(curve, best_ridge=None, best_penalty=None)


def grid_with(penalty: Real) -> Float[np.ndarray, " penalties"]:
    """0, ``PENALTIES``, and ``penalty`` where it is none of them; in increasing order."""
    known = np.isclose(PENALTIES, penalty, rtol=1e-6, atol=0).any() or penalty == 0
    return np.sort(np.concatenate([[0.0], PENALTIES, [] if known else [float(penalty)]]))


def digits_plane(
    n: int,
    sizes: Int[np.ndarray, " sizes"] | tuple[int, ...],
    *,
    label_noise: Real = 0.0,
    repetitions: int = 1,
    seed: int = 0,
    penalties: tuple[float, ...] = (0.0, *PENALTIES.tolist()),
) -> Iterator[Progress[DigitsPlane]]:
    """``penalties`` must begin with 0 and increase; each repetition draws its own features for the same digits, and is
    computed once however many there are to be.

    Long work: at n = 400 a repetition takes seconds.
    """
    sizes, grid = increasing("sizes", sizes, 1, MAX_FEATURES), floats("penalties", penalties)
    if len(grid) < 2 or grid[0] != 0 or grid[1] < MIN_PENALTY or (np.diff(grid) <= 0).any():
        raise ValueError(f"penalties must be 0 and then increase from {MIN_PENALTY:g} on, got {penalties!r}")
    split = digits(whole("n", n, 2, MAX_SAMPLES), seed=seed)
    x_test, y_test = split.x_test[:TEST_SAMPLES], split.y_test[:TEST_SAMPLES]
    labels = noisy_labels(split.y, label_noise, split.classes, seed=seed)
    target, wanted = one_hot(labels, split.classes), one_hot(y_test, split.classes)
    settings = {"classes": split.classes, "label_noise": label_noise}
    drawn, steps = [], whole("repetitions", repetitions, 1, 20) * (len(sizes) + 1) + 1
    for i in range(repetitions):
        known = _repetition(n, tuple(sizes.tolist()), float(label_noise), seed, i, tuple(grid.tolist()))
        if not known:
            features = random_features(split.x, x_test, int(sizes[-1]), scale=SCALE, seed=seed + i)
            plain, measured = features_sweep(features, labels, y_test, sizes, **settings), []
            for ridges in _at_each_size(features, target, wanted, sizes, grid[1:]):
                measured.append(ridges)
                yield Progress((i * (len(sizes) + 1) + len(measured)) / steps)
            known[:] = _rows(plain, np.stack(measured), grid[1:])
        drawn.append(tuple(known))
    kernels = [gaussian_kernel(x, split.x, SCALE) for x in (split.x, x_test)]
    ends = [Limit(*map(float, row[[0, 2, 3, 1]])) for row in _ridges(*kernels, target, wanted, grid[1:])]
    ends.insert(0, kernel_limit(split.x, labels, x_test, y_test, classes=split.classes, scale=SCALE))
    expected = [None] * len(grid)
    if sizes[-1] > n:
        expected = expected_at(int(sizes[-1]), *kernels, target, wanted, grid)
    parts = zip(zip(*drawn, strict=True), ends, expected, strict=True)
    curves = (replace(stacked(same), limit=end, expected=near) for same, end, near in parts)
    yield Progress(1.0, DigitsPlane(grid, tuple(curves)))


@lru_cache(maxsize=KEPT)
def _repetition(
    n: int, sizes: tuple[int, ...], label_noise: float, seed: int, number: int, penalties: tuple[float, ...]
) -> list[RiskCurve]:
    """What one repetition has found, a curve for each penalty; empty until it has. More repetitions, or fewer, begin
    with the same."""
    return []


def _at_each_size(
    features: RandomFeatures,
    y: Float[np.ndarray, "n classes"],
    y_test: Float[np.ndarray, "n_test classes"],
    sizes: Int[np.ndarray, " sizes"],
    penalties: Float[np.ndarray, " penalties"],
) -> Iterator[Float[np.ndarray, "penalties 4"]]:
    for few in _squares(features, y, sizes[sizes < len(y)]):
        yield _few_ridges(*few, y, y_test, penalties)
    for pair in _grams(features, sizes[sizes >= len(y)]):
        yield _ridges(*pair, y, y_test, penalties)


def _squares(
    features: RandomFeatures, y: Float[np.ndarray, "n classes"], sizes: Int[np.ndarray, " sizes"]
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """G (N, N), A_NᵀY/√N and B_N/√N of each size; every G is the corner of one product."""
    if not len(sizes):
        return
    most = features.train[:, : sizes[-1]]
    gram, pull = most.T @ most, most.T @ y
    for size in sizes:
        root = np.sqrt(size)
        yield gram[:size, :size] / size, pull[:size] / root, features.test[:, :size] / root


def _few_ridges(
    gram: Float[np.ndarray, "size size"],
    pull: Float[np.ndarray, "size classes"],
    test: Float[np.ndarray, "n_test size"],
    y: Float[np.ndarray, "n classes"],
    y_test: Float[np.ndarray, "n_test classes"],
    penalties: Float[np.ndarray, " penalties"],
) -> Float[np.ndarray, "penalties 4"]:
    """What ``_ridges`` gives, where the features are fewer than the samples."""
    spectrum, modes = np.linalg.eigh(gram)
    spectrum, seen = np.maximum(spectrum, 0)[:, None], modes.T @ pull  # (size, 1), (size, classes)
    shifted = spectrum + len(y) * penalties  # (size, penalties)
    weights = seen[:, None] / shifted[:, :, None]  # (size, penalties, classes)
    kept = np.sum(seen**2, axis=1) @ ((spectrum + 2 * len(y) * penalties) / shifted**2)  # ‖Y‖² − ‖Y − Ŷ‖²
    norm = np.sqrt(np.einsum("slc,slc->l", weights, weights))
    return _measured(test @ modes, weights, y_test, (np.sum(y**2) - kept) / len(y), norm)


def _grams(features: RandomFeatures, sizes: Int[np.ndarray, " sizes"]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """K (n, n) and C (n_test, n) of each size; each only adds the new columns to the one before."""
    n, before = len(features.train), 0
    gram, cross = np.zeros((n, n)), np.zeros((len(features.test), n))
    for size in sizes:
        new = features.train[:, before:size]
        gram += new @ new.T
        cross += features.test[:, before:size] @ new.T
        before = size
        yield gram / size, cross / size


def _ridges(
    gram: Float[np.ndarray, "n n"],
    cross: Float[np.ndarray, "n_test n"],
    y: Float[np.ndarray, "n classes"],
    y_test: Float[np.ndarray, "n_test classes"],
    penalties: Float[np.ndarray, " penalties"],
) -> Float[np.ndarray, "penalties 4"]:
    """Test risk, training risk, norm and fraction misclassified at every penalty."""
    n = len(y)
    spectrum, modes = np.linalg.eigh(gram)
    spectrum, seen = np.maximum(spectrum, 0), modes.T @ y  # (n,), (n, classes)
    dual = seen[:, None] / (spectrum[:, None] + n * penalties)[:, :, None]  # (n, penalties, classes)
    train = n * penalties**2 * np.einsum("nlc,nlc->l", dual, dual)
    norm = np.sqrt(np.einsum("n,nlc,nlc->l", spectrum, dual, dual))
    return _measured(cross @ modes, dual, y_test, train, norm)


def _measured(
    seen: Float[np.ndarray, "n_test modes"],
    weights: Float[np.ndarray, "modes penalties classes"],
    y_test: Float[np.ndarray, "n_test classes"],
    train: Float[np.ndarray, " penalties"],
    norm: Float[np.ndarray, " penalties"],
) -> Float[np.ndarray, "penalties 4"]:
    """The rest of them from the predictions."""
    _, penalties, classes = weights.shape
    predictions = (seen @ weights.reshape(len(weights), -1)).reshape(len(seen), penalties, classes)
    wrong = predictions.argmax(axis=2) != y_test.argmax(axis=1)[:, None]
    predictions -= y_test[:, None]
    test = np.einsum("nlc,nlc->l", predictions, predictions) / len(y_test)
    return np.column_stack([test, train, norm, wrong.mean(axis=0)])


def _rows(
    plain: RiskCurve, measured: Float[np.ndarray, "sizes penalties 4"], penalties: Float[np.ndarray, " penalties"]
) -> list[RiskCurve]:
    """The ridgeless sweep and its like at every penalty, each knowing the best of them all."""
    risks = np.vstack([plain.test, measured[:, :, 0].T])  # (penalties + 1, sizes)
    best = np.concatenate([[0.0], penalties])[risks.argmin(axis=0)]
    plain = replace(plain, best_ridge=risks.min(axis=0)[None], best_penalty=best)
    names = ("test", "train", "norm", "test_error")
    ridges = [
        replace(plain, penalty=float(penalty), **{name: measured[None, :, i, j] for j, name in enumerate(names)})
        for i, penalty in enumerate(penalties)
    ]
    return [plain, *ridges]
