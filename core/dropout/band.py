"""A curve fitted with dropout, and the band that its masks spread: what it is, and what it is not.

A network 1 → width → width → 1 learns n noisy values of a curve. Its masks stay on at test time (Gal & Ghahramani 2016,
arXiv:1506.02142) and spread the outputs. Where only the last hidden layer h is dropped, with read-out v,

    E out = Σ_j v_j h_j + b,   Var out = c Σ_j (v_j h_j)²          exactly; c = p/(1 − p), p the probability to drop

The formula has no data in it but through h and v: the band is what masks do to this network. It is no calibrated
posterior, and it does not narrow as n grows unless the weights happen to make it.

Of the mean square over a grid of G inputs, fᵀMf with M_jk = v_j v_k Σ_x h_j(x) h_k(x)/G and f = m/(1 − p) − 1, the
variance over the masks is known as well: 2c² Σ_{j≠k} M_jk² + (E f⁴ − c²) Σ_j M_jj². At the end as many masks are drawn
as make its mean good to about half a percent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real, affordable, real, whole
from core.dropout.noise import mask, square_variance, strength
from core.networks.replicas import Replicas
from core.progress import Progress

DROPPED = ("last", "both")  # hidden layers that are dropped
GRID = np.linspace(-1.6, 1.6, 49)
SAMPLES = (2, 400)
MOST_WIDTH, MOST_EPOCHS = 128, 5000
NOISE = 0.1  # standard deviation of the values
STEP_SIZE, FRAMES, MASKS = 5e-3, 25, 400
ROUNDS = 90  # times MASKS that the variance at the end is measured with, where one layer is dropped
WITHIN = 2.0  # standard deviations to either side
PIECE = 25  # steps between two looks at whether anybody still waits


@dataclass(frozen=True)
class Band:
    """The fit and the spread of its masks, at each of ``epochs`` so far."""

    x: Float[np.ndarray, " n"]  # what was learned from
    y: Float[np.ndarray, " n"]
    grid: Float[np.ndarray, " grid"]
    truth: Float[np.ndarray, " grid"]
    epochs: Int[np.ndarray, " frames"]
    last_epoch: int
    scaled: Float[np.ndarray, "frames grid"]  # the network, nothing dropped
    mean: Float[np.ndarray, "frames grid"]  # over the masks
    spread: Float[np.ndarray, "frames grid"]  # standard deviation over the masks
    predicted: Float[np.ndarray, "frames grid"]  # √(c Σ (v h)²)
    variance: float  # mean over the grid and over ``masks`` masks of (out − scaled)², at the last epoch
    variance_se: float  # that it should have; NaN where both layers are dropped
    masks: int
    p: float
    dropped: str

    @property
    def coverage(self) -> float:
        """Share of the interval on which the true curve lies inside the band at the end."""
        return float(np.mean(np.abs(self.truth - self.mean[-1]) <= WITHIN * self.spread[-1]))


def curve(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The truth."""
    return np.sin(3 * x) + 0.3 * x


def samples(n: int, *, seed: int = 0) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """n noisy values on two intervals with nothing between them and nothing at the ends."""
    n = whole("n", n, *SAMPLES)
    rng = np.random.default_rng([whole("seed", seed, 0, 2**31), 13])
    side = np.where(np.arange(n) % 2, 1.0, -1.0)
    x = side * rng.uniform(0.35, 1.2, n)
    return x, curve(x) + NOISE * rng.standard_normal(n)


def predictive_band(
    n: int = 40,
    *,
    p: Real = 0.2,
    width: int = 64,
    dropped: str = "last",
    epochs: int = 1000,
    seed: int = 0,
) -> Iterator[Progress[Band]]:
    """Long work: the fit takes shape as it is trained (squared loss, full-batch Adam)."""
    if dropped not in DROPPED:
        raise ValueError(f"dropped must be one of {', '.join(DROPPED)}, got {dropped!r}")
    width, epochs = whole("width", width, 1, MOST_WIDTH), whole("epochs", epochs, 1, MOST_EPOCHS)
    return _train(*samples(n, seed=seed), real("p", p, 0, 1), width, dropped, epochs, seed)


def _train(
    x: np.ndarray, y: np.ndarray, p: float, width: int, dropped: str, epochs: int, seed: int
) -> Iterator[Progress[Band]]:
    from core.networks.training import Trainer  # here, so that a picture of the result needs no torch

    rates = np.array([[0.0, p if dropped == "both" else 0.0, p]])
    replicas = Replicas((1, width, width, 1), rates, np.array([seed]), np.zeros(1))
    trainer = Trainer(x[:, None], y[:, None], replicas, loss="squared", optimiser="adam", step_size=STEP_SIZE)
    at = np.unique(np.round(np.linspace(0, epochs, FRAMES)).astype(int))
    rng = np.random.default_rng([seed, 17])
    uniform = rng.random((MASKS, 2, width))
    seen, band = [], None
    for epoch in at.tolist():
        while trainer.steps < epoch:
            trainer.run(min(PIECE, epoch - trainer.steps))
            yield Progress(trainer.steps / epochs * 0.999, band)
        layers = [(w[0], b[0]) for w, b in trainer.parameters]
        outputs, terms, scaled, spread = _masked(layers, uniform, p, dropped)
        seen.append((scaled, outputs.mean(axis=0), outputs.std(axis=0), spread))
        squares, error = [np.mean((outputs - scaled) ** 2)], np.nan
        if dropped == "last":
            for _ in range(ROUNDS - 1 if epoch == epochs else 0):
                again = mask(rng.random((MASKS, width), dtype=np.float32), p) @ terms.T
                squares.append(np.mean((again - terms.sum(axis=1)) ** 2))
            error = square_deviation(terms, p) / np.sqrt(MASKS * len(squares))
        columns = [np.array(rows) for rows in zip(*seen, strict=True)]
        band = Band(
            x, y, GRID, curve(GRID), at[: len(seen)], epochs, *columns,
            variance=float(np.mean(squares)), variance_se=float(error), masks=MASKS * len(squares),
            p=p, dropped=dropped,
        )  # fmt: skip
        yield Progress(epoch / epochs, band)


def _masked(
    layers: list[tuple[np.ndarray, np.ndarray]], uniform: np.ndarray, p: float, dropped: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Outputs under every mask (masks, grid), what each unit adds to the output with none (grid, width), that output
    (grid,) and the predicted standard deviation (grid,)."""
    (w_1, b_1), (w_2, b_2), (v, b) = layers
    first = np.maximum(GRID[:, None] @ w_1 + b_1, 0)  # (grid, width)
    h = np.maximum(first @ w_2 + b_2, 0)
    terms = h * v[:, 0]  # (grid, width)
    kept = mask(uniform, p)  # (masks, 2, width)
    if dropped == "both":
        hidden = np.maximum((first * kept[:, None, 0]) @ w_2 + b_2, 0)  # (masks, grid, width)
        outputs = np.einsum("mgw,mw->mg", hidden * v[:, 0], kept[:, 1]) + b
    else:
        outputs = kept[:, 1] @ terms.T + b
    c = strength(p)
    spread = np.sqrt(c * np.sum(terms**2, axis=1)) if p < 1 else np.zeros(len(GRID))
    return outputs, terms, terms.sum(axis=1) + b, spread


def square_deviation(terms: Float[np.ndarray, "grid width"], p: Real) -> float:
    """Standard deviation over the masks of the mean over the grid of (out − scaled)², exactly; 0 at p = 1."""
    if p == 1:
        return 0.0
    affordable("the width", terms.shape[1], terms.shape[1])
    terms = np.asarray(terms, float)  # squares of whole numbers overflow
    m = terms.T @ terms / len(terms)
    own = np.diag(m) ** 2
    mixed = 2 * strength(p) ** 2 * (np.sum(m**2) - own.sum())
    return float(np.sqrt(max(mixed, 0.0) + square_variance(p, "entries") * own.sum()))
