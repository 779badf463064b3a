"""Surfaces: derivatives against autograd, known minima, and a person's own surface."""

import time

import numpy as np
import pytest
import scipy.optimize
import torch

from core.formulas.expressions import ExpressionError, parse
from core.surfaces.classic import quadratic
from core.surfaces.named import SURFACES, from_expression

FORMULAS = {
    "quartic": "x^4 - 40*x^2 - 100*x",
    "quadratic": "(x^2 + 100*y^2)/2",
    "rosenbrock": "(1-x)^2 + 100*(y-x^2)^2",
    "himmelblau": "(x^2+y-11)^2 + (x+y^2-7)^2",
    "beale": "(1.5-x+x*y)^2 + (2.25-x+x*y^2)^2 + (2.625-x+x*y^3)^2",
    "saddle": "(x^2-y^2)/2",
    "rastrigin": "20+x^2+y^2-10*cos(2*pi*x)-10*cos(2*pi*y)",
    "styblinski_tang": "(x^4-16*x^2+5*x+y^4-16*y^2+5*y)/2",
}  # fmt: skip


def as_torch(name):
    text = FORMULAS[name].replace("^", "**")
    names = {"cos": torch.cos, "pi": torch.pi}
    return lambda p: eval(text, names | {"x": p[0], "y": p[-1]})


def inside(surface, count=20, seed=0):
    return np.random.default_rng(seed).uniform(*surface.domain.T, (count, surface.dimension))


@pytest.mark.parametrize("name", SURFACES)
def test_derivatives_equal_autograd(name):
    surface, function = SURFACES[name], as_torch(name)
    points = inside(surface)
    values, gradients, hessians = surface.value(points), surface.gradient(points), surface.hessian(points)
    for point, value, gradient, hessian in zip(points, values, gradients, hessians, strict=True):
        p = torch.tensor(point, dtype=torch.float64)
        np.testing.assert_allclose(value, function(p), rtol=1e-11, atol=1e-9)
        np.testing.assert_allclose(gradient, torch.func.grad(function)(p), rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(hessian, torch.func.hessian(function)(p), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_batches_of_any_shape_equal_single_points(name):
    surface = SURFACES[name]
    points = inside(surface, 12).reshape(3, 4, surface.dimension)
    for function, more in ((surface.value, 0), (surface.gradient, 1), (surface.hessian, 2)):
        batched = function(points)
        assert batched.shape == (3, 4, *[surface.dimension] * more)
        np.testing.assert_array_equal(batched[1, 2], function(points[1, 2]))


@pytest.mark.parametrize("name", SURFACES)
def test_minimizers_are_minima_and_the_lowest_is_first(name):
    surface = SURFACES[name]
    if name == "saddle":
        assert surface.minimizers.shape == (0, 2) and surface.minimum == -np.inf
        return
    assert np.abs(surface.gradient(surface.minimizers)).max() < 1e-9
    assert np.linalg.eigvalsh(surface.hessian(surface.minimizers)).min() > 0
    values = surface.value(surface.minimizers)
    assert surface.minimum == values.min() == values[0]
    assert ((surface.start >= surface.domain[:, 0]) & (surface.start <= surface.domain[:, 1])).all()


def test_known_numbers():
    x = inside(SURFACES["rosenbrock"])
    np.testing.assert_allclose(SURFACES["rosenbrock"].value(x), scipy.optimize.rosen(x.T), rtol=1e-12)
    eigenvalues = np.linalg.eigvalsh(SURFACES["rosenbrock"].hessian(np.ones(2)))
    np.testing.assert_allclose(eigenvalues, [0.39936, 1001.6006], atol=1e-4)
    assert eigenvalues[1] / eigenvalues[0] == pytest.approx(2508.0096, abs=1e-3)
    himmelblau = SURFACES["himmelblau"]
    assert himmelblau.value(np.array([-0.2708446, -0.9230386])) == pytest.approx(181.6165215, abs=1e-6)
    beale = SURFACES["beale"]
    np.testing.assert_allclose(np.linalg.eigvalsh(beale.hessian(beale.minimizers[0])), [0.30146, 48.97979], atol=1e-4)
    assert beale.value(np.array([0.0, 1.0])) == 14.203125 and not beale.gradient(np.array([0.0, 1.0])).any()
    np.testing.assert_allclose(SURFACES["rastrigin"].hessian(np.zeros(2)), (2 + 40 * np.pi**2) * np.eye(2))
    assert SURFACES["styblinski_tang"].minimum == pytest.approx(-78.3323314, abs=1e-6)
    assert len(SURFACES["styblinski_tang"].minimizers) == 4 and len(SURFACES["rastrigin"].minimizers) == 121


def test_the_quartic_of_the_notes_done_right():
    quartic = SURFACES["quartic"]
    critical = np.array([[5.0], [-(5 + np.sqrt(5)) / 2], [-(5 - np.sqrt(5)) / 2]])
    np.testing.assert_allclose(quartic.gradient(critical), 0, atol=1e-12)
    np.testing.assert_allclose(quartic.value(critical), [-875, 9.5491503, 65.4508497], atol=1e-6)
    np.testing.assert_allclose(quartic.hessian(critical)[:, 0, 0], [220, 77.0820, -57.0820], atol=1e-4)
    np.testing.assert_array_equal(quartic.minimizers, critical[:2])


def test_only_the_quadratic_and_the_saddle_are_quadratic():
    assert [name for name, surface in SURFACES.items() if surface.is_quadratic] == ["quadratic", "saddle"]
    assert quadratic(7.0, 5).hessian(np.zeros((2, 5))).shape == (2, 5, 5)
    with pytest.raises(ValueError, match=r"\[1, 1e6\]; got 0.5"):
        quadratic(0.5)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in ("saddle", "rastrigin")])
def test_a_persons_own_formula_is_the_same_surface(name):
    known = SURFACES[name]
    own = from_expression(FORMULAS[name], known.domain)
    points = inside(known)
    np.testing.assert_allclose(own.gradient(points), known.gradient(points), rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(own.hessian(points), known.hessian(points), rtol=1e-9, atol=1e-8)
    assert own.minimizers.shape == known.minimizers.shape
    for minimizer in known.minimizers:
        assert np.abs(own.minimizers - minimizer).max(axis=1).min() < 1e-8
    assert own.minimum == pytest.approx(known.minimum, abs=1e-9)


def test_own_surfaces_without_a_smooth_minimum():
    box = np.array([[-5.0, 6.0], [-5.0, 5.0]])
    assert np.abs(from_expression("abs(x) + abs(y)", box).minimizers).max() < 1e-9
    assert from_expression("exp(x)", box).minimizers.shape == (0, 1)
    assert from_expression("exp(x)", box).minimum == -np.inf
    assert len(from_expression("y^2", box).minimizers) == 32  # a valley is represented, not listed
    assert from_expression("log(x)^2", box).minimizers[0, 0] == pytest.approx(1, abs=1e-9)
    assert from_expression("x*y", np.array([[-1.0, 2.0]])).domain.tolist() == [[-1, 2], [-1, 2]]


@pytest.mark.parametrize("domain", [[[1.0, 0.0]], [[0.0, np.nan]], [[0.0, np.inf]], [[-1e7, 1e7]]])
def test_bad_domains_are_refused(domain):
    with pytest.raises(ValueError, match="lower < upper"):
        from_expression("x", np.array(domain))


def test_a_formula_that_is_not_real_on_the_domain_is_refused():
    with pytest.raises(ExpressionError) as error:
        from_expression("log(x)", np.array([[-2.0, -1.0]]))
    assert error.value.code == "not_real"
    assert parse("log(x)").text == "log(x)"


def test_the_first_view_needs_neither_sympy_nor_torch():
    import subprocess
    import sys

    begin = time.perf_counter()
    code = "import core.gradient_descent, core.surfaces.named, sys; print({'sympy', 'torch', 'scipy'} & {*sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()" and time.perf_counter() - begin < 20


@pytest.mark.parametrize("name", [*SURFACES, "expression"])
def test_whole_numbers_mean_the_same_as_their_floats(name):
    surface = SURFACES[name] if name in SURFACES else from_expression("x^4 - x*y^3", np.array([[-2.0, 2.0]]))
    points = np.array([[60000, 3], [-70000, 2], [3, 2]])[:, : surface.dimension]
    for function in (surface.value, surface.gradient, surface.hessian):
        np.testing.assert_array_equal(function(points), function(points.astype(float)))
        np.testing.assert_array_equal(function(points[0]), function(points[0].astype(float)))
        assert function(points[:0]).shape[0] == 0
        with pytest.raises(ValueError, match=f"must have {surface.dimension} coordinates"):
            function(np.zeros((4, 3)))
    if name == "himmelblau":
        assert surface.value(points[0]) > 1e19
