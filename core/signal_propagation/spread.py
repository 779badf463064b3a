"""How far a finite network scatters about the theory: the standard errors of the checks, to first order in 1/n.

A layer of n units has its lengths and factors from averages over n. Given what lies below it,

    Q′ = σ_w² mean φ(z)² + σ_b²   misses with variance σ_w⁴ Var φ²/n, and passes on dQ′/dQ of its own miss
    ‖Wᵀ(φ′g)‖²                    has a relative variance of (3 E φ′⁴/(E φ′²)² − 1)/n, of ReLU 5/n (Hanin & Nica 2018),
                                  and misses by d ln χ/dQ times the miss of Q

Both share the averages over z, and are summed with their signs. The logarithm of a product of L such factors is lower
than that of its mean by half its variance: the typical network is not the mean one.
"""

from dataclasses import dataclass

import numpy as np

from core.signal_propagation.means import Moments, moments
from core.signal_propagation.recursion import Recursion
from core.signal_propagation.setup import Setup


@dataclass(frozen=True)
class Spread:
    """Variances of logarithms, over networks."""

    gradient: float  # of the squared gradient at the input over that at the output
    mean_length: float  # of the mean over the layers of ln q
    from_length: float  # the share of the gradient's that comes from the lengths' miss, without a sign

    def gradient_after(self, places: float, depth: int) -> float:
        """Of the squared gradient that many places below the output: its share."""
        return self.gradient * min(max(places, 1.0), depth) / depth


def spread(setup: Setup, theory: Recursion) -> Spread:
    """Of networks of that setup. ``setup``'s own theory is taken on trust."""
    seen = moments(setup.activation, theory.length)
    if setup.is_lsuv:
        return Spread(float(_lsuv(seen).sum() / setup.width), 0.0, 0.0)
    weight, q = theory.weight_variance, np.maximum(theory.length, 1e-300)
    passed = weight * (seen.square_by_z - seen.square) / (2 * q)  # dQ′/dQ
    missed = weight**2 * (seen.fourth - seen.square**2)  # n Var Q′
    backward = (seen.slope_by_z / seen.slope_square - 1) / (2 * q)  # d ln χ/dQ
    later = _carried(backward, passed)
    shared = weight * (seen.mixed / seen.slope_square - seen.square)
    gradient = _own(seen) + 2 * later * shared + later**2 * missed
    from_length = float((np.abs(2 * later * shared) + later**2 * missed).sum() / gradient.sum())
    later = _carried(1 / q, passed)
    length = 2 + 2 * later * weight * (seen.square_by_z - seen.square) + later**2 * missed
    return Spread(
        float(gradient.sum() / setup.width), float(length.sum() / setup.width / setup.depth**2), from_length
    )  # fmt: skip


def _own(seen: Moments) -> np.ndarray:
    return 3 * seen.slope_fourth / seen.slope_square**2 - 1


def _lsuv(seen: Moments) -> np.ndarray:
    """Each W is divided by what its own n rows came to, 2/n, and by the length of φ(z) below."""
    below = seen.fourth / seen.square**2 - 1
    return _own(seen) + 2 + below - 2 * (seen.mixed / (seen.slope_square * seen.square) - 1)


def _carried(direct: np.ndarray, passed: np.ndarray) -> np.ndarray:
    """For each layer, what a miss of the next layer's Q comes to in all layers above."""
    later, found = 0.0, np.zeros(len(direct))
    for layer in range(len(direct) - 1, -1, -1):
        found[layer] = later
        later = direct[layer] + passed[layer] * later
    return found
