"""The right ridge removes the peak: the test risk of every number of features N at every penalty, and the best of each.

    K = A_N A_Nᵀ/N = V diag(s) Vᵀ (n, n);   predictions(λ) = (B_N A_Nᵀ/N) V (s + nλ)⁻¹ Vᵀ Y

A and B hold the features of training and test samples. One eigendecomposition per size serves all penalties, and the
Gram matrices of the next size only add the new columns. λ as in ``random_features``; λ = 0 is left to ``minimum_norm``,
because this formula squares condition numbers.

The best penalty is the one with the smallest *test* risk: what an oracle would choose, as in Nakkiran, Venkat, Kakade
& Ma 2021, arXiv:2003.01897.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import affordable, floats, increasing

MIN_PENALTY = 1e-9  # below it, and above 0, rounding shows
PENALTIES = np.logspace(-7, 1, 25)


NAMES = ("train", "test", "y", "y_test")


@dataclass(frozen=True)
class PenaltySweep:
    """Test risk over the plane of sizes and penalties."""

    sizes: Int[np.ndarray, " sizes"]
    penalty: Float[np.ndarray, " penalties"]  # λ
    test: Float[np.ndarray, "penalties sizes"]  # squared error summed over outputs, averaged over test points


def penalty_sweep(
    train: Float[np.ndarray, "n features"],
    test: Float[np.ndarray, "n_test features"],
    y: Float[np.ndarray, "n outputs"],
    y_test: Float[np.ndarray, "n_test outputs"],
    sizes: Sequence[int] | Int[np.ndarray, " sizes"],
    penalties: Float[np.ndarray, " penalties"] = PENALTIES,
) -> PenaltySweep:
    """Ridge regression of ``y`` on the first N features for every N in ``sizes`` and every positive penalty."""
    n, features = train.shape
    sizes = increasing("sizes", sizes, 1, features)
    if penalties.size == 0 or not np.all((penalties >= MIN_PENALTY) & np.isfinite(penalties)):
        raise ValueError(f"penalties must be finite and at least {MIN_PENALTY:g}, one or more, got {penalties!r}")
    train, test, y, y_test = (floats(*named) for named in zip(NAMES, (train, test, y, y_test), strict=True))
    affordable("the Gram matrices", n, n + len(test))
    risk = np.empty((len(penalties), len(sizes)))
    gram, cross, before = np.zeros((n, n)), np.zeros((len(test), n)), 0
    for j, size in enumerate(sizes):
        new = train[:, before:size]
        gram += new @ new.T
        cross += test[:, before:size] @ new.T
        before = size
        spectrum, modes = np.linalg.eigh(gram / size)
        seen, wanted = cross @ (modes / size), modes.T @ y  # (n_test, n), (n, outputs)
        for i, penalty in enumerate(penalties):
            predictions = seen @ (wanted / (np.maximum(spectrum, 0) + n * penalty)[:, None])
            risk[i, j] = np.sum((predictions - y_test) ** 2) / len(test)
    return PenaltySweep(sizes, penalties, risk)
