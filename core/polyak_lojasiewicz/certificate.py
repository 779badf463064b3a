"""What is known before the first step: that it will arrive, how fast, and how far it will have to walk.

    σ = √K at the start, H the Lipschitz constant of J, r the residual, R the disc's radius

While it walks, σ falls by no more than H a unit of way, and the walk takes r away, σ of it a unit:

    uniform   σ ≥ σ₀ − HR in the whole disc; the walk is at most |r₀|/(σ₀ − HR) ≤ R      h = 4H|r₀|/σ₀² ≤ 1
    along     σ ≥ σ₀ − Hs where it has walked s; ∫(σ₀ − Hs)ds ≤ |r₀|                     h = 2H|r₀|/σ₀² ≤ 1

    R = 2|r₀|/(σ₀(1 + √(1 − h))),   μ = (σ₀ − HR)²,   β = (σ₀ + HR)² + H|r₀|

*uniform* is Oymak & Soltanolkotabi's argument, arXiv:1812.10004, with our constants. Both are for gradient flow. In
gradient descent a step s takes at least s(σ − Hs/2) of |r| as long as r keeps its sign, which it does for
η(σ₀ + HR)²(1 + ηH|r₀|/2) ≤ 1: then R is the same. For larger steps |r₀|/(1 − ηβ/2) stands for |r₀|, for η < 2/β.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.bounds import Real, real
from core.polyak_lojasiewicz.systems import MOST_PLACE, System

PROOFS = {"uniform": 4.0, "along": 2.0}  # h in units of H|r₀|/σ₀²
SHARES = (1.0, 0.75, 0.55)  # of the largest disc that a certificate can have: those that H is certified on
ROUNDS = 60  # of the radius and the smoothness on its disc, which depend on one another
LONGEST = 1.0  # η of a step
LOST = 5e-8  # of σ₀: √(1 − h) of it is left, and h = 1 is known to a few roundings, its root to 10⁻⁸


@dataclass(frozen=True)
class Certificate:
    """What the start alone promises; nan where it promises nothing, and then ``why``."""

    h: float
    radius: float  # R: no longer than this is the walk
    mu: float  # the least K on the disc
    smoothness: float  # β: the largest curvature of L on the way
    rate: float  # L falls at least by this factor in each step
    why: str | None  # the assumption that is broken


def margin(
    system: System, w: Float[np.ndarray, "*batch 2"], proof: str
) -> tuple[Float[np.ndarray, "*batch"], Float[np.ndarray, "*batch"]]:
    """h and H at every point, for gradient flow: the smallest h of the discs on which H can be certified.

    A certificate's disc has a radius from |r|/σ to 2|r|/σ. H is taken on a disc that must hold the certificate's.
    """
    factor, w = _factor(proof), np.asarray(w, dtype=float)
    with np.errstate(all="ignore"):
        kernel, residual = np.asarray(system.kernel(w)), np.asarray(np.abs(system.residual(w)))
        sigma = np.asarray(np.sqrt(kernel))
        if not np.isnan(system.bend):
            return _h(factor, system.bend, residual, kernel), np.full(sigma.shape, system.bend)
        best, bend = np.full(sigma.shape, np.inf), np.full(sigma.shape, np.inf)
        for share in SHARES:
            reach = np.asarray(share * 2 * residual / sigma)
            found = system.bend_on(w, reach)
            h = _h(factor, found, residual, kernel)
            fits = (_radius(h, residual, sigma) <= reach * (1 + 1e-12)) & (h <= 1)
            better = np.where(fits, h < best, np.isinf(best) & (share == 1))
            best, bend = np.where(better, h, best), np.where(better, found, bend)
    return best, bend


def _factor(proof: str) -> float:
    if proof not in PROOFS:
        raise ValueError(f"proof must be one of {', '.join(PROOFS)}, got {proof[:40]!r}")
    return PROOFS[proof]


def _h(factor: float, bend: Real | np.ndarray, residual: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """h; infinite where K = 0, also with r = 0, and where nothing is known. By K, and not by a root squared again:
    where h is 1 at every start it is to be 1 for each of them."""
    h = factor * bend * residual / kernel
    return np.asarray(np.where((kernel > 0) & ~np.isnan(h), h, np.inf))


def _radius(h: np.ndarray | float, residual: np.ndarray | float, sigma: np.ndarray | float) -> np.ndarray | float:
    return 2 * residual / (sigma * (1 + np.sqrt(1 - h)))


def certify(system: System, start: tuple[float, float], step_size: Real, proof: str = "uniform") -> Certificate:
    """What the start promises of gradient descent with that step."""
    w = np.array([real("each coordinate of the start", v, -MOST_PLACE, MOST_PLACE) for v in start])
    step_size = real("step_size", step_size, 0, LONGEST)
    found, bent = margin(system, w, proof)
    h, bend = float(found), float(bent)
    with np.errstate(all="ignore"):
        sigma, residual = float(np.sqrt(system.kernel(w))), abs(float(system.residual(w)))
    if not np.isfinite([sigma, residual]).all() or sigma == 0 or not h <= 1:
        return Certificate(h, *4 * [np.nan], why="kernel_singular" if sigma == 0 else "certificate_above_one")
    radius = float(_radius(h, residual, sigma))
    if step_size * (sigma + bend * radius) ** 2 * (1 + step_size * bend * residual / 2) > 1:
        most = np.inf
        if np.isnan(system.bend):  # a step that may cross has a larger disc, and H has to be certified on that
            most = 2 * residual / sigma
            bend = float(system.bend_on(w, np.array(most)))
        return _with_long_steps(_factor(proof), radius, sigma, residual, bend, step_size, most)
    return _certificate(h, radius, sigma, residual, bend, step_size)


def _certificate(h: float, radius: float, sigma: float, residual: float, bend: float, eta: float) -> Certificate:
    left = sigma - bend * radius
    if left < LOST * sigma:  # h = 1: the slope may be gone where the walk ends
        left = 0.0
    mu, beta = left**2, (sigma + bend * radius) ** 2 + bend * residual
    return Certificate(h, radius, mu, beta, 1 - 2 * eta * mu * (1 - eta * beta / 2), None)


def _with_long_steps(
    factor: float, radius: float, sigma: float, residual: float, bend: float, eta: float, most: float
) -> Certificate:
    """The disc for steps that may cross the valley. Its radius makes β larger, and that the radius: from that of the
    flow upwards, their least common value. ``most``: the largest disc on which H is certified."""
    h, why = np.inf, "step_too_large"
    for _ in range(ROUNDS):
        beta = (sigma + bend * radius) ** 2 + bend * residual
        if eta * beta >= 2:
            break
        slowed = residual / (1 - eta * beta / 2)
        h = factor * bend * slowed / sigma**2
        why = "certificate_above_one"
        if h > 1 or (wider := float(_radius(h, slowed, sigma))) > most:
            break
        if wider <= radius * (1 + 1e-13):
            return _certificate(h, wider, sigma, residual, bend, eta)
        radius = wider
    return Certificate(h, *4 * [np.nan], why=why)
