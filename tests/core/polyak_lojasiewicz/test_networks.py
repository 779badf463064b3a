"""Zero modes, wide networks and one function of one variable: against torch, NumPy and the specification's numbers."""

import numpy as np
import pytest
import torch

from core.polyak_lojasiewicz import digits_checks, digits_network, sine, sine_checks, solution_spectrum, sweep_checks
from core.polyak_lojasiewicz import width_sweep as sweep
from core.polyak_lojasiewicz.first_layer import SHARPEST, bend, data, kernel, train, weights
from core.polyak_lojasiewicz.tanh_network import curvature, jacobian, outputs
from core.progress import finish


def network(p, x):
    """Both layers, in torch."""
    m = len(p) // 3
    return torch.tanh(x @ p[: 2 * m].reshape(m, 2).T) @ p[2 * m :] / m**0.5


def test_the_networks_slopes_and_curvatures_are_torchs():
    rng = np.random.default_rng(0)
    p, x, r = rng.normal(size=12), rng.normal(size=(5, 2)), rng.normal(size=5)
    at, on = torch.tensor(p), torch.tensor(x)
    np.testing.assert_allclose(outputs(p, x), network(at, on), rtol=1e-12)
    np.testing.assert_allclose(jacobian(p, x), torch.func.jacrev(network)(at, on), atol=1e-13)
    whole = torch.func.hessian(lambda p: network(p, on) @ torch.tensor(r))(at)
    np.testing.assert_allclose(curvature(p, x, r), whole, atol=1e-13)
    with pytest.raises(ValueError, match="multiple of 3"):
        outputs(p[:11], x)


@pytest.mark.parametrize(("n", "m"), [(3, 4), (5, 4), (5, 10), (8, 20), (10, 10), (10, 40)])
def test_a_solution_has_as_many_zero_modes_as_parameters_beyond_the_data(n, m):
    """Claim 6: P − n, with a gap below 10⁻⁸."""
    found = solution_spectrum(n, m, 0)
    assert found.solved and found.residual < 1e-13 and found.parameters == 3 * m
    assert found.zero_modes == 3 * m - n
    assert abs(found.eigenvalues[n] / found.eigenvalues[n - 1]) < 1e-8


def test_few_parameters_solve_nothing_and_have_no_zero_modes():
    """Claim 7."""
    found = solution_spectrum(40, 10, 0)
    assert not found.solved and found.residual > 0.5 and found.zero_modes == 0
    for wrong in ((0, 10), (41, 10), (5, 0), (5, 41)):
        with pytest.raises(ValueError, match="must be"):
            solution_spectrum(*wrong, 0)
    with pytest.raises(ValueError, match="seed"):
        solution_spectrum(5, 10, -1)


def first_layer(w, x, a):
    return torch.tanh(x @ w.T) @ a / len(a) ** 0.5


def test_the_wide_networks_kernel_and_its_steps_are_torchs():
    (x, y), (w, a) = data(6, 5, 0), weights(8, 5, 1.5, 0)
    at = torch.tensor(w, requires_grad=True)
    slopes = torch.func.jacrev(first_layer)(at, torch.tensor(x), torch.tensor(a)).reshape(6, -1).detach().numpy()
    np.testing.assert_allclose(kernel(w, x), slopes @ slopes.T, rtol=1e-11, atol=1e-13)
    assert np.abs(np.tanh(x @ w.T) @ a).max() < 1e-14 and set(y) <= {-1.0, 1.0}
    *_, run = train(x, y, w, a, steps=20, looks=3)
    optimiser = torch.optim.SGD([at], lr=run.step_size)
    losses, way = [], 0.0
    for _ in range(21):
        optimiser.zero_grad()
        loss = 0.5 * torch.sum((first_layer(at, torch.tensor(x), torch.tensor(a)) - torch.tensor(y)) ** 2)
        losses.append(loss.item())
        before = at.detach().clone()
        loss.backward()
        if len(losses) < 21:
            optimiser.step()
            way += torch.linalg.norm(at.detach() - before).item()
    np.testing.assert_allclose(run.loss, losses, rtol=1e-9)
    assert run.length == pytest.approx(way) and run.looks.tolist() == [0, 10, 20]
    assert run.least[-1] == pytest.approx(np.linalg.eigvalsh(kernel(before.numpy(), x))[0])
    assert run.step_size == pytest.approx(1 / np.linalg.eigvalsh(kernel(w, x))[-1])
    assert run.h == pytest.approx(4 * bend(x, 8) * np.linalg.norm(y) / run.least[0])


def test_the_jacobian_turns_no_faster_than_its_bound():
    steep = np.linspace(-3, 3, 600_001)
    assert np.abs(2 * np.tanh(steep) * (1 - np.tanh(steep) ** 2)).max() == pytest.approx(SHARPEST, rel=1e-9)
    (x, _), (w, a) = data(6, 5, 0), weights(8, 5, 1.5, 0)
    rng, slopes = np.random.default_rng(3), torch.func.jacrev(first_layer)
    for size in (1e-3, 0.3, 2.0):
        other = w + size * rng.normal(size=w.shape)
        one, two = (slopes(torch.tensor(v), torch.tensor(x), torch.tensor(a)).reshape(6, -1) for v in (w, other))
        assert np.linalg.norm((one - two).numpy(), 2) <= bend(x, 8) * np.linalg.norm(other - w)


def test_wide_enough_everything_is_certified():
    """Claims 11 and 12, on widths that are trained in no time."""
    *_, last = sweep(0, widths=(64, 256, 1024), steps=150)
    found = last.result
    assert last.done == 1 and found.exponent == pytest.approx(-0.5, abs=0.08)
    assert (found.length < found.bound).all() and (found.loss < 1e-15).all()
    assert found.bound == pytest.approx(np.sqrt(10 / found.least)) and (found.least <= found.start).all()
    assert [check.verdict for check in sweep_checks(found)] == ["holds", "holds"]
    for wrong in ({"widths": (63,)}, {"widths": ()}, {"samples": 0}, {"steps": 1}):
        with pytest.raises(ValueError, match="must"):
            finish(sweep(0, **wrong))


def test_h_falls_as_the_root_of_the_width_up_to_65536():
    """Claim 11 with its own widths, h alone."""
    x, _ = data(10, 20, 0)
    widths = (2 ** np.arange(6, 17, 2)).tolist()
    h = [4 * bend(x, m) * np.sqrt(10) / np.linalg.eigvalsh(kernel(weights(m, 20, 1.5, 0)[0], x))[0] for m in widths]
    assert np.polyfit(np.log(widths), np.log(h), 1)[0] == pytest.approx(-0.5, abs=0.05)
    assert h[-1] < 1 < h[0] < 30


def test_digits_learn_at_their_kernels_rate_far_beyond_any_certificate():
    run = finish(digits_network(0, 600))
    (check,) = digits_checks(run)
    assert 50 < run.h < 300 and run.loss[0] == 15 and run.loss[-1] < 1e-10
    assert check.verdict == "holds" and check.predicted == pytest.approx(0.9511, abs=1e-3)
    assert np.ptp(run.least) < 0.1 * run.least[0]
    assert check.relation == "at_most" and check.resolution < 0.1, "a tenth of μ would be seen"
    with pytest.raises(ValueError, match="steps"):
        finish(digits_network(0, 10))


def test_two_labels_for_one_input_leave_a_floor():
    """Claim 14: L* = (y₁ − y₂)²/4 where the kernel is singular: PL*, which forces L* = 0, cannot hold."""
    x, y = data(5, 3, 1)
    x[1], y[0], y[1] = x[0], 1.0, -1.0
    w, a = weights(50, 3, 1.5, 0)
    *_, run = train(x, y, w, a, steps=4000, looks=2)
    assert np.linalg.eigvalsh(kernel(w, x))[0] < 1e-15
    assert run.loss[-1] == pytest.approx(1.0, abs=1e-6) and not run.h < 1e6


def test_one_step_on_a_sine_is_within_the_tight_factor():
    """Claim 15 and the errata: μ = .17553 at 2.2017, against all of 2·10⁶ points."""
    found, fine = sine(), sine(2_000_001)
    assert (found.mu, found.at) == pytest.approx((0.17553, 2.2017), abs=5e-6 * np.array([1, 20]).max())
    assert found.mu <= fine.ratio.min() * (1 + 1e-12) and found.mu == pytest.approx(fine.ratio.min(), rel=1e-9)
    assert found.tight == pytest.approx(0.96745, abs=5e-6) and found.textbook == pytest.approx(0.97806, abs=5e-6)
    assert found.quadratic == pytest.approx((1 - found.mu / 8) ** 2)
    assert fine.factor.max() == pytest.approx(0.95533, abs=5e-6) and found.factor.max() <= fine.factor.max()
    assert 5.5 < found.mu * 32 < 5.7 and 8 / found.mu == pytest.approx(45.6, abs=0.05)
    (check,) = sine_checks(fine)
    assert check.verdict == "holds" and check.relation == "at_most" and check.predicted == found.tight
    at = torch.tensor(found.x[::500], requires_grad=True)
    value = at**2 + 3 * torch.sin(at) ** 2
    (slope,) = torch.autograd.grad(value.sum(), at)
    np.testing.assert_allclose(found.ratio[::500], (slope**2 / (2 * value)).detach(), rtol=1e-12)
    after = at - slope / 8
    np.testing.assert_allclose(
        found.factor[::500], ((after**2 + 3 * torch.sin(after) ** 2) / value).detach(), rtol=1e-10
    )
    for wrong in (99, 3_000_000):
        with pytest.raises(ValueError, match="points"):
            sine(wrong)


def test_the_tight_factor_is_pepits():
    """At μ/L = .2: 0.727273."""
    part = 0.2
    assert (2 - 2 * part) / (2 + part) == pytest.approx(0.727273, abs=1e-6)
    found = sine(1001)
    object.__setattr__(found, "mu", 8 * part)
    assert found.tight == pytest.approx(0.727273, abs=1e-6)
