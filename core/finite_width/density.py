"""The exact density of log S, layer by layer, by Fourier; and the output's, which is normal once S is known.

    p_l(x) = (1/T) Σ_m (E e^{i s_m log s})ˡ e^{−i s_m x}, s_m = 2πm/T          P(z ≤ t) = E Φ(t/√S)

All depths are on one grid. Moments of S are not to be taken from it: where E S² lives far out, what is left of
rounding there, 10⁻¹⁶, is multiplied by e^{2x}.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from core.bounds import floats
from core.finite_width.draws import valid
from core.finite_width.law import Law, logs

NODES = 1024
RIGHT, LEFT = 11.0, 12.0  # standard deviations of log S from its mean to the ends of the grid
TAIL = 32.0  # −log of what is nothing
CUT, LEAST_CUT = 12.0, 25.0  # frequencies beyond that many over a layer's standard deviation are nothing
TRIM = 1e-14  # of the density's peak: below it is rounding


@dataclass(frozen=True)
class Density:
    """log S of networks that are alive, after some of their layers."""

    layers: tuple[int, ...]
    x: Float[np.ndarray, " nodes"]  # log S
    alive: Float[np.ndarray, " layers"]  # the share that is not dead
    density: Float[np.ndarray, "layers nodes"]  # of log S, given that; integrates to 1

    @property
    def step(self) -> float:
        return float(self.x[1] - self.x[0])

    def quantile(self, share: float, place: int = -1) -> tuple[float, float]:
        """log S below which that share of all networks lies after a layer, the dead ones at −∞; and the density of
        log S there, of all."""
        alive = float(self.alive[place])
        if share <= 1 - alive:
            return -np.inf, np.inf
        below = np.cumsum(self.density[place]) * self.step * alive + 1 - alive
        at = int(np.searchsorted(below, share))
        part = (share - below[at - 1]) / max(below[at] - below[at - 1], 1e-300)
        return float(self.x[at - 1] + (part + 0.5) * self.step), alive * float(self.density[place][at])


def log_density(law: Law, widths: Sequence[int], layers: Sequence[int] = ()) -> Density:
    """Of log S after each of ``layers`` (1 is the first; untold, after the last alone)."""
    widths = valid(widths)
    layers = tuple(layers) or (len(widths),)
    if not all(1 <= layer <= len(widths) for layer in layers):
        raise ValueError(f"layers must be from 1 to {len(widths)}, got {layers!r}")
    low, high = _ends(law, widths[: max(layers)])
    step = (high - low) / NODES
    s = 2 * np.pi * np.arange(NODES // 2 + 1) / (high - low)
    wave, found, alive = np.ones(len(s), dtype=complex), [], []
    share, known = 1.0, {}
    for layer, width in enumerate(widths[: max(layers)], 1):
        if width not in known:
            known[width] = _waves(law, width, s)
        wave, share = wave * known[width], share * (1 - law.dead(width))
        if layer in layers:
            found.append(np.fft.irfft(np.conj(wave * np.exp(-1j * s * low)), NODES) / step)
            alive.append(share)
    density = np.array(found)
    density[density < TRIM * density.max(axis=1, keepdims=True)] = 0.0
    return Density(tuple(sorted(layers)), low + step * np.arange(NODES), np.array(alive), density)


def _waves(law: Law, width: int, s: np.ndarray) -> np.ndarray:
    """Of one layer; 0 at frequencies that nothing is left of."""
    own = logs(law, width)
    inside = s < max(CUT / np.sqrt(own.cumulants[1]), LEAST_CUT)
    found = np.zeros(len(s), dtype=complex)
    found[inside] = own.waves(s[inside])
    return found


def _ends(law: Law, widths: Sequence[int]) -> tuple[float, float]:
    """Wide enough for every layer up to the last: the mean of log S falls, and its left tail is exponential."""
    mean, variance = (sum(logs(law, width).cumulants[i] for width in widths) for i in (0, 1))
    fewest = min(float(logs(law, width).freedom.min()) for width in widths)
    rare = min(width * np.log(2) - np.log(width) for width in widths) if law.may_die else 0.0
    tail = max(0.0, 2 * (TAIL - rare) / fewest)
    return mean - LEFT * np.sqrt(variance) - tail, RIGHT * np.sqrt(variance) + 1.0


def output_distribution(density: Density, z: Float[np.ndarray, " points"]) -> Float[np.ndarray, "layers points"]:
    """P(output ≤ z) of all networks: a dead one puts out 0."""
    z = floats("z", z)
    below = ndtr(z[:, None] * np.exp(-np.clip(density.x, -600, 600) / 2))  # (points, nodes)
    return density.alive[:, None] * (density.density @ below.T) * density.step + (1 - density.alive[:, None]) * (z >= 0)


def output_density(density: Density, z: Float[np.ndarray, " points"]) -> Float[np.ndarray, "layers points"]:
    """The output's density, of networks that are alive times their share. At 0 that of ReLU is infinite."""
    z = floats("z", z)
    x = np.clip(density.x, -600, 600)
    bells = np.exp(-(z[:, None] ** 2) * np.exp(-x) / 2 - x / 2) / np.sqrt(2 * np.pi)
    return density.alive[:, None] * (density.density @ bells.T) * density.step
