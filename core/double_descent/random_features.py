"""Double descent on real data: least squares on random Fourier features, by their number N.

    φ_j(x) = √2 cos(v_j·x + b_j)/√N,  v_j ~ N(0, scale² I),  b_j ~ U(0, 2π),  j = 1 … N;   n training samples
    As N → ∞ the fit becomes the kernel machine of k(x, x′) = exp(−½ scale² ‖x − x′‖²), its norm that of the RKHS.

    λ = ``penalty``: w minimises (1/n)‖Y − ΦW‖² + λ‖W‖²,  Y one-hot;  λ = 0 is the fit of minimum norm
    test risk: squared error summed over classes, averaged over test points, against the true labels; norm: ‖W‖_F

Belkin, Hsu, Ma & Mandal 2019, arXiv:1812.11118, Fig. 2; features: Rahimi & Recht 2007. The features of size N are the
first N of one draw. Theirs are complex exponentials; with ours the threshold is N = n.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import lapack
from scipy.spatial.distance import cdist

from core.bounds import Real, affordable, floats, increasing, real, whole
from core.data.datasets import noisy_labels, one_hot
from core.double_descent.finite_features import expected_at
from core.double_descent.penalty_sweep import MIN_PENALTY, penalty_sweep
from core.double_descent.risk_curve import Limit, RiskCurve, stacked
from core.linear_algebra.minimum_norm import TRUSTED, by_singular_values, nested_predictions, nested_prefixes

MAX_TRAIN = 1000
MAX_TEST = 2000
MAX_FEATURES = 4000
MAX_SIZES = 120  # numbers of features in one sweep
MAX_REPETITIONS = 20
MIN_SCALE, MAX_SCALE = 0.05, 3.0  # of the frequencies, in radians per unit of x
MAX_PENALTY = 1e3


@dataclass(frozen=True)
class RandomFeatures:
    """One draw at every sample, √2 cos(v·x + b) without the 1/√N: its first N columns are the features of size N."""

    train: Float[np.ndarray, "n features"]
    test: Float[np.ndarray, "n_test features"]


def random_features(
    x: Float[np.ndarray, "n d"], x_test: Float[np.ndarray, "n_test d"], count: int, *, scale: Real = 0.3, seed: int = 0
) -> RandomFeatures:
    """``count`` features of ``x`` and ``x_test``: the costly part of a sweep, whatever the labels and penalties."""
    _check_sides(x, x_test)
    count, scale = whole("count", count, 1, MAX_FEATURES), real("scale", scale, MIN_SCALE, MAX_SCALE)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    frequencies = scale * rng.standard_normal((count, x.shape[1])).T  # (d, count): more features keep the earlier ones
    phases = np.random.default_rng([seed, 1]).uniform(0, 2 * np.pi, count)
    return RandomFeatures(train=_cosines(x, frequencies, phases), test=_cosines(x_test, frequencies, phases))


def features_sweep(
    features: RandomFeatures,
    labels: Int[np.ndarray, " n"],
    labels_test: Int[np.ndarray, " n_test"],
    sizes: Sequence[int] | Int[np.ndarray, " sizes"],
    *,
    classes: int = 10,
    penalty: Real = 0.0,
    best_ridge: bool = False,
    label_noise: Real = 0.0,
    limit: Limit | None = None,
) -> RiskCurve:
    """One draw of features, already computed, fitted at every size; ``label_noise`` and ``limit`` are only recorded."""
    n, largest = features.train.shape
    sizes, penalty = increasing("sizes", sizes, 1, largest), _checked_penalty(penalty)
    whole("the number of sizes", len(sizes), 1, MAX_SIZES)
    y, y_test = one_hot(labels, classes), one_hot(labels_test, classes)
    prefixes = nested_prefixes(features.train, sizes)
    weights = [p.coefficients(y, shift=penalty * n * p.size) for p in prefixes]  # (size, classes) each, W/√N
    test, wrong = _risk_and_error(nested_predictions(features.test, weights), y_test)  # (sizes,) each
    train, _ = _risk_and_error(nested_predictions(features.train, weights), y)
    norm = np.sqrt(sizes) * np.array([np.linalg.norm(w) for w in weights])
    best = best_penalty = None
    if best_ridge:
        sweep = penalty_sweep(features.train, features.test, y, y_test, sizes)
        candidates, penalties = np.vstack([test, sweep.test]), np.concatenate([[penalty], sweep.penalty])
        best, best_penalty = candidates.min(axis=0)[None], penalties[candidates.argmin(axis=0)]
    return RiskCurve(
        kind="random_features",
        sizes=sizes,
        test=test[None],
        train=train[None],
        norm=norm[None],
        threshold=n,
        penalty=penalty,
        noise=float(label_noise),
        test_error=wrong[None],
        best_ridge=best,
        best_penalty=best_penalty,
        limit=limit,
    )


def random_features_sweep(
    x: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    x_test: Float[np.ndarray, "n_test d"],
    y_test: Int[np.ndarray, " n_test"],
    sizes: Sequence[int] | Int[np.ndarray, " sizes"],
    *,
    classes: int = 10,
    scale: Real = 0.3,
    penalty: Real = 0.0,
    label_noise: Real = 0.0,
    repetitions: int = 1,
    seed: int = 0,
    best_ridge: bool = False,
) -> RiskCurve:
    """The whole experiment; each repetition draws its own features, and all learn the same noisy labels."""
    repetitions, sizes = (
        whole("repetitions", repetitions, 1, MAX_REPETITIONS),
        increasing("sizes", sizes, 1, MAX_FEATURES),
    )
    labels = noisy_labels(y, label_noise, classes, seed=seed)
    limit = kernel_limit(x, labels, x_test, y_test, classes=classes, scale=scale, penalty=penalty)
    expected, curves = None, []
    if sizes[-1] > len(x):
        kernels = (gaussian_kernel(side, x, scale) for side in (x, x_test))
        targets = (one_hot(side, classes) for side in (labels, y_test))
        (expected,) = expected_at(int(sizes[-1]), *kernels, *targets, np.array([penalty]))
    for i in range(repetitions):
        features = random_features(x, x_test, int(sizes[-1]), scale=scale, seed=seed + i)
        settings = {"classes": classes, "penalty": penalty, "best_ridge": best_ridge}
        curves.append(features_sweep(features, labels, y_test, sizes, label_noise=label_noise, limit=limit, **settings))
    return replace(stacked(curves), expected=expected)


def kernel_limit(
    x: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    x_test: Float[np.ndarray, "n_test d"],
    y_test: Int[np.ndarray, " n_test"],
    *,
    classes: int = 10,
    scale: Real = 0.3,
    penalty: Real = 0.0,
) -> Limit:
    """The kernel machine that the sweep approaches, γ = scale²/2 in other notations; ``y`` the labels as fitted."""
    _check_sides(x, x_test)
    scale, penalty = real("scale", scale, MIN_SCALE, MAX_SCALE), _checked_penalty(penalty)
    target = one_hot(y, classes)
    kernel = gaussian_kernel(x, x, scale)
    dual = _dual(kernel + penalty * len(x) * np.eye(len(x)), target)  # (n, classes)
    predictions, fitted = gaussian_kernel(x_test, x, scale) @ dual, kernel @ dual
    (test,), (wrong,) = _risk_and_error(predictions[:, None], one_hot(y_test, classes))
    (train,), _ = _risk_and_error(fitted[:, None], target)
    norm = np.sqrt(max(0.0, np.sum(dual * fitted)))
    return Limit(test=float(test), norm=float(norm), test_error=float(wrong), train=float(train))


def _dual(kernel: Float[np.ndarray, "n n"], target: Float[np.ndarray, "n classes"]) -> Float[np.ndarray, "n classes"]:
    """K⁻¹Y, or K⁺Y where samples are so near that K is singular to rounding, even if it has a Cholesky factor."""
    factor, dual, failed = lapack.dposv(kernel, target)
    if not failed and lapack.dpocon(factor, np.abs(kernel).sum(axis=0).max())[0] * TRUSTED > 1:
        return dual
    return by_singular_values(kernel, target)


def gaussian_kernel(
    x1: Float[np.ndarray, "n1 d"], x2: Float[np.ndarray, "n2 d"], scale: Real
) -> Float[np.ndarray, "n1 n2"]:
    """exp(−½ scale² ‖x₁ − x₂‖²), the expectation of φ(x₁)·φ(x₂)."""
    scale, x1, x2 = real("scale", scale, 0, 1e150), floats("x1", x1), floats("x2", x2)
    affordable("the kernel", len(x1), len(x2))
    if scale == 0:
        return np.ones((len(x1), len(x2)))
    return np.exp(-0.5 * (scale * cdist(x1, x2)) ** 2)  # not ‖x₁‖² − 2x₁·x₂ + ‖x₂‖², which far from 0 is rounding


def _cosines(
    inputs: Float[np.ndarray, "n d"],
    frequencies: Float[np.ndarray, "d features"],
    phases: Float[np.ndarray, " features"],
) -> Float[np.ndarray, "n features"]:
    """√2 cos(x·v + b), computed in one array: the features are the largest thing on the page."""
    features = inputs @ frequencies
    features += phases
    np.cos(features, out=features)
    features *= np.sqrt(2)
    return features


def _risk_and_error(
    predictions: Float[np.ndarray, "n sizes classes"], target: Float[np.ndarray, "n classes"]
) -> tuple[Float[np.ndarray, " sizes"], Float[np.ndarray, " sizes"]]:
    """Squared error summed over classes, and the fraction misclassified, both averaged over samples."""
    wrong = predictions.argmax(axis=2) != target.argmax(axis=1)[:, None]
    residual = predictions - target[:, None]
    return np.einsum("nsc,nsc->s", residual, residual) / len(target), wrong.mean(axis=0)


def _check_sides(x: Float[np.ndarray, "n d"], x_test: Float[np.ndarray, "n_test d"]) -> None:
    whole("the number of training samples", len(x), 2, MAX_TRAIN)
    whole("the number of test samples", len(x_test), 1, MAX_TEST)


def _checked_penalty(penalty: Real) -> float:
    if penalty != 0:
        real("penalty, unless it is 0,", penalty, MIN_PENALTY, MAX_PENALTY)
    return float(penalty)
