"""The output's density to order 0 and to order 1 in 1/n, and how far each is from the exact one.

    p⁰ = φ(z)          p¹/n = (Σ_l c/8n_l) He₄(z) φ(z), He₄ = z⁴ − 6z² + 3

He₄ is lowest at z = √3, −6: there the sum turns negative as soon as Σ_l c/n_l > 4/3. Bins are integrated, by
∫He₄ φ = −He₃ φ: a density that is infinite at 0 has bins all the same.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from core.bounds import floats
from core.finite_width.density import Density, output_distribution
from core.finite_width.draws import valid
from core.finite_width.law import Law

EDGES = np.linspace(-4.0, 4.0, 65)  # of the bins of z, in units of √E z²


def ratio(widths: Sequence[int]) -> float:
    """Σ 1/n_l: L/n where all widths are the same."""
    return float(sum(1 / width for width in valid(widths)))


def negative_from(law: Law) -> float:
    """The ratio Σ 1/n_l from which on Gaussian + 1/n is negative somewhere."""
    return 4 / (3 * law.c)


def edgeworth(z: Float[np.ndarray, " points"], law: Law, widths: Sequence[int]) -> Float[np.ndarray, "2 points"]:
    """p⁰ and p⁰ + p¹/n at z."""
    z = floats("z", z)
    bell = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return np.stack([bell, bell * (1 + law.c * ratio(widths) / 8 * (z**4 - 6 * z**2 + 3))])


def edgeworth_bins(strength: float, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "2 bins"]:
    """What p⁰ and p⁰ + p¹/n put into each bin. ``strength``: Σ c/n_l."""
    edges = floats("edges", edges)
    bell = np.exp(-edges * edges / 2) / np.sqrt(2 * np.pi)
    plain = np.diff(ndtr(edges))
    return np.stack([plain, plain - strength / 8 * np.diff((edges**3 - 3 * edges) * bell)])


def exact_bins(density: Density, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "layers bins"]:
    """What the exact law puts into each bin, after each layer."""
    return np.diff(output_distribution(density, edges), axis=1)


def distances(density: Density, strengths: Float[np.ndarray, " layers"]) -> Float[np.ndarray, "layers 2"]:
    """Total variation between the exact output and each order: half of the sum over bins that reach far out."""
    edges = np.concatenate([[-40.0], np.linspace(-8, 8, 161), [40.0]])
    exact = exact_bins(density, edges)
    found = []
    for row, strength in zip(exact, strengths, strict=True):
        missing = 1 - row.sum()  # beyond the last edges
        found.append(np.abs(row - edgeworth_bins(float(strength), edges)).sum(axis=1) / 2 + missing / 2)
    return np.array(found)


def remainder(law: Law, widths: Sequence[int]) -> float:
    """Total variation of what order 1 leaves out, to order 1/n²: of the output's density

    p²/n² = [(m₂ − Σc/n)/8 He₄ + m₃/48 He₆ + m₄/384 He₈] φ        m_k moments of S − 1, to that order
    """
    inverse = 1 / np.array(valid(widths), dtype=float)
    first = law.c * inverse.sum()
    second = (first**2 - law.c**2 * (inverse**2).sum()) / 2
    own = law.moments(widths[0])  # the third moment of s − 1 is a number over n²
    third = float((own[3] - 3 * own[2] + 2) * widths[0] ** 2 * (inverse**2).sum()) + 6 * second
    z = np.linspace(-12.0, 12.0, 2401)
    terms = np.zeros(9)
    terms[[4, 6, 8]] = second / 8, third / 48, 3 * first**2 / 384
    bell = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return float(np.abs(np.polynomial.hermite_e.hermeval(z, terms) * bell).sum() * (z[1] - z[0]) / 2)
