"""The theory's claims about width, time and draw, measured: exponents, Gaussian process, PL."""

from dataclasses import replace

import numpy as np
import pytest

from core.neural_tangent_kernel import (
    ACTIVATIONS,
    MEASURES,
    Settings,
    Task,
    analytic_kernels,
    draw,
    ensemble_checks,
    ensemble_study,
    laziness,
    laziness_checks,
    linearised_predictions,
    posterior,
    sweep_checks,
    train_ensemble,
    width_sweep,
)
from core.neural_tangent_kernel.network import empirical_ntk
from core.neural_tangent_kernel.powers import exponent
from core.neural_tangent_kernel.widths import WidthSweep
from core.progress import finish


def sphere(n, d, seed=0):
    """Points with ‖x‖² = d, targets from N(0, 1); looked at where they are learned and at as many new ones."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((2 * n, d))
    x *= np.sqrt(d) / np.linalg.norm(x, axis=1, keepdims=True)
    places = np.arange(2.0 * n)
    return Task(x[:n], rng.standard_normal(n), places[:n], x, places)


WIDTHS = np.array([32, 64, 128, 256, 512])


@pytest.fixture(
    scope="module", params=[("relu", 1), ("relu", 2), ("erf", 1), ("erf", 2)], ids=lambda p: f"{p[0]}-{p[1]}"
)
def sweep(request):
    activation, depth = request.param
    settings = Settings(
        activation=activation, depth=depth, weight_std=2**0.5 if activation == "relu" else 1.5**0.5, bias_std=0.1
    )
    replicas = 10 if depth == 1 else 6
    return depth, finish(width_sweep(sphere(12, 5), settings, widths=WIDTHS, replicas=replicas, steps=300))


def test_1_the_kernel_at_the_start_fluctuates_as_one_over_root_n(sweep):
    assert sweep[1].exponent("fluctuation") == pytest.approx(-0.5, abs=0.12)


def test_2_the_kernel_drifts_faster_than_the_proven_one_over_root_n(sweep):
    assert -1.3 <= sweep[1].exponent("drift") <= -0.6


def test_3_the_layers_change_as_they_should_and_the_path_keeps_its_length(sweep):
    depth, found = sweep
    assert found.exponent("first") == pytest.approx(-0.5, abs=0.2)
    assert found.exponent("last") == pytest.approx(-0.5, abs=0.2)
    assert found.exponent("travel") == pytest.approx(0, abs=0.15)
    if depth > 1:
        assert found.exponent("hidden") == pytest.approx(-1, abs=0.2)
    else:
        assert np.isnan(found.exponent("hidden"))


def test_4_networks_leave_their_linearisation_by_less_the_wider_they_are(sweep):
    """Anywhere and at any time the proven n^−½; in the next test faster, where it has been learned."""
    assert sweep[1].exponent("departure") <= -0.5
    assert all(check.verdict == "holds" for check in sweep_checks(sweep[1], Settings(depth=sweep[0])))


def test_4_on_the_samples_it_ends_nearer_than_one_over_n():
    task, ends = sphere(12, 5), []
    for width in WIDTHS:
        networks = draw(5, int(width), 1, 10, activation="erf", weight_variance=1.5, bias_variance=0.01)
        kernel, start = empirical_ntk(networks, task.x), networks.outputs(task.x)
        eta = 1 / np.linalg.eigvalsh(kernel)[:, -1].max()
        run = finish(train_ensemble(networks, task.x, task.y, task.x, step_size=eta, step=np.array([0, 300])))
        linear = [
            linearised_predictions(k, k, f, f, task.y, np.array([300 * eta]), eta)[0]
            for k, f in zip(kernel, start, strict=True)
        ]
        ends.append(np.sqrt(np.mean((run.outputs[:, -1] - linear) ** 2)))
    assert exponent(WIDTHS, np.array(ends)) <= -1


def test_an_exponent_that_is_not_the_theorys_fails():
    widths = np.array([16, 32, 64])
    scattered = np.linspace(0.9, 1.1, 10)
    flat = WidthSweep(widths, np.ones((3, len(MEASURES), 1)) * scattered, (scattered,) * 3)
    found = {c.id: c.verdict for c in sweep_checks(flat, Settings(depth=2))}
    assert found == {f"sweep_{m}": "holds" if m == "travel" else "fails" for m in MEASURES}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_mean_of_many_kernels_is_the_analytic_one(activation):
    """One hidden layer: without bias at any width, here within four standard errors at width 20."""
    task = sphere(4, 3)
    found = empirical_ntk(draw(3, 20, 1, 4000, activation=activation, weight_variance=2.0, bias_variance=0.3), task.x)
    expected = analytic_kernels(task.x, depth=1, activation=activation, weight_variance=2.0, bias_variance=0.3).ntk
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()


def test_5_a_trained_ensemble_is_the_gaussian_process():
    """Width 128, 100 networks: mean within four standard errors, variance within 40 %."""
    task, settings = sphere(6, 3, seed=2), {"activation": "erf", "weight_variance": 1.5, "bias_variance": 0.01}
    networks = draw(3, 128, 1, 100, **settings)
    eta = 1 / np.linalg.eigvalsh(empirical_ntk(networks, task.x))[:, -1].max()
    run = finish(train_ensemble(networks, task.x, task.y, task.grid, step_size=eta, step=np.array([0, 4000])))
    new = task.grid[len(task.x) :]
    kernels = (analytic_kernels(*x, depth=1, **settings) for x in ((task.x,), (new, task.x), (new,)))
    process, found = posterior(*kernels, task.y), run.outputs[:, -1, len(task.x) :]
    error = found.std(axis=0, ddof=1) / 10
    assert (np.abs(found.mean(axis=0) - process.mean) < 4 * error).all()
    np.testing.assert_allclose(found.var(axis=0, ddof=1), process.deviation**2, rtol=0.4)


def test_5_on_the_pages_own_data_at_every_time():
    settings = Settings()
    found = finish(ensemble_study(sphere(5, 3), settings, width=128, count=60, steps=300))
    assert all(check.verdict == "holds" for check in ensemble_checks(found, settings))
    off = np.abs(found.outputs.mean(axis=0) - found.mean)
    scale = np.maximum(found.deviation, 0.1 * found.deviation.max(axis=1, keepdims=True)) / np.sqrt(60)
    assert (off < 4.5 * scale).all()


def test_5_an_ensemble_of_something_else_is_not():
    settings = Settings()
    found = finish(ensemble_study(sphere(5, 3), settings, width=128, count=30, steps=100))
    shifted, spread = 2 * found.deviation[-1], found.mean[-1] + 3 * (found.outputs - found.mean[-1])
    left = found.outputs[:, -1] - found.linear
    others = {
        "ensemble_mean": (
            replace(found, outputs=found.outputs + shifted, linear=found.linear + shifted),
            replace(found, mean=found.mean + shifted),
        ),
        "ensemble_spread": (
            replace(found, outputs=spread, linear=spread[:, -1] - left),
            replace(found, covariance=9 * found.covariance),
            replace(found, covariance=found.covariance / 9),
        ),
    }
    for name, changed in others.items():
        for one in changed:
            assert {c.id: c.verdict for c in ensemble_checks(one, settings)}[name] == "fails"


def test_an_ensemble_of_one_network_has_no_spread_to_speak_of():
    settings = Settings()
    found = finish(ensemble_study(sphere(5, 3), settings, width=8, count=1, steps=10))
    assert {check.verdict for check in ensemble_checks(found, settings)} == {"does not apply"}


def test_the_kernel_moves_as_one_over_alpha_and_the_wider_the_sooner_it_is_lazy():
    found = finish(laziness(sphere(5, 3), Settings()))
    (check,) = laziness_checks(found, "erf")
    assert check.verdict == "holds" and check.predicted == -1
    assert (np.diff(found.drift, axis=0)[:, 2:] < 0).all(), "wider moves less, at every α"
    borders = [found.border(place) for place in range(3)]
    assert borders[0] > borders[1] > borders[2]
    assert laziness_checks(found, "relu")[0].verdict == "does not apply"
