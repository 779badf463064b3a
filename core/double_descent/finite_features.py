"""What N random features are expected to give, being not yet infinitely many: the kernel limit with its terms in n/N.

    K (n, n), k(x) (n,) the kernel at the training samples, and between them and x;  G = (K + κ)⁻¹
    κ = nλ + (κ/N) tr K(K + κ)⁻¹     what the ridge λ acts like: few features act like a larger one
    E f̂(x) = k(x)ᵀGY      E‖W‖² = κ′ tr YᵀGKGY, κ′ = dκ/d(nλ)      Var f̂(x) = v(x) E‖W‖²/N

v(x) = k(x, x) − 2k(x)ᵀGk(x) + k(x)ᵀGKGk(x) is what the features at x have that those of the samples do not give. For
λ → 0 it follows that ‖W‖² is n/N more than its limit, and the risk as much more as the average v makes of that.

Jacot, Şimşek, Spadaro, Hongler & Gabriel 2020, arXiv:2002.08404: for Gaussian features in the limit of many, to which
others are alike. One draw is off by the order 1/√N.
"""

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from core.bounds import whole
from core.double_descent.risk_curve import Limit


def expected_at(
    size: int,
    kernel: Float[np.ndarray, "n n"],
    cross: Float[np.ndarray, "n_test n"],
    y: Float[np.ndarray, "n outputs"],
    y_test: Float[np.ndarray, "n_test outputs"],
    penalties: Float[np.ndarray, " penalties"],
) -> list[Limit]:
    """Test risk and norm expected of N = ``size`` > n features with k(x, x) = 1, for each λ ≥ 0."""
    n, size = len(kernel), whole("size", size, len(kernel) + 1, 10**9)
    spectrum, modes = np.linalg.eigh(kernel)
    seen = spectrum > n * np.finfo(float).eps * spectrum.max(initial=0.0)
    spectrum, modes = spectrum[seen], modes[:, seen]
    learned, reached = modes.T @ y, cross @ modes  # (rank, outputs), (n_test, rank)
    found = []
    for penalty in penalties:
        ridge = _effective(spectrum, n * float(penalty), size)
        slope = 1 / (1 - np.sum((spectrum / (spectrum + ridge)) ** 2) / size)  # κ′
        norm = slope * np.sum(spectrum[:, None] * (learned / (spectrum + ridge)[:, None]) ** 2)  # squared
        new = 1 - np.mean(reached**2, axis=0) @ ((spectrum + 2 * ridge) / (spectrum + ridge) ** 2)  # the mean of v
        mean = reached @ (learned / (spectrum + ridge)[:, None])
        risk = np.sum((mean - y_test) ** 2) / len(y_test) + new * norm / size
        found.append(Limit(test=float(risk), norm=float(np.sqrt(norm))))
    return found


def _effective(spectrum: Float[np.ndarray, " rank"], shift: float, size: int) -> float:
    """κ for nλ = ``shift``."""
    if shift == 0:
        return 0.0

    def missing(ridge: float) -> float:
        return ridge - shift - ridge / size * float(np.sum(spectrum / (spectrum + ridge)))

    return float(brentq(missing, shift, shift / (1 - len(spectrum) / size), rtol=1e-12))
