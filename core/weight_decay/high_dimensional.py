"""What the famous high-dimensional demonstration of weight decay shows: it forgets the random start.

d2l trains 200 weights on 20 rows, from w₀ ~ N(0, I), by minibatches of 5, η = 0.003, for 100 epochs. Every gradient
lies in the row space of X, so along the other directions there is nothing but decay:

    P w_T = (1 − ηλ)^T P w₀ exactly, P the projection off the rows of X, T = 400 steps
    ‖w_T‖² ≈ (1 − ηλ)^{2T} ‖P w₀‖² + ‖ŵ(λ)‖²

Without decay the start stays and spoils every prediction. From w₀ = 0 there is nothing to forget, and no decay is
needed: least squares of smallest norm predicts about as well as the best ridge. Zhang, Lipton, Li & Smola, "Dive into
Deep Learning", section "Weight Decay"; the decomposition is ours and is tested.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real, whole
from core.weight_decay.problems import WIDE, WIDE_INTERCEPT, WIDE_NOISE, WIDE_WEIGHT
from core.weight_decay.ridge import spectrum

ROWS, FRESH, BATCH, STEP_SIZE, EPOCHS = 20, 100, 5, 0.003, 100
STEPS = EPOCHS * ROWS // BATCH
MOST_PENALTY = 1000.0


@dataclass(frozen=True)
class Forgetting:
    """One run of the demonstration. Errors are halves of mean squares, as there."""

    penalty: float
    norm: Float[np.ndarray, " marks"]  # ‖w‖ before the first epoch and after each
    error: Float[np.ndarray, " marks"]  # on 100 fresh rows
    training_error: Float[np.ndarray, " marks"]
    predicted_norm: Float[np.ndarray, " marks"]  # √((1 − ηλ)^{2t}‖P w₀‖² + ‖ŵ(λ)‖²)
    null_norm: float  # ‖P w_T‖ at the end
    predicted_null_norm: float  # |1 − ηλ|^T ‖P w₀‖
    start_null_norm: float  # ‖P w₀‖
    from_zero: float  # the error of ŵ(λ) itself, from no random start
    untrained: float  # the error of predicting the training mean

    @property
    def is_stable(self) -> bool:
        return bool(np.isfinite(self.norm).all() and abs(1 - STEP_SIZE * self.penalty) <= 1)

    @property
    def is_forgotten(self) -> bool:
        """Whether so little is left of the start that rounding decides about it."""
        return bool(self.predicted_null_norm <= 1e-9 * self.start_null_norm)


def forgetting(penalty: Real, *, seed: int = 0, start_size: Real = 1.0) -> Forgetting:
    """Run the demonstration with this weight decay, from N(0, start_size² I)."""
    lam = real("penalty", penalty, 0, MOST_PENALTY)
    size = real("start_size", start_size, 0, 1e3)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**63 - 1))
    x = rng.standard_normal((ROWS + FRESH, WIDE))
    y = WIDE_INTERCEPT + WIDE_WEIGHT * x.sum(axis=1) + WIDE_NOISE * rng.standard_normal(ROWS + FRESH)
    start = size * rng.standard_normal(WIDE)
    train, fresh = (x[:ROWS], y[:ROWS]), (x[ROWS:], y[ROWS:])
    w, b = _run(*train, start, lam, rng)
    with np.errstate(over="ignore", invalid="ignore"):
        norm = np.linalg.norm(w, axis=1)
        errors = [((w @ rows.T + b[:, None] - goal) ** 2).mean(axis=1) / 2 for rows, goal in (fresh, train)]
        raw = spectrum(*train)  # the rows as they are: the intercept is trained beside w, and P belongs to these rows
        faded = np.abs(1 - STEP_SIZE * lam) ** (np.arange(EPOCHS + 1) * (ROWS // BATCH))
        null = float(np.linalg.norm(raw.null_part(start)))
        goal, from_zero, untrained = _closed(*train, *fresh, lam)
        return Forgetting(
            penalty=lam,
            norm=norm,
            error=errors[0],
            training_error=errors[1],
            predicted_norm=np.sqrt((faded * null) ** 2 + goal**2),
            null_norm=float(np.linalg.norm(raw.null_part(w[-1]))),
            predicted_null_norm=float(faded[-1] * null),
            start_null_norm=null,
            from_zero=from_zero,
            untrained=untrained,
        )


def _run(x: np.ndarray, y: np.ndarray, start: np.ndarray, lam: float, rng: np.random.Generator) -> tuple:
    """w and b before the first epoch and after each."""
    w, b, kept, intercepts = start.copy(), 0.0, [start], [0.0]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(EPOCHS):
            for batch in rng.permutation(ROWS).reshape(-1, BATCH):
                off = x[batch] @ w + b - y[batch]
                w = (1 - STEP_SIZE * lam) * w - STEP_SIZE * (off @ x[batch]) / BATCH
                b = b - STEP_SIZE * float(off.mean())
            kept.append(w)
            intercepts.append(b)
    return np.array(kept), np.array(intercepts)


def _closed(x: np.ndarray, y: np.ndarray, x_test: np.ndarray, y_test: np.ndarray, lam: float) -> tuple[float, ...]:
    """‖ŵ(λ)‖, its error on fresh rows, and that of the training mean."""
    middle = x.mean(axis=0)
    w = spectrum(x - middle, y - y.mean()).coefficients(lam)
    off = (x_test - middle) @ w + y.mean() - y_test
    return float(np.linalg.norm(w)), float((off**2).mean() / 2), float(((y.mean() - y_test) ** 2).mean() / 2)
