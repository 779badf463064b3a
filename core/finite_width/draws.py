"""Networks drawn through the law of S alone: one factor for each layer, and no matrix."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from core.bounds import affordable, whole
from core.finite_width.law import LEAST_WIDTH, MOST_WIDTH, Law

MOST_DEPTH = 128
NETWORKS = 100, 40_000
MOST_TYPED = 600  # letters


def valid(widths: Sequence[int]) -> tuple[int, ...]:
    """The hidden widths, or ``ValueError``."""
    whole("the number of hidden layers", len(widths), 1, MOST_DEPTH)
    return tuple(whole("each width", int(width), LEAST_WIDTH, MOST_WIDTH) for width in widths)


def widths_typed(text: str) -> tuple[int, ...]:
    """Hidden widths as people write them, "64, 4, 64", or ``ValueError``."""
    return valid([int(word) for word in re.split(r"[\s,;，；、]+", text.strip()[:MOST_TYPED]) if word])


def factors(law: Law, widths: Sequence[int], networks: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """s of every network, layer after layer."""
    networks = whole("networks", networks, *NETWORKS)
    for width in valid(widths):
        if law.up == law.down:
            total = law.up**2 * 2 * rng.standard_gamma(width / 2, networks)
        else:
            on = _on(width, networks, rng)
            total = law.up**2 * 2 * rng.standard_gamma(on / 2)
            if not law.may_die:
                total += law.down**2 * 2 * rng.standard_gamma((width - on) / 2)
        yield law.scaled(total, width)


def _on(width: int, networks: int, rng: np.random.Generator) -> np.ndarray:
    """How many of n units are on: the ones among n random bits. Ten times as fast as drawing the binomial."""
    words = -(-width // 64)
    bits = rng.integers(0, 2**64, size=(networks, words), dtype=np.uint64)
    if width % 64:
        bits[:, -1] >>= np.uint64(64 - width % 64)
    return np.bitwise_count(bits).sum(axis=1, dtype=np.int64)


def sample_variances(law: Law, widths: Sequence[int], networks: int, seed: int) -> Float[np.ndarray, "networks layers"]:
    """S after each hidden layer, of so many networks. E S = 1."""
    widths, count = valid(widths), whole("networks", networks, *NETWORKS)
    affordable("the variances", count, len(widths))
    rng = np.random.default_rng(whole("seed", seed, 0, 2**31))
    return np.cumprod(np.stack(list(factors(law, widths, count, rng)), axis=1), axis=1)
