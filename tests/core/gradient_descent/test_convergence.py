"""Theory on quadratics: the closed-form radii against eigenvalues of the update matrices, limits, tunings, rates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.gradient_descent.acceleration import (
    gradient_descent_bound,
    lower_bound,
    nesterov_bound,
    nesterov_flow,
    nesterov_momenta,
    worst_case,
)
from core.gradient_descent.convergence import (
    RULES,
    convergence_rate,
    escape_steps,
    fitted_rate,
    measured_rate,
    spectral_radius,
    stability_limit,
    stability_map,
    tuning,
)
from core.gradient_descent.descent import descend
from core.gradient_descent.optimizers import METHODS
from core.surfaces.classic import quadratic
from core.surfaces.named import SURFACES, from_expression
from tests.sampling import examples

pytestmark = pytest.mark.delicate

EIGENVALUES = np.array([1.0, 100.0])
LINEAR = ["gradient_descent", "heavy_ball", "nesterov", "newton"]


def update_matrix(curvature, method, eta, beta):
    shrink = 1 - eta * curvature
    top = {
        "gradient_descent": [shrink, 0],
        "heavy_ball": [shrink + beta, -beta],
        "nesterov": [shrink * (1 + beta), -shrink * beta],
        "newton": [1 - eta, 0],
    }[method]
    return np.array([top, [1, 0] if method in ("heavy_ball", "nesterov") else [0, 0]])


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(LINEAR), st.floats(-5, 200), st.floats(1e-3, 0.1), st.floats(0, 0.99))
def test_radius_equals_the_eigenvalues_of_the_update(method, curvature, eta, beta):
    known = np.abs(np.linalg.eigvals(update_matrix(curvature, method, eta, beta))).max()
    assert float(spectral_radius(curvature, method, eta, beta)) == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "step_size", "momentum", "radius", "tolerance"),
    [
        ("gradient_descent", 2 / 101, 0.0, 0.980198, 1e-6),
        ("heavy_ball", 4 / 121, (9 / 11) ** 2, 0.818182, 1e-6),
        ("nesterov", 1 / 100, 0.9 / 1.1, 0.9, 1e-6),
        ("nesterov", 4 / 301, (np.sqrt(301) - 2) / (np.sqrt(301) + 2), 0.884722, 1e-6),
    ],
)
def test_known_radii_at_condition_number_100(method, step_size, momentum, radius, tolerance):
    assert convergence_rate(EIGENVALUES, method, step_size=step_size, momentum=momentum) == pytest.approx(
        radius, abs=tolerance
    )


@pytest.mark.parametrize("method", LINEAR[:3])
@pytest.mark.parametrize("kappa", [1.0, 10.0, 100.0, 1e4])
def test_no_setting_beats_the_declared_best(method, kappa):
    eigenvalues = np.array([1.0, kappa])
    best = tuning(eigenvalues, method)
    radius = convergence_rate(eigenvalues, method, step_size=best.step_size, momentum=best.momentum)
    root, root3 = np.sqrt(kappa), np.sqrt(3 * kappa + 1)
    formula = {
        "gradient_descent": (kappa - 1) / (kappa + 1),
        "heavy_ball": (root - 1) / (root + 1),
        "nesterov": 1 - 2 / root3,
    }
    assert radius == pytest.approx(formula[method], abs=1e-6)
    momenta = np.zeros(1) if method == "gradient_descent" else np.linspace(0, 0.999, 400)
    others = stability_map(eigenvalues, method, np.linspace(0.1, 4, 400) / kappa, momenta)
    assert others.shape == (len(momenta), 400) and others.min() >= radius - 1e-6


@pytest.mark.parametrize(("method", "limits"), [("heavy_ball", (2, 3, 3.8)), ("nesterov", (2, 1.5, 1.357143))])
def test_stability_limits(method, limits):
    for beta, known in zip((0.0, 0.5, 0.9), limits, strict=True):
        limit = stability_limit(1.0, method, momentum=beta)
        assert limit == pytest.approx(known, abs=1e-6)
        below, above = (float(spectral_radius(1.0, method, limit * s, beta)) for s in (1 - 1e-6, 1 + 1e-6))
        assert below < 1 < above
    assert stability_limit(4.0, "gradient_descent", momentum=0.9) == 0.5
    assert stability_limit(-1.0, method, momentum=0.5) == 0 and stability_limit(0.0, method, momentum=0.5) == np.inf
    assert stability_limit(1e9, "newton", momentum=0.0) == 2


def test_the_measured_rates_of_twenty_modes():
    surface = quadratic(100.0, 20)
    eigenvalues = np.geomspace(1, 100, 20)
    eta = tuning(eigenvalues, "gradient_descent").step_size
    path = descend(surface, surface.start, "gradient_descent", step_size=eta, steps=400).path
    assert measured_rate(np.linalg.norm(path, axis=1), window=(200, 400)) == pytest.approx(0.980198, abs=1e-3)
    best = tuning(eigenvalues, "heavy_ball")
    path = descend(
        surface, surface.start, "heavy_ball", step_size=best.step_size, momentum=best.momentum, steps=300
    ).path
    distance = np.linalg.norm(path, axis=1)
    assert measured_rate(distance, window=(100, 300)) == pytest.approx(0.8226, abs=1e-3)  # k·ρᵏ, not ρᵏ
    assert measured_rate(distance, window=(100, 300), double_root=True) == pytest.approx(0.818182, abs=1e-3)


def test_measured_rate_meets_oscillation_and_rounding():
    k = np.arange(400)
    assert measured_rate(0.9**k) == pytest.approx(0.9, abs=1e-12)
    assert measured_rate(0.97**k * np.abs(np.cos(0.37 * k + 0.2))) == pytest.approx(0.97, abs=2e-3)
    assert measured_rate(np.maximum(0.5**k, 1e-15)) == pytest.approx(0.5, abs=1e-3)
    assert measured_rate(1.05**k) == pytest.approx(1.05, abs=1e-12)
    assert np.isnan(measured_rate(np.array([1.0, 0.0, 0.0, 0.0]))) and np.isnan(measured_rate(np.ones(3)))


def test_fitted_rate_is_exact_for_one_mode():
    k = np.arange(100.0)
    assert fitted_rate(-(0.9**k), 1) == pytest.approx(0.9, abs=1e-12)
    assert fitted_rate(0.9**k, 2) == pytest.approx(0.9, abs=1e-9)
    assert fitted_rate(0.9**k * np.cos(0.02 * k + 1), 2) == pytest.approx(0.9, abs=1e-9)
    assert fitted_rate(0.9**k * (3 + k), 2) == pytest.approx(0.9, abs=1e-6)
    assert fitted_rate(1.1**k - 0.5**k, 2) == pytest.approx(1.1, abs=1e-9)


def test_escape_steps():
    for y, gd in ((1e-3, 72.5), (1e-6, 145.0), (1e-9, 217.4)):
        predicted = escape_steps(1.0, y, "gradient_descent", curvature=-1.0, step_size=0.1, momentum=0.0)
        assert predicted == pytest.approx(gd, abs=0.1)
    assert escape_steps(1.0, 0.0, "heavy_ball", curvature=-1.0, step_size=0.1, momentum=0.9) == np.inf
    with pytest.raises(ValueError, match=r"got 1\.0"):
        escape_steps(1.0, 0.1, "heavy_ball", curvature=1.0, step_size=0.1, momentum=0.9)


@pytest.mark.parametrize("name", SURFACES)
def test_every_method_has_a_tuning_and_it_runs(name):
    surface = SURFACES[name]
    for method in METHODS:
        if method == "physical_ball":
            with pytest.raises(ValueError, match="no step size"):
                tuning(surface, method)
            continue
        best = tuning(surface, method, start=surface.start)
        assert best.rule in RULES and best.step_size > 0 and 0 <= best.momentum < 1
        descend(surface, surface.start, method, step_size=best.step_size, momentum=best.momentum, steps=50)


def test_tuning_rules():
    assert tuning(SURFACES["quadratic"], "heavy_ball").rule == "quadratic_optimum"
    assert tuning(SURFACES["rosenbrock"], "gradient_descent", start=np.array([-1.2, 1.0])).rule == "start_curvature"
    assert tuning(SURFACES["saddle"], "nesterov").rule == "surface_default"
    assert tuning(SURFACES["saddle"], "adam").rule == "domain_width"
    assert tuning(from_expression("x^4", np.array([[-1.0, 1.0]])), "heavy_ball").rule == "surface_default"
    with pytest.raises(ValueError, match="positive"):
        tuning(np.array([-1.0, 2.0]), "gradient_descent")
    with pytest.raises(ValueError, match="linear rate"):
        convergence_rate(EIGENVALUES, "adam", step_size=0.1, momentum=0.0)


def test_nesterovs_flow_solves_its_equation():
    time = np.array([5.0, 10.0, 20.0])
    x = nesterov_flow(2.0, 1.0, time)
    begin = 1e-6
    solution = solve_ivp(
        lambda t, s: [s[1], -3 / t * s[1] - 2 * s[0]],
        (begin, 20),
        [1, -begin / 2],
        "DOP853",
        time,
        rtol=1e-11,
        atol=1e-13,
    )
    np.testing.assert_allclose(x, solution.y[0], atol=1e-7)
    assert ((x**2) <= 2 / time**2).all()  # f − f* = x², R = 1
    np.testing.assert_allclose(np.abs(x), [0.0046887, 0.0218935, 0.0073271], atol=1e-6)


def test_nesterovs_method_follows_the_flow():
    surface, eta = quadratic(1.0, 1), 1e-4
    path = descend(surface, np.ones(1), "nesterov", step_size=eta, momentum=nesterov_momenta(1000), steps=1000).path[
        :, 0
    ]
    flow = nesterov_flow(1.0, 1.0, np.arange(1001) * np.sqrt(eta))
    assert np.abs(path - flow).max() < 0.02


@pytest.mark.parametrize(("k", "above", "below"), [(10, 2.72, 0.128), (30, 3.00, 0.140), (49, 3.09, 0.145)])
def test_no_first_order_method_beats_the_lower_bound(k, above, below):
    surface = worst_case(k)
    assert np.abs(surface.gradient(surface.minimizers)).max() < 1e-15
    distance = float(np.linalg.norm(surface.minimizers[0]))
    run = descend(surface, surface.start, "nesterov", step_size=1.0, momentum=nesterov_momenta(k), steps=k)
    gap = run.value[-1] - surface.minimum
    assert gap / lower_bound(k, 1.0, distance) >= 1 and gap / nesterov_bound(k, 1.0, distance) < 1
    sooner = nesterov_momenta(k + 1)[1:]  # momentum one step ahead of the sequence of the proof: a little better here
    gap = (
        descend(surface, surface.start, "nesterov", step_size=1.0, momentum=sooner, steps=k).value[-1] - surface.minimum
    )
    assert gap / lower_bound(k, 1.0, distance) == pytest.approx(above, abs=0.01)
    assert gap / nesterov_bound(k, 1.0, distance) == pytest.approx(below, abs=0.001)
    for method in ("gradient_descent", "heavy_ball"):
        run = descend(surface, surface.start, method, step_size=1.0, momentum=0.5, steps=k)
        assert run.value[-1] - surface.minimum >= lower_bound(k, 1.0, distance)
        if method == "gradient_descent":
            assert run.value[-1] - surface.minimum <= gradient_descent_bound(k, 1.0, distance)
