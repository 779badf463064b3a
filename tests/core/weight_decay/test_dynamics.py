"""SGD, Adam + L2 and AdamW: step for step as PyTorch's, split exactly into pull and shrink, and where they end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.weight_decay import OPTIMISERS, decay_dynamics, no_gradient, problem, ridge_path
from core.weight_decay.dynamics import box_fit, gradient_of, law, stability_limit
from core.weight_decay.ridge import spectrum
from tests.sampling import examples


def drawn(n=30, d=4, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, x @ rng.standard_normal(d) + rng.standard_normal(n)


def by_torch(optimiser, gradient, start, *, step_size, penalty, steps):
    import torch

    w = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    make = {"sgd": torch.optim.SGD, "adam_l2": torch.optim.Adam, "adamw": torch.optim.AdamW}[optimiser]
    rule, seen = make([w], lr=step_size, weight_decay=penalty), [w.detach().numpy().copy()]
    for _ in range(steps):
        w.grad = torch.tensor(gradient(w.detach().numpy()), dtype=torch.float64)
        rule.step()
        seen.append(w.detach().numpy().copy())
    return np.array(seen)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("penalty", [0.0, 0.1, 3.0])
@pytest.mark.parametrize("has_gradient", [False, True])
def test_every_step_is_pytorchs(optimiser, penalty, has_gradient):
    gradient = gradient_of(spectrum(*drawn())) if has_gradient else no_gradient
    start = np.array([1.0, -10.0, 0.0, 2.5])
    settings_ = {"step_size": 0.05, "penalty": penalty, "steps": 60}
    ours = decay_dynamics(optimiser, gradient, start, **settings_)
    np.testing.assert_allclose(ours.w, by_torch(optimiser, gradient, start, **settings_), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_pull_and_shrink_are_the_whole_step(optimiser):
    gradient = gradient_of(spectrum(*drawn()))
    run = decay_dynamics(optimiser, gradient, np.ones(4), step_size=0.1, penalty=0.5, steps=40)
    np.testing.assert_allclose(np.diff(run.w, axis=0), run.pull + run.shrink, atol=1e-15)
    without = decay_dynamics(optimiser, gradient, np.ones(4), step_size=0.1, penalty=0.0, steps=40)
    assert not without.shrink.any() and without.pull.any()
    alone = decay_dynamics(optimiser, no_gradient, np.ones(4), step_size=0.1, penalty=0.5, steps=40)
    assert not alone.pull.any() and alone.shrink.any()


@pytest.mark.parametrize(("penalty", "factor"), [(0.1, 0.980189), (1.0, 0.817907)])
def test_with_no_gradient_decay_is_a_power_and_adam_forgets_the_penalty(penalty, factor):
    """Theory 4.2 claim 3."""
    start, settings_ = np.array([1.0, 10.0]), {"step_size": 0.01, "penalty": penalty, "steps": 20}
    for optimiser in ("sgd", "adamw"):
        left = decay_dynamics(optimiser, no_gradient, start, **settings_).w[-1]
        np.testing.assert_allclose(left, start * (1 - 0.01 * penalty) ** 20, rtol=1e-12)
        assert left[0] == pytest.approx(factor, abs=1e-5)
    rescaled = decay_dynamics("adam_l2", no_gradient, start, **settings_).w[-1]
    np.testing.assert_allclose(rescaled, [0.802666, 9.80024], atol=1e-5)  # whatever the penalty


def test_gradient_descent_obeys_its_closed_form_at_every_step():
    for x, y in (drawn(), drawn(4, 9)):
        found, start = spectrum(x, y), np.arange(1.0, x.shape[1] + 1)
        run = decay_dynamics("sgd", gradient_of(found), start, step_size=0.3, penalty=0.4, steps=50)
        for steps in (0, 1, 7, 50):
            np.testing.assert_allclose(
                law(found, start, step_size=0.3, penalty=0.4, steps=steps), run.w[steps], atol=1e-11
            )


def test_it_settles_exactly_below_the_stability_limit():
    found = spectrum(*drawn())
    limit = stability_limit(found, 0.4)
    for factor, settles in ((0.99, True), (1.01, False)):
        run = decay_dynamics("sgd", gradient_of(found), np.ones(4), step_size=factor * limit, penalty=0.4, steps=3000)
        off = np.linalg.norm(run.w[[100, 3000]] - found.coefficients(0.4), axis=1)
        assert (off[1] < off[0]) == settles


def test_off_the_data_there_is_only_decay_and_beyond_one_it_changes_sign():
    found = spectrum(*drawn(4, 9))
    start = found.null_part(np.ones(9))
    run = decay_dynamics("sgd", gradient_of(found), start, step_size=0.2, penalty=7.5, steps=3)
    off = np.array([found.null_part(w) for w in run.w])
    np.testing.assert_allclose(off, (1 - 1.5) ** np.arange(4)[:, None] * start, atol=1e-12)


def test_the_gradient_is_that_of_half_the_mean_square():
    """Erratum of note 001: with its minus sign."""
    x, y = drawn()
    w = np.array([0.3, -1.0, 2.0, 0.1])
    np.testing.assert_allclose(gradient_of(spectrum(x, y))(w), -x.T @ (y - x @ w) / len(y), atol=1e-12)


def test_adam_with_l2_ends_at_the_ridge_and_adamw_in_the_box():
    two = problem("diabetes", n=60).only((4, 5))
    found = spectrum(two.x, two.y)
    gradient, start = gradient_of(found), np.array([-0.4, 0.9])
    end = decay_dynamics("adam_l2", gradient, start, step_size=0.03, penalty=0.1, steps=600).w[-1]
    np.testing.assert_allclose(end, ridge_path(two.x, two.y, np.array([0.1])).coefficients[0], atol=1e-6)
    idle = decay_dynamics("adamw", gradient, start, step_size=0.03, penalty=0.1, steps=4000).w[-1]
    np.testing.assert_allclose(idle, found.coefficients(0.0), atol=0.01)  # 1/λ = 10: no regularisation at all
    tight = decay_dynamics("adamw", gradient, start, step_size=0.01, penalty=5.0, steps=5000).w[-1]
    np.testing.assert_allclose(tight, box_fit(found, 5.0), atol=0.02)
    assert np.abs(tight).max() < 0.2 + 1e-6 < np.abs(found.coefficients(0.0)).max()


def test_the_box_is_a_general_optimisers():
    x, y = drawn()
    found = spectrum(x, y)
    for penalty in (0.5, 2.0, 10.0):
        loss = {"fun": lambda w: np.mean((y - x @ w) ** 2), "jac": lambda w: -2 * x.T @ (y - x @ w) / len(y)}
        theirs = minimize(**loss, x0=np.zeros(4), bounds=[(-1 / penalty, 1 / penalty)] * 4, tol=1e-14).x
        np.testing.assert_allclose(box_fit(found, penalty), theirs, atol=1e-6)
    np.testing.assert_array_equal(box_fit(found, 0.0), found.coefficients(0.0))


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(OPTIMISERS), st.floats(1e-3, 10), st.floats(0, 1e3), st.integers(0, 1000))
def test_nothing_raises_whatever_the_step(optimiser, step_size, penalty, seed):
    x, y = drawn(6, 3, seed)
    run = decay_dynamics(
        optimiser, gradient_of(spectrum(x, y)), np.ones(3), step_size=step_size, penalty=penalty, steps=50
    )
    assert run.w.shape == (51, 3) and np.isfinite(run.w[0]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimiser": "lion"}, "optimiser must be one of sgd"),
        ({"step_size": -1}, "step_size must be"),
        ({"penalty": float("nan")}, "penalty must be"),
        ({"steps": 0}, "steps must be"),
    ],
)
def test_what_is_out_of_range_is_refused(change, message):
    arguments = {"optimiser": "sgd", "step_size": 0.1, "penalty": 0.1, "steps": 5} | change
    with pytest.raises(ValueError, match=message):
        decay_dynamics(arguments.pop("optimiser"), no_gradient, np.ones(2), **arguments)
