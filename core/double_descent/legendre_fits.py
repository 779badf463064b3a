"""The functions behind the curve of ``legendre_sweep``: one data set, fitted with every number of polynomials."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.bounds import Real
from core.double_descent.legendre import legendre_features, legendre_fit
from core.double_descent.risk_view import sizes_of
from core.linear_algebra.minimum_norm import nested_predictions, nested_prefixes


@dataclass(frozen=True, eq=False)
class LegendreFits:
    """One data set fitted with every number of polynomials; x without unit, the rest in units of y."""

    sizes: Int[np.ndarray, " sizes"]
    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    grid: Float[np.ndarray, " grid"]  # x, denser beside the samples: spikes stand there
    truth: Float[np.ndarray, " grid"]
    fitted: Float[np.ndarray, "sizes grid"]


def legendre_fits(
    n: int, *, noise: Real, scaling: str = "plain", penalty: Real = 0.0, seed: int = 0, sizes: tuple[int, ...] = ()
) -> LegendreFits:
    """The fits to the first repetition of the sweep, all from two factorisations; at its sizes if none are given."""
    sizes = sizes or tuple(sizes_of("legendre", n).tolist())
    data = legendre_fit(1, n=n, noise=noise, seed=seed)
    beside = np.concatenate([data.x + shift for shift in (-0.006, 0.0, 0.006)])
    grid = np.unique(np.clip(np.concatenate([np.linspace(-1, 1, 181), beside]), -1, 1).round(6))
    at_data, at_grid = (legendre_features(x, int(sizes[-1]), scaling) for x in (data.x, grid))
    prefixes = nested_prefixes(at_data, np.asarray(sizes))
    weights = [prefix.coefficients(data.y[:, None], shift=float(penalty) * n) for prefix in prefixes]
    fitted = nested_predictions(at_grid, weights)[:, :, 0].T
    return LegendreFits(np.asarray(sizes), data.x, data.y, grid, np.interp(grid, data.grid, data.truth), fitted)


def three_fits(n: int, **settings) -> LegendreFits:
    """Below, at and far beyond the threshold."""
    return legendre_fits(n, sizes=(max(2, n // 4), n, 30 * n), **settings)
