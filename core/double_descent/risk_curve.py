"""What every sweep of the double-descent page measures: risk, fit and norm against one size, repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from core.double_descent.chance import RiskLaw

Kind = Literal["linear", "samples", "weak_features", "random_features", "legendre"]
Quantity = Literal["test", "train", "norm", "bias", "variance", "test_error", "best_ridge"]


@dataclass(frozen=True)
class Limit:
    """Where a sweep over features ends when their number grows without bound."""

    test: float  # test risk, squared units of y
    norm: float | None = None  # norm of the limiting function in its reproducing-kernel Hilbert space
    test_error: float | None = None  # fraction misclassified
    train: float | None = None  # training risk


@dataclass(frozen=True)
class Controlled:
    """A part of the measured test risk with the same mean and less chance, beside what theory says of that mean.

    All of it is 0 where it says nothing: beside the threshold, and where theory says 0.
    """

    name: str  # of the formula: "exact_variance", "exact_bias" or "ridge_risk"
    test: Float[np.ndarray, "repetitions sizes"]  # squared units of y
    theory: Float[np.ndarray, " sizes"]
    weight: Float[np.ndarray, " sizes"]  # in a sum over sizes
    left_out: Float[np.ndarray, " sizes"]  # how large the terms may be that ``theory`` leaves out
    spread: float = 0.0  # the most that weighted means of one repetition may scatter by the law, as a share of theory


@dataclass(frozen=True)
class RiskCurve:
    """Measured risk against ``sizes``: numbers of parameters, or of samples where ``kind`` is "samples".

    Means say little near the threshold, where the tails are heavy: plot ``median`` and ``quantile``.
    """

    kind: Kind
    sizes: Int[np.ndarray, " sizes"]
    test: Float[np.ndarray, "repetitions sizes"]  # test risk, squared units of y; what it holds: see the sweep
    train: Float[np.ndarray, "repetitions sizes"]  # mean squared error on the training samples
    norm: Float[np.ndarray, "repetitions sizes"]  # ‖β̂‖, not squared
    threshold: int  # the size at which parameters and samples are equally many
    penalty: float  # λ of the fits in ``test``; 0 is the minimum-norm fit
    noise: float  # σ² in squared units of y; with classes the fraction of wrong labels
    theory: Float[np.ndarray, " sizes"] | None = None  # expected ``test``; infinite at the threshold
    bias: Float[np.ndarray, "repetitions sizes"] | None = None  # excess risk of the same fit without noise
    variance: Float[np.ndarray, "repetitions sizes"] | None = None  # excess risk that the noise alone adds
    test_error: Float[np.ndarray, "repetitions sizes"] | None = None  # fraction misclassified
    best_ridge: Float[np.ndarray, "repetitions sizes"] | None = None  # ``test`` at ``best_penalty``
    best_penalty: Float[np.ndarray, " sizes"] | None = None  # λ
    best_ridge_theory: Float[np.ndarray, " sizes"] | None = None
    limit: Limit | None = None
    expected: Limit | None = None  # what the theory of ``limit`` says of the largest size already
    controlled: tuple[Controlled, ...] = ()
    peak: float | None = None  # of "legendre": what the noise alone makes of the threshold's risk, over mean f²
    law: RiskLaw | None = None  # of ``test`` at the largest size

    @property
    def repetitions(self) -> int:
        return len(self.test)

    def median(self, quantity: Quantity = "test") -> Float[np.ndarray, " sizes"]:
        return np.median(self._measured(quantity), axis=0)

    def mean(self, quantity: Quantity = "test") -> Float[np.ndarray, " sizes"]:
        return self._measured(quantity).mean(axis=0)

    def quantile(self, q: float, quantity: Quantity = "test") -> Float[np.ndarray, " sizes"]:
        """The ``q`` quantile over repetitions, 0 ≤ q ≤ 1."""
        if not 0 <= q <= 1:
            raise ValueError(f"q must lie from 0 to 1, got {q!r}")
        return np.quantile(self._measured(quantity), q, axis=0)

    def standard_error(self, quantity: Quantity = "test") -> Float[np.ndarray, " sizes"]:
        """Of the mean; NaN with a single repetition."""
        values = self._measured(quantity)
        if len(values) < 2:
            return np.full(len(self.sizes), np.nan)
        return values.std(axis=0, ddof=1) / np.sqrt(len(values))

    def _measured(self, quantity: Quantity) -> Float[np.ndarray, "repetitions sizes"]:
        values = getattr(self, quantity)
        if values is None:
            raise ValueError(f"a {self.kind} sweep with these settings has not measured {quantity!r}")
        return values


def stacked(curves: Sequence[RiskCurve]) -> RiskCurve:
    """Sweeps of the same sizes and settings as one curve of all repetitions; ``best_penalty`` becomes their median."""
    if not curves:
        raise ValueError("there must be at least one curve to stack")
    measured = {}
    for field in fields(RiskCurve):
        values = [getattr(curve, field.name) for curve in curves]
        if isinstance(values[0], np.ndarray) and values[0].ndim == 2:
            measured[field.name] = np.concatenate(values)
    if curves[0].best_penalty is not None:
        measured["best_penalty"] = np.median([curve.best_penalty for curve in curves], axis=0)
    return replace(curves[0], **measured)
