"""Power iteration converges as theory says, and random matrices do not line up."""

import numpy as np
import pytest
import torch

from core.linear_algebra.spectral_norm import fuss_catalan_edge, gaussian_products, spectral_norm

pytestmark = pytest.mark.delicate


@pytest.mark.parametrize("shape", [(200, 100), (7, 7), (1, 30), (30, 1)])
def test_it_is_the_largest_singular_value(shape):
    matrix = np.random.default_rng(1).standard_normal(shape)
    found = spectral_norm(matrix)
    assert found.norm == pytest.approx(float(torch.linalg.matrix_norm(torch.tensor(matrix), 2)), rel=1e-9)
    assert np.linalg.norm(matrix @ found.vector) == pytest.approx(found.norm, rel=1e-9)
    assert np.linalg.norm(found.vector) == pytest.approx(1)
    assert (np.diff(found.history) >= -1e-12 * found.norm).all(), "it only ever comes from below"


def test_torchs_spectral_norm_divides_by_it():
    layer = torch.nn.Linear(20, 30, bias=False, dtype=torch.float64)
    norm = spectral_norm(layer.weight.detach().numpy()).norm
    ours = layer.weight.detach() / norm
    wrapped = torch.nn.utils.parametrizations.spectral_norm(layer, n_power_iterations=500)
    np.testing.assert_allclose(wrapped.weight.detach().numpy(), ours.numpy(), rtol=1e-6)


def test_the_error_shrinks_by_the_fourth_power_of_the_ratio():
    matrix = np.random.default_rng(0).standard_normal((200, 100))
    values = np.linalg.svd(matrix, compute_uv=False)
    error = values[0] - spectral_norm(matrix, iterations=400, tolerance=0).history
    late = np.flatnonzero(error > 1e-8 * values[0])[-1]
    ratio = (error[late] / error[late - 20]) ** (1 / 20)
    assert ratio == pytest.approx((values[1] / values[0]) ** 4, rel=0.01)


def test_products_of_gaussian_matrices_end_at_the_edge():
    found = gaussian_products(6, size=600, seed=0)
    np.testing.assert_allclose(found.predicted, [2, 2.598, 3.079, 3.494, 3.864, 4.201], atol=1e-3)
    np.testing.assert_allclose(found.measured, found.predicted, rtol=0.06)
    np.testing.assert_allclose(found.measured[:3], found.predicted[:3], rtol=0.04)
    np.testing.assert_allclose(found.bound, 2.0 ** np.arange(1, 7), rtol=0.12)
    np.testing.assert_allclose(found.bound ** (1 / found.factors), 2, rtol=0.02)
    tolerances = np.array([found.tolerance(length) for length in found.factors])
    assert (np.abs(found.measured / found.predicted - 1) < tolerances).all()
    assert fuss_catalan_edge(2) == pytest.approx(np.sqrt(27 / 4))


@pytest.mark.parametrize("seed", range(6))
def test_the_matrices_of_the_page_are_within_the_declared_distance(seed):
    found = gaussian_products(seed=seed)
    tolerances = np.array([found.tolerance(length) for length in found.factors])
    assert (np.abs(found.measured / found.predicted - 1) < tolerances).all()
    assert (found.measured <= found.bound * (1 + 1e-6)).all()


def test_what_is_no_matrix_is_refused():
    for matrix in (np.zeros((0, 3)), np.array([[np.nan]]), np.array([[np.inf, 1.0]])):
        with pytest.raises(ValueError, match="finite entries"):
            spectral_norm(matrix)
    with pytest.raises(ValueError, match=r"factors.*from 1 to 8"):
        gaussian_products(9)
    assert spectral_norm(np.zeros((3, 2))).norm == 0
