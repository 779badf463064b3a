"""The analytic kernels: the golden table, known special cases, and what must hold for any points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad

from core.neural_tangent_kernel import ACTIVATIONS, analytic_kernels
from tests.sampling import examples

pytestmark = pytest.mark.delicate

POINTS = np.array([(1, 0, 0), (0, 1, 0), (1, 1, 1), (-2, 0.5, 1)], dtype=float)
# Rows of the third point, σ_b² = 0.01, σ_w² = 2 (ReLU) or 1.5 (erf): neural-tangents 0.6.5 in double precision.
GOLDEN = {
    (1, "relu"): ("1.255664075324 1.255664075324 4.03 0.550975192487",
                  "0.784005963542 0.784005963542 2.02 0.700082196977"),
    (1, "erf"): ("0.725625569829 0.725625569829 1.908543243217 -0.17315774426",
                 "0.359563336544 0.359563336544 0.821637220108 -0.081438626009"),
    (2, "relu"): ("1.782507586535 1.782507586535 6.06 1.560328559264",
                  "0.863535008792 0.863535008792 2.03 1.238249689825"),
    (2, "erf"): ("0.940565917731 0.940565917731 2.411204912029 -0.165064252257",
                 "0.311363470321 0.311363470321 0.650650337924 -0.04595479608"),
    (3, "relu"): ("2.27778168291 2.27778168291 8.1 2.593120409389",
                  "0.925416613845 0.925416613845 2.04 1.574115314916"),
    (3, "erf"): ("1.154918498448 1.154918498448 3.010112073028 -0.161874525096",
                 "0.288600985112 0.288600985112 0.5839076307 -0.027415089135"),
}  # fmt: skip
CIRCLE = {
    1: (4, 2.5714785, 0.63661977, -0.25694862, 0),
    2: (6, 3.57097409, 1.37141727, 0.55323849, 0.63661977),
    3: (8, 4.46664744, 2.12077621, 1.35548704, 1.37141727),
}
HE = {"weight_variance": 2.0, "bias_variance": 0.0, "activation": "relu"}


def kernels(x, x2=None, **more):
    return analytic_kernels(x, x2, **{"depth": 2, "weight_variance": 1.5, "bias_variance": 0.3} | more)


@pytest.mark.parametrize(("depth", "activation"), GOLDEN)
def test_the_golden_table_of_neural_tangents(depth, activation):
    variance = {"relu": 2.0, "erf": 1.5}[activation]
    found = analytic_kernels(POINTS, depth=depth, activation=activation, weight_variance=variance, bias_variance=0.01)
    ntk, nngp = (np.array(row.split(), float) for row in GOLDEN[depth, activation])
    np.testing.assert_allclose(found.ntk[2], ntk, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.nngp[2], nngp, rtol=0, atol=1e-10)


@pytest.mark.parametrize("depth", CIRCLE)
def test_relu_on_the_circle(depth):
    angle = np.pi * np.arange(5) / 4
    x = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(analytic_kernels(x[:1], x, depth=depth, **HE).ntk[0], CIRCLE[depth], atol=1e-8)


def test_one_relu_layer_in_closed_form():
    theta = np.linspace(0, np.pi, 30)
    x = np.sqrt(2) * np.stack([np.cos(theta), np.sin(theta)], axis=1)
    expected = 2 / np.pi * (np.sin(theta) + 2 * (np.pi - theta) * np.cos(theta))
    np.testing.assert_allclose(analytic_kernels(x[:1], x, depth=1, **HE).ntk[0], expected, atol=1e-12)


@pytest.mark.parametrize("depth", [0, 1, 4, 10])
def test_the_diagonal_of_relu_grows_with_the_depth(depth):
    x = np.random.default_rng(0).standard_normal((6, 4))
    expected = (depth + 1) * 2 * np.mean(x**2, axis=1)
    np.testing.assert_allclose(np.diag(analytic_kernels(x, depth=depth, **HE).ntk), expected, rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_averages_are_the_integrals_they_stand_for(activation):
    """One hidden layer by two-dimensional quadrature."""
    x, w, b = np.array([[0.7], [-1.3]]), 1.5, 0.3
    cov = w * x @ x.T + b
    root = np.linalg.cholesky(cov)
    phi = ACTIVATIONS[activation].value

    def integrand(v, u):
        z = root @ np.array([u, v])
        return float(phi(z[:1])[0] * phi(z[1:])[0] * np.exp(-(u * u + v * v) / 2) / (2 * np.pi))

    expected = w * dblquad(integrand, -8, 8, -8, 8, epsabs=1e-7)[0] + b
    found = kernels(x, activation=activation, depth=1).nngp[0, 1]
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_half_the_work_gives_the_same_kernel(activation):
    x = np.random.default_rng(1).standard_normal((300, 5))
    half, whole = kernels(x, activation=activation), kernels(x, x.copy(), activation=activation)
    np.testing.assert_allclose(half.ntk, whole.ntk, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(half.nngp, whole.nngp, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(half.ntk, half.ntk.T, rtol=1e-12, atol=1e-12)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-3, 3)] * 3), min_size=1, max_size=8),
    st.integers(0, 6),
    st.sampled_from(list(ACTIVATIONS)),
    st.floats(0, 4),
    st.floats(0, 2),
)
def test_both_kernels_are_positive_semidefinite_and_theta_is_the_larger(rows, depth, activation, w, b):
    found = analytic_kernels(np.array(rows), depth=depth, activation=activation, weight_variance=w, bias_variance=b)
    for kernel in (found.nngp, found.ntk, found.ntk - found.nngp):
        size = max(1e-12, float(np.abs(found.ntk).max()))
        assert np.linalg.eigvalsh(kernel)[0] >= -1e-7 * size


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_points_at_the_origin_twice_and_opposite(activation):
    x = np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 2.0], [-1.0, -2.0], [1.0, 2.0 + 1e-12]])
    for b in (0.0, 0.5):
        found = kernels(x, activation=activation, bias_variance=b, depth=3)
        assert np.isfinite(found.ntk).all() and np.isfinite(found.nngp).all()
        np.testing.assert_allclose(found.ntk[1], found.ntk[2], rtol=1e-12)
        np.testing.assert_allclose(found.ntk[1, 1], found.ntk[1, 4], rtol=1e-9)
    assert (kernels(x, activation=activation, bias_variance=0.0).ntk[0] == 0).all()


def test_no_hidden_layer_is_a_linear_model():
    found = kernels(POINTS, activation="erf", depth=0)
    np.testing.assert_allclose(found.ntk, 1.5 * POINTS @ POINTS.T / 3 + 0.3, rtol=1e-14)
    np.testing.assert_allclose(found.nngp, found.ntk, rtol=1e-14)


def test_the_standard_parametrisation_has_the_same_nngp_and_a_kernel_that_grows_with_the_width():
    plain = kernels(POINTS, activation="erf")
    wide, wider = (kernels(POINTS, activation="erf", width=n) for n in (10**4, 10**6))
    np.testing.assert_allclose(wide.nngp, plain.nngp, rtol=1e-14)
    np.testing.assert_allclose(wider.ntk / wide.ntk, 100, rtol=1e-2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"depth": -1}, "depth must be a whole number from 0"),
        ({"depth": 51}, "to 50, got 51"),
        ({"activation": "tanh"}, "one of relu, erf"),
        ({"weight_variance": float("nan")}, "weight_variance must be a finite number"),
        ({"bias_variance": -1.0}, "bias_variance"),
        ({"width": 0}, "width"),
    ],
)
def test_what_is_out_of_range_is_named(more, said):
    with pytest.raises(ValueError, match=said):
        kernels(POINTS, **{"activation": "erf"} | more)


def test_points_must_be_finite_and_of_one_dimension():
    with pytest.raises(ValueError, match="finite"):
        kernels(np.array([[np.inf]]), activation="erf")
    with pytest.raises(ValueError, match="as many columns"):
        kernels(POINTS, np.ones((2, 2)), activation="erf")
