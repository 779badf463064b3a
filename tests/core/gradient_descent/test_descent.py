"""Runs: step for step with torch, the quartic of the notes, divergence, and the checks, which can fail."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.gradient_descent import METHODS, descend
from core.gradient_descent.checks import BROKEN_ASSUMPTIONS, CHECKS, checks
from core.gradient_descent.convergence import tuning
from core.gradient_descent.optimizers import Setting
from core.gradient_descent.rolling_ball import roll
from core.surfaces.classic import quadratic
from core.surfaces.named import SURFACES, from_expression
from tests.sampling import examples

ITERATIVE = [method for method, rule in METHODS.items() if rule.update is not None]
QUARTIC = SURFACES["quartic"]


def torch_path(surface, start, optimiser, steps):
    p = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    optimiser, path = optimiser([p]), [np.array(start, float)]
    for _ in range(steps):
        p.grad = torch.tensor(surface.gradient(p.detach().numpy()))
        optimiser.step()
        path.append(p.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau", "quartic", "styblinski_tang"])
@pytest.mark.parametrize(
    ("method", "optimiser", "step_size"),
    [
        ("gradient_descent", lambda p: torch.optim.SGD(p, lr=1e-3), 1e-3),
        ("heavy_ball", lambda p: torch.optim.SGD(p, lr=2e-4, momentum=0.9), 2e-4),
        ("adam", lambda p: torch.optim.Adam(p, lr=0.05), 0.05),
        ("rmsprop", lambda p: torch.optim.RMSprop(p, lr=0.01), 0.01),
    ],
)
def test_every_step_equals_torch(name, method, optimiser, step_size):
    surface = SURFACES[name]
    ours = descend(surface, surface.start, method, step_size=step_size, momentum=0.9, steps=100).path
    np.testing.assert_allclose(ours, torch_path(surface, surface.start, optimiser, 100), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau"])
def test_torchs_nesterov_parameter_is_the_point_ahead(name):
    surface, beta = SURFACES[name], 0.9
    x = descend(surface, surface.start, "nesterov", step_size=2e-4, momentum=beta, steps=100).path
    ahead = x[1:] + beta * np.diff(x, axis=0)
    theirs = torch_path(
        surface, surface.start, lambda p: torch.optim.SGD(p, lr=2e-4, momentum=beta, nesterov=True), 100
    )
    np.testing.assert_allclose(ahead, theirs[1:], rtol=1e-12, atol=1e-12)


def test_heavy_ball_with_the_step_inside_is_the_same():
    surface, eta, beta = SURFACES["himmelblau"], 1e-3, 0.8
    x = [surface.start, surface.start]
    for _ in range(50):
        x.append(x[-1] - eta * surface.gradient(x[-1]) + beta * (x[-1] - x[-2]))
    ours = descend(surface, surface.start, "heavy_ball", step_size=eta, momentum=beta, steps=50).path
    np.testing.assert_allclose(ours, x[1:], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("step_size", "start", "ends"),
    [
        (0.009, 4.95, [5.0, 5.0]),
        (0.0092, 4.95, [4.6737, 5.2766]),  # a 2-cycle around the global minimum
        (0.02, 4.95, [-3.618034, -3.618034]),  # jumps out, to the worse minimum
        (0.0255, -4.2, [-3.618034, -3.618034]),
    ],
)
def test_the_quartic_of_the_notes(step_size, start, ends):
    path = descend(QUARTIC, np.array([start]), "gradient_descent", step_size=step_size, steps=5000).path[:, 0]
    np.testing.assert_allclose(np.sort(path[-2:]), ends, atol=1e-4)


def test_the_quartic_cycles_above_both_limits():
    path = descend(QUARTIC, np.array([4.95]), "gradient_descent", step_size=0.012, steps=5000).path[-200:, 0]
    assert (np.diff(np.sign(path - 5)) != 0).all() and 2.4 < path.min() < 2.9 and 5.5 < path.max() < 6.1
    assert len(np.unique(path.round(6))) > 100  # from side to side for ever, but no 2-cycle: it never repeats
    cycle = descend(QUARTIC, np.array([-4.2]), "gradient_descent", step_size=0.0265, steps=5000).path[:, 0]
    assert abs(cycle[-1] - cycle[-3]) < 1e-9 < 0.1 < abs(cycle[-1] - cycle[-2])


def test_newton_converges_quadratically_and_solves_a_quadratic_at_once():
    error = np.abs(descend(QUARTIC, np.array([6.0]), "newton", step_size=1, steps=4).path[:, 0] - 5)
    np.testing.assert_allclose((error[1:] / error[:-1] ** 2)[:4], [0.1932, 0.2526, 0.27167, 0.272725], rtol=1e-3)
    assert (error[4] / error[3] ** 2) == pytest.approx(120 / 440, rel=1e-4)
    surface = quadratic(1e4)
    assert np.abs(descend(surface, surface.start, "newton", step_size=1, steps=1).path[-1]).max() < 1e-15
    surface = quadratic(50.0, 3)
    assert np.abs(descend(surface, surface.start, "newton", step_size=1, steps=1).path[-1]).max() < 1e-15


def test_first_steps_and_adams_largest_step():
    start, g = np.array([1.5, -1.2]), SURFACES["himmelblau"].gradient(np.array([1.5, -1.2]))
    step = np.diff(descend(SURFACES["himmelblau"], start, "adam", step_size=0.01, steps=1).path, axis=0)[0]
    np.testing.assert_allclose(step, -0.01 * np.sign(g), atol=1e-8)
    step = np.diff(descend(SURFACES["himmelblau"], start, "rmsprop", step_size=0.01, steps=1).path, axis=0)[0]
    np.testing.assert_allclose(step, -0.1 * np.sign(g), atol=1e-7)
    # a gradient after 5000 zeros: (1 - 0.9)/sqrt(1 - 0.999) = 3.162 times the step size, nearly
    slope = [0.0]
    silent = dataclasses.replace(SURFACES["quartic"], gradient=lambda x: np.full_like(x, slope[0]))
    x, memory = np.zeros(1), (np.zeros(1), np.zeros(1))
    for k in range(1, 5002):
        slope[0] = float(k == 5001)
        before = x
        x, memory = METHODS["adam"].update(silent, x, memory, Setting(1.0, 0.9, k, 5001, np.random.default_rng(0)))
    assert before[0] == 0 and abs(x[0]) == pytest.approx(3.1516, rel=1e-3)


@settings(max_examples=examples(25), deadline=None)
@given(
    st.sampled_from([m for m in ITERATIVE if not METHODS[m].is_stochastic]),
    st.sampled_from(list(SURFACES)),
    st.floats(1e-4, 0.1),
    st.floats(0, 0.99),
)
def test_a_batch_is_every_start_on_its_own(method, name, step_size, momentum):
    surface = SURFACES[name]
    starts = np.random.default_rng(0).uniform(*surface.domain.T, (2, 3, surface.dimension))
    options = {"step_size": step_size, "momentum": momentum, "steps": 30}
    batch = descend(surface, starts, method, **options)
    for i in np.ndindex(2, 3):
        alone = descend(surface, starts[i], method, **options)
        np.testing.assert_allclose(batch.path[:, *i], alone.path, rtol=1e-9, atol=1e-9)
        assert batch.diverged_at[i] == alone.diverged_at and batch.left_domain_at[i] == alone.left_domain_at


def test_divergence_is_reported_and_the_rest_is_nan(recwarn):
    run = descend(QUARTIC, np.array([[4.95], [4.9], [5.0]]), "gradient_descent", step_size=0.05, steps=50)
    assert run.diverged.tolist() == [True, True, False]
    for i in (0, 1):
        at = run.diverged_at[i]
        assert np.isfinite(run.path[:at, i]).all() and np.isnan(run.path[at:, i]).all() and np.isnan(run.value[at, i])
        assert 0 < run.left_domain_at[i] <= at
    assert run.left_domain_at[2] == -1 and run.diverged_at[2] == -1
    own = from_expression("sqrt(x)", np.array([[0.1, 5.0]]))  # below 0 there is nothing to descend
    assert descend(own, np.array([0.2]), "gradient_descent", step_size=1.0, steps=20).diverged
    assert not recwarn.list


@pytest.mark.parametrize("method", ["random_search", "simulated_annealing"])
def test_chance_is_the_seeds_and_search_finds_the_valley(method):
    surface = SURFACES["himmelblau"]
    options = {"step_size": tuning(surface, method).step_size, "steps": 2000}
    first, again, other = (descend(surface, surface.start, method, seed=s, **options) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.path, again.path)
    assert not np.array_equal(first.path, other.path)
    assert first.value[-1] < 1
    if method == "random_search":
        assert (np.diff(first.value) <= 0).all()
    else:
        assert (np.diff(first.value[:200]) > 0).any()  # it also climbs


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, r"steps must be in \[1, 5000\]; got 0"),
        ({"steps": 5001}, "got 5001"),
        ({"step_size": 0.0}, r"step_size must be in \(0, .*got 0.0"),
        ({"step_size": np.nan}, "step_size .* got nan"),
        ({"momentum": 1.0}, r"momentum must be in \[0, 1\); got 1.0"),
        ({"momentum": -0.1}, "got -0.1"),
        ({"method": "sgd"}, "gradient_descent, .*got 'sgd'"),
        ({"method": "physical_ball"}, "got 'physical_ball'"),
        ({"start": np.array([9.0, 0.0])}, r"in the domain .*got \[9.0, 0.0\]"),
        ({"start": np.array([np.nan, 0.0])}, r"got \[nan, 0.0\]"),
        ({"start": np.zeros(3)}, r"2 coordinates .*\(3,\)"),
        ({"start": np.zeros((3000, 2)), "steps": 5000}, "at most 20000000"),
    ],
)
def test_bad_arguments_are_named(change, message):
    options = {"start": np.zeros(2), "method": "adam", "step_size": 0.1, "momentum": 0.9, "steps": 10} | change
    with pytest.raises(ValueError, match=message):
        descend(SURFACES["himmelblau"], options.pop("start"), options.pop("method"), **options)


def race(name, start, method, ball=None, **options):
    surface = SURFACES[name] if isinstance(name, str) else name
    run = descend(surface, np.array(start), method, **options)
    found = {check.id: check for check in checks(surface, {method: run}, ball)}
    assert set(found) <= set(CHECKS)
    assert {check.broken_assumption for check in found.values()} <= {None, *BROKEN_ASSUMPTIONS}
    return {key: (check.verdict, check.broken_assumption) for key, check in found.items()}, found


HOLDS = ("holds", None)


@pytest.mark.parametrize(
    ("name", "start", "method", "step_size", "momentum", "steps", "rate", "limit"),
    [
        ("quartic", [4.95], "gradient_descent", 0.009, 0, 400, HOLDS, HOLDS),
        ("quartic", [4.95], "gradient_descent", 0.0092, 0, 1000, "oscillates", HOLDS),
        ("quartic", [4.95], "gradient_descent", 0.012, 0, 400, "far_from_minimum", "far_from_minimum"),
        ("quartic", [4.95], "gradient_descent", 0.02, 0, 400, HOLDS, HOLDS),
        ("quartic", [4.95], "gradient_descent", 0.05, 0, 400, "diverged", "diverged"),
        ("quartic", [5.0], "gradient_descent", 0.05, 0, 400, "starts_at_minimum", "starts_at_minimum"),
        ("quartic", [6.0], "newton", 1.0, 0, 50, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "gradient_descent", 2 / 101, 0, 200, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "gradient_descent", 0.001, 0, 200, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "gradient_descent", 0.0201, 0, 200, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "gradient_descent", 0.1, 0, 200, HOLDS, HOLDS),
        ("quadratic", [0.0, 1.2], "gradient_descent", 0.001, 0, 200, "mixed_modes", "mixed_modes"),
        ("quadratic", [1.6, 1.2], "heavy_ball", 4 / 121, (9 / 11) ** 2, 200, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "heavy_ball", 0.01, 0.9, 300, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "heavy_ball", 0.039, 0.9, 300, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "nesterov", 0.01, 9 / 11, 200, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "nesterov", 0.0137, 0.9, 300, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "newton", 1.0, 0, 20, HOLDS, HOLDS),
        ("quadratic", [1.6, 1.2], "newton", 0.3, 0, 100, HOLDS, HOLDS),
        ("rosenbrock", [-1.2, 1.0], "gradient_descent", 0.001, 0, 200, "not_converged", "not_converged"),
        ("rosenbrock", [1.1, 1.2], "gradient_descent", 0.001, 0, 5000, "unsettled", HOLDS),
        ("rosenbrock", [-1.2, 1.0], "newton", 1.0, 0, 50, HOLDS, HOLDS),
        ("himmelblau", [-0.5, -2.5], "newton", 1.0, 0, 50, "not_a_minimum", "not_a_minimum"),
        ("himmelblau", [-0.5, -2.5], "heavy_ball", 0.003, 0.9, 300, HOLDS, HOLDS),
        (from_expression("x^4", np.array([[-1.0, 1.0]])), [0.5], "gradient_descent", 0.1, 0, 400)
        + ("not_strongly_convex",) * 2,
    ],
)  # fmt: skip
def test_rate_and_limit_checks(name, start, method, step_size, momentum, steps, rate, limit):
    verdicts, _ = race(name, start, method, step_size=step_size, momentum=momentum, steps=steps)
    expected = {f"rate_{method}": rate, "stability_limit": limit}
    assert verdicts == {key: value if value == HOLDS else ("does not apply", value) for key, value in expected.items()}


@pytest.mark.parametrize("name", [name for name, surface in SURFACES.items() if len(surface.minimizers)])
def test_the_default_of_every_surface_never_contradicts_theory(name):
    surface = SURFACES[name]
    for method in ("gradient_descent", "heavy_ball", "nesterov"):
        for scale in (0.1, 0.5, 1.0, 2.0):
            verdicts, found = race(
                name, surface.start, method, step_size=scale * surface.step_size, momentum=0.7, steps=1000
            )
            assert "fails" not in {verdict for verdict, _ in verdicts.values()}, (method, scale, found)


def test_a_false_prediction_fails():
    surface = SURFACES["quadratic"]
    run = descend(surface, surface.start, "gradient_descent", step_size=0.015, steps=300)
    wrong = dataclasses.replace(run, step_size=0.005)  # as if another step size had been used
    assert {c.id: c.verdict for c in checks(surface, {"gradient_descent": wrong})}["rate_gradient_descent"] == "fails"
    run = descend(QUARTIC, np.array([4.95]), "gradient_descent", step_size=0.008, steps=300)
    wrong = dataclasses.replace(run, step_size=0.03)
    assert {c.verdict for c in checks(QUARTIC, {"gradient_descent": wrong})} == {"fails"}
    adam = descend(surface, surface.start, "adam", step_size=0.015, steps=3)
    assert checks(surface, {"adam": dataclasses.replace(adam, step_size=0.0151)})[0].verdict == "fails"


@pytest.mark.parametrize(("method", "seen"), [("gradient_descent", (73, 145, 218)), ("heavy_ball", (27, 52, 77))])
def test_steps_to_leave_the_saddle(method, seen):
    for y, steps in zip((1e-3, 1e-6, 1e-9), seen, strict=True):
        verdicts, found = race("saddle", [1.5, y], method, step_size=0.1, momentum=0.9, steps=300)
        assert steps - 1 < found["saddle_escape"].measured <= steps and verdicts["saddle_escape"] == HOLDS
    assert (
        race("saddle", [1.5, 0.0], method, step_size=0.1, steps=300)[0]["saddle_escape"] == HOLDS
    )  # never, as predicted
    assert race("saddle", [1.5, 1e-9], method, step_size=0.1, steps=20)[0]["saddle_escape"][1] == "too_few_steps"
    assert race("saddle", [1.5, 1.1], method, step_size=0.1, steps=20)[0]["saddle_escape"][1] == "starts_outside"


def test_first_step_and_ball_checks():
    ball = roll(SURFACES["himmelblau"], np.array([0.0, 0.5]), duration=5)
    verdicts, _ = race("himmelblau", [0.0, 0.5], "adam", ball, step_size=0.1, steps=3)
    assert verdicts == {"adam_first_step": HOLDS, "ball_energy": HOLDS}
    assert race("himmelblau", [0.0, 0.5], "rmsprop", step_size=0.1, steps=3)[0] == {"rmsprop_first_step": HOLDS}
    assert race("quadratic", [0.0, 0.0], "adam", step_size=0.1, steps=3)[0]["adam_first_step"][1] == "zero_gradient"
    rough = roll(SURFACES["himmelblau"], np.array([0.0, 0.5]), duration=5, friction=0.5)
    verdicts, _ = race("himmelblau", [0.0, 0.5], "newton", rough, step_size=1, steps=3)
    assert verdicts["ball_energy"] == ("does not apply", "friction")


def test_checks_want_one_start_and_one_momentum():
    surface = SURFACES["quadratic"]
    batch = descend(surface, np.ones((2, 2)), "adam", step_size=0.1, steps=3)
    with pytest.raises(ValueError, match="one start"):
        checks(surface, {"adam": batch})
    schedule = descend(surface, np.ones(2), "nesterov", step_size=0.01, steps=3, momentum=np.array([0.0, 0.1, 0.2]))
    with pytest.raises(ValueError, match="one momentum"):
        checks(surface, {"nesterov": schedule})
