"""What a network with a kernel that stays put would do: a linear equation, solved in closed form.

    gradient flow     f_t(x) = f₀(x) + Θ(x, X) Θ⁻¹ (I − e^{−Θt}) (y − f₀(X))
    descent, step k   the same with (I − ηΘ)^k for e^{−Θt}; t = ηk; it converges exactly while η < 2/λ_max

Each eigenvector of Θ(X, X) is learned on its own, at the rate of its eigenvalue. With (1 − (1 − ηλ)^k)/λ instead of an
inverse, a singular kernel is no exception: its null directions are never learned. An infinitely wide network at random
is a Gaussian process with covariance K (``nngp``), and what descent makes of it is one too:

    mean  M y,   covariance  K** − M K_X* − (M K_X*)ᵀ + M K_XX Mᵀ,   M = Θ(·, X) Θ⁻¹ (I − e^{−Θt})

Lee et al. 2019, arXiv:1902.06720, Corollary 1; t → ∞: M = Θ(·, X) Θ⁺.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, floats, whole
from core.neural_tangent_kernel.analytic import Kernels

SINGULAR = 1e-12  # eigenvalues below this share of the largest are rounding


@dataclass(frozen=True)
class Modes:
    """The eigenvectors of a kernel on the training points, and how fast each is learned."""

    values: Float[np.ndarray, "*R n"]  # λ, increasing
    vectors: Float[np.ndarray, "*R n n"]  # columns

    @property
    def condition(self) -> float:
        """λ_max/λ_min; infinite for a singular kernel."""
        low, high = float(self.values[0]), float(self.values[-1])
        return high / low if low > SINGULAR * high else float("inf")

    def kept(
        self, times: Float[np.ndarray, " times"], step_size: float | None = None
    ) -> Float[np.ndarray, "times *R n"]:
        """The share of each mode not yet learned: e^{−λt}, or (1 − ηλ)^{t/η} of descent with steps of ``step_size``."""
        times = times.reshape(-1, *[1] * self.values.ndim)
        with np.errstate(over="ignore"):
            if not step_size:
                return np.exp(-times * np.maximum(self.values, 0))
            return (1 - step_size * np.maximum(self.values, 0)) ** np.round(times / step_size)

    def learned_per_eigenvalue(
        self, times: Float[np.ndarray, " times"], step_size: float | None = None
    ) -> Float[np.ndarray, "times *R n"]:
        """(1 − kept)/λ, and its limit t where λ is zero."""
        positive = self.values > SINGULAR * np.maximum(self.values[..., -1:], 0.0)
        safe = np.where(positive, self.values, 1.0)
        limit = times.reshape(-1, *[1] * self.values.ndim)
        return np.where(positive, (1 - self.kept(times, step_size)) / safe, limit)


def modes(kernel: Float[np.ndarray, "*R n n"]) -> Modes:
    """The eigenvalues and eigenvectors of kernels on at least one training point, which must be finite."""
    whole("the number of training points", kernel.shape[-1], 1, 100_000)
    affordable("the kernel", *kernel.shape)
    return Modes(*np.linalg.eigh(floats("the kernel", kernel)))


def linearised_predictions(
    kernel_train: Float[np.ndarray, "*R n n"],
    kernel_test_train: Float[np.ndarray, "*R points n"],
    start_train: Float[np.ndarray, "*R n"],
    start_test: Float[np.ndarray, "*R points"],
    y: Float[np.ndarray, "*R n"],
    times: Float[np.ndarray, " times"],
    step_size: float | None = None,
) -> Float[np.ndarray, "times *R points"]:
    """f_t at the test points, of one kernel or of many; of descent where a ``step_size`` is given, of the flow
    otherwise."""
    basis = modes(kernel_train)
    affordable("the predictions", len(times), *start_test.shape[:-1], y.shape[-1] + start_test.shape[-1])
    away = np.matmul((y - start_train)[..., None, :], basis.vectors)  # (*R, 1, n)
    with np.errstate(over="ignore", invalid="ignore"):
        learned = np.moveaxis(basis.learned_per_eigenvalue(times, step_size), 0, -2)  # (*R, times, n)
        pushed = (learned * away) @ basis.vectors.swapaxes(-1, -2)  # (*R, times, n)
        return np.moveaxis(start_test[..., None, :] + pushed @ kernel_test_train.swapaxes(-1, -2), -2, 0)


def responses(
    kernels: Float[np.ndarray, "R n n"],
    crosses: Float[np.ndarray, "R points n"],
    y: Float[np.ndarray, " n"],
    time: float,
    step_size: float,
) -> Float[np.ndarray, "R points"]:
    """What each of these kernels makes of the targets alone, from zero."""
    zero, line = np.zeros(kernels.shape[:2]), np.zeros(crosses.shape[:2])
    targets = np.broadcast_to(y, zero.shape)
    return linearised_predictions(kernels, crosses, zero, line, targets, np.array([time]), step_size)[0]


@dataclass(frozen=True)
class Process:
    """A Gaussian process at the test points."""

    mean: Float[np.ndarray, " points"]
    covariance: Float[np.ndarray, "points points"]

    @property
    def deviation(self) -> Float[np.ndarray, " points"]:
        """The standard deviation of each point."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))


def posterior(train: Kernels, test_train: Kernels, test: Kernels, y: Float[np.ndarray, " n"]) -> Process:
    """What an infinitely wide network ends as, t → ∞. Directions in which Θ is singular stay as they were drawn."""
    basis = modes(train.ntk)
    positive = basis.values > SINGULAR * max(float(basis.values[-1]), 0.0)
    inverse = np.where(positive, 1 / np.where(positive, basis.values, 1.0), 0.0)
    return _process(basis, inverse, train, test_train, test, y)


def process_at(
    train: Kernels,
    test_train: Kernels,
    test: Kernels,
    y: Float[np.ndarray, " n"],
    time: float,
    step_size: float | None = None,
) -> Process:
    """What it is at time t."""
    basis = modes(train.ntk)
    learned = basis.learned_per_eigenvalue(np.array([time]), step_size)[0]
    return _process(basis, learned, train, test_train, test, y)


@dataclass(frozen=True)
class ProcessPath:
    """The same at many times, point by point."""

    mean: Float[np.ndarray, "times points"]
    deviation: Float[np.ndarray, "times points"]


def process_path(
    train: Kernels,
    test_train: Kernels,
    test: Kernels,
    y: Float[np.ndarray, " n"],
    times: Float[np.ndarray, " times"],
    step_size: float | None = None,
) -> ProcessPath:
    """``process_at`` each of these times, from one decomposition."""
    basis = modes(train.ntk)
    affordable("the path", len(times), len(test_train.ntk), len(y))
    with np.errstate(over="ignore", invalid="ignore"):
        learned = basis.learned_per_eigenvalue(times, step_size)[:, None]  # (times, 1, n)
        m = (test_train.ntk @ basis.vectors) * learned  # (times, points, n), in the basis
        within, across = basis.vectors.T @ train.nngp @ basis.vectors, test_train.nngp @ basis.vectors
        variance = np.diag(test.nngp) + np.sum(m * (m @ within - 2 * across), axis=2)
        return ProcessPath(m @ (basis.vectors.T @ y), np.sqrt(np.maximum(variance, 0)))


def _process(
    basis: Modes, pull: Float[np.ndarray, " n"], train: Kernels, test_train: Kernels, test: Kernels, y
) -> Process:
    """``pull`` has the eigenvalues of Θ⁻¹(I − e^{−Θt}): overflowing where the steps are too long."""
    with np.errstate(over="ignore", invalid="ignore"):
        m = test_train.ntk @ (basis.vectors * pull @ basis.vectors.T)  # (points, n)
        cross = m @ test_train.nngp.T
        covariance = test.nngp - cross - cross.T + m @ train.nngp @ m.T
        return Process(m @ y, (covariance + covariance.T) / 2)
